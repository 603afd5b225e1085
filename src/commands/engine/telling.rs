//! What is told while projects and pipelines are written, and at the end.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::Exit;
use crate::change::direct::{Key, Kind, Planning};
use crate::edge::aws::Failure;
use crate::edge::aws::direct::{News, Outcome};
use crate::edge::terminal::Terminal;
use crate::operate::plain;

/// Tells one thing, in one line.
pub(super) fn news(news: &News, terminal: &mut Terminal) {
    match news {
        News::Became(((_, kind, name), outcome)) => {
            terminal.message(format_args!("{} {name}  {}\n", kind.word(), word(outcome)));
        }
        News::Waiting(name, executions) => {
            terminal.message(format_args!("waiting: in `{name}` runs {}\n", executions.join(", ")));
        }
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Made => "made",
        Outcome::Changed => "changed",
        Outcome::NotTaken(_) => "written, and not as it was asked for",
        Outcome::Began(_) => "not changed: its pipeline is running",
        Outcome::Unanswered(_) => "not known: AWS gave no answer",
        Outcome::Left => "not begun",
    }
}

/// Tells what became of everything that was to be written, and says how the command ends.
pub(super) fn end(planning: &Planning, outcomes: &BTreeMap<Key, Outcome>, terminal: &mut Terminal) -> Exit {
    if terminal.answers_in_json() {
        let all: Vec<Value> = outcomes.iter().map(shown).collect();
        terminal.result(format_args!("{:#}\n", Value::Array(all)));
    } else if outcomes.is_empty() {
        terminal.result("Nothing is to be done.\n");
    } else {
        summary(outcomes, terminal);
    }
    for ((_, kind, name), outcome) in outcomes {
        wrong(*kind, name, outcome, terminal);
    }
    for (_, name) in &planning.left {
        terminal.message(format_args!(
            "pipeline {name} is in the map no more, and still starts by itself: `aws codepipeline delete-pipeline --name {name}` ends that\n"
        ));
    }
    if outcomes.values().any(|outcome| matches!(outcome, Outcome::Unanswered(_))) {
        Exit::Aws
    } else if outcomes.values().all(Outcome::is_good) {
        Exit::Done
    } else {
        Exit::Failed
    }
}

fn summary(outcomes: &BTreeMap<Key, Outcome>, terminal: &mut Terminal) {
    let count = |is: &dyn Fn(&Outcome) -> bool| outcomes.values().filter(|outcome| is(outcome)).count();
    let counted = [
        (count(&|one| matches!(one, Outcome::Made)), "made"),
        (count(&|one| matches!(one, Outcome::Changed)), "changed"),
        (count(&|one| matches!(one, Outcome::Left)), "not begun"),
        (count(&|one| !one.is_good() && !matches!(one, Outcome::Left)), "gone wrong"),
    ];
    let told: Vec<String> = counted
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    terminal.result(format_args!("{}\n", told.join(", ")));
    let made: Vec<&str> = outcomes
        .iter()
        .filter(|((_, kind, _), outcome)| *kind == Kind::Pipeline && matches!(outcome, Outcome::Made))
        .map(|((_, _, name), _)| name.as_str())
        .collect();
    if !made.is_empty() {
        terminal.result(format_args!(
            "AWS has started {}; `branchline status` shows how it goes.\n",
            made.join(", ")
        ));
    }
}

fn wrong(kind: Kind, name: &str, outcome: &Outcome, terminal: &mut Terminal) {
    let what = format!("the {} `{name}`", kind.word());
    match outcome {
        Outcome::Made | Outcome::Changed | Outcome::Left => {}
        Outcome::NotTaken(kept) => {
            let paths: Vec<&str> = kept.iter().map(|one| one.path.as_str()).collect();
            terminal.error(
                format_args!("{what} was written, and AWS still says otherwise of {}", paths.join(", ")),
                "set that by hand, or delete it and apply again, which makes it anew",
            );
        }
        Outcome::Began(executions) => terminal.error(
            format_args!(
                "{what} was not changed: its pipeline runs {}, since just now",
                executions.join(", ")
            ),
            "wait for its end with `--wait`, or stop it knowingly with `--interrupt`",
        ),
        Outcome::Unanswered(failure) => {
            terminal.error(format_args!("{what}: {}", said(failure)), failure.help());
            terminal.message("  the next apply reads what was written, and goes on from there\n");
        }
    }
}

fn said(failure: &Failure) -> String {
    plain(&failure.to_string())
}

fn shown(((place, kind, name), outcome): (&Key, &Outcome)) -> Value {
    let (word, reason) = match outcome {
        Outcome::Made => ("made", None),
        Outcome::Changed => ("changed", None),
        Outcome::NotTaken(kept) => {
            ("not taken", Some(kept.iter().map(|one| one.path.as_str()).collect::<Vec<_>>().join(", ")))
        }
        Outcome::Began(executions) => ("running", Some(executions.join(", "))),
        Outcome::Unanswered(failure) => ("unanswered", Some(said(failure))),
        Outcome::Left => ("left", None),
    };
    json!({
        "kind": kind.word(), "name": name, "account": place.account(), "region": place.region(),
        "outcome": word, "reason": reason,
    })
}
