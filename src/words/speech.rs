//! Speech: what the interface says to a learner, by name, in the language of the course.
//!
//! English is the source (`speech/en.ftl`, in the syntax of Project Fluent, which knows
//! plurals). A course may bring some of the messages in its own words; whatever it leaves
//! out, or says in a way that cannot be put together, is said in English. What the course
//! itself says is its own, and is not here.
//!
//! English alone are, by decision: the help, the errors of usage and the runner's own faults
//! (whoever asks for help with one is best served by words that others found before), the
//! commands for instructors, all that is JSON, and what the system and other tools say, which
//! is passed on as they say it.

mod messages;

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

pub use fluent_bundle::FluentValue as Value;
pub use messages::{Mistake, mistakes};

use crate::words::prose::{self, Ends};

/// What is put into a message as it is shown: a size, a path, an address.
#[must_use]
pub fn shown(it: impl fmt::Display) -> Value<'static> {
    it.to_string().into()
}

/// The messages in English.
const ENGLISH_SOURCE: &str = include_str!("speech/en.ftl");

static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read("en", ENGLISH_SOURCE));

/// The language in which the interface speaks.
#[derive(Clone, Copy)]
pub struct Speech(Option<&'static Catalogue>);

/// Messages in one language.
pub struct Catalogue {
    language: String,
    bundle: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// Reads messages in a language (a BCP 47 tag). Those that cannot be read are left out:
    /// [`mistakes`] tells them.
    #[must_use]
    pub fn read(language: &str, source: &str) -> Self {
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, _)| readable);
        // A tag that is none still has words; they are only counted as in English.
        let tag = language.parse().or_else(|_| "en".parse()).unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // Marks around what is put in, for text that runs both ways: terminals show them as boxes.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        Self { language: language.to_owned(), bundle }
    }

    fn say(&self, name: &str, with: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(name)?.value()?;
        let mut errors = Vec::new();
        let said = self.bundle.format_pattern(pattern, Some(with), &mut errors).into_owned();
        errors.is_empty().then_some(said)
    }
}

impl Speech {
    /// English.
    pub const ENGLISH: Self = Self(None);

    /// The speech of a course, for the rest of this process.
    #[must_use]
    pub fn of(catalogue: Catalogue) -> Self {
        // There is one for a process, and everything that renders holds it.
        Self(Some(Box::leak(Box::new(catalogue))))
    }

    /// The message of that name.
    #[must_use]
    pub fn say(self, name: &str) -> String {
        self.tell(name, [])
    }

    /// The language, as a BCP 47 tag.
    #[must_use]
    pub fn language(self) -> &'static str {
        self.0.map_or("en-GB", |catalogue| &catalogue.language)
    }

    /// `a`, `a and b`, `a, b and c`.
    #[must_use]
    pub fn list<T: AsRef<str>>(self, items: &[T]) -> String {
        let [first, rest @ ..] = items else { return String::new() };
        let mut list = first.as_ref().to_owned();
        for (left, item) in (0..rest.len()).rev().zip(rest) {
            let name = if left == 0 { "list-last" } else { "list-more" };
            list = self.tell(name, [("items", list.into()), ("next", item.as_ref().into())]);
        }
        list
    }

    /// The messages of these names, such as the heads of a table.
    #[must_use]
    pub fn all(self, names: &[&str]) -> Vec<String> {
        names.iter().map(|name| self.say(name)).collect()
    }

    /// The message of that name, with what it speaks of put in.
    #[must_use]
    pub fn tell<'v>(self, name: &str, with: impl IntoIterator<Item = (&'v str, Value<'v>)>) -> String {
        let with: FluentArgs<'_> = with.into_iter().collect();
        let own = self.0.and_then(|catalogue| catalogue.say(name, &with));
        own.or_else(|| ENGLISH.say(name, &with)).unwrap_or_else(|| {
            // A test holds that every name that is used has a message in English.
            debug_assert!(false, "`{name}` is not there, or speaks of what it is not told");
            name.to_owned()
        })
    }
}

