//! `branchline rollback`: brings back what an environment had before.

use std::collections::BTreeSet;
use std::path::Path;

use clap::Args;

use super::act::{self, Desk, Manner};
use super::aws::Credentials;
use super::{Exit, load};
use crate::branch_map::Entry;
use crate::cli::Location;
use crate::config::{Command, Environment, Migrate};
use crate::edge::aws::{executions, logs};
use crate::edge::git;
use crate::edge::terminal::Terminal;
use crate::operate::acting::rollback::{self, History, Stays, Target, Whose};
use crate::operate::acting::{Taken, meant};
use crate::operate::{Deployed, Run, Seen, Stage, Status, plain, short};
use crate::pipeline::names::StageKind;
use crate::pipeline::{Plan, record};

/// Roll an environment back to the last good execution
///
/// Rolls back the Deploy stage of the pipeline that deployed there last: images and deploy commands, no database. Shows from which commit to
/// which, and which migrations are not undone, and asks. Where a change of the pipeline has left no execution to go back to, it says what
/// to do instead. docs/operate.md says more.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    credentials: Credentials,
    /// The environment
    #[arg(value_name = "ENVIRONMENT")]
    environment: String,
    /// The pipeline whose deploy is rolled back, where that is not the one that deployed last
    #[arg(long, value_name = "WHAT")]
    pipeline: Option<String>,
    #[command(flatten)]
    pub(crate) manner: Manner,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let (root, load::Sound { config, map, specs }) = load::load_sound(&arguments.location, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let Some(place) = config.environments.get(&arguments.environment) else {
        return Err(no_environment(&plan, &arguments.environment, terminal));
    };
    let desk = Desk::open(&plan, &arguments.credentials, arguments.manner, terminal)?;
    let entry = pipeline(&desk, place, arguments.pipeline.as_deref(), terminal)?;
    let seen = desk.seen(entry, terminal)?;
    // `seen` takes a record that may not be read for none, and would take what another pipeline brought for its own.
    if let Some((bucket, key, _)) = record::objects(&plan, entry, place) {
        desk.wait(executions::record(&desk.here, &bucket, &key), terminal)?;
    }
    let name = StageKind::Deploy.stage(&place.name);
    let Some(stage) = seen.stages.iter().find(|stage| stage.name == name) else {
        terminal.error(
            format_args!("{} has no stage {name} in AWS", entry.pipeline),
            "the map asks for one: see `branchline plan`",
        );
        return Err(Exit::Failed);
    };
    let client = &desk.here.codepipeline;
    let good = desk.wait(executions::good(client, &entry.pipeline, &name), terminal)?;
    let deployed = seen.deployed.get(&place.name);
    let instead = || instead(entry, deployed, place);
    let verified = verified(&desk, entry, place, &seen, terminal)?;
    let touched = touched(&desk, entry, stage, terminal)?;
    let history =
        History { good: &good, runs: &seen.runs, verified: verified.as_deref(), touched: touched.as_deref() };
    let way = match rollback::target(&entry.pipeline, stage, history, deployed) {
        Target::To(way) => way,
        Target::Busy(id) => {
            terminal.error(
                format_args!("execution {} is in {name}, and CodePipeline rolls no stage back meanwhile; it stands so:", short(id)),
                &format!("wait for its end, or stop it: `branchline stop {} --execution {id} --reason …`", entry.pipeline),
            );
            desk.instead(entry, &seen, terminal);
            return Err(Exit::Failed);
        }
        Target::None => {
            terminal.error(
                format_args!(
                    "there is nothing to roll {} back to: no earlier execution of {} with another commit went through {name} since the \
                     pipeline was changed last, and CodePipeline goes back to no other",
                    place.name, entry.pipeline
                ),
                &instead(),
            );
            return Err(Exit::Failed);
        }
    };
    let target = way.run;
    let stays = stays(&desk, entry, place, (deployed, target), &root, terminal)?;
    let sheet = rollback::sheet(entry, &place.name, &seen, stage, &way, &stays, act::now());
    let sheet = desk.agree(sheet, "Roll it back?", terminal)?;
    let mut deed = desk.deed("rollback", entry);
    deed.stage = Some(&name);
    deed.environment = Some(&place.name);
    deed.commit = target.commit.as_deref();
    deed.target = Some(&target.id);
    deed.warnings = sheet.warnings();
    let now = desk.look(entry, terminal)?.unwrap_or_default();
    if has_moved(&seen, &now, &name, &place.name) {
        desk.instead(entry, &now, terminal);
        let what = format!("{} is not any more as it was shown: nothing was rolled back", place.name);
        return Ok(desk.refused(
            deed,
            &what,
            "look at how it stands now, and say it again if it is still meant",
            terminal,
        ));
    }
    let asked = executions::roll_back(client, &entry.pipeline, &name, &target.id);
    let refused = match desk.wait(asked, terminal)? {
        Taken::Yes(execution) => {
            deed.execution = execution.as_deref();
            let said = format!(
                "{} is being rolled back by execution {}; `branchline status` follows it",
                place.name,
                execution.as_deref().map(short).unwrap_or_default()
            );
            return desk.tell(&deed, &said, terminal);
        }
        Taken::No(refused) => refused,
    };
    // An earlier try of this call may have got through.
    let now = desk.look(entry, terminal)?.unwrap_or_default();
    if let Some(back) = under_way(&now, &target.id, &seen) {
        (deed.outcome, deed.execution) = ("already", Some(back.id.as_str()));
        let said = format!("{} is being rolled back already, by execution {}", place.name, short(&back.id));
        return desk.tell(&deed, &said, terminal);
    }
    Ok(desk.refused(deed, &rollback::refused(&refused, &name), &instead(), terminal))
}

