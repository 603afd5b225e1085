//! The stacks of what keeps the pipelines: in each account the roles and the boundary, and the pipeline that works with them.
//!
//! They are two, since each stands on the other's work: the app's own stacks need the boundary, and the pipeline needs the bucket,
//! the key and the connection of the app's base stack.

use serde::Serialize;

use super::common::{Common, Owner};
use super::policy::{MOST_CHARACTERS, PolicyDocument};
use super::properties::Properties;
use super::template::{Resource, Template};
use super::value::{Kind, Scope, Value};
use crate::config::Config;
use crate::pipeline::bootstrap::{Access, Schedule};
use crate::pipeline::model::Pipeline;

/// A managed policy.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ManagedPolicy {
    managed_policy_name: String,
    description: String,
    policy_document: PolicyDocument,
}

/// A rule of EventBridge's: by the clock, or by an event.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Rule {
    name: String,
    description: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule_expression: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_pattern: Option<Event>,
    targets: [Target; 1],
}

/// That an execution of a pipeline failed (AWS CodePipeline user guide, "Pipeline execution state change events").
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Event {
    source: [&'static str; 1],
    detail_type: [&'static str; 1],
    detail: Detail,
}

#[derive(Debug, Serialize)]
struct Detail {
    pipeline: [String; 1],
    state: [&'static str; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    id: &'static str,
    arn: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<String>,
}

/// The stack of an account's roles and boundaries.
pub fn access(config: &Config, access: &Access) -> Template {
    // No text of it names a key or a connection: neither is there yet.
    let kind = Kind::Environment { stem: &config.stem, has_log_key: false };
    let scope = Scope { at: &access.place, kind };
    let description =
        format!("branchline: the roles that keep the pipelines of {}, and their bounds", config.app);
    let mut template =
        Template::new(description, &access.place).carrying(Common::new(config, Owner::Keeper, None, scope));
    for boundary in &access.boundaries {
        let policy = ManagedPolicy {
            managed_policy_name: boundary.name.clone(),
            description: format!("The most that roles of the pipelines of {} may do", config.app),
            policy_document: PolicyDocument::bounding(&boundary.statements, &boundary.declared, scope),
        };
        template.resource("Boundary", Resource::new(Properties::ManagedPolicy(policy)));
    }
    for (resource, role, description) in &access.roles {
        super::add_role(&mut template, (*resource).to_owned(), role, description.clone(), scope);
    }
    template
}

/// Characters of the longest policy of an account's boundaries that is too long for IAM; `None` where none is.
pub fn too_long(plan: &crate::pipeline::Plan, access: &Access) -> Option<usize> {
    let scope = Scope { at: &access.place, kind: Kind::Document { home: &plan.home } };
    let characters = |boundary: &crate::pipeline::bootstrap::Boundary| {
        let policy = PolicyDocument::bounding(&boundary.statements, &boundary.declared, scope);
        // A policy has no white space in its names, and the text has none besides.
        serde_json::to_string(&policy).map_or(0, |text| text.len())
    };
    access.boundaries.iter().map(characters).filter(|length| *length > MOST_CHARACTERS).max()
}

/// The stack of the pipeline that keeps the others: `expression` says when it runs besides, `topic` who is told when it fails.
pub fn keeper(
    config: &Config,
    pipeline: &Pipeline,
    schedule: &Schedule,
    (expression, topic): (&str, Option<&str>),
) -> Template {
    let home = &pipeline.home;
    let scope = Scope { at: home, kind: Kind::Pipeline { stem: &config.stem } };
    let app = &config.app;
    let description = format!("branchline: keeps the pipelines of {app} as its map asks for");
    let mut template =
        Template::new(description, home).carrying(Common::new(config, Owner::Keeper, None, scope));
    super::pipeline::add(&mut template, config, pipeline, scope);
    let starter = super::add_role(
        &mut template,
        "ScheduleRole".to_owned(),
        &schedule.role,
        format!("EventBridge: starts {}", pipeline.name),
        scope,
    );
    let arn = || scope.value(&home.arn("codepipeline", pipeline.name.as_str()));
    let rule = Rule {
        name: schedule.rule.clone(),
        description: format!("Looks whether AWS is as the map of {app} asks for"),
        state: "ENABLED",
        schedule_expression: Some(expression.to_owned()),
        event_pattern: None,
        targets: [Target { id: "keeper", arn: arn(), role_arn: Some(starter), input: None }],
    };
    template.resource("Schedule", Resource::new(Properties::KeeperRule(Box::new(rule))));
    if let Some(topic) = topic {
        let message = format!(
            "{} failed: AWS is not as the map of {app} asks for, or it could not be told. The log of its last execution says why.",
            pipeline.name
        );
        let rule = Rule {
            name: format!("{}-failed", pipeline.name),
            description: format!("Tells that the pipelines of {app} are not as the map asks for"),
            state: "ENABLED",
            schedule_expression: None,
            event_pattern: Some(Event {
                source: ["aws.codepipeline"],
                detail_type: ["CodePipeline Pipeline Execution State Change"],
                detail: Detail { pipeline: [pipeline.name.clone()], state: ["FAILED"] },
            }),
            targets: [Target {
                id: "topic",
                arn: Value::from(topic),
                role_arn: None,
                input: Some(serde_json::Value::from(message).to_string()),
            }],
        };
        template.resource("Failed", Resource::new(Properties::KeeperRule(Box::new(rule))));
    }
    template
}
