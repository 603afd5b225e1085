//! Stacks that AWS Copilot made, as the small AWS of `tests/aws/stub` has them.

use serde_json::{Map, Value, json};

/// A stack as it stands: its account and region, its name, its tags without `copilot-`, and what is in it: the name in the template, the
/// type without `AWS::`, and the physical id.
pub fn stack(
    (account, region): (&str, &str),
    name: &str,
    tags: &[(&str, &str)],
    resources: &[(&str, &str, String)],
) -> Value {
    let tags: Map<String, Value> =
        tags.iter().map(|(key, value)| (format!("copilot-{key}"), json!(value))).collect();
    let resources = resources.iter().map(|(logical, kind, physical)| {
        let record = json!({ "type": format!("AWS::{kind}"), "status": "CREATE_COMPLETE", "physical": physical, "at": 1 });
        ((*logical).to_owned(), record)
    });
    json!({
        "id": format!("arn:aws:cloudformation:{region}:{account}:stack/{name}/1"), "name": name, "account": account,
        "region": region, "status": "UPDATE_COMPLETE", "reason": null, "created": 1, "updated": 2, "deleted_at": null,
        "template": "", "parameters": {}, "tags": tags, "capabilities": [], "role": null, "notifications": [],
        "protected": false, "disable_rollback": false, "on_failure": "ROLLBACK", "outputs": {}, "imports": [],
        "resources": resources.collect::<Map<_, _>>(), "events": [], "change_set": null, "work": null,
    })
}

/// Stacks by their ARN, as a region of the state has them.
pub fn by_id(stacks: Vec<Value>) -> Map<String, Value> {
    stacks.into_iter().map(|stack| (stack["id"].as_str().expect("it has one").to_owned(), stack)).collect()
}
