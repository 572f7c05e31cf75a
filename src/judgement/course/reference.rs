//! The reference of the lesson format as a page of the book, made from the schemas:
//! what an editor checks and what a person reads cannot part ways.

use std::collections::{BTreeSet, VecDeque};
use std::fmt::Write;

use serde_json::Value;

use crate::judgement::course::schema::{Document, schema};

/// Definitions that a table explains better in a word than in a section of its own.
const LEAVES: [(&str, &str); 4] = [
    ("Expr", "[expression](#expressions)"),
    ("Template", "[template](#templates)"),
    ("WrittenSize", "[size](#sizes)"),
    ("Size", "[size](#sizes)"),
];

/// The page, in Markdown.
#[must_use]
pub fn reference() -> String {
    let mut page = HEAD.to_owned();
    let mut written = BTreeSet::new();
    for document in Document::ALL {
        let schema = schema(document);
        let _ = writeln!(page, "\n## {}\n", document.file_name());
        let mut waiting = VecDeque::new();
        keys(&schema, None, &mut page, &mut waiting);
        while let Some(name) = waiting.pop_front() {
            let definition = &schema["$defs"][&name];
            if is_leaf(&name, definition) || !written.insert(name.clone()) {
                continue;
            }
            let _ = writeln!(page, "\n### {}\n", title(&name));
            body(definition, &mut page, &mut waiting);
        }
    }
    page.push_str(TAIL);
    page
}

/// A definition that needs no section: a name, a text of a certain form.
fn is_leaf(name: &str, definition: &Value) -> bool {
    LEAVES.iter().any(|(leaf, _)| *leaf == name)
        || (definition["type"] == "string" && definition.get("enum").is_none())
}

/// What stands under a heading: the description, and the keys or the choices.
fn body(schema: &Value, page: &mut String, waiting: &mut VecDeque<String>) {
    let _ = writeln!(page, "{}", described(schema));
    let choices = ["oneOf", "anyOf"].into_iter().find_map(|key| schema[key].as_array());
    match choices {
        Some(choices) => alternatives(choices, page, waiting),
        None => keys(schema, None, page, waiting),
    }
}

fn described(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.replace("[`Values::fill`]", "the runner").replace('\n', " ")
}

/// One row a key. `chosen` is the key whose value chose this table.
fn keys(schema: &Value, chosen: Option<&str>, page: &mut String, waiting: &mut VecDeque<String>) {
    let Some(properties) = schema["properties"].as_object() else { return };
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    // The order of writing is that of `required`, then the optional ones by name.
    let mut names: Vec<&str> = required.clone();
    names.extend(properties.keys().map(String::as_str).filter(|name| !required.contains(name)));
    names.retain(|name| Some(*name) != chosen && properties.contains_key(*name));
    if names.is_empty() {
        return;
    }
    page.push_str("\n| key | value | |\n| --- | --- | --- |\n");
    for name in names {
        let property = &properties[name];
        let presence = match (required.contains(&name), property.get("default")) {
            (true, _) => String::new(),
            (false, None) => "Optional. ".to_owned(),
            (false, Some(Value::Array(items))) if items.is_empty() => "Optional. ".to_owned(),
            (false, Some(Value::Object(items))) if items.is_empty() => "Optional. ".to_owned(),
            (false, Some(default)) => format!("Optional, `{}`. ", toml_text(default)),
        };
        let _ = writeln!(
            page,
            "| `{name}` | {} | {presence}{} |",
            value(property, waiting),
            described(property).replace('|', "\\|")
        );
    }
}

fn toml_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| format!("\"{text}\""))
}

