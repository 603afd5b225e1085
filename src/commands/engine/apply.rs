//! `apply --engine api`: projects and pipelines, written one by one.

use std::collections::{BTreeMap, BTreeSet};

use super::super::apply::{agreed, closed, unfinished};
use super::super::aws::failed;
use super::{Exit, Read, Said, load, sound, telling};
use crate::change::direct::{Kind, Planned, Planning, Verdict, refusals, told};
use crate::change::stack::steps::{Consent, Step};
use crate::edge::aws::direct::{Became, Job, Outcome, all, is_bucket_there};
use crate::edge::aws::{Failure, Session, states};
use crate::edge::terminal::Terminal;
use crate::operate::freeze::{entrance, words_of};
use crate::pipeline::Plan;
use crate::pipeline::text::Place;

/// Shows what is to be done, asks, and does it.
pub(in super::super) fn apply(
    said: Said,
    closed: Option<&str>,
    terminal: &mut Terminal,
) -> Result<Exit, Exit> {
    let load::Sound { config, map, specs } = sound(said, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let mut read = Read::new(&plan, &specs, said.credentials, terminal)?;
    let planning = read.planning();
    let mut added = BTreeSet::new();
    if let Some(reason) = closed {
        let is_new = |name: &str| verdict(&planning, name) == Some(&Verdict::Create);
        let seen = closed::look((&read.aws, &mut read.session, read.plan), reason, is_new, terminal)?;
        let untrodden = seen.untrodden;
        added = seen.added;
        // Before anything that may refuse, or wait: a release is on its way there.
        if !untrodden.is_empty() {
            if !said.yes && !agreed(terminal)? {
                return Ok(Exit::Failed);
            }
            closed::close((&read.aws, &mut read.session, read.plan), reason, &untrodden, terminal)?;
        }
    }
    pass(&mut read, &planning, (said.consent, closed), terminal)?;
    if !terminal.answers_in_json() {
        terminal.result(told(&planning, &read.wanted.needs, false));
    } else if !said.yes {
        terminal.message(told(&planning, &read.wanted.needs, false));
    }
    let mut outcomes: BTreeMap<_, Outcome> = BTreeMap::new();
    let has_work = planning.things.iter().any(Planned::is_work);
    if has_work && !said.yes && !agreed(terminal)? {
        return Ok(Exit::Failed);
    }
    for step in Step::ALL {
        let jobs =
            jobs(&mut read, &planning, step, said.consent).map_err(|failure| failed(&failure, terminal))?;
        let became: Vec<Became> = read.aws.wait(all(jobs, |news| telling::news(news, terminal)));
        let is_good = became.iter().all(|(_, outcome)| outcome.is_good());
        let made = became.iter().filter(|((_, kind, _), outcome)| {
            // What was written and is not as it was asked for runs all the same.
            *kind == Kind::Pipeline && matches!(outcome, Outcome::Made | Outcome::NotTaken(_))
        });
        let is_new = |name: &&String| verdict(&planning, name) == Some(&Verdict::Create);
        let made = made.map(|((.., name), _)| name);
        let turns = closed.into_iter().flat_map(|reason| {
            let of = |name: &String| {
                let is_meant = |environment: &str| {
                    is_new(&name) || added.contains(&(name.clone(), environment.to_owned()))
                };
                closed::ways(read.plan, name, reason, is_meant)
            };
            made.clone().flat_map(of).collect::<Vec<_>>()
        });
        let turns: Vec<_> = turns.collect();
        if !turns.is_empty()
            && let Err(exit) = closed::turn((&read.aws, &mut read.session, read.plan), turns, terminal)
        {
            outcomes.extend(became);
            telling::end(&planning, &outcomes, terminal);
            return Err(exit);
        }
        outcomes.extend(became);
        if !is_good {
            break;
        }
    }
    Ok(telling::end(&planning, &outcomes, terminal))
}

/// Tells all that speaks against it, if anything does.
fn pass(
    read: &mut Read,
    planning: &Planning,
    (consent, closed): (Consent, Option<&str>),
    terminal: &mut Terminal,
) -> Result<(), Exit> {
    let mut against: Vec<(String, String)> =
        refusals(planning, consent).iter().map(|refusal| (refusal.to_string(), refusal.help())).collect();
    if planning.things.iter().any(Planned::is_work) {
        let asked = missing_buckets(read).and_then(|mut missing| {
            missing.extend(waiting_connection(read, planning)?);
            Ok(missing)
        });
        against.extend(asked.map_err(|failure| failed(&failure, terminal))?);
        against
            .extend(frozen(read, planning, closed.is_some()).map_err(|failure| failed(&failure, terminal))?);
    }
    for (what, help) in &against {
        terminal.error(what, help);
    }
    if against.is_empty() { Ok(()) } else { Err(Exit::Failed) }
}

/// The app's buckets that are not there. Without the artifacts' nothing runs; without the locks' every deploy would fail at its lock,
/// after its build: better now. And a name that is free could be taken by anybody.
fn missing_buckets(read: &mut Read) -> Result<Vec<(String, String)>, Failure> {
    let Read { aws, session, wanted, .. } = read;
    let mut missing = Vec::new();
    for need in wanted.needs.iter().filter(|need| need.kind == "AWS::S3::Bucket") {
        let is_there = aws.wait(bucket(session, &need.name, &need.place))?;
        if !is_there {
            missing.push((
                format!("there is no bucket `{}` in {}, or it may not be looked at", need.name, need.place),
                format!(
                    "make it as {} of the generated folder says, with its policy; who applies needs s3:ListBucket on it",
                    need.template
                ),
            ));
        }
    }
    Ok(missing)
}

/// The frozen environments of pipelines that are to be written, and that nothing here would close.
fn frozen(read: &mut Read, planning: &Planning, closes_new: bool) -> Result<Vec<(String, String)>, Failure> {
    let is_written = |name: &str| {
        let is_it = |one: &Planned| one.thing.kind == Kind::Pipeline && one.thing.declared.name == name;
        let stays_open = |one: &Planned| !(closes_new && one.verdict == Verdict::Create);
        planning.things.iter().any(|one| one.is_work() && stays_open(one) && is_it(one))
    };
    let Read { plan, aws, session, .. } = read;
    let entries = &plan.map.entries;
    let written = entries.iter().filter(|entry| is_written(&entry.pipeline));
    let environments: BTreeSet<&String> = written.flat_map(|entry| &entry.environments).collect();
    let mut frozen = BTreeSet::new();
    if environments.is_empty() {
        return Ok(Vec::new());
    }
    // What is not there yet has no transition.
    let stands = |name: &&String| {
        let is_it = |one: &Planned| one.thing.kind == Kind::Pipeline && one.thing.declared.name == **name;
        planning.things.iter().any(|one| one.verdict != Verdict::Create && is_it(one))
    };
    let left = planning.left.iter().map(|(_, name)| name);
    for pipeline in entries.iter().map(|entry| &entry.pipeline).filter(stands).chain(left) {
        let stages = aws.wait(async { states::stages(&session.at(&plan.home).await?, pipeline).await })?;
        let stages = stages.unwrap_or_default();
        let is_frozen = |name: &&String| {
            let closed = entrance(&stages, name).and_then(|first| first.closed.as_ref());
            closed.is_some_and(|closed| words_of(&closed.reason).is_some())
        };
        frozen.extend(environments.iter().copied().filter(is_frozen));
    }
    let help = "`--engine api` closes no transition of what it writes: wait until `branchline unfreeze`";
    Ok(frozen
        .into_iter()
        .map(|name| (format!("the environment `{name}` is frozen"), help.to_owned()))
        .collect())
}

/// What would be done with a pipeline.
fn verdict<'p>(planning: &'p Planning, pipeline: &str) -> Option<&'p Verdict> {
    let is_it = |one: &&Planned| one.thing.kind == Kind::Pipeline && one.thing.declared.name == pipeline;
    planning.things.iter().find(is_it).map(|one| &one.verdict)
}

