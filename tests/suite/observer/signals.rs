//! Signals are told with what the program does about them.

use mmaplings::edges::inspect;
use mmaplings::edges::tracer::{PageReading, books};
use mmaplings::facts::page_map::PageState;
use mmaplings::facts::signal::Disposition;
use mmaplings::vocabulary::evidence::Run;
use mmaplings::words::units::Addr;

use super::{Bench, limits, snapshot};

fn told(run: &Run) -> Vec<(&str, Option<&str>, Option<Disposition>)> {
    let told = run.signals.iter();
    told.map(|delivery| (delivery.signal.as_str(), delivery.code.as_deref(), delivery.met)).collect()
}

const JUMPS: &str = "#include <setjmp.h>
static sigjmp_buf back; static void jump(int s) { siglongjmp(back, s); }
static void again(int s) { signal(s, SIG_DFL); }";

#[test]
fn a_signal_is_told_with_the_access_and_its_handler() {
    let Some(bench) = Bench::new() else { return };
    let body = r#"char *p = mmap(0, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
        printf("at=%lu\n", (unsigned long)p); fflush(stdout);
        signal(SIGUSR1, SIG_IGN); raise(SIGUSR1);
        signal(SIGSEGV, jump); if (!sigsetjmp(back, 1)) p[7] = 1;
        if (!sigsetjmp(back, 1)) raise(SIGSEGV);"#;
    let binary = bench.program_with("catches", JUMPS, body);
    let run = bench.run_launch(&bench.launch(&binary), limits());
    use Disposition::{Handled, Ignored};
    assert_eq!(
        told(&run),
        [
            ("SIGUSR1", None, Some(Ignored)),
            ("SIGSEGV", Some("SEGV_ACCERR"), Some(Handled)),
            ("SIGSEGV", None, Some(Handled))
        ]
    );
    let at: u64 = run.results[0].value.parse().unwrap();
    assert_eq!(run.signals[1].address, Some(Addr(at + 7)));
    assert_eq!(run.signals[2].address, None, "no access raised it");
}

#[test]
fn a_handler_that_gives_up_and_a_signal_that_is_blocked_meet_the_default() {
    let Some(bench) = Bench::new() else { return };
    use Disposition::{Default, Handled};
    let segv = |met| ("SIGSEGV", Some("SEGV_MAPERR"), Some(met));
    let binary = bench.program_with("gives_up", JUMPS, "signal(SIGSEGV, again); *(volatile char *)8 = 1;");
    let run = bench.run_launch(&bench.launch(&binary), limits());
    assert_eq!(told(&run), [segv(Handled), segv(Default)]);
    let body = "signal(SIGSEGV, jump); sigset_t all; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, 0);
        *(volatile char *)8 = 1;";
    let binary = bench.program_with("blocks", JUMPS, body);
    let run = bench.run_launch(&bench.launch(&binary), limits());
    assert_eq!(told(&run), [segv(Default)]);
}

#[test]
fn signals_beyond_the_cap_are_counted() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run("signal(SIGUSR1, SIG_IGN); for (int n = 0; n < 1500; n++) raise(SIGUSR1);", limits());
    assert_eq!((run.signals.len(), run.signals_dropped), (1000, 500));
}

#[test]
fn single_pages_are_read_where_they_are_asked_for() {
    let Some(bench) = Bench::new() else { return };
    let body = r#"char *p = mmap(0, 64 << 20, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0);
        long page = sysconf(_SC_PAGESIZE); p[3 * page] = 1; p[700 * page + 5] = 1;
        printf("at=%lu\n", (unsigned long)p); fflush(stdout);
        say("checkpoint one\ncheckpoint two\n");"#;
    let mut launch = bench.launch(&bench.program("touches", body));
    launch.pages = Some(PageReading {
        at: vec!["two".parse().unwrap()],
        read: |process, mapping| inspect::pages(process, mapping, books::page_size()).ok(),
    });
    let run = bench.run_launch(&launch, limits());
    assert!(snapshot(&run, "one").pages.is_empty());
    let at = Addr(run.results[0].value.parse().unwrap());
    let two = snapshot(&run, "two");
    let read = two.pages.iter().find(|pages| pages.start == at).unwrap();
    assert_eq!(read.pages.indices(&[PageState::Anonymous]).collect::<Vec<_>>(), [3, 700]);
}
