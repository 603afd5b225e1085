//! What `freeze` and `unfreeze` have in common: they look, show, ask, turn, and look again.

use serde::Serialize;

use super::aws::{Credentials, failed};
use super::holding::Holding;
use super::{Exit, load};
use crate::cli::Location;
use crate::config::Environment;
use crate::edge::aws::Failure;
use crate::edge::aws::transitions::{self, Turn};
use crate::edge::terminal::Terminal;
use crate::operate::freeze::told::{after, before, slipped_in};
use crate::operate::freeze::{Door, MARK, Standing, Wish, door, entrance};
use crate::operate::words::Canvas;
use crate::operate::{Seen, short};
use crate::pipeline::Plan;

/// What was asked for.
pub(super) struct Asked<'a> {
    pub(super) command: &'static str,
    pub(super) location: &'a Location,
    pub(super) credentials: &'a Credentials,
    pub(super) environment: &'a str,
    pub(super) wish: Wish,
    pub(super) yes: bool,
    pub(super) json: bool,
}

pub(super) fn run(asked: &Asked, terminal: &mut Terminal) -> Result<Exit, Exit> {
    super::holding::can_ask(asked.command, asked.yes, terminal)?;
    let (_, load::Sound { config, map, specs }) = load::load_sound(asked.location, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let environment = super::holding::environment(&plan, asked.environment, terminal)?;
    let holding = Holding::open(&plan, asked.credentials, terminal)?;
    let look = || doors(&holding, &plan, environment);
    let found = look().map_err(|failure| failed(&failure, terminal))?;
    if found.is_empty() {
        terminal.error(
            format_args!(
                "no pipeline of the map leads to `{}`, in AWS or by branchline.yml: there is nothing to close or to open",
                environment.name
            ),
            "`branchline map` shows where each branch leads",
        );
        return Err(Exit::Failed);
    }
    show(asked, &plan, &found, terminal);
    let work: Vec<&Door> = found.iter().filter(|door| asked.wish.changes(door)).collect();
    if work.is_empty() {
        return Ok(end(asked, &plan, &found, &found, &[], terminal));
    }
    if !asked.yes {
        if !super::holding::agreed("Is this to be done in AWS? (yes/no)", terminal)? {
            return Ok(Exit::Failed);
        }
        // Somebody may have closed or opened one while the question stood; AWS has no call that heeds it.
        let again = look().map_err(|failure| failed(&failure, terminal))?;
        as_shown(asked, &found, &again, terminal)?;
    }
    let close = match &asked.wish {
        Wish::Freeze(reason) => Some(format!("{MARK}{reason}")),
        Wish::Unfreeze { .. } => None,
    };
    let turns: Vec<Turn> = work
        .iter()
        .flat_map(|door| asked.wish.turns(door).into_iter().map(|stage| (&door.pipeline, stage)))
        .map(|(pipeline, stage)| Turn {
            pipeline: pipeline.clone(),
            stage: stage.to_owned(),
            close: close.clone(),
        })
        .collect();
    let names: Vec<String> = turns.iter().map(|turn| turn.pipeline.clone()).collect();
    let turned = holding.aws.wait(transitions::all(&holding.here, turns));
    let turned = turned.map_err(|failure| failed(&failure, terminal))?;
    let failures: Vec<(String, String)> = names
        .into_iter()
        .zip(turned)
        .filter_map(|(name, ended)| ended.err().map(|failure| (name, failure.to_string())))
        .collect();
    // How it stands is not what was asked, but what a second look shows: also of a call whose answer was lost, and of
    // who went in meanwhile.
    let now = look().map_err(|failure| {
        for (name, why) in &failures {
            terminal.error(format_args!("{name}: {why}"), "");
        }
        terminal.error(
            "what became of the pipelines is not known: they were turned, and could not be looked at again",
            "the same command says it, and completes what is left; `branchline status` shows it, too",
        );
        failed(&failure, terminal)
    })?;
    Ok(end(asked, &plan, &found, &now, &failures, terminal))
}

/// Shows what is to be done: beside the answer, where that is for a script.
fn show(asked: &Asked, plan: &Plan, found: &[Door], terminal: &mut Terminal) {
    let look = if asked.json { terminal.messages_look() } else { terminal.results_look() };
    let canvas = Canvas { colour: look.colour, width: look.width, ..super::holding::canvas(terminal) };
    let told = before(asked.environment, &plan.home.to_string(), &asked.wish, found, canvas);
    if asked.json {
        terminal.message(told);
    } else {
        terminal.result(told);
    }
}

/// Ends where a pipeline stands in another way than was shown: that is not what was agreed to.
fn as_shown(asked: &Asked, found: &[Door], again: &[Door], terminal: &mut Terminal) -> Result<(), Exit> {
    let known = |door: &Door| found.iter().any(|shown| door.stands_as(shown));
    let changed: Vec<&str> =
        again.iter().filter(|door| !known(door)).map(|door| door.pipeline.as_str()).collect();
    if changed.is_empty() && again.len() == found.len() {
        return Ok(());
    }
    let what = if changed.is_empty() { String::new() } else { format!(" ({})", changed.join(", ")) };
    terminal.error(
        format_args!("it stands otherwise now than was shown{what}: nothing was done"),
        &format!("look at it, and say so anew: `branchline {} {}`", asked.command, asked.environment),
    );
    Err(Exit::Failed)
}

/// The ways into an environment: of the pipelines that lead there by branchline.yml, and of those of the map that have a stage of it in
/// AWS. A rule from which the environment was taken still leads there until that is applied.
fn doors(holding: &Holding, plan: &Plan, environment: &Environment) -> Result<Vec<Door>, Failure> {
    let all: Vec<&str> = plan.map.entries.iter().map(|entry| entry.pipeline.as_str()).collect();
    let seen = holding.seen(&all)?;
    let entering = plan.entering(environment);
    let leads_there = |name: &str, seen: Option<&Seen>| {
        entering.iter().any(|entry| entry.pipeline == name)
            || seen.is_some_and(|seen| entrance(&seen.stages, &environment.name).is_some())
    };
    let found = all.into_iter().zip(&seen).map(|(name, seen)| (name, seen.as_ref()));
    let (names, seen): (Vec<&str>, Vec<Option<&Seen>>) =
        found.filter(|(name, seen)| leads_there(name, *seen)).unzip();
    let ours = holding.ours(&names)?;
    let all = names.into_iter().zip(seen.into_iter().zip(ours));
    Ok(all.map(|(name, (seen, is_ours))| door(name, &environment.name, seen, is_ours)).collect())
}

/// How a pipeline came to stand, for scripts.
#[derive(Serialize)]
struct Shown<'d> {
    #[serde(flatten)]
    door: &'d Door,
    /// Whether it was turned just now.
    changed: bool,
    /// What AWS said, where it was to be turned and is not.
    failure: Option<String>,
}

