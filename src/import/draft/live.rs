//! What an origin says beyond the map itself: what starts a rule, what guards an environment.

use std::collections::BTreeMap;

/// Settings by the names of what they are of; what is not there has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// By the rule's key.
    pub rules: BTreeMap<String, RuleSettings>,
    /// By the environment's name.
    pub environments: BTreeMap<String, EnvironmentSettings>,
    /// By the service's name.
    pub services: BTreeMap<String, ServiceSettings>,
    /// Of the source.
    pub source: SourceSettings,
    /// Of the project that builds.
    pub build: Option<BuildSettings>,
}

/// Of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSettings {
    /// Patterns of tags that start it in place of branches.
    pub tags: Option<Filter>,
    /// Patterns of files, of which one has to have changed.
    pub paths: Option<Filter>,
    /// Whether a newer execution takes the place of one that waits.
    pub is_superseded: bool,
}

impl RuleSettings {
    /// Whether something else than a branch starts it.
    pub fn is_without_branch(&self) -> bool {
        self.tags.is_some()
    }
}

/// What is meant, and what of it is not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Patterns of which one has to match.
    pub includes: Vec<String>,
    /// Patterns of which none may match.
    pub excludes: Vec<String>,
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

/// Of the project that builds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildSettings {
    /// The machine's image.
    pub image: Option<String>,
    /// The machine's size, as the map has it: `small`.
    pub compute: Option<&'static str>,
    /// The network: the VPC's id, those of subnets, those of security groups.
    pub vpc: Option<(String, Vec<String>, Vec<String>)>,
}
