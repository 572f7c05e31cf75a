//! Which pages a touch means, as an iterator that allocates nothing: the process
//! that runs an experiment must not grow while it is measured.

use super::operation::WhichPages;
use crate::words::units::{Bytes, Pages};

impl WhichPages {
    /// The indices of the pages of a mapping of `size`, in the order in which they
    /// are touched, each once.
    pub fn indices(self, size: Bytes, page_size: Bytes) -> impl Iterator<Item = u64> {
        let candidates = self.candidates(size, page_size);
        let (count, order) = match self.random {
            None => (candidates, Order::Ascending),
            Some((count, seed)) => (count.min(candidates), Order::Shuffled(Shuffle::new(candidates, seed))),
        };
        (0..count).map(move |turn| {
            let candidate = match &order {
                Order::Ascending => turn,
                Order::Shuffled(shuffle) => shuffle.at(turn),
            };
            candidate * self.every
        })
    }

    /// How many pages of a mapping of `size` are touched.
    #[must_use]
    pub fn count(self, size: Bytes, page_size: Bytes) -> Pages {
        let candidates = self.candidates(size, page_size);
        Pages(self.random.map_or(candidates, |(count, _)| count.min(candidates)))
    }

    fn candidates(self, size: Bytes, page_size: Bytes) -> u64 {
        let reach = self.first.map_or(size, |first| first.0.min(size));
        reach.pages(page_size).0.checked_next_multiple_of(self.every).map_or(0, |pages| pages / self.every)
    }
}

enum Order {
    Ascending,
    Shuffled(Shuffle),
}

/// A random-looking permutation of `0..length` in constant space: a Feistel network
/// over the next power of four, walked along its cycle until it lands inside.
/// Source: Black and Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002.
struct Shuffle {
    length: u64,
    half_bits: u32,
    seed: u64,
}

impl Shuffle {
    const ROUNDS: u64 = 4;

    fn new(length: u64, seed: u64) -> Self {
        let bits = u64::BITS - length.saturating_sub(1).leading_zeros();
        Self { length, half_bits: bits.div_ceil(2).max(1), seed }
    }

    fn at(&self, index: u64) -> u64 {
        let mut image = self.scramble(index);
        while image >= self.length {
            image = self.scramble(image);
        }
        image
    }

    fn scramble(&self, index: u64) -> u64 {
        let mask = (1_u64 << self.half_bits) - 1;
        let (mut left, mut right) = (index >> self.half_bits, index & mask);
        for round in 0..Self::ROUNDS {
            (left, right) = (right, left ^ (mix(right ^ mix(self.seed ^ (round << 56))) & mask));
        }
        (left << self.half_bits) | right
    }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
fn mix(word: u64) -> u64 {
    let word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::size::Size;
    use super::*;

    const PAGE: Bytes = Bytes::kib(4);

    fn which(first: Option<u64>, every: u64, random: Option<(u64, u64)>) -> WhichPages {
        WhichPages { first: first.map(|bytes| Size(Bytes(bytes))), every, random }
    }

    #[test]
    fn pages_are_chosen_as_the_lesson_says() {
        let size = Bytes::kib(40);
        for (which, pages) in [
            (which(None, 1, None), vec![0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
            (which(None, 3, None), vec![0, 3, 6, 9]),
            (which(Some(1), 1, None), vec![0]),
            (which(Some(4097), 1, None), vec![0, 1]),
            (which(Some(0), 1, None), vec![]),
            (which(None, 0, None), vec![]),
            (which(None, u64::MAX, None), vec![0]),
            (which(Some(1 << 40), 4, None), vec![0, 4, 8]),
        ] {
            assert_eq!(which.indices(size, PAGE).collect::<Vec<_>>(), pages, "{which:?}");
            assert_eq!(which.count(size, PAGE), Pages(pages.len() as u64), "{which:?}");
        }
    }

    #[test]
    fn a_random_order_is_not_the_plain_one_and_hangs_on_the_seed() {
        let order =
            |seed| which(None, 1, Some((64, seed))).indices(Bytes::kib(256), PAGE).collect::<Vec<_>>();
        assert_ne!(order(1), (0..64).collect::<Vec<_>>());
        assert_ne!(order(1), order(2));
        assert_eq!(order(1), order(1));
    }

    proptest! {
        #[test]
        fn a_random_order_touches_each_page_once(pages in 1_u64..3000, seed: u64, every in 1_u64..5) {
            let size = Bytes(pages * PAGE.0);
            let mut touched: Vec<u64> = which(None, every, Some((u64::MAX, seed))).indices(size, PAGE).collect();
            touched.sort_unstable();
            prop_assert_eq!(touched, (0..pages).step_by(usize::try_from(every).unwrap()).collect::<Vec<_>>());
        }
    }
}
