//! What pipelines that run say beyond the map itself: what guards an environment, how long a deploy may take.

use std::collections::BTreeMap;

/// Settings by the names of what they are of; what is not there has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// By the environment's name.
    pub environments: BTreeMap<String, EnvironmentSettings>,
    /// By the service's name.
    pub services: BTreeMap<String, ServiceSettings>,
    /// Of the source.
    pub source: SourceSettings,
}

/// Of an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvironmentSettings {
    /// The topic that is told that an approval waits, by its ARN.
    pub notify: Option<String>,
    /// How long an approval waits, such as `2d`.
    pub approval_timeout: Option<String>,
    /// When it may be entered: the times as CodePipeline writes them, and the time zone.
    pub window: Option<(String, Option<String>)>,
    /// Alarms that are watched after a deploy, by name.
    pub alarms: Vec<String>,
    /// How long they are watched, such as `10m`.
    pub bake: Option<String>,
    /// Whether a deploy that fails is rolled back.
    pub rolls_back: bool,
}

/// Of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceSettings {
    /// How long its deploy may take, such as `20m`.
    pub timeout: Option<String>,
}

/// Of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceSettings {
    /// The connection's ARN.
    pub connection: Option<String>,
}
