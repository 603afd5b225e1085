//! Steps of a pipeline beside its deploys, which become services with `deploy.commands`.

use std::collections::{BTreeMap, BTreeSet};

/// Commands with what they are given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// What a person has to look at, a sentence each.
    pub notes: Vec<String>,
    /// The commands, in order until one fails; a text may have many lines.
    pub run: Vec<String>,
    /// Variables, by name.
    pub variables: BTreeMap<String, String>,
    /// Secrets, by the name of the variable that gets them.
    pub secrets: BTreeMap<String, Secret>,
    /// Whether they need Docker.
    pub privileged: bool,
}

/// Where a secret is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// The name of a parameter in Parameter Store.
    Parameter(String),
    /// The ARN of a secret in Secrets Manager, with `:key` behind it for one key of its JSON.
    SecretsManager(String),
}

/// A migration that was a step of a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migrating {
    /// Whether it was one.
    pub was_a_step: bool,
    /// The environments in which no pipeline had that step.
    pub not_in: BTreeSet<String>,
}
