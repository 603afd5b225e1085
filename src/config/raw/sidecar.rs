//! Sidecars: containers beside a service's own.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Map;

/// Images of sidecars, by their containers' names in the task definition.
pub type RawSidecars = Map<RawSidecarImage>;

/// An image with its tag or digest, as a task definition names it. One without a registry before it is in ECR, in the
/// pipelines' account and region; Docker Hub is `docker.io/…`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = "container-image", "x-placeholders" = ["app", "environment", "service"]))]
pub struct RawSidecarImage(pub String);
