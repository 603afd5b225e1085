//! What CloudFormation itself says would become of a stack: its change set, beside what was compared here.
//!
//! A change set that is only looked at has a name that no apply uses, so that none is deleted that somebody is about to carry out. For a
//! stack that is not there yet it is made under a name that nothing will ever stand under: deleting the stack under review, which
//! such a change set leaves, can then never meet one that an apply has begun.

use serde_json::{Value, json};

use super::plan::{Planned, Planning, Verdict};
use super::steps::{CHANGE_SET, PASSING};
use super::submission::Submission;
use super::{Standing, Verb};
use crate::pipeline::text::Place;

/// What a change set came to. Texts of AWS are without characters that steer a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// What would be done to each resource, in CloudFormation's order.
    Worked(Vec<Foreseen>),
    /// Nothing would change.
    Empty,
    /// CloudFormation could not work it out: its words.
    Refused(String),
    /// It is not known before this stack stands, which is new itself.
    Later(String),
}

/// What CloudFormation would do to a resource. The words are those of its API (`ResourceChange`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Foreseen {
    /// Its name in the stack.
    pub logical: String,
    /// Its type.
    pub kind: String,
    /// `Add`, `Modify`, `Remove`, `Import`, `Dynamic`.
    pub action: String,
    /// Whether another takes its place: `True`, `False`, `Conditional`; for what stays.
    pub replacement: Option<String>,
    /// What becomes of the one that is there: `Delete`, `Retain`, `Snapshot`, `ReplaceAndDelete`, …
    pub policy: Option<String>,
    /// Why.
    pub causes: Vec<Cause>,
}

/// Why a resource would be changed (`ResourceChangeDetail`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// What of the resource: `Properties`, `Tags`, `Metadata`, …
    pub attribute: String,
    /// The property's name.
    pub name: Option<String>,
    /// Whether its change makes the resource anew: `Never`, `Conditionally`, `Always`.
    pub recreation: Option<String>,
    /// Where the change comes from: `DirectModification`, `ResourceReference`, `ParameterReference`, `ResourceAttribute`, …
    pub source: Option<String>,
    /// What it comes from: a parameter, a resource, or a resource's attribute.
    pub entity: Option<String>,
}

/// What CloudFormation would make anew or delete although it carries something that is lost with it: each with its type.
pub fn lost(foreseen: &[Foreseen]) -> Vec<String> {
    let is_lost = |one: &&Foreseen| match one.action.as_str() {
        // What stays says so, one way or the other (`PolicyAction`).
        "Remove" => one.policy.as_deref() != Some("Retain") && !PASSING.contains(&one.kind.as_str()),
        _ => one.replacement.as_deref() == Some("True"),
    };
    let carries = |one: &&Foreseen| super::lost(&one.kind).is_some();
    let lost = foreseen.iter().filter(carries).filter(is_lost);
    lost.map(|one| format!("{} ({})", one.logical, one.kind)).collect()
}

/// What stands between the name of a stack and the digits of the one that is looked at in its place.
const LOOK: &str = "-plan-";
/// Of these digits.
const DIGITS: usize = 8;
/// Characters of a stack's name at most (CloudFormation API reference, `CreateChangeSet`).
const NAME: usize = 128;

fn digits(submission: &Submission) -> String {
    submission.change_set().strip_prefix(CHANGE_SET).unwrap_or_default().to_owned()
}

/// How the names of change sets begin that are only looked at.
pub const LOOKED_AT: &str = "branchline-plan-";

/// The name of a change set that is only looked at: no apply carries out one that is called so.
pub fn change_set(submission: &Submission) -> String {
    format!("{LOOKED_AT}{}", digits(submission))
}

/// The name under which a stack is looked at that is not there yet.
pub fn stand_in(submission: &Submission) -> String {
    let digits = digits(submission);
    let short = digits.get(..DIGITS).unwrap_or_default();
    // Names of stacks are ASCII.
    let room = NAME - LOOK.len() - DIGITS;
    let name = submission.stack.get(..room).unwrap_or(&submission.stack);
    format!("{name}{LOOK}{short}")
}

