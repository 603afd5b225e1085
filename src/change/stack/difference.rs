//! What differs between two values, told by the names of things and not by their numbers in a list.

use serde_json::Value;

/// One thing that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Where: `Stages › Deploy-dev › api › Configuration › ClusterName`, below a resource's properties.
    pub path: String,
    /// What is there; `None` where nothing is.
    pub before: Option<Value>,
    /// What should be; `None` where nothing should be.
    pub after: Option<Value>,
}

/// Stands between the names of a path. No name of AWS's has one.
pub(super) const STEP: &str = " › ";

/// Members by which the items of a list are told from one another, the first that all items of both lists have.
const NAMES: [&str; 9] = ["Name", "name", "PolicyName", "Sid", "Key", "key", "Id", "ParameterName", "Type"];

impl Difference {
    /// The first name of its path: a property.
    pub fn first(&self) -> &str {
        self.path.split(STEP).next().unwrap_or_default()
    }
}

/// Everything that differs, in the order of what should be, what goes at the end of each mapping or list. Of resources the step
/// `Properties` is left out.
pub fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(&mut found, &mut Vec::new(), before, after);
    found
}

fn compare<'v>(found: &mut Vec<Difference>, path: &mut Vec<&'v str>, before: &'v Value, after: &'v Value) {
    match (before, after) {
        _ if before == after => {}
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in new {
                step(found, path, key, old.get(key), Some(value));
            }
            for (key, value) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
                step(found, path, key, Some(value), None);
            }
        }
        (Value::Array(old), Value::Array(new)) => match (named(old, new), named(new, old)) {
            (Some(old), Some(new)) => {
                for (name, value) in &new {
                    let was = old.iter().find(|(other, _)| other == name).map(|(_, value)| *value);
                    step(found, path, name, was, Some(value));
                }
                for (name, value) in old.iter().filter(|(name, _)| new.iter().all(|(other, _)| other != name))
                {
                    step(found, path, name, Some(value), None);
                }
                // The same things in another order: of stages and of shell commands that is all the difference.
                let order = |these: &[(&'v str, &'v Value)],
                             those: &[(&'v str, &'v Value)]|
                 -> Vec<&'v str> {
                    let both = these.iter().filter(|(name, _)| those.iter().any(|(other, _)| other == name));
                    both.map(|(name, _)| *name).collect()
                };
                let (was, is) = (order(&old, &new), order(&new, &old));
                if was != is {
                    push(found, path, Some(&Value::from(was)), Some(&Value::from(is)));
                }
            }
            _ => items(found, path, (before, old), (after, new)),
        },
        _ => push(found, path, Some(before), Some(after)),
    }
}

/// Lists whose items have no names: what came and what went, where the rest stands in its order; else the whole of both.
fn items(
    found: &mut Vec<Difference>,
    path: &[&str],
    (before, old): (&Value, &[Value]),
    (after, new): (&Value, &[Value]),
) {
    let gone: Vec<&Value> = old.iter().filter(|item| !new.contains(item)).collect();
    let come: Vec<&Value> = new.iter().filter(|item| !old.contains(item)).collect();
    let stays = |list: &[Value], other: &[Value]| -> Vec<Value> {
        list.iter().filter(|item| other.contains(item)).cloned().collect()
    };
    if stays(old, new) != stays(new, old) || stays(new, old).is_empty() {
        return push(found, path, Some(before), Some(after));
    }
    for item in gone {
        push(found, path, Some(item), None);
    }
    for item in come {
        push(found, path, None, Some(item));
    }
}

fn step<'v>(
    found: &mut Vec<Difference>,
    path: &mut Vec<&'v str>,
    name: &'v str,
    before: Option<&'v Value>,
    after: Option<&'v Value>,
) {
    // One word less in every line; no property of a resource is called so.
    let is_shown = !(path.is_empty() && name == "Properties");
    if is_shown {
        path.push(name);
    }
    match (before, after) {
        (Some(before), Some(after)) => compare(found, path, before, after),
        (before, after) => push(found, path, before, after),
    }
    if is_shown {
        path.pop();
    }
}

fn push(found: &mut Vec<Difference>, path: &[&str], before: Option<&Value>, after: Option<&Value>) {
    found.push(Difference { path: path.join(STEP), before: before.cloned(), after: after.cloned() });
}

/// The items of a list by name, where each has one and no two the same.
fn named<'v>(list: &'v [Value], other: &[Value]) -> Option<Vec<(&'v str, &'v Value)>> {
    let has =
        |list: &[Value], member: &str| list.iter().all(|item| item.get(member).is_some_and(Value::is_string));
    let member = NAMES.into_iter().find(|member| has(list, member) && has(other, member))?;
    let names: Vec<(&str, &Value)> =
        list.iter().filter_map(|item| Some((item.get(member)?.as_str()?, item))).collect();
    let mut distinct: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
    distinct.sort_unstable();
    distinct.dedup();
    (distinct.len() == list.len() && !list.is_empty()).then_some(names)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(before: &Value, after: &Value) -> Vec<String> {
        let text = |value: Option<Value>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
        let all = differences(before, after).into_iter();
        all.map(|one| format!("{}: {} → {}", one.path, text(one.before), text(one.after))).collect()
    }

    #[test]
    fn stages_and_actions_are_told_by_name() {
        let stages = |timeout: u32, names: &[&str]| {
            let stages = names.iter().map(|name| {
                json!({ "Name": name, "Actions": [{ "Name": "api", "Configuration": { "DeploymentTimeout": timeout } }] })
            });
            json!({ "Type": "AWS::CodePipeline::Pipeline", "Properties": { "Stages": stages.collect::<Vec<_>>() } })
        };
        assert_eq!(
            told(&stages(20, &["Source", "Deploy-dev"]), &stages(30, &["Source", "Deploy-dev"])),
            [
                "Stages › Source › Actions › api › Configuration › DeploymentTimeout: 20 → 30",
                "Stages › Deploy-dev › Actions › api › Configuration › DeploymentTimeout: 20 → 30",
            ]
        );
        assert_eq!(
            told(&stages(20, &["A", "B", "C"]), &stages(20, &["C", "A"]))
                .iter()
                .map(|one| one.split(':').next().unwrap_or_default())
                .collect::<Vec<_>>(),
            ["Stages › B", "Stages"]
        );
    }

    #[test]
    fn lists_without_names_are_told_whole_and_so_are_those_with_one_name_twice() {
        assert_eq!(told(&json!({ "a": [1, 2] }), &json!({ "a": [2, 1] })), ["a: [1,2] → [2,1]"]);
        let twice = json!([{ "Name": "x", "v": 1 }, { "Name": "x", "v": 2 }]);
        assert_eq!(told(&json!([{ "Name": "x", "v": 1 }]), &twice).len(), 1);
    }

    #[test]
    fn what_came_and_went_in_a_list_without_names_is_told_item_by_item() {
        assert_eq!(told(&json!({ "a": [1, 2, 3] }), &json!({ "a": [1, 3, 4] })), ["a: 2 → -", "a: - → 4"]);
        assert_eq!(told(&json!([1]), &json!([2])), [": [1] → [2]"]);
    }

    #[test]
    fn nothing_differs_from_itself() {
        let value = json!({ "a": [{ "Name": "x" }], "b": { "c": null } });
        assert_eq!(differences(&value, &value), []);
    }
}
