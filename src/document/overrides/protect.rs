//! What a patch must leave as it is: what keeps a stack in its place, the names by which stacks, policies and later
//! commands find what was made, and the order in which a pipeline asks, migrates and deploys.

use serde_json::Value;

use super::apply;
use crate::config::Override;
use crate::diagnostic::{Finding, shown};
use crate::document::digest;

/// Properties that name a resource: policies of other stacks and `pipeline.json` say the same names.
const NAMES: &[&str] =
    &["Name", "RoleName", "BucketName", "RepositoryName", "LogGroupName", "AliasName", "ConnectionName"];

/// The name of what nothing but its own project needs.
const LOG_GROUP: &str = "LogGroupName";

/// What of an action decides what happens, and when.
const OF_ACTION: &[(&str, &str)] =
    &[("Name", "name"), ("ActionTypeId", "actionTypeId"), ("RunOrder", "runOrder"), ("RoleArn", "roleArn")];

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
        .or_else(|| resources(before, after))
        .or_else(|| exports(before, after))
        .or_else(|| tags(before, after))
        .or_else(|| pipeline(before, after))
}

fn rules(before: &Value, after: &Value) -> Option<Touched> {
    let place = "/Rules/RightPlace";
    (before.pointer(place) != after.pointer(place)).then(|| Touched {
        what: format!("`{place}`"),
        reason: "it keeps the stack out of every other account and region",
        help: "say where the stack belongs under `pipelines` or in the environment",
    })
}

fn resources(before: &Value, after: &Value) -> Option<Touched> {
    let resources = before.get("Resources")?.as_object()?;
    resources.iter().find_map(|(id, resource)| {
        let named = |name: &&str| !resource["Properties"][*name].is_null();
        let Some(now) = after.get("Resources").and_then(|now| now.get(id)) else {
            // What has no name of its own may go; what refers to it is judged by the limits.
            return NAMES.iter().copied().find(named).filter(|name| *name != LOG_GROUP).map(|_| Touched {
                what: format!("that there is a resource {}", shown(id)),
                reason: "policies and other stacks find it by its name",
                help: "change its properties instead; keys of branchline.yml say what is made",
            });
        };
        if now["Type"] != resource["Type"] {
            return Some(Touched {
                what: format!("the type of {}", shown(id)),
                reason: "CloudFormation would delete the one and make the other",
                help: "add the other under a name of its own",
            });
        }
        let name = NAMES.iter().find(|name| resource["Properties"][**name] != now["Properties"][**name])?;
        Some(Touched {
            what: format!("`{name}` of {}", shown(id)),
            reason: "policies and other stacks find it by its name",
            help: "names follow from `app`, the rule's `name` and the environment's",
        })
    })
}

/// Outputs that other stacks import, and parameters that the page's commands give.
fn exports(before: &Value, after: &Value) -> Option<Touched> {
    let differs = |section: &str, key: &str| {
        let entries = before.get(section)?.as_object()?;
        let changed =
            entries.iter().find(|(id, entry)| after[section][id.as_str()].get(key) != entry.get(key))?;
        Some(format!("`{key}` of {}", shown(changed.0)))
    };
    let what = differs("Outputs", "Export").or_else(|| differs("Parameters", "Type"))?;
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

/// Every stage and action stays, in its order, of its type, under its role. Others may be put between them.
fn pipeline(before: &Value, after: &Value) -> Option<Touched> {
    let stages = |value: &Value| {
        let pipeline = value
            .pointer("/Resources/Pipeline/Properties/Stages")
            .or_else(|| value.pointer("/pipeline/stages"));
        pipeline.and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let now = stages(after);
    let mut rest = now.iter();
    for stage in stages(before) {
        let name = either(&stage, "Name", "name");
        let Some(found) = rest.find(|other| either(other, "Name", "name") == name) else {
            return Some(order(format!("the stage {}", shown(name.as_str().unwrap_or_default()))));
        };
        let actions = either(found, "Actions", "actions").as_array();
        let mut others = actions.into_iter().flatten();
        for action in either(&stage, "Actions", "actions").as_array().into_iter().flatten() {
            let is_same = |other: &&Value| {
                OF_ACTION
                    .iter()
                    .all(|(upper, lower)| either(action, upper, lower) == either(other, upper, lower))
            };
            if !others.any(|other| is_same(&other)) {
                let action = either(action, "Name", "name").as_str().unwrap_or_default();
                let stage = name.as_str().unwrap_or_default();
                return Some(order(format!("the action {} of {}", shown(action), shown(stage))));
            }
        }
    }
    None
}

fn order(what: String) -> Touched {
    Touched {
        what,
        reason: "it stands between a commit and an environment: name, type, order and role stay",
        help: "say it with `approval`, `migrate` or `test`, or put a stage of your own beside it",
    }
}

fn either<'a>(value: &'a Value, upper: &str, lower: &str) -> &'a Value {
    value.get(upper).or_else(|| value.get(lower)).unwrap_or(&Value::Null)
}