/// Whether a stack is only looked at, or was until the look was broken off: it is under review or on its way out, and has the name of
/// one of `wanted` with digits behind it, which none of `wanted` has.
pub fn is_look(name: &str, standing: &Standing, wanted: &[&str]) -> bool {
    let is_digits = |text: &str| {
        text.len() == DIGITS && text.bytes().all(|one| one.is_ascii_digit() || (b'a'..=b'f').contains(&one))
    };
    let of = name.rsplit_once(LOOK).filter(|(_, digits)| is_digits(digits)).map(|(of, _)| of);
    let is_ours = |of: &str| {
        wanted.iter().any(|one| *one == of || (one.len() > NAME - LOOK.len() - DIGITS && one.starts_with(of)))
    };
    let is_nothing = standing.is_nothing_yet() || standing.status == "DELETE_IN_PROGRESS";
    is_nothing && !wanted.contains(&name) && of.is_some_and(is_ours)
}

/// The views in words, below a plan's; of the stacks that have one, in their order.
pub fn told(planning: &Planning, views: &[Option<View>]) -> String {
    let mut lines =
        vec![String::new(), "CloudFormation's own view, by change sets that were deleted again:".to_owned()];
    for (planned, view) in planning.stacks.iter().zip(views) {
        if let Some(view) = view {
            let place = &planned.stack.place;
            lines.push(String::new());
            lines.push(format!("{} ({}, {})", planned.stack.name, place.account(), place.region()));
            stack(&mut lines, planned, view);
        }
    }
    if views.iter().all(Option::is_none) {
        lines.push("  no stack would change".to_owned());
    }
    lines.push(String::new());
    lines.join("\n")
}

fn stack(lines: &mut Vec<String>, planned: &Planned, view: &View) {
    match view {
        View::Worked(all) if planned.verdict == Verdict::Create => {
            let new = all.iter().filter(|one| one.action == "Add").count();
            lines.push(format!("  + {new} resources"));
            for one in all.iter().filter(|one| one.action != "Add") {
                resource(lines, planned, one);
            }
        }
        View::Worked(all) => {
            for one in all {
                resource(lines, planned, one);
            }
            for change in &planned.changes {
                if !all.iter().any(|one| one.logical == change.logical) {
                    lines.push(format!("  · {}: no change, otherwise than above", change.logical));
                }
            }
        }
        View::Empty => lines.push("  nothing would change".to_owned()),
        View::Refused(reason) => {
            lines.push(format!("  ! cannot be worked out: {reason}"));
        }
        View::Later(base) => lines.push(format!("  ? not known before `{base}` stands")),
    }
}

fn resource(lines: &mut Vec<String>, planned: &Planned, one: &Foreseen) {
    let (sign, what) = match (one.action.as_str(), one.replacement.as_deref(), one.policy.as_deref()) {
        ("Add", ..) => ("+", "is created"),
        ("Modify", Some("True"), Some("ReplaceAndRetain")) => ("±", "is made anew, and the old one is kept"),
        ("Modify", Some("True"), _) => ("±", "is made anew, and the old one is deleted"),
        ("Modify", Some("Conditional"), _) => ("±", "changes, and may be made anew"),
        ("Modify", ..) => ("~", "changes"),
        ("Remove", _, Some("Retain" | "RetainExceptOnCreate")) => ("-", "leaves the stack and is kept"),
        ("Remove", _, Some("Snapshot")) => ("-", "is deleted, after a snapshot"),
        ("Remove", ..) => ("-", "is deleted"),
        _ => ("?", "may change"),
    };
    let kind = one.kind.strip_prefix("AWS::").unwrap_or(&one.kind);
    lines.push(format!("  {sign} {} ({kind}) {what}", one.logical));
    if !agrees(planned, one) {
        lines.push("      otherwise than above".to_owned());
    }
    let mut causes: Vec<String> = one.causes.iter().map(cause).collect();
    causes.dedup();
    lines.extend(causes.into_iter().map(|cause| format!("      {cause}")));
}

