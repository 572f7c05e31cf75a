//! It survives its learners: whatever a program does, its outcome is told, nothing
//! of it is left, and what it printed is capped.

use std::time::{Duration, Instant};

use mmaplings::edges::tracer::{Event, Limits, Stage};
use mmaplings::vocabulary::evidence::{Ending, KillReason, Limit, Run};
use mmaplings::words::units::{Addr, Bytes};

use super::{Bench, checkpoints, limits, nobody_is_left, play, stdout, wait_for};

const KILLED: Ending = Ending::Killed { why: KillReason::Limit };

fn signalled(run: &Run) -> (&str, Option<Addr>, Option<&str>) {
    match &run.ending {
        Ending::Signalled { signal, address, code } => (signal, *address, code.as_deref()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn exits_at_once() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run("return 0;", limits());
    assert_eq!(run.ending, Ending::Exited { status: 0 });
    assert_eq!((run.limit, run.processes.len(), run.stdout.len()), (None, 1, 0));
    assert_eq!(bench.run("return 7;", limits()).ending, Ending::Exited { status: 7 });
}

#[test]
fn loops_for_ever() {
    let Some(bench) = Bench::new() else { return };
    let wall = Duration::from_millis(300);
    let run = bench.run("for (;;) __asm__ volatile(\"\");", Limits { wall, ..limits() });
    assert_eq!(run.ending, KILLED);
    assert_eq!(run.limit, Some(Limit::Time { allowed_ms: 300 }));
}

/// Stops that follow each other without end keep the observer from none of its duties.
#[test]
fn maps_for_ever() {
    let Some(bench) = Bench::new() else { return };
    let body = r#"say("begun\n");
        if (argc > 1) { pthread_t t; pthread_create(&t, 0, (void *(*)(void *))pause, 0); }
        for (;;) munmap(mmap(0, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0), 4096);"#;
    let binary = bench.program("program", body);
    for arguments in [&[] as &[&str], &["with a thread"]] {
        let mut launch = bench.launch(&binary);
        launch.args = arguments.iter().map(Into::into).collect();
        let wall = Duration::from_millis(300);
        let run = bench.run_launch(&launch, Limits { wall, calls: 1000, ..limits() });
        assert_eq!((run.ending, run.limit), (KILLED, Some(Limit::Time { allowed_ms: 300 })));
        assert_eq!(run.stdout.len(), 1);
        assert!(run.calls_dropped > 100, "{}", run.calls_dropped);

        let mut stage = Stage::new(limits()).unwrap();
        stage.start(&launch).unwrap();
        let handle = stage.cancel_handle();
        let canceller = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            handle.cancel();
        });
        wait_for(&mut stage, |event| (*event == Event::Cancelled).then_some(()));
        canceller.join().unwrap();
    }
}

#[test]
fn floods_stdout() {
    let Some(bench) = Bench::new() else { return };
    let output = Bytes::kib(16);
    for body in [
        "for (;;) say(\"all work and no play\\n\");",
        "for (;;) say(\"\\n\");",
        "char *piece = malloc(1 << 20); memset(piece, 'x', 1 << 20); for (;;) if (write(1, piece, 1 << 20) < 0) return 1;",
        "for (;;) if (write(2, \"grumble\\n\", 8) < 0) return 1;",
    ] {
        let run = bench.run(body, Limits { output, ..limits() });
        assert_eq!(run.ending, KILLED, "{body}");
        assert_eq!(run.limit, Some(Limit::Output { allowed: output }), "{body}");
        let kept: usize = run.stdout.iter().map(|line| line.text.len()).sum();
        assert!(kept as u64 <= output.0, "{body}: {kept}");
        assert!(run.stdout.len() as u64 <= output.0 / 32 + 1, "{body}: {}", run.stdout.len());
        assert!(run.stderr.len() as u64 <= output.0, "{body}: {}", run.stderr.len());
    }
}

#[test]
fn leaves_children_that_hold_stdout() {
    let Some(bench) = Bench::new() else { return };
    let began = Instant::now();
    let run = bench.run("if (fork() == 0) for (;;) pause(); say(\"done\\n\");", limits());
    assert!(began.elapsed() < Duration::from_secs(20), "it waited for end-of-file");
    assert_eq!(run.ending, Ending::Exited { status: 0 });
    assert_eq!(run.processes.len(), 2);
    assert_eq!(run.processes[1].ending, Ending::Killed { why: KillReason::LeftBehind });
    assert_eq!(stdout(&run), ["done"]);
}

