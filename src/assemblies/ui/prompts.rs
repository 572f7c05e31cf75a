//! Prompts: a person is asked at a terminal. Whoever wants out (Esc, or an empty line)
//! gives nothing, and that is no answer.
//!
//! Options are shown in full and in the letters of answer files; the prompt itself
//! repeats them cut to one line each, because a prompt that wraps cannot be redrawn.

use std::collections::BTreeSet;
use std::io;

use console::{Style, Term, style, truncate_str};
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use dialoguer::{Confirm, FuzzySelect, Input, MultiSelect, Select, Sort};

use crate::assemblies::ui::look::{Colour, Glyphs, Look, Role};
use crate::assemblies::ui::steps;
use crate::edges::terminal::undisturbed;
use crate::judgement::answers::{self, Answer, Unreadable, layout};
use crate::vocabulary::question::{Number, Question};

/// Asks a question that has a key.
///
/// # Errors
/// Where the terminal fails or the prompt is interrupted.
pub fn ask(look: &Look, question: &Question) -> io::Result<Option<Answer>> {
    let asker = Asker::new(look);
    let shown = layout(question);
    Ok(match question {
        Question::Choice(_) => asker.one(&look.say("prompt-choice"), &shown.options)?.map(Answer::One),
        Question::Choices(_) => asker.several(&shown.options)?.map(Answer::Several),
        Question::Match(_) => {
            let mut partners = Vec::new();
            for left in &shown.left {
                let Some(partner) = asker.one(left, &shown.options)? else { return Ok(None) };
                partners.push(partner);
            }
            Some(Answer::Partners(partners))
        }
        Question::Order(_) => asker.sorted(&shown.options)?.map(Answer::Sequence),
        Question::Number(number) => asker.number(number)?.map(Answer::Figure),
        Question::Text(_) => None,
    })
}

/// Asks for a line that `read` accepts; it is asked again with what `read` says until it does.
///
/// # Errors
/// Where the terminal fails or the prompt is interrupted.
pub fn line<T, E: std::fmt::Display>(
    look: &Look,
    prompt: &str,
    read: impl Fn(&str) -> Result<T, E>,
) -> io::Result<Option<T>> {
    let asker = Asker::new(look);
    let text: String = asked(|| {
        Input::with_theme(&*asker.theme)
            .with_prompt(prompt)
            .allow_empty(true)
            .validate_with(|text: &String| {
                if text.trim().is_empty() {
                    Ok(())
                } else {
                    // Behind the prompt's own mark, and broken between words.
                    let told = |error: E| look.wrap("       ", &error.to_string()).trim().to_owned();
                    read(text).map(|_| ()).map_err(told)
                }
            })
            .interact_text()
    })?;
    Ok(if text.trim().is_empty() { None } else { read(&text).ok() })
}

/// Asks whether to do something; no is the default.
///
/// # Errors
/// Where the terminal fails or the prompt is interrupted.
pub fn confirm(look: &Look, prompt: &str, default: Default) -> io::Result<bool> {
    let answer = asked(|| {
        Confirm::with_theme(&*Asker::new(look).theme)
            .with_prompt(prompt)
            .default(default == Default::Yes)
            .interact_opt()
    })?;
    Ok(answer.unwrap_or(false))
}

/// What Enter alone means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// Lets one of many be searched for and chosen. `at` is where it begins.
///
/// # Errors
/// Where the terminal fails or the prompt is interrupted.
pub fn search(look: &Look, prompt: &str, items: &[String], at: usize) -> io::Result<Option<usize>> {
    let asker = Asker::new(look);
    let width = look.width.saturating_sub(4);
    let cut = |item: &String| truncate_str(item, width, look.pick("…", "~")).into_owned();
    let items: Vec<String> = items.iter().map(cut).collect();
    asked(|| {
        FuzzySelect::with_theme(&*asker.theme)
            .with_prompt(prompt)
            .items(&items)
            .default(at)
            .max_length(20)
            .interact_opt()
    })
}

/// Lets one of a few be chosen.
///
/// # Errors
/// Where the terminal fails or the prompt is interrupted.
pub fn choose(look: &Look, prompt: &str, items: &[&str]) -> io::Result<Option<usize>> {
    let asker = Asker::new(look);
    asked(|| Select::with_theme(&*asker.theme).with_prompt(prompt).items(items).default(0).interact_opt())
}

/// Prompts. Any signal that cuts it short would be taken for Ctrl-C.
fn asked<T>(prompt: impl FnOnce() -> dialoguer::Result<T>) -> io::Result<T> {
    undisturbed(prompt).map_err(|dialoguer::Error::IO(error)| error)
}

struct Asker<'l> {
    look: &'l Look,
    theme: Box<dyn Theme>,
}