/// Alternatives: words in a table, tables under a heading each.
fn alternatives(choices: &[Value], page: &mut String, waiting: &mut VecDeque<String>) {
    let words: Vec<&Value> = choices.iter().filter(|choice| choice.get("const").is_some()).collect();
    if !words.is_empty() {
        page.push_str("\n| value | |\n| --- | --- |\n");
        for word in words {
            let _ = writeln!(
                page,
                "| `{}` | {} |",
                toml_text(&word["const"]),
                described(word).replace('|', "\\|")
            );
        }
    }
    let simple: Vec<&Value> = choices
        .iter()
        .filter(|choice| choice.get("const").is_none() && choice.get("properties").is_none())
        .collect();
    if !simple.is_empty() {
        page.push('\n');
        for choice in simple {
            let _ = writeln!(page, "* {}: {}", value(choice, waiting), described(choice));
        }
    }
    for table in choices.iter().filter(|choice| choice.get("properties").is_some()) {
        let tag = table["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .find_map(|(key, value)| Some((key.as_str(), value["const"].as_str()?)));
        match tag {
            Some((key, value)) => {
                let _ = writeln!(page, "\n#### `{key} = \"{value}\"`\n");
            }
            None => page.push('\n'),
        }
        let _ = writeln!(page, "{}", described(table));
        keys(table, tag.map(|(key, _)| key), page, waiting);
    }
}

/// What may stand as a value, with a link to where it is explained.
fn value(schema: &Value, waiting: &mut VecDeque<String>) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        if let Some((_, words)) = LEAVES.iter().find(|(leaf, _)| *leaf == name) {
            return (*words).to_owned();
        }
        if NAMES.contains(&name) {
            return "[name](#names)".to_owned();
        }
        if matches!(name, "Perms" | "PermsPattern" | "Subject") {
            return "text".to_owned();
        }
        waiting.push_back(name.to_owned());
        return format!(
            "[{}](#{})",
            title(name).to_lowercase(),
            title(name).to_lowercase().replace(' ', "-")
        );
    }
    match schema["type"].as_str() {
        Some("array") => format!("list of: {}", value(&schema["items"], waiting)),
        Some("object") => match named_entries(schema) {
            Some(inner) => format!("table of: {}", value(inner, waiting)),
            None => "table".to_owned(),
        },
        Some("string") => "text".to_owned(),
        Some("boolean") => "`true` or `false`".to_owned(),
        Some("integer") => "integer".to_owned(),
        Some("number") => "number".to_owned(),
        _ => "value".to_owned(),
    }
}

/// What a table holds whose keys are names of the author's choosing.
fn named_entries(schema: &Value) -> Option<&Value> {
    let patterns = schema["patternProperties"].as_object().and_then(|patterns| patterns.values().next());
    patterns.or_else(|| schema.get("additionalProperties").filter(|inner| inner.is_object()))
}

/// The definitions that are names.
const NAMES: [&str; 11] = [
    "CheckId",
    "Checkpoint",
    "InstanceName",
    "Label",
    "LessonId",
    "PointId",
    "ProgramName",
    "ResultName",
    "SceneId",
    "StepId",
    "ValueName",
];

/// `WrongNumber` → `Wrong number`.
fn title(name: &str) -> String {
    let mut title = String::new();
    for (at, letter) in name.char_indices() {
        if at > 0 && letter.is_uppercase() {
            title.push(' ');
            title.push(letter.to_ascii_lowercase());
        } else {
            title.push(letter);
        }
    }
    title
}

const HEAD: &str = "\
# The lesson format

<!-- Made by `mmaplings course schema --markdown`; a test keeps it current. -->

A course is a folder of TOML files and programs:

```text
lessons/course.toml                      title, parts, order
lessons/words.toml                       words that the rubrics share
lessons/messages.ftl                     the interface's messages in the course's language
lessons/LESSON/lesson.toml               steps, scenes, checks, hints
lessons/LESSON/rust/PROGRAM.rs, c/…      starters: they compile, and miss for the declared reason
lessons/LESSON/rubrics/STEP.toml         how a free text is marked
solutions/LESSON/rust/PROGRAM.rs, c/…    model programs, shown after a pass
solutions/LESSON/attempts/attempts.toml  known-bad attempts, and the checks they must miss
book/src/PAGE.md                         the book, if the course has one
```

[A course in another language](languages.md) says so in `lang`, and may bring the interface's messages in
it, as many as it likes; the others are said in English.

