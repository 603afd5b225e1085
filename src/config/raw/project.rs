//! What every project takes: a network, and what it keeps for its next run.

use schemars::JsonSchema;
use serde::Deserialize;

/// A network in the account and region of the project. It needs a way to AWS's services: a NAT gateway or endpoints.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawVpc {
    /// The VPC's id.
    #[schemars(extend("format" = "vpc-id"))]
    pub id: String,
    /// The ids of 1 to 16 private subnets.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub subnets: Vec<RawSubnet>,
    /// The ids of 1 to 5 security groups.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub security_groups: Vec<RawSecurityGroup>,
}

/// A subnet's id.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = "subnet-id"))]
pub struct RawSubnet(pub String);

/// A security group's id.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = "security-group-id"))]
pub struct RawSecurityGroup(pub String);

/// What is kept for a project's next run. What is kept may be gone at any time: it makes a run faster, not other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawCache {
    /// Files and folders, from the checkout's root or from `/`; kept in the artifact bucket, in the project's folder.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub paths: Option<Vec<RawCachePath>>,
    /// What is kept on the build machine instead, for runs that follow soon. Not in a VPC.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub local: Option<Vec<RawLocalCache>>,
}

/// A path that is kept, with `*` and `**`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = "cache-path"))]
pub struct RawCachePath(pub String);

/// What is kept on the build machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawLocalCache {
    /// Docker's layers.
    DockerLayers,
    /// The `paths`, in place of the bucket.
    Paths,
}
