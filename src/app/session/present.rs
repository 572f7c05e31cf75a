//! Steps presented to a person: texts shown, questions asked, predictions held
//! against the machine. Every kind of step has its branch here.

use std::os::fd::AsFd;

use console::Term;
use nix::sys::eventfd::EventFd;

use super::Driver;
use crate::app::context::language_of;
use crate::app::exit::Failure;
use crate::app::sketch::{Held, hold};
use crate::app::specimen::{left_out, show};
use crate::app::{checking, hint, list};
use crate::assemblies::specimens::Shown;
use crate::assemblies::ui::free_text::{self, Standing as TextStanding};
use crate::assemblies::ui::look::{Role, Telling};
use crate::assemblies::ui::markdown::markdown;
use crate::assemblies::ui::prompts::{self, Default};
use crate::assemblies::ui::screenful::screenfuls;
use crate::assemblies::ui::{self as shown, lessons, pictures, steps};
use crate::edges::terminal::{Input, KeyMode, wait};
use crate::flow::session::{Event, Place, Presented};
use crate::judgement::answers;
use crate::judgement::course::LoadedLesson;
use crate::judgement::marking::Rubric;
use crate::judgement::measured::Unready;
use crate::judgement::prediction;
use crate::judgement::progress::{Change, Outcome};
use crate::judgement::sketch::blank;
use crate::vocabulary::experiment::Predict;
use crate::vocabulary::lesson::Step;
use crate::vocabulary::question::Question;
use crate::vocabulary::sketch::Sketch;
use crate::vocabulary::specimen::Specimen;

impl Driver<'_, '_> {
    /// Presents a step.
    pub(super) fn present(&mut self, place: Place) -> Result<Event, Failure> {
        let found = self.lesson(&place.lesson).and_then(|lesson| Some((lesson, lesson.step(&place.step)?)));
        let presented = match found {
            // The course changed under the session: there is nothing to present.
            None | Some((_, Step::Drill(_))) => Presented::Left,
            Some((_, Step::Read(read))) => self.read(&read.text)?,
            Some((_, Step::Predict(predict))) => self.asking(|driver| driver.predict(predict))??,
            Some((_, Step::Specimen(specimen))) => self.asking(|driver| driver.specimen(specimen))??,
            Some((lesson, Step::Sketch(sketch))) => {
                self.asking(|driver| driver.sketch(&place, lesson, sketch))??
            }
            Some((lesson, Step::Measured(measured))) => {
                let speech = self.context.look.speech;
                match checking::question_of(speech, Some(self.workspace), lesson, measured) {
                    Ok(question) => self.asking(|driver| driver.question(&question))??,
                    Err(unready) => {
                        let told = format!("{}.", unready.in_words(speech));
                        self.print(&format!("\n{}", self.context.look.wrap("", &told)))?;
                        match unready {
                            Unready::RunFirst { .. } => Presented::Left,
                            // The machine's want is not the learner's.
                            Unready::NotHere { .. } => Presented::Passed,
                        }
                    }
                }
            }
            Some((lesson, step)) => match (step.question(), lesson.rubrics.get(step.id())) {
                (Some(Question::Text(_)), Some(rubric)) => {
                    self.asking(|driver| driver.free_text(rubric))??
                }
                (Some(question), _) => self.asking(|driver| driver.question(&question))??,
                (None, _) => Presented::Left,
            },
        };
        Ok(Event::Presented { place, presented })
    }

