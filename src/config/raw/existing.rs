//! What exists already, named in place of what would be made.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Map;

/// Where artifacts lie, where that exists already.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawArtifacts {
    /// The bucket in the pipelines' own region. The base stack makes one if nothing is said.
    pub bucket: Option<RawExistingBucket>,
    /// The key that encrypts them there. The base stack makes one if nothing is said.
    pub key: Option<RawExistingKey>,
    /// Bucket and key of other regions that environments are in, by region.
    #[schemars(extend("minProperties" = 1, "x-key-format" = "region"))]
    pub regions: Option<Map<RawRegionalArtifacts>>,
}

/// Where the artifacts of another region lie.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRegionalArtifacts {
    /// The bucket there. The region's base stack makes one if nothing is said.
    pub bucket: Option<RawExistingBucket>,
    /// The key there. The region's base stack makes one if nothing is said.
    pub key: Option<RawExistingKey>,
}

/// A bucket that exists.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawExistingBucket {
    /// Its name. It has to be one of the pipelines' account.
    #[schemars(extend("format" = "bucket-name"))]
    pub existing: String,
}

/// A key that exists.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawExistingKey {
    /// Its ARN; an alias does not do across accounts. It has to be one of the pipelines' account.
    #[schemars(extend("format" = "key-arn"))]
    pub existing: String,
}

/// Image repositories: what the names of those that are made begin with, or one that exists.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawRepository {
    /// What the names of those that are made begin with.
    Made(#[schemars(extend("format" = "ecr-repository", "x-placeholders" = ["app", "service"]))] String),
    /// One that exists.
    Existing(RawExistingRepository),
}

/// An image repository that exists.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawExistingRepository {
    /// Its name, or its ARN, in the pipelines' account and region.
    #[schemars(extend("format" = "existing-repository"))]
    pub existing: String,
}

/// A role that exists.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawExistingRole {
    /// Its ARN. What it has to allow, and whom to trust, is written below `roles/` of the generated folder.
    #[schemars(extend("format" = "role-arn"))]
    pub existing: String,
}

/// Roles that exist and that all pipelines share.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPipelineRoles {
    /// The role of the pipelines. Each gets one of its own if nothing is said.
    pub pipeline: Option<RawExistingRole>,
    /// The role of the projects that build. Each gets one of its own if nothing is said.
    pub build: Option<RawExistingRole>,
    /// The role of the projects that test. Each gets one of its own if nothing is said.
    pub test: Option<RawExistingRole>,
    /// The role of the project that says before an approval what the release would bring. One is made if nothing is said.
    pub compare: Option<RawExistingRole>,
}

/// Roles of an environment that exist.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawEnvironmentRoles {
    /// The role under which the pipelines' actions work here. One is made if nothing is said.
    pub deploy: Option<RawExistingRole>,
    /// The role of the migrations' projects. Each gets one of its own if nothing is said.
    pub migrate: Option<RawExistingRole>,
    /// The role of the project that keeps images. One is made if nothing is said.
    pub keep: Option<RawExistingRole>,
    /// The role of the project that takes the environment's lock. One is made if nothing is said.
    pub lock: Option<RawExistingRole>,
    /// The role of the project that keeps commits out that are older than what is deployed. One is made if nothing is said.
    pub guard: Option<RawExistingRole>,
    /// The role of the project that writes down what is deployed. One is made if nothing is said.
    pub record: Option<RawExistingRole>,
    /// The role, in the pipelines' account, that alone writes the environment's lock and its record. One is made if nothing is
    /// said.
    pub lock_holder: Option<RawExistingRole>,
    /// The role of the project that makes the snapshot. One is made if nothing is said.
    pub snapshot: Option<RawExistingRole>,
    /// The role of the project that verifies the deploy. One is made if nothing is said.
    pub verify: Option<RawExistingRole>,
}
