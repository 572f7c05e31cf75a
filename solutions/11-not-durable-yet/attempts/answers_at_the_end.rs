//! `journal FILE append N`, `journal FILE list`: records that survive a power cut.

use std::error::Error;
use std::fs::File;
use std::io;

use memmap2::MmapMut;

/// Each record is one number, this many times.
const NUMBERS: usize = 125;
const RECORD: usize = NUMBERS * size_of::<i64>();

/// A mapped file of records, and how many are in it.
struct Journal {
    bytes: MmapMut,
    count: usize,
}

impl Journal {
    fn open(path: &str) -> io::Result<Self> {
        let file = File::options().read(true).write(true).open(path)?;
        // SAFETY: nobody else changes the file or cuts it short while this program runs.
        let bytes = unsafe { MmapMut::map_mut(&file)? };
        let mut journal = Self { bytes, count: 0 };
        while journal.record(journal.count).is_some() {
            journal.count += 1;
        }
        Ok(journal)
    }

    /// The record at the place with this index, from 0.
    fn record(&self, index: usize) -> Option<i64> {
        let place = self.bytes.chunks_exact(RECORD).nth(index)?;
        let (numbers, _) = place.as_chunks();
        let mut numbers = numbers.iter().map(|eight| i64::from_ne_bytes(*eight));
        let first = numbers.next().filter(|first| *first != 0)?;
        numbers.all(|number| number == first).then_some(first)
    }

    fn append(&mut self, number: i64) -> Result<(), Box<dyn Error>> {
        let place = self.bytes.chunks_exact_mut(RECORD).nth(self.count).ok_or("the journal is full")?;
        let (numbers, _) = place.as_chunks_mut();
        numbers.fill(number.to_ne_bytes());
        // Every page that the record lies in, and not before this has succeeded is it safe.
        self.bytes.flush_range(self.count * RECORD, RECORD)?;
        self.count += 1;
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [path, "append", records] => {
            let mut journal = Journal::open(path)?;
            println!("checkpoint mapped");
            for line in io::stdin().lines().take(records.parse()?) {
                journal.append(line?.trim().parse()?)?;
            }
            for count in 1..=journal.count {
                println!("durable={count}");
            }
        }
        [path, "list"] => {
            let journal = Journal::open(path)?;
            for record in (0..).map_while(|index| journal.record(index)) {
                println!("record={record}");
            }
        }
        _ => return Err("usage: journal FILE append N, journal FILE list".into()),
    }
    Ok(())
}
