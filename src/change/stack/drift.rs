//! What of a pipeline or a project was changed behind its stack's back.
//!
//! CloudFormation's drift detection does not know pipelines (its user guide, "Resources that support import and drift detection
//! operations"), so what a stack's template says is brought into the form in which `GetPipeline` and `BatchGetProjects` answer, and
//! compared with the answer.

use serde_json::{Map, Value, json};

use super::difference::{Difference, differences};
use super::resolve::Stand;

/// A resource whose declaration AWS tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// Its name in the stack.
    pub logical: String,
    /// Its name in AWS.
    pub name: String,
    /// What the stack's template says of it, in the form of AWS's answer.
    pub says: Value,
}

/// Pipelines.
pub const PIPELINE: &str = "AWS::CodePipeline::Pipeline";
/// Projects.
pub const PROJECT: &str = "AWS::CodeBuild::Project";

/// The resources of one type that a stack declares, as AWS would tell of them. One with a function that nobody here knows is left out.
pub fn declared(stand: &Stand, kind: &str) -> Vec<Declared> {
    let ours = stand.template.resources().iter().filter(|(_, resource)| resource.kind() == kind);
    let declared = ours.filter_map(|(logical, resource)| {
        let mut properties = stand.value(resource.value().get("Properties")?)?;
        // The API has no such members of a declaration; tags are asked for apart.
        for only_of_stacks in ["RestartExecutionOnUpdate", "DisableInboundStageTransitions", "Tags"] {
            properties.as_object_mut()?.shift_remove(only_of_stacks);
        }
        let says = told(&properties, kind);
        Some(Declared { logical: logical.clone(), name: says["name"].as_str()?.to_owned(), says })
    });
    declared.collect()
}

/// The names in AWS of a stack's resources of one type.
pub fn names(stand: &Stand, kind: &str) -> Vec<String> {
    let ours = stand.template.resources().values().filter(|resource| resource.kind() == kind);
    let names = ours.filter_map(|resource| stand.value(resource.value().pointer("/Properties/Name")?));
    names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// What differs between a declaration and what AWS says of it.
pub fn drift(kind: &str, declared: &Declared, actual: &Value) -> Vec<Difference> {
    let mut actual = actual.clone();
    if let Some(members) = actual.as_object_mut() {
        members.retain(|name, _| !MADE_BY_AWS.contains(&name.as_str()));
    }
    differences(&declared.says, &pared(kind, &mut Vec::new(), Some(&declared.says), &actual))
}

/// Members that AWS adds and nobody sets.
const MADE_BY_AWS: [&str; 6] = ["arn", "created", "lastModified", "tags", "version", "publicProjectAlias"];

/// What AWS says of members that were left out, by the last names of their path (API references of CodePipeline and CodeBuild).
const DEFAULTS: [(&str, &str); 13] = [
    ("runOrder", "1"),
    ("executionMode", r#""SUPERSEDED""#),
    ("timeoutInMinutes", "60"),
    ("queuedTimeoutInMinutes", "480"),
    ("projectVisibility", r#""PRIVATE""#),
    ("badge", r#"{"badgeEnabled":false}"#),
    ("cache", r#"{"type":"NO_CACHE"}"#),
    ("encryptionDisabled", "false"),
    ("autoRetryLimit", "0"),
    ("insecureSsl", "false"),
    ("privilegedMode", "false"),
    ("imagePullCredentialsType", r#""CODEBUILD""#),
    // Without its `encryptionDisabled`, which is a default of its own and gone by then.
    ("s3Logs", r#"{"status":"DISABLED"}"#),
];

/// A value of a template in the form of the API: names begin with small letters, and settings of actions are text.
fn told(value: &Value, kind: &str) -> Value {
    let mut told = camel(value);
    if kind == PIPELINE
        && let Some(Value::Array(stores)) = told.get_mut("artifactStores").map(Value::take)
    {
        let by_region = stores.into_iter().filter_map(|mut store| {
            Some((store["region"].as_str()?.to_owned(), store["artifactStore"].take()))
        });
        told["artifactStores"] = Value::Object(by_region.collect());
    }
    told
}

fn camel(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(camel).collect()),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| match name.as_str() {
                    "Configuration" => ("configuration".to_owned(), as_text(value)),
                    "BuildSpec" => ("buildspec".to_owned(), value.clone()),
                    _ => (uncapitalised(name), camel(value)),
                })
                .collect::<Map<_, _>>(),
        ),
        plain => plain.clone(),
    }
}

fn uncapitalised(name: &str) -> String {
    let (first, rest) = name.split_at(name.chars().next().map_or(0, char::len_utf8));
    format!("{}{rest}", first.to_lowercase())
}

/// Settings of an action: a mapping from names, which are AWS's own, to text.
fn as_text(settings: &Value) -> Value {
    let text = |value: &Value| match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(truth) => Value::String(truth.to_string()),
        other => other.clone(),
    };
    match settings {
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), text(value))).collect())
        }
        other => other.clone(),
    }
}

