//! Problems of a course: each with its file, line and column, the line itself, what
//! is wrong there, and what may help.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use serde::Serialize;

use crate::words::prose;

/// One problem.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// The file, relative to the course's root.
    file: String,
    /// Where in it, if it can be read.
    spot: Option<Box<Spot>>,
    /// What is wrong.
    message: String,
    /// What to do about it.
    help: Option<String>,
}

/// A place in a file that could be read.
#[derive(Clone)]
struct Spot {
    source: NamedSource<Arc<str>>,
    span: Range<usize>,
    label: Option<String>,
}

impl fmt::Debug for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spot").field("span", &self.span).field("label", &self.label).finish_non_exhaustive()
    }
}

/// A problem for programs: what `--json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProblemReport {
    /// The file, relative to the course's root.
    pub file: String,
    /// The line, from 1, if the file could be read.
    pub line: Option<usize>,
    /// The column, from 1, in characters.
    pub column: Option<usize>,
    /// The line itself.
    pub text: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What is wrong with the very place.
    pub label: Option<String>,
    /// What may help.
    pub help: Option<String>,
}

impl Problem {
    /// A problem of a file as a whole.
    pub(crate) fn of_file(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self { file: file.into(), spot: None, message: message.into(), help: None }
    }

    /// A problem of `span` in the file `file`, whose text is `text`. A span of several
    /// lines is shown by its first.
    pub(crate) fn at(file: &str, text: &Arc<str>, span: Range<usize>, message: impl Into<String>) -> Self {
        let start = text.floor_char_boundary(span.start);
        let end = text.ceil_char_boundary(span.end).max(start);
        let end = text[start..end].find('\n').map_or(end, |newline| start + newline);
        let source = NamedSource::new(file, Arc::clone(text));
        Self {
            file: file.to_owned(),
            spot: Some(Box::new(Spot { source, span: start..end, label: None })),
            message: message.into(),
            help: None,
        }
    }

    /// The same, with a few words for the place itself.
    #[must_use]
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        if let Some(spot) = &mut self.spot {
            spot.label = Some(label.into());
        }
        self
    }

    /// The same, with what may help.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, with the name that was probably meant, or all there are if none is near.
    #[must_use]
    pub(crate) fn suggest<'a>(
        self,
        written: &str,
        what: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let candidates: Vec<&str> = candidates.into_iter().collect();
        let nearest = prose::nearest(written, candidates.iter().copied().filter(|name| *name != written));
        match (nearest, candidates.as_slice()) {
            (Some(name), _) => self.help(format!("did you mean `{name}`?")),
            (None, []) => self,
            (None, [only]) => self.help(format!("the only {what} is `{only}`")),
            (None, several) => {
                let quoted: Vec<String> = several.iter().map(|name| format!("`{name}`")).collect();
                self.help(format!("the {what}s are {}", prose::list(&quoted)))
            }
        }
    }

    /// The file, relative to the course's root.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Line and column, from 1, if the file could be read.
    #[must_use]
    pub fn position(&self) -> Option<(usize, usize)> {
        let Spot { source, span, .. } = self.spot.as_deref()?;
        let before = &source.inner()[..span.start];
        let line = before.matches('\n').count() + 1;
        let column = before[before.rfind('\n').map_or(0, |newline| newline + 1)..].chars().count() + 1;
        Some((line, column))
    }

    /// The problem for programs.
    #[must_use]
    pub fn report(&self) -> ProblemReport {
        let position = self.position();
        let text = self.spot.as_ref().zip(position).map(|(spot, (line, _))| {
            spot.source.inner().lines().nth(line - 1).unwrap_or_default().to_owned()
        });
        ProblemReport {
            file: self.file.clone(),
            line: position.map(|(line, _)| line),
            column: position.map(|(_, column)| column),
            text,
            message: self.message.clone(),
            label: self.spot.as_ref().and_then(|spot| spot.label.clone()),
            help: self.help.clone(),
        }
    }

    fn order(&self) -> (&str, usize) {
        (&self.file, self.spot.as_ref().map_or(0, |spot| spot.span.start))
    }
}

impl Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.spot.as_ref().map(|spot| &spot.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let spot = self.spot.as_ref()?;
        let label = LabeledSpan::new_primary_with_span(spot.label.clone(), spot.span.clone());
        Some(Box::new(std::iter::once(label)))
    }
}

/// All problems of a course, in the order of files and lines: at least one.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the course has {}", prose::count(.0.len(), "problem"))]
pub struct Problems(Vec<Problem>);

/// How problems are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// With colours and box characters.
    Coloured,
    /// With box characters only.
    Plain,
    /// With ASCII only.
    Ascii,
}

/// As a diagnostic: each problem stands below the count of them.
impl Diagnostic for Problems {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.0.iter().map(|problem| problem as &dyn Diagnostic)))
    }
}

impl Problems {
    /// Nothing if there is none.
    pub(crate) fn of(mut problems: Vec<Problem>) -> Option<Self> {
        problems.sort_by(|one, other| one.order().cmp(&other.order()));
        (!problems.is_empty()).then_some(Self(problems))
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// All of them for a person, `width` columns wide.
    #[must_use]
    pub fn draw(&self, drawing: Drawing, width: usize) -> String {
        let theme = match drawing {
            Drawing::Coloured => GraphicalTheme::unicode(),
            Drawing::Plain => GraphicalTheme::unicode_nocolor(),
            Drawing::Ascii => GraphicalTheme::none(),
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(width)
            .with_links(false)
            .with_context_lines(1);
        let mut drawn = String::new();
        for problem in &self.0 {
            if problem.spot.is_none() {
                drawn.push_str(&format!("{}:\n", problem.file));
            }
            // Writing to a String fails only where a source cannot be read, and these are in memory.
            if handler.render_report(&mut drawn, problem).is_err() {
                drawn.push_str(&format!("{}: {}\n", problem.file, problem.message));
            }
            drawn.push('\n');
        }
        drawn.push_str(&format!("{}\n", prose::count(self.0.len(), "problem")));
        drawn
    }

    /// All of them for programs.
    #[must_use]
    pub fn reports(&self) -> Vec<ProblemReport> {
        self.0.iter().map(Problem::report).collect()
    }
}
