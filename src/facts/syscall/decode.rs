//! A traced call in words: its text as `strace(1)` prints it, without the
//! result, and the parts that checks ask about.

use libc as c;

use super::Memory;
use super::flags::{self, Spelling};
use super::table::{Parameter, Purpose, Traced};
use crate::facts::call::Detail;
use crate::words::units::{Addr, Bytes};

/// A buffer's bytes that are printed; the rest is `...`.
const SHOWN: usize = 32;

/// The call's text and detail. `arguments` are the registers, of which the first
/// `traced.parameters.len()` mean something.
#[must_use]
pub fn decode(traced: &Traced, arguments: [u64; 6], memory: &dyn Memory) -> (String, Detail) {
    let mut decoding = Decoding { traced, arguments, memory, flags: Vec::new(), path: None };
    let words: Vec<String> = traced
        .parameters
        .iter()
        .enumerate()
        .filter_map(|(index, &parameter)| decoding.word(index, parameter))
        .collect();
    let text = format!("{}({})", traced.name, words.join(", "));
    (text, decoding.detail())
}

struct Decoding<'call> {
    traced: &'call Traced,
    arguments: [u64; 6],
    memory: &'call dyn Memory,
    /// The first set of flags met.
    flags: Vec<String>,
    /// The first path met.
    path: Option<String>,
}

