//! `reader FILE`: loads integers from a file that other programs are storing to.

use std::error::Error;
use std::fs::File;
use std::io;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: reader FILE")?;
    let _file = File::open(path)?;

    // 1. Map the whole file here: shared, read-only.
    println!("checkpoint mapped");

    for line in io::stdin().lines() {
        let line = line?;
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["get", _index] => {
                // 2. Load integer number `index` of the mapping.
                println!("value=0");
            }
            _ => return Err(format!("not a command: {line:?}").into()),
        }
    }
    Ok(())
}
