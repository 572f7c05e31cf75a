//! The smaller books that the kernel keeps on a process: `io`, `statm`, `status`,
//! `stat` and `fdinfo` under `/proc/PID`.
//!
//! Pure parsers over text; a book that lacks a wanted line gives nothing, never
//! a zero that could be taken for a measurement.
//!
//! Source: `proc_pid_io(5)`, `proc_pid_statm(5)`, `proc_pid_status(5)`,
//! `proc_pid_stat(5)`, `proc_pid_fdinfo(5)`.

use crate::facts::signal::Disposition;
use crate::words::units::{Bytes, Pages};

/// The value behind `key:` in a book of `key: value` lines, trimmed.
fn value<'text>(text: &'text str, key: &str) -> Option<&'text str> {
    text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':')).map(str::trim)
}

/// The number behind `key:` in `/proc/PID/io`, `status` or `fdinfo`.
#[must_use]
pub fn number(text: &str, key: &str) -> Option<u64> {
    value(text, key)?.parse().ok()
}

/// The size behind `key:` in `/proc/PID/status`, which prints KiB: `VmRSS:   12 kB`.
#[must_use]
pub fn size(text: &str, key: &str) -> Option<Bytes> {
    value(text, key)?.strip_suffix("kB")?.trim().parse().ok().map(Bytes::kib)
}

/// What the process does about `signal`, by the sets `SigCgt` and `SigIgn` of `/proc/PID/status`.
#[must_use]
pub fn disposition(status: &str, signal: i32) -> Option<Disposition> {
    let bit = 1_u64.checked_shl(u32::try_from(signal).ok()?.checked_sub(1)?)?;
    let set = |key| Some(u64::from_str_radix(value(status, key)?, 16).ok()? & bit != 0);
    Some(match (set("SigCgt")?, set("SigIgn")?) {
        (true, _) => Disposition::Handled,
        (false, true) => Disposition::Ignored,
        (false, false) => Disposition::Default,
    })
}

/// Resident pages by `/proc/PID/statm`: its second number.
#[must_use]
pub fn resident(statm: &str) -> Option<Pages> {
    statm.split_ascii_whitespace().nth(1)?.parse().ok().map(Pages)
}

/// Minor and major faults of the process itself, all its threads, by `/proc/PID/stat`
/// (fields 10 and 12).
#[must_use]
pub fn faults(stat: &str) -> Option<(u64, u64)> {
    // The second field is the name in parentheses, which may hold spaces and parentheses.
    let (_, behind_name) = stat.rsplit_once(')')?;
    let mut fields = behind_name.split_ascii_whitespace().skip(7);
    let minor = fields.next()?.parse().ok()?;
    let major = fields.nth(1)?.parse().ok()?;
    Some((minor, major))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &str = "\
Name:\tVmRSS: 1 kB
Tgid:\t812
VmRSS:\t    3324 kB
RssAnon:\t     320 kB
RssFile:\t    3004 kB
RssShmem:\t       0 kB
TracerPid:\t77
SigIgn:\t0000000000001000
SigCgt:\t0000000100000440
";

    #[test]
    fn values_are_found_by_their_key_at_the_start_of_a_line() {
        assert_eq!(size(STATUS, "VmRSS"), Some(Bytes::kib(3324)));
        assert_eq!(size(STATUS, "RssShmem"), Some(Bytes(0)));
        assert_eq!(number(STATUS, "Tgid"), Some(812));
        assert_eq!(number(STATUS, "TracerPid"), Some(77));
        assert_eq!(size(STATUS, "VmSwap"), None);
        assert_eq!(number("pos:\t0\nflags:\t0100000\n", "pos"), Some(0));
    }

    #[test]
    fn a_signal_is_handled_ignored_or_neither() {
        let of = |signal| disposition(STATUS, signal);
        assert_eq!(of(libc::SIGBUS), Some(Disposition::Handled));
        assert_eq!(of(libc::SIGSEGV), Some(Disposition::Handled));
        assert_eq!(of(33), Some(Disposition::Handled), "the kernel's second real-time signal");
        assert_eq!(of(libc::SIGPIPE), Some(Disposition::Ignored));
        assert_eq!(of(libc::SIGTERM), Some(Disposition::Default));
        assert_eq!((of(0), of(-1), of(65)), (None, None, None));
        assert_eq!(disposition("Tgid:\t1\n", libc::SIGBUS), None);
    }

    #[test]
    fn statm_gives_resident_pages() {
        assert_eq!(resident("2097 831 751 5 0 177 0\n"), Some(Pages(831)));
        assert_eq!(resident("2097"), None);
    }

    #[test]
    fn stat_gives_faults_whatever_the_name() {
        let stat = "812 (a) R (b) S 1 812 812 0 -1 4194304 523 9 7 2 0 0 0 0 20 0 1 0 1 2 3";
        assert_eq!(faults(stat), Some((523, 7)));
        assert_eq!(faults("812 (x"), None);
    }
}
