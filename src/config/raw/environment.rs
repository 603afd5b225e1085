//! Environments, as written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Map, RawAlarmName, RawDeployOverride, RawDowngrade, RawEnvironmentRoles, RawLock, RawMigrateOverrides,
    RawRollback, RawSecret, RawSidecars, RawSnapshot, RawVerify, RawVpc, RawWindow,
};

/// A place that is deployed to.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawEnvironment {
    /// The AWS account of this environment: twelve digits, in quotes. The pipelines' if nothing is said.
    #[schemars(extend("format" = "account-id"))]
    pub account: Option<String>,
    /// The region of this environment, such as `ap-northeast-1`. The pipelines' if nothing is said.
    #[schemars(extend("format" = "region"))]
    pub region: Option<String>,
    /// A person approves before anything happens in this environment. `{}` asks without a notification.
    pub approval: Option<RawApproval>,
    /// Whether one release at a time is let through here, over all pipelines: the next waits before it migrates or deploys.
    /// If nothing is said, that is so where a migration runs, where two rules or the pipelines of `per_branch`
    /// deploy, or where `verify` asks.
    pub lock: Option<RawLock>,
    /// Whether a commit that is older than what is deployed here may replace it. `refuse` if nothing is said: then it does only
    /// where the start of the pipeline says `DOWNGRADE=allow`, or as a rollback. Where only pipelines of `per_branch` come,
    /// it is `allow` if nothing is said. What is deployed is known where there is a `lock`. For a rule it is
    /// what was deployed here last by it, or by rules that have a service in common with it, directly or through others.
    pub downgrade: Option<RawDowngrade>,
    /// The times at which this environment may be entered. At other times a pipeline waits: before it asks for the
    /// approval, and before the first stage that changes something. What has begun goes on after the window has closed.
    pub window: Option<RawWindow>,
    /// The CloudWatch alarms, at most 5, that are watched after each deploy, by name: in this environment's account and
    /// region. One that goes off fails the deploy, and nothing goes on to the next environment.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub alarms: Option<Vec<RawAlarmName>>,
    /// How long the `alarms` are watched after each deploy, 1m to 24h. `10m` if nothing is said.
    #[schemars(extend("format" = "duration"))]
    pub bake: Option<String>,
    /// What follows when a deploy fails, or sets off one of the `alarms`: the stage is run again as it was in this pipeline's
    /// last success. That brings back images, and runs a deploy by `commands` again, with the files of that commit. Where the
    /// environment has a lock, it stops if another release was deployed since. It brings back neither the database, which
    /// stays migrated, nor settings of task definitions, variables, secrets or anything else that was changed since. Nothing
    /// is rolled back before a first success, nor after the pipeline was changed. Without it, what failed stays as it is.
    pub rollback: Option<RawRollback>,
    /// What the migration does differently here, or `none` to switch it off. With several migrations, a list of what
    /// differs, each with the `name` of its migration.
    pub migrate: Option<RawMigrateOverrides>,
    /// The snapshot of the database that is made here before each migration. None if nothing is said.
    pub snapshot: Option<RawSnapshot>,
    /// What a service's deploy does differently here.
    pub services: Option<Map<RawEnvironmentService>>,
    /// What is asked of what was deployed here, before the pipeline goes on. Nothing if nothing is said.
    pub verify: Option<RawVerify>,
    /// Variables of every migration in this environment.
    #[schemars(extend("x-key-format" = "container-variable-name"))]
    pub variables: Option<Map<String>>,
    /// Secrets of every migration in this environment.
    #[schemars(extend("x-key-format" = "container-variable-name"))]
    pub secrets: Option<Map<RawSecret>>,
    /// The network in which the migrations with `run: codebuild`, deploys by `commands` and `verify` run here.
    pub vpc: Option<RawVpc>,
    /// The managed policy that bounds the roles made for this environment, in place of the file's.
    #[schemars(extend("format" = "managed-policy"))]
    pub permission_boundary: Option<String>,
    /// Roles that exist and are used here, in place of those that are made.
    pub roles: Option<RawEnvironmentRoles>,
}

/// The word `none`.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RawNone {
    /// Switched off.
    None,
}

/// An approval by a person.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawApproval {
    /// The SNS topic that is told that an approval waits.
    #[schemars(extend("format" = "sns-topic-arn"))]
    pub notify: Option<String>,
    /// How long it waits for a person, 5m to 60d; then it fails. `7d` if nothing is said.
    #[schemars(extend("format" = "duration"))]
    pub timeout: Option<String>,
}

/// What one service does differently in one environment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawEnvironmentService {
    /// The settings that differ; the rest is the service's own.
    pub deploy: Option<RawDeployOverride>,
    /// The images of sidecars here, over those of the service: each by its container's name.
    #[schemars(extend("minProperties" = 1, "x-key-format" = "ecs-name"))]
    pub sidecars: Option<RawSidecars>,
}
