//! An apply keeps to freezes.
//!
//! A freeze is a closed transition in each pipeline that leads to an environment (docs/freeze.md). A pipeline that is made later has
//! none, and one whose stages change may lose its own with the stage that was closed. So apply looks at what is frozen before it begins,
//! and closes the way into the same environments in the pipelines that it has made or changed.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Exit;
use super::super::aws::failed;
use super::work::Applying;
use crate::branch_map::Entry;
use crate::change::stack::leaving::shape;
use crate::change::stack::plan::{Planned, Verdict};
use crate::document::stacks::Purpose;
use crate::edge::aws::carry::Outcome;
use crate::edge::aws::transitions::{self, Turn};
use crate::edge::aws::{Failure, each, states};
use crate::edge::terminal::Terminal;
use crate::operate::freeze::{MARK, entrance, words_of};

/// The environments that are frozen, each with the reason.
pub(super) type Frozen = BTreeMap<String, String>;

/// What is frozen of the environments of the pipelines that are to be made or changed. One call for each pipeline that stands and
/// leads to one of them; none where no pipeline changes.
pub(super) fn look(applying: &mut Applying, terminal: &mut Terminal) -> Result<Frozen, Exit> {
    let planning = applying.planning();
    let is_of = |planned: &&Planned, entry: &Entry| matches!(&planned.stack.purpose, Purpose::Pipeline(name) if *name == entry.pipeline);
    let verdict = |entry: &Entry| {
        planning.stacks.iter().find(|planned| is_of(planned, entry)).map(|planned| &planned.verdict)
    };
    let entries = &applying.plan.map.entries;
    let changing = entries.iter().filter(|entry| !matches!(verdict(entry), None | Some(Verdict::Unchanged)));
    let environments: BTreeSet<String> =
        changing.flat_map(|entry| entry.environments.iter().cloned()).collect();
    let leads_there = |entry: &&Entry| entry.environments.iter().any(|name| environments.contains(name));
    let stands = |entry: &&Entry| !matches!(verdict(entry), None | Some(Verdict::Create));
    let mut standing: Vec<String> =
        entries.iter().filter(leads_there).filter(stands).map(|entry| entry.pipeline.clone()).collect();
    // One that the map has no more may be the only one that is closed, and `--prune` would take the freeze away with it.
    let (home, stem) = (&applying.plan.home, &applying.plan.config.stem);
    let left = planning.left.iter().filter(|(place, _)| place == home && !environments.is_empty());
    standing.extend(left.filter_map(|(place, name)| {
        let stack = applying.found.stacks.get(place)?.get(name)?;
        let Purpose::Pipeline(pipeline) = shape(stem, name, &stack.tags)? else { return None };
        Some(pipeline)
    }));
    if standing.is_empty() {
        return Ok(Frozen::new());
    }
    let seen = stages(applying, standing).map_err(|failure| failed(&failure, terminal))?;
    let mut frozen = Frozen::new();
    for stages in seen.into_iter().flatten() {
        for environment in &environments {
            let closed = entrance(&stages, environment).and_then(|stage| stage.closed.as_ref());
            if let Some(words) = closed.and_then(|closed| words_of(&closed.reason)) {
                frozen.insert(environment.clone(), words.to_owned());
            }
        }
    }
    for (environment, reason) in &frozen {
        terminal.message(format_args!(
            "{environment} is frozen (“{reason}”): the pipelines that are made or changed are closed before it, too\n"
        ));
    }
    Ok(frozen)
}

/// Closes the way into what is frozen, in the pipelines that were made or changed and are open there. Whether all of it went well.
pub(super) fn close(applying: &mut Applying, frozen: &Frozen, terminal: &mut Terminal) -> Result<(), Exit> {
    if frozen.is_empty() {
        return Ok(());
    }
    let planning = applying.planning();
    let done = planning.stacks.iter().filter_map(|planned| match &planned.stack.purpose {
        Purpose::Pipeline(name) => {
            let key = (planned.stack.place.clone(), planned.stack.name.clone());
            let has_ended =
                applying.outcomes.get(&key).is_some_and(|outcome| !matches!(outcome, Outcome::Left));
            has_ended.then(|| name.clone())
        }
        _ => None,
    });
    let names: Vec<String> = done.collect();
    let wrong = |failure: &Failure, terminal: &mut Terminal| {
        for environment in frozen.keys() {
            terminal.error(
                format_args!("{environment} is frozen, and a pipeline that was made or changed is not closed before it"),
                &format!("`branchline freeze {environment} --reason TEXT` closes it in all pipelines that lead there"),
            );
        }
        failed(failure, terminal)
    };
    let seen = stages(applying, names.clone()).map_err(|failure| wrong(&failure, terminal))?;
    let mut turns = Vec::new();
    for (pipeline, stages) in names.iter().zip(seen) {
        let stages = stages.unwrap_or_default();
        for (environment, reason) in frozen {
            if let Some(first) = entrance(&stages, environment).filter(|first| first.closed.is_none()) {
                let (pipeline, stage) = (pipeline.clone(), first.name.clone());
                turns.push(Turn { pipeline, stage, close: Some(format!("{MARK}{reason}")) });
            }
        }
    }
    let told: Vec<String> = turns.iter().map(|turn| format!("{}  {}", turn.pipeline, turn.stage)).collect();
    let here = {
        let Applying { aws, session, plan, .. } = applying;
        aws.wait(session.at(&plan.home)).map_err(|failure| wrong(&failure, terminal))?
    };
    let turned = applying.aws.wait(transitions::all(&here, turns));
    for (name, ended) in told.iter().zip(turned.map_err(|failure| wrong(&failure, terminal))?) {
        ended.map_err(|failure| wrong(&failure, terminal))?;
        terminal.message(format_args!("{name} is frozen, as it is in the other pipelines\n"));
    }
    Ok(())
}

fn stages(
    applying: &mut Applying,
    pipelines: Vec<String>,
) -> Result<Vec<Option<Vec<crate::operate::Stage>>>, Failure> {
    let Applying { aws, session, plan, .. } = applying;
    aws.wait(async {
        let here = session.at(&plan.home).await?;
        each(pipelines, |name| {
            let here = here.clone();
            async move { states::stages(&here, &name).await }
        })
        .await
    })
}
