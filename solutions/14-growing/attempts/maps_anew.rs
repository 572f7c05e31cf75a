//! A wrong `grow`: unmaps the file and maps it anew each time it grows.

use std::error::Error;
use std::fs::File;
use std::io;

use memmap2::MmapMut;

/// A file and its mapping, always of the same length.
struct Table {
    file: File,
    bytes: MmapMut,
    page: usize,
}

impl Table {
    fn open(path: &std::ffi::OsStr) -> io::Result<Self> {
        let file = File::options().read(true).write(true).open(path)?;
        // SAFETY: other programs do change these bytes meanwhile. They are integers, for which any
        // bytes are valid; each is copied out or in as a whole. No program cuts the file short.
        let bytes = unsafe { MmapMut::map_mut(&file)? };
        // SAFETY: sysconf only answers.
        let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        Ok(Self { file, bytes, page: usize::try_from(page).map_err(io::Error::other)? })
    }

    fn put(&mut self, index: usize, value: i64) -> Result<(), Box<dyn Error>> {
        let end = index.checked_add(1).and_then(|count| count.checked_mul(8)).ok_or("too large an index")?;
        if end > self.bytes.len() {
            self.grow(end.checked_next_multiple_of(self.page).ok_or("too large an index")?)?;
        }
        self.bytes[end - 8..end].copy_from_slice(&value.to_ne_bytes());
        Ok(())
    }

    fn get(&self, index: usize) -> Option<i64> {
        let start = index.checked_mul(8)?;
        self.bytes.get(start..)?.first_chunk().map(|eight| i64::from_ne_bytes(*eight))
    }

    fn grow(&mut self, length: usize) -> io::Result<()> {
        self.file.set_len(length as u64)?;
        // SAFETY: as in `open`. The old mapping is given up by the assignment.
        self.bytes = unsafe { MmapMut::map_mut(&self.file)? };
        Ok(())
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
            ["get", index] => {
                let value = table.get(index.parse()?).ok_or("the index lies behind the end")?;
                println!("value={value}");
            }
            _ => return Err(format!("not a command: {line:?}").into()),
        }
    }
    Ok(())
}
