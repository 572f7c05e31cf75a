//! Failures told on standard error: what is wrong, why, and what to do.

use std::error::Error;
use std::fmt;
use std::io::Write;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

use super::context::Context;
use super::exit::{Exit, Failure};
use crate::assemblies::ui::look::{Colour, Glyphs, Look};

/// What clap has to say: an error of usage on standard error, or the help and the version
/// that were asked for on standard output.
pub(super) fn tell_usage(told: &clap::Error) -> Exit {
    // Where the output is closed, nobody is left to tell.
    let _ = told.print();
    if told.use_stderr() { Exit::Usage } else { Exit::Passed }
}

/// Tells a failure, with its causes and what can be done.
pub(super) fn tell(failure: &Failure, context: &Context) {
    let report = match failure {
        Failure::ClosedPipe => return,
        Failure::Usage { help, .. } => draw(&Told { failure, help: Some(help) }, &context.error_look),
        Failure::Fault(_) => draw(&Told { failure, help: None }, &context.error_look),
        Failure::Course(problems) => draw(problems.as_ref(), &context.error_look),
    };
    // Where standard error is closed, nobody is left to tell.
    let _ = std::io::stderr().write_all(report.as_bytes());
}

fn draw(diagnostic: &dyn Diagnostic, look: &Look) -> String {
    let theme = match (look.glyphs, look.colour) {
        (Glyphs::Unicode, Colour::On) => GraphicalTheme::unicode(),
        (Glyphs::Unicode, Colour::Off) => GraphicalTheme::unicode_nocolor(),
        (Glyphs::Ascii, Colour::On) => {
            GraphicalTheme { styles: GraphicalTheme::unicode().styles, ..GraphicalTheme::ascii() }
        }
        (Glyphs::Ascii, Colour::Off) => GraphicalTheme::none(),
    };
    let mut text = String::new();
    let drawn = GraphicalReportHandler::new_themed(theme)
        .with_width(look.reading_width())
        .render_report(&mut text, diagnostic);
    match drawn {
        Ok(()) => text,
        Err(fmt::Error) => format!("error: {diagnostic}\n"),
    }
}

/// A failure as miette draws it.
#[derive(Debug)]
struct Told<'f> {
    failure: &'f Failure,
    help: Option<&'f String>,
}

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.failure)
    }
}

impl Error for Told<'_> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.failure.source()
    }
}

impl Diagnostic for Told<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }
}
