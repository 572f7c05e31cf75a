//! Drawing: from a seed to the values of one run of a scene.
//!
//! Each value has a random stream of its own, keyed by the seed, the scene, the
//! repetition and the value's name, so that one value more in a lesson leaves the
//! others as they were and a seed that a learner noted goes on meaning the same.
//! Values may speak of each other and of files in any order, but not in a circle.
//! What is in a file is planned here ([`FixturePlan`]); writing it, and looking into
//! it for the values that depend on its bytes, is left to the caller.

mod scale;

use std::collections::BTreeSet;

use rand::seq::index;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

pub use self::scale::{NotAScale, Scale};
use crate::vocabulary::scene::{Draw, Draws, Fill, Fixture, Keep, Scene, Source};
use crate::vocabulary::value::{Expr, Value, ValueError, Values};
use crate::words::ids::{SceneId, ValueName};
use crate::words::units::Bytes;

/// Which run the values are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occasion<'a> {
    /// The seed of the whole check.
    pub seed: u64,
    /// The scene.
    pub scene: &'a SceneId,
    /// Which repetition of it, from 0.
    pub repetition: u32,
    /// The machine's page size, which expressions call `page`.
    pub page_size: Bytes,
    /// How large what can be made smaller may be.
    pub scale: Scale,
}

/// The key of a random stream: the same key, the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamKey(pub [u8; 32]);

/// What a fixture is to be when a scene begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixturePlan {
    /// The scene's name for it.
    pub id: ValueName,
    /// Its file name: one component of a path.
    pub name: String,
    /// Its bytes.
    pub content: Content,
}

/// The bytes of a fixture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// There is no such file.
    Absent,
    /// Zeros.
    Zero(Bytes),
    /// Random bytes for this run alone.
    Random {
        /// How many.
        size: Bytes,
        /// Where they come from.
        stream: StreamKey,
    },
    /// Random bytes that are kept between runs, but for the first few ([`HEAD`]), which
    /// are drawn anew, so that what was true of the file yesterday is not true today.
    Kept {
        /// How many bytes, the head counted.
        size: Bytes,
        /// Where those behind the head come from: the same for all kept files.
        body: StreamKey,
        /// Where the head comes from.
        head: StreamKey,
    },
    /// A text.
    Text(String),
}

/// How much of a kept file is drawn anew for each run.
pub const HEAD: Bytes = Bytes::kib(4);

/// The most numbers that one value may list: each may become a line sent to a program.
const LONGEST_LIST: i64 = 1 << 20;

/// Whoever makes the files: tells where one is, and what is in it when the scene begins.
pub trait Files {
    /// Why it cannot tell.
    type Error;

    /// Its absolute path. It need not be made for that.
    ///
    /// # Errors
    /// Where it cannot have one that is a text.
    fn path(&mut self, plan: &FixturePlan) -> Result<String, Self::Error>;

    /// The sum of all its bytes.
    ///
    /// # Errors
    /// Where the file could not be made or read.
    fn sum(&mut self, plan: &FixturePlan) -> Result<u64, Self::Error>;

    /// Its byte at `offset`; nothing behind the end.
    ///
    /// # Errors
    /// Where the file could not be made or read.
    fn byte(&mut self, plan: &FixturePlan, offset: u64) -> Result<Option<u8>, Self::Error>;
}

/// Why values cannot be drawn: the lesson's fault, but for [`DrawError::File`].
#[derive(Debug, thiserror::Error)]
pub enum DrawError<E: std::error::Error + 'static> {
    /// A value depends on itself.
    #[error("the value {name:?} depends on itself")]
    Circle {
        /// The value.
        name: String,
    },
    /// An expression cannot be evaluated.
    #[error("the value {name:?} cannot be computed")]
    Value {
        /// The value, or the fixture.
        name: String,
        /// Why.
        source: ValueError,
    },
    /// There is nothing to draw from, or not enough.
    #[error("the value {name:?} cannot be drawn: {wanted} wanted of {there} from {from} to {to}")]
    Range {
        /// The value.
        name: String,
        /// How many are wanted.
        wanted: i64,
        /// How many there are.
        there: i128,
        /// The least.
        from: i64,
        /// The greatest.
        to: i64,
    },
    /// A fixture is described in a way that makes no file.
    #[error("the file {name:?} cannot be made: {problem}")]
    Fixture {
        /// The fixture.
        name: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// Whoever makes the files failed.
    #[error("the file {name:?} cannot be made")]
    File {
        /// The fixture.
        name: String,
        /// Why.
        source: E,
    },
}

