//! What starts a pipeline on CodeCommit: a rule of EventBridge's, and the role with which it does (AWS CodePipeline user guide,
//! "CodeCommit source actions and EventBridge").

use serde::Serialize;

use super::properties::Properties;
use super::template::{Resource, Template};
use super::value::{Scope, Value};
use crate::pipeline::model::{Pipeline, Starter};

/// A rule of EventBridge's on the account's own event bus.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Rule {
    name: String,
    description: String,
    state: &'static str,
    event_pattern: Pattern,
    targets: [Target; 1],
}

/// That a branch was made or moved (AWS CodeCommit user guide, "Monitoring CodeCommit events": `referenceCreated` and
/// `referenceUpdated`). A text of a pattern is compared as it is, so nothing in a branch's name stands for anything else
/// (Amazon EventBridge user guide, "Comparison operators").
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Pattern {
    source: [&'static str; 1],
    detail_type: [&'static str; 1],
    resources: [Value; 1],
    detail: Detail,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    event: [&'static str; 2],
    reference_type: [&'static str; 1],
    reference_name: [String; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    id: &'static str,
    arn: Value,
    role_arn: Value,
}

/// Adds the rule and its role to the stack of a pipeline.
pub(super) fn add(template: &mut Template, pipeline: &Pipeline, starter: &Starter, scope: Scope) {
    let whom = format!("EventBridge: starts {}", pipeline.name);
    let role_arn = super::add_role(template, "StartRole".to_owned(), &starter.role, whom, scope);
    let rule = Rule {
        name: starter.name.clone(),
        description: format!("Starts {} when its branch moves", pipeline.name),
        state: "ENABLED",
        event_pattern: Pattern {
            source: ["aws.codecommit"],
            detail_type: ["CodeCommit Repository State Change"],
            resources: [scope.value(&starter.repository)],
            detail: Detail {
                event: ["referenceCreated", "referenceUpdated"],
                reference_type: ["branch"],
                reference_name: [starter.branch.clone()],
            },
        },
        targets: [Target {
            id: "pipeline",
            arn: scope.value(&pipeline.home.arn("codepipeline", pipeline.name.as_str())),
            role_arn,
        }],
    };
    template.resource("StartRule", Resource::new(Properties::StartRule(Box::new(rule))));
}