#[test]
fn a_child_that_ends_soon_after_its_parent_is_let_finish() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run("if (fork() == 0) { usleep(30000); say(\"last\\n\"); _exit(3); }", limits());
    assert_eq!(run.processes[1].ending, Ending::Exited { status: 3 });
    assert_eq!(stdout(&run), ["last"]);
}

#[test]
fn hides_as_a_daemon() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run(
        "if (fork() == 0) { setsid(); if (fork() == 0) { for (int n = 3; n < 64; n++) close(n); for (;;) pause(); } _exit(0); } wait(0);",
        limits(),
    );
    assert_eq!(run.ending, Ending::Exited { status: 0 });
    assert_eq!(run.processes.len(), 3);
    assert_eq!(run.processes[2].ending, Ending::Killed { why: KillReason::LeftBehind });
}

#[test]
fn ignores_sigterm_and_everything_else() {
    let Some(bench) = Bench::new() else { return };
    let binary = bench.program(
        "program",
        "for (int n = 1; n < 65; n++) signal(n, SIG_IGN); say(\"ready\\n\"); for (;;) pause();",
    );
    let launch = bench.launch(&binary);
    let mut stage = Stage::new(limits()).unwrap();
    stage.start(&launch).unwrap();
    wait_for(&mut stage, |event| matches!(event, Event::Line { .. }).then_some(()));
    stage.kill(&launch.instance).unwrap();
    play(&mut stage, &launch.instance);
    let run = stage.finish().remove(&launch.instance).unwrap();
    assert_eq!(run.ending, Ending::Killed { why: KillReason::Scene });
    nobody_is_left(&run);
}

#[test]
fn kills_itself() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run("kill(getpid(), SIGKILL);", limits());
    assert_eq!(signalled(&run), ("SIGKILL", None, None));
    let run = bench.run("raise(SIGSEGV);", limits());
    assert_eq!(signalled(&run), ("SIGSEGV", None, None), "no access raised it");
    let run = bench.run("abort();", limits());
    assert_eq!(signalled(&run), ("SIGABRT", None, None));
}

#[test]
fn dies_of_an_access() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run("*(volatile char *)0x1234 = 1;", limits());
    assert_eq!(signalled(&run), ("SIGSEGV", Some(Addr(0x1234)), Some("SEGV_MAPERR")));
    let run = bench.run(
        "char *p = mmap(0, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); printf(\"at=%lu\\n\", (unsigned long)p); fflush(stdout); p[5] = 1;",
        limits(),
    );
    let at: u64 = run.results[0].value.parse().unwrap();
    assert_eq!(signalled(&run), ("SIGSEGV", Some(Addr(at + 5)), Some("SEGV_ACCERR")));
    let run = bench.run(
        "int f = open(\"short\", O_RDWR|O_CREAT, 0600); char *p = mmap(0, 8192, PROT_READ|PROT_WRITE, MAP_SHARED, f, 0); printf(\"at=%lu\\n\", (unsigned long)p); fflush(stdout); p[0] = 1;",
        limits(),
    );
    let at: u64 = run.results[0].value.parse().unwrap();
    assert_eq!(signalled(&run), ("SIGBUS", Some(Addr(at)), Some("BUS_ADRERR")));
}

#[test]
fn a_caught_signal_is_no_ending() {
    let Some(bench) = Bench::new() else { return };
    let binary = bench.program_with(
        "program",
        "static void caught(int n) { (void)n; say(\"caught=1\\n\"); _exit(0); }",
        "signal(SIGSEGV, caught); *(volatile char *)8 = 1;",
    );
    let run = bench.run_launch(&bench.launch(&binary), limits());
    assert_eq!(run.ending, Ending::Exited { status: 0 });
    assert_eq!(stdout(&run), ["caught=1"]);
}

