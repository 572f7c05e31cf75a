//! family COUNT: forks COUNT children and waits for them.

fn main() {
    let count: i32 = std::env::args().nth(1).and_then(|text| text.parse().ok()).expect("usage: family COUNT");
    for number in 1..=count {
        // SAFETY: the child calls nothing but _exit.
        match unsafe { libc::fork() } {
            -1 => panic!("fork: {}", std::io::Error::last_os_error()),
            0 => unsafe { libc::_exit(number) },
            _ => {}
        }
    }
    let (mut reaped, mut sum, mut status) = (0, 0, 0);
    // SAFETY: status is an int that outlives the call.
    while unsafe { libc::wait(&raw mut status) } != -1 {
        reaped += 1;
        if libc::WIFEXITED(status) {
            sum += libc::WEXITSTATUS(status);
        }
    }
    println!("reaped={reaped}\nsum={sum}");
}
