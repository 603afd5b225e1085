//! The exact shape of `branchline.yml`, nothing defaulted.
//!
//! The doc comments are the descriptions in the JSON Schema, so they are written for the person who fills in the
//! file. A located tree is judged against the schema of these types (`schema.rs`) before it is decoded into them,
//! so decoding does not fail. Only plain structs, maps, lists and the few untagged choices marked below.

mod custom;
mod deploy;
mod environment;
mod existing;
mod gates;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

mod lock;
mod migrate;
mod notifications;
mod parity;
mod project;
mod rule;
mod sidecar;
mod snapshot;
mod verify;

pub use custom::{RawAnything, RawBuildspecs, RawOperation, RawOperator, RawOverride, RawTagValue};
pub use deploy::{
    RawDeploy, RawDeployCommands, RawDeployCommandsOverride, RawDeployOverride, RawEcs, RawEcsOverride,
    RawEcsTask, RawEcsTaskOverride, RawEventRule, RawPolicyAction, RawPolicyResource, RawRoleName,
    RawSchedule, RawStateMachine, RawStatement, RawTargets,
};
pub use environment::{RawApproval, RawEnvironment, RawEnvironmentService, RawNone};
pub use existing::{
    RawArtifacts, RawEnvironmentRoles, RawExistingBucket, RawExistingKey, RawExistingRepository,
    RawExistingRole, RawPipelineRoles, RawRegionalArtifacts, RawRepository,
};
pub use gates::{RawAlarmName, RawRollback, RawWindow};
pub use lock::{RawDowngrade, RawLock, RawLockSettings};
pub use migrate::{
    RawCommand, RawMigrate, RawMigrateOverride, RawMigrateOverrides, RawMigrateRun, RawMigrationFiles,
    RawMigrations,
};
pub use notifications::{RawAddress, RawNotification, RawRecipient, RawSlack, RawTeams, RawTold};
pub use parity::{RawParity, RawParityException};
pub use project::{RawCache, RawCachePath, RawLocalCache, RawSecurityGroup, RawSubnet, RawVpc};
pub use rule::{RawFilter, RawMode, RawPatterns, RawPullRequests, RawRule, RawRuleMapping};
pub use sidecar::{RawSidecarImage, RawSidecars};
pub use snapshot::RawSnapshot;
pub use verify::{RawHttp, RawVerify};

/// A map in the order in which it was written.
pub type Map<T> = IndexMap<String, T>;

/// The branch-to-environment map of an app and what is built, migrated and deployed along it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "branchline.yml")]
pub struct Raw {
    /// The version of this file's format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// The app's name; every resource in AWS is named after it.
    #[schemars(extend("format" = "app-name"))]
    pub app: String,
    /// The branch map: a branch, or a pattern of branches, and the environments it goes through, in promotion order.
    #[schemars(extend("minProperties" = 1))]
    pub branches: Map<RawRule>,
    /// The places that are deployed to.
    #[schemars(extend("minProperties" = 1, "x-key-format" = "environment-name"))]
    pub environments: Map<RawEnvironment>,
    /// Where the pipelines live.
    pub pipelines: RawPipelines,
    /// Where the code comes from.
    pub source: RawSource,
    /// What is built once and deployed.
    #[schemars(extend("minProperties" = 1, "x-key-format" = "service-name"))]
    pub services: Map<RawService>,
    /// Settings of the project that builds the images.
    pub build: Option<RawBuild>,
    /// The tests that run between the build and the first environment.
    pub test: Option<RawTest>,
    /// The database migration that runs before each deploy, in the image that was just built; a list where there are
    /// several, which run one after the other.
    pub migrate: Option<RawMigrations>,
    /// Who is told when something fails, waits for an approval or was deployed, by names of your own.
    #[schemars(extend("minProperties" = 1, "x-key-format" = "notification-name"))]
    pub notifications: Option<Map<RawNotification>>,
    /// Tags on everything that is made, beside those by which branchline finds its own.
    #[schemars(extend("minProperties" = 1, "x-key-format" = "tag-key"))]
    pub tags: Option<Map<RawTagValue>>,
    /// The managed policy that bounds every role that is made: its name in the role's account, or its ARN.
    #[schemars(extend("format" = "managed-policy"))]
    pub permission_boundary: Option<String>,
    /// The path of every role that is made, such as `/ci/`, by which an organisation's policies may tell them. `/` if
    /// nothing is said.
    #[schemars(extend("format" = "role-path"))]
    pub role_path: Option<String>,
    /// What the name of everything that is made begins with, before the app's name, such as `acme-`.
    #[schemars(extend("format" = "name-prefix"))]
    pub name_prefix: Option<String>,
    /// Where artifacts lie, where that exists already.
    pub artifacts: Option<RawArtifacts>,
    /// Roles that exist and are used by all pipelines, in place of those that are made.
    pub roles: Option<RawPipelineRoles>,
    /// Where the projects of a pipeline find their buildspecs. `inline` if nothing is said.
    pub buildspecs: Option<RawBuildspecs>,
    /// Changes to single generated documents, for what no key can say: each fails where it no longer fits.
    #[schemars(extend("minItems" = 1))]
    pub overrides: Option<Vec<RawOverride>>,
    /// What `branchline check parity` goes by. Nothing that is generated depends on it.
    pub parity: Option<RawParity>,
}

