//! Failures told on standard error: what is wrong, why, and what to do.

use std::io::Write;

use super::context::Context;
use super::exit::{Exit, Failure};
use crate::assemblies::ui::look::{Colour, Glyphs, Look, Role};
use crate::judgement::course::Drawing;

/// What clap has to say: an error of usage on standard error, or the help and the version
/// that were asked for on standard output.
pub(super) fn tell_usage(told: &clap::Error) -> Exit {
    // Where the output is closed, nobody is left to tell.
    let _ = told.print();
    if told.use_stderr() { Exit::Usage } else { Exit::Passed }
}

/// Tells a failure, with its causes and what can be done.
pub(super) fn tell(failure: &Failure, context: &Context) {
    // Where standard error is closed, nobody is left to tell.
    let _ = std::io::stderr().write_all(draw(failure, &context.error_look).as_bytes());
}

fn draw(failure: &Failure, look: &Look) -> String {
    match failure {
        Failure::ClosedPipe | Failure::Interrupted => String::new(),
        Failure::Usage { message, help }
        | Failure::Unobserved { message, help }
        | Failure::Unrunnable { message, help, .. } => {
            look.wrap(&look.paint(Role::Bad, "error: "), message)
                + &look.wrap(&look.paint(Role::Command, "help: "), help)
        }
        Failure::Fault(error) => {
            let mut text = look.wrap(&look.paint(Role::Bad, "error: "), &error.to_string());
            let mut cause = error.source();
            while let Some(error) = cause {
                text += &look.wrap(&look.paint(Role::Faint, "because: "), &error.to_string());
                cause = error.source();
            }
            text
        }
        Failure::Course(problems) => {
            let drawing = match (look.glyphs, look.colour) {
                (Glyphs::Ascii, _) => Drawing::Ascii,
                (Glyphs::Unicode, Colour::On) => Drawing::Coloured,
                (Glyphs::Unicode, Colour::Off) => Drawing::Plain,
            };
            problems.draw(drawing, look.reading_width())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn a_failure_is_told_with_its_causes_and_what_to_do() {
        #[derive(Debug, thiserror::Error)]
        #[error("cannot read progress.json")]
        struct Outer(#[source] io::Error);
        let fault = Failure::fault(Outer(io::Error::other("the disk is on fire")));
        assert_eq!(
            draw(&fault, &Look::PLAIN),
            "error: cannot read progress.json\nbecause: the disk is on fire\n"
        );
        let usage = Failure::usage("there is no lesson \"x\"", "`mmaplings list` shows all lessons");
        assert_eq!(
            draw(&usage, &Look::PLAIN),
            "error: there is no lesson \"x\"\nhelp: `mmaplings list` shows all lessons\n"
        );
        assert_eq!(draw(&Failure::ClosedPipe, &Look::PLAIN), "");
    }
}
