//! The play of a scene: where its script stands, as a pure state machine.
//!
//! Whoever drives it asks what is next, does that or waits, and tells what happened
//! meanwhile. Nothing here knows time or processes.
//!
//! What programs announce is counted, not matched by the moment: a result or checkpoint
//! that comes before its action is reached is there when it is. The nth checkpoint of
//! a name answers the nth action that waits for it. Only one whose action says `hold`
//! keeps its process frozen, until the script's `release`; all others go on as soon as
//! they were looked at, for the script may be waiting for another program that in turn
//! waits for this one.

use std::collections::{BTreeMap, VecDeque};

use crate::vocabulary::evidence::{Awaited, StopReason};
use crate::vocabulary::scene::{Action, Then};
use crate::words::ids::{Checkpoint, InstanceName, ResultName};

/// A scene's script and how far it has come.
pub struct Play<'a> {
    script: &'a [Action],
    /// The action that is next or waited for.
    cursor: usize,
    /// Whether the action at the cursor has been handed out and only its end is waited for.
    underway: bool,
    cast: BTreeMap<InstanceName, Role>,
}

/// What is known of one running program.
#[derive(Default)]
struct Role {
    results: BTreeMap<ResultName, Count>,
    checkpoints: BTreeMap<Checkpoint, Count>,
    held: VecDeque<i32>,
    started: bool,
    at_limit: bool,
    ended: bool,
}

/// How often something came, and how often the script has taken it.
#[derive(Default)]
struct Count {
    came: usize,
    taken: usize,
}

/// Something that programs did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening<'a> {
    /// A program printed a `NAME=VALUE` line.
    Result {
        /// Whose.
        who: &'a InstanceName,
        /// The name.
        name: &'a ResultName,
    },
    /// A process stands frozen at a checkpoint.
    Checkpoint {
        /// In whose tree.
        who: &'a InstanceName,
        /// Which checkpoint.
        checkpoint: &'a Checkpoint,
        /// Which process.
        process: i32,
    },
    /// A program ran into a limit and is being killed.
    LimitReached {
        /// Which.
        who: &'a InstanceName,
    },
    /// A program has ended, and all that it started.
    Ended {
        /// Which.
        who: &'a InstanceName,
    },
}

/// What to do about a happening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Nothing.
    Nothing,
    /// Let the process that stands at a checkpoint go on.
    LetGo,
}

/// What the script wants.
#[derive(Clone, Debug, PartialEq)]
pub enum Next<'a> {
    /// Carry out an action, then ask again.
    Do {
        /// Its index.
        index: usize,
        /// It.
        action: &'a Action,
    },
    /// Wait for something to happen, then ask again. Each action waits on its own patience.
    Await {
        /// Index of the action.
        action: usize,
        /// What is waited for.
        awaited: Awaited,
    },
    /// What is waited for cannot come any more.
    Stuck {
        /// Index of the action.
        action: usize,
        /// What is waited for.
        awaited: Awaited,
        /// Why it cannot come.
        reason: StopReason,
    },
    /// The script is at its end.
    Over,
}

impl<'a> Play<'a> {
    /// The play of `script`, at its beginning.
    #[must_use]
    pub fn new(script: &'a [Action]) -> Self {
        Self { script, cursor: 0, underway: false, cast: BTreeMap::new() }
    }

    /// Takes note of what happened.
    pub fn hear(&mut self, happening: Happening<'_>) -> Reaction {
        match happening {
            Happening::Result { who, name } => {
                self.role(who).results.entry(name.clone()).or_default().came += 1;
            }
            Happening::LimitReached { who } => self.role(who).at_limit = true,
            Happening::Ended { who } => self.role(who).ended = true,
            Happening::Checkpoint { who, checkpoint, process } => {
                let script = self.script;
                let role = self.role(who);
                let count = role.checkpoints.entry(checkpoint.clone()).or_default();
                let mut answers = script.iter().filter_map(|action| match action {
                    Action::Checkpoint { of, name, then } if of == who && name == checkpoint => Some(*then),
                    _ => None,
                });
                let then = answers.nth(count.came).unwrap_or_default();
                count.came += 1;
                match then {
                    Then::GoOn => return Reaction::LetGo,
                    Then::Hold => role.held.push_back(process),
                }
            }
        }
        Reaction::Nothing
    }

