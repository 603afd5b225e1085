//! What `check parity` goes by, as written.

use schemars::JsonSchema;
use serde::Deserialize;

/// What `branchline check parity` goes by when it compares the keys of variables and secrets.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawParity {
    /// Keys that may be missing somewhere, each with the reason. One that is missing nowhere any more is told.
    #[schemars(extend("minItems" = 1))]
    pub exceptions: Vec<RawParityException>,
}

/// A key that may be missing.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawParityException {
    /// The key of a variable or a secret.
    #[schemars(extend("format" = "container-variable-name"))]
    pub key: String,
    /// The environments in which it may be missing, or be a variable where it is a secret elsewhere. All if nothing is said.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub environments: Option<Vec<String>>,
    /// The services and jobs that may lack it, as `check parity` names them. All if nothing is said.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub services: Option<Vec<String>>,
    /// Why that is right.
    pub reason: String,
}
