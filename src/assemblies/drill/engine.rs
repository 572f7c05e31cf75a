//! Playing one run of a scene: the script's actions carried out on the stage.
//!
//! Where the script stands is [`Play`]'s to know; this file does what it says, waits
//! no longer than the scene's patience, and gathers what is left. When the script is
//! at its end, programs that it did not end have their stdin closed and the scene's
//! patience to end by themselves; what is left then is killed, and the evidence says
//! `scene-over` of it.

mod bounds;
mod cutting;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use self::bounds::Room;
use super::power::{self, Power};
use super::{DrillError, DrillJob, Memory, Progress, Step, Trust};
use crate::edges::cgroup::{Ceiling, GroupError, MemoryGroup};
use crate::edges::disk::Fault;
use crate::edges::fixtures::{FixtureError, Fixtures, News, Probe};
use crate::edges::inspect;
use crate::edges::sandbox::Enclosure;
use crate::edges::tracer::{self, Event, Launch, Limits, PageReading, Stage, books};
use crate::facts::mapping::{Mapping, Sharing};
use crate::facts::page_map::PageMap;
use crate::facts::syscall::table;
use crate::flow::play::{Happening, Next, Play, Reaction};
use crate::judgement::draw::{self, DrawError, Occasion};
use crate::vocabulary::check::Expectation;
use crate::vocabulary::evidence::{
    Awaited, Completion, Deed, Ending, FileState, KillReason, Limit, Run, SceneRun, StopReason, WaitsFor,
};
use crate::vocabulary::scene::{Action, Disk, HugePages, Scene};
use crate::vocabulary::value::{Expr, Template, Value, ValueError, Values};
use crate::words::ids::{Checkpoint, InstanceName, ProgramName, ValueName};
use crate::words::prose;
use crate::words::units::Bytes;

/// Plays one repetition of `scene` with `programs`.
pub(super) fn play(
    job: &DrillJob<'_>,
    trust: Trust,
    memory: Memory<'_>,
    scene: &Scene,
    repetition: u32,
    programs: &BTreeMap<ProgramName, PathBuf>,
) -> Result<Step<SceneRun>, DrillError> {
    let report = |news: News<'_>| (job.progress)(Progress::File(news));
    let mut fixtures = Fixtures::new(job.places.files, job.cancel, &report)?;
    let page_size = books::page_size();
    let occasion = Occasion { seed: job.seed, scene: &scene.id, repetition, page_size, scale: job.scale };
    let drawn = draw::draw(&job.drill.values, scene, occasion, &mut fixtures);
    let (values, plans) = match drawn {
        Ok(drawn) => drawn,
        Err(DrawError::File { source: FixtureError::Cancelled, .. }) => return Ok(Step::Cancelled),
        Err(error) => return Err(DrillError::drawing(scene, error)),
    };
    let mut run = SceneRun {
        scene: scene.id.clone(),
        repetition,
        values,
        completion: Completion::Whole,
        instances: cast(scene),
        unasked: unasked(scene),
        runs: BTreeMap::new(),
        files: BTreeMap::new(),
        log: Vec::new(),
        cuts: Vec::new(),
        memory_group: None,
    };
    // Before any file is made: without a group there is nothing to be run.
    let group = match limited(memory, scene, &run.values, page_size)? {
        Limited::Not => None,
        Limited::By(group) => Some(group),
        Limited::Impossible { reason } => {
            run.completion = Completion::Impossible { reason };
            return Ok(Step::Done(run));
        }
    };
    for plan in &plans {
        match fixtures.make(plan) {
            Err(FixtureError::Cancelled) => return Ok(Step::Cancelled),
            made => made?,
        }
    }

    // Dropped before the folder is, over which it is mounted.
    let power = match scene.disk {
        Disk::Plain => None,
        Disk::PowerCut => Some(Power::over(fixtures.folder())?),
    };
    let killed_before = memory.ceiling().map(Ceiling::killed);
    let stage = Stage::new(limits(scene, patience(job, scene)))?;
    let handle = stage.cancel_handle();
    let _hook = job.cancel.on_cancel(move || handle.cancel());
    let mut engine = Engine {
        job,
        trust,
        scene,
        programs,
        values: &run.values,
        fixtures: &fixtures,
        play: Play::new(&scene.script),
        stage,
        room: Room::of(scene, &fixtures),
        power,
        group: group.as_ref(),
        ceiling: memory.ceiling(),
        enclosure: None,
        seed: seed_of(job.seed, repetition),
        log: Vec::new(),
    };
    let Step::Done(completion) = engine.perform()? else { return Ok(Step::Cancelled) };
    if completion == Completion::Whole && matches!(engine.wind_down()?, Step::Cancelled) {
        return Ok(Step::Cancelled);
    }
    let Engine { stage, log, mut power, enclosure, .. } = engine;
    power.as_ref().inspect(|power| power.let_go());
    run.runs = stage.finish();
    drop(enclosure);
    run.memory_group = group.as_ref().map(MemoryGroup::report);
    if let Some(group) = &run.memory_group
        && group.killed.unwrap_or_default() > 0
    {
        tell_out_of_memory(&Limit::Group { allowed: group.limit }, &mut run.runs);
    }
    if let (Some(ceiling), Some(before)) = (memory.ceiling(), killed_before)
        && ceiling.killed() > before
    {
        let limit = Limit::Memory { allowed: scene.memory, seen: ceiling.limit() };
        tell_out_of_memory(&limit, &mut run.runs);
    }
    if let Some(power) = &mut power {
        power.come_back()?;
    }
    (run.completion, run.log) = (completion, log);
    for plan in &plans {
        let state = state(job, plan.id.clone(), &mut fixtures, &run.values, page_size)?;
        run.files.insert(plan.id.to_string(), state);
    }
    run.cuts = power.map(|power| power.cuts).unwrap_or_default();
    Ok(Step::Done(run))
}

