//! The interface's messages that a course brings in its own language.

use crate::judgement::course::files::CourseFiles;
use crate::judgement::course::problem::Problem;
use crate::judgement::course::source::SourceFile;
use crate::words::speech::mistakes;

/// Where they lie.
pub const MESSAGES: &str = "lessons/messages.ftl";

/// That each is one of the interface's, and speaks of what it is told.
pub(super) fn check(files: &CourseFiles, problems: &mut Vec<Problem>) {
    let Some(bytes) = files.bytes(MESSAGES) else { return };
    match SourceFile::read(MESSAGES, bytes) {
        Ok(file) => problems.extend(
            mistakes(&file.text)
                .into_iter()
                .map(|mistake| Problem::at(&file.path, &file.text, mistake.span, mistake.message)),
        ),
        Err(problem) => problems.push(problem),
    }
}
