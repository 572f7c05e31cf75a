//! Links and pictures of Markdown as words: in a terminal there is nothing to click.

/// `text` with its links readable: to another page as the name by which it is read
/// (`[smaps]`), to the web as the address behind the words, within the page as the words
/// alone; pictures as what they show. Code stays as it is.
pub(super) fn readable(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['`', '[', '!']) {
        read.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match rest.as_bytes()[0] {
            b'`' => code(rest).map(|code| (code.to_owned(), code.len())),
            b'!' => rest
                .strip_prefix('!')
                .and_then(link)
                .map(|link| (format!("[picture: {}]", link.words), link.length + 1)),
            _ => link(rest).map(|link| (link.told(), link.length)),
        };
        match taken {
            Some((told, length)) => {
                read.push_str(&told);
                rest = &rest[length..];
            }
            None => {
                read.push_str(&rest[..1]);
                rest = &rest[1..];
            }
        }
    }
    read.push_str(rest);
    read
}

/// The inline code that `text` begins with, its backticks included.
fn code(text: &str) -> Option<&str> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let close = text[ticks..].find(&text[..ticks])?;
    Some(&text[..close + 2 * ticks])
}

struct Link<'a> {
    words: &'a str,
    target: &'a str,
    length: usize,
}

/// The link that `text` begins with: `[words](target)`.
fn link(text: &str) -> Option<Link<'_>> {
    let inner = text.strip_prefix('[')?;
    let mut depth = 0_u32;
    let close = inner.char_indices().find_map(|(at, c)| match c {
        '[' => {
            depth += 1;
            None
        }
        ']' if depth == 0 => Some(at),
        ']' => {
            depth -= 1;
            None
        }
        _ => None,
    })?;
    let target = inner[close + 1..].strip_prefix('(')?;
    let end = target.find(')')?;
    Some(Link { words: &inner[..close], target: &target[..end], length: close + end + 4 })
}

impl Link<'_> {
    fn told(&self) -> String {
        let words = readable(self.words);
        let (page, _) = self.target.split_once('#').unwrap_or((self.target, ""));
        if self.target.contains("://") {
            let same = words == self.target;
            return if same { words } else { format!("{words} <{}>", self.target) };
        }
        match page.strip_suffix(".md") {
            Some(name) => format!("{words} [{}]", name.rsplit('/').next().unwrap_or(name)),
            None => words,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_words_with_what_can_be_typed() {
        for (text, read) in [
            ("see [the next](untouched-memory.md#rss).", "see the next [untouched-memory]."),
            ("[above](#pss) and [`b`](b.md)", "above and `b` [b]"),
            ("[man](https://example.org/a)", "man <https://example.org/a>"),
            ("[https://x.org](https://x.org)", "https://x.org"),
            ("![a box](figures/box.svg) here", "[picture: a box] here"),
            ("`a[0](x.md)` and `` `[a](b.md) ``", "`a[0](x.md)` and `` `[a](b.md) ``"),
            ("a [not a link] (b), x[3], wow! [", "a [not a link] (b), x[3], wow! ["),
            ("[[1]](notes.md)", "[1] [notes]"),
            ("ünïcödé [ö](ö.md)", "ünïcödé ö [ö]"),
        ] {
            assert_eq!(readable(text), read, "{text}");
        }
    }
}
