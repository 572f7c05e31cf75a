//! The session at a terminal: drives the state machine of `flow::session` with what
//! really happens, and does what it says is to be done.
//!
//! One thread waits for keys, posts and deadlines and does everything a person sees;
//! a check runs in another, the watch and the signals in one each, and all they do is
//! post. So nothing is lost that happens during a check, and nothing is shown by two
//! at once.

mod keys;
mod mailbox;
mod present;
mod tell;

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Scope;
use std::time::{Duration, Instant};

use super::checking::{self, Bench, Judged};
use super::context::{Context, language_of, now, starters};
use super::exit::Failure;
use crate::assemblies::drill::DrillError;
use crate::assemblies::ui::progress::Spinner;
use crate::assemblies::workspace::Workspace;
use crate::edges::terminal::{self, Caught, Input, KeyMode};
use crate::edges::watch::{Method, Watcher};
use crate::flow::cancel::CancelToken;
use crate::flow::session::{Action, Advance, Event, Opening, Place, Report, RunId, Session, Syllabus};
use crate::judgement::course::{LoadedCourse, LoadedLesson};
use crate::judgement::draw::Scale;
use crate::judgement::progress::Change;
use crate::vocabulary::evidence_file::EvidenceFile;
use crate::vocabulary::lesson::Drill;
use crate::words::ids::LessonId;
use crate::words::speech::shown;
use mailbox::{Mailbox, Post};

/// How long a check may take to end after a signal, before the process ends all the same.
const LAST_WISHES: Duration = Duration::from_secs(2);

/// Whether there are keys to be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    /// There is a person at a terminal.
    Pressed,
    /// There is none: saves are judged until a signal ends it.
    Absent,
}

/// A terminal under guard, and where its signals are told.
pub(super) struct Guarded {
    mailbox: Mailbox,
    /// Whether something is asked: nobody reads the mailbox meanwhile.
    asking: Arc<AtomicBool>,
}

/// Guards the terminal from now on. Until a session runs, and during its prompts, nobody reads
/// the mailbox, so that a signal then ends the process at once.
///
/// # Errors
/// Where signal handlers cannot be set.
pub(super) fn guard() -> Result<Guarded, Failure> {
    let mailbox = Mailbox::new()?;
    let asking = Arc::new(AtomicBool::new(true));
    let (sender, asks) = (mailbox.sender(), Arc::clone(&asking));
    terminal::guard(move |caught| {
        sender.post(Post::Caught(caught));
        match caught {
            Caught::Fatal(_) if !asks.load(Ordering::Acquire) => LAST_WISHES,
            Caught::Fatal(_) | Caught::Woken => Duration::ZERO,
        }
    })?;
    Ok(Guarded { mailbox, asking })
}

/// How a session is held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// Whether it moves on by itself.
    pub(super) advance: Advance,
    /// What it begins with.
    pub(super) opening: Opening,
    /// Whether anybody is there.
    pub(super) keys: Keys,
    /// How large its files may be.
    pub(super) scale: Scale,
}

/// Runs a session to its end.
///
/// # Errors
/// Where the terminal, the workspace or the output fails.
pub(super) fn run(
    guarded: &Guarded,
    context: &Context,
    course: &LoadedCourse,
    workspace: &Workspace,
    Manner { advance, opening, keys, scale }: Manner,
) -> Result<(), Failure> {
    let progress = context.load_progress(workspace)?;
    let syllabus: Syllabus = course.lessons.iter().map(|lesson| (&lesson.id, &lesson.lesson)).collect();
    guarded.asking.store(false, Ordering::Release);
    let bench = Bench::new(Some(workspace), context).at_scale(scale);
    let signal = std::thread::scope(|scope| {
        let driver = Driver {
            context: context.clone(),
            course,
            workspace,
            bench: &bench,
            scope,
            session: Session::new(syllabus, progress, advance),
            began: Instant::now(),
            mailbox: &guarded.mailbox,
            asking: &guarded.asking,
            mode: if keys == Keys::Pressed { Some(KeyMode::enter()?) } else { None },
            keys,
            watcher: None,
            running: None,
            last: None,
            drawings: RefCell::default(),
        };
        driver.run(opening)
    })?;
    if let Some(signal) = signal {
        terminal::die_of(signal);
    }
    Ok(())
}

/// A check under way.
struct Running {
    run: RunId,
    cancel: CancelToken,
    spinner: Spinner,
}

/// A check that came to a verdict.
struct Last {
    place: Place,
    files: Vec<PathBuf>,
    result: Result<Judged, DrillError>,
}

