//! A pipeline's stack: its role, its projects, what they keep, and the pipeline itself.

use serde::Serialize;

use super::common::{Common, Owner};
use super::properties::Properties;
use super::template::{Resource, Template};
use super::value::{Kind, Scope, Value};
use crate::config::{Config, Event};
use crate::document::declaration::cloudformation::{
    self as declaration, DeclaredStage, DeclaredStore, DeclaredVariable,
};
use crate::document::trigger::cloudformation as trigger;
use crate::document::{buildspec_files, codepipeline};
use crate::pipeline::model::Pipeline;
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
    artifact_store: Option<DeclaredStore<Value>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    artifact_stores: Vec<RegionalStore>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    variables: Vec<DeclaredVariable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    triggers: Option<[trigger::Declared; 1]>,
    stages: Vec<DeclaredStage<Value>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct RegionalStore {
    artifact_store: DeclaredStore<Value>,
    region: Value,
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
    add(&mut template, config, pipeline, scope);
    template
}

/// Adds what belongs to a pipeline, and itself.
pub(super) fn add(template: &mut Template, config: &Config, pipeline: &Pipeline, scope: Scope) {
    for at in &pipeline.regions {
        template.parameter(
            names::artifact_key_parameter(at.region()),
            "The ARN of the artifact key of another region, which that region's base stack puts out as ArtifactKeyArn.",
            super::key::arn_pattern(config, at.region()),
            super::key::ARN_WANTED,
        );
    }
    let whom = format!("CodePipeline: {}", pipeline.name);
    let role_arn = super::add_role(template, "PipelineRole".to_owned(), &pipeline.role, whom, scope);
    for one in &pipeline.repositories {
        template.resource(one.stem.clone(), super::repository::resource(one, scope));
    }
    for project in &pipeline.projects {
        let project = buildspec_files::in_stack(&config.buildspecs, &pipeline.name, project);
        super::project::add(template, config, &project, &pipeline.name, scope);
    }
    let store = |at: &Place| {
        declaration::store(scope.value(&artifacts::bucket(config, at)), scope.value(&at.artifact_key()))
    };
    let fill = |text: &Text| scope.value(text);
    let setting = |key: &'static str, text: &Text| setting(pipeline, key, text, scope);
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
        variables: pipeline.variables.iter().map(declaration::variable).collect(),
        triggers: pipeline
            .starter
            .is_none()
            .then(|| [trigger::declared(&pipeline.trigger, &pipeline.further_triggers)]),
        stages: pipeline.stages.iter().map(|stage| declaration::stage(stage, fill, setting)).collect(),
    };
    template.resource("Pipeline", Resource::new(Properties::Pipeline(Box::new(properties))));
    if let Some(starter) = &pipeline.starter {
        super::starter::add(template, pipeline, starter, scope);
    }
}

/// A setting of an action. A project of this very stack is referred to, so that CloudFormation makes it before the pipeline.
fn setting(pipeline: &Pipeline, key: &str, text: &Text, scope: Scope) -> Value {
    let own = pipeline.projects.iter().find(|project| {
        key == "ProjectName" && matches!(text.parts(), [Part::Literal(name)] if *name == project.name)
    });
    own.map_or_else(|| scope.value(text), |project| Value::reference(format!("{}Project", project.stem())))
}
