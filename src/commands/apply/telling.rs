//! What is told while an apply is under way, and at its end.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::super::Exit;
use super::super::leaving::telling as leaving;
use crate::change::stack::events::Event;
use crate::change::stack::plan::{Planning, Verdict};
use crate::edge::aws::Kind;
use crate::edge::aws::carry::Outcome;
use crate::edge::aws::follow::News;
use crate::edge::terminal::Terminal;
use crate::pipeline::text::Place;

/// What became of stacks, by place and name.
pub(super) type Outcomes = BTreeMap<(Place, String), Outcome>;

/// Tells one event, in one line.
pub(in crate::commands) fn news(news: &News, terminal: &mut Terminal) {
    match news {
        News::Event(stack, event) => {
            let reason = event.reason.as_deref().filter(|_| event.status.contains("FAILED"));
            let reason = reason.map(|reason| format!(": {}", line(reason))).unwrap_or_default();
            let Event { logical, status, .. } = event;
            let what =
                if logical == stack { String::new() } else { format!("  {logical} ({})", short(event)) };
            terminal.message(format_args!("{stack}{what}  {status}{reason}\n"));
        }
        News::Waiting(stack, executions) => {
            terminal.message(format_args!(
                "waiting: in the pipeline of `{stack}` runs {}\n",
                executions.join(", ")
            ));
        }
        News::Closed(way) => terminal.message(format_args!("{way} is closed\n")),
        News::Begun(_) | News::Ended(_) => {}
    }
}

/// How far a step is: the line that stands below what is told, on a terminal.
pub(super) struct Progress<'t> {
    terminal: &'t mut Terminal,
    under_way: BTreeSet<String>,
    done: usize,
    all: usize,
    seconds: u64,
}

impl<'t> Progress<'t> {
    /// Of so many stacks nothing is done.
    pub(super) fn new(all: usize, terminal: &'t mut Terminal) -> Self {
        Progress { terminal, under_way: BTreeSet::new(), done: 0, all, seconds: 0 }
    }

    /// Tells what has happened.
    pub(super) fn news(&mut self, told: &News) {
        match told {
            News::Begun(stack) => {
                self.under_way.insert(stack.clone());
            }
            News::Ended(stack) => {
                self.under_way.remove(stack);
                self.done += 1;
            }
            News::Event(..) | News::Waiting(..) | News::Closed(_) => news(told, self.terminal),
        }
        self.show();
    }

    /// So many seconds have passed.
    pub(super) fn tick(&mut self, seconds: u64) {
        self.seconds = seconds;
        self.show();
    }

    fn show(&mut self) {
        // What takes no second needs no line.
        if self.seconds > 0 {
            let names: Vec<&str> = self.under_way.iter().map(String::as_str).collect();
            let (done, all) = (self.done, self.all);
            let line =
                format!("{} s, {done} of {all} stacks done, under way: {}", self.seconds, names.join(", "));
            self.terminal.progress(&line);
        }
    }
}

fn short(event: &Event) -> &str {
    event.kind.strip_prefix("AWS::").unwrap_or(&event.kind)
}

/// AWS's words as one line, in which nothing steers the terminal.
fn line(text: &str) -> String {
    text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect::<String>().trim().to_owned()
}

/// What became of a stack, for scripts.
#[derive(Serialize)]
struct Shown<'p> {
    name: &'p str,
    account: &'p str,
    region: &'p str,
    outcome: &'static str,
    /// Its state in AWS, where it failed.
    status: Option<&'p str>,
    /// What failed first: the resource's name in the stack.
    resource: Option<&'p str>,
    reason: Option<String>,
}

/// Tells what became of all stacks that something was done to or was to be, and says how the command ends.
pub(super) fn end(planning: &Planning, outcomes: &Outcomes, terminal: &mut Terminal) -> Exit {
    if terminal.answers_in_json() {
        let all: Vec<Shown> =
            outcomes.iter().map(|((place, name), outcome)| shown(place, name, outcome)).collect();
        // Structs of text are always JSON.
        let json = serde_json::to_value(all).unwrap_or_default();
        terminal.result(format_args!("{json:#}\n"));
    } else {
        // In the order of the plan.
        for planned in &planning.stacks {
            let key = (planned.stack.place.clone(), planned.stack.name.clone());
            if let Some(outcome) = outcomes.get(&key) {
                let is_new = planned.verdict == Verdict::Create;
                terminal.result(format_args!("{}  {}\n", planned.stack.name, words(outcome, is_new)));
            }
        }
        let pruned = outcomes.iter().filter(|((place, name), _)| !is_planned(planning, place, name));
        for ((_, name), outcome) in pruned {
            terminal.result(format_args!("{name}  {}\n", leaving::words(Some(outcome))));
        }
    }
    for ((place, name), outcome) in outcomes {
        if is_planned(planning, place, name) {
            wrong(name, outcome, terminal);
        } else {
            leaving::wrong(name, outcome, terminal);
        }
    }
    let is_unanswered =
        outcomes.values().any(|outcome| matches!(outcome, Outcome::Unanswered(_) | Outcome::Open(_)));
    let is_good = outcomes.values().all(Outcome::is_good);
    match (is_good, is_unanswered) {
        (true, _) => Exit::Done,
        (false, true) => Exit::Aws,
        (false, false) => Exit::Failed,
    }
}

/// Whether a stack is one that the map asks for; the others were to be deleted.
fn is_planned(planning: &Planning, place: &Place, name: &str) -> bool {
    planning.stacks.iter().any(|planned| &planned.stack.place == place && planned.stack.name == name)
}