impl Decoding<'_> {
    /// How the argument is printed; nothing where the call does not look at it.
    fn word(&mut self, index: usize, parameter: Parameter) -> Option<String> {
        let value = self.arguments[index];
        let word = match parameter {
            Parameter::Address if self.is_remap_target(index) => return None,
            Parameter::Address => pointer(value),
            Parameter::Size => value.to_string(),
            Parameter::Offset => offset(value),
            Parameter::MapOffset if value == 0 => "0".to_owned(),
            Parameter::MapOffset => format!("{value:#x}"),
            Parameter::Descriptor => as_int(value).to_string(),
            Parameter::Directory if as_int(value) == c::AT_FDCWD => "AT_FDCWD".to_owned(),
            Parameter::Directory | Parameter::Integer => as_int(value).to_string(),
            Parameter::Path => self.path(value),
            Parameter::Buffer => self.buffer(value, self.arguments[index + 1]),
            Parameter::Mode if !self.creates() => return None,
            Parameter::Mode => format!("{:#05o}", value & 0o7777).replacen("0o", "0", 1),
            Parameter::Vectors | Parameter::OpenHow | Parameter::CloneArgs | Parameter::Message => {
                self.structure(parameter, value)
            }
            Parameter::Advice => self.named(vec![flags::advice(low(value))]),
            Parameter::Command => self.named(vec![flags::command(low(value))]),
            Parameter::CommandArgument => self.command_argument(value)?,
            Parameter::CloneFlags => self.clone_flags(value),
            Parameter::OpenFlags if self.is_first_path_missing() => self.spelled(&flags::DESCRIPTOR, value),
            Parameter::Protection => self.protection(value),
            Parameter::MapFlags => self.spelled(&flags::MAP, value),
            Parameter::RemapFlags => self.spelled(&flags::REMAP, value),
            Parameter::SyncFlags => self.spelled(&flags::SYNC, value),
            Parameter::LockFlags => self.spelled(&flags::LOCK, value),
            Parameter::LockAllFlags => self.spelled(&flags::LOCK_ALL, value),
            Parameter::RangeFlags => self.spelled(&flags::RANGE, value),
            Parameter::OpenFlags => self.spelled(&flags::OPEN, value),
            Parameter::MemfdFlags => self.spelled(&flags::MEMFD, value),
            Parameter::UnlinkFlags => self.spelled(&flags::UNLINK, value),
            Parameter::RenameFlags => self.spelled(&flags::RENAME, value),
            Parameter::MessageFlags => self.spelled(&flags::MESSAGE, value),
        };
        Some(word)
    }

    /// `mremap`'s last parameter counts with `MREMAP_FIXED` only.
    fn is_remap_target(&self, index: usize) -> bool {
        self.traced.name == "mremap" && index == 4 && self.arguments[3] & c::MREMAP_FIXED as u64 == 0
    }

    fn is_first_path_missing(&self) -> bool {
        self.path.is_none()
    }

    fn creates(&self) -> bool {
        self.flags.iter().any(|flag| flag == "O_CREAT" || flag == "O_TMPFILE")
    }

    fn spelled(&mut self, spelling: &Spelling, value: u64) -> String {
        self.named(spelling.names(low(value)))
    }

    fn named(&mut self, names: Vec<String>) -> String {
        let text = names.join("|");
        // `0` stands for no flags at all.
        if self.flags.is_empty() && names != ["0"] {
            self.flags = names;
        }
        text
    }

    /// In `mmap`, the flags that checks speak of are `MAP_*`: protection has a place of its own.
    fn protection(&mut self, value: u64) -> String {
        if self.traced.name == "mmap" {
            flags::PROTECTION.names(low(value)).join("|")
        } else {
            self.spelled(&flags::PROTECTION, value)
        }
    }

    fn path(&mut self, address: u64) -> String {
        let Some(path) = self.memory.text(address) else { return pointer(address) };
        let word = quoted(path.as_bytes(), path.len());
        self.path.get_or_insert(path);
        word
    }

    fn buffer(&self, address: u64, length: u64) -> String {
        let shown = usize::try_from(length).unwrap_or(usize::MAX).min(SHOWN);
        match self.memory.bytes(address, shown) {
            Some(bytes) => quoted(&bytes, usize::try_from(length).unwrap_or(usize::MAX)),
            None => pointer(address),
        }
    }

    fn command_argument(&mut self, value: u64) -> Option<String> {
        match self.arguments[1] as i32 {
            c::F_ADD_SEALS => {
                // The command is the call's first flag; its seals follow it.
                let names = flags::SEALS.names(low(value));
                let text = names.join("|");
                self.flags.extend(names);
                Some(text)
            }
            c::F_GET_SEALS => None,
            _ => Some(as_int(value).to_string()),
        }
    }

    fn clone_flags(&mut self, value: u64) -> String {
        let mut names = flags::CLONE.names(value & !0xff);
        if names == ["0"] {
            names.clear();
        }
        match (value & 0xff) as i32 {
            0 if names.is_empty() => names.push("0".to_owned()),
            0 => {}
            c::SIGCHLD => names.push("SIGCHLD".to_owned()),
            signal => names.push(signal.to_string()),
        }
        self.named(names)
    }

    fn structure(&mut self, parameter: Parameter, address: u64) -> String {
        match parameter {
            Parameter::OpenHow => {
                // struct open_how: flags, mode, resolve; 64 bits each (openat2(2)).
                let Some([open_flags, mode, _]) = self.words(address) else { return pointer(address) };
                let spelled = self.spelled(&flags::OPEN, open_flags);
                format!("{{flags={spelled}, mode={mode:#o}}}").replace("0o", "0")
            }
            Parameter::CloneArgs => {
                // struct clone_args: flags, pidfd, child_tid, parent_tid, exit_signal (clone(2)).
                let Some([clone_flags, _, _, _, signal]) = self.words(address) else {
                    return pointer(address);
                };
                format!("{{flags={}}}", self.clone_flags(clone_flags | (signal & 0xff)))
            }
            Parameter::Vectors => {
                // The first element of the vector: base and length.
                let Some([base, length]) = self.words(address) else { return pointer(address) };
                format!("[{{{}, {length}}}, ...]", self.buffer(base, length))
            }
            _ => self.message(address).unwrap_or_else(|| pointer(address)),
        }
    }

    /// The descriptors that a message hands over (`SCM_RIGHTS`, `unix(7)`).
    fn message(&mut self, address: u64) -> Option<String> {
        // struct msghdr: name, namelen, iov, iovlen, control, controllen, flags.
        let [_, _, _, _, control, length] = self.words(address)?;
        // struct cmsghdr: length (64 bits), level, type (32 bits each), then the data.
        const HEADER: usize = 16;
        let length = usize::try_from(length).ok()?.min(4096);
        if control == 0 || length < HEADER {
            return Some("{msg_controllen=0}".to_owned());
        }
        let bytes = self.memory.bytes(control, length)?;
        let number = |at: usize| Some(i32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let size = usize::try_from(u64::from_ne_bytes(bytes.get(..8)?.try_into().ok()?)).ok()?;
        if (number(8)?, number(12)?) != (c::SOL_SOCKET, c::SCM_RIGHTS) {
            return Some(format!("{{msg_controllen={length}}}"));
        }
        self.flags.push("SCM_RIGHTS".to_owned());
        let end = size.min(bytes.len());
        let descriptors: Vec<String> = (HEADER..end)
            .step_by(4)
            .filter_map(number)
            .map(|descriptor| match self.memory.behind(descriptor) {
                Some(path) => format!("{descriptor}<{path}>"),
                None => descriptor.to_string(),
            })
            .collect();
        Some(format!("{{SCM_RIGHTS=[{}]}}", descriptors.join(", ")))
    }

    fn words<const COUNT: usize>(&self, address: u64) -> Option<[u64; COUNT]> {
        let bytes = self.memory.bytes(address, COUNT * 8)?;
        let mut words = [0; COUNT];
        for (word, chunk) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = u64::from_ne_bytes(chunk.try_into().ok()?);
        }
        (bytes.len() == COUNT * 8).then_some(words)
    }

    fn detail(self) -> Detail {
        let [first, second, third, ..] = self.arguments;
        let behind = |descriptor: i32| (descriptor >= 0).then(|| self.memory.behind(descriptor)).flatten();
        if self.traced.name == "mmap" {
            let descriptor = as_int(self.arguments[4]);
            let anonymous = self.flags.iter().any(|flag| flag == "MAP_ANONYMOUS");
            return Detail::Mmap {
                length: Bytes(second),
                protection: flags::PROTECTION.names(low(third)),
                flags: self.flags,
                descriptor,
                path: if anonymous { None } else { behind(descriptor) },
                offset: Bytes(self.arguments[5]),
                address: Addr(0),
            };
        }
        match self.traced.parameters {
            [Parameter::Address, Parameter::Size, ..] => {
                Detail::Range { address: Addr(first), length: Bytes(second), flags: self.flags }
            }
            // What is written to standard output stands in `Run::stdout`.
            [Parameter::Descriptor, ..] if self.traced.purpose != Purpose::Output => {
                let length = match self.traced.name {
                    "ftruncate" => second,
                    "sync_file_range" => third,
                    _ => 0,
                };
                Detail::Descriptor {
                    descriptor: as_int(first),
                    path: behind(as_int(first)),
                    length: Bytes(length),
                    flags: self.flags,
                }
            }
            _ => match self.path {
                Some(path) => Detail::Path { path, flags: self.flags },
                None => Detail::Other,
            },
        }
    }
}