#[test]
fn allocates_without_end() {
    let Some(bench) = Bench::new() else { return };
    let memory = Bytes::mib(64);
    let run = bench.run(
        "for (;;) { char *p = mmap(0, 1 << 20, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0); if (p == MAP_FAILED) return 1; memset(p, 1, 1 << 20); usleep(200); }",
        Limits { memory, ..limits() },
    );
    assert_eq!(run.ending, KILLED);
    let Some(Limit::Memory { allowed, seen }) = run.limit else { panic!("{:?}", run.limit) };
    assert!(allowed == memory && seen > memory);
}

#[test]
fn reserving_is_not_allocating() {
    let Some(bench) = Bench::new() else { return };
    let memory = Bytes::mib(64);
    let run = bench.run(
        "if (mmap(0, 10UL << 30, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0) == MAP_FAILED) return 1; usleep(100000);",
        Limits { memory, ..limits() },
    );
    assert_eq!(run.ending, Ending::Exited { status: 0 });
}

#[test]
fn forks_without_end() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run("for (;;) fork();", Limits { processes: 20, ..limits() });
    assert_eq!(run.limit, Some(Limit::Processes { allowed: 20 }));
    assert_eq!(run.ending, KILLED);
}

#[test]
fn makes_threads_without_end() {
    let Some(bench) = Bench::new() else { return };
    let binary = bench.program_with(
        "program",
        "static void *idle(void *p) { for (;;) pause(); return p; }",
        "pthread_t t; for (;;) if (pthread_create(&t, 0, idle, 0)) usleep(1000);",
    );
    let run = bench.run_launch(&bench.launch(&binary), Limits { processes: 4, ..limits() });
    assert_eq!(run.limit, Some(Limit::Processes { allowed: 4 }));
    assert_eq!(run.ending, KILLED);
}

#[test]
fn stops_itself() {
    let Some(bench) = Bench::new() else { return };
    let wall = Duration::from_millis(400);
    let run = bench.run("raise(SIGSTOP); say(\"on\\n\");", Limits { wall, ..limits() });
    assert_eq!(run.limit, Some(Limit::Time { allowed_ms: 400 }));
    assert_eq!(stdout(&run), Vec::<&str>::new());
}

#[test]
fn is_stopped_and_continued_as_without_a_tracer() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run(
        r#"pid_t child = fork();
        if (child == 0) { raise(SIGSTOP); _exit(5); }
        int status; waitpid(child, &status, WUNTRACED);
        printf("stopped=%d\n", WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
        kill(child, SIGCONT); waitpid(child, &status, 0);
        printf("status=%d\n", WEXITSTATUS(status));"#,
        limits(),
    );
    assert_eq!(stdout(&run), ["stopped=1", "status=5"]);
}

#[test]
fn real_time_signals_arrive() {
    let Some(bench) = Bench::new() else { return };
    let binary = bench.program_with(
        "program",
        "static volatile int got; static void caught(int n) { got = n - SIGRTMIN; }
         static void *idle(void *p) { for (;;) pause(); return p; }",
        r#"signal(SIGRTMIN + 3, caught); raise(SIGRTMIN + 3); printf("got=%d\n", got);
        pthread_t t; void *end; pthread_create(&t, 0, idle, 0); pthread_cancel(t); pthread_join(t, &end);
        printf("cancelled=%d\n", end == PTHREAD_CANCELED);"#,
    );
    let run = bench.run_launch(&bench.launch(&binary), limits());
    assert_eq!(stdout(&run), ["got=3", "cancelled=1"]);
}

#[test]
fn prints_checkpoints_where_they_count_for_nothing() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run(
        r#"int f = open("forged", O_RDWR|O_CREAT, 0600);
        if (write(f, "checkpoint in-file\n", 19) != 19) return 1;
        if (write(2, "checkpoint on-stderr\n", 21) != 21) return 1;
        int pipes[2]; if (pipe(pipes)) return 1;
        if (write(pipes[1], "checkpoint in-pipe\n", 19) != 19) return 1;
        say(" no checkpoint here\n"); say("say checkpoint inside\n");
        lseek(f, 0, SEEK_SET); if (sendfile(1, f, 0, 19) != 19) return 2;"#,
        limits(),
    );
    assert_eq!(run.ending, Ending::Exited { status: 0 });
    assert_eq!(checkpoints(&run), Vec::<&str>::new());
    assert_eq!(run.stderr, "checkpoint on-stderr\n");
    assert_eq!(run.unobserved, ["in-file".parse().unwrap()]);
}

