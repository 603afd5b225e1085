//! A CodeBuild project with its role and its log group.

use super::properties::{
    BuildEnvironment, BuildSource, ByPipeline, CloudWatchLogs, EnvironmentVariable, LogGroup, LogsConfig,
    Project, ProjectCache, Properties, VpcConfig,
};
use super::template::{Resource, Template};
use super::value::{Scope, Value};
use crate::config::raw::{RawCompute, RawPlatform};
use crate::config::{Cache, Config};
use crate::pipeline::model::{Project as Model, Variable};
use crate::pipeline::text::Place;
use crate::pipeline::{artifacts, names};

/// Days a build's log is kept.
pub(super) const LOG_DAYS: u32 = 90;

/// Minutes a build may wait for a machine.
const QUEUED_MINUTES: u32 = 60;

/// AWS's own image for Intel and AMD, with Docker, the AWS CLI and jq.
const AMD64_IMAGE: &str = "aws/codebuild/amazonlinux-x86_64-standard:5.0";

/// The same for ARM.
const ARM64_IMAGE: &str = "aws/codebuild/amazonlinux-aarch64-standard:3.0";

/// Adds a project's three resources: `BuildLog`, `BuildRole`, `BuildProject`. `whom` is what it works for, in words.
pub(super) fn add(template: &mut Template, config: &Config, project: &Model, whom: &str, scope: Scope) {
    let stem = project.stem();
    let what = project.kind.describe(project.part.as_deref(), whom);
    let log = format!("{stem}Log");
    let role = format!("{stem}Role");
    template.resource(
        log.clone(),
        Resource::new(Properties::LogGroup(LogGroup {
            log_group_name: project.log_group(),
            retention_in_days: LOG_DAYS,
            kms_key_id: scope.log_key(),
        }))
        .deleted(),
    );
    let role = super::add_role(template, role, &project.role, format!("CodeBuild: {what}"), scope);
    let (kind, own_image) = match project.platform {
        RawPlatform::Amd64 => ("LINUX_CONTAINER", AMD64_IMAGE),
        RawPlatform::Arm64 => ("ARM_CONTAINER", ARM64_IMAGE),
    };
    let image = project.image.clone().unwrap_or_else(|| own_image.to_owned());
    let credentials = if image.starts_with("aws/codebuild/") { "CODEBUILD" } else { "SERVICE_ROLE" };
    template.resource(
        format!("{stem}Project"),
        Resource::new(Properties::Project(Box::new(Project {
            name: project.name.clone(),
            description: what,
            service_role: role,
            encryption_key: scope.artifact_key(),
            timeout_in_minutes: project.timeout,
            queued_timeout_in_minutes: QUEUED_MINUTES,
            concurrent_build_limit: project.alone.then_some(1),
            artifacts: ByPipeline { r#type: "CODEPIPELINE" },
            cache: project.cache.as_ref().map(|cache| kept(config, &project.name, cache, scope)),
            environment: BuildEnvironment {
                r#type: kind,
                compute_type: compute(project.compute),
                image,
                image_pull_credentials_type: credentials,
                privileged_mode: project.privileged,
                environment_variables: project
                    .variables
                    .iter()
                    .map(|(name, value)| variable(name, value, scope))
                    .collect(),
            },
            vpc_config: project.vpc.as_ref().map(|vpc| VpcConfig {
                vpc_id: vpc.id.clone(),
                subnets: vpc.subnets.clone(),
                security_group_ids: vpc.security_groups.clone(),
            }),
            logs_config: LogsConfig {
                cloud_watch_logs: CloudWatchLogs { status: "ENABLED", group_name: Value::reference(log) },
            },
            source: BuildSource { r#type: "CODEPIPELINE", build_spec: project.buildspec.clone() },
        }))),
    );
}

fn kept(config: &Config, project: &str, cache: &Cache, scope: Scope) -> ProjectCache {
    match cache {
        Cache::Bucket(_) => {
            // The bucket is the pipelines' also where the project stands in another account.
            let owner = Place::new(&config.account, scope.at.region());
            let folder = artifacts::bucket(config, &owner).text(format!("/{}", names::cache_folder(project)));
            ProjectCache { r#type: "S3", location: Some(scope.value(&folder)), modes: Vec::new() }
        }
        Cache::Machine { layers, paths } => {
            let modes = [("LOCAL_DOCKER_LAYER_CACHE", *layers), ("LOCAL_CUSTOM_CACHE", !paths.is_empty())];
            let modes = modes.into_iter().filter_map(|(mode, is_on)| is_on.then_some(mode)).collect();
            ProjectCache { r#type: "LOCAL", location: None, modes }
        }
    }
}

fn variable(name: &str, value: &Variable, scope: Scope) -> EnvironmentVariable {
    let (kind, value) = match value {
        Variable::Plain(text) => ("PLAINTEXT", scope.value(text)),
        Variable::SecretsManager(reference) => ("SECRETS_MANAGER", Value::from(reference.as_str())),
        Variable::ParameterStore(name) => ("PARAMETER_STORE", Value::from(name.as_str())),
    };
    EnvironmentVariable { name: name.to_owned(), r#type: kind, value }
}

fn compute(size: RawCompute) -> &'static str {
    match size {
        RawCompute::Small => "BUILD_GENERAL1_SMALL",
        RawCompute::Medium => "BUILD_GENERAL1_MEDIUM",
        RawCompute::Large => "BUILD_GENERAL1_LARGE",
        RawCompute::Xlarge => "BUILD_GENERAL1_XLARGE",
        RawCompute::TwoXlarge => "BUILD_GENERAL1_2XLARGE",
    }
}