/// Whether a scene's memory is limited.
enum Limited {
    Not,
    By(MemoryGroup),
    /// It would be, and cannot be here.
    Impossible {
        reason: String,
    },
}

/// The least memory in which programs are run: their libraries, their page tables and what the kernel
/// charges ahead fit in it several times over.
const LEAST_MEMORY: Bytes = Bytes::mib(16);

fn limited(
    memory: Memory<'_>,
    scene: &Scene,
    values: &Values,
    page_size: Bytes,
) -> Result<Limited, DrillError> {
    let Some(limit) = &scene.memory_limit else { return Ok(Limited::Not) };
    let limit = limit.evaluate(values, page_size).map_err(|error| DrillError::lesson(scene, error))?;
    let limit = Bytes(u64::try_from(limit).unwrap_or_default());
    if limit < LEAST_MEMORY {
        let reason = format!(
            "{limit} of memory are too little for any program to run in: take a larger --scale, so that it \
             is {LEAST_MEMORY} at the least"
        );
        return Ok(Limited::Impossible { reason });
    }
    match memory.groups().make(limit) {
        Ok(group) => Ok(Limited::By(group)),
        Err(GroupError::Unavailable(why)) => {
            Ok(Limited::Impossible { reason: format!("{why}; `mmaplings doctor` says how to get one") })
        }
        Err(error) => Err(error.into()),
    }
}

/// Makes plain what a SIGKILL was that nobody here sent: the kernel's, for want of memory.
fn tell_out_of_memory(limit: &Limit, runs: &mut BTreeMap<InstanceName, Run>) {
    let by_the_kernel =
        |ending: &Ending| matches!(ending, Ending::Signalled { signal, .. } if signal == "SIGKILL");
    for run in runs.values_mut() {
        let endings = run.processes.iter_mut().map(|process| &mut process.ending).chain([&mut run.ending]);
        let mut killed = false;
        for ending in endings.filter(|ending| by_the_kernel(ending)) {
            *ending = Ending::Killed { why: KillReason::OutOfMemory };
            killed = true;
        }
        if killed && run.limit.is_none() {
            run.limit = Some(limit.clone());
        }
    }
}