#[test]
fn cannot_be_executed() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run_launch(&bench.launch(&bench.path().join("nowhere")), limits());
    let Ending::NotStarted { error } = &run.ending else { panic!("{:?}", run.ending) };
    assert!(error.contains("No such file"), "{error}");
    let text = bench.path().join("text");
    std::fs::write(&text, "no program").unwrap();
    let run = bench.run_launch(&bench.launch(&text), limits());
    assert!(matches!(run.ending, Ending::NotStarted { .. }), "{:?}", run.ending);
}

#[test]
fn asks_for_io_uring() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run(
        "long n = syscall(SYS_io_uring_setup, 8, 0); printf(\"result=%d\\n\", n == -1 && errno == EPERM);",
        limits(),
    );
    assert_eq!(stdout(&run), ["result=1"]);
    let refused = run.calls.iter().find(|call| call.name == "io_uring_setup").unwrap();
    assert_eq!(refused.outcome, mmaplings::facts::call::Outcome::Refused);
}

#[test]
fn finishing_or_dropping_a_stage_leaves_nobody() {
    let Some(bench) = Bench::new() else { return };
    let binary = bench.program("program", "fork(); say(\"up\\n\"); for (;;) pause();");
    let launch = bench.launch(&binary);
    let mut stage = Stage::new(limits()).unwrap();
    stage.start(&launch).unwrap();
    for _ in 0..2 {
        wait_for(&mut stage, |event| matches!(event, Event::Line { .. }).then_some(()));
    }
    let so_far = stage.run(&launch.instance).unwrap().clone();
    assert_eq!(so_far.processes.len(), 2);
    drop(stage);
    nobody_is_left(&so_far);

    let mut stage = Stage::new(limits()).unwrap();
    stage.start(&launch).unwrap();
    let run = stage.finish().remove(&launch.instance).unwrap();
    assert_eq!(run.ending, Ending::Killed { why: KillReason::SceneOver });
    nobody_is_left(&run);
}

#[test]
fn a_stage_is_cancelled_from_another_thread() {
    let Some(bench) = Bench::new() else { return };
    let binary = bench.program("program", "for (;;) pause();");
    let launch = bench.launch(&binary);
    let mut stage = Stage::new(limits()).unwrap();
    stage.start(&launch).unwrap();
    let handle = stage.cancel_handle();
    let canceller = std::thread::spawn(move || handle.cancel());
    wait_for(&mut stage, |event| (*event == Event::Cancelled).then_some(()));
    canceller.join().unwrap();
}

#[test]
fn other_children_of_the_thread_are_left_alone() {
    let Some(bench) = Bench::new() else { return };
    let binary =
        bench.program("program", "for (int n = 0; n < 20; n++) { if (fork() == 0) _exit(0); wait(0); }");
    let launch = bench.launch(&binary);
    // Exits before the stage looks, so that its end is what the kernel names first.
    let mut other = std::process::Command::new("true").spawn().unwrap();
    let mut stage = Stage::new(limits()).unwrap();
    stage.start(&launch).unwrap();
    play(&mut stage, &launch.instance);
    let run = stage.finish().remove(&launch.instance).unwrap();
    assert_eq!(run.processes.len(), 21);
    assert!(other.wait().unwrap().success());
}

#[test]
fn a_last_line_without_a_newline_counts() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run("say(\"first\\nsum=5\");", limits());
    assert_eq!(stdout(&run), ["first", "sum=5"]);
    assert_eq!(run.results[0].value, "5");
    let run = bench.run("say(\"checkpoint almost\");", limits());
    assert_eq!((checkpoints(&run).len(), run.unobserved.len()), (0, 1));
}

#[test]
fn children_that_end_before_their_parent_can_tell_of_them_are_counted_once() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run(
        "for (int n = 0; n < 100; n++) { if (fork() == 0) _exit(n % 7); if (vfork() == 0) _exit(0); } while (wait(0) > 0);",
        Limits { processes: 500, ..limits() },
    );
    assert_eq!(run.ending, Ending::Exited { status: 0 });
    assert_eq!(run.processes.len(), 201);
    let killed = run.processes.iter().find(|process| !matches!(process.ending, Ending::Exited { .. }));
    assert_eq!(killed, None);
    assert!(run.processes.iter().skip(1).all(|process| process.parent == run.pid));
}
