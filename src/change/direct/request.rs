//! What AWS is sent, as JSON in the form of its API.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::wanted::{Kind, Thing};
use crate::change::stack::Difference;

/// The body of `CreateProject` or `CreatePipeline`.
pub fn creation(thing: &Thing) -> Value {
    let tags = tags(&thing.tags);
    match thing.kind {
        Kind::Project => {
            let mut body = thing.declared.says.clone();
            body["tags"] = tags;
            body
        }
        Kind::Pipeline => json!({ "pipeline": thing.declared.says, "tags": tags }),
    }
}

/// The body of `UpdateProject` or `UpdatePipeline` for a thing of which AWS says `actual`, and which has the tags `has`.
///
/// `UpdatePipeline` takes the whole structure (CodePipeline API reference). `UpdateProject` leaves alone what it is not told, so
/// what stands and is not wanted is told by the value that takes it away ([`taken_away`]). Its tags are "an updated list": those
/// that others have given are sent again, or they would be lost.
pub fn update(thing: &Thing, actual: &Value, has: &BTreeMap<String, String>) -> Value {
    if thing.kind == Kind::Pipeline {
        return json!({ "pipeline": thing.declared.says });
    }
    let mut body = thing.declared.says.clone();
    let said = |name: &str| body.get(name).is_some();
    let gone: Vec<(&str, Value)> = taken_away()
        .into_iter()
        .filter(|(_, told_as, _)| !said(told_as))
        .filter(|(name, _, nothing)| actual.get(name).is_some_and(|value| is_something(value, nothing)))
        .map(|(_, told_as, nothing)| (told_as, nothing))
        .collect();
    for (name, nothing) in gone {
        body[name] = nothing;
    }
    // Members of a structure that is told are replaced as a whole; a list in it is told all the same, so that nothing hangs on that.
    if let Some(Value::Object(environment)) = body.get_mut("environment") {
        environment.entry("environmentVariables").or_insert_with(|| json!([]));
    }
    if actual.pointer("/logsConfig/s3Logs/status").is_some_and(|status| status == "ENABLED")
        && let Some(Value::Object(logs)) = body.get_mut("logsConfig")
    {
        logs.entry("s3Logs").or_insert_with(|| json!({ "status": "DISABLED", "encryptionDisabled": false }));
    }
    let mut all: BTreeMap<String, String> = has
        .iter()
        .filter(|(name, _)| !name.starts_with("aws:"))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    all.extend(thing.tags.clone());
    body["tags"] = tags(&all);
    body
}

/// Of what AWS still says otherwise after a request, what it was told in so many words. What is left may be a setting of AWS's that is
/// newer than this program, and is no fault.
pub fn not_taken(body: &Value, kept: Vec<Difference>) -> Vec<Difference> {
    let told =
        |name: &str| body.get(name).is_some() || (name == "badge" && body.get("badgeEnabled").is_some());
    kept.into_iter().filter(|one| one.after.is_some() || told(&one.path)).collect()
}

/// The body of `TagResource` for a pipeline.
pub fn tagging(thing: &Thing, arn: &str) -> Value {
    json!({ "resourceArn": arn, "tags": tags(&thing.tags) })
}

/// Settings of a project that an update without them leaves as they are: their name in what AWS tells, their name in a request, and the
/// value that takes them away. `concurrentBuildLimit`: CodeBuild API reference, `UpdateProject`. `vpcConfig`: an empty one, as reported
/// for CloudFormation, which leaves it out and so keeps the old (coverage roadmap, 445). The others are the values of which AWS tells where
/// nothing was set. Whether AWS took one away is seen in its answer.
fn taken_away() -> [(&'static str, &'static str, Value); 12] {
    [
        ("vpcConfig", "vpcConfig", json!({})),
        ("concurrentBuildLimit", "concurrentBuildLimit", json!(-1)),
        ("cache", "cache", json!({ "type": "NO_CACHE" })),
        ("secondarySources", "secondarySources", json!([])),
        ("secondarySourceVersions", "secondarySourceVersions", json!([])),
        ("secondaryArtifacts", "secondaryArtifacts", json!([])),
        ("fileSystemLocations", "fileSystemLocations", json!([])),
        ("buildBatchConfig", "buildBatchConfig", json!({})),
        ("autoRetryLimit", "autoRetryLimit", json!(0)),
        ("sourceVersion", "sourceVersion", json!("")),
        ("description", "description", json!("")),
        ("badge", "badgeEnabled", json!(false)),
    ]
}

fn is_something(value: &Value, nothing: &Value) -> bool {
    let is_empty = match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => {
            members.is_empty() || members.get("badgeEnabled") == Some(&Value::Bool(false))
        }
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    !is_empty && value != nothing
}

fn tags(tags: &BTreeMap<String, String>) -> Value {
    let pair = |(key, value): (&String, &String)| {
        Value::Object(Map::from_iter([
            ("key".to_owned(), Value::from(key.as_str())),
            ("value".to_owned(), Value::from(value.as_str())),
        ]))
    };
    Value::Array(tags.iter().map(pair).collect())
}
