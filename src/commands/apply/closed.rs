//! `--closed`: what is made deploys nothing until a person says so.
//!
//! CodePipeline starts a pipeline as soon as it is made. So the way into each of its environments is closed right behind its stack, as a
//! freeze closes it (docs/freeze.md), while its first build is still to begin. An apply that was killed between the two is gone on
//! with: a way that no release has taken yet is closed in a pipeline that stands already, too.

use std::collections::BTreeSet;

use super::super::Exit;
use super::super::aws::failed;
use crate::branch_map::Entry;
use crate::edge::aws::transitions::{self, Turn};
use crate::edge::aws::{Aws, Failure, Session, each, states};
use crate::edge::terminal::Terminal;
use crate::operate::freeze::{MARK, entrance, is_of, is_untrodden, reason};
use crate::pipeline::Plan;

/// The reason that was given, as CodePipeline takes it behind the mark of a freeze.
pub(in super::super) fn reason_of(
    given: Option<&str>,
    terminal: &mut Terminal,
) -> Result<Option<String>, Exit> {
    let Some(given) = given else { return Ok(None) };
    let kept = reason(given).map_err(|error| {
        terminal.error(&error, error.help().replace("--reason", "--closed").as_str());
        Exit::Usage
    })?;
    Ok(Some(kept))
}

/// The ways into those environments of a pipeline that `is_meant` says yes to, as the plan has its stages: nothing has to be asked of the
/// pipeline first.
pub(in super::super) fn ways(
    plan: &Plan,
    pipeline: &str,
    reason: &str,
    is_meant: impl Fn(&str) -> bool,
) -> Vec<Turn> {
    let Some(entry) = plan.map.entries.iter().find(|entry| entry.pipeline == pipeline) else {
        return Vec::new();
    };
    let stages = plan.pipeline(entry).stages;
    let first = |environment: &String| {
        stages.iter().find(|stage| is_of(&stage.name, environment)).map(|stage| stage.name.clone())
    };
    let close = |stage| Turn { pipeline: pipeline.to_owned(), stage, close: Some(format!("{MARK}{reason}")) };
    entry.environments.iter().filter(|name| is_meant(name)).filter_map(first).map(close).collect()
}

/// AWS, and the map whose pipelines are looked at.
pub(in super::super) type At<'a, 'p> = (&'a Aws, &'a mut Session, &'a Plan<'p>);

/// What is to be closed in pipelines that stand.
#[derive(Debug, Default)]
pub(in super::super) struct Standing {
    /// Ways that no release has taken yet.
    pub(in super::super) untrodden: Vec<Turn>,
    /// Environments to which a pipeline does not lead yet, as pipeline and environment: there is nothing to close before they are added.
    pub(in super::super) added: BTreeSet<(String, String)>,
}

/// What would be closed, and what would not, told before anybody agrees: the ways of pipelines that stand and that no release has
/// taken yet, and those that they are to get. `is_new` says of a pipeline whether it is to be made.
pub(in super::super) fn look(
    (aws, session, plan): At,
    reason: &str,
    is_new: impl Fn(&str) -> bool,
    terminal: &mut Terminal,
) -> Result<Standing, Exit> {
    let all = plan.map.entries.iter().filter(|entry| !entry.environments.is_empty());
    let (new, standing): (Vec<&Entry>, Vec<&Entry>) = all.partition(|entry| is_new(&entry.pipeline));
    for entry in new {
        let environments = entry.environments.join(", ");
        terminal.message(format_args!("{} will be made closed before {environments}\n", entry.pipeline));
    }
    let seen = untrodden((aws, session, plan), &standing, reason);
    let Ways { found, used, lacking } = seen.map_err(|failure| failed(&failure, terminal))?;
    for turn in &found {
        terminal.message(format_args!(
            "{} stands, and no release has gone into {} yet: that will be closed, too\n",
            turn.pipeline, turn.stage
        ));
    }
    for (pipeline, environment) in &lacking {
        terminal
            .message(format_args!("{pipeline} is to lead to {environment}, and will be closed before it\n"));
    }
    for (Turn { pipeline, .. }, environment) in used {
        terminal.message(format_args!(
            "{pipeline} stays open before {environment}, where it has released already: `branchline freeze {environment}` closes it\n"
        ));
    }
    Ok(Standing { untrodden: found, added: lacking })
}