    /// What is to be done now. An action that is handed out counts as carried out.
    pub fn proceed(&mut self) -> Next<'a> {
        loop {
            let action = self.cursor;
            let Some(now) = self.script.get(action) else { return Next::Over };
            if !self.underway {
                self.underway = true;
                if !is_wait(now) {
                    return Next::Do { index: action, action: now };
                }
            }
            let Some(awaited) = wish(now) else {
                self.advance();
                continue;
            };
            let role = self.role(awaited.of());
            if role.grants(now) {
                self.advance();
                continue;
            }
            if role.ended {
                let reason = if role.at_limit { StopReason::LimitReached } else { StopReason::ProgramEnded };
                return Next::Stuck { action, awaited, reason };
            }
            return Next::Await { action, awaited };
        }
    }

    /// The process of `who` that has been held for longest, which is now let go.
    pub fn let_go(&mut self, who: &InstanceName) -> Option<i32> {
        self.role(who).held.pop_front()
    }

    /// Takes note that a program was started.
    pub fn enter(&mut self, who: &InstanceName) {
        self.role(who).started = true;
    }

    /// Whether the program was started and has not ended.
    #[must_use]
    pub fn is_on(&self, who: &InstanceName) -> bool {
        self.cast.get(who).is_some_and(|role| role.started && !role.ended)
    }

    fn advance(&mut self) {
        self.cursor += 1;
        self.underway = false;
    }

    fn role(&mut self, who: &InstanceName) -> &mut Role {
        self.cast.entry(who.clone()).or_default()
    }
}

impl Role {
    /// Whether what `action` waits for is there; takes it if it is.
    fn grants(&mut self, action: &Action) -> bool {
        let take = |count: Option<&mut Count>| {
            count.filter(|count| count.taken < count.came).map(|count| count.taken += 1).is_some()
        };
        match action {
            Action::Checkpoint { name, .. } => take(self.checkpoints.get_mut(name)),
            Action::Result { name, .. } => take(self.results.get_mut(name)),
            _ => self.ended,
        }
    }
}

/// Whether an action does nothing but wait for its program.
const fn is_wait(action: &Action) -> bool {
    matches!(action, Action::Checkpoint { .. } | Action::Result { .. } | Action::End { .. })
}

