//! `pipeline.json`: the same pipeline as the stack's, for `aws codepipeline create-pipeline --cli-input-json`.

use indexmap::IndexMap;
use serde::Serialize;

use super::cloudformation::common::Owner;
use super::declaration::api::{self as declaration, DeclaredStage, DeclaredStore, DeclaredVariable};
use super::trigger::api as trigger;
use super::{cloudformation, digest};
use crate::config::Config;
use crate::config::raw::RawMode;
use crate::pipeline::artifacts;
use crate::pipeline::model::Pipeline;
use crate::pipeline::text::{Part, Place, Text};

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

/// What stands for the ARN of the artifact key of a region: [`KEY_PLACEHOLDER`] for the pipelines' own.
pub fn key_placeholder(home: &Place, region: &str) -> String {
    if region == home.region() {
        return KEY_PLACEHOLDER.to_owned();
    }
    format!("BRANCHLINE_{}_ARTIFACT_KEY_ARN", region.replace('-', "_").to_ascii_uppercase())
}

/// Stands for the ARN of the connection that the base stack makes.
pub const CONNECTION_PLACEHOLDER: &str = "BRANCHLINE_CONNECTION_ARN";

/// Stands for what is behind the `/` of that ARN, in policies.
pub const CONNECTION_ID_PLACEHOLDER: &str = "BRANCHLINE_CONNECTION_ID";

/// The whole input of `create-pipeline`.
#[derive(Debug, Serialize)]
pub struct Input {
    pipeline: Declaration,
    tags: Vec<Tag>,
}

#[derive(Debug, Serialize)]
struct Tag {
    key: String,
    value: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Declaration {
    name: String,
    role_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    artifact_store: Option<DeclaredStore<String>>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    artifact_stores: IndexMap<String, DeclaredStore<String>>,
    stages: Vec<DeclaredStage<String>>,
    execution_mode: &'static str,
    pipeline_type: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    variables: Vec<DeclaredVariable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    triggers: Option<[trigger::Declared; 1]>,
}

/// The input for one pipeline. Its tags find it again, and carry the file's digest.
pub fn input(config: &Config, pipeline: &Pipeline) -> Input {
    let fill = |text: &Text| filled(&pipeline.home, text);
    let stages = pipeline.stages.iter().map(|stage| declaration::stage(stage, fill, |_, text| fill(text)));
    let store =
        |at: &Place| declaration::store(fill(&artifacts::bucket(config, at)), fill(&at.artifact_key()));
    // With actions in other regions, all stores stand in one map, the pipeline's own region among them.
    let (artifact_store, artifact_stores) = if pipeline.regions.is_empty() {
        (Some(store(&pipeline.home)), IndexMap::new())
    } else {
        let all = std::iter::once(&pipeline.home).chain(&pipeline.regions);
        (None, all.map(|at| (at.region().to_owned(), store(at))).collect())
    };
    Input {
        pipeline: Declaration {
            name: pipeline.name.clone(),
            role_arn: fill(&pipeline.role.arn),
            artifact_store,
            artifact_stores,
            stages: stages.collect(),
            execution_mode: mode(pipeline.mode),
            pipeline_type: TYPE,
            variables: pipeline.variables.iter().map(declaration::variable).collect(),
            triggers: pipeline
                .starter
                .is_none()
                .then(|| [trigger::declared(&pipeline.trigger, &pipeline.further_triggers)]),
        },
        tags: cloudformation::common::tags(config, Owner::Pipeline(&pipeline.name))
            .chain([(digest::TAG, "")])
            .map(|(key, value)| Tag { key: key.to_owned(), value: value.to_owned() })
            .collect(),
    }
}

/// A text outside a stack.
pub(super) fn filled(home: &Place, text: &Text) -> String {
    text.resolve(|part| known(home, part))
}

/// What a part stands for outside a stack; `home` is where the pipelines are.
fn known(home: &Place, part: &Part) -> String {
    match part {
        Part::Literal(text) => text.clone(),
        Part::Partition => home.partition().id().to_owned(),
        Part::Region(text) | Part::Account(text) => text.to_string(),
        Part::UrlSuffix => home.partition().url_suffix().to_owned(),
        Part::ArtifactKey(region) => key_placeholder(home, region),
        Part::Connection => CONNECTION_PLACEHOLDER.to_owned(),
        Part::ConnectionId => CONNECTION_ID_PLACEHOLDER.to_owned(),
    }
}
