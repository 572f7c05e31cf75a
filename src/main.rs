//! The `mmaplings` command: parses its arguments, runs one command, exits.

fn main() -> std::process::ExitCode {
    mmaplings::app::main()
}
