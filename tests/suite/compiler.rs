//! Compiling with the real compilers of this machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mmaplings::edges::compiler::{
    Bounds, Colour, Compilation, CompileError, Compiler, Source, SourceText, Toolchain, Work,
};
use mmaplings::flow::cancel::CancelToken;
use mmaplings::vocabulary::evidence::Build;
use mmaplings::vocabulary::lesson::Language;

use crate::skip;

/// One dependency kit for all tests: it takes seconds to build.
pub(crate) fn kit() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("kit")
}

const RUST: &str = "fn main() {
    let map = memmap2::MmapOptions::new().len(4096).map_anon().expect(\"a page\");
    let pid = unsafe { libc::getpid() };
    println!(\"bytes={} own={}\", map.len(), pid.unsigned_abs() == std::process::id());
}
";

const C: &str = "#include <stdio.h>
#include <sys/mman.h>
int main(void) {
    void *map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf(\"mapped=%d\\n\", map != MAP_FAILED);
    return 0;
}
";

struct Bench {
    toolchain: Toolchain,
    folder: tempfile::TempDir,
    colour: Colour,
}

impl Bench {
    /// Nothing, after having said so, where `language` has no compiler here.
    fn new(language: Language) -> Option<Self> {
        let toolchain = Toolchain::new();
        let missing = match language {
            Language::Rust => toolchain.rust().err(),
            Language::C => toolchain.c().err(),
        };
        if let Some(missing) = missing {
            skip::skip(&missing.to_string());
            return None;
        }
        Some(Self { toolchain, folder: tempfile::tempdir().unwrap(), colour: Colour::Never })
    }

    fn source(&self, language: Language, text: &str) -> Source {
        let path = self.folder.path().join(format!("two-words.{}", language.extension()));
        fs::write(&path, text).unwrap();
        Source { program: "two-words".parse().unwrap(), language, text: SourceText::File(path) }
    }

    fn compile(&self, source: &Source) -> Result<Compilation, CompileError> {
        let (kit, cache) = (kit(), self.folder.path().join("cache"));
        let compiler = Compiler {
            toolchain: &self.toolchain,
            kit: &kit,
            cache: &cache,
            colour: self.colour,
            bounds: Bounds::Free,
        };
        compiler.compile(source, &CancelToken::new(), &|| ())
    }

    /// What the compiled program prints, what its compiler printed, and whether that ran.
    fn run(&self, language: Language, text: &str) -> (String, String, Work) {
        match self.compile(&self.source(language, text)).unwrap() {
            Compilation::Compiled { executable, warnings, work, .. } => {
                let output = Command::new(executable).output().unwrap();
                (String::from_utf8(output.stdout).unwrap(), warnings, work)
            }
            other => panic!("{other:?}"),
        }
    }

    fn errors(&self, language: Language, text: &str) -> String {
        match self.compile(&self.source(language, text)).unwrap() {
            Compilation::Failed { errors, .. } => errors,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_rust_program_is_compiled_against_the_kit_and_once() {
    let Some(bench) = Bench::new(Language::Rust) else { return };
    let printed = "bytes=4096 own=true\n".to_owned();
    assert_eq!(bench.run(Language::Rust, RUST), (printed.clone(), String::new(), Work::Done));
    assert_eq!(bench.run(Language::Rust, RUST), (printed.clone(), String::new(), Work::Saved));
    let changed = format!("{RUST}// one more line\n");
    assert_eq!(bench.run(Language::Rust, &changed), (printed, String::new(), Work::Done));
}

#[test]
fn a_c_program_is_compiled_once() {
    let Some(bench) = Bench::new(Language::C) else { return };
    let printed = "mapped=1\n".to_owned();
    assert_eq!(bench.run(Language::C, C), (printed.clone(), String::new(), Work::Done));
    assert_eq!(bench.run(Language::C, C), (printed, String::new(), Work::Saved));
}

#[test]
fn a_text_in_memory_is_compiled_too() {
    let Some(bench) = Bench::new(Language::C) else { return };
    let mut source = bench.source(Language::C, "not read");
    source.text = SourceText::Memory(b"int main(void) { return 0; }".to_vec());
    assert!(matches!(bench.compile(&source).unwrap(), Compilation::Compiled { .. }));
    source.text = SourceText::Memory(b"int main(void) { return x; }".to_vec());
    let Compilation::Failed { errors, .. } = bench.compile(&source).unwrap() else {
        panic!("x is undeclared")
    };
    assert!(errors.contains("two-words.c:1:"), "{errors}");
}

#[test]
fn messages_name_the_file_and_are_coloured_if_wanted() {
    for (language, bad, warned) in [
        (Language::Rust, "fn main() { let x: u8 = \"\"; }", "fn main() { let unused = 1; }"),
        (Language::C, "int main(void) { return x; }", "int main(void) { int unused; return 0; }"),
    ] {
        let Some(mut bench) = Bench::new(language) else { continue };
        let name = format!("two-words.{}:1:", language.extension());
        let errors = bench.errors(language, bad);
        assert!(errors.contains(&name) && errors.contains("error"), "{errors}");
        assert!(!errors.contains('\x1b'), "{errors}");
        let (_, first, work) = bench.run(language, warned);
        assert!(first.contains("unused") && work == Work::Done, "{first}");
        let (_, again, work) = bench.run(language, warned);
        assert_eq!((again, work), (first, Work::Saved), "warnings are shown again");

        bench.colour = Colour::Always;
        assert!(bench.errors(language, bad).contains("\x1b["));
        assert!(bench.run(language, warned).1.contains("\x1b["));
    }
}

#[test]
fn a_program_that_reads_more_than_its_source_is_compiled_each_time() {
    let Some(bench) = Bench::new(Language::Rust) else { return };
    for text in [
        "fn main() { print!(\"{}\", include_str!(\"more.txt\")); }",
        "fn main() { print!(\"{}\", option_env!(\"MORE\").unwrap_or(\"more\")); }",
    ] {
        fs::write(bench.folder.path().join("more.txt"), "more").unwrap();
        for _ in 0..2 {
            assert_eq!(bench.run(Language::Rust, text), ("more".to_owned(), String::new(), Work::Done));
        }
    }
    let Some(bench) = Bench::new(Language::C) else { return };
    let text = "#include \"more.h\"\n#include <stdio.h>\nint main(void) { puts(MORE); return 0; }";
    for more in ["one", "two"] {
        fs::write(bench.folder.path().join("more.h"), format!("#define MORE \"{more}\"")).unwrap();
        assert_eq!(bench.run(Language::C, text), (format!("{more}\n"), String::new(), Work::Done));
    }
}

#[test]
fn two_that_compile_the_same_at_once_both_have_it() {
    let Some(bench) = Bench::new(Language::C) else { return };
    let source = bench.source(Language::C, C);
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| bench.compile(&source).unwrap())).collect();
        for run in runs {
            let Compilation::Compiled { executable, .. } = run.join().unwrap() else { panic!("it compiles") };
            assert!(executable.is_file());
        }
    });
}

#[test]
fn evidence_carries_the_hash_of_what_was_compiled() {
    let Some(bench) = Bench::new(Language::C) else { return };
    let build = bench.compile(&bench.source(Language::C, "")).unwrap().build().unwrap();
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert!(matches!(build, Build::Failed { source, .. } if source == empty), "no main");
}

#[test]
fn what_is_not_wanted_any_more_is_not_compiled() {
    let Some(bench) = Bench::new(Language::C) else { return };
    let (kit, cache) = (kit(), bench.folder.path().join("cache"));
    let compiler = Compiler {
        toolchain: &bench.toolchain,
        kit: &kit,
        cache: &cache,
        colour: Colour::Never,
        bounds: Bounds::Free,
    };
    let cancel = CancelToken::new();
    cancel.cancel();
    let source = bench.source(Language::C, C);
    assert_eq!(compiler.compile(&source, &cancel, &|| ()).unwrap(), Compilation::Cancelled);
    assert_eq!(fs::read_dir(&cache).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn a_source_that_is_missing_or_enormous_is_told() {
    let Some(bench) = Bench::new(Language::C) else { return };
    let mut source = bench.source(Language::C, &" ".repeat((1 << 20) + 1));
    let Compilation::Failed { errors, .. } = bench.compile(&source).unwrap() else {
        panic!("it is too long")
    };
    assert_eq!(errors, "the source is longer than 1 MiB, and is not compiled");
    for missing in ["/no/such/file.c", "/dev/zero"] {
        source.text = SourceText::File(missing.into());
        let error = bench.compile(&source).unwrap_err();
        assert_eq!(error.to_string(), format!("cannot read {missing}"));
    }
}

#[test]
fn compilers_say_their_version() {
    let Some(bench) = Bench::new(Language::Rust) else { return };
    assert!(bench.toolchain.rust().unwrap().version().unwrap().starts_with("rustc "));
    let Some(cc) = skip::find("cc") else { return };
    let told = Command::new(cc).arg("--version").output().unwrap().stdout;
    let version = bench.toolchain.c().unwrap().version().unwrap();
    assert!(String::from_utf8(told).unwrap().starts_with(&version), "{version}");
}
