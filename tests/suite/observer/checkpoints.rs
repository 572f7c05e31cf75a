//! Checkpoints freeze, and the books are those of that moment.

use std::time::{Duration, Instant};

use mmaplings::edges::tracer::{Event, Limits, Stage};
use mmaplings::facts::mapping::Flavour;
use mmaplings::vocabulary::evidence::Ending;
use mmaplings::words::units::Bytes;

use super::{Bench, checkpoints, limits, play, snapshot, stdout, wait_for};

#[test]
fn a_program_stands_at_its_checkpoint_until_it_is_released() {
    let Some(bench) = Bench::new() else { return };
    let binary = bench.program(
        "program",
        "printf(\"before=1\\ncheckpoint here\\n\"); fflush(stdout); printf(\"after=1\\n\");",
    );
    let launch = bench.launch(&binary);
    let who = &launch.instance;
    let mut stage = Stage::new(limits()).unwrap();
    stage.start(&launch).unwrap();
    let mut seen = Vec::new();
    let snapshot = wait_for(&mut stage, |event| {
        seen.push(event.clone());
        match event {
            Event::Checkpoint { snapshot, .. } => Some(snapshot.unwrap()),
            _ => None,
        }
    });
    assert!(matches!(&seen[1], Event::Result { name, .. } if name.as_str() == "before"), "{seen:?}");
    // It stands: nothing comes, however long we look.
    let silence = stage.next_event(Instant::now() + Duration::from_millis(50)).unwrap();
    assert_eq!(silence, Event::TimedOut);
    assert_eq!(stdout(stage.run(who).unwrap()), ["before=1", "checkpoint here"]);
    assert_eq!(stage.run(who).unwrap().snapshots[snapshot].checkpoint.as_str(), "here");
    stage.release(who).unwrap();
    play(&mut stage, who);
    assert_eq!(stdout(stage.run(who).unwrap()), ["before=1", "checkpoint here", "after=1"]);
}

#[test]
fn a_checkpoint_may_come_in_pieces_or_several_at_once() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run(
        r#"say("check"); say("point piece"); say("meal\ncheckpoint one\ncheckpoint two\nrest");
        struct iovec parts[2] = {{"\ncheckpoint vec", 15}, {"tored\n", 6}};
        if (writev(1, parts, 2) != 21) return 1;"#,
        limits(),
    );
    assert_eq!(checkpoints(&run), ["piecemeal", "one", "two", "vectored"]);
    assert!(run.unobserved.is_empty());
}

#[test]
fn output_that_was_moved_is_still_seen() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run(
        r#"int a = dup(1); int b = fcntl(1, F_DUPFD, 50); int c = dup2(1, 70); int d = open("/dev/stdout", O_WRONLY);
        int all[4] = {a, b, c, d};
        char text[] = "checkpoint w0\n";
        for (int n = 0; n < 4; n++) { text[12] = '0' + n; if (write(all[n], text, 14) != 14) return 1; }
        if (fork() == 0) { close(1); if (write(a, "checkpoint child\n", 17) != 17) _exit(1); _exit(0); }
        wait(0);"#,
        limits(),
    );
    assert_eq!(run.ending, Ending::Exited { status: 0 });
    assert_eq!(checkpoints(&run), ["w0", "w1", "w2", "w3", "child"]);
    assert!(run.unobserved.is_empty(), "{:?}", run.unobserved);
}

#[test]
fn standard_output_sent_elsewhere_announces_nothing() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run(
        r#"int f = open("elsewhere", O_RDWR|O_CREAT, 0600); dup2(f, 1); say("checkpoint lost\n");"#,
        limits(),
    );
    assert_eq!(checkpoints(&run), Vec::<&str>::new());
    assert_eq!(run.stdout_bytes, 0);
}

#[test]
fn the_books_are_those_of_the_moment() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run(
        r#"size_t size = 64 << 20;
        char *p = mmap(0, size, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
        say("checkpoint mapped\n");
        for (int n = 0; n < 100; n++) p[n * 3 * 4096] = 1;
        say("checkpoint touched\n");
        madvise(p, size, MADV_DONTNEED);
        say("checkpoint returned\n");
        char buffer[1000]; int f = open("/dev/zero", O_RDONLY); if (read(f, buffer, 1000) != 1000) return 1;"#,
        limits(),
    );
    let call = run.calls.iter().find(|call| call.text.contains("67108864")).unwrap();
    let mmaplings::facts::call::Detail::Mmap { address, length, .. } = call.detail else {
        panic!("{call:?}")
    };
    assert_eq!(length, Bytes::mib(64));
    let rss = |name: &str| {
        let mapping = snapshot(&run, name).mappings.iter().find(|mapping| mapping.contains(address)).unwrap();
        assert_eq!(mapping.flavour(), Some(Flavour::PrivateAnonymous));
        mapping.books.rss
    };
    let page = mmaplings::edges::tracer::books::page_size();
    assert_eq!(rss("mapped"), Bytes(0));
    assert_eq!(rss("touched"), Bytes(100 * page.0));
    assert_eq!(rss("returned"), Bytes(0));
    let minor = |name: &str| snapshot(&run, name).faults.as_ref().unwrap().minor;
    assert!(minor("touched") - minor("mapped") >= 100);
    let read = |name: &str| snapshot(&run, name).io.unwrap();
    assert_eq!(read("exit").rchar - read("returned").rchar, 1000);
    assert_eq!(read("touched").rchar, read("mapped").rchar);
    let last = run.calls.get(snapshot(&run, "returned").calls_before - 1).unwrap();
    assert!(last.text.contains("checkpoint returned"), "{}", last.text);
}