/// Draws the values of one run of `scene`, the paths of its files among them, and plans
/// its files.
///
/// A value that speaks of a file that this scene does not have is not drawn for it.
///
/// # Errors
/// Where the lesson asks for what cannot be drawn, or `files` cannot answer.
pub fn draw<F: Files>(
    draws: &Draws,
    scene: &Scene,
    occasion: Occasion<'_>,
    files: &mut F,
) -> Result<(Values, Vec<FixturePlan>), DrawError<F::Error>>
where
    F::Error: std::error::Error + 'static,
{
    let (values, open) = (Values::default(), BTreeSet::new());
    let mut drawing = Drawing { draws, scene, occasion, files, values, open };
    for name in draws.keys().chain(scene.file.iter().map(|fixture| &fixture.id)) {
        drawing.settle(name.as_str())?;
    }
    let plans = scene.file.iter().map(|fixture| drawing.plan(fixture)).collect::<Result<Vec<_>, _>>()?;
    Ok((drawing.values, plans))
}

impl<E: std::error::Error + 'static> DrawError<E> {
    fn file(name: &ValueName) -> impl FnOnce(E) -> Self {
        move |source| Self::File { name: name.to_string(), source }
    }
}

/// Where a value comes from.
#[derive(Clone, Copy)]
enum Origin<'a> {
    Draw(&'a ValueName, &'a Draw),
    File(&'a Fixture),
}

impl<'a> Origin<'a> {
    fn name(self) -> &'a ValueName {
        match self {
            Self::Draw(name, _) => name,
            Self::File(fixture) => &fixture.id,
        }
    }
}

struct Drawing<'a, F> {
    draws: &'a Draws,
    scene: &'a Scene,
    occasion: Occasion<'a>,
    files: &'a mut F,
    values: Values,
    /// Values begun and not done: meeting one again is a circle.
    open: BTreeSet<&'a str>,
}

/// Whether a value came to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Settled {
    Drawn,
    /// It speaks of a file that the scene does not have, directly or through another value.
    NotHere,
}