    /// Shows a text, a screenful at a time, and waits for a key after each.
    fn read(&mut self, text: &str) -> Result<Presented, Failure> {
        let look = self.context.look;
        let enter = look.paint(Role::Command, "Enter");
        let leave = look.paint(Role::Command, "q");
        let keys =
            |name| look.tell(name, [("enter", enter.as_str().into()), ("leave", leave.as_str().into())]);
        let text = markdown(&look, text);
        let screen = Term::stdout();
        let pieces = match (look.telling, screen.size_checked()) {
            // The blank line above, the keys below and the line of the cursor want room too.
            (Telling::Pictures, Some((rows, columns))) => {
                screenfuls(&text, usize::from(columns), usize::from(rows).saturating_sub(3))
            }
            (Telling::Words, _) | (_, None) => vec![text],
        };
        self.print("\n")?;
        for (index, piece) in pieces.iter().enumerate() {
            let is_last = index + 1 == pieces.len();
            let told = if is_last { format!("\n{}", keys("read-on")) } else { keys("read-more") };
            self.print(&format!("{piece}{told}\n"))?;
            if self.read_on()? == Presented::Left {
                return Ok(Presented::Left);
            }
            if !is_last {
                screen.clear_last_lines(1)?;
            }
        }
        Ok(Presented::Passed)
    }

    /// Waits for the key that goes on, or for one that leaves.
    fn read_on(&mut self) -> Result<Presented, Failure> {
        Ok(match self.asking(|_| leaf())?? {
            Turned::Over => Presented::Passed,
            Turned::Away => Presented::Left,
        })
    }

    fn question(&self, question: &Question) -> Result<Presented, Failure> {
        let look = &self.context.look;
        self.context.print(&format!("\n{}", prompts::before(look, question)))?;
        let Some(answer) = prompts::ask(look, question)? else { return Ok(Presented::Left) };
        // Of a prompt's own making, an answer is always one to its question.
        let Ok(marked) = answers::mark(look.speech, question, &answer) else { return Ok(Presented::Left) };
        self.context.print(&steps::marked(look, &marked))?;
        Ok(presented(marked.outcome == Outcome::Passed))
    }

    fn free_text(&self, rubric: &Rubric) -> Result<Presented, Failure> {
        let look = &self.context.look;
        self.context.print(&format!("\n{}", markdown(look, &rubric.ask)))?;
        let read = |text: &str| Ok::<_, std::convert::Infallible>(text.to_owned());
        let Some(mut answer) = prompts::line(look, &look.say("prompt-text"), read)? else {
            return Ok(Presented::Left);
        };
        if answer.trim() == "e" {
            let Some(written) = in_editor("")? else { return Ok(Presented::Left) };
            answer = written;
        }
        let marking = rubric.mark(&answer);
        self.context.print(&free_text::free_text(look, rubric, &marking))?;
        Ok(match free_text::standing(rubric, &marking) {
            TextStanding::Full => Presented::Passed,
            TextStanding::Lacking => Presented::Missed,
            TextStanding::ForTheLearner => {
                presented(prompts::confirm(look, &look.say("answer-compare"), Default::No)?)
            }
        })
    }

    /// The sheet in the learner's editor, then the drawing beside the live lines.
    fn sketch(&self, place: &Place, lesson: &LoadedLesson, sketch: &Sketch) -> Result<Presented, Failure> {
        let look = &self.context.look;
        self.context.print(&format!("\n{}", markdown(look, &sketch.ask)))?;
        let ready = prompts::confirm(look, &look.say("prompt-sheet"), Default::Yes)?;
        if !ready {
            return Ok(Presented::Left);
        }
        // What was drawn before is there again to be mended.
        let sheet = self
            .drawings
            .borrow()
            .get(place)
            .cloned()
            .unwrap_or_else(|| blank(self.context.look.speech, sketch));
        let Some(drawing) = in_editor(&sheet)? else { return Ok(Presented::Left) };
        self.drawings.borrow_mut().insert(place.clone(), drawing.clone());
        Ok(match hold(self.context.look.speech, Some(self.workspace), lesson, sketch, drawing.as_bytes())? {
            Held::Compared(comparison) => {
                let explain = markdown(look, &sketch.explain);
                self.context.print(&format!("\n{}\n{explain}", pictures::sketch(look, &comparison)))?;
                presented(comparison.is_right())
            }
            Held::Unseen(reason) => self.undecided(&reason)?,
        })
    }