#[test]
fn all_threads_of_the_process_stand() {
    let Some(bench) = Bench::new() else { return };
    let binary = bench.program_with(
        "program",
        r#"static char *p; static volatile int stop;
        static void *touch(void *unused) { for (long n = 0; !stop; n = (n + 1) % 60000) p[n * 4096] = 1; return unused; }"#,
        r#"p = mmap(0, 60000UL * 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
        pthread_t t[3]; for (int n = 0; n < 3; n++) pthread_create(&t[n], 0, touch, 0);
        usleep(2000);
        say("checkpoint first\n"); say("checkpoint second\n");
        stop = 1; for (int n = 0; n < 3; n++) pthread_join(t[n], 0);
        say("joined=1\n");"#,
    );
    let launch = bench.launch(&binary);
    let mut stage = Stage::new(limits()).unwrap();
    stage.start(&launch).unwrap();
    let process = wait_for(&mut stage, |event| match event {
        Event::Checkpoint { process, .. } => Some(*process),
        _ => None,
    });
    let rss = || mmaplings::edges::tracer::books::statm_rss(process).unwrap();
    let before = rss();
    std::thread::sleep(Duration::from_millis(30));
    assert_eq!(rss(), before, "a thread went on");
    stage.release(&launch.instance).unwrap();
    play(&mut stage, &launch.instance);
    let run = stage.finish().remove(&launch.instance).unwrap();
    assert_eq!(stdout(&run).last(), Some(&"joined=1"));
}

#[test]
fn threads_that_all_print_checkpoints_are_frozen_one_by_one() {
    let Some(bench) = Bench::new() else { return };
    let binary = bench.program_with(
        "program",
        r#"static void *point(void *number) { char text[32]; for (int n = 0; n < 5; n++) {
             sprintf(text, "checkpoint t%ld-%d\n", (long)number, n); say(text); } return 0; }"#,
        r#"pthread_t t[4]; for (long n = 0; n < 4; n++) pthread_create(&t[n], 0, point, (void *)n);
        for (int n = 0; n < 4; n++) pthread_join(t[n], 0);"#,
    );
    let run = bench.run_launch(&bench.launch(&binary), limits());
    assert_eq!(run.ending, Ending::Exited { status: 0 });
    let mut names = checkpoints(&run);
    names.sort_unstable();
    let expected: Vec<String> = (0..4).flat_map(|t| (0..5).map(move |n| format!("t{t}-{n}"))).collect();
    assert_eq!(names, expected);
    assert!(run.unobserved.is_empty(), "{:?}", run.unobserved);
}

#[test]
fn parent_and_child_each_have_their_own() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run(
        r#"say("checkpoint mapped\n");
        if (fork() == 0) { say("checkpoint child-wrote\n"); _exit(0); }
        wait(0); say("checkpoint parent\n");"#,
        limits(),
    );
    assert_eq!(checkpoints(&run), ["mapped", "child-wrote", "parent"]);
    let pid = |name: &str| snapshot(&run, name).pid;
    assert_eq!((pid("mapped"), pid("parent")), (run.pid, run.pid));
    assert_eq!(pid("child-wrote"), run.processes[1].pid);
    assert_eq!(run.processes[1].parent, run.pid);
}

#[test]
fn exec_and_vfork_are_followed() {
    let Some(bench) = Bench::new() else { return };
    bench.program("other", "say(\"checkpoint other\\n\");");
    let run = bench.run(
        r#"say("checkpoint before\n");
        pid_t child = vfork();
        if (child == 0) { execl("./other", "other", (char *)0); _exit(9); }
        int status; waitpid(child, &status, 0); if (status) return 1;
        execl("./missing", "missing", (char *)0);
        execl("./other", "other", (char *)0); return 1;"#,
        limits(),
    );
    assert_eq!(run.ending, Ending::Exited { status: 0 });
    assert_eq!(checkpoints(&run), ["before", "other", "other"]);
    let executed: Vec<bool> =
        run.calls.iter().filter(|call| call.name == "execve").map(|call| call.succeeded()).collect();
    assert_eq!(executed, [true, false, true]);
}