/// Where the pipelines live.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPipelines {
    /// The AWS account of the pipelines: twelve digits, in quotes.
    #[schemars(extend("format" = "account-id"))]
    pub account: String,
    /// The region of the pipelines, such as `ap-northeast-1`.
    #[schemars(extend("format" = "region"))]
    pub region: String,
}

/// Where the code comes from.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSource {
    /// The repository's full name, `owner/name`; in CodeCommit its name alone. Without it, the git remote `origin` is asked.
    #[schemars(extend("format" = "repository-name"))]
    pub repository: Option<String>,
    /// The ARN of the connection to the repository's host. Without it the base stack makes one, and a person
    /// completes it in the console. Not with `codecommit`, to which none leads.
    #[schemars(extend("format" = "connection-arn"))]
    pub connection: Option<String>,
    /// The repository's host. `github` if nothing is said.
    pub provider: Option<RawProvider>,
    /// The name of a host of your own, such as `git.example.com`, for the links that an approval shows. Only with
    /// `github_enterprise_server` and `gitlab_self_managed`.
    #[schemars(extend("format" = "host-name"))]
    pub host: Option<String>,
}

/// The host of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RawProvider {
    /// github.com
    GitHub,
    /// gitlab.com
    GitLab,
    /// bitbucket.org
    Bitbucket,
    /// GitHub Enterprise Server, on a host of your own; needs `connection` and `host`.
    #[serde(rename = "github_enterprise_server")]
    GitHubEnterpriseServer,
    /// GitLab on a host of your own; needs `connection` and `host`.
    #[serde(rename = "gitlab_self_managed")]
    GitLabSelfManaged,
    /// AWS CodeCommit, in the account and region of the pipelines.
    CodeCommit,
}

/// A thing that is built once and deployed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawService {
    /// What the names of its image repositories in ECR begin with: each pipeline makes one of its own, `<repository>/<pipeline>`.
    /// Or `{ existing: … }` for one that is there, which all pipelines share. `<app>/<service>` if nothing is said, with the
    /// `name_prefix` before it.
    pub repository: Option<RawRepository>,
    /// How the image is built. `{}`, or nothing, is `./Dockerfile`.
    pub build: Option<RawImageBuild>,
    /// The service whose image this one is deployed with, in place of a `repository` and a `build` of its own.
    pub image_of: Option<String>,
    /// How it is deployed.
    pub deploy: RawDeploy,
    /// The images of further containers of its task definition that each deploy sets too, each by its container's name:
    /// `log_router: "fluent-bit:{environment}"`. They are referred to, never built. Other containers stay as they are.
    #[schemars(extend("minProperties" = 1, "x-key-format" = "ecs-name"))]
    pub sidecars: Option<RawSidecars>,
    /// Services that are deployed before this one, in the pipelines that deploy them too. Without it, all are deployed
    /// side by side.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub depends_on: Option<Vec<String>>,
    /// Tests of its own, beside those of the top level.
    pub test: Option<RawTest>,
    /// A migration of its own, after those of the top level; named after the service unless it has a `name`.
    pub migrate: Option<RawMigrations>,
    /// Patterns of the paths that belong to it. Where every service of a pipeline has some, only changes to them, or to
    /// the rule's own `paths`, start it.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub paths: Option<Vec<String>>,
}

