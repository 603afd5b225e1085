//! What would be deleted, what stays in AWS and how that is deleted for good, in words.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::lost;
use super::{Held, Inside, OtherWhy, Ours, Roll, Sight, kept, shape};
use crate::branch_map::is_of_one_branch;
use crate::document::stacks::Purpose;
use crate::pipeline::text::Place;

/// What would be deleted, a paragraph for each stack. Its columns may be broken at the terminal's width.
pub fn told(sight: &Sight) -> String {
    let mut out = String::new();
    for ours in &sight.chosen {
        stack(&mut out, sight, ours);
    }
    out
}

fn stack(out: &mut String, sight: &Sight, ours: &Ours) {
    let Ours { name, place, standing, .. } = ours;
    let (account, region) = (place.account(), place.region());
    let left = if ours.is_left { ", which the map asks for no more" } else { "" };
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{name} ({account}, {region}): {}{left}", words(sight, ours));
    let nothing = Inside::default();
    let inside = sight.inside(ours).unwrap_or(&nothing);
    let stays = kept::kept(ours, inside);
    let goes = goes(inside, &stays);
    let _ = writeln!(out, "  -  {}", counted(goes.len()));
    let kinds: BTreeSet<&str> = goes.iter().map(|one| one.kind.as_str()).collect();
    for (kind, lost) in kinds.into_iter().filter_map(|kind| Some((kind, lost(kind)?))) {
        let of_kind: Vec<&str> =
            goes.iter().filter(|one| one.kind == kind).map(|one| one.logical.as_str()).collect();
        let _ = writeln!(out, "  -  lost: {lost} ({})", of_kind.join(", "));
    }
    for one in &stays {
        let _ = writeln!(out, "  =  {} stays: the {} {}", one.logical, one.what, one.name);
    }
    if standing.status == "DELETE_FAILED" {
        let _ = writeln!(
            out,
            "  !  it was to be deleted before, and could not be (DELETE_FAILED); it is tried again"
        );
    }
    if standing.status == "DELETE_IN_PROGRESS" {
        let _ = writeln!(out, "  !  it is being deleted already, and is followed to its end");
    }
    for one in inside.resources.iter().filter(|one| one.status == "DELETE_FAILED") {
        let reason = one.reason.as_deref().map_or_else(String::new, |reason| format!(": {reason}"));
        let _ = writeln!(out, "  !  {} ({}) could not be deleted{reason}", one.logical, short(&one.kind));
    }
    out.push('\n');
}

/// What a stack is for.
fn words(sight: &Sight, ours: &Ours) -> String {
    match &ours.purpose {
        Purpose::Base => "what the pipelines share".to_owned(),
        Purpose::Environment(name) => format!("the environment {name}"),
        Purpose::Pipeline(guess) => format!("the pipeline {}", sight.pipeline_of(ours).unwrap_or(guess)),
    }
}

fn counted(number: usize) -> String {
    match number {
        0 => "the stack is deleted; nothing is in it any more".to_owned(),
        1 => "1 resource is deleted".to_owned(),
        many => format!("{many} resources are deleted"),
    }
}

/// The resources that go with their stack.
pub(super) fn goes<'i>(inside: &'i Inside, stays: &[kept::Kept]) -> Vec<&'i Held> {
    let there = inside.resources.iter().filter(|one| one.stands());
    there.filter(|one| !stays.iter().any(|kept| kept.logical == one.logical)).collect()
}

/// A type without AWS's name before it.
fn short(kind: &str) -> &str {
    kind.strip_prefix("AWS::").unwrap_or(kind)
}

/// What stays in AWS when the stacks are gone, with the commands that delete it for good; empty where nothing does. Not to be
/// broken: the commands are there to be copied.
pub fn stays(sight: &Sight) -> String {
    let mut out = String::new();
    let (mut has_bucket, mut has_images) = (false, false);
    let nothing = Inside::default();
    for ours in &sight.chosen {
        for one in kept::kept(ours, sight.inside(ours).unwrap_or(&nothing)) {
            let _ = writeln!(out, "\n{} {} ({})", one.what, one.name, ours.place.account());
            if one.commands.is_empty() {
                let _ = writeln!(out, "  a {}: see the console", short(&one.kind));
            }
            for command in &one.commands {
                let _ = writeln!(out, "  {}", command.replace('\n', "\n  "));
            }
            has_bucket |= one.commands.len() > 1;
            has_images |= one.kind == "AWS::ECR::Repository";
        }
    }
    if out.is_empty() {
        return out;
    }
    let mut after = String::new();
    if has_images {
        after.push_str("\nServices that were deployed pull their images from these repositories, each\ntime a task of theirs starts.\n");
    }
    if has_bucket {
        after.push_str(
            "\nThe first two commands of a bucket are given again until versions.json lists\nnothing.\n",
        );
    }
    format!(
        "What stays in AWS and costs money there. A new stack that makes a bucket or\na repository of the same name fails while \
         it is there. branchline never deletes\nit; who needs it no more deletes it for good:\n{out}{after}"
    )
}

/// Stacks beside those of the app that somebody may take for them.
pub fn others(roll: &Roll) -> String {
    let mut out = String::new();
    for one in &roll.others {
        let why = match &one.why {
            OtherWhy::Foreign(None) => "is not branchline's, and is left alone".to_owned(),
            OtherWhy::Foreign(Some(app)) => format!("is of the app `{app}`, and is left alone"),
            OtherWhy::Unknown => {
                "carries the app's tag and is none of the stacks that are deleted here; it is left alone"
                    .to_owned()
            }
            OtherWhy::Unmade => "is a change set that nobody has carried out; nothing stands".to_owned(),
        };
        let _ = writeln!(out, "{}  ({}, {}) {why}", one.name, one.place.account(), one.place.region());
    }
    out
}

/// How the stacks that the map asks for no more are deleted, for who reads a plan; empty where nothing is left over. `waiting` are
/// the environments that wait for a branch of their rule; `is_sure` says that somebody has told which branches there are.
pub fn left_over(stem: &str, left: &[(Place, String)], waiting: &[&str], is_sure: bool) -> String {
    let (mut pipelines, mut environments, mut bases) = (Vec::new(), Vec::new(), Vec::new());
    let mut branches = Vec::new();
    for (place, name) in left {
        match shape(stem, name, &std::collections::BTreeMap::new()) {
            Some(Purpose::Pipeline(pipeline)) if !is_sure && is_of_one_branch(&pipeline) => {
                branches.push(name.as_str());
            }
            Some(Purpose::Pipeline(_)) => pipelines.push(name.as_str()),
            Some(Purpose::Environment(of)) if !waiting.contains(&of.as_str()) => environments.push(of),
            Some(Purpose::Base) => bases.push(place.region()),
            Some(Purpose::Environment(_)) | None => {}
        }
    }
    let mut out = String::new();
    if !pipelines.is_empty() {
        let _ = writeln!(out, "`branchline apply --prune` would delete {}", pipelines.join(", "));
    }
    if !branches.is_empty() {
        let _ = writeln!(
            out,
            "`branchline apply --prune --remote` would delete those whose branch is gone: {}",
            branches.join(", ")
        );
    }
    for environment in environments {
        let _ = writeln!(
            out,
            "`branchline destroy --environment {environment}` deletes that environment's stack"
        );
    }
    for region in bases {
        let _ = writeln!(out, "`branchline destroy --base={region}` deletes the base stack there");
    }
    out
}
