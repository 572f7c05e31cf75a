use std::io::{BufRead, Read, Write, pipe, stdin};

fn main() {
    let (mut reader, mut writer) = pipe().expect("a pipe");
    // SAFETY: there is one thread, so that the child may do whatever the parent may.
    match unsafe { libc::fork() } {
        -1 => panic!("fork: {}", std::io::Error::last_os_error()),
        0 => {
            drop(writer);
            let (mut sum, mut number) = (0_i64, [0; 8]);
            while reader.read_exact(&mut number).is_ok() {
                sum += i64::from_le_bytes(number);
            }
            println!("sum={sum}");
        }
        child => {
            drop(reader);
            for line in stdin().lock().lines().skip(1) {
                let number: i64 = line.expect("a line").trim().parse().expect("a number");
                writer.write_all(&number.to_le_bytes()).expect("room in the pipe");
            }
            println!("checkpoint handed-over");
            drop(writer);
            let mut status = 0;
            // SAFETY: status is an int that outlives the call.
            let waited = unsafe { libc::waitpid(child, &raw mut status, 0) };
            assert!(waited == child && status == 0, "the child failed");
        }
    }
}