impl<'a, F: Files> Drawing<'a, F>
where
    F::Error: std::error::Error + 'static,
{
    /// Makes sure that `name` is drawn, after all it depends on. Unknown names are left
    /// to whoever evaluates: the error there says in what.
    fn settle(&mut self, name: &str) -> Result<Settled, DrawError<F::Error>> {
        if self.values.get(name).is_some() {
            return Ok(Settled::Drawn);
        }
        let origin = match (self.draws.get_key_value(name), self.fixture(name)) {
            (_, Some(fixture)) => Origin::File(fixture),
            (Some((key, draw)), None) => Origin::Draw(key, draw),
            (None, None) => return Ok(Settled::Drawn),
        };
        let key = origin.name();
        if !self.open.insert(key.as_str()) {
            return Err(DrawError::Circle { name: name.to_owned() });
        }
        let mut settled = Settled::Drawn;
        for needed in self.needs(origin) {
            let Some(needed) = needed else {
                settled = Settled::NotHere;
                break;
            };
            if self.settle(&needed)? == Settled::NotHere {
                settled = Settled::NotHere;
            }
        }
        if settled == Settled::Drawn {
            let value = match origin {
                Origin::File(fixture) => {
                    let plan = self.plan(fixture)?;
                    Value::Text(self.files.path(&plan).map_err(DrawError::file(key))?)
                }
                Origin::Draw(_, Draw::Computed(expression)) => Value::Number(self.number(name, expression)?),
                Origin::Draw(_, Draw::From(source)) => self.drawn(key, source)?,
            };
            self.values.0.insert(key.clone(), value);
        }
        self.open.remove(key.as_str());
        Ok(settled)
    }

    /// The names that a value depends on; nothing in place of a file that is not here.
    fn needs(&self, origin: Origin<'_>) -> Vec<Option<String>> {
        let names = |expressions: &[&Expr]| -> Vec<Option<String>> {
            expressions.iter().flat_map(|e| e.names()).map(|name| Some(name.to_owned())).collect()
        };
        let of_fixture = |fixture: &Fixture| {
            let size = fixture.size.iter().flat_map(Expr::names);
            let text = fixture.text.iter().flat_map(|text| text.names());
            size.chain(text).map(|name| Some(name.to_owned())).collect()
        };
        let of_file = |file: &ValueName| self.fixture(file.as_str()).map_or_else(|| vec![None], of_fixture);
        let draw = match origin {
            Origin::File(fixture) => return of_fixture(fixture),
            Origin::Draw(_, draw) => draw,
        };
        match draw {
            Draw::Computed(expression) => names(&[expression]),
            Draw::From(Source::Integer { from, to, multiple_of }) => {
                [names(&[from, to]), names(&multiple_of.iter().collect::<Vec<_>>())].concat()
            }
            Draw::From(Source::Distinct { count, from, to, multiple_of }) => {
                [names(&[count, from, to]), names(&multiple_of.iter().collect::<Vec<_>>())].concat()
            }
            Draw::From(Source::Scaled { size, largest }) => {
                [names(&[size]), names(&largest.iter().collect::<Vec<_>>())].concat()
            }
            Draw::From(Source::Word { .. }) => Vec::new(),
            Draw::From(Source::SumOfBytes { file }) => of_file(file),
            Draw::From(Source::ByteOf { file, offset }) => [of_file(file), names(&[offset])].concat(),
        }
    }

    fn drawn(&mut self, name: &ValueName, source: &Source) -> Result<Value, DrawError<F::Error>> {
        match source {
            Source::Integer { from, to, multiple_of } => {
                let range = self.range(name.as_str(), from, to, multiple_of.as_ref())?;
                range.holds(name, 1)?;
                let nth = self.stream("value", name).random_range(0..range.count);
                Ok(Value::Number(range.nth(nth)))
            }
            Source::Distinct { count, from, to, multiple_of } => {
                let count = self.number(name.as_str(), count)?;
                let range = self.range(name.as_str(), from, to, multiple_of.as_ref())?;
                range.holds(name, count)?;
                let amount = usize::try_from(count).unwrap_or_default();
                let length = usize::try_from(range.count).unwrap_or(usize::MAX);
                let drawn = index::sample(&mut self.stream("value", name), length, amount);
                Ok(Value::Numbers(drawn.iter().map(|nth| range.nth(nth as i128)).collect()))
            }
            Source::Scaled { size, largest } => {
                let size = match largest {
                    Some(largest) if self.occasion.scale == Scale::Largest => largest,
                    _ => size,
                };
                let size = self.number(name.as_str(), size)?;
                Ok(Value::Number(self.occasion.scale.bound(size)))
            }
            Source::Word { letters } => {
                let mut stream = self.stream("value", name);
                Ok(Value::Text((0..*letters).map(|_| char::from(stream.random_range(b'a'..=b'z'))).collect()))
            }
            Source::SumOfBytes { file } => {
                let plan = self.plan_of(file)?;
                let sum = self.files.sum(&plan).map_err(DrawError::file(file))?;
                Ok(Value::Number(i64::try_from(sum).unwrap_or(i64::MAX)))
            }
            Source::ByteOf { file, offset } => {
                let plan = self.plan_of(file)?;
                let offset = self.number(name.as_str(), offset)?;
                let byte = match u64::try_from(offset) {
                    Ok(offset) => self.files.byte(&plan, offset).map_err(DrawError::file(file))?,
                    Err(_) => None,
                };
                byte.map(|byte| Value::Number(byte.into())).ok_or_else(|| DrawError::Fixture {
                    name: file.to_string(),
                    problem: "a value asks for a byte behind its end",
                })
            }
        }
    }

    fn fixture(&self, id: &str) -> Option<&'a Fixture> {
        self.scene.file.iter().find(|fixture| fixture.id.as_str() == id)
    }

    fn plan_of(&self, id: &ValueName) -> Result<FixturePlan, DrawError<F::Error>> {
        match self.fixture(id.as_str()) {
            Some(fixture) => self.plan(fixture),
            None => Err(DrawError::Fixture { name: id.to_string(), problem: "the scene has no such file" }),
        }
    }

    fn plan(&self, fixture: &Fixture) -> Result<FixturePlan, DrawError<F::Error>> {
        let wrong = |problem| DrawError::Fixture { name: fixture.id.to_string(), problem };
        if fixture.name.is_empty() || fixture.name.contains(['/', '\0']) || fixture.name.starts_with('.') {
            return Err(wrong("its name is not a plain file name"));
        }
        let size = || -> Result<Bytes, DrawError<F::Error>> {
            let size = fixture.size.as_ref().ok_or_else(|| wrong("it has no size"))?;
            let size = self.number(fixture.id.as_str(), size)?;
            u64::try_from(size).map(Bytes).map_err(|_| wrong("its size is negative"))
        };
        let content = match (fixture.fill, fixture.keep) {
            (Fill::Absent, _) => Content::Absent,
            (Fill::Zero, _) => Content::Zero(size()?),
            (Fill::Random, Keep::Run) => {
                Content::Random { size: size()?, stream: self.key("file", &fixture.id) }
            }
            (Fill::Random, Keep::Cache) => {
                Content::Kept { size: size()?, body: kept_body(), head: self.key("head", &fixture.id) }
            }
            (Fill::Text, _) => {
                let text = fixture.text.as_ref().ok_or_else(|| wrong("it has no text"))?;
                let value = |source| DrawError::Value { name: fixture.id.to_string(), source };
                Content::Text(self.values.fill(text.text()).map_err(value)?)
            }
        };
        Ok(FixturePlan { id: fixture.id.clone(), name: fixture.name.clone(), content })
    }

    fn number(&self, name: &str, expression: &Expr) -> Result<i64, DrawError<F::Error>> {
        expression
            .evaluate(&self.values, self.occasion.page_size)
            .map_err(|source| DrawError::Value { name: name.to_owned(), source })
    }

    fn range(
        &self,
        name: &str,
        from: &Expr,
        to: &Expr,
        step: Option<&Expr>,
    ) -> Result<Range, DrawError<F::Error>> {
        let (from, to) = (self.number(name, from)?, self.number(name, to)?);
        let step = step.map_or(Ok(1), |step| self.number(name, step))?;
        Ok(Range::new(from, to, step))
    }

    fn stream(&self, what: &str, name: &ValueName) -> ChaCha8Rng {
        ChaCha8Rng::from_seed(self.key(what, name).0)
    }

    fn key(&self, what: &str, name: &ValueName) -> StreamKey {
        let Occasion { seed, scene, repetition, .. } = self.occasion;
        StreamKey(Sha256::digest(format!("{what} {name} of {scene} {repetition} by {seed}")).into())
    }
}