/// What an action waits for.
fn wish(action: &Action) -> Option<Awaited> {
    match action {
        Action::Checkpoint { of, name, .. } => {
            Some(Awaited::Checkpoint { of: of.clone(), name: name.clone() })
        }
        Action::Result { of, name } => Some(Awaited::Result { of: of.clone(), name: name.clone() }),
        Action::End { of } | Action::Kill { of } => Some(Awaited::End { of: of.clone() }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::speech::Speech;

    fn script(text: &str) -> Vec<Action> {
        #[derive(serde::Deserialize)]
        struct Script {
            script: Vec<Action>,
        }
        toml::from_str::<Script>(&format!("script = [{text}]")).unwrap().script
    }

    /// Plays `script` while `happenings` come one at a time whenever it waits, and writes
    /// down what it does: `+` for a process let go, then where it ends.
    fn played(text: &str, happenings: &[&str]) -> String {
        let script = script(text);
        let mut play = Play::new(&script);
        let mut told = Vec::new();
        let mut happenings = happenings.iter();
        loop {
            match play.proceed() {
                Next::Over => told.push("over".to_owned()),
                Next::Stuck { awaited, reason, .. } => {
                    told.push(format!("stuck: {}: {reason:?}", awaited.in_words(Speech::ENGLISH)));
                }
                Next::Do { action, .. } => {
                    let deed = serde_json::to_value(action).unwrap();
                    told.push(deed["do"].as_str().unwrap().to_owned());
                    if let Action::Release { of } = action {
                        told.push(format!("{:?}", play.let_go(of)));
                    }
                    continue;
                }
                Next::Await { awaited, .. } => match happenings.next() {
                    None => told.push(format!("waits: {}", awaited.in_words(Speech::ENGLISH))),
                    Some(happening) => {
                        told.extend(hear(&mut play, happening));
                        continue;
                    }
                },
            }
            return told.join(", ");
        }
    }

    /// `a:mapped` is a checkpoint of a, `a=x` a result, `a!` its end, `a^` its limit.
    fn hear(play: &mut Play<'_>, happening: &str) -> Option<String> {
        let (who, what) = happening.split_at(1);
        let who: &InstanceName = &who.parse().unwrap();
        let (kind, name) = what.split_at(1);
        let reaction = match kind {
            ":" => play.hear(Happening::Checkpoint { who, checkpoint: &name.parse().unwrap(), process: 7 }),
            "=" => play.hear(Happening::Result { who, name: &name.parse().unwrap() }),
            "!" => play.hear(Happening::Ended { who }),
            _ => play.hear(Happening::LimitReached { who }),
        };
        (reaction == Reaction::LetGo).then(|| "+".to_owned())
    }

    const CHECKPOINT: &str = "{ do = 'checkpoint', of = 'a', name = 'mapped' }";
    const HELD: &str = "{ do = 'checkpoint', of = 'a', name = 'mapped', then = 'hold' }";
    const RESULT: &str = "{ do = 'result', of = 'a', name = 'x' }";
    const END: &str = "{ do = 'end', of = 'a' }";

    #[test]
    fn actions_come_in_order_and_waits_wait() {
        let text = format!(
            "{{ do = 'start', program = 'a' }}, {CHECKPOINT}, {{ do = 'close-stdin', of = 'a' }}, {END}"
        );
        assert_eq!(played(&text, &[]), "start, waits: checkpoint mapped of a");
        assert_eq!(played(&text, &["a:mapped"]), "start, +, close-stdin, waits: the end of a");
        assert_eq!(played(&text, &["a:mapped", "a!"]), "start, +, close-stdin, over");
    }

    #[test]
    fn results_are_taken_one_by_one() {
        let two = format!("{RESULT}, {RESULT}");
        assert_eq!(played(&two, &["a=x"]), "waits: a line x=… of a");
        assert_eq!(played(&two, &["a=x", "a=y", "a=x"]), "over");
        assert_eq!(played(&two, &["b=x", "a=x"]), "waits: a line x=… of a", "of another program");
    }

    #[test]
    fn what_comes_early_is_there_when_it_is_asked_for() {
        let text = format!("{RESULT}, {CHECKPOINT}, {END}");
        assert_eq!(played(&text, &["a:mapped", "a=x", "a!"]), "+, over");
        assert_eq!(played(&format!("{END}, {RESULT}"), &["a=x", "a!"]), "over", "even after its end");
    }

    #[test]
    fn only_a_held_checkpoint_stays() {
        let release = "{ do = 'release', of = 'a' }";
        let text = format!("{HELD}, {release}, {END}");
        assert_eq!(played(&text, &["a:mapped"]), "release, Some(7), waits: the end of a");
        assert_eq!(played(&text, &["a:other"]), "+, waits: checkpoint mapped of a");
        let text = format!("{CHECKPOINT}, {HELD}, {release}, {END}");
        let told = played(&text, &["a:mapped", "a:mapped", "a:mapped", "a!"]);
        assert_eq!(told, "+, release, Some(7), +, over", "the second of three is held");
    }

    #[test]
    fn what_cannot_come_stops_the_play() {
        for (happenings, told) in [
            (&["a!"][..], "stuck: checkpoint mapped of a: ProgramEnded"),
            (&["a^", "a!"], "stuck: checkpoint mapped of a: LimitReached"),
            (&["b!"], "waits: checkpoint mapped of a"),
            (&["a:mapped", "a!"], "+, stuck: a line x=… of a: ProgramEnded"),
        ] {
            assert_eq!(played(&format!("{CHECKPOINT}, {RESULT}"), happenings), told);
        }
    }

    #[test]
    fn a_kill_waits_for_the_end() {
        let kill = "{ do = 'kill', of = 'a' }, { do = 'pause', ms = 1 }";
        assert_eq!(played(kill, &[]), "kill, waits: the end of a");
        assert_eq!(played(kill, &["a!"]), "kill, pause, over");
    }
}