/// Closes what [`look`] has found, where it still is open: before anything else is done. What a release was sooner at is closed, too, and
/// nothing else is done then.
pub(in super::super) fn close(
    (aws, session, plan): At,
    reason: &str,
    found: &[Turn],
    terminal: &mut Terminal,
) -> Result<(), Exit> {
    if found.is_empty() {
        return Ok(());
    }
    let names: BTreeSet<&str> = found.iter().map(|turn| turn.pipeline.as_str()).collect();
    let entries = plan.map.entries.iter().filter(|entry| names.contains(entry.pipeline.as_str()));
    let entries: Vec<&Entry> = entries.collect();
    // Somebody may have closed or opened one while the question stood.
    let seen = untrodden((aws, session, plan), &entries, reason);
    let Ways { found: now, used, .. } = seen.map_err(|failure| not_closed(found, &failure, terminal))?;
    let late: Vec<Turn> =
        used.into_iter().map(|(turn, _)| turn).filter(|turn| found.contains(turn)).collect();
    let now = now.into_iter().filter(|turn| found.contains(turn)).chain(late.clone()).collect();
    turn((aws, session, plan), now, terminal)?;
    for turn in &late {
        terminal.error(
            format_args!("a release of {} went into {} before that was closed", turn.pipeline, turn.stage),
            "`branchline stop` ends it; see what it has done with `branchline status`. What comes next waits",
        );
    }
    if late.is_empty() { Ok(()) } else { Err(Exit::Failed) }
}

/// Closes ways, and tells of each.
pub(in super::super) fn turn(
    (aws, session, plan): At,
    turns: Vec<Turn>,
    terminal: &mut Terminal,
) -> Result<(), Exit> {
    let turned = aws.wait(async { transitions::all(&session.at(&plan.home).await?, turns.clone()).await });
    let turned = turned.map_err(|failure| not_closed(&turns, &failure, terminal))?;
    let mut is_open = None;
    for (turn, ended) in turns.into_iter().zip(turned) {
        match ended {
            Ok(()) => terminal.message(format_args!("{}  {} is closed\n", turn.pipeline, turn.stage)),
            Err(failure) => is_open = Some(not_closed(&[turn], &failure, terminal)),
        }
    }
    is_open.map_or(Ok(()), Err)
}

fn not_closed(turns: &[Turn], failure: &Failure, terminal: &mut Terminal) -> Exit {
    for turn in turns {
        terminal.error(
            format_args!("{} is not known to be closed before {}", turn.pipeline, turn.stage),
            "`branchline freeze ENVIRONMENT --reason TEXT` closes it; the same command looks again",
        );
    }
    failed(failure, terminal)
}

/// The ways of pipelines that stand.
#[derive(Default)]
struct Ways {
    /// Open ones that no release has taken.
    found: Vec<Turn>,
    /// Open ones that one has, each with its environment.
    used: Vec<(Turn, String)>,
    /// Those that are not there: pipeline and environment.
    lacking: BTreeSet<(String, String)>,
}

/// Of pipelines that stand: the open ways that no release has taken, and, with its environment, each open way that one has.
fn untrodden((aws, session, plan): At, standing: &[&Entry], reason: &str) -> Result<Ways, Failure> {
    let names: Vec<String> = standing.iter().map(|entry| entry.pipeline.clone()).collect();
    let seen = aws.wait(async {
        let here = session.at(&plan.home).await?;
        each(names, |name| {
            let here = here.clone();
            async move { states::stages(&here, &name).await }
        })
        .await
    })?;
    let mut ways = Ways::default();
    for (entry, stages) in standing.iter().zip(seen) {
        let stages = stages.unwrap_or_default();
        for environment in &entry.environments {
            let Some(first) = entrance(&stages, environment) else {
                ways.lacking.insert((entry.pipeline.clone(), environment.clone()));
                continue;
            };
            if first.closed.is_some() {
                continue;
            }
            let (pipeline, stage) = (entry.pipeline.clone(), first.name.clone());
            let turn = Turn { pipeline, stage, close: Some(format!("{MARK}{reason}")) };
            if is_untrodden(&stages, environment) {
                ways.found.push(turn);
            } else {
                ways.used.push((turn, environment.clone()));
            }
        }
    }
    Ok(ways)
}
