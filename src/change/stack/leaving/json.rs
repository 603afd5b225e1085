//! The same for scripts.

use serde::Serialize;
use serde_json::Value;

use super::super::lost;
use super::tell::goes;
use super::{Choice, Inside, Ours, Refusal, Sight, kept};
use crate::document::stacks::Purpose;

/// What became of a stack.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Fate {
    /// `deleted`, `failed`, `running`, `refused`, `unanswered` or `left`.
    pub outcome: &'static str,
    /// Its state, where it failed.
    pub status: Option<String>,
    /// What failed first, by its name in the stack.
    pub resource: Option<String>,
    /// AWS's words.
    pub reason: Option<String>,
}

#[derive(Serialize)]
struct Answer<'s> {
    /// Whether nothing was to be written.
    dry_run: bool,
    stacks: Vec<Shown<'s>>,
    /// Stacks that were named and do not stand.
    gone: &'s [String],
    refusals: Vec<Refused<'s>>,
}

#[derive(Serialize)]
struct Shown<'s> {
    name: &'s str,
    kind: &'static str,
    /// The environment's or pipeline's name.
    of: Option<&'s str>,
    account: &'s str,
    region: &'s str,
    /// Its state before.
    status: &'s str,
    /// Whether the map asks for it no more.
    left_over: bool,
    deletes: Vec<Going<'s>>,
    keeps: Vec<Staying>,
    /// What became of it; `null` where nothing was begun.
    result: Option<&'s Fate>,
}

#[derive(Serialize)]
struct Going<'s> {
    resource: &'s str,
    r#type: &'s str,
    name: Option<&'s str>,
    /// What is lost with it.
    lost: Option<&'static str>,
}

#[derive(Serialize)]
struct Staying {
    resource: String,
    r#type: String,
    name: String,
    /// The commands of the AWS CLI that delete it for good.
    commands: Vec<String>,
}

#[derive(Serialize)]
struct Refused<'s> {
    stack: &'s str,
    account: &'s str,
    region: &'s str,
    what: &'static str,
    message: String,
    help: String,
}

/// What would be deleted, or was, and what spoke against it. `fate` tells what became of a stack.
pub fn json<'s>(
    sight: &'s Sight,
    choice: &'s Choice,
    refusals: &'s [Refusal],
    dry_run: bool,
    fate: impl Fn(&Ours) -> Option<&'s Fate>,
) -> Value {
    let stacks = sight.chosen.iter().map(|ours| shown(sight, ours, fate(ours))).collect();
    let refusals = refusals.iter().map(|one| Refused {
        stack: &one.stack,
        account: one.place.account(),
        region: one.place.region(),
        what: one.word(),
        message: one.to_string(),
        help: one.help(),
    });
    let answer = Answer { dry_run, stacks, gone: &choice.gone, refusals: refusals.collect() };
    // Structs of text are always JSON.
    serde_json::to_value(answer).unwrap_or_default()
}

fn shown<'s>(sight: &'s Sight, ours: &'s Ours, result: Option<&'s Fate>) -> Shown<'s> {
    let (kind, of) = match &ours.purpose {
        Purpose::Base => ("base", None),
        Purpose::Environment(name) => ("environment", Some(name.as_str())),
        Purpose::Pipeline(_) => ("pipeline", sight.pipeline_of(ours)),
    };
    let inside = sight.inside(ours);
    let stays = inside.map(|inside| kept::kept(ours, inside)).unwrap_or_default();
    let going = |inside: &'s Inside| -> Vec<Going<'s>> {
        goes(inside, &stays)
            .into_iter()
            .map(|one| Going {
                resource: &one.logical,
                r#type: &one.kind,
                name: one.physical.as_deref(),
                lost: lost(&one.kind),
            })
            .collect()
    };
    Shown {
        name: &ours.name,
        kind,
        of,
        account: ours.place.account(),
        region: ours.place.region(),
        status: &ours.standing.status,
        left_over: ours.is_left,
        deletes: inside.map(going).unwrap_or_default(),
        keeps: stays
            .iter()
            .map(|one| Staying {
                resource: one.logical.clone(),
                r#type: one.kind.clone(),
                name: one.name.clone(),
                commands: one.commands.iter().map(|command| command.replace(" \\\n  ", " ")).collect(),
            })
            .collect(),
        result,
    }
}
