//! `branchline override`: lets a release in outside of the window, in the open.

use clap::Args;
use serde::Serialize;

use super::aws::{Credentials, failed};
use super::holding::{self, Holding};
use super::{Exit, act, load};
use crate::branch_map::Entry;
use crate::cli::Location;
use crate::config::Environment;
use crate::edge::aws::{Failure, conditions, executions};
use crate::edge::terminal::Terminal;
use crate::operate::acting::meant;
use crate::operate::freeze::{self, Standing};
use crate::operate::plain;
use crate::operate::short;
use crate::operate::which::{Which, which};
use crate::operate::window::{Held, held, is_lifted, is_meant};
use crate::operate::{Moment, Seen};
use crate::pipeline::Plan;

/// Let a release that waits for an environment's window in, outside of it
///
/// Lifts the condition for that one execution, before the stage where it waits now; the window stays for all others. Shows which release, and
/// asks. AWS keeps no reason: `status` shows that a window was overridden, AWS's trail of calls who did it. docs/freeze.md says what is kept.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The environment
    environment: String,
    /// Why: told with what is done, for the record that you keep
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The pipeline, where several wait: its name, its rule's pattern, or a branch
    #[arg(long, value_name = "WHAT")]
    pipeline: Option<String>,
    /// The execution, where several wait: its id, or how that begins
    #[arg(long, value_name = "ID")]
    execution: Option<String>,
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    credentials: Credentials,
    /// Do it without asking
    #[arg(long)]
    yes: bool,
    /// Print what was done as JSON, for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    holding::can_ask("override", arguments.yes, terminal)?;
    let reason = plain(&arguments.reason);
    if reason.is_empty() {
        terminal.error("the reason says nothing", "say why the window does not hold for this release");
        return Err(Exit::Usage);
    }
    let (_, load::Sound { config, map, specs }) = load::load_sound(&arguments.location, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let place = holding::environment(&plan, &arguments.environment, terminal)?;
    let entries = entries(&plan, place, arguments.pipeline.as_deref(), terminal)?;
    let holding = Holding::open(&plan, &arguments.credentials, terminal)?;
    let looked = look(&holding, place, &entries).map_err(|failure| failed(&failure, terminal))?;
    let is_meant = |held: &&Held| {
        arguments.execution.as_deref().is_none_or(|written| is_meant(&held.execution, written))
    };
    let waiting: Vec<&Held> = looked.held.iter().filter(is_meant).collect();
    let now = holding::canvas(terminal).now;
    let held = match waiting.as_slice() {
        [one] => *one,
        [] => return Err(nobody(place, &looked, terminal)),
        several => return Err(too_many(place, several, now, terminal)),
    };
    if !holding.ours(&[&held.pipeline]).map_err(|failure| failed(&failure, terminal))?.contains(&true) {
        terminal.error(
            format_args!("the pipeline `{}` carries no tag of this app, and is not touched", held.pipeline),
            "branchline changes only what carries `branchline:app` with the app's name",
        );
        return Err(Exit::Failed);
    }
    of_the_branch(&holding, &entries, held, arguments.pipeline.as_deref(), terminal)?;
    let told = before(&plan, place, held, &reason, now);
    if arguments.json {
        terminal.message(told);
    } else {
        terminal.columns(&told);
    }
    if !arguments.yes && !holding::agreed("Is it to be let in now? (yes/no)", terminal)? {
        return Ok(Exit::Failed);
    }
    let asked = conditions::lift(&holding.here, &held.pipeline, &held.stage, &held.execution);
    if let Err(failure) = holding.aws.wait(asked)
        && !was_lifted(&holding, held)
    {
        return Err(refused(&failure, held, place, terminal));
    }
    let next = next(&plan, &entries, held);
    done(arguments, &plan, place, held, &reason, next.as_deref(), terminal);
    Ok(Exit::Done)
}

