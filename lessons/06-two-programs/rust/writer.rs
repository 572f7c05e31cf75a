//! `writer FILE`: stores integers into a file that it shares with other programs.

use std::error::Error;
use std::fs::File;
use std::io;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: writer FILE")?;
    let _file = File::options().read(true).write(true).open(path)?;

    // 1. Map the whole file here: shared, readable and writable.
    println!("checkpoint mapped");

    for line in io::stdin().lines() {
        let line = line?;
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["put", index, _value] => {
                // 2. Store the value as integer number `index` of the mapping.
                println!("stored={index}");
            }
            ["get", _index] => {
                // 3. Load integer number `index` of the mapping.
                println!("value=0");
            }
            _ => return Err(format!("not a command: {line:?}").into()),
        }
    }
    Ok(())
}
