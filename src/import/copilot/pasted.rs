//! `test_commands`, which Copilot pastes into the text of a buildspec as they are (`templates/cicd/partials/test.yml`).
//!
//! There they are read as YAML once more: quotes around all of a command are gone, and what stands behind ` #`. branchline hands each to
//! the shell as the manifest has it. Where that is not the same, somebody has to know.

use crate::config::tree::{Value, read_of_others};

use super::super::reader::{Located, text};
use super::super::remark::{Remark, Weight};
use super::pick::Picked;

/// What the shell got.
#[derive(Debug, PartialEq, Eq)]
enum Got {
    /// The command.
    It,
    /// Something else.
    Other(String),
    /// No command: Copilot's template, or its buildspec, could not be read.
    Nothing,
}

/// Tells the commands that were another thing for Copilot.
pub(super) fn judge(pipelines: &[Picked], remarks: &mut Vec<Remark>) {
    for picked in pipelines {
        for test in picked.manifest.stages.iter().flat_map(|stage| &stage.tests) {
            remarks.extend(remark(picked, test));
        }
    }
}

fn remark(picked: &Picked, test: &Located<String>) -> Option<Remark> {
    let what = match got(&test.value) {
        Got::It => return None,
        Got::Other(other) => format!("of the test `{}` Copilot's pipeline ran `{other}`", test.value.trim()),
        Got::Nothing => {
            format!("the test `{}` was no command in Copilot's pipeline, and failed", test.value.trim())
        }
    };
    Some(Remark {
        weight: Weight::Mistake,
        what,
        help: "Copilot put it into a buildspec without quotes, where YAML read it once more. `verify` runs it as it is written: see that it \
               does what is meant"
            .to_owned(),
        place: Some(picked.place(test.span)),
    })
}

fn got(command: &str) -> Got {
    if command.trim_end().contains('\n') {
        return Got::Nothing;
    }
    let (node, findings) = read_of_others(&format!("- {command}\n"));
    let Some(Value::List(items)) = node.map(|node| node.value) else { return Got::Nothing };
    match items.as_slice() {
        [item] if findings.is_empty() => match text(item) {
            Some(read) if read.value == command.trim() => Got::It,
            Some(read) => Got::Other(read.value),
            None => Got::Nothing,
        },
        _ => Got::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_yaml_reads_otherwise_was_another_one() {
        for command in [
            "make test",
            "echo \"woo! Tests passed\"",
            "curl -fsS 'https://example.com/#a'",
            "true",
            "make test\n",
        ] {
            assert_eq!(got(command), Got::It, "{command}");
        }
        assert_eq!(got("echo a # b"), Got::Other("echo a".to_owned()));
        assert_eq!(got("\"make test\""), Got::Other("make test".to_owned()));
        for command in ["echo a: b", "one\ntwo", "'a' b", "{ curl x; }", "- a", ""] {
            assert_eq!(got(command), Got::Nothing, "{command}");
        }
    }
}