/// The seed of what survives in one repetition.
fn seed_of(seed: u64, repetition: u32) -> u64 {
    seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(u64::from(repetition))
}

/// The running programs that a script names, in the order in which it does.
fn cast(scene: &Scene) -> Vec<InstanceName> {
    scene.script.iter().filter_map(Action::instance).fold(Vec::new(), |mut cast, name| {
        if !cast.contains(&name) {
            cast.push(name);
        }
        cast
    })
}

/// The moments at which a script looks at programs that print nothing for it.
fn unasked(scene: &Scene) -> BTreeSet<Checkpoint> {
    let looks = scene.script.iter().filter_map(|action| match action {
        Action::Snapshot { name, .. } => Some(name.clone()),
        _ => None,
    });
    looks.collect()
}

/// How long each action of a scene may wait.
fn patience(job: &DrillJob<'_>, scene: &Scene) -> Duration {
    Duration::from_millis(scene.patience_ms) * job.scale.patience()
}

/// The limits of a scene's programs. Time is limited by the patience of the script's waits;
/// the wall limit is what they come to together, for a program that nobody waits for.
fn limits(scene: &Scene, patience: Duration) -> Limits {
    let wall = scene.script.iter().fold(2 * patience, |wall, action| match action {
        Action::Pause { ms } => wall + Duration::from_millis(*ms),
        Action::Checkpoint { .. }
        | Action::Result { .. }
        | Action::End { .. }
        | Action::Kill { .. }
        | Action::Cut { .. } => wall + patience,
        _ => wall,
    });
    Limits { wall, memory: scene.memory, ..Limits::default() }
}

/// What has become of a file, with what stands where the drill's checks look.
fn state(
    job: &DrillJob<'_>,
    file: ValueName,
    fixtures: &mut Fixtures<'_>,
    values: &Values,
    page_size: Bytes,
) -> Result<FileState, DrillError> {
    let patches = job.drill.check.iter().filter_map(|check| match &check.expect {
        Expectation::File(expected) if expected.file == file => Some(&expected.changes),
        _ => None,
    });
    // An offset that this scene's values do not give is no place in its file.
    let probes: Vec<Probe> = patches
        .flatten()
        .filter_map(|patch| {
            let offset = patch.offset.evaluate(values, page_size).ok()?;
            Some(Probe { offset: u64::try_from(offset).ok()?, length: patch.layout.bytes() })
        })
        .collect();
    Ok(fixtures.state(&file, &probes)?)
}

/// The pages of a mapping of a process that stands still.
fn pages(process: i32, mapping: &Mapping) -> Option<PageMap> {
    inspect::pages(process, mapping, books::page_size()).ok()
}

struct Engine<'a> {
    job: &'a DrillJob<'a>,
    trust: Trust,
    scene: &'a Scene,
    programs: &'a BTreeMap<ProgramName, PathBuf>,
    values: &'a Values,
    fixtures: &'a Fixtures<'a>,
    play: Play<'a>,
    room: Option<Room>,
    // Dropped before the stage, whose programs may be waiting for the disk.
    power: Option<Power>,
    stage: Stage,
    // Dropped after the stage, which waits for the ends of those inside.
    enclosure: Option<Enclosure>,
    group: Option<&'a MemoryGroup>,
    ceiling: Option<&'a Ceiling>,
    seed: u64,
    log: Vec<Deed>,
}

