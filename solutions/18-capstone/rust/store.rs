//! `store FILE write`, `store FILE read`: keys and values in a file, for one writer and any
//! number of readers.
//!
//! The file is a log of records, one behind the other, in words of 64 bits:
//!
//! ```text
//! sequence | checksum | key, length | text, filled up with zeros
//! ```
//!
//! A record counts if its sequence number is the one that is due and its checksum fits. What is
//! in the file is never written over, so a reader always finds the value before.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use memmap2::{MmapOptions, MmapRaw};

const HEADER: usize = 3;
const WORD: usize = size_of::<u64>();

/// The file, mapped, and what has been found in it so far.
struct Store {
    map: MmapRaw,
    values: BTreeMap<u64, String>,
    /// The word behind the last record that counts.
    end: usize,
    /// The sequence number of the next one.
    due: u64,
}

impl Store {
    fn new(map: MmapRaw) -> Self {
        let mut store = Self { map, values: BTreeMap::new(), end: 0, due: 1 };
        store.catch_up();
        store
    }

    /// Atomic: while one process stores, others load.
    fn words(&self) -> &[AtomicU64] {
        // SAFETY: the mapping begins at a page, is as long as said, and lives as long as `self`;
        // it is touched through these atomics only, here and in the other processes.
        unsafe { std::slice::from_raw_parts(self.map.as_ptr().cast(), self.map.len() / WORD) }
    }

    fn catch_up(&mut self) {
        while let Some((key, text, words)) = self.next() {
            self.values.insert(key, text);
            self.end += words;
            self.due += 1;
        }
    }

    /// The next record, if there is one that counts: key, text, and how many words it takes.
    fn next(&self) -> Option<(u64, String, usize)> {
        let words = self.words().get(self.end..)?;
        // Acquire: what was stored before the sequence number can be seen after it.
        if words.first()?.load(Ordering::Acquire) != self.due {
            return None;
        }
        let sum = words.get(1)?.load(Ordering::Relaxed);
        let key_and_length = words.get(2)?.load(Ordering::Relaxed);
        let (key, length) = (key_and_length >> 32, (key_and_length & 0xffff_ffff) as usize);
        let text = words.get(HEADER..HEADER + length.div_ceil(WORD))?;
        // Copied first and then looked at: the copy cannot change any more.
        let mut bytes: Vec<u8> =
            text.iter().flat_map(|word| word.load(Ordering::Relaxed).to_ne_bytes()).collect();
        bytes.truncate(length);
        let fits = sum == checksum(self.due, key, &bytes);
        let text = String::from_utf8(bytes).ok().filter(|_| fits)?;
        Some((key, text, HEADER + length.div_ceil(WORD)))
    }

    /// Appends a record; it is durable when this returns.
    fn put(&mut self, key: u64, text: &str) -> Result<(), Box<dyn Error>> {
        let (start, length) = (self.end, HEADER + text.len().div_ceil(WORD));
        let record = self.words().get(start..start + length).ok_or("the store is full")?;
        for (word, bytes) in record[HEADER..].iter().zip(text.as_bytes().chunks(WORD)) {
            let mut eight = [0; WORD];
            eight[..bytes.len()].copy_from_slice(bytes);
            word.store(u64::from_ne_bytes(eight), Ordering::Relaxed);
        }
        record[2].store(key << 32 | text.len() as u64, Ordering::Relaxed);
        record[1].store(checksum(self.due, key, text.as_bytes()), Ordering::Relaxed);
        // Release, and last: who sees the number sees the record.
        record[0].store(self.due, Ordering::Release);
        self.map.flush_range(start * WORD, length * WORD)?;
        self.end += length;
        self.due += 1;
        Ok(())
    }
}

/// FNV-1a over a record's numbers and its text.
fn checksum(sequence: u64, key: u64, text: &[u8]) -> u64 {
    let numbers = [sequence, key, text.len() as u64];
    let all = numbers.into_iter().chain(text.iter().map(|&byte| byte.into()));
    all.fold(0xcbf2_9ce4_8422_2325, |sum, next| (sum ^ next).wrapping_mul(0x100_0000_01b3))
}

fn write(path: &str) -> Result<(), Box<dyn Error>> {
    let file = File::options().read(true).write(true).open(path)?;
    let mut store = Store::new(MmapRaw::map_raw(&file)?);
    println!("checkpoint mapped");
    for (index, line) in io::stdin().lines().enumerate() {
        let line = line?;
        let put = line.strip_prefix("put ").and_then(|put| put.split_once(' '));
        let (key, text) = put.ok_or("not a command")?;
        store.put(key.parse()?, text)?;
        println!("durable={}", index + 1);
    }
    Ok(())
}

fn read(path: &str) -> Result<(), Box<dyn Error>> {
    let mut store = Store::new(MmapOptions::new().map_raw_read_only(&File::open(path)?)?);
    println!("checkpoint mapped");
    for line in io::stdin().lines() {
        let line = line?;
        store.catch_up();
        if line == "all" {
            store.values.values().for_each(|text| println!("value={text}"));
        } else {
            let key: u64 = line.strip_prefix("get ").ok_or("not a command")?.parse()?;
            println!("value={}", store.values.get(&key).map_or("none", String::as_str));
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [path, "write"] => write(path),
        [path, "read"] => read(path),
        _ => Err("usage: store FILE write, store FILE read".into()),
    }
}
