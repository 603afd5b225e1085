//! What has to be so before anything is written.

use std::time::Duration;

use serde::Serialize;

use super::super::Exit;
use super::super::aws::failed;
use super::work::Applying;
use crate::change::stack::plan::Verdict;
use crate::change::stack::steps::{self, Consent, Refusal, Step, Why};
use crate::change::stack::submission::BODY;
use crate::document::stacks::Purpose;
use crate::edge::aws::pause::Pause;
use crate::edge::aws::{Aws, Failure, Session, connections};
use crate::edge::terminal::Terminal;
use crate::pipeline::names;
use crate::pipeline::text::Place;

/// Between two messages of what is waited for.
const MINUTE: Duration = Duration::from_mins(1);

/// Lets an apply pass, or tells all that speaks against it. Stacks in which something is under way are waited for if that was asked
/// for.
/// `more` is what speaks against it besides.
pub(super) fn pass(applying: &mut Applying, more: Vec<Held>, terminal: &mut Terminal) -> Result<(), Exit> {
    wait_for_stacks(applying, terminal)?;
    let planning = applying.planning();
    let refusals = steps::refusals(&planning, applying.consent, &applying.waiting);
    let mut told: Vec<Held> = refusals.iter().map(Held::of).collect();
    told.extend(too_long(applying));
    if !steps::work(&planning, Step::Pipelines).is_empty() {
        told.extend(unfinished_connection(applying).map_err(|failure| failed(&failure, terminal))?);
    }
    told.extend(more);
    answer(&told, terminal)
}

/// Tells what holds an apply back, and is the answer to a script.
pub(super) fn answer(told: &[Held], terminal: &mut Terminal) -> Result<(), Exit> {
    if !told.is_empty() && terminal.answers_in_json() {
        // Structs of text are always JSON.
        let json = serde_json::to_value(Refused { refused: told }).unwrap_or_default();
        terminal.result(format_args!("{json:#}\n"));
    }
    tell(told, terminal)
}

/// Something that holds an apply back, as it is told and as scripts are given it.
#[derive(Debug, Serialize)]
pub(super) struct Held {
    /// The stack's name; `None` for what is said of the whole.
    stack: Option<String>,
    account: Option<String>,
    region: Option<String>,
    /// What it is, in one word.
    why: &'static str,
    message: String,
    help: String,
}

/// The answer of an apply that was refused.
#[derive(Serialize)]
struct Refused<'h> {
    refused: &'h [Held],
}

impl Held {
    fn of(refusal: &Refusal) -> Self {
        let why = match refusal.why {
            Why::Foreign(_) => "foreign",
            Why::Claimed(_) => "claimed",
            Why::Busy(_) => "busy",
            Why::Stuck(_) => "stuck",
            Why::Losing(..) => "losing",
            Why::Running(_) => "running",
        };
        Held {
            stack: Some(refusal.stack.clone()),
            account: Some(refusal.place.account().to_owned()),
            region: Some(refusal.place.region().to_owned()),
            why,
            message: refusal.to_string(),
            help: refusal.help(),
        }
    }

    /// Of the whole, and not of one stack of the map.
    pub(super) fn whole(why: &'static str, message: String, help: String) -> Self {
        Held { stack: None, account: None, region: None, why, message, help }
    }
}

/// Tells refusals, if there are any.
pub(super) fn refuse(refusals: &[Refusal], terminal: &mut Terminal) -> Result<(), Exit> {
    let told: Vec<_> = refusals.iter().map(Held::of).collect();
    tell(&told, terminal)
}

pub(super) fn tell(told: &[Held], terminal: &mut Terminal) -> Result<(), Exit> {
    for held in told {
        terminal.error(&held.message, &held.help);
    }
    if told.is_empty() { Ok(()) } else { Err(Exit::Failed) }
}

fn wait_for_stacks(applying: &mut Applying, terminal: &mut Terminal) -> Result<(), Exit> {
    let (mut pause, mut since_told) = (Pause::long(), MINUTE);
    while applying.consent.wait {
        // Executions, too, before anything is written: a base or an environment that changes may take away the project and the role
        // of a migration that is under way.
        let all = Consent { wait: false, ..applying.consent };
        let refusals = steps::refusals(&applying.planning(), all, &applying.waiting);
        let Some(busy) = refusals.iter().find(|refusal| steps::passes(refusal)) else { break };
        if since_told >= MINUTE {
            since_told = Duration::ZERO;
            terminal.message(format_args!("waiting: {busy}\n"));
        }
        since_told += pause.next();
        applying.aws.wait(pause.wait());
        applying.read(terminal)?;
    }
    Ok(())
}