impl Engine<'_> {
    fn patience(&self) -> Duration {
        patience(self.job, self.scene)
    }

    /// Plays the script to its end, or to where it cannot go on.
    fn perform(&mut self) -> Result<Step<Completion>, DrillError> {
        let mut waiting: Option<(usize, Instant)> = None;
        loop {
            match self.play.proceed() {
                Next::Over => return Ok(Step::Done(Completion::Whole)),
                Next::Stuck { action, awaited, reason } => {
                    return Ok(Step::Done(Completion::Stopped { action, awaited, reason }));
                }
                Next::Do { index, action } => match self.carry_out(action)? {
                    Step::Cancelled => return Ok(Step::Cancelled),
                    Step::Done(Feat::Done) => {}
                    Step::Done(Feat::TooLate { awaited }) => {
                        let reason = StopReason::ProgramEnded;
                        return Ok(Step::Done(Completion::Stopped { action: index, awaited, reason }));
                    }
                },
                Next::Await { action, awaited } => {
                    let until = match waiting {
                        Some((same, until)) if same == action => until,
                        _ => Instant::now() + self.patience(),
                    };
                    waiting = Some((action, until));
                    match self.look(until)? {
                        Look::Happened => {}
                        Look::Cancelled => return Ok(Step::Cancelled),
                        Look::TimedOut => {
                            let after_ms = self.patience().as_millis().try_into().unwrap_or(u64::MAX);
                            let waits_for = self.waits_for(action)?;
                            let reason = StopReason::TimedOut { after_ms, waits_for };
                            return Ok(Step::Done(Completion::Stopped { action, awaited, reason }));
                        }
                    }
                }
            }
        }
    }

    /// What the program that an action of the script waits for waits for itself.
    fn waits_for(&self, action: usize) -> Result<Option<WaitsFor>, DrillError> {
        let (Action::Checkpoint { of, .. } | Action::Result { of, .. } | Action::End { of }) =
            &self.scene.script[action]
        else {
            return Ok(None);
        };
        let reads = self.stage.alive(of)?.into_iter().any(inspect::reads_stdin);
        Ok(reads.then_some(WaitsFor::StandardInput))
    }

    /// Lets the programs that the script did not end come to their end.
    fn wind_down(&mut self) -> Result<Step<()>, DrillError> {
        let cast = cast(self.scene);
        let left = |play: &Play<'_>| -> Vec<InstanceName> {
            cast.iter().filter(|who| play.is_on(who)).cloned().collect()
        };
        for who in left(&self.play) {
            while let Some(process) = self.play.let_go(&who) {
                self.stage.release_process(&who, process)?;
            }
            self.stage.close_stdin(&who)?;
        }
        let until = Instant::now() + self.patience();
        while !left(&self.play).is_empty() {
            match self.look(until)? {
                Look::Happened => {}
                Look::Cancelled => return Ok(Step::Cancelled),
                Look::TimedOut => break,
            }
        }
        Ok(Step::Done(()))
    }

    fn carry_out(&mut self, action: &Action) -> Result<Step<Feat>, DrillError> {
        let files = self.fixtures;
        match action {
            Action::Start { program, name, args } => {
                let who = name.clone().unwrap_or_else(|| program.into());
                let args = args.iter().map(|text| self.fill(text)).collect::<Result<Vec<_>, _>>()?;
                self.note(format!("start {who}: {program} {}", args.join(" ")));
                let launch = self.launch(program, &who, args)?;
                self.stage.start(&launch)?;
                self.play.enter(&who);
            }
            Action::Send { to, line } => {
                let line = self.fill(line)?;
                self.note(format!("send {to} {:?}", prose::shortened(&line)));
                self.stage.send(to, format!("{line}\n").as_bytes())?;
            }
            Action::SendEach { to, values, line } => {
                let Some(Value::Numbers(numbers)) = self.values.get(values.as_str()) else {
                    return Err(self.wrong(ValueError::NotANumber { name: values.to_string() }));
                };
                self.note(format!("send {to} {} lines: {values}", numbers.len()));
                let mut lines = String::new();
                for (index, number) in numbers.iter().enumerate() {
                    match line {
                        Some(line) => {
                            let filled = self.values.with_each(*number, index).fill(line.text());
                            lines.push_str(&filled.map_err(|error| self.wrong(error))?);
                        }
                        None => lines.push_str(&number.to_string()),
                    }
                    lines.push('\n');
                }
                self.stage.send(to, lines.as_bytes())?;
            }
            Action::CloseStdin { of } => {
                self.note(format!("close the stdin of {of}"));
                self.stage.close_stdin(of)?;
            }
            Action::Release { of } => {
                self.note(format!("release {of}"));
                if let Some(process) = self.play.let_go(of) {
                    self.stage.release_process(of, process)?;
                }
            }
            Action::Snapshot { of, name } => {
                self.note(format!("snapshot of {of}: {name}"));
                if self.stage.snapshot(of, name.clone())?.is_none() && self.stage.has_ended(of)? {
                    let awaited = Awaited::Presence { of: of.clone(), name: name.clone() };
                    return Ok(Step::Done(Feat::TooLate { awaited }));
                }
            }
            Action::Store { of, backing, offset, byte } => {
                let (offset, byte) = (self.number(offset)?, self.number(byte)?);
                let fits = |mapping: &Mapping| {
                    mapping.perms.write
                        && mapping.perms.sharing == Sharing::Shared
                        && backing.is_behind(mapping)
                };
                let place = u64::try_from(offset).unwrap_or(u64::MAX);
                let stored = self.stage.store(of, fits, place, u8::try_from(byte).unwrap_or(u8::MAX))?;
                self.note(if stored {
                    format!("store {byte} at {offset} of what {of} has mapped")
                } else {
                    format!("nothing is stored: {of} has no such memory")
                });
            }
            Action::Kill { of } => {
                self.note(format!("kill {of}"));
                self.stage.kill(of)?;
            }
            Action::Pause { ms } => {
                let until = Instant::now() + Duration::from_millis(*ms);
                loop {
                    match self.look(until)? {
                        Look::Happened => {}
                        Look::Cancelled => return Ok(Step::Cancelled),
                        Look::TimedOut => break,
                    }
                }
            }
            Action::Truncate { file, to } => {
                let length = self.number(to)?;
                self.note(format!("truncate {file} to {length} bytes"));
                files.truncate(file, Bytes(u64::try_from(length).unwrap_or_default()))?;
            }
            Action::DropCache { file } => {
                self.note(format!("drop {file} from the page cache"));
                files.drop_cache(file)?;
            }
            Action::SetCut { at, nth } => {
                let nth = self.count(nth)?;
                self.note(format!("from here on, cut the power {}", power::request(*at, nth)));
                if let Some(power) = &mut self.power {
                    power.set_cut(*at, nth);
                }
            }
            Action::FailFlush { nth } => {
                let nth = self.count(nth)?;
                self.note(format!("let flush {nth} fail"));
                self.inject(Fault::FlushFails { nth });
            }
            Action::FillDisk {} => {
                self.note("fill the disk".to_owned());
                self.inject(Fault::Full);
            }
            Action::Cut { survivors } => {
                if let Step::Cancelled = self.cut(*survivors)? {
                    return Ok(Step::Cancelled);
                }
            }
            // They only wait, which is the play's to do.
            Action::Checkpoint { .. } | Action::Result { .. } | Action::End { .. } => {}
        }
        Ok(Step::Done(Feat::Done))
    }

    /// Waits for the next thing to happen, and tells the play of it.
    fn look(&mut self, until: Instant) -> Result<Look, DrillError> {
        let event = self.next_event(until)?;
        let reaction = match &event {
            Event::TimedOut => return Ok(Look::TimedOut),
            Event::Cancelled => return Ok(Look::Cancelled),
            Event::Line { who, line } => {
                if let Some(line) = self.stage.run(who)?.stdout.get(*line) {
                    (self.job.progress)(Progress::Line { who, text: &line.text });
                }
                Reaction::Nothing
            }
            Event::Result { who, name, .. } => self.play.hear(Happening::Result { who, name }),
            Event::Checkpoint { who, checkpoint, process, .. } => {
                (self.job.progress)(Progress::Checkpoint { who, checkpoint });
                self.play.hear(Happening::Checkpoint { who, checkpoint, process: *process })
            }
            Event::LimitReached { who } => self.play.hear(Happening::LimitReached { who }),
            Event::Ended { who } => {
                (self.job.progress)(Progress::Ended { who });
                self.play.hear(Happening::Ended { who })
            }
        };
        if let (Reaction::LetGo, Event::Checkpoint { who, process, .. }) = (reaction, &event) {
            self.stage.release_process(who, *process)?;
        }
        Ok(Look::Happened)
    }

    fn launch(
        &mut self,
        program: &ProgramName,
        who: &InstanceName,
        args: Vec<String>,
    ) -> Result<Launch, DrillError> {
        let binary = self.programs.get(program);
        let binary = binary.ok_or_else(|| DrillError::NoSource { program: program.clone() })?.clone();
        let folder = self.fixtures.folder();
        let mut launch = Launch::new(who.clone(), program.clone(), binary, folder.to_owned());
        launch.args = args.into_iter().map(OsString::from).collect();
        launch.environment = [("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LANG", "C.UTF-8")]
            .map(|(name, value)| (name.into(), value.into()))
            .into_iter()
            .chain(["HOME", "TMPDIR"].map(|name| (name.into(), folder.as_os_str().to_owned())))
            .collect();
        launch.huge_pages = match self.scene.huge_pages {
            HugePages::Never => tracer::HugePages::Never,
            HugePages::System => tracer::HugePages::System,
        };
        launch.watched_files =
            self.fixtures.paths().map(|(id, path)| (id.to_string(), path.to_owned())).collect();
        launch.also_traced = self.calls_asked_for();
        launch.pages = Some(PageReading { at: self.pages_asked_for(who), read: pages });
        if self.trust == Trust::Stranger {
            launch.confinement = self.confinement(&launch.binary)?;
        }
        if let Some(ceiling) = self.ceiling {
            ceiling.confine(&mut launch.confinement)?;
        }
        if let Some(group) = self.group {
            launch.confinement.cgroups.push(group.entrance()?);
        }
        Ok(launch)
    }

    /// The calls that the drill's checks speak of and that are traced only on request.
    fn calls_asked_for(&self) -> Vec<String> {
        let named = self.job.drill.check.iter().filter_map(|check| match &check.expect {
            Expectation::Calls(expected) => Some(&expected.names),
            _ => None,
        });
        let mut names: Vec<String> = named.flatten().cloned().collect();
        names.retain(|name| table::on_request().any(|known| known == name));
        names.sort();
        names.dedup();
        names
    }

    /// The checkpoints of `who` at which checks speak of single pages.
    fn pages_asked_for(&self, who: &InstanceName) -> Vec<Checkpoint> {
        let asked = self.job.drill.check.iter().filter_map(|check| match &check.expect {
            Expectation::Pages(expected) if expected.of == *who => Some(expected.at.clone()),
            _ => None,
        });
        asked.collect()
    }

    fn note(&mut self, text: String) {
        self.log.push(Deed { at: self.stage.now(), text });
    }

    fn fill(&self, template: &Template) -> Result<String, DrillError> {
        self.values.fill(template.text()).map_err(|error| self.wrong(error))
    }

    fn number(&self, expression: &Expr) -> Result<i64, DrillError> {
        expression.evaluate(self.values, books::page_size()).map_err(|error| self.wrong(error))
    }

    fn wrong(&self, error: ValueError) -> DrillError {
        DrillError::lesson(self.scene, error)
    }
}

/// What came of waiting.
enum Look {
    Happened,
    TimedOut,
    Cancelled,
}

/// What came of an action.
enum Feat {
    Done,
    /// The program that was to be looked at has ended.
    TooLate {
        awaited: Awaited,
    },
}