struct Driver<'scope, 'env> {
    context: Context,
    course: &'env LoadedCourse,
    workspace: &'env Workspace,
    bench: &'env Bench,
    scope: &'scope Scope<'scope, 'env>,
    session: Session,
    began: Instant,
    mailbox: &'env Mailbox,
    asking: &'env AtomicBool,
    mode: Option<KeyMode>,
    keys: Keys,
    watcher: Option<Watcher>,
    running: Option<Running>,
    last: Option<Last>,
    /// What the learner drew last, for each sketch: it is theirs to go on with.
    drawings: RefCell<HashMap<Place, String>>,
}

impl<'scope, 'env> Driver<'scope, 'env> {
    /// Runs to the end; gives the signal that ended it, if one did.
    fn run(mut self, opening: Opening) -> Result<Option<i32>, Failure> {
        let result = self.run_on(opening);
        if let Some(running) = &self.running {
            running.cancel.cancel();
        }
        result
    }

    fn run_on(&mut self, opening: Opening) -> Result<Option<i32>, Failure> {
        let actions = self.session.begin(now(), opening);
        if self.perform(actions)? == Going::Over {
            return Ok(None);
        }
        loop {
            let timeout = self.session.deadline().map(|at| at.saturating_sub(self.began.elapsed()));
            let mut events = VecDeque::new();
            match self.wait(timeout)? {
                Input::Bytes(bytes) => events.extend(keys::decode(&bytes).map(Event::Key)),
                Input::Closed => events.push_back(Event::Ended),
                Input::Nothing => {}
            }
            while let Some(post) = self.mailbox.take() {
                match post {
                    Post::Saved => events.push_back(Event::Saved { at: self.began.elapsed() }),
                    Post::Caught(Caught::Woken) => events.push_back(Event::Resumed),
                    Post::Caught(Caught::Fatal(signal)) => return Ok(Some(signal)),
                    Post::Finished { run, place, files, result } => {
                        events.push_back(self.finished(run, place, files, *result));
                    }
                }
            }
            if self.session.deadline().is_some_and(|at| at <= self.began.elapsed()) {
                events.push_back(Event::Tick { at: self.began.elapsed() });
            }
            for event in events {
                let actions = self.session.handle(event);
                if self.perform(actions)? == Going::Over {
                    return Ok(None);
                }
            }
        }
    }

    fn wait(&self, timeout: Option<Duration>) -> Result<Input, Failure> {
        Ok(match self.keys {
            Keys::Pressed => terminal::wait(self.mailbox.bell(), timeout)?,
            Keys::Absent => {
                self.mailbox.wait(timeout)?;
                Input::Nothing
            }
        })
    }

    fn perform(&mut self, actions: Vec<Action>) -> Result<Going, Failure> {
        let mut todo: VecDeque<Action> = actions.into();
        while let Some(action) = todo.pop_front() {
            if action == Action::Quit {
                return Ok(Going::Over);
            }
            if let Some(event) = self.act(action)? {
                todo.extend(self.session.handle(event));
            }
        }
        Ok(Going::On)
    }

    /// Does one thing; gives what came of it, where that is an event.
    fn act(&mut self, action: Action) -> Result<Option<Event>, Failure> {
        self.context.refit();
        match action {
            Action::Open(lesson) => self.open(&lesson)?,
            Action::Record(change) => self.record(change)?,
            Action::StartCheck { run, place } => self.start(run, place)?,
            Action::CancelCheck(run) => {
                if let Some(running) = self.running.as_ref().filter(|running| running.run == run) {
                    running.cancel.cancel();
                }
            }
            Action::Present(place) => return self.present(place).map(Some),
            Action::List => return self.list().map(Some),
            Action::OfferHint(place) => self.offer_hint(&place)?,
            Action::Hint(place) => self.hint(&place)?,
            Action::Solution(place) => self.solution(&place)?,
            Action::Quit => {}
            told => {
                if let Some(text) = self.telling(&told) {
                    self.print(&text)?;
                }
            }
        }
        Ok(None)
    }

    /// Shows text, whatever else is on the screen.
    fn print(&self, text: &str) -> Result<(), Failure> {
        match &self.running {
            Some(running) => running.spinner.suspend(|| self.context.print(text)),
            None => self.context.print(text),
        }
    }

    /// Asks something of the person: the terminal is as prompts want it meanwhile.
    fn asking<T>(&mut self, ask: impl FnOnce(&Self) -> T) -> Result<T, Failure> {
        let keyed = self.mode.take().is_some();
        self.asking.store(true, Ordering::Release);
        let answer = match &self.running {
            Some(running) => running.spinner.suspend(|| ask(self)),
            None => ask(self),
        };
        self.asking.store(false, Ordering::Release);
        if keyed {
            self.mode = Some(KeyMode::enter()?);
        }
        Ok(answer)
    }

