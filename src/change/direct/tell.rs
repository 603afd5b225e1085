//! A planning in words, in those of the stacks' plan.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::needs::{Need, WITHOUT};
use super::planned::{Planned, Planning, Verdict};
use super::wanted::Kind;
use crate::change::stack::tell::{difference, line, place, shown};
use crate::document::stacks::Purpose;

/// A planning for people. `all` shows what stays as it is, too, and what is not made by name.
pub fn told(planning: &Planning, needs: &[Need], all: bool) -> String {
    let mut out = String::new();
    for planned in &planning.things {
        if all || planned.verdict != Verdict::Unchanged {
            thing(&mut out, planned);
        }
    }
    for (at, name) in &planning.left {
        line(&mut out, 0, &format!("pipeline {name} ({})", place(at)));
        line(
            &mut out,
            1,
            "is not in the map any more, still starts by itself, and stays until it is deleted",
        );
    }
    if !out.is_empty() {
        out.push('\n');
    }
    // What is needed was there when what stands was made.
    if all || planning.things.iter().any(|one| one.verdict == Verdict::Create) {
        needed(&mut out, needs, all);
    }
    line(&mut out, 0, &summary(planning));
    out
}

fn thing(out: &mut String, planned: &Planned) {
    let what = match &planned.verdict {
        Verdict::Create => "is created".to_owned(),
        Verdict::Update => "is updated".to_owned(),
        Verdict::Unchanged => "stays as it is".to_owned(),
        Verdict::Foreign(None) => "is there, and is of no app of branchline's".to_owned(),
        Verdict::Foreign(Some(app)) => format!("is there, and is of the app `{app}`"),
        Verdict::OfStack(stack) => format!("is there, and belongs to the stack `{stack}`"),
    };
    let (at, kind, name) = planned.thing.key();
    line(out, 0, &format!("{} {name} {what} ({})", kind.word(), place(&at)));
    if kind == Kind::Pipeline && planned.verdict == Verdict::Create {
        line(out, 1, "! AWS starts it as soon as it is made");
    }
    if planned.is_declared_anew() && !planned.running.is_empty() {
        line(out, 1, &format!("! an update stops what runs in it: {}", planned.running.join(", ")));
    }
    planned.what.iter().for_each(|one| difference(out, one));
}

/// What is not made, by its type and with what happens without it.
fn needed(out: &mut String, needs: &[Need], all: bool) {
    if needs.is_empty() {
        return;
    }
    let mut by_kind: BTreeMap<usize, Vec<&Need>> = BTreeMap::new();
    for need in needs {
        let rank = WITHOUT.iter().position(|(kind, _)| *kind == need.kind).unwrap_or(WITHOUT.len());
        by_kind.entry(rank).or_default().push(need);
    }
    line(out, 0, "Not made here. What has to be there, and what happens without it:");
    for (rank, needs) in by_kind {
        let Some(first) = needs.first() else { continue };
        let kind = first.kind.strip_prefix("AWS::").unwrap_or(&first.kind);
        line(out, 1, &format!("{kind} ({})", needs.len()));
        let without =
            WITHOUT.get(rank).map_or("what its template says of it is missing", |(_, without)| *without);
        line(out, 2, without);
        if all {
            for need in needs {
                line(out, 3, need.arn.as_deref().unwrap_or(&need.name));
            }
        }
    }
    out.push('\n');
}

fn summary(planning: &Planning) -> String {
    let counted = Kind::ALL.map(|kind| {
        let of_kind = || planning.things.iter().filter(move |one| one.thing.kind == kind);
        let mut parts = Vec::new();
        let mut part = |is: &dyn Fn(&Verdict) -> bool, words: &str| {
            let number = of_kind().filter(|one| is(&one.verdict)).count();
            if number > 0 {
                parts.push(format!("{number} {words}"));
            }
        };
        part(&|one| *one == Verdict::Create, "to create");
        part(&|one| *one == Verdict::Update, "to update");
        part(&|one| *one == Verdict::Unchanged, "as they should be");
        part(&|one| matches!(one, Verdict::Foreign(_) | Verdict::OfStack(_)), "that are not ours to change");
        if kind == Kind::Pipeline && !planning.left.is_empty() {
            parts.push(format!("{} left over", planning.left.len()));
        }
        let name = if kind == Kind::Project { "Projects" } else { "Pipelines" };
        let parts = if parts.is_empty() { "none".to_owned() } else { parts.join(", ") };
        format!("{name}: {parts}")
    });
    counted.join("\n")
}

/// The same for scripts.
pub fn json(planning: &Planning, needs: &[Need]) -> Value {
    let things = planning.things.iter().map(|planned| {
        let (at, kind, name) = planned.thing.key();
        let (verdict, stack) = match &planned.verdict {
            Verdict::Create => ("create", None),
            Verdict::Update => ("update", None),
            Verdict::Unchanged => ("unchanged", None),
            Verdict::Foreign(_) => ("foreign", None),
            Verdict::OfStack(stack) => ("of a stack", Some(stack)),
        };
        let of = match &planned.thing.stack.purpose {
            Purpose::Base => None,
            Purpose::Environment(name) | Purpose::Pipeline(name) => Some(name),
        };
        json!({
            "kind": kind.word(), "name": name, "of": of, "account": at.account(), "region": at.region(),
            "verdict": verdict, "stack": stack, "changes": shown(&planned.what), "running": planned.running,
        })
    });
    let left = planning.left.iter().map(|(at, name)| {
        json!({ "kind": "pipeline", "name": name, "account": at.account(), "region": at.region() })
    });
    let needs = needs.iter().map(|need| {
        json!({
            "type": need.kind, "name": need.name, "arn": need.arn, "template": need.template,
            "account": need.place.account(), "region": need.place.region(),
        })
    });
    json!({
        "things": things.collect::<Vec<_>>(), "left": left.collect::<Vec<_>>(), "needs": needs.collect::<Vec<_>>(),
    })
}
