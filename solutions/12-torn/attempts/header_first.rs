//! `ledger FILE append N`, `ledger FILE list`: entries that are never seen half-written.

use std::error::Error;
use std::fs::File;
use std::io;

use memmap2::MmapMut;

const ACCOUNTS: usize = 8;
const SHARE: usize = size_of::<i64>();

/// A mapped file: a page for the header, which counts the entries, and one for each account.
struct Ledger {
    bytes: MmapMut,
    page: usize,
    count: usize,
}

impl Ledger {
    fn open(path: &str) -> Result<Self, Box<dyn Error>> {
        let file = File::options().read(true).write(true).open(path)?;
        // SAFETY: nobody else changes the file or cuts it short while this program runs.
        let bytes = unsafe { MmapMut::map_mut(&file)? };
        let header = bytes.first_chunk().ok_or("the ledger is empty")?;
        let count = usize::from_ne_bytes(*header);
        Ok(Self { page: bytes.len() / (1 + ACCOUNTS), bytes, count })
    }

    /// Where an account's share of an entry stands, both counted from 0.
    fn place(&self, account: usize, index: usize) -> usize {
        (1 + account) * self.page + index * SHARE
    }

    fn total(&self, index: usize) -> i64 {
        let shares =
            (0..ACCOUNTS).filter_map(|account| self.bytes[self.place(account, index)..].first_chunk());
        shares.map(|eight| i64::from_ne_bytes(*eight)).sum()
    }

    fn append(&mut self, amount: i64) -> Result<(), Box<dyn Error>> {
        if (self.count + 1) * SHARE > self.page {
            return Err("the ledger is full".into());
        }
        self.count();
        self.bytes.flush_range(0, self.page)?;
        self.count -= 1;
        self.store(amount);
        self.bytes.flush_range(self.page, ACCOUNTS * self.page)?;
        self.count += 1;
        Ok(())
    }

    fn store(&mut self, amount: i64) {
        let share = amount / ACCOUNTS as i64;
        for account in 0..ACCOUNTS {
            let place = self.place(account, self.count);
            self.bytes[place..place + SHARE].copy_from_slice(&share.to_ne_bytes());
        }
    }

    fn count(&mut self) {
        self.count += 1;
        self.bytes[..SHARE].copy_from_slice(&self.count.to_ne_bytes());
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [path, "append", entries] => {
            let mut ledger = Ledger::open(path)?;
            println!("checkpoint mapped");
            for line in io::stdin().lines().take(entries.parse()?) {
                ledger.append(line?.trim().parse()?)?;
                println!("durable={}", ledger.count);
            }
        }
        [path, "list"] => {
            let ledger = Ledger::open(path)?;
            for index in 0..ledger.count {
                println!("total={}", ledger.total(index));
            }
        }
        _ => return Err("usage: ledger FILE append N, ledger FILE list".into()),
    }
    Ok(())
}
