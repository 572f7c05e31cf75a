//! What was seen of a specimen: its lines with their counters as smaps prints them, and
//! the same in the words of other tools.

use crate::assemblies::specimens::Showing;
use crate::assemblies::ui::look::{Look, Role, Telling};
use crate::facts::mapping::Mapping;
use crate::judgement::answers::letter;
use crate::vocabulary::specimen::{Faults, Told};
use crate::words::units::{Addr, Bytes};

/// The lines of a specimen's processes, and what `pmap` and `perf` say of it.
#[must_use]
pub fn showing(look: &Look, showing: &Showing) -> String {
    let mut text = String::new();
    let several = showing.posed.lines.len() > 1;
    for (index, lines) in showing.posed.lines.iter().enumerate() {
        let pid = showing.holding.exhibit().processes.get(index).map_or(0, |process| process.pid);
        let process = [("process", pid.into())];
        let who = match index {
            0 if several => look.tell("specimen-parent", process),
            0 => look.tell("specimen-process", process),
            1 => look.tell("specimen-child", process),
            later => look.tell("specimen-later-child", [("number", later.into()), ("process", pid.into())]),
        };
        let heading = look.tell("specimen-lines", [("who", who.into()), ("process", pid.into())]);
        text += &format!("{}\n", look.paint(Role::Strong, heading));
        for (place, line) in lines.iter().enumerate() {
            let mark = if index == 0 { format!("{}) ", letter(place)) } else { "   ".to_owned() };
            text += &block(look, &mark, line);
        }
        text.push('\n');
    }
    text += &pmap(look, showing);
    text += &perf(look, &showing.holding.exhibit().perf);
    text
}

/// A line of maps with its counters, in kB as the kernel prints them.
fn block(look: &Look, mark: &str, line: &Mapping) -> String {
    let books = &line.books;
    let pairs = [
        [("Size", line.size()), ("Shared_Clean", books.shared_clean)],
        [("Rss", books.rss), ("Shared_Dirty", books.shared_dirty)],
        [("Pss", books.pss), ("Private_Clean", books.private_clean)],
        [("Anonymous", books.anonymous), ("Private_Dirty", books.private_dirty)],
    ];
    let mut text = format!("{}{line}\n", look.paint(Role::Strong, mark));
    match look.telling {
        Telling::Pictures => {
            for [(left, one), (right, other)] in pairs {
                text += &format!(
                    "   {:<12}{:>10}    {:<16}{:>10}\n",
                    format!("{left}:"),
                    kb(one),
                    format!("{right}:"),
                    kb(other)
                );
            }
        }
        Telling::Words => {
            let counters: Vec<String> =
                pairs.iter().flatten().map(|(name, bytes)| format!("{name} {}", kb(*bytes))).collect();
            text += &look.wrap("   ", &counters.join(", "));
        }
    }
    text
}

fn kb(bytes: Bytes) -> String {
    format!("{} kB", bytes.0 / 1024)
}

/// The columns of `pmap -X` that are shown.
const COLUMNS: [&str; 7] = ["Address", "Perm", "Size", "Rss", "Pss", "Anonymous", "Mapping"];

fn pmap(look: &Look, showing: &Showing) -> String {
    let says = match &showing.holding.exhibit().pmap {
        Told::Ran { says } => says,
        Told::Absent { reason } => return left_out(look, "pmap", reason),
    };
    let shown: Vec<Addr> = showing.posed.lines.iter().take(1).flatten().map(|line| line.start).collect();
    let Some(rows) = rows(says, &shown) else {
        return left_out(look, "pmap", &look.say("specimen-other-pmap"));
    };
    let pid = showing.holding.exhibit().processes.first().map_or(0, |process| process.pid);
    let command = [("command", format!("pmap -X {pid}").into())];
    let mut text = look.paint(Role::Strong, look.tell("specimen-pmap", command));
    text.push('\n');
    for row in rows {
        let [address, perm, size, rss, pss, anonymous, mapping] = &row;
        let line = format!("   {address:>12} {perm:<4} {size:>8} {rss:>7} {pss:>7} {anonymous:>9} {mapping}");
        text += line.trim_end();
        text.push('\n');
    }
    text.push('\n');
    text
}

/// The heading of the table and the rows at these addresses, in the columns that are shown.
fn rows(table: &str, at: &[Addr]) -> Option<Vec<[String; 7]>> {
    let mut lines = table.lines().skip_while(|line| !line.trim_start().starts_with("Address"));
    let heading: Vec<&str> = lines.next()?.split_whitespace().collect();
    let places: Vec<usize> =
        COLUMNS.iter().map(|column| heading.iter().position(|name| name == column)).collect::<Option<_>>()?;
    let mut rows = vec![COLUMNS.map(str::to_owned)];
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        let address = words.first().and_then(|word| u64::from_str_radix(word, 16).ok());
        if address.is_some_and(|address| at.contains(&Addr(address))) {
            // The last column alone may be empty.
            let word = |place: &usize| words.get(*place).map_or_else(String::new, |word| (*word).to_owned());
            rows.push(places.iter().map(word).collect::<Vec<_>>().try_into().ok()?);
        }
    }
    (rows.len() > 1).then_some(rows)
}

fn perf(look: &Look, perf: &Told<Faults>) -> String {
    match perf {
        Told::Absent { reason } => left_out(look, "perf stat", reason),
        Told::Ran { says: Faults { minor, major } } => {
            let command = "perf stat -e minor-faults,major-faults";
            let what = look.tell("specimen-perf", [("command", command.into())]);
            let mut text = look.wrap("", &look.paint(Role::Strong, what));
            text += &format!("   {minor:>10} minor-faults\n   {major:>10} major-faults\n");
            text
        }
    }
}

/// Which tool's words are not there, and why.
fn left_out(look: &Look, tool: &str, reason: &str) -> String {
    look.wrap("", &look.tell("specimen-left-out", [("question", tool.into()), ("reason", reason.into())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PMAP: &str = "\
1234:   mmaplings __experiment
         Address Perm   Offset Device Inode Size  Rss  Pss Anonymous Locked Mapping
    55d000000000 rw-p 00000000  00:00     0  132    8    8         8      0 [heap]
    7f1000000000 rw-s 00000000  fe:00    77 1024   64   64         0      0 ledger
    7f2000000000 rw-p 00000000  00:00     0   16   16   16        16      0
                                            ==== ==== ==== ========= ======
                                            1172   88   88        24      0 KB
";

    #[test]
    fn the_rows_and_columns_that_matter_are_taken_from_pmap() {
        let rows = rows(PMAP, &[Addr(0x7f10_0000_0000), Addr(0x7f20_0000_0000)]).unwrap();
        assert_eq!(rows[1], ["7f1000000000", "rw-s", "1024", "64", "64", "0", "ledger"]);
        assert_eq!(rows[2], ["7f2000000000", "rw-p", "16", "16", "16", "16", ""]);
        assert_eq!(rows.len(), 3);
    }

    #[test]
    fn another_table_is_not_read() {
        assert_eq!(super::rows("Address Kbytes RSS Dirty Mode Mapping\n", &[Addr(1)]), None);
        assert_eq!(super::rows("", &[]), None);
    }
}
