//! What is wrong with a course's messages: what cannot be read, what nothing says, and
//! what they speak of though it is not given.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

use super::ENGLISH_SOURCE;
use crate::words::prose;

/// Something wrong with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where, in bytes of the text.
    pub span: Range<usize>,
    /// What.
    pub message: String,
}

/// What each English message speaks of, by its name.
static SPOKEN_OF: LazyLock<BTreeMap<String, BTreeSet<String>>> = LazyLock::new(|| {
    messages(ENGLISH_SOURCE)
        .into_iter()
        .map(|(name, variables)| (name.to_owned(), variables.into_iter().map(str::to_owned).collect()))
        .collect()
});

/// Every mistake in a course's messages.
#[must_use]
pub fn mistakes(source: &str) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
        mistakes.extend(errors.iter().map(|error| Mistake {
            span: within(source, error.pos.clone()),
            message: format!("cannot read this as a message: {error}"),
        }));
    }
    let mut seen = BTreeSet::new();
    for (name, variables) in messages(source) {
        let span = place(source, name);
        if !seen.insert(name) {
            mistakes
                .push(Mistake { span: span.clone(), message: format!("there are two messages `{name}`") });
        }
        let Some(known) = SPOKEN_OF.get(name) else {
            let near = prose::nearest(name, SPOKEN_OF.keys().map(String::as_str));
            let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            mistakes.push(Mistake { span, message: format!("the interface has no message `{name}`{hint}") });
            continue;
        };
        for variable in variables.into_iter().filter(|variable| !known.contains(*variable)) {
            let near = prose::nearest(variable, known.iter().map(String::as_str));
            let hint = near.map_or_else(String::new, |near| format!("; did you mean `${near}`?"));
            mistakes.push(Mistake {
                span: place(source, variable),
                message: format!("`{name}` is not told `${variable}`{hint}"),
            });
        }
    }
    mistakes
}

/// The messages of a text, each with the variables that it speaks of.
fn messages(source: &str) -> Vec<(&str, BTreeSet<&str>)> {
    let resource = parser::parse(source).unwrap_or_else(|(readable, _)| readable);
    let message = |entry| match entry {
        Entry::Message(message) => {
            let mut variables = BTreeSet::new();
            if let Some(pattern) = &message.value {
                of_pattern(pattern, &mut variables);
            }
            Some((message.id.name, variables))
        }
        _ => None,
    };
    resource.body.into_iter().filter_map(message).collect()
}

fn of_pattern<'s>(pattern: &Pattern<&'s str>, variables: &mut BTreeSet<&'s str>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            of_expression(expression, variables);
        }
    }
}

fn of_expression<'s>(expression: &Expression<&'s str>, variables: &mut BTreeSet<&'s str>) {
    let inline = match expression {
        Expression::Inline(inline) => inline,
        Expression::Select { selector, variants } => {
            for variant in variants {
                of_pattern(&variant.value, variables);
            }
            selector
        }
    };
    match inline {
        InlineExpression::VariableReference { id } => _ = variables.insert(id.name),
        InlineExpression::Placeable { expression } => of_expression(expression, variables),
        _ => {}
    }
}

/// Where a part of `source` stands in it.
fn place(source: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).wrapping_sub(source.as_ptr() as usize);
    within(source, start..start.saturating_add(part.len()))
}

fn within(source: &str, span: Range<usize>) -> Range<usize> {
    let end = span.end.min(source.len());
    let start = span.start.min(end);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_has_no_mistakes() {
        assert_eq!(mistakes(ENGLISH_SOURCE), []);
        assert!(SPOKEN_OF.len() > 60);
        assert!(SPOKEN_OF["verdict-missed"].contains("checks"));
    }

    #[test]
    fn mistakes_are_told_with_their_places() {
        for (source, place, said) in [
            (
                "answer-rihgt = ja\n",
                "answer-rihgt",
                "no message `answer-rihgt`; did you mean `answer-right`?",
            ),
            ("hint-number = Tipp { $nubmer }\n", "nubmer", "is not told `$nubmer`; did you mean `$number`?"),
            ("answer-right = a\nanswer-right = b\n", "answer-right", "there are two messages `answer-right`"),
            ("answer-right = {\n", "", "cannot read this as a message"),
        ] {
            let mistakes = mistakes(source);
            let found = mistakes.iter().find(|mistake| mistake.message.contains(said));
            let found = found.unwrap_or_else(|| panic!("{source}: {mistakes:?}"));
            if !place.is_empty() {
                assert_eq!(&source[found.span.clone()], place);
            }
        }
    }
}