fn words(outcome: &Outcome, is_new: bool) -> String {
    match outcome {
        Outcome::Done if is_new => "made".to_owned(),
        Outcome::Done => "changed".to_owned(),
        Outcome::Deleted => "deleted".to_owned(),
        Outcome::Unchanged => "unchanged: AWS found nothing to change".to_owned(),
        Outcome::Unworkable(_) => "not changed".to_owned(),
        Outcome::Failed(status, _) => format!("failed: {status}"),
        Outcome::Began(_) => "not changed: its pipeline is running".to_owned(),
        Outcome::Losing(_) => "not changed: data would be lost".to_owned(),
        Outcome::Overtaken(_) => "not changed: somebody else has changed it".to_owned(),
        Outcome::Unanswered(_) => "not known: AWS gave no answer".to_owned(),
        Outcome::Open(_) => "made, and NOT closed".to_owned(),
        Outcome::Entered(_) => "made, and NOT closed in time".to_owned(),
        Outcome::Left => "not begun".to_owned(),
    }
}

fn wrong(name: &str, outcome: &Outcome, terminal: &mut Terminal) {
    match outcome {
        Outcome::Done | Outcome::Deleted | Outcome::Unchanged | Outcome::Left => {}
        Outcome::Unworkable(reason) => terminal.error(
            format_args!("CloudFormation takes no change of `{name}`: {}", line(reason)),
            "nothing was changed in it; put that right, then apply again",
        ),
        Outcome::Failed(status, cause) => {
            let what = cause.as_ref().map_or_else(
                || format!("`{name}` is {status}, and its events say no reason"),
                |event| {
                    let reason = event.reason.as_deref().map_or_else(String::new, |reason| format!(": {}", line(reason)));
                    format!("`{name}` is {status}: {} ({}) is {}{reason}", event.logical, short(event), event.status)
                },
            );
            terminal.error(what, after(status));
        }
        Outcome::Began(executions) => terminal.error(
            format_args!("in the pipeline of `{name}` runs {}, since just now", executions.join(", ")),
            "nothing was changed in it; wait for its end with `--wait`, or stop it knowingly with `--interrupt`",
        ),
        Outcome::Losing(lost) => terminal.error(
            format_args!(
                "CloudFormation would delete or make anew what the plan of `{name}` did not show: {}",
                line(&lost.join(", "))
            ),
            "nothing was changed in it; `branchline plan --change-set` shows why, and `--replace` agrees to it",
        ),
        Outcome::Overtaken(status) => terminal.error(
            format_args!("somebody else changed `{name}` since it was read: it is {status}"),
            "nothing was changed in it; see what is to be done now with `branchline plan`, then apply again",
        ),
        Outcome::Entered(stages) => terminal.error(
            format_args!("a release of `{name}` went into {} before that was closed", stages.join(", ")),
            "`branchline stop` ends it; see what it has done with `branchline status`. What comes next waits",
        ),
        Outcome::Open(failure) => {
            terminal.error(format_args!("{name}: {failure}"), failure.help());
            terminal.error(
                format_args!("the pipeline of `{name}` runs, and is not closed before all of its environments"),
                "close it now: `branchline freeze ENVIRONMENT --reason TEXT` for each of them; the same apply goes on where no release has \
                 gone in yet",
            );
        }
        Outcome::Unanswered(failure) => {
            terminal.error(format_args!("{name}: {failure}"), failure.help());
            if failure.kind != Kind::OtherAccount {
                terminal.message("  what was begun goes on in AWS; the next apply finds it and goes on from there\n");
            }
        }
    }
}

fn after(status: &str) -> &'static str {
    match status {
        "ROLLBACK_COMPLETE" => {
            "put that right, then apply again with `--mend`, which deletes the rest and makes it anew"
        }
        "UPDATE_ROLLBACK_COMPLETE" => "it is as it was before; put that right, then apply again",
        "UPDATE_ROLLBACK_FAILED" => {
            "put that right, then apply again with `--mend`, which goes on with the way back"
        }
        _ => "put that right, then apply again: it says what can be done about this state",
    }
}

fn shown<'p>(place: &'p Place, name: &'p str, outcome: &'p Outcome) -> Shown<'p> {
    let mut shown = Shown {
        name,
        account: place.account(),
        region: place.region(),
        outcome: "done",
        status: None,
        resource: None,
        reason: None,
    };
    match outcome {
        Outcome::Done => {}
        Outcome::Deleted => shown.outcome = "deleted",
        Outcome::Unchanged => shown.outcome = "unchanged",
        Outcome::Unworkable(reason) => (shown.outcome, shown.reason) = ("refused", Some(line(reason))),
        Outcome::Failed(status, cause) => {
            (shown.outcome, shown.status) = ("failed", Some(status.as_str()));
            shown.resource = cause.as_ref().map(|event| event.logical.as_str());
            shown.reason = cause.as_ref().and_then(|event| event.reason.as_deref()).map(line);
        }
        Outcome::Began(_) => shown.outcome = "running",
        Outcome::Losing(lost) => (shown.outcome, shown.reason) = ("losing", Some(line(&lost.join(", ")))),
        Outcome::Overtaken(status) => (shown.outcome, shown.status) = ("overtaken", Some(status.as_str())),
        Outcome::Unanswered(failure) => {
            (shown.outcome, shown.reason) = ("unanswered", Some(line(&failure.to_string())));
        }
        Outcome::Entered(stages) => (shown.outcome, shown.reason) = ("entered", Some(stages.join(", "))),
        Outcome::Open(failure) => {
            (shown.outcome, shown.reason) = ("open", Some(line(&failure.to_string())));
        }
        Outcome::Left => shown.outcome = "left",
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn aws_words_cannot_steer_the_terminal() {
        assert_eq!(line("a\u{1b}[2Jb\r\nc\n"), "a [2Jb  c");
    }
}
