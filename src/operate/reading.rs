//! How one pipeline stands, from what was read of it.

use std::collections::BTreeSet;

use super::board::{Broken, Cell, Doing, For, LetIn, Line, Mark, Newest, Place, Queued, Shut, State, Wait};
use super::freeze::words_of;
use super::which::needs_commit;
use super::{Run, Seen, Stage, Status};
use crate::branch_map::Entry;
use crate::pipeline::names::StageKind;

/// The action that takes an environment's lock (`pipeline::lock`).
const LOCK: &str = "Lock";

/// The line of a pipeline; of one that AWS does not have, where nothing was seen.
pub(super) fn line(entry: &Entry, seen: Option<&Seen>) -> Line {
    let mut line = Line {
        pipeline: entry.pipeline.clone(),
        rule: entry.rule.clone(),
        starts: entry.heading(),
        state: State::Absent,
        note: None,
        newest: None,
        stages: Vec::new(),
        environments: Vec::new(),
        waits: Vec::new(),
        running: Vec::new(),
        failures: Vec::new(),
        queued: Vec::new(),
        closed: Vec::new(),
        overridden: Vec::new(),
        unfrozen: Vec::new(),
    };
    let Some(seen) = seen else { return line };
    let reader = Reader { entry, seen, excused: excused(entry, seen) };
    for stage in &seen.stages {
        reader.stage(stage, &mut line);
    }
    reader.before_the_first(&mut line);
    reader.rolled_back(&mut line);
    let newest = reader.newest();
    line.stages = seen.stages.iter().map(|stage| reader.cell(stage, newest)).collect();
    line.environments = entry.environments.iter().map(|name| reader.place(name)).collect();
    line.state = state(&line, newest);
    // A retry, a newer release or an update of the pipeline has taken its place in the stage.
    if line.state == State::Failed && line.failures.is_empty() {
        line.note = Some(
            "its newest execution has failed, and no stage shows where any more: the history in the console does"
                .to_owned(),
        );
    } else if newest.is_some_and(|run| run.status == Status::Cancelled) {
        line.note = Some("an update of the pipeline ended its newest execution where it was".to_owned());
    } else if reader.excused.is_some() {
        line.note = Some(format!(
            "no push has started it yet; the execution that AWS starts when a pipeline is made found no branch called `{}`, \
             which is no failure",
            entry.branch_name()
        ));
    }
    line.newest = newest.map(|run| Newest {
        execution: run.id.clone(),
        commit: run.commit.clone(),
        summary: run.summary.clone(),
        trigger: run.trigger.clone(),
        started: run.started,
    });
    line
}

/// The execution that AWS starts when a pipeline is made, where that could only fail: the source of a pattern, or of tags, has no
/// branch of its own. Only while nothing else has been in the source since.
fn excused<'s>(entry: &Entry, seen: &'s Seen) -> Option<&'s str> {
    let (id, status) = seen.stages.first()?.latest.as_ref()?;
    let run = seen.runs.iter().find(|run| run.id == *id)?;
    let is_it = *status == Status::Failed && run.trigger == "CreatePipeline" && needs_commit(entry);
    is_it.then_some(id.as_str())
}

struct Reader<'s> {
    entry: &'s Entry,
    seen: &'s Seen,
    excused: Option<&'s str>,
}