fn kept_body() -> StreamKey {
    StreamKey(Sha256::digest("body of kept files").into())
}

/// The multiples of `step` between two bounds, both of which may be among them.
struct Range {
    bounds: (i64, i64),
    first: i128,
    step: i128,
    count: i128,
}

impl Range {
    fn new(from: i64, to: i64, step: i64) -> Self {
        let bounds = (from, to);
        if step <= 0 {
            return Self { bounds, first: 0, step: 1, count: 0 };
        }
        let (from, to, step) = (i128::from(from), i128::from(to), i128::from(step));
        // Rounded up to a multiple; Euclid's remainder is right for negative bounds too.
        let first = from + (-from).rem_euclid(step);
        let count = if first > to { 0 } else { (to - first) / step + 1 };
        Self { bounds, first, step, count }
    }

    fn holds<E: std::error::Error + 'static>(
        &self,
        name: &ValueName,
        wanted: i64,
    ) -> Result<(), DrawError<E>> {
        if (0..=LONGEST_LIST).contains(&wanted) && i128::from(wanted) <= self.count {
            return Ok(());
        }
        let (from, to) = self.bounds;
        Err(DrawError::Range { name: name.to_string(), wanted, there: self.count, from, to })
    }

    fn nth(&self, nth: i128) -> i64 {
        i64::try_from(self.first + nth * self.step).unwrap_or(self.bounds.1)
    }
}

#[cfg(test)]
mod tests;