#[test]
fn a_thread_that_executes_becomes_the_process() {
    let Some(bench) = Bench::new() else { return };
    bench.program("other", "say(\"checkpoint other\\n\");");
    let binary = bench.program_with(
        "program",
        r#"static void *become(void *p) { execl("./other", "other", (char *)0); return p; }
        static void *idle(void *p) { for (;;) pause(); return p; }"#,
        "pthread_t t; pthread_create(&t, 0, idle, 0); pthread_create(&t, 0, become, 0); pthread_join(t, 0);",
    );
    let run = bench.run_launch(&bench.launch(&binary), limits());
    assert_eq!(run.ending, Ending::Exited { status: 0 });
    assert_eq!(checkpoints(&run), ["other"]);
    assert_eq!(snapshot(&run, "other").pid, run.pid);
    assert_eq!(run.processes.len(), 1);
}

#[test]
fn a_snapshot_is_taken_wherever_the_program_is() {
    let Some(bench) = Bench::new() else { return };
    let binary = bench.program(
        "program",
        "char line[64]; say(\"ready\\n\"); while (fgets(line, 64, stdin)) printf(\"got=%s\", line);",
    );
    let launch = bench.launch(&binary);
    let who = &launch.instance;
    let mut stage = Stage::new(limits()).unwrap();
    stage.start(&launch).unwrap();
    wait_for(&mut stage, |event| matches!(event, Event::Line { .. }).then_some(()));
    let index = stage.snapshot(who, "asleep".parse().unwrap()).unwrap().unwrap();
    assert!(stage.run(who).unwrap().snapshots[index].mappings.len() > 5);
    stage.send(who, b"one\n").unwrap();
    let value = wait_for(&mut stage, |event| match event {
        Event::Result { value, .. } => Some(value.clone()),
        _ => None,
    });
    assert_eq!(value, "one", "its read went on");
    let again = stage.snapshot(who, "again".parse().unwrap()).unwrap().unwrap();
    assert_eq!(stage.run(who).unwrap().snapshots[again].stdin_bytes, 4);
    stage.close_stdin(who).unwrap();
    play(&mut stage, who);
    assert_eq!(stage.run(who).unwrap().ending, Ending::Exited { status: 0 });
    assert_eq!(stage.snapshot(who, "late".parse().unwrap()).unwrap(), None);
}

#[test]
fn binary_output_passes_unchanged() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run(
        "char all[256]; for (int n = 0; n < 256; n++) all[n] = n; if (write(1, all, 256) != 256) return 1;",
        limits(),
    );
    assert_eq!(run.stdout_bytes, 256);
    assert!(run.stdout[0].text.starts_with("\0\u{1}\u{2}"));
}

#[test]
fn seals_and_descriptors_are_read() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run(
        r#"int f = memfd_create("box", MFD_ALLOW_SEALING); if (ftruncate(f, 8192)) return 1;
        fcntl(f, F_ADD_SEALS, F_SEAL_SHRINK|F_SEAL_GROW);
        int g = open("file", O_RDWR|O_CREAT, 0600); if (write(g, "hello", 5) != 5) return 1;
        say("checkpoint open\n");"#,
        limits(),
    );
    let open = snapshot(&run, "open");
    let memfd = open.descriptors.iter().find(|descriptor| descriptor.path == "/memfd:box (deleted)").unwrap();
    assert_eq!(memfd.seals.as_deref().unwrap(), ["F_SEAL_SHRINK", "F_SEAL_GROW"]);
    assert_eq!(memfd.length, Bytes(8192));
    let file = open.descriptors.iter().find(|descriptor| descriptor.path.ends_with("/file")).unwrap();
    assert_eq!((file.position, file.length), (5, Bytes(5)));
    let inherited: Vec<i32> = open.descriptors.iter().map(|descriptor| descriptor.number).collect();
    assert_eq!(inherited, [0, 1, 2, memfd.number, file.number], "nothing of ours is open in it");
}

#[test]
fn calls_beyond_the_cap_are_counted() {
    let Some(bench) = Bench::new() else { return };
    let body =
        "for (int n = 0; n < 500; n++) munmap(mmap(0, 4096, 0, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0), 4096);";
    let run = bench.run(body, Limits { calls: 100, ..limits() });
    assert_eq!(run.calls.len(), 100);
    assert!(run.calls_dropped >= 900, "{}", run.calls_dropped);
}