    fn lesson(&self, id: &LessonId) -> Option<&'env LoadedLesson> {
        self.course.lesson(id)
    }

    fn drill(&self, place: &Place) -> Option<(&'env LoadedLesson, &'env Drill)> {
        let lesson = self.lesson(&place.lesson)?;
        Some((lesson, lesson.drills().find(|drill| drill.id == place.step)?))
    }

    fn record(&mut self, change: Change) -> Result<(), Failure> {
        let progress = self.context.record(self.workspace, change)?;
        self.session.adopt(progress);
        Ok(())
    }

    /// Makes a lesson's programs ready and watches them.
    fn open(&mut self, id: &LessonId) -> Result<(), Failure> {
        let Some(lesson) = self.lesson(id) else { return Ok(()) };
        let language = language_of(self.workspace, self.session.progress(), lesson);
        self.workspace.add_missing(&starters(lesson, language))?;
        let files: Vec<PathBuf> = lesson
            .drills()
            .flat_map(|drill| &drill.programs)
            .map(|program| self.workspace.program(id, program, language))
            .collect();
        self.watcher = None;
        if !files.is_empty() {
            let sender = self.mailbox.sender();
            let watcher = Watcher::start(&files, move || sender.post(Post::Saved));
            if let Method::Polling { why } = watcher.method() {
                let told = self.context.error_look.tell("session-polling", [("why", shown(why))]);
                self.context.warn(&told);
            }
            self.watcher = Some(watcher);
        }
        self.print(&self.heading(lesson))
    }

    fn start(&mut self, run: RunId, place: Place) -> Result<(), Failure> {
        let Some((lesson, drill)) = self.drill(&place) else { return Ok(()) };
        let language = language_of(self.workspace, self.session.progress(), lesson);
        let sender = self.mailbox.sender();
        let sources = match checking::learners_sources(self.workspace, lesson, drill, language) {
            Ok(sources) => sources,
            Err(failure) => {
                self.print(&format!("{failure}\n"))?;
                sender.post(Post::Finished { run, place, files: Vec::new(), result: Box::new(Ok(None)) });
                return Ok(());
            }
        };
        let files = super::open::files(self.workspace, lesson, drill, language);
        let cancel = CancelToken::new();
        let spinner = Spinner::start(&self.context.error_look);
        let (bench, token, line) = (self.bench, cancel.clone(), spinner.line());
        self.scope.spawn(move || {
            let hear = |progress: crate::assemblies::drill::Progress<'_>| line.hear(&progress);
            let result = bench.judge(drill, &sources, checking::fresh_seed(), &token, &hear);
            sender.post(Post::Finished { run, place, files, result: Box::new(result) });
        });
        self.running = Some(Running { run, cancel, spinner });
        Ok(())
    }

    fn finished(
        &mut self,
        run: RunId,
        place: Place,
        files: Vec<PathBuf>,
        result: Result<Option<Judged>, DrillError>,
    ) -> Event {
        self.running = None;
        let report = match &result {
            Ok(None) => Report::Cancelled,
            Ok(Some(judged)) => judged.outcome().map_or_else(
                || Report::Undecided { held: judged.is_held().then(|| judged.source()) },
                |outcome| Report::Judged { outcome, source: judged.source() },
            ),
            Err(_) => Report::Failed,
        };
        if let (Ok(Some(judged)), Some((lesson, drill))) = (&result, self.drill(&place))
            && let Err(error) = judged.keep_figures(self.workspace, lesson, drill)
        {
            self.context.warn(&format!("what was measured is not kept: {error}"));
        }
        if let Some(result) = result.transpose() {
            if let Ok(judged) = &result {
                self.keep(&place, judged);
            }
            self.last = Some(Last { place, files, result });
        }
        Event::Finished { run, report }
    }

    /// Keeps what a run left, for `mmaplings report`, while the verdict is shown.
    fn keep(&self, place: &Place, judged: &Judged) {
        let Some((lesson, drill)) = self.drill(place) else { return };
        let language = language_of(self.workspace, self.session.progress(), lesson);
        let file = EvidenceFile {
            format: EvidenceFile::FORMAT,
            course: self.course.course.title.clone(),
            lesson: lesson.id.clone(),
            drill: drill.id.clone(),
            languages: drill.programs.iter().map(|program| (program.clone(), language)).collect(),
            checks: drill.check.clone(),
            evidence: judged.evidence.clone(),
        };
        let workspace = self.workspace;
        self.scope.spawn(move || {
            // Without it the report lacks its last run, and nothing else is lost.
            let _unkept = super::report::keep(workspace, &file);
        });
    }
}

/// Whether the session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Going {
    On,
    Over,
}