/// The pipelines that lead there; of these the one that was named.
fn entries<'p>(
    plan: &Plan<'p>,
    place: &Environment,
    named: Option<&str>,
    terminal: &mut Terminal,
) -> Result<Vec<&'p Entry>, Exit> {
    let all = plan.entering(place);
    let Some(name) = named else { return Ok(all.to_vec()) };
    let found: Vec<&Entry> = match which(plan.map, name) {
        Which::One(one) => vec![one],
        Which::Several(several) => several,
        Which::Family(_) | Which::Nothing => Vec::new(),
    };
    let found: Vec<&Entry> =
        all.iter().copied().filter(|entry| found.iter().any(|one| one.pipeline == entry.pipeline)).collect();
    if found.is_empty() {
        let known: Vec<&str> = all.iter().map(|entry| entry.pipeline.as_str()).collect();
        terminal.error(
            format_args!("no pipeline that is called `{}` leads to `{}`", plain(name), place.name),
            &format!("those that do are {}", known.join(", ")),
        );
        return Err(Exit::Usage);
    }
    Ok(found)
}

/// Ends where a branch was named, and the release is not known to be of it: a pipeline of many branches has those of all.
fn of_the_branch(
    holding: &Holding,
    entries: &[&Entry],
    held: &Held,
    named: Option<&str>,
    terminal: &mut Terminal,
) -> Result<(), Exit> {
    let entry = entries.iter().find(|entry| entry.pipeline == held.pipeline);
    let Some((entry, name)) = entry.zip(named).filter(|(entry, name)| meant::branch(entry, name).is_some())
    else {
        return Ok(());
    };
    let trail = executions::trail(&holding.here.codepipeline, &held.pipeline, &held.execution);
    let trail = holding.aws.wait(trail).map_err(|failure| failed(&failure, terminal))?;
    act::is_of_branch(entry, name, trail.branch.as_deref(), terminal)
}

/// Whether AWS shows the condition as lifted for this release though the call seems to have failed: its answer was lost, or an earlier
/// try of it got through and this one found nothing left to lift. Where that cannot be seen, the failure stands.
fn was_lifted(holding: &Holding, held: &Held) -> bool {
    let seen = holding.seen(&[&held.pipeline]).unwrap_or_default();
    seen.iter().flatten().any(|seen| is_lifted(held, seen))
}

/// What was found.
struct Looked {
    held: Vec<Held>,
    /// Pipelines whose way into the environment is closed, which is no window's doing.
    closed: Vec<String>,
}

fn look(holding: &Holding, place: &Environment, entries: &[&Entry]) -> Result<Looked, Failure> {
    let names: Vec<&str> = entries.iter().map(|entry| entry.pipeline.as_str()).collect();
    let seen = holding.seen(&names)?;
    let there = || names.iter().zip(&seen).filter_map(|(name, seen)| Some((*name, seen.as_ref()?)));
    let is_closed = |seen: &Seen| {
        let first = freeze::entrance(&seen.stages, &place.name);
        first.is_some_and(|first| freeze::standing(first.closed.as_ref()) != Standing::Open)
    };
    Ok(Looked {
        held: there().flat_map(|(name, seen)| held(name, &place.name, seen)).collect(),
        closed: there().filter(|(_, seen)| is_closed(seen)).map(|(name, _)| name.to_owned()).collect(),
    })
}

fn nobody(place: &Environment, looked: &Looked, terminal: &mut Terminal) -> Exit {
    let why = if !looked.held.is_empty() {
        "what waits is another execution; `branchline status` shows it".to_owned()
    } else if !looked.closed.is_empty() {
        format!(
            "the way there is closed in {}, which is no window: `branchline unfreeze {}` opens it",
            looked.closed.join(", "),
            place.name
        )
    } else if place.window.is_none() {
        format!("`{}` has no window in branchline.yml", place.name)
    } else {
        "`branchline status` shows what each pipeline waits for".to_owned()
    };
    terminal
        .error(format_args!("no release waits for the window of `{}`: nothing was lifted", place.name), &why);
    Exit::Failed
}

