//! What is asked of an environment after its deploy.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Map, RawCompute, RawSecret, RawVpc};

/// What is asked of what was deployed, before the pipeline goes on: over HTTP, by commands, or both in this order.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawVerify {
    /// A request that has to be answered.
    pub http: Option<RawHttp>,
    /// Shell commands in the files of the commit, run in order until one fails.
    #[schemars(extend("minItems" = 1))]
    pub commands: Option<Vec<String>>,
    /// How long all of it may take. 15m if nothing is said, at most 7h.
    #[schemars(extend("format" = "duration"))]
    pub timeout: Option<String>,
    /// Variables in the commands' environment.
    #[schemars(extend("x-key-format" = "variable-name"))]
    pub variables: Option<Map<String>>,
    /// Secrets in the commands' environment.
    #[schemars(extend("x-key-format" = "variable-name"))]
    pub secrets: Option<Map<RawSecret>>,
    /// The size of the machine. `small` if nothing is said.
    pub compute: Option<RawCompute>,
    /// The image the machine runs in; it needs curl for `http`. AWS's Amazon Linux image if nothing is said.
    #[schemars(extend("format" = "build-image"))]
    pub image: Option<String>,
    /// The network the machine runs in. The environment's if nothing is said.
    pub vpc: Option<RawVpc>,
}

/// A request that has to be answered. Redirects are not followed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawHttp {
    /// The URL that is asked with GET. It stands in the log, so it holds no secret.
    #[schemars(extend("format" = "http-url", "x-placeholders" = ["app", "environment"]))]
    pub url: String,
    /// The status that the answer has to have. 200 if nothing is said.
    #[schemars(extend("minimum" = 200, "maximum" = 599))]
    pub status: Option<u32>,
    /// A text that has to stand in the answer's body.
    pub contains: Option<String>,
    /// How often it is asked again until the answer is right. 10 if nothing is said.
    #[schemars(extend("minimum" = 0, "maximum" = 1000))]
    pub retries: Option<u32>,
    /// How long is waited between two requests. 15s if nothing is said.
    #[schemars(extend("format" = "short-duration"))]
    pub every: Option<String>,
    /// How long one answer may take. 10s if nothing is said.
    #[schemars(extend("format" = "short-duration"))]
    pub timeout: Option<String>,
}