/// The executions that went through the stage that verifies the deploy; `None` where there is no such stage.
fn verified(
    desk: &Desk,
    entry: &Entry,
    place: &Environment,
    seen: &Seen,
    terminal: &mut Terminal,
) -> Result<Option<Vec<Run>>, Exit> {
    let name = StageKind::Verify.stage(&place.name);
    if seen.stages.iter().all(|stage| stage.name != name) {
        return Ok(None);
    }
    desk.wait(executions::good(&desk.here.codepipeline, &entry.pipeline, &name), terminal).map(Some)
}

/// The execution that touched the environment last; asked only where the last one in the stage did not go through it.
fn touched(
    desk: &Desk,
    entry: &Entry,
    stage: &Stage,
    terminal: &mut Terminal,
) -> Result<Option<String>, Exit> {
    if stage.latest.as_ref().is_none_or(|(_, status)| status.is_live() || *status == Status::Succeeded) {
        return Ok(None);
    }
    let is_enough = |all: &[_]| rollback::touched(&stage.name, all).is_some();
    let all = desk.wait(logs::actions(&desk.here, &entry.pipeline, None, is_enough), terminal)?;
    Ok(rollback::touched(&stage.name, &all).map(str::to_owned))
}

/// Whether another execution came to the stage, or to the environment by another pipeline, since it was shown.
fn has_moved(shown: &Seen, now: &Seen, stage: &str, environment: &str) -> bool {
    fn latest<'s>(seen: &'s Seen, stage: &str) -> Option<&'s (String, Status)> {
        seen.stages.iter().find(|one| one.name == stage).and_then(|stage| stage.latest.as_ref())
    }
    let has = |seen: &Seen| seen.deployed.get(environment).map(|has| has.execution.clone());
    latest(shown, stage) != latest(now, stage) || has(shown) != has(now)
}

/// A rollback to this execution that has begun since the pipeline was read first.
fn under_way<'s>(now: &'s Seen, target: &str, before: &Seen) -> Option<&'s Run> {
    now.runs.iter().find(|run| {
        run.target.as_deref() == Some(target) && !before.runs.iter().any(|known| known.id == run.id)
    })
}

fn no_environment(plan: &Plan, named: &str, terminal: &mut Terminal) -> Exit {
    let all = || plan.config.environments.keys().map(String::as_str);
    let help = match meant::nearest(named, all()) {
        Some(near) => format!("is `{near}` meant?"),
        None => format!("the environments are {}", all().collect::<Vec<_>>().join(", ")),
    };
    terminal.error(format_args!("no environment is called `{}`", named.escape_debug()), &help);
    Exit::Usage
}

