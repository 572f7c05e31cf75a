//! `store FILE write`, `store FILE read`: keys and values in a file, for one writer and any
//! number of readers.

use std::error::Error;
use std::fs::File;
use std::io;

use memmap2::{MmapOptions, MmapRaw};

const KEYS: usize = 64;

/// The file, mapped: a place for each key.
struct Store {
    map: MmapRaw,
    room: usize,
}

impl Store {
    fn new(map: MmapRaw) -> Self {
        let room = map.len() / KEYS;
        Self { map, room }
    }

    /// Where the text of a key begins in the mapping, if there is such a key.
    fn place(&self, key: usize) -> Option<usize> {
        (1..=KEYS).contains(&key).then(|| (key - 1) * self.room)
    }

    /// Other processes store here meanwhile: each byte is loaded anew.
    fn get(&self, key: usize) -> Option<String> {
        let place = self.place(key)?;
        // SAFETY: the place and its room lie in the mapping.
        let byte = |index| unsafe { self.map.as_ptr().add(place + index).read_volatile() };
        let text: Vec<u8> = (0..self.room).map(byte).take_while(|&byte| byte != 0).collect();
        String::from_utf8(text).ok().filter(|text| !text.is_empty())
    }

    fn put(&mut self, key: usize, text: &str) -> Result<(), Box<dyn Error>> {
        let place = self.place(key).filter(|_| text.len() < self.room).ok_or("there is no room for it")?;
        // The new text goes where the old one stands. Which of the two does a reader see
        // meanwhile, and which is there when the power goes?
        for (index, byte) in text.bytes().chain([0]).enumerate() {
            // SAFETY: the place and its room lie in the mapping, and the text fits in there.
            unsafe { self.map.as_mut_ptr().add(place + index).write_volatile(byte) };
        }
        self.map.flush_range(place, self.room)?;
        Ok(())
    }
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
    let store = Store::new(MmapOptions::new().map_raw_read_only(&File::open(path)?)?);
    println!("checkpoint mapped");
    for line in io::stdin().lines() {
        let line = line?;
        if line == "all" {
            (1..=KEYS).filter_map(|key| store.get(key)).for_each(|text| println!("value={text}"));
        } else {
            let key: usize = line.strip_prefix("get ").ok_or("not a command")?.parse()?;
            println!("value={}", store.get(key).as_deref().unwrap_or("none"));
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
