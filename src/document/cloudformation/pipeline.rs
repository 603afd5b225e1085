//! A pipeline's stack: its role, its projects, what they keep, and the pipeline itself.

use serde::Serialize;

use super::common::{Common, Owner};
use super::properties::{Properties, Settings};
use super::template::{Resource, Template};
use super::value::{Kind, Scope, Value};
use crate::config::{Config, Event};
use crate::document::conditions::cloudformation as conditions;
use crate::document::trigger::cloudformation as trigger;
use crate::document::{buildspec_files, codepipeline};
use crate::pipeline::model::{Action as ModelAction, Input, Pipeline};
use crate::pipeline::text::{Part, Place, Text};
use crate::pipeline::{artifacts, names};

/// The properties of a pipeline.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PipelineProperties {
    name: String,
    pipeline_type: &'static str,
    execution_mode: &'static str,
    role_arn: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    artifact_store: Option<ArtifactStore>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    artifact_stores: Vec<RegionalStore>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    variables: Vec<Variable>,
    triggers: [trigger::Declared; 1],
    stages: Vec<Stage>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Variable {
    name: &'static str,
    default_value: &'static str,
    description: &'static str,
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
struct RegionalStore {
    artifact_store: ArtifactStore,
    region: Value,
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
    #[serde(flatten)]
    conditions: conditions::Declared<Value>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Action {
    name: String,
    action_type_id: ActionType,
    run_order: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_in_minutes: Option<u32>,
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
    let scope = Scope { at: &pipeline.home, kind: Kind::Pipeline { stem: &config.stem } };
    let description = match pipeline.trigger.event {
        Event::Push => format!("branchline: what happens when {} of {app} moves", pipeline.pattern),
        Event::Tag => format!("branchline: what happens when a tag of {app} is made, by {}", pipeline.rule),
        Event::PullRequest => {
            format!("branchline: what happens on pull requests to {app}, by {}", pipeline.rule)
        }
    };
    let boundary = config.permission_boundary.as_deref();
    let common = Common::new(config, Owner::Pipeline(&pipeline.name), boundary, scope);
    let mut template = Template::new(description, &pipeline.home).carrying(common);
    for at in &pipeline.regions {
        template.parameter(
            names::artifact_key_parameter(at.region()),
            "The ARN of the artifact key of another region, which that region's base stack puts out as ArtifactKeyArn.",
            super::key::arn_pattern(config, at.region()),
            super::key::ARN_WANTED,
        );
    }
    let whom = format!("CodePipeline: {}", pipeline.name);
    let role_arn = super::add_role(&mut template, "PipelineRole".to_owned(), &pipeline.role, whom, scope);
    for one in &pipeline.repositories {
        template.resource(one.stem.clone(), super::repository::resource(one, scope));
    }
    for project in &pipeline.projects {
        let project = buildspec_files::in_stack(&config.buildspecs, &pipeline.name, project);
        super::project::add(&mut template, config, &project, &pipeline.name, scope);
    }
    let store = |at: &Place| ArtifactStore {
        r#type: "S3",
        location: scope.value(&artifacts::bucket(config, at)),
        encryption_key: EncryptionKey { id: scope.value(&at.artifact_key()), r#type: "KMS" },
    };
    // With actions in other regions, all stores stand in one list, the pipeline's own region among them.
    let (artifact_store, artifact_stores) = if pipeline.regions.is_empty() {
        (Some(store(&pipeline.home)), Vec::new())
    } else {
        let all = std::iter::once(&pipeline.home).chain(&pipeline.regions);
        let regional =
            |at| RegionalStore { artifact_store: store(at), region: scope.value(&at.region_text()) };
        (None, all.map(regional).collect())
    };
    let properties = PipelineProperties {
        name: pipeline.name.clone(),
        pipeline_type: codepipeline::TYPE,
        execution_mode: codepipeline::mode(pipeline.mode),
        role_arn,
        artifact_store,
        artifact_stores,
        variables: pipeline.variables.iter().map(variable).collect(),
        triggers: [trigger::declared(&pipeline.trigger)],
        stages: pipeline
            .stages
            .iter()
            .map(|stage| Stage {
                name: stage.name.clone(),
                actions: stage.actions.iter().map(|one| action(pipeline, one, scope)).collect(),
                conditions: conditions::declared(&stage.gates, |text| scope.value(text)),
            })
            .collect(),
    };
    template.resource("Pipeline", Resource::new(Properties::Pipeline(Box::new(properties))));
    template
}

fn variable(input: &Input) -> Variable {
    let Input { name, default, description } = *input;
    Variable { name, default_value: default, description }
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
            |project| Value::reference(format!("{}Project", project.stem())),
        );
        (*key, value)
    };
    Action {
        name: action.name.clone(),
        action_type_id: ActionType { category, owner: "AWS", provider, version: "1" },
        run_order: action.run_order,
        namespace: action.namespace.clone(),
        region: action.region.clone(),
        role_arn: action.role.as_ref().map(|role| scope.value(role)),
        timeout_in_minutes: action.provider.timeout(),
        configuration: action.configuration.iter().map(setting).collect(),
        input_artifacts: artifacts(&action.inputs),
        output_artifacts: artifacts(&action.outputs),
    }
}
