//! A long text, a screenful at a time. Pure: how large the screen is, the caller says.

use console::measure_text_width;

/// `text` in pieces of at most `rows` rows each, on a screen `columns` wide; together they are
/// the text. A piece ends with a paragraph where one ends in its second half, and with the screen
/// where none does: a drawing without a blank line in it stays whole where it can.
#[must_use]
pub fn screenfuls(text: &str, columns: usize, rows: usize) -> Vec<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let height = |line: &str| measure_text_width(line.trim_end()).div_ceil(columns.max(1)).max(1);
    let mut pieces = Vec::new();
    let mut rest = &lines[..];
    while !rest.is_empty() {
        let mut used = 0;
        let fits = rest.iter().take_while(|line| {
            used += height(line);
            used <= rows
        });
        // A line higher than the screen is a piece of its own.
        let fits = fits.count().max(1);
        let paragraph = || (fits / 2..fits).rev().find(|&at| rest[at].trim().is_empty()).map(|at| at + 1);
        let end = if fits == rest.len() { fits } else { paragraph().unwrap_or(fits) };
        let (piece, behind) = rest.split_at(end);
        pieces.push(piece.concat());
        rest = behind;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_one_piece() {
        assert_eq!(screenfuls("one\ntwo\n", 80, 2), ["one\ntwo\n"]);
        assert!(screenfuls("", 80, 2).is_empty());
    }

    #[test]
    fn a_piece_ends_with_a_paragraph_or_with_the_screen() {
        let text = "1\n2\n3\n\n5\n6\n7\n8\n9\n";
        assert_eq!(screenfuls(text, 80, 5), ["1\n2\n3\n\n", "5\n6\n7\n8\n9\n"]);
        assert_eq!(screenfuls(text, 80, 3), ["1\n2\n3\n", "\n5\n6\n", "7\n8\n9\n"]);
    }

    #[test]
    fn lines_wider_than_the_screen_take_more_rows_and_never_get_lost() {
        let text = format!("{}\nb\nc\n", "a".repeat(25));
        assert_eq!(screenfuls(&text, 10, 4), [format!("{}\nb\n", "a".repeat(25)), "c\n".to_owned()]);
        assert_eq!(screenfuls(&text, 10, 1).concat(), text);
        assert_eq!(screenfuls(&text, 10, 0).concat(), text);
    }
}
