//! The snapshot of a database before it is migrated.

use schemars::JsonSchema;
use serde::Deserialize;

/// A snapshot of the environment's database before each migration: of an `instance` or of a `cluster`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSnapshot {
    /// The identifier of an RDS instance that belongs to no cluster.
    #[schemars(extend("format" = "database-name", "x-placeholders" = ["app", "environment"]))]
    pub instance: Option<String>,
    /// The identifier of an Aurora or Multi-AZ cluster.
    #[schemars(extend("format" = "database-name", "x-placeholders" = ["app", "environment"]))]
    pub cluster: Option<String>,
    /// Of how many releases this environment's snapshots are kept, the newest among them. 7 if nothing is said.
    #[schemars(extend("minimum" = 1, "maximum" = 100))]
    pub keep: Option<u32>,
    /// How long is waited for the snapshot; nothing is migrated without it. 60m if nothing is said, at most 7h.
    #[schemars(extend("format" = "duration"))]
    pub timeout: Option<String>,
}
