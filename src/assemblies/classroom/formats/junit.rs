//! A class as JUnit XML, which build servers read: a suite a student, a case an item.
//!
//! There is no one specification; this is what Jenkins' reader and its schema take
//! (github.com/jenkinsci/xunit-plugin, `junit-10.xsd`). Marks are properties.

use std::io::Write;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::Class;
use super::items::{Item, ItemState, items};
use crate::assemblies::classroom::result::{Finding, Graded};
use crate::assemblies::classroom::store::ResultsError;

/// Writes it.
///
/// # Errors
/// Where a result cannot be read or the output not be written.
pub fn write(class: &Class, out: &mut dyn Write) -> Result<(), ResultsError> {
    let mut xml = Writer::new_with_indent(out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = with(BytesStart::new("testsuites"), &[("name", &class.by.course)]);
    xml.write_event(Event::Start(root))?;
    for graded in class.results() {
        suite(&graded?, &mut xml)?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
    xml.write_event(Event::Text(BytesText::new("\n")))?;
    Ok(())
}

fn suite<W: Write>(graded: &Graded, xml: &mut Writer<W>) -> Result<(), ResultsError> {
    let items = items(graded);
    let count = |state| items.iter().filter(|item| item.state == state).count().to_string();
    let suite = with(
        BytesStart::new("testsuite"),
        &[
            ("name", &graded.student),
            ("tests", &items.len().to_string()),
            ("failures", &count(ItemState::Failed)),
            ("errors", &count(ItemState::Fault)),
            ("skipped", &count(ItemState::Pending)),
            ("time", &seconds(graded.milliseconds())),
        ],
    );
    xml.write_event(Event::Start(suite))?;
    xml.write_event(Event::Start(BytesStart::new("properties")))?;
    for (name, value) in properties(graded) {
        let property = with(BytesStart::new("property"), &[("name", name), ("value", &value)]);
        xml.write_event(Event::Empty(property))?;
    }
    xml.write_event(Event::End(BytesEnd::new("properties")))?;
    for item in &items {
        case(item, xml)?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuite")))?;
    Ok(())
}

fn properties(graded: &Graded) -> Vec<(&'static str, String)> {
    let judged = graded.steps().filter_map(|(_, step)| match &step.finding {
        Finding::Judged(judged) => Some(&judged.verdict.instruments),
        _ => None,
    });
    let instruments: std::collections::BTreeSet<&str> = judged.flatten().map(String::as_str).collect();
    vec![
        ("marks", graded.score.to_string()),
        ("runner", graded.by.runner.clone()),
        ("seed", graded.by.seed.to_string()),
        ("confinement", graded.by.level.to_string()),
        ("instruments", instruments.into_iter().collect::<Vec<_>>().join(", ")),
        ("course", graded.by.course_sha256.clone()),
        ("submission", graded.submission.clone()),
    ]
}

fn case<W: Write>(item: &Item, xml: &mut Writer<W>) -> Result<(), ResultsError> {
    let name = item.check.as_ref().map_or_else(|| item.step.to_string(), ToString::to_string);
    let class = format!("{}.{}", item.lesson, item.step);
    let case = with(
        BytesStart::new("testcase"),
        &[("name", &name), ("classname", &class), ("time", &seconds(item.milliseconds))],
    );
    let element = match item.state {
        ItemState::Passed => {
            xml.write_event(Event::Empty(case))?;
            return Ok(());
        }
        ItemState::Failed => "failure",
        ItemState::Pending => "skipped",
        ItemState::Fault => "error",
    };
    xml.write_event(Event::Start(case))?;
    let message = format!("{} [{}]", item.says, item.score);
    let start = with(BytesStart::new(element), &[("message", &message)]);
    if item.text.is_empty() {
        xml.write_event(Event::Empty(start))?;
    } else {
        xml.write_event(Event::Start(start))?;
        xml.write_event(Event::Text(BytesText::new(&fit(&item.text))))?;
        xml.write_event(Event::End(BytesEnd::new(element)))?;
    }
    xml.write_event(Event::End(BytesEnd::new("testcase")))?;
    Ok(())
}

fn with<'a>(mut element: BytesStart<'a>, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    for (name, value) in attributes {
        element.push_attribute((*name, fit(value).as_str()));
    }
    element
}

/// What XML 1.0 has characters for (§ 2.2); the rest was replaced when the text was made fit
/// to be shown, but for these two.
fn fit(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}
