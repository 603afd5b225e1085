//! What a patch must leave as it is: what keeps a stack in its place, the names by which stacks, policies and later
//! commands find what was made, and the order in which a pipeline asks, migrates and deploys.
//!
//! What is not named here may be changed. `resources.rs` has the list for the resources of stacks, `pipeline.rs` that for
//! a pipeline in its stack and in `pipeline.json`.

mod pipeline;
mod resources;

use serde_json::Value;

use super::apply;
use crate::config::Override;
use crate::diagnostic::{Finding, shown};
use crate::document::digest;

/// What a patch changed that it must not.
struct Touched {
    what: String,
    reason: &'static str,
    help: &'static str,
}

/// The finding for a patch that touches what protects, at the operation that does it first.
pub(super) fn judge(before: &Value, after: &Value, one: &Override) -> Option<Finding> {
    let touched = touched(before, after)?;
    let holds = |count: &usize| {
        let mut value = before.clone();
        let applied =
            one.operations[..*count].iter().all(|operation| apply::apply(&mut value, operation).is_ok());
        applied && self::touched(before, &value).is_none()
    };
    // Found by halves: a patch may have thousands of operations.
    let counts: Vec<usize> = (1..=one.operations.len()).collect();
    let culprit = one.operations.get(counts.partition_point(holds));
    let place = culprit.map_or(one.place, |operation| operation.path_place);
    Some(
        Finding::error("BL226", place, format!("an override may not change {}", touched.what))
            .because(touched.reason)
            .help(touched.help),
    )
}

fn touched(before: &Value, after: &Value) -> Option<Touched> {
    rules(before, after)
        .or_else(|| macros(before, after))
        .or_else(|| pipeline::judge(before, after))
        .or_else(|| resources::judge(before, after))
        .or_else(|| exports(before, after))
        .or_else(|| tags(before, after))
}

fn rules(before: &Value, after: &Value) -> Option<Touched> {
    let place = "/Rules/RightPlace";
    (before.pointer(place) != after.pointer(place)).then(|| Touched {
        what: format!("`{place}`"),
        reason: "it keeps the stack out of every other account and region",
        help: "say where the stack belongs under `pipelines` or in the environment",
    })
}

/// A macro makes another template of this one in the account, where nothing here is judged any more.
fn macros(before: &Value, after: &Value) -> Option<Touched> {
    (counted(before) < counted(after)).then(|| Touched {
        what: "what CloudFormation reads: `Transform` hands the stack to a macro".to_owned(),
        reason: "a macro may change anything, and no check sees what it makes",
        help: "write what the macro would make into the patch",
    })
}

/// How many macros a template names.
fn counted(value: &Value) -> usize {
    let mut values = vec![value];
    let mut count = usize::from(value.get("Transform").is_some());
    while let Some(value) = values.pop() {
        match value {
            Value::Array(items) => values.extend(items),
            Value::Object(object) => {
                count += usize::from(object.contains_key("Fn::Transform"));
                values.extend(object.values());
            }
            _ => {}
        }
    }
    count
}

/// Outputs that other stacks import, and parameters that the page's commands give.
fn exports(before: &Value, after: &Value) -> Option<Touched> {
    let differs = |section: &str, key: &str| {
        let entries = before.get(section)?.as_object()?;
        let changed =
            entries.iter().find(|(id, entry)| after[section][id.as_str()].get(key) != entry.get(key))?;
        Some(format!("`{key}` of {}", shown(changed.0)))
    };
    // Pipelines take the key and the connection from what the base puts out.
    let mut of_outputs = ["Export", "Value", "Condition"].iter();
    let what =
        of_outputs.find_map(|key| differs("Outputs", key)).or_else(|| differs("Parameters", "Type"))?;
    Some(Touched {
        what,
        reason: "stacks find each other by it",
        help: "add an output or a parameter of your own beside it",
    })
}

/// Tags of branchline's own; in JSON one of them carries the digest, and has to be the last.
fn tags(before: &Value, after: &Value) -> Option<Touched> {
    let own = |list: &Value| -> Vec<Value> {
        let is_own = |tag: &&Value| {
            let key = either(tag, "Key", "key").as_str().unwrap_or_default();
            key.to_lowercase().starts_with("branchline:")
        };
        list.as_array().into_iter().flatten().filter(is_own).cloned().collect()
    };
    let of_resources = before.get("Resources").and_then(Value::as_object).into_iter().flatten();
    let mut pairs = of_resources.filter_map(|(id, resource)| {
        let now = after["Resources"].get(id)?;
        Some((&resource["Properties"]["Tags"], &now["Properties"]["Tags"]))
    });
    let differs =
        pairs.any(|(tags, now)| own(tags) != own(now)) || own(&before["tags"]) != own(&after["tags"]);
    let last = |value: &Value| value["tags"].as_array()?.last()?.get("key").cloned();
    let is_spoilt = last(before).is_some_and(|key| key == digest::TAG) && last(after) != last(before);
    (differs || is_spoilt).then(|| Touched {
        what: "the tags that begin with `branchline:`".to_owned(),
        reason: "branchline finds what it has made by its own tags",
        help: "put tags of your own before them, or write them under `tags`",
    })
}

fn either<'a>(value: &'a Value, upper: &str, lower: &str) -> &'a Value {
    value.get(upper).or_else(|| value.get(lower)).unwrap_or(&Value::Null)
}