impl<'l> Asker<'l> {
    fn new(look: &'l Look) -> Self {
        let theme: Box<dyn Theme> = match (look.colour, look.glyphs) {
            (Colour::On, Glyphs::Unicode) => Box::new(colourful()),
            _ => Box::new(SimpleTheme),
        };
        Self { look, theme }
    }

    /// `text` on one line beside the prompt's own marks.
    fn cut(&self, text: &str) -> String {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        truncate_str(&line, self.look.width.saturating_sub(12), self.look.pick("…", "~")).into_owned()
    }

    fn lettered(&self, options: &[&str]) -> Vec<String> {
        let letters = (0..).map(answers::letter);
        options.iter().zip(letters).map(|(option, letter)| self.cut(&format!("{letter}) {option}"))).collect()
    }

    fn one(&self, prompt: &str, options: &[&str]) -> io::Result<Option<usize>> {
        let prompt = self.cut(prompt);
        let options = self.lettered(options);
        let chosen = asked(|| {
            Select::with_theme(&*self.theme)
                .with_prompt(&prompt)
                .items(&options)
                .default(0)
                .report(false)
                .interact_opt()
        })?;
        if let Some(option) = chosen.and_then(|at| options.get(at)) {
            self.report(&prompt, option)?;
        }
        Ok(chosen)
    }

    /// What was chosen, on one line: the theme's own report wraps where a prompt and an option
    /// that fit a line each do not fit one together.
    fn report(&self, prompt: &str, option: &str) -> io::Result<()> {
        let mut line = String::new();
        self.theme
            .format_select_prompt_selection(&mut line, prompt, option)
            .map_err(|_| io::ErrorKind::InvalidData)?;
        let width = self.look.width.saturating_sub(1);
        Term::stderr().write_line(&truncate_str(&line, width, self.look.pick("…", "~")))
    }

    fn several(&self, options: &[&str]) -> io::Result<Option<BTreeSet<usize>>> {
        let chosen = asked(|| {
            MultiSelect::with_theme(&*self.theme)
                .with_prompt(self.look.say("prompt-choices"))
                .items(self.lettered(options))
                .report(false)
                .interact_opt()
        })?;
        if let Some(chosen) = &chosen {
            self.report_all("prompt-chosen", options, chosen)?;
        }
        Ok(chosen.map(|chosen| chosen.into_iter().collect()))
    }

    fn sorted(&self, options: &[&str]) -> io::Result<Option<Vec<usize>>> {
        let order = asked(|| {
            Sort::with_theme(&*self.theme)
                .with_prompt(self.look.say("prompt-order"))
                .items(self.lettered(options))
                .report(false)
                .interact_opt()
        })?;
        if let Some(order) = &order {
            self.report_all("prompt-ordered", options, order)?;
        }
        Ok(order)
    }

    /// Several options that were chosen, in whole words: the theme would write them into one line
    /// that breaks wherever the terminal ends.
    fn report_all(&self, label: &str, options: &[&str], chosen: &[usize]) -> io::Result<()> {
        let named = |&at: &usize| {
            let option = options.get(at)?.split_whitespace().collect::<Vec<_>>().join(" ");
            Some(format!("{}) {option}", answers::letter(at)))
        };
        let named: Vec<String> = chosen.iter().filter_map(named).collect();
        let told = if named.is_empty() { self.look.say("prompt-none") } else { named.join("; ") };
        let label = self.look.paint(Role::Faint, format!("{}: ", self.look.say(label)));
        Term::stderr().write_str(&self.look.wrap(&label, &told))
    }

    fn number(&self, number: &Number) -> io::Result<Option<f64>> {
        line(self.look, &number.unit, |text| {
            answers::read_number(number, text).map_err(|error| refusal(self.look, &error))
        })
    }
}

/// Why what was typed is no answer. Who types has the question before them, and does not know
/// it by the name that files of answers use.
fn refusal(look: &Look, error: &Unreadable) -> String {
    match error {
        Unreadable::NotANumber { given, unit, .. } => {
            look.tell("prompt-no-number", [("given", given.trim().into()), ("unit", unit.as_str().into())])
        }
        other => other.in_words(look.speech),
    }
}

/// The theme with colour. What was chosen is marked neither by a tick nor in green: whether it is
/// right is said below it.
fn colourful() -> ColorfulTheme {
    ColorfulTheme {
        success_prefix: style("›".to_owned()).for_stderr().cyan(),
        values_style: Style::new().for_stderr().cyan(),
        ..ColorfulTheme::default()
    }
}

/// What is shown before a question is asked at a prompt: the question, and the options where
/// a line of the prompt could not hold them.
#[must_use]
pub fn before(look: &Look, question: &Question) -> String {
    let shown = layout(question);
    let fits = |text: &&str| console::measure_text_width(text) + 15 < look.width && !text.contains('\n');
    if shown.options.iter().all(fits) && shown.left.iter().all(fits) {
        return steps::ask(look, question);
    }
    format!("{}{}", steps::ask(look, question), steps::choices(look, &shown))
}