impl Speech {
    /// `text`, of which a long one is shown by its beginning and its end.
    #[must_use]
    pub fn shortened(self, text: &str) -> Cow<'_, str> {
        match prose::ends(text) {
            None => Cow::Borrowed(text),
            Some(Ends { first, last, letters }) => Cow::Owned(self.tell(
                "text-shortened",
                [("first", first.into()), ("last", last.into()), ("letters", letters.into())],
            )),
        }
    }
}

/// A number that is said with all its digits. A plain one is counted in 64 bits of floating
/// point, which has room for 53; a larger one has no plural of its own.
#[must_use]
pub fn exact(number: i128) -> Value<'static> {
    const ROOM: u128 = 1 << 53;
    match i64::try_from(number) {
        Ok(small) if number.unsigned_abs() <= ROOM => small.into(),
        _ => number.to_string().into(),
    }
}

impl PartialEq for Speech {
    fn eq(&self, other: &Self) -> bool {
        match (self.0, other.0) {
            (Some(one), Some(other)) => std::ptr::eq(one, other),
            (None, None) => true,
            _ => false,
        }
    }
}

impl Eq for Speech {}

impl fmt::Debug for Speech {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Speech").field(&self.0.map_or("en", |catalogue| &catalogue.language)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GERMAN: &str = "\
answer-right = richtig
session-review = Zuerst { $questions ->
    [one] eine Frage
   *[other] { $questions } Fragen
}.
prompt-prediction = deine Schätzung in { $unti }
";

    #[test]
    fn english_counts_as_english_does() {
        let review = |number: usize| Speech::ENGLISH.tell("session-review", [("questions", number.into())]);
        assert_eq!(review(1), "First, 1 question that you missed before.");
        assert_eq!(review(3), "First, 3 questions that you missed before.");
    }

    #[test]
    fn a_course_says_what_it_has_words_for_and_the_rest_is_english() {
        let german = Speech::of(Catalogue::read("de", GERMAN));
        assert_eq!(german.say("answer-right"), "richtig");
        assert_eq!(german.tell("session-review", [("questions", 1.into())]), "Zuerst eine Frage.");
        assert_eq!(german.tell("session-review", [("questions", 2.into())]), "Zuerst 2 Fragen.");
        assert_eq!(german.say("answer-missed"), "not yet");
        // One that speaks of what it is not given is not said.
        assert_eq!(german.tell("prompt-prediction", [("unit", "pages".into())]), "your prediction, in pages");
        assert_ne!(german, Speech::ENGLISH);
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(Speech::ENGLISH.list::<&str>(&[]), "");
        assert_eq!(Speech::ENGLISH.list(&["a"]), "a");
        assert_eq!(Speech::ENGLISH.list(&["a", "b", "c"]), "a, b and c");
        let german = Speech::of(Catalogue::read("de", "list-last = { $items } und { $next }"));
        assert_eq!(german.list(&["a", "b", "c"]), "a, b und c");
        assert_eq!(german.language(), "de");
    }

    #[test]
    fn a_long_text_is_shown_by_its_ends() {
        let long = "a".repeat(100);
        assert_eq!(Speech::ENGLISH.shortened(&long), prose::shortened(&long));
        assert_eq!(Speech::ENGLISH.shortened("short"), "short");
    }

    #[test]
    fn every_digit_of_a_large_number_is_said() {
        let told = |number| Speech::ENGLISH.tell("calls-number", [("number", exact(number))]);
        assert_eq!(told(1), "1 call");
        assert_eq!(told((1 << 53) + 1), "9007199254740993 calls");
        assert_eq!(told(-i128::from(u64::MAX)), "-18446744073709551615 calls");
    }

    #[test]
    fn messages_that_cannot_be_read_are_left_out() {
        let broken =
            Speech::of(Catalogue::read("not a tag", "answer-right = { $ }\nanswer-missed = noch nicht\n"));
        assert_eq!(broken.say("answer-right"), "right");
        assert_eq!(broken.say("answer-missed"), "noch nicht");
    }
}
