//! A planning in words.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value};

use super::difference::STEP;
use super::plan::{Planned, Planning, Verdict};
use super::{Change, Difference, Verb, lost};
use crate::document::stacks::Purpose;
use crate::pipeline::text::Place;

/// Lines that are shown of one value that has many: a buildspec.
const LINES: usize = 12;
/// Characters that are shown of one that has no lines.
const LONGEST: usize = 70;
/// Columns that a line has at most, where no name is longer.
const WIDTH: usize = 80;

/// A planning for people. `all` shows the stacks that stay as they are, too.
pub fn told(planning: &Planning, all: bool) -> String {
    let mut out = String::new();
    for planned in &planning.stacks {
        let is_quiet = planned.verdict == Verdict::Unchanged && planned.drift.is_empty();
        if all || !is_quiet {
            stack(&mut out, planned);
        }
    }
    for (place, name) in &planning.left {
        line(
            &mut out,
            0,
            &format!("{name}  {place}: is not in the map any more, and stays until it is deleted"),
        );
    }
    line(&mut out, 0, &summary(planning));
    out
}

/// An account and a region, as they stand behind a name.
pub(in crate::change) fn place(place: &Place) -> String {
    format!("{}, {}", place.account(), place.region())
}

/// A line, so many steps to the right.
pub(in crate::change) fn line(out: &mut String, depth: usize, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{:1$}{text}", "", 2 * depth);
}

fn stack(out: &mut String, planned: &Planned) {
    let what = match &planned.verdict {
        Verdict::Create => "is created".to_owned(),
        Verdict::Update => "is updated".to_owned(),
        Verdict::Unchanged if planned.drift.is_empty() => "stays as it is".to_owned(),
        Verdict::Unchanged => "stays as it is, and does not undo what was changed by hand".to_owned(),
        Verdict::Stuck(status) => format!("cannot be updated: {status}"),
        Verdict::Busy(status) => format!("is busy: {status}"),
        Verdict::Foreign(None) => "is there, and is of no app of branchline's".to_owned(),
        Verdict::Foreign(Some(app)) => format!("is there, and is of the app `{app}`"),
    };
    line(out, 0, &format!("{} {what} ({})", planned.stack.name, place(&planned.stack.place)));
    if !planned.running.is_empty() && planned.verdict == Verdict::Update && touches_pipeline(planned) {
        line(out, 1, &format!("! an update stops what runs in it: {}", planned.running.join(", ")));
    }
    for (name, before, after) in &planned.parameters {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        line(out, 1, &format!("~ parameter {name}: {} → {}", shown(before), shown(after)));
    }
    if planned.is_unread {
        line(out, 1, "? what would change cannot be told: its template is none that branchline reads");
    }
    // Of a new stack its resources are a list that says little.
    if planned.verdict == Verdict::Create {
        line(out, 1, &format!("+ {} resources", planned.changes.len()));
    } else {
        planned.changes.iter().for_each(|one| change(out, one));
    }
    for (name, what) in &planned.drift {
        line(out, 1, &format!("≠ {name} was changed by hand"));
        for one in what {
            difference(out, one);
        }
    }
    out.push('\n');
}

/// Whether the pipeline itself is changed: CodePipeline stops what runs only then.
fn touches_pipeline(planned: &Planned) -> bool {
    planned.changes.iter().any(|one| one.kind == super::drift::PIPELINE)
}

fn change(out: &mut String, change: &Change) {
    let Change { logical, kind, verb, what } = change;
    let (sign, words) = match verb {
        Verb::Create => ("+", "is created"),
        Verb::Update => ("~", "changes"),
        Verb::Replace => ("±", "is made anew, and the one that is there is deleted"),
        Verb::Remove => ("-", "is deleted"),
        Verb::Release => ("-", "leaves the stack and is kept"),
    };
    line(out, 1, &format!("{sign} {logical} ({}) {words}", kind.strip_prefix("AWS::").unwrap_or(kind)));
    if matches!(verb, Verb::Replace | Verb::Remove)
        && let Some(lost) = lost(kind)
    {
        line(out, 3, &format!("lost with it: {lost}"));
    }
    for one in what {
        difference(out, one);
    }
}

