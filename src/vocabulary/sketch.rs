//! Sketches: the learner draws lines of `/proc/PID/maps`, and they are held against
//! those of a live program.
//!
//! What must be in the drawing is a list of entries. Where the specimen prints the
//! address of an entry (`small=0x7f…`), the live line is found by it; else by what
//! stands behind it and its size.

use std::fmt;

use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facts::mapping::Perms;
use crate::vocabulary::leaf::leaves;
use crate::vocabulary::scene::Scene;
use crate::vocabulary::value::Expr;
use crate::words::ids::{Checkpoint, InstanceName, Label, ProgramName, ResultName, StepId};

/// A step of kind `sketch`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Sketch {
    /// Its name, unique in the lesson.
    pub id: StepId,
    /// What to draw, in Markdown.
    pub ask: String,
    /// The lesson's own programs that the scene starts: `rust/NAME.rs` or `c/NAME.c` beside it,
    /// in one language at least.
    pub specimens: Vec<ProgramName>,
    /// The run whose maps are drawn.
    pub scene: Scene,
    /// The running program whose maps are drawn.
    pub of: InstanceName,
    /// The moment at which they are drawn.
    pub at: Checkpoint,
    /// What the drawing must hold.
    pub entry: Vec<SketchEntry>,
    /// What there is to learn from it, in Markdown; shown after the comparison.
    pub explain: String,
}

/// A thing that the drawing must hold a line for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct SketchEntry {
    /// Its name, unique in the sketch.
    pub id: Label,
    /// What it comes from: `malloc(1 MiB)`.
    pub what: String,
    /// The size that the specimen asks for, in bytes.
    pub size: Expr,
    /// By how much the kernel's line may be longer, in bytes, for an allocator's own pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[deserr(default)]
    pub slack: Option<Expr>,
    /// Its permissions.
    pub perms: Perms,
    /// What stands behind it.
    pub backing: SketchBacking,
    /// The file's name without its directory, or the memfd's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[deserr(default)]
    pub name: Option<String>,
    /// The result in which the specimen prints its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[deserr(default)]
    pub address: Option<ResultName>,
    /// Entries with which the kernel may merge it into one line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[deserr(default)]
    pub may_merge_with: Vec<Label>,
    /// Why its line is as it is; said where the drawing differs.
    pub why: String,
}

/// What stands behind an entry, as the last column of maps shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SketchBacking {
    /// Nothing: the column is blank.
    Anonymous,
    /// `/dev/zero (deleted)`
    SharedAnonymous,
    /// A file's path.
    File,
    /// `/memfd:NAME (deleted)`
    Memfd,
    /// `[heap]`
    Heap,
    /// `[stack]`
    Stack,
}

leaves!(SketchBacking);

impl fmt::Display for SketchBacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Anonymous => "anonymous memory",
            Self::SharedAnonymous => "shared anonymous memory",
            Self::File => "a file",
            Self::Memfd => "a memfd",
            Self::Heap => "the heap",
            Self::Stack => "the stack",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sketch_is_read_from_a_course_file() {
        let tree: serde_json::Value = toml::from_str(
            r#"
            id = "draw"
            ask = "Draw three lines."
            specimens = ["specimen"]
            of = "specimen"
            at = "mapped"
            explain = "The kernel merges neighbours."
            [scene]
            id = "drawn"
            title = "three mappings"
            script = [{ do = "start", program = "specimen" }, { do = "checkpoint", of = "specimen", name = "mapped" }]
            [[entry]]
            id = "small"
            what = "malloc(1 MiB)"
            size = "1 MiB"
            slack = "page"
            perms = "rw-p"
            backing = "anonymous"
            address = "small"
            may_merge_with = ["large"]
            why = "malloc asks mmap for large blocks."
            "#,
        )
        .unwrap();
        let sketch: Sketch = deserr::deserialize::<_, _, deserr::errors::JsonError>(tree.clone()).unwrap();
        assert_eq!(sketch.entry[0].backing, SketchBacking::Anonymous);
        let mut wrong = tree;
        wrong["entry"][0]["perm"] = "rw-p".into();
        assert!(deserr::deserialize::<Sketch, _, deserr::errors::JsonError>(wrong).is_err());
    }
}
