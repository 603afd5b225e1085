//! A pipeline's stack: its role, its projects, and the pipeline itself.

use serde::Serialize;

use super::properties::{Properties, Settings};
use super::template::{Resource, Template};
use super::value::{Scope, Value};
use crate::config::{Config, Event};
use crate::document::codepipeline;
use crate::document::trigger::cloudformation as trigger;
use crate::pipeline::model::{Action as ModelAction, Pipeline};
use crate::pipeline::names;
use crate::pipeline::text::{Part, Text};

/// The properties of a pipeline.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PipelineProperties {
    name: String,
    pipeline_type: &'static str,
    execution_mode: &'static str,
    role_arn: Value,
    artifact_store: ArtifactStore,
    triggers: [trigger::Declared; 1],
    stages: Vec<Stage>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ArtifactStore {
    r#type: &'static str,
    location: Value,
    encryption_key: EncryptionKey,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct EncryptionKey {
    id: Value,
    r#type: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Stage {
    name: String,
    actions: Vec<Action>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Action {
    name: String,
    action_type_id: ActionType,
    run_order: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<Value>,
    #[serde(skip_serializing_if = "Settings::is_empty")]
    configuration: Settings,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    input_artifacts: Vec<Artifact>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    output_artifacts: Vec<Artifact>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ActionType {
    category: &'static str,
    owner: &'static str,
    provider: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Artifact {
    name: &'static str,
}

/// The stack of one pipeline.
pub fn pipeline(config: &Config, pipeline: &Pipeline) -> Template {
    let app = &config.app;
    let scope = Scope::Pipeline { app };
    let description = match pipeline.trigger.event {
        Event::Push => format!("branchline: what happens when {} of {app} moves", pipeline.pattern),
        Event::Tag => format!("branchline: what happens when a tag of {app} is made, by {}", pipeline.rule),
        Event::PullRequest => {
            format!("branchline: what happens on pull requests to {app}, by {}", pipeline.rule)
        }
    };
    let mut template = Template::new(description, &config.account, &config.region);
    template.resource(
        "PipelineRole",
        super::role(&pipeline.role, format!("CodePipeline: {}", pipeline.name), scope),
    );
    for project in &pipeline.projects {
        super::project::add(&mut template, project, &pipeline.name, scope);
    }
    let properties = PipelineProperties {
        name: pipeline.name.clone(),
        pipeline_type: codepipeline::TYPE,
        execution_mode: codepipeline::mode(pipeline.mode),
        role_arn: Value::attribute("PipelineRole", "Arn"),
        artifact_store: ArtifactStore {
            r#type: "S3",
            location: scope.value(&names::artifact_bucket(app)),
            encryption_key: EncryptionKey { id: scope.value(&Text::part(Part::ArtifactKey)), r#type: "KMS" },
        },
        triggers: [trigger::declared(&pipeline.trigger)],
        stages: pipeline
            .stages
            .iter()
            .map(|stage| Stage {
                name: stage.name.clone(),
                actions: stage.actions.iter().map(|one| action(pipeline, one, scope)).collect(),
            })
            .collect(),
    };
    template.resource("Pipeline", Resource::new(Properties::Pipeline(Box::new(properties))));
    template
}

fn action(pipeline: &Pipeline, action: &ModelAction, scope: Scope) -> Action {
    let (category, provider) = action.provider.ids();
    let artifacts = |names: &[&'static str]| names.iter().map(|name| Artifact { name }).collect();
    let setting = |(key, text): &(&'static str, Text)| {
        // A project of this very stack is referred to, so that CloudFormation makes it before the pipeline.
        let own = pipeline.projects.iter().find(|project| {
            *key == "ProjectName" && matches!(text.parts(), [Part::Literal(name)] if *name == project.name)
        });
        let value = own.map_or_else(
            || scope.value(text),
            |project| Value::reference(format!("{}Project", project.kind.stem())),
        );
        (*key, value)
    };
    Action {
        name: action.name.clone(),
        action_type_id: ActionType { category, owner: "AWS", provider, version: "1" },
        run_order: action.run_order,
        namespace: action.namespace,
        role_arn: action.role.as_ref().map(|role| scope.value(role)),
        configuration: action.configuration.iter().map(setting).collect(),
        input_artifacts: artifacts(&action.inputs),
        output_artifacts: artifacts(&action.outputs),
    }
}