/// How an image is built.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawImageBuild {
    /// The Dockerfile, from the repository's root. `Dockerfile` in the context if nothing is said.
    #[schemars(extend("format" = "relative-path"))]
    pub dockerfile: Option<String>,
    /// The build context, from the repository's root. `.` if nothing is said.
    #[schemars(extend("format" = "relative-path"))]
    pub context: Option<String>,
    /// The stage of the Dockerfile that is built. The last one if nothing is said.
    #[schemars(extend("format" = "build-target"))]
    pub target: Option<String>,
    /// The platform the image runs on; the build machine follows it. `linux/amd64` if nothing is said.
    pub platform: Option<RawPlatform>,
    /// Build arguments.
    #[schemars(extend("x-key-format" = "container-variable-name"))]
    pub args: Option<Map<String>>,
    /// Names of `build.secrets` that the Dockerfile may mount (`RUN --mount=type=secret,id=NAME`).
    #[schemars(extend("uniqueItems" = true))]
    pub secrets: Option<Vec<String>>,
    /// Keeps layers for the next build of the same pipeline, in a repository of the pipeline's own.
    pub cache: Option<bool>,
}

/// A platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum RawPlatform {
    /// Intel and AMD, 64 bits.
    #[serde(rename = "linux/amd64")]
    Amd64,
    /// ARM, 64 bits (Graviton).
    #[serde(rename = "linux/arm64")]
    Arm64,
}

/// The size of a build machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RawCompute {
    /// 2 vCPU, 4 GiB (ARM: 2 vCPU, 4 GiB).
    Small,
    /// 4 vCPU, 8 GiB.
    Medium,
    /// 8 vCPU, 16 GiB.
    Large,
    /// 36 vCPU, 72 GiB.
    Xlarge,
    /// 72 vCPU, 144 GiB.
    #[serde(rename = "2xlarge")]
    TwoXlarge,
}

/// Settings of the project that builds the images.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawBuild {
    /// The size of the build machine. `small` if nothing is said.
    pub compute: Option<RawCompute>,
    /// The image the build runs in. AWS's Amazon Linux image if nothing is said.
    #[schemars(extend("format" = "build-image"))]
    pub image: Option<String>,
    /// How long the build may take. 60m if nothing is said.
    #[schemars(extend("format" = "duration"))]
    pub timeout: Option<String>,
    /// Variables in the build's environment: each is a build argument of its name, unless a service's `args` have one.
    #[schemars(extend("x-key-format" = "variable-name"))]
    pub variables: Option<Map<String>>,
    /// Secrets in the build's environment.
    #[schemars(extend("x-key-format" = "variable-name"))]
    pub secrets: Option<Map<RawSecret>>,
    /// The network the project runs in. None if nothing is said.
    pub vpc: Option<RawVpc>,
    /// What is kept for the project's next run.
    pub cache: Option<RawCache>,
}

/// Where a secret is kept: exactly one of the two.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub struct RawSecret {
    /// The ARN of a secret in Secrets Manager, with `:key` behind it for one key of its JSON.
    #[schemars(extend("format" = "secret-arn"))]
    pub secrets_manager: Option<String>,
    /// The name of a parameter in Parameter Store.
    #[schemars(extend("format" = "parameter-name"))]
    pub parameter_store: Option<String>,
}

/// Where the tests run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RawTestIn {
    /// In the files of the commit.
    Checkout,
    /// In the image that was built.
    Image,
}

/// The tests that run between the build and the first environment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTest {
    /// Shell commands, run in order until one fails.
    #[schemars(extend("minItems" = 1))]
    pub commands: Vec<String>,
    /// Where they run. `checkout` if nothing is said.
    #[serde(rename = "in")]
    pub place: Option<RawTestIn>,
    /// The service whose image it is; needed with `in: image` and several services.
    pub service: Option<String>,
    /// With `in: image`: a stage of the Dockerfile that is built for the tests, in place of the image that is deployed.
    #[schemars(extend("format" = "build-target"))]
    pub target: Option<String>,
    /// The size of the build machine. `small` if nothing is said.
    pub compute: Option<RawCompute>,
    /// The image the project runs in. AWS's Amazon Linux image if nothing is said.
    #[schemars(extend("format" = "build-image"))]
    pub image: Option<String>,
    /// How long the tests may take. 60m if nothing is said.
    #[schemars(extend("format" = "duration"))]
    pub timeout: Option<String>,
    /// Variables in the tests' environment.
    #[schemars(extend("x-key-format" = "variable-name"))]
    pub variables: Option<Map<String>>,
    /// Secrets in the tests' environment.
    #[schemars(extend("x-key-format" = "variable-name"))]
    pub secrets: Option<Map<RawSecret>>,
    /// The network the project runs in. None if nothing is said.
    pub vpc: Option<RawVpc>,
    /// What is kept for the project's next run.
    pub cache: Option<RawCache>,
    /// Whether Docker runs in the project. It does without this wherever an image is built or run.
    pub privileged: Option<bool>,
}