    /// What the machine cannot tell counts neither way.
    fn undecided(&self, reason: &str) -> Result<Presented, Failure> {
        let look = &self.context.look;
        let told = look.wrap(&format!("{} ", look.say("live-inconclusive")), reason);
        self.context.print(&format!("{told}{}\n", look.say("live-undecided")))?;
        Ok(Presented::Undecided)
    }

    /// A process held still, and what is asked about it. Another one for each try: figures
    /// that were told are of no use with it.
    fn specimen(&self, specimen: &Specimen) -> Result<Presented, Failure> {
        let look = &self.context.look;
        self.context.print(&format!("\n{}", markdown(look, &specimen.text)))?;
        let showing = match show(specimen, checking::fresh_seed())? {
            Shown::Posed(showing) => showing,
            Shown::Unseen { reason } => return self.undecided(&reason),
        };
        let seen = shown::specimen::showing(look, &showing);
        let process = showing.holding.exhibit().processes.first().map_or(0, |process| process.pid);
        let command = look.paint(Role::Command, format!("cat /proc/{process}/smaps"));
        let stands = look.tell("live-stands", [("command", command.into())]);
        self.context.print(&format!("\n{seen}{}", look.wrap("", &stands)))?;
        let mut all = Outcome::Passed;
        for question in &showing.posed.questions {
            self.context.print(&format!("\n{}", steps::ask(look, question)))?;
            let Some(answer) = prompts::ask(look, question)? else { return Ok(Presented::Left) };
            // Of a prompt's own making, an answer is always one to its question.
            let Ok(marked) = answers::mark(look.speech, question, &answer) else {
                return Ok(Presented::Left);
            };
            self.context.print(&steps::marked(look, &marked))?;
            if marked.outcome == Outcome::Missed {
                all = Outcome::Missed;
            }
        }
        self.context.print(&left_out(&self.context, &showing.posed.left_out))?;
        if all == Outcome::Passed {
            self.context.print(&format!("\n{}", markdown(look, &specimen.explain)))?;
        } else {
            // Another one is as long as a screen: what was said of this one is to be read first.
            let enter = look.paint(Role::Command, "Enter");
            self.context.print(&format!("\n{}\n", look.tell("live-again", [("enter", enter.into())])))?;
            if leaf()? == Turned::Away {
                return Ok(Presented::Left);
            }
        }
        Ok(presented(all == Outcome::Passed))
    }

    fn predict(&self, predict: &Predict) -> Result<Presented, Failure> {
        let look = &self.context.look;
        self.context.print(&format!("\n{}", markdown(look, &predict.ask)))?;
        let page_size = crate::edges::tracer::books::page_size();
        let lock = |text: &str| {
            prediction::lock(predict, text, page_size).map_err(|wrong| wrong.in_words(look.speech))
        };
        let prompt = look.tell("prompt-prediction", [("unit", predict.unit.in_words(look.speech).into())]);
        let Some(locked) = prompts::line(look, &prompt, lock)? else { return Ok(Presented::Left) };
        let taken = look.tell("prediction-taken", [("figure", locked.figure().in_words(look.speech).into())]);
        self.context.print(&format!("{taken}\n"))?;
        let judged = checking::measure(look.speech, predict, &locked)?;
        self.context.print(&shown::prediction::judged(look, predict, &judged))?;
        // A prediction is done once it was held against the machine: the surprise is the lesson.
        Ok(Presented::Passed)
    }

    /// All lessons to choose from.
    pub(super) fn list(&mut self) -> Result<Event, Failure> {
        let overview = list::of(self.course, self.session.progress());
        let look = self.context.look;
        let lessons: Vec<_> = overview.parts.iter().flat_map(|part| &part.lessons).collect();
        let rows: Vec<String> = lessons::rows(&look, &overview);
        let at = lessons.iter().position(|lesson| Some(&lesson.id) == overview.current.as_ref());
        let chosen =
            self.asking(|_| prompts::search(&look, &look.say("prompt-list"), &rows, at.unwrap_or(0)))??;
        Ok(Event::Chosen(chosen.map(|index| lessons[index].id.clone())))
    }