/// What AWS says, without what it says of members that the declaration leaves out.
fn pared(kind: &str, path: &mut Vec<String>, declared: Option<&Value>, actual: &Value) -> Value {
    match actual {
        Value::Object(members) => {
            let mut left = Map::new();
            for (name, value) in members {
                let wanted = declared.and_then(|declared| declared.get(name));
                path.push(name.clone());
                let value = pared(kind, path, wanted, value);
                path.pop();
                if wanted.is_some() || !(is_nothing(&value) || is_default(kind, path, name, &value)) {
                    left.insert(name.clone(), value);
                }
            }
            Value::Object(left)
        }
        Value::Array(items) => {
            let same = |item: &Value| {
                let name = item.get("name")?;
                declared?.as_array()?.iter().find(|other| other.get("name") == Some(name))
            };
            let paired = items.iter().enumerate().map(|(number, item)| {
                let wanted = same(item).or_else(|| declared?.as_array()?.get(number));
                pared(kind, path, wanted, item)
            });
            Value::Array(paired.collect())
        }
        plain => plain.clone(),
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

fn is_default(kind: &str, path: &[String], name: &str, value: &Value) -> bool {
    // A project's key for what it puts out, where none is said: AWS's own for S3.
    if kind == PROJECT && path.is_empty() && name == "encryptionKey" {
        return value.as_str().is_some_and(|key| key.ends_with(":alias/aws/s3"));
    }
    // A variable that says no type is one in the open.
    if kind == PROJECT && name == "type" && path.iter().any(|step| step == "environmentVariables") {
        return *value == json!("PLAINTEXT");
    }
    DEFAULTS.iter().any(|(of, default)| {
        *of == name && serde_json::from_str::<Value>(default).is_ok_and(|it| it == *value)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::{Standing, Template};
    use super::*;
    use crate::pipeline::text::Place;

    const PIPELINE_STACK: &str = "
Resources:
  Role: { Type: AWS::IAM::Role, Properties: { RoleName: shop-release-pipeline, Path: /ci/ } }
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: shop-release
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: { Type: S3, Location: !Sub 'shop-${AWS::AccountId}', EncryptionKey: { Id: !ImportValue shop-key, Type: KMS } }
      Stages:
        - Name: Deploy
          Actions:
            - Name: api
              ActionTypeId: { Category: Deploy, Owner: AWS, Provider: ECS, Version: '1' }
              Configuration: { ClusterName: shop, DeploymentTimeout: 20 }
      Tags: [{ Key: a, Value: b }]
";

    fn drifted(change: impl Fn(&mut Value)) -> Vec<String> {
        let template = Template::read(PIPELINE_STACK).expect("sound");
        let (standing, place) = (Standing::default(), Place::new("111122223333", "eu-west-1"));
        let exports = BTreeMap::from([("shop-key".to_owned(), "arn:key".to_owned())]);
        let stand = Stand { template: &template, standing: &standing, place: &place, exports: &exports };
        let declared = declared(&stand, PIPELINE).remove(0);
        let mut actual = json!({
            "name": "shop-release", "version": 7, "pipelineType": null,
            "roleArn": "arn:aws:iam::111122223333:role/ci/shop-release-pipeline",
            "artifactStore": { "type": "S3", "location": "shop-111122223333", "encryptionKey": { "id": "arn:key", "type": "KMS" } },
            "stages": [{ "name": "Deploy", "actions": [{
                "name": "api", "runOrder": 1, "inputArtifacts": [], "outputArtifacts": [],
                "actionTypeId": { "category": "Deploy", "owner": "AWS", "provider": "ECS", "version": "1" },
                "configuration": { "ClusterName": "shop", "DeploymentTimeout": "20" },
            }] }],
        });
        change(&mut actual);
        drift(PIPELINE, &declared, &actual).into_iter().map(|one| one.path).collect()
    }

    #[test]
    fn what_aws_adds_by_itself_is_no_drift() {
        assert_eq!(drifted(|_| {}), [""; 0]);
    }

    #[test]
    fn what_aws_tells_of_a_project_that_says_little_is_no_drift() {
        let says =
            json!({ "name": "shop-build", "logsConfig": { "cloudWatchLogs": { "status": "ENABLED" } } });
        let declared = Declared { logical: "Build".to_owned(), name: "shop-build".to_owned(), says };
        let mut actual = json!({
            "name": "shop-build", "arn": "arn:x", "created": 1, "timeoutInMinutes": 60, "cache": { "type": "NO_CACHE", "modes": [] },
            "badge": { "badgeEnabled": false }, "encryptionKey": "arn:aws:kms:eu-west-1:111122223333:alias/aws/s3", "autoRetryLimit": 0,
            "logsConfig": {
                "cloudWatchLogs": { "status": "ENABLED" }, "s3Logs": { "status": "DISABLED", "encryptionDisabled": false },
            },
        });
        assert_eq!(drift(PROJECT, &declared, &actual), []);
        actual["logsConfig"]["s3Logs"]["status"] = json!("ENABLED");
        assert_eq!(drift(PROJECT, &declared, &actual).len(), 1);
    }

    #[test]
    fn what_a_hand_changed_added_or_took_away_is_told_by_name() {
        let setting = |actual: &mut Value| {
            actual["stages"][0]["actions"][0]["configuration"]["ClusterName"] = json!("other");
        };
        assert_eq!(drifted(setting), ["stages › Deploy › actions › api › configuration › ClusterName"]);
        let added = |actual: &mut Value| {
            actual["stages"].as_array_mut().expect("a list").push(json!({ "name": "Extra", "actions": [] }));
        };
        assert_eq!(drifted(added), ["stages › Extra"]);
        let order = |actual: &mut Value| actual["stages"][0]["actions"][0]["runOrder"] = json!(2);
        assert_eq!(drifted(order), ["stages › Deploy › actions › api › runOrder"]);
        let gone = |actual: &mut Value| {
            _ = actual["artifactStore"].as_object_mut().expect("one").remove("encryptionKey");
        };
        assert_eq!(drifted(gone), ["artifactStore › encryptionKey"]);
    }
}
