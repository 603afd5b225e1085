//! `pipeline.json`: the same pipeline as the stack's, for `aws codepipeline create-pipeline --cli-input-json`.

use indexmap::IndexMap;
use serde::Serialize;

use super::digest;
use super::trigger::api as trigger;
use crate::config::Config;
use crate::config::raw::RawMode;
use crate::pipeline::model::{Action as ModelAction, Pipeline};
use crate::pipeline::names;
use crate::pipeline::text::{Part, Text};

/// The type of every pipeline: only V2 has triggers by branch.
pub(super) const TYPE: &str = "V2";

/// How executions of one pipeline follow each other, as AWS calls it. AWS's own default drops those that wait.
pub(super) fn mode(mode: RawMode) -> &'static str {
    match mode {
        RawMode::Queued => "QUEUED",
        RawMode::Superseded => "SUPERSEDED",
    }
}

/// Stands for the ARN of the key that the base stack makes; the overview has the command that fills it in.
pub const KEY_PLACEHOLDER: &str = "BRANCHLINE_ARTIFACT_KEY_ARN";

/// Stands for the ARN of the connection that the base stack makes.
pub const CONNECTION_PLACEHOLDER: &str = "BRANCHLINE_CONNECTION_ARN";

/// The whole input of `create-pipeline`.
#[derive(Debug, Serialize)]
pub struct Input {
    pipeline: Declaration,
    tags: [Tag; 2],
}

#[derive(Debug, Serialize)]
struct Tag {
    key: &'static str,
    value: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Declaration {
    name: String,
    role_arn: String,
    artifact_store: ArtifactStore,
    stages: Vec<Stage>,
    execution_mode: &'static str,
    pipeline_type: &'static str,
    triggers: [trigger::Declared; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactStore {
    r#type: &'static str,
    location: String,
    encryption_key: EncryptionKey,
}

#[derive(Debug, Serialize)]
struct EncryptionKey {
    id: String,
    r#type: &'static str,
}

#[derive(Debug, Serialize)]
struct Stage {
    name: String,
    actions: Vec<Action>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    name: String,
    action_type_id: ActionType,
    run_order: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<String>,
    configuration: IndexMap<&'static str, String>,
    input_artifacts: Vec<Artifact>,
    output_artifacts: Vec<Artifact>,
}

#[derive(Debug, Serialize)]
struct ActionType {
    category: &'static str,
    owner: &'static str,
    provider: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize)]
struct Artifact {
    name: &'static str,
}

/// The input for one pipeline. Its tags find it again, and carry the file's digest.
pub fn input(config: &Config, pipeline: &Pipeline) -> Input {
    let fill = |text: &Text| text.resolve(|part| known(config, part));
    let action = |action: &ModelAction| {
        let (category, provider) = action.provider.ids();
        let artifacts = |names: &[&'static str]| names.iter().map(|name| Artifact { name }).collect();
        Action {
            name: action.name.clone(),
            action_type_id: ActionType { category, owner: "AWS", provider, version: "1" },
            run_order: action.run_order,
            namespace: action.namespace,
            role_arn: action.role.as_ref().map(fill),
            configuration: action.configuration.iter().map(|(key, text)| (*key, fill(text))).collect(),
            input_artifacts: artifacts(&action.inputs),
            output_artifacts: artifacts(&action.outputs),
        }
    };
    let stages = pipeline
        .stages
        .iter()
        .map(|stage| Stage { name: stage.name.clone(), actions: stage.actions.iter().map(action).collect() });
    Input {
        pipeline: Declaration {
            name: pipeline.name.clone(),
            role_arn: fill(&Text::role_arn(&pipeline.role.name)),
            artifact_store: ArtifactStore {
                r#type: "S3",
                location: fill(&names::artifact_bucket(&config.app)),
                encryption_key: EncryptionKey { id: KEY_PLACEHOLDER.to_owned(), r#type: "KMS" },
            },
            stages: stages.collect(),
            execution_mode: mode(pipeline.mode),
            pipeline_type: TYPE,
            triggers: [trigger::declared(&pipeline.trigger)],
        },
        tags: [
            Tag { key: "branchline:app", value: config.app.clone() },
            Tag { key: digest::TAG, value: String::new() },
        ],
    }
}

/// What a part stands for outside a stack. Only the partition `aws` is supported so far.
fn known(config: &Config, part: &Part) -> String {
    match part {
        Part::Literal(text) => text.clone(),
        Part::Partition => "aws".to_owned(),
        Part::Region => config.region.clone(),
        Part::Account => config.account.clone(),
        Part::UrlSuffix => "amazonaws.com".to_owned(),
        Part::ArtifactKey => KEY_PLACEHOLDER.to_owned(),
        Part::Connection | Part::ConnectionId => CONNECTION_PLACEHOLDER.to_owned(),
    }
}
