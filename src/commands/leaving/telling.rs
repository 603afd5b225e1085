//! What is told of stacks on their way out.

use std::collections::BTreeMap;

use super::super::Exit;
use crate::change::stack::leaving::{Fate, Key, Refusal, Sight, stays, told};
use crate::edge::aws::Kind;
use crate::edge::aws::carry::Outcome;
use crate::edge::terminal::Terminal;
use crate::operate::plain;

/// Tells what would be deleted, a paragraph for each stack.
pub(in crate::commands) fn show(sight: &Sight, terminal: &mut Terminal) {
    terminal.columns(&told(sight));
}

/// Tells what stays in AWS below what became of the stacks, with its commands. These are not broken at the terminal's width: they
/// are copied.
pub(in crate::commands) fn show_what_stays(sight: &Sight, terminal: &mut Terminal) {
    let what_stays = stays(sight);
    if !what_stays.is_empty() {
        terminal.result(format_args!("\n{what_stays}"));
    }
}

/// Tells what speaks against it.
pub(in crate::commands) fn refused(refusals: &[Refusal], terminal: &mut Terminal) {
    for refusal in refusals {
        terminal.error(refusal, &refusal.help());
    }
}

/// Tells what went wrong with a stack, and how to go on.
pub(in crate::commands) fn wrong(name: &str, outcome: &Outcome, terminal: &mut Terminal) {
    match outcome {
        // A deletion comes to none of these but the last.
        Outcome::Done
        | Outcome::Deleted
        | Outcome::Unchanged
        | Outcome::Losing(_)
        | Outcome::Entered(_)
        | Outcome::Left => {}
        Outcome::Unworkable(reason) => {
            terminal.error(format_args!("`{name}` is not deleted: {}", plain(reason)), "ask who changed it");
        }
        Outcome::Failed(status, cause) => {
            let what = cause.as_ref().map_or_else(String::new, |event| {
                let reason = event
                    .reason
                    .as_deref()
                    .map(plain)
                    .map_or_else(String::new, |reason| format!(": {reason}"));
                format!(
                    "; {} ({}) is {}{reason}",
                    event.logical,
                    event.kind.trim_start_matches("AWS::"),
                    event.status
                )
            });
            terminal.error(
                format_args!("`{name}` could not be deleted: it is {status}{what}"),
                "put that right, then do the same again: what is deleted stays deleted, and it goes on from there",
            );
        }
        Outcome::Began(executions) => terminal.error(
            format_args!("in the pipeline of `{name}` runs {}, since just now", executions.join(", ")),
            "it is not deleted; wait for its end with `--wait`, or delete it all the same with `--interrupt`",
        ),
        Outcome::Overtaken(status) => terminal.error(
            format_args!("`{name}` is not deleted: somebody else has changed it, and it is {status}"),
            "look at it, then do the same again",
        ),
        // Nothing is closed where something is deleted.
        Outcome::Open(failure) | Outcome::Unanswered(failure) => {
            terminal.error(format_args!("{name}: {failure}"), failure.help());
            if failure.kind != Kind::OtherAccount {
                terminal.message(
                    "  what was begun goes on in AWS; the same command again finds it and goes on from there\n",
                );
            }
        }
    }
}

/// What became of a stack, in a few words.
pub(in crate::commands) fn words(outcome: Option<&Outcome>) -> String {
    match outcome {
        Some(Outcome::Deleted | Outcome::Done | Outcome::Unchanged | Outcome::Entered(_)) => {
            "deleted".to_owned()
        }
        Some(Outcome::Failed(status, _)) => format!("failed: {status}"),
        Some(Outcome::Began(_)) => "not deleted: its pipeline is running".to_owned(),
        Some(Outcome::Unworkable(_) | Outcome::Losing(_) | Outcome::Overtaken(_)) => "not deleted".to_owned(),
        Some(Outcome::Open(_) | Outcome::Unanswered(_)) => "not known: AWS gave no answer".to_owned(),
        Some(Outcome::Left) | None => "not begun".to_owned(),
    }
}

/// How the command ends by what became of the stacks.
pub(in crate::commands) fn end(outcomes: &BTreeMap<Key, Outcome>) -> Exit {
    let is_unanswered = outcomes.values().any(|outcome| matches!(outcome, Outcome::Unanswered(_)));
    match (outcomes.values().all(Outcome::is_good), is_unanswered) {
        (true, _) => Exit::Done,
        (false, true) => Exit::Aws,
        (false, false) => Exit::Failed,
    }
}

/// What became of a stack, for scripts.
pub(in crate::commands) fn fate(outcome: &Outcome) -> Fate {
    let plainly = |outcome| Fate { outcome, ..Fate::default() };
    match outcome {
        Outcome::Deleted | Outcome::Done | Outcome::Unchanged | Outcome::Entered(_) => plainly("deleted"),
        Outcome::Left => plainly("left"),
        Outcome::Began(_) => plainly("running"),
        Outcome::Unworkable(reason) => Fate { reason: Some(plain(reason)), ..plainly("refused") },
        Outcome::Losing(lost) => Fate { reason: Some(lost.join(", ")), ..plainly("losing") },
        Outcome::Overtaken(status) => Fate { status: Some(status.clone()), ..plainly("overtaken") },
        Outcome::Open(failure) | Outcome::Unanswered(failure) => {
            Fate { reason: Some(plain(&failure.to_string())), ..plainly("unanswered") }
        }
        Outcome::Failed(status, cause) => Fate {
            status: Some(status.clone()),
            resource: cause.as_ref().map(|event| event.logical.clone()),
            reason: cause.as_ref().and_then(|event| event.reason.as_deref()).map(plain),
            ..plainly("failed")
        },
    }
}