    /// Offers a hint, where the question has one that was not seen: hints are the learner's to ask for.
    pub(super) fn offer_hint(&mut self, place: &Place) -> Result<(), Failure> {
        let Some(lesson) = self.lesson(&place.lesson) else { return Ok(()) };
        let Some(step) = lesson.step(&place.step).filter(|step| !matches!(step, Step::Specimen(_))) else {
            return Ok(());
        };
        let seen = self.session.progress().step(&lesson.id, step.id()).map_or(0, |record| record.hints);
        if seen >= steps::hints(step).len() {
            return Ok(());
        }
        let look = self.context.look;
        let ask = look.say("prompt-hint");
        if self.asking(|_| prompts::confirm(&look, &ask, Default::No))?? {
            self.hint(place)?;
        }
        Ok(())
    }

    pub(super) fn hint(&mut self, place: &Place) -> Result<(), Failure> {
        let found = self.lesson(&place.lesson).and_then(|lesson| Some((lesson, lesson.step(&place.step)?)));
        let Some((lesson, step)) = found else { return Ok(()) };
        let look = self.context.look;
        let seen_before =
            self.session.progress().step(&lesson.id, step.id()).map_or(0, |record| record.hints);
        let (seen, all) = hint::next(&self.context, self.workspace, lesson, step)?;
        let text = if seen > seen_before {
            steps::newest_hint(&look, &all, seen)
        } else {
            steps::hints_seen(&look, &all, seen)
        };
        self.session.adopt(self.context.load_progress(self.workspace)?);
        self.print(&format!("\n{text}"))
    }

    pub(super) fn solution(&mut self, place: &Place) -> Result<(), Failure> {
        let Some((lesson, drill)) = self.drill(place) else { return Ok(()) };
        let look = self.context.look;
        if !self.session.progress().standing(&lesson.id, &drill.id).is_done() {
            let ask = look.say("prompt-solution");
            if !self.asking(|_| prompts::confirm(&look, &ask, Default::No))?? {
                return self.print(&self.keys_line());
            }
        }
        let change = Change::GaveUp(lesson.id.clone(), drill.id.clone());
        self.record(change)?;
        let language = language_of(self.workspace, self.session.progress(), lesson);
        self.print(&hint::model(&self.context, lesson, drill, language))
    }
}

/// What was done with a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turned {
    /// It was read, and turned over.
    Over,
    /// The reader wants out.
    Away,
}

/// Waits until a page is turned over or left.
fn leaf() -> Result<Turned, Failure> {
    let _mode = KeyMode::enter()?;
    // A bell that never rings: signals end the process by themselves meanwhile.
    let silent = EventFd::new().map_err(std::io::Error::from)?;
    loop {
        match wait(silent.as_fd(), None)? {
            Input::Closed => return Ok(Turned::Away),
            Input::Nothing => {}
            Input::Bytes(bytes) => match bytes[..] {
                [b'\n' | b'\r' | b' ' | b'n', ..] => return Ok(Turned::Over),
                [b'q' | b'Q' | 0x04 | 0x1b] => return Ok(Turned::Away),
                _ => {}
            },
        }
    }
}

/// A text in the learner's editor; nothing where it was not saved.
fn in_editor(text: &str) -> Result<Option<String>, Failure> {
    let editor = dialoguer::Editor::new().extension(".txt").require_save(true).edit(text);
    editor.map_err(|error| Failure::fault(std::io::Error::other(error)))
}

const fn presented(right: bool) -> Presented {
    if right { Presented::Passed } else { Presented::Missed }
}
