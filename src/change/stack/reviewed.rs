//! A plan that somebody agreed to × the plan of now.

use std::collections::BTreeMap;

use serde_json::Value;

/// What a stack is told by: two accounts may have stacks of one name.
type Key<'v> = [&'v str; 3];

/// The names of the stacks of which the two plans (`plan --json`, docs/json.md) do not say the same, sorted. Which executions run
/// does not count: that they are not stopped is asked for by itself.
pub fn differing(agreed: &Value, now: &Value) -> Vec<String> {
    let (agreed, now) = (stacks(agreed), stacks(now));
    let mut names: Vec<String> = agreed
        .iter()
        .filter(|(key, stack)| now.get(*key) != Some(stack))
        .map(|(key, _)| key)
        .chain(now.keys().filter(|key| !agreed.contains_key(*key)))
        .map(|[name, ..]| (*name).to_owned())
        .collect();
    names.sort();
    names.dedup();
    names
}

fn stacks(plan: &Value) -> BTreeMap<Key<'_>, Value> {
    let items = plan.as_array().map(Vec::as_slice).unwrap_or_default();
    items
        .iter()
        .map(|stack| {
            let mut rest = stack.clone();
            if let Some(members) = rest.as_object_mut() {
                members.remove("running");
            }
            (["name", "account", "region"].map(|member| stack[member].as_str().unwrap_or_default()), rest)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::differing;

    #[test]
    fn only_what_runs_may_differ_from_what_was_reviewed() {
        let stack = |name: &str, verdict: &str, running: &[&str]| json!({"name": name, "account": "1", "region": "r", "verdict": verdict, "running": running});
        let agreed = json!([stack("a", "update", &[]), stack("b", "unchanged", &[])]);
        let now = json!([stack("a", "update", &["e"]), stack("b", "unchanged", &[])]);
        assert!(differing(&agreed, &now).is_empty());
        let changed = json!([stack("a", "create", &[]), stack("c", "left", &[])]);
        assert_eq!(differing(&agreed, &changed), ["a", "b", "c"]);
    }
}
