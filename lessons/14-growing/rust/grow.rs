//! `grow FILE`: a table of 64-bit integers in a shared file that grows while it is in use.

use std::error::Error;
use std::fs::File;
use std::io;

use memmap2::MmapMut;

/// A file and its mapping, always of the same length.
struct Table {
    file: File,
    bytes: MmapMut,
}

impl Table {
    fn open(path: &std::ffi::OsStr) -> io::Result<Self> {
        let file = File::options().read(true).write(true).open(path)?;
        // SAFETY: other programs do change these bytes meanwhile. They are integers, for which any
        // bytes are valid; each is copied out or in as a whole. No program cuts the file short.
        let bytes = unsafe { MmapMut::map_mut(&file)? };
        Ok(Self { file, bytes })
    }

    fn put(&mut self, index: usize, value: i64) -> Result<(), Box<dyn Error>> {
        let end = index.checked_add(1).and_then(|count| count.checked_mul(8)).ok_or("too large an index")?;
        if end > self.bytes.len() {
            // Grow file and mapping here.
            eprintln!("{end} lies behind the end of {:?}", self.file);
        }
        if let Some(eight) = self.bytes.get_mut(end - 8..end) {
            eight.copy_from_slice(&value.to_ne_bytes());
        }
        Ok(())
    }

    fn get(&self, index: usize) -> Option<i64> {
        let start = index.checked_mul(8)?;
        self.bytes.get(start..)?.first_chunk().map(|eight| i64::from_ne_bytes(*eight))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: grow FILE")?;
    let mut table = Table::open(&path)?;
    println!("checkpoint mapped");

    for line in io::stdin().lines() {
        let line = line?;
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["put", index, value] => {
                table.put(index.parse()?, value.parse()?)?;
                println!("length={}", table.bytes.len());
            }
            ["get", index] => println!("value={}", table.get(index.parse()?).unwrap_or_default()),
            _ => return Err(format!("not a command: {line:?}").into()),
        }
    }
    Ok(())
}
