//! The lock of an environment, and what may follow what in it.

use schemars::JsonSchema;
use serde::Deserialize;

/// Whether an environment has a lock, or how long it is waited for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawLock {
    /// Whether it has one.
    Switch(bool),
    /// It has one, with these settings.
    Settings(RawLockSettings),
}

/// The settings of a lock.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawLockSettings {
    /// How long a release waits for another one before it fails, from 5m to 7h. As long as one release may take here, and an
    /// hour at the least, if nothing is said.
    #[schemars(extend("format" = "duration"))]
    pub wait: Option<String>,
}

/// Whether an older commit may replace a newer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawDowngrade {
    /// It is stopped before anything happens.
    Refuse,
    /// It goes on.
    Allow,
}