`mmaplings course new DIR` makes a small course to begin with, `mmaplings course check DIR` proves one.

Editors that know TOML and JSON Schema (such as those that use taplo) complete and check these files
while you write. Put the schemas somewhere and name them in the first line of a file:

```sh
mmaplings course schema --into schemas
```

```toml
#:schema ../../schemas/lesson.schema.json
title = \"…\"
```
";

const TAIL: &str = "
## Names

Lower-case letters, digits, `-` and `_`, beginning with a letter or digit, at most 64 bytes. A value
that expressions speak of has no `-` in its name, for there it is a minus.

## Sizes

`\"4 KiB\"`, `\"16 MiB\"`, `\"10 GiB\"` (powers of 1024), or a plain integer of bytes.

## Expressions

Sums of products over integers, sizes and values: `size`, `\"2 * size + 4 KiB\"`, `\"(count - 1) * page\"`.
There are `+`, `-`, `*`, `/` (rounding towards zero), `%` and parentheses. `page` is always there: the
page size of the machine in bytes. A plain integer needs no quotes.

## Templates

A text in which `{name}` stands for a value of the drill or the path of a file of the scene, and
`{name:bytes}` for a number as a size (`10 GiB`), `{name:x40}` for a value forty times over, joined by full
stops. Where a template is filled for each number of a list, `{each}` is the number and `{nth}` its place, from 1. `{{` and `}}` stand for braces.

## Figures of a specimen

Questions about a specimen get their answers from what the kernel shows of the very run that is asked
about. In their expressions and templates the figures have these names:

| name | |
| --- | --- |
| `LABEL_size`, `LABEL_rss`, `LABEL_pss` | the counters of smaps for the mapping `LABEL`, in bytes; a `-` in a label is written `_` |
| `LABEL_shared_clean`, `LABEL_shared_dirty`, `LABEL_private_clean`, `LABEL_private_dirty` | the same |
| `LABEL_anonymous`, `LABEL_swap`, `LABEL_locked` | the same |
| `process_rss`, … | the sums over all lines of the process |
| `process_lines` | the number of its lines |
| `child_LABEL_rss`, `child_process_rss`, … | those of a forked child that stays; of the second, `child2_…` |
| `minor_faults`, `major_faults` | what `perf stat` counts over the whole life of another run; a question that names them is left out where there is no perf |

The values drawn for the run go by their own names. Where the kernel shows one line for two of the
mappings, none of their figures can be told, and the specimen is inconclusive: keep two anonymous
mappings of equal rights apart by one of another kind.

## Patterns

What a rubric writes to say when a fact is stated. Words are compared by their stems, in British and
American spelling, a little misspelt or not.

| pattern | matches |
| --- | --- |
| `page` | that word |
| `=page` | exactly that word |
| `alloc*` | any word that begins so |
| `#4KiB`, `#128` | that number, in any way of writing it |
| `@ram` | any word or phrase of the class `ram`, or the pattern with that name |
| `[on its own]` | these words side by side (articles may stand between) |
| `a b` | both, in any order, within the reach |
| `a > b` | `a`, later `b`, within the reach |
| `a+b` | `b` after `a`, at most four words between |
| `a&b` | `b` after `a`, at most one word between |
| `a \\| b` | either |
| `a ; b` | both, anywhere in the answer |
| `a?` | `a` or not: for the middle of a `+` |
| `^`, `$` | the beginning, the end of a clause |
| `!a` | `a`, denied |
| `~a` | `a`, said or denied |
| `-a`, `--a` | no `a` in the clauses, or in the sentences, that the rest matched in |
| `( … )` | a group |
| `… /12` | in a group or pattern: how far it may reach, in words |

A word without a mark has to be said, not denied (*not copied*, *without a copy*). The reach is 14 words
unless told; marks between words count extra. Apart from `;`, no pattern reaches beyond its sentence.
`mmaplings course marks FILE --differences` tells which pattern each thing credited rests on, and what the
answer was taken to speak of.
";