async fn bucket(session: &mut Session, name: &str, place: &Place) -> Result<bool, Failure> {
    is_bucket_there(&session.at(place).await?, name, place).await
}

/// The connection, if pipelines are to be written and it waits for a person.
fn waiting_connection(read: &mut Read, planning: &Planning) -> Result<Option<(String, String)>, Failure> {
    let writes = |one: &Planned| one.is_work() && one.thing.kind == Kind::Pipeline;
    let Read { plan, aws, session, .. } = read;
    match &plan.config.source.connection {
        Some(arn) if planning.things.iter().any(writes) => unfinished(aws, session, &plan.home, arn),
        _ => Ok(None),
    }
}

/// The work of a step: a job for each template that asks for any.
fn jobs(read: &mut Read, planning: &Planning, step: Step, consent: Consent) -> Result<Vec<Job>, Failure> {
    let mut by_template: BTreeMap<(&Place, &str), Vec<&Planned>> = BTreeMap::new();
    for planned in planning.things.iter().filter(|one| one.is_work() && step.has(&one.thing.stack.purpose)) {
        let stack = &planned.thing.stack;
        by_template.entry((&stack.place, &stack.name)).or_default().push(planned);
    }
    let Read { aws, session, found, .. } = read;
    let mut jobs = Vec::new();
    for ((place, _), work) in by_template {
        let clients = aws.wait(session.at(place))?;
        let work = work.into_iter().map(|planned| {
            let key = planned.thing.key();
            let actual = found.declarations.get(&key).cloned().unwrap_or_default();
            (planned.clone(), actual, found.tags.get(&key).cloned().unwrap_or_default())
        });
        let work = work.collect();
        jobs.push(Job { clients, work, interrupts: consent.interrupt, waits: consent.wait });
    }
    Ok(jobs)
}