impl Reader<'_> {
    fn run(&self, id: &str) -> Option<&Run> {
        self.seen.runs.iter().find(|run| run.id == id)
    }

    fn commit(&self, id: &str) -> Option<String> {
        self.run(id)?.commit.clone()
    }

    fn newest(&self) -> Option<&Run> {
        self.seen.runs.iter().find(|run| self.excused != Some(run.id.as_str()))
    }

    fn environment(&self, stage: &str) -> Option<&str> {
        let kind = StageKind::of(stage)?;
        self.entry.environments.iter().map(String::as_str).find(|name| kind.stage(name) == stage)
    }

    fn stage(&self, stage: &Stage, line: &mut Line) {
        if let Some(closed) = &stage.closed {
            line.closed.push(Shut {
                stage: stage.name.clone(),
                is_freeze: words_of(&closed.reason).is_some(),
                reason: words_of(&closed.reason).unwrap_or(&closed.reason).to_owned(),
                by: closed.by.clone(),
                since: closed.since,
            });
        }
        for id in &stage.inbound {
            let (commit, since) = (self.commit(id), self.run(id).and_then(|run| run.updated));
            if let Some(closed) = &stage.closed {
                line.waits.push(Wait {
                    stage: stage.name.clone(),
                    what: For::Transition,
                    detail: Some(words_of(&closed.reason).unwrap_or(&closed.reason).to_owned()),
                    execution: Some(id.clone()),
                    commit,
                    since,
                });
            } else {
                line.queued.push(Queued { before: stage.name.clone(), execution: id.clone(), commit, since });
            }
        }
        let Some((id, status)) = &stage.latest else { return };
        if stage.entry.as_ref().is_some_and(|entry| entry.is_overridden) {
            let (stage, commit) = (stage.name.clone(), self.commit(id));
            line.overridden.push(LetIn { stage, execution: id.clone(), commit });
        }
        match status {
            Status::InProgress | Status::Stopping => self.under_way(stage, id, line),
            Status::Failed if self.excused != Some(id) => self.failed(stage, id, line),
            _ => {}
        }
    }

    fn under_way(&self, stage: &Stage, id: &str, line: &mut Line) {
        let mut wait = |what, detail, since| {
            line.waits.push(Wait {
                stage: stage.name.clone(),
                what,
                detail,
                execution: Some(id.to_owned()),
                commit: self.commit(id),
                since,
            });
        };
        if let Some(entry) = stage.entry.as_ref().filter(|entry| entry.status.is_live()) {
            let open = entry.rules.iter().find(|(_, status, _)| status.is_live());
            wait(For::Condition, open.map(|(name, ..)| name.clone()), open.and_then(|(.., since)| *since));
        }
        for action in &stage.actions {
            if !action.status.is_some_and(Status::is_live) {
                continue;
            }
            let locked = self.environment(&stage.name).filter(|_| action.name == LOCK);
            if action.token.is_some() {
                wait(For::Approval, None, action.since);
            } else if let Some(environment) = locked {
                let holder = self.seen.holders.get(environment).filter(|(_, execution)| execution != id);
                let held = |(pipeline, execution): &(String, String)| {
                    format!("{pipeline}, execution {}", super::short(execution))
                };
                wait(For::Lock, holder.map(held), action.since);
            } else {
                line.running.push(Doing {
                    stage: stage.name.clone(),
                    action: action.name.clone(),
                    execution: Some(id.to_owned()),
                    since: action.since,
                    link: action.link.clone(),
                });
            }
        }
    }

    fn failed(&self, stage: &Stage, id: &str, line: &mut Line) {
        let broken = |action: Option<&super::Action>| Broken {
            stage: stage.name.clone(),
            action: action.map(|action| action.name.clone()),
            execution: Some(id.to_owned()),
            commit: self.commit(id),
            reason: action.and_then(|action| action.message.clone()),
            link: action.and_then(|action| action.link.clone()),
            rolled_back_by: None,
        };
        let failed = stage.actions.iter().filter(|action| action.status == Some(Status::Failed));
        let before = line.failures.len();
        line.failures.extend(failed.map(|action| broken(Some(action))));
        if line.failures.len() == before {
            line.failures.push(broken(None));
        }
    }

    /// What is under way and is in no stage and before none: AWS names nobody who waits before the first.
    fn before_the_first(&self, line: &mut Line) {
        let Some(first) = self.seen.stages.first() else { return };
        let stages = self.seen.stages.iter();
        let seen: BTreeSet<&str> = stages
            .flat_map(|stage| stage.latest.iter().map(|(id, _)| id).chain(&stage.inbound))
            .map(String::as_str)
            .collect();
        let waiting =
            self.seen.runs.iter().filter(|run| run.status.is_live() && !seen.contains(run.id.as_str()));
        line.queued.extend(waiting.map(|run| Queued {
            before: first.name.clone(),
            execution: run.id.clone(),
            commit: run.commit.clone(),
            since: run.started,
        }));
    }

    /// A release that failed and was rolled back: its stage shows the rollback, which went well.
    fn rolled_back(&self, line: &mut Line) {
        let newest = self.seen.runs.iter().find(|run| !run.is_rollback);
        let Some(run) = newest.filter(|run| run.status == Status::Failed && self.excused != Some(&run.id))
        else {
            return;
        };
        if line.failures.iter().any(|known| known.execution.as_ref() == Some(&run.id)) {
            return;
        }
        let back = self.seen.stages.iter().rev().find_map(|stage| {
            let (id, _) = stage.latest.as_ref()?;
            self.run(id).filter(|run| run.is_rollback).map(|run| (stage, run))
        });
        if let Some((stage, back)) = back {
            line.failures.push(Broken {
                stage: stage.name.clone(),
                action: None,
                execution: Some(run.id.clone()),
                commit: run.commit.clone(),
                reason: None,
                link: None,
                rolled_back_by: Some(back.id.clone()),
            });
        }
    }

    fn cell(&self, stage: &Stage, newest: Option<&Run>) -> Cell {
        let latest = stage.latest.as_ref().filter(|(id, _)| self.excused != Some(id));
        let is_newest = |id: &str| newest.is_some_and(|run| run.id == id);
        let waits = stage.entry.as_ref().is_some_and(|entry| entry.status.is_live())
            || stage.actions.iter().any(|action| {
                let is_lock = action.name == LOCK && self.environment(&stage.name).is_some();
                action.status.is_some_and(Status::is_live) && (action.token.is_some() || is_lock)
            });
        let mark = match latest {
            Some((_, Status::InProgress | Status::Stopping)) if waits => Mark::Waiting,
            Some((_, Status::InProgress | Status::Stopping)) => Mark::Running,
            Some((_, Status::Failed)) => Mark::Failed,
            _ if stage.closed.is_some() => Mark::Closed,
            Some((id, Status::Succeeded)) if is_newest(id) => Mark::Succeeded,
            Some((id, Status::Stopped | Status::Cancelled)) if is_newest(id) => Mark::Stopped,
            _ => Mark::Ahead,
        };
        Cell {
            name: stage.name.clone(),
            environment: self.environment(&stage.name).map(str::to_owned),
            mark,
            execution: latest.map(|(id, _)| id.clone()),
        }
    }

    fn place(&self, name: &str) -> Place {
        let has = self.seen.deployed.get(name);
        Place {
            name: name.to_owned(),
            commit: has.map(|has| has.commit.clone()),
            pipeline: has.map(|has| has.pipeline.clone()),
            execution: has.map(|has| has.execution.clone()),
            since: has.and_then(|has| has.since),
            known_by: has.map(|has| if has.is_recorded { "record" } else { "executions" }),
        }
    }
}

fn state(line: &Line, newest: Option<&Run>) -> State {
    let status = newest.map(|run| run.status);
    if !line.failures.is_empty() || status == Some(Status::Failed) {
        State::Failed
    } else if !line.waits.is_empty() {
        State::Waiting
    } else if !line.running.is_empty() || status.is_some_and(Status::is_live) {
        State::Running
    } else {
        match status {
            None => State::New,
            Some(Status::Succeeded) => State::Succeeded,
            Some(_) => State::Stopped,
        }
    }
}