/// Registers hold C's `int` in their low 32 bits; what is above is unspecified.
const fn as_int(value: u64) -> i32 {
    value as i32
}

const fn low(value: u64) -> u64 {
    value & 0xffff_ffff
}

fn pointer(value: u64) -> String {
    if value == 0 { "NULL".to_owned() } else { format!("{value:#x}") }
}

fn offset(value: u64) -> String {
    value.cast_signed().to_string()
}

/// `bytes` as a C text; `length` is how long the whole is.
fn quoted(bytes: &[u8], length: usize) -> String {
    let mut text = String::with_capacity(bytes.len() + 5);
    text.push('"');
    text.push_str(&bytes.escape_ascii().to_string());
    text.push('"');
    if length > bytes.len() {
        text.push_str("...");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::table::TABLE;
    use super::*;

    /// A process whose memory is one piece at address 0x1000 and whose descriptor 3 is a file.
    struct Piece(Vec<u8>);

    impl Memory for Piece {
        fn text(&self, address: u64) -> Option<String> {
            let bytes = self.bytes(address, usize::MAX)?;
            let end = bytes.iter().position(|&byte| byte == 0)?;
            Some(String::from_utf8_lossy(&bytes[..end]).into_owned())
        }
        fn bytes(&self, address: u64, length: usize) -> Option<Vec<u8>> {
            let start = usize::try_from(address.checked_sub(0x1000)?).ok()?;
            let end = start.saturating_add(length).min(self.0.len());
            Some(self.0.get(start..end)?.to_vec())
        }
        fn behind(&self, descriptor: i32) -> Option<String> {
            (descriptor == 3).then(|| "/scene/shared.bin".to_owned())
        }
    }

    const NONE: u64 = u64::MAX;

    fn decoded(name: &str, arguments: &[u64], memory: &[u8]) -> (String, Detail) {
        let traced = TABLE.iter().find(|traced| traced.name == name).unwrap();
        let mut all = [0; 6];
        all[..arguments.len()].copy_from_slice(arguments);
        decode(traced, all, &Piece(memory.to_vec()))
    }

    fn check(name: &str, arguments: &[u64], memory: &[u8], text: &str) {
        assert_eq!(decoded(name, arguments, memory).0, text);
    }

    #[test]
    fn texts_are_as_strace_prints_them() {
        check(
            "mmap",
            &[0, 16_777_216, 3, 1, 3, 0],
            b"",
            "mmap(NULL, 16777216, PROT_READ|PROT_WRITE, MAP_SHARED, 3, 0)",
        );
        check(
            "mmap",
            &[0, 4096, 0, 0x22, NONE, 0],
            b"",
            "mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)",
        );
        check(
            "mmap",
            &[0x7000, 4096, 1, 2, 3, 8192],
            b"",
            "mmap(0x7000, 4096, PROT_READ, MAP_PRIVATE, 3, 0x2000)",
        );
        check("munmap", &[0x7f00, 4096], b"", "munmap(0x7f00, 4096)");
        check("madvise", &[0x7f00, 4096, 4], b"", "madvise(0x7f00, 4096, MADV_DONTNEED)");
        check("msync", &[0x7f00, 4096, 4], b"", "msync(0x7f00, 4096, MS_SYNC)");
        check("mremap", &[0x7f00, 1, 2, 1, 9], b"", "mremap(0x7f00, 1, 2, MREMAP_MAYMOVE)");
        check("mremap", &[0x7f00, 1, 2, 3, 9], b"", "mremap(0x7f00, 1, 2, MREMAP_MAYMOVE|MREMAP_FIXED, 0x9)");
        let cwd = u64::from(c::AT_FDCWD.cast_unsigned());
        check("openat", &[cwd, 0x1000, 0, 7], b"a\"b\0", r#"openat(AT_FDCWD, "a\"b", O_RDONLY)"#);
        check(
            "openat",
            &[cwd, 0x1000, 0o102, 0o644],
            b"x\0",
            r#"openat(AT_FDCWD, "x", O_RDWR|O_CREAT, 0644)"#,
        );
        check(
            "memfd_create",
            &[0x1000, 3],
            b"box\0",
            r#"memfd_create("box", MFD_CLOEXEC|MFD_ALLOW_SEALING)"#,
        );
        check("fcntl", &[3, 1033, 6], b"", "fcntl(3, F_ADD_SEALS, F_SEAL_SHRINK|F_SEAL_GROW)");
        check("fcntl", &[3, 1034, 6], b"", "fcntl(3, F_GET_SEALS)");
        check("write", &[1, 0x1000, 6], b"hello\n", r#"write(1, "hello\n", 6)"#);
        check("write", &[1, 0x1000, 40], &[b'x'; 40], &format!("write(1, \"{}\"..., 40)", "x".repeat(32)));
        check("ftruncate", &[3, 8192], b"", "ftruncate(3, 8192)");
        check("exit_group", &[NONE], b"", "exit_group(-1)");
    }

    #[test]
    fn memory_that_cannot_be_read_shows_as_its_address() {
        check("unlinkat", &[3, 0x10, 0], b"", "unlinkat(3, 0x10, 0)");
        check("clone3", &[0x10, 88], b"", "clone3(0x10, 88)");
        check("sendmsg", &[3, 0x10, 0], b"", "sendmsg(3, 0x10, 0)");
    }

    #[test]
    fn mmaps_parts_are_told_apart() {
        let (_, detail) = decoded("mmap", &[0x7000, 4096, 1, 0x12, 3, 8192], b"");
        let Detail::Mmap { length, protection, flags, descriptor, path, offset, .. } = detail else {
            panic!("{detail:?}")
        };
        assert_eq!((length, descriptor, offset), (Bytes(4096), 3, Bytes(8192)));
        assert_eq!(protection, ["PROT_READ"]);
        assert_eq!(flags, ["MAP_PRIVATE", "MAP_FIXED"]);
        assert_eq!(path.as_deref(), Some("/scene/shared.bin"));
    }

    #[test]
    fn other_calls_parts_are_told_apart() {
        let range = |flags: &[&str]| Detail::Range {
            address: Addr(0x7000),
            length: Bytes(4096),
            flags: flags.iter().map(|&flag| flag.to_owned()).collect(),
        };
        assert_eq!(decoded("munmap", &[0x7000, 4096], b"").1, range(&[]));
        assert_eq!(decoded("mprotect", &[0x7000, 4096, 0], b"").1, range(&["PROT_NONE"]));
        assert_eq!(
            decoded("ftruncate", &[3, 4096], b"").1,
            Detail::Descriptor {
                descriptor: 3,
                path: Some("/scene/shared.bin".to_owned()),
                length: Bytes(4096),
                flags: Vec::new(),
            }
        );
        let (_, seals) = decoded("fcntl", &[3, 1033, 2], b"");
        assert_eq!(
            seals,
            Detail::Descriptor {
                descriptor: 3,
                path: Some("/scene/shared.bin".to_owned()),
                length: Bytes(0),
                flags: vec!["F_ADD_SEALS".to_owned(), "F_SEAL_SHRINK".to_owned()],
            }
        );
        assert_eq!(
            decoded("memfd_create", &[0x1000, 2], b"box\0").1,
            Detail::Path { path: "box".to_owned(), flags: vec!["MFD_ALLOW_SEALING".to_owned()] }
        );
        assert_eq!(decoded("write", &[1, 0x1000, 1], b"x").1, Detail::Other);
    }

    #[test]
    fn descriptors_in_a_message_are_named() {
        let mut memory = vec![0; 56];
        memory[32..40].copy_from_slice(&0x1038_u64.to_ne_bytes());
        memory[40..48].copy_from_slice(&24_u64.to_ne_bytes());
        memory.extend(20_u64.to_ne_bytes());
        memory.extend(c::SOL_SOCKET.to_ne_bytes());
        memory.extend(c::SCM_RIGHTS.to_ne_bytes());
        memory.extend(3_i32.to_ne_bytes());
        memory.extend([0; 4]);
        let (text, detail) = decoded("sendmsg", &[4, 0x1000, 0], &memory);
        assert_eq!(text, "sendmsg(4, {SCM_RIGHTS=[3</scene/shared.bin>]}, 0)");
        assert!(matches!(detail, Detail::Descriptor { flags, .. } if flags == ["SCM_RIGHTS"]));
    }
}