/// Whether the comparison with the stack's template says the same of a resource. Of one that may be made anew it says whether it is.
fn agrees(planned: &Planned, one: &Foreseen) -> bool {
    let ours = planned.changes.iter().find(|change| change.logical == one.logical).map(|change| change.verb);
    match (one.action.as_str(), one.replacement.as_deref()) {
        ("Add", _) => ours == Some(Verb::Create),
        ("Modify", Some("True")) => ours == Some(Verb::Replace),
        ("Modify", Some("Conditional")) => matches!(ours, Some(Verb::Replace | Verb::Update)),
        ("Modify", _) => ours == Some(Verb::Update),
        ("Remove", _) => matches!(ours, Some(Verb::Remove | Verb::Release)),
        _ => false,
    }
}

fn cause(cause: &Cause) -> String {
    let what = match (&cause.name, cause.attribute.as_str()) {
        (Some(name), "Properties") => name.clone(),
        (Some(name), attribute) => format!("{attribute} {name}"),
        (None, attribute) => attribute.to_owned(),
    };
    let entity = cause.entity.as_deref().unwrap_or_default();
    let from = match cause.source.as_deref() {
        Some("DirectModification") => "changed in the template".to_owned(),
        Some("ParameterReference") => format!("follows the parameter {entity}"),
        Some("ResourceReference" | "ResourceAttribute") => format!("follows {entity}"),
        Some(source) => format!("{source} {entity}").trim_end().to_owned(),
        None => "changes".to_owned(),
    };
    let anew = match cause.recreation.as_deref() {
        Some("Always") => ", which makes it anew",
        Some("Conditionally") => ", which may make it anew",
        _ => "",
    };
    format!("{what}: {from}{anew}")
}

/// Adds the views to a plan for scripts, as the member `change_set` of each stack that has one.
pub fn add(json: &mut Value, views: &[Option<View>]) {
    let stacks = json.as_array_mut().into_iter().flatten();
    // What is left over stands behind the stacks of the map, and has none.
    for (stack, view) in stacks.zip(views.iter().map(Some).chain(std::iter::repeat(None))) {
        stack["change_set"] = view.and_then(Option::as_ref).map_or(Value::Null, shown);
    }
}

fn shown(view: &View) -> Value {
    let (state, reason, changes) = match view {
        View::Worked(all) => ("worked_out", None, all.as_slice()),
        View::Empty => ("empty", None, &[][..]),
        View::Refused(reason) => ("refused", Some(reason.clone()), &[][..]),
        View::Later(base) => ("later", Some(format!("not known before `{base}` stands")), &[][..]),
    };
    let changes = changes.iter().map(|one| {
        let causes = one.causes.iter().map(|cause| {
            json!({
                "attribute": cause.attribute, "name": cause.name, "recreation": cause.recreation,
                "source": cause.source, "entity": cause.entity,
            })
        });
        json!({
            "resource": one.logical, "type": one.kind, "action": one.action, "replacement": one.replacement,
            "policy": one.policy, "causes": causes.collect::<Vec<_>>(),
        })
    });
    json!({ "state": state, "reason": reason, "changes": changes.collect::<Vec<_>>() })
}

/// The stacks of `found` that were only looked at and are left over, with their places.
pub fn left_over(found: &super::plan::Found, planning: &Planning) -> Vec<(Place, String)> {
    let mut left = Vec::new();
    for (place, stacks) in &found.stacks {
        let here = planning.stacks.iter().filter(|planned| &planned.stack.place == place);
        let wanted: Vec<&str> = here.map(|planned| planned.stack.name.as_str()).collect();
        let over = stacks
            .iter()
            .filter(|(name, standing)| standing.is_nothing_yet() && is_look(name, standing, &wanted));
        left.extend(over.map(|(name, _)| (place.clone(), name.clone())));
    }
    left
}

#[cfg(test)]
mod tests;