fn too_many(place: &Environment, several: &[&Held], now: Moment, terminal: &mut Terminal) -> Exit {
    terminal.error(
        format_args!(
            "{} releases wait for the window of `{}`: nothing was lifted",
            several.len(),
            place.name
        ),
        "name one, with `--pipeline` or `--execution`",
    );
    for held in several {
        terminal.message(format_args!("  {}  execution {}\n", line(held, now), held.execution));
    }
    Exit::Usage
}

fn line(held: &Held, now: Moment) -> String {
    let commit = short(held.commit.as_deref().unwrap_or(&held.execution));
    let summary = held.summary.as_ref().map(|text| format!(" {text}")).unwrap_or_default();
    let since = held.since.map(|since| format!(", {}", since.lasting(now))).unwrap_or_default();
    format!("{}  {}  {commit}{summary}{since}", held.pipeline, held.stage)
}

fn before(plan: &Plan, place: &Environment, held: &Held, reason: &str, now: Moment) -> String {
    let window = place.window.as_ref().map(|window| format!(" ({})", window.describe())).unwrap_or_default();
    format!(
        "A release is to be let into {} outside of its window{window}: “{reason}”\nIts pipeline is in {}.\n  {}\n  execution {}\n\n",
        place.name,
        plan.home,
        line(held, now),
        held.execution,
    )
}

/// The next stage of the environment that has a window of its own, by the map: it holds the release again, where it is closed then.
fn next(plan: &Plan, entries: &[&Entry], held: &Held) -> Option<String> {
    let entry = entries.iter().find(|entry| entry.pipeline == held.pipeline)?;
    let stages = plan.pipeline(entry).stages;
    let behind = stages.iter().skip_while(|stage| stage.name != held.stage).skip(1);
    let environment = held.stage.split_once('-').map(|(_, name)| name)?;
    let mut guarded = behind
        .filter(|stage| freeze::is_of(&stage.name, environment))
        .filter(|stage| stage.gates.before_entry.is_some());
    guarded.next().map(|stage| stage.name.clone())
}

fn refused(failure: &Failure, held: &Held, place: &Environment, terminal: &mut Terminal) -> Exit {
    let gone = ["ConditionNotOverridableException", "NotLatestPipelineExecutionException"];
    if failure.code.as_deref().is_some_and(|code| gone.contains(&code)) {
        terminal.error(
            format_args!("{} waits before {} no more: {}", short(&held.execution), held.stage, failure.message),
            &format!(
                "the window of {} has opened, or the execution was stopped, meanwhile: see `branchline status`",
                place.name
            ),
        );
        return Exit::Failed;
    }
    failed(failure, terminal)
}

/// What was done, for scripts.
#[derive(Serialize)]
struct Answer<'a> {
    environment: &'a str,
    account: &'a str,
    region: &'a str,
    /// The window by the map, in words.
    window: Option<String>,
    reason: &'a str,
    #[serde(flatten)]
    held: &'a Held,
    /// The stage that has the window once more.
    next: Option<&'a str>,
}

fn done(
    arguments: &Arguments,
    plan: &Plan,
    place: &Environment,
    held: &Held,
    reason: &str,
    next: Option<&str>,
    terminal: &mut Terminal,
) {
    if arguments.json {
        let answer = Answer {
            environment: &place.name,
            account: plan.home.account(),
            region: plan.home.region(),
            window: place.window.as_ref().map(crate::config::Window::describe),
            reason,
            held,
            next,
        };
        // Structs of text are always JSON.
        let json = serde_json::to_value(answer).unwrap_or_default();
        terminal.result(format_args!("{json:#}\n"));
        return;
    }
    let commit = short(held.commit.as_deref().unwrap_or(&held.execution));
    let again = next
        .map(|stage| format!(" Before {stage} the window holds it again, if it is closed then."))
        .unwrap_or_default();
    terminal.columns(&format!(
        "{commit} is let into {}.{again}\nAWS keeps who let it in, in CloudTrail, and not why: keep the reason with the release. `branchline \
         status` shows the window as overridden until another release enters the stage.\n",
        held.stage
    ));
}