/// Templates that are too long for a request, and that no bucket is known for.
pub(super) fn too_long(applying: &Applying) -> Vec<Held> {
    let planning = applying.planning();
    // An artifact bucket of ours stands as soon as the base stack of its region does.
    let has_base = |at: &Place| {
        let base =
            planning.stacks.iter().find(|one| one.stack.purpose == Purpose::Base && &one.stack.place == at);
        base.is_some_and(|base| base.verdict != Verdict::Create)
    };
    let work = Step::ALL.iter().flat_map(|step| steps::work(&planning, *step));
    let long = work.filter_map(|planned| {
        let submission = applying.submission(planned)?;
        let stack = &planned.stack;
        let lies = applying.bucket(stack);
        let stands = stack.purpose != Purpose::Base
            || has_base(&stack.place)
            || lies.as_ref().is_some_and(|bucket| bucket.owner.is_none());
        if !submission.is_long() || (lies.is_some() && stands) {
            return None;
        }
        let option = match &stack.purpose {
            Purpose::Environment(name) => format!("--template-bucket {name}=NAME"),
            Purpose::Base | Purpose::Pipeline(_) => "--template-bucket NAME".to_owned(),
        };
        Some(Held {
            stack: Some(stack.name.clone()),
            account: Some(stack.place.account().to_owned()),
            region: Some(stack.place.region().to_owned()),
            why: "too_long",
            message: format!(
                "the template of `{}` has {} bytes, and a request takes {BODY}: it has to lie in a bucket of {}",
                stack.name,
                submission.template.len(),
                stack.place
            ),
            help: format!(
                "name one that is there, in that region, with `{option}`: any private bucket will do, such as the one that \
                 the AWS CLI and CDK keep for this"
            ),
        })
    });
    long.collect()
}

/// The connection of the source, where it waits for a person.
fn unfinished_connection(applying: &mut Applying) -> Result<Option<Held>, Failure> {
    let home = applying.plan.home.clone();
    let config = applying.plan.config;
    let exported = || {
        let stacks = applying.found.stacks.get(&home)?;
        let base = stacks.get(&names::base_stack(&config.stem))?;
        base.exports.get(&names::connection_export(&config.stem)).cloned()
    };
    // One that the base stack makes is not there before that.
    let Some(arn) = config.source.connection.clone().or_else(exported) else { return Ok(None) };
    let Applying { aws, session, .. } = applying;
    let waits = unfinished(aws, session, &home, &arn)?;
    Ok(waits.map(|(message, help)| Held::whole("connection", message, help)))
}

/// A connection that waits for a person, or is of no use: in words, and what to do. `home` is where the pipelines are.
pub(in super::super) fn unfinished(
    aws: &Aws,
    session: &mut Session,
    home: &Place,
    arn: &str,
) -> Result<Option<(String, String)>, Failure> {
    let parts: Vec<&str> = arn.split(':').collect();
    let (Some(region), Some(account)) = (parts.get(3), parts.get(4)) else { return Ok(None) };
    // One of another account is that account's to look at.
    if *account != home.account() {
        return Ok(None);
    }
    let place = Place::new(account, region);
    let status = aws.wait(async {
        let client = session.at(&place).await?.codeconnections;
        connections::status(&client, arn).await
    })?;
    Ok(match status.as_deref() {
        Some("AVAILABLE") => None,
        Some("PENDING") => Some((
            format!("the connection to the repository's host waits for a person: {arn}"),
            format!(
                "complete it at {} (\"Update pending connection\"), then apply again: it goes on from here",
                link(&place)
            ),
        )),
        Some(status) => Some((
            format!("the connection to the repository's host is {status}: {arn}"),
            format!("look at it at {}, then apply again", link(&place)),
        )),
        None => Some((
            format!("there is no connection {arn}"),
            "name one that is there under `source.connection`; `aws codeconnections list-connections` lists them"
                .to_owned(),
        )),
    })
}

/// Where connections are completed (Developer Tools console user guide, "Update a pending connection").
fn link(place: &Place) -> String {
    let (region, console) = (place.region(), place.partition().console(place.region()));
    format!("https://{console}/codesuite/settings/connections?region={region}")
}

/// Whether pipelines are still to come and their connection waits for a person, who is then told.
pub(super) fn waits_for_a_person(applying: &mut Applying, terminal: &mut Terminal) -> Result<bool, Exit> {
    if steps::work(&applying.planning(), Step::Pipelines).is_empty() {
        return Ok(false);
    }
    let waits = unfinished_connection(applying).map_err(|failure| failed(&failure, terminal))?;
    Ok(waits.is_some_and(|waits| tell(&[waits], terminal).is_err()))
}
