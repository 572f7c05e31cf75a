//! A session that ends, sleeps or is made smaller in the middle of something: the terminal is left
//! as a shell expects it, and nothing is told that is no fault.

use nix::sys::signal::Signal;

use super::person::Person;
use super::{Learner, choose};

/// Where a session waits for a person.
#[derive(Clone, Copy, Debug)]
enum At {
    Reading,
    Choice,
    Choices,
    Order,
    Number,
    Confirmation,
    List,
    Drill,
    Check,
}

impl At {
    const ALL: [Self; 9] = [
        Self::Reading,
        Self::Choice,
        Self::Choices,
        Self::Order,
        Self::Number,
        Self::Confirmation,
        Self::List,
        Self::Drill,
        Self::Check,
    ];

    /// Gets there.
    fn reach(self, learner: &Learner) -> Person {
        let passed = match self {
            Self::Choices => "first-touch = \"b\"\n",
            Self::Order => {
                "first-touch = \"b\"\nshared-flavours = [\"a\", \"c\"]\nletters = [\"c\", \"b\"]\n"
            }
            _ => "",
        };
        let terminal = learner.terminal().size(80, 40);
        match self {
            Self::Reading => {
                let person = terminal.run(&[]);
                person.see("leaves the questions");
                person
            }
            Self::Choice | Self::Choices | Self::Order => {
                learner.answer("1", passed);
                let person = terminal.run(&[]);
                person.see("leaves the questions");
                person.press("\r");
                person.see("a) ");
                person.see("> ");
                person
            }
            Self::Number => {
                let person = terminal.run(&["watch", "2"]);
                person.see("n goes on.");
                person.press("a");
                person.see("your prediction, in bytes:");
                person
            }
            Self::Confirmation => {
                let person = terminal.run(&["watch", "3"]);
                person.see("q quit");
                person.press("s");
                person.see("[y/N]");
                person
            }
            Self::List => {
                let person = terminal.run(&["watch", "3"]);
                person.see("q quit");
                person.press("l");
                person.see("> · 03-programs");
                person
            }
            Self::Drill => {
                let person = terminal.run(&["watch", "3"]);
                person.see("q quit");
                person
            }
            Self::Check => {
                let person = terminal.run(&["watch", "3"]);
                person.see("q quit");
                learner.save("#include <unistd.h>\nint main(void) { for (;;) pause(); }\n");
                person.see("running: map and touch");
                person
            }
        }
    }
}

/// Ends a session everywhere, and looks at what it left.
fn ends_everywhere(end: impl Fn(&Person), signal: Signal) {
    for at in At::ALL {
        let Some(learner) = Learner::with_programs() else { return };
        let mut person = at.reach(&learner);
        person.until("keys to be read", |_| person.reads_keys());
        end(&person);
        person.ends_by(signal);
        assert!(person.is_sane(), "{at:?}, {signal}: the terminal is not as it was");
        let text = person.text();
        assert!(!text.contains("error") && !text.contains("panicked"), "{at:?}, {signal}:\n{text}");
    }
}

#[test]
fn an_interrupt_ends_it_quietly_wherever_it_is() {
    ends_everywhere(|person| person.press("\x03"), Signal::SIGINT);
}

#[test]
fn a_signal_to_end_does_too() {
    ends_everywhere(|person| person.signal(Signal::SIGTERM), Signal::SIGTERM);
}

#[test]
fn so_does_a_terminal_that_goes_away() {
    ends_everywhere(|person| person.signal(Signal::SIGHUP), Signal::SIGHUP);
}

#[test]
fn it_sleeps_with_a_sane_terminal_and_goes_on_where_it_was() {
    for at in At::ALL {
        let Some(learner) = Learner::with_programs() else { return };
        let mut person = at.reach(&learner);
        person.until("keys to be read", |_| person.reads_keys());
        person.signal(Signal::SIGTSTP);
        person.stops();
        person.becomes_sane();
        person.signal(Signal::SIGCONT);
        person.until("keys to be read again", |_| person.reads_keys());
        // A prompt is still there to be answered, and a session to be ended.
        match at {
            At::Choice => {
                choose(&person, "b");
                person.see("right");
            }
            At::Number => {
                person.type_in("4 KiB");
                person.press("\r");
                person.see("taken down");
            }
            At::Drill | At::Check => {
                person.see_anew("q quit");
                person.press("q");
                person.ends_with(0);
                assert!(person.is_sane(), "{at:?}");
            }
            _ => {}
        }
    }
}

#[test]
fn what_comes_behind_a_change_of_size_is_set_for_the_new_one() {
    let Some(learner) = Learner::with_programs() else { return };
    let mut person = At::Drill.reach(&learner);
    person.wipe();
    person.resize(46, 40);
    person.press("?");
    person.see("from here");
    person.press("h");
    person.see("hint 1 of 3");
    learner.save(&super::model());
    person.see("n goes on");
    shows!(person, "narrower");
    assert_eq!(person.broken_rows(), [""; 0]);
    person.resize(20, 5);
    person.wipe();
    person.press("?");
    person.see("from here");
    person.resize(120, 40);
    person.wipe();
    person.press("?");
    person.see("from here");
    shows!(person, "wider-again");
    person.press("q");
    person.ends_with(0);
    assert!(person.is_sane());
    // In a prompt it is only drawn again with the next key.
    let learner = Learner::new();
    let person = At::Choice.reach(&learner);
    person.resize(60, 20);
    choose(&person, "b");
    person.see("> [ ] ");
}