/// The pipeline whose deploy is rolled back: the one that was named, or the one that deployed last.
fn pipeline<'p>(
    desk: &Desk<'p>,
    place: &Environment,
    named: Option<&str>,
    terminal: &mut Terminal,
) -> Result<&'p Entry, Exit> {
    if let Some(named) = named {
        let entry = desk.entry(named, terminal)?;
        Desk::environment(entry, Some(&place.name), terminal)?;
        return Ok(entry);
    }
    let entering = desk.plan.entering(place);
    let objects: BTreeSet<(String, String)> = entering
        .iter()
        .filter_map(|entry| record::objects(desk.plan, entry, place))
        .map(|(bucket, record, _)| (bucket, record))
        .collect();
    let mut records: Vec<Deployed> = Vec::new();
    for (bucket, key) in &objects {
        records.extend(desk.wait(executions::record(&desk.here, bucket, key), terminal)?);
    }
    let all: Vec<&str> = entering.iter().map(|entry| entry.pipeline.as_str()).collect();
    let (what, help) = match rollback::whose(&all, &records) {
        Whose::One(name) => match entering.iter().find(|entry| entry.pipeline == name) {
            Some(entry) => return Ok(entry),
            None => return Err(Exit::Failed),
        },
        Whose::Several(all) if all.is_empty() => {
            (format!("no pipeline comes to {} now", place.name), "see `branchline map`".to_owned())
        }
        Whose::Several(all) => (
            if records.is_empty() {
                format!("several pipelines deploy to {}, and no record says which did so last", place.name)
            } else {
                format!("several pipelines have deployed to {}, each its own services", place.name)
            },
            format!("name one of them: `--pipeline {}`", all.join("`, `--pipeline ")),
        ),
        Whose::Gone(name) => (
            format!("{} has what {name} deployed, which the map leads there no more", place.name),
            format!(
                "name a pipeline of the map, whose last release is brought back: `--pipeline {}`",
                all.join("`, `--pipeline ")
            ),
        ),
    };
    terminal.error(what, &help);
    Err(Exit::Usage)
}

/// What to do where there is nothing to go back to: the commit that was there before is released anew, by the pipeline that had
/// brought it.
fn instead(entry: &Entry, deployed: Option<&Deployed>, place: &Environment) -> String {
    let before = deployed.and_then(|has| has.before.as_ref().filter(|(_, commit)| *commit != has.commit));
    let (named, commit) = match before {
        Some((pipeline, commit)) => (pipeline.as_str(), Some(commit.as_str())),
        None => (entry.pipeline.as_str(), None),
    };
    rollback::instead(named, commit, record::is_guarded(place))
}

/// What of the database stays: the migrations, the commit that has migrated last, and the files that differ.
fn stays(
    desk: &Desk,
    entry: &Entry,
    place: &Environment,
    (deployed, target): (Option<&Deployed>, &Run),
    root: &Path,
    terminal: &mut Terminal,
) -> Result<Stays, Exit> {
    let migrations: Vec<_> = entry.migrations(place).collect();
    let mut stays = Stays::default();
    if migrations.is_empty() {
        return Ok(stays);
    }
    stays.migrations = migrations.iter().map(|migrate| described(migrate)).collect();
    if let Some((bucket, key)) = record::migrated(desk.plan, entry, place) {
        let noted = desk.wait(executions::record(&desk.here, &bucket, &key), terminal)?;
        stays.migrated = noted.map(|noted| noted.commit);
    }
    let from = stays.migrated.as_deref().or(deployed.map(|has| has.commit.as_str()));
    let have_files = migrations.iter().all(|migrate| !migrate.files.is_empty());
    if let (Some(from), Some(to), true) = (from, target.commit.as_deref(), have_files) {
        let below: Vec<String> = migrations.iter().flat_map(|migrate| migrate.files.clone()).collect();
        stays.files = git::changed(root, from, to, &below).ok().flatten();
    }
    Ok(stays)
}

/// A migration by what it runs.
fn described(migrate: &Migrate) -> String {
    let command = match &migrate.command {
        Command::Shell(line) => plain(line),
        Command::Words(words) => plain(&words.join(" ")),
    };
    format!("of {}: {command}", migrate.service)
}