/// One thing that differs.
pub(in crate::change) fn difference(out: &mut String, difference: &Difference) {
    let path = if difference.path.is_empty() { "all of it" } else { &difference.path };
    match (&difference.before, &difference.after) {
        (Some(Value::String(before)), Some(Value::String(after)))
            if before.contains('\n') || after.contains('\n') =>
        {
            steps(out, path);
            lines(out, before, after);
        }
        (before, after) => {
            let shown = |value: &Option<Value>| value.as_ref().map(short);
            let (before, after) = (shown(before), shown(after));
            let nothing = || "nothing".to_owned();
            let whole = format!(
                "{path}: {} → {}",
                before.clone().unwrap_or_else(nothing),
                after.clone().unwrap_or_else(nothing)
            );
            if whole.chars().count() + 6 <= WIDTH {
                return line(out, 3, &whole);
            }
            steps(out, path);
            for (sign, text) in [("-", before), ("+", after)] {
                if let Some(text) = text {
                    line(out, 4, &format!("{sign} {text}"));
                }
            }
        }
    }
}

/// A path on a line of its own, or on as many as it takes: none but a name that is longer than that leaves the width.
fn steps(out: &mut String, path: &str) {
    let mut written = String::new();
    for step in path.split(STEP) {
        if !written.is_empty() && written.chars().count() + step.chars().count() + 10 > WIDTH {
            line(out, 3, &format!("{written} ›"));
            written = format!("  {step}");
        } else if written.is_empty() {
            written.push_str(step);
        } else {
            written.extend([STEP, step]);
        }
    }
    line(out, 3, &format!("{written}:"));
}

/// What differs between two texts of lines, its first lines.
fn lines(out: &mut String, before: &str, after: &str) {
    let diff = similar::TextDiff::from_lines(before, after);
    let changed = diff.iter_all_changes().filter(|one| one.tag() != similar::ChangeTag::Equal);
    let changed: Vec<String> =
        changed.map(|one| format!("{}{}", one.tag(), one.value().trim_end())).collect();
    for text in changed.iter().take(LINES) {
        line(out, 4, text);
    }
    if changed.len() > LINES {
        line(out, 4, &format!("… and {} more lines", changed.len() - LINES));
    }
}

fn short(value: &Value) -> String {
    let text = match value {
        Value::Object(members) => match sole_text(members) {
            Some(text) => text.to_owned(),
            None => return named(members).unwrap_or_else(|| clipped(&value.to_string())),
        },
        other => other.to_string(),
    };
    clipped(&text)
}

/// A stage by its actions, an action by its provider.
fn named(members: &Map<String, Value>) -> Option<String> {
    let member = |names: [&str; 2]| names.into_iter().find_map(|name| members.get(name));
    if let Some(actions) = member(["Actions", "actions"]).and_then(Value::as_array) {
        let names =
            actions.iter().filter_map(|action| action.get("Name").or_else(|| action.get("name"))?.as_str());
        return Some(format!("a stage with {}", names.collect::<Vec<_>>().join(", ")));
    }
    let kind = member(["ActionTypeId", "actionTypeId"])?;
    let provider = kind.get("Provider").or_else(|| kind.get("provider"))?.as_str()?;
    Some(format!("an action of {provider}"))
}

/// The text of a function over a text: an ARN reads better without what fills it in.
fn sole_text(members: &Map<String, Value>) -> Option<&str> {
    let (function, text) = members.iter().next().filter(|_| members.len() == 1)?;
    (function == "Fn::Sub").then(|| text.as_str())?
}

fn clipped(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(LONGEST).collect::<String>())
}