/// The answer, for scripts.
#[derive(Serialize)]
struct Answer<'d> {
    environment: &'d str,
    account: &'d str,
    region: &'d str,
    pipelines: Vec<Shown<'d>>,
}

fn end(
    asked: &Asked,
    plan: &Plan,
    found: &[Door],
    now: &[Door],
    failures: &[(String, String)],
    terminal: &mut Terminal,
) -> Exit {
    let shown: Vec<Shown> = found
        .iter()
        .zip(now)
        .map(|(before, door)| {
            let was_work = asked.wish.changes(before);
            let is_met = asked.wish.is_met(door);
            let said = failures.iter().find(|(name, _)| *name == door.pipeline).map(|(_, why)| why.clone());
            let failure = (was_work && !is_met).then(|| {
                said.unwrap_or_else(|| "AWS took the call, and does not show it yet: look again".to_owned())
            });
            Shown { door, changed: was_work && is_met, failure }
        })
        .collect();
    let is_broken = shown.iter().any(|one| one.failure.is_some());
    let is_foreign = now.iter().any(|door| door.standing == Standing::Foreign);
    if asked.json {
        let answer = Answer {
            environment: asked.environment,
            account: plan.home.account(),
            region: plan.home.region(),
            pipelines: shown,
        };
        // Structs of text are always JSON.
        let json = serde_json::to_value(answer).unwrap_or_default();
        terminal.result(format_args!("{json:#}\n"));
    } else {
        tell(asked, found, &shown, terminal);
    }
    if is_broken {
        return Exit::Aws;
    }
    if asked.wish.holds_nobody(now) {
        terminal.error(
            format_args!("nothing is held before `{}`: none of its pipelines could be closed", asked.environment),
            "freeze it once they lead there in AWS; an apply closes what it makes only where another pipeline is frozen already",
        );
        return Exit::Failed;
    }
    if is_foreign { Exit::Failed } else { Exit::Done }
}

fn tell(asked: &Asked, found: &[Door], shown: &[Shown], terminal: &mut Terminal) {
    if shown.iter().all(|one| !one.changed && one.failure.is_none()) {
        let is_so = !asked.wish.holds_nobody(found);
        terminal.result(if is_so { "Nothing is to be done.\n" } else { "Nothing was done.\n" });
        return;
    }
    for one in shown {
        terminal.result(after(&asked.wish, one.door, one.failure.as_deref(), one.changed));
    }
    if let Wish::Freeze(_) = asked.wish {
        for one in shown {
            for guest in slipped_in(found, one.door) {
                let name = short(guest.commit.as_deref().unwrap_or(&guest.execution));
                terminal.result(format_args!(
                    "{}  {name} went in before it was closed, and is in {}\n",
                    one.door.pipeline, guest.stage
                ));
            }
        }
    }
    let environment = asked.environment;
    let next = match &asked.wish {
        _ if shown.iter().any(|one| one.failure.is_some()) => {
            format!(
                "Not all of it was done: the same command completes it. `branchline status` shows how {environment} stands."
            )
        }
        Wish::Freeze(_) => format!(
            "Releases wait before {environment} until `branchline unfreeze {environment}`; `branchline status` shows them."
        ),
        Wish::Unfreeze { .. } => {
            format!("Releases go into {environment} again; `branchline status` shows them.")
        }
    };
    terminal.columns(&format!("{next}\n"));
}