fn summary(planning: &Planning) -> String {
    let count = |is: &dyn Fn(&Planned) -> bool| planning.stacks.iter().filter(|one| is(one)).count();
    let mut parts = Vec::new();
    let mut part = |number: usize, words: &str| {
        if number > 0 {
            parts.push(format!("{number} {words}"));
        }
    };
    part(count(&|one| one.verdict == Verdict::Create), "to create");
    part(count(&|one| one.verdict == Verdict::Update), "to update");
    part(count(&|one| one.verdict == Verdict::Unchanged), "as they should be");
    part(
        count(&|one| matches!(one.verdict, Verdict::Stuck(_) | Verdict::Busy(_) | Verdict::Foreign(_))),
        "that cannot be changed now",
    );
    part(count(&|one| !one.drift.is_empty()), "with changes made by hand");
    part(planning.left.len(), "left over");
    format!("Stacks: {}", parts.join(", "))
}

/// The same for scripts.
#[derive(Serialize)]
struct Shown<'p> {
    name: &'p str,
    kind: &'static str,
    /// The environment's or pipeline's name.
    of: Option<&'p str>,
    account: &'p str,
    region: &'p str,
    verdict: &'static str,
    status: Option<&'p str>,
    changes: Vec<ShownChange<'p>>,
    drift: Vec<ShownDrift<'p>>,
    running: &'p [String],
    /// Whether nobody knows what would change.
    unread: bool,
}

#[derive(Serialize)]
struct ShownChange<'p> {
    resource: &'p str,
    r#type: &'p str,
    verb: &'static str,
    what: Vec<ShownDifference<'p>>,
}

#[derive(Serialize)]
struct ShownDrift<'p> {
    name: &'p str,
    what: Vec<ShownDifference<'p>>,
}

#[derive(Serialize)]
pub(in crate::change) struct ShownDifference<'p> {
    path: &'p str,
    before: &'p Option<Value>,
    after: &'p Option<Value>,
}

/// A planning for scripts: a list of the stacks in their order, those that are left over behind them.
pub fn json(planning: &Planning) -> Value {
    let stacks = planning.stacks.iter().map(|planned| {
        let (kind, of) = match &planned.stack.purpose {
            Purpose::Base => ("base", None),
            Purpose::Environment(name) => ("environment", Some(name.as_str())),
            Purpose::Pipeline(name) => ("pipeline", Some(name.as_str())),
        };
        let (verdict, status) = verdict(&planned.verdict);
        Shown {
            name: &planned.stack.name,
            kind,
            of,
            account: planned.stack.place.account(),
            region: planned.stack.place.region(),
            verdict,
            status,
            changes: planned.changes.iter().map(shown_change).collect(),
            drift: planned.drift.iter().map(|(name, what)| ShownDrift { name, what: shown(what) }).collect(),
            running: &planned.running,
            unread: planned.is_unread,
        }
    });
    let left = planning.left.iter().map(|(place, name)| Shown {
        name,
        kind: "left",
        of: None,
        account: place.account(),
        region: place.region(),
        verdict: "left",
        status: None,
        changes: Vec::new(),
        drift: Vec::new(),
        running: &[],
        unread: false,
    });
    // Structs of text and numbers are always JSON.
    serde_json::to_value(stacks.chain(left).collect::<Vec<_>>()).unwrap_or_default()
}

fn verdict(verdict: &Verdict) -> (&'static str, Option<&str>) {
    match verdict {
        Verdict::Create => ("create", None),
        Verdict::Update => ("update", None),
        Verdict::Unchanged => ("unchanged", None),
        Verdict::Stuck(status) => ("stuck", Some(status)),
        Verdict::Busy(status) => ("busy", Some(status)),
        Verdict::Foreign(_) => ("foreign", None),
    }
}

fn shown_change(change: &Change) -> ShownChange<'_> {
    let verb = match change.verb {
        Verb::Create => "create",
        Verb::Update => "update",
        Verb::Replace => "replace",
        Verb::Remove => "remove",
        Verb::Release => "release",
    };
    ShownChange { resource: &change.logical, r#type: &change.kind, verb, what: shown(&change.what) }
}

/// What differs, for scripts.
pub(in crate::change) fn shown(what: &[Difference]) -> Vec<ShownDifference<'_>> {
    what.iter()
        .map(|one| ShownDifference { path: &one.path, before: &one.before, after: &one.after })
        .collect()
}
