//! What a draft has that was made out of shell, and has to be looked at by a person.

use std::collections::BTreeMap;

/// What was assumed, told beside each entry in the proposed file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assumed {
    /// What rules were before.
    pub was: Was,
    /// Of rules, by their keys: sentences without their full stops.
    pub rules: BTreeMap<String, Vec<String>>,
    /// Of environments, by name.
    pub environments: BTreeMap<String, Vec<String>>,
    /// Of services, by name.
    pub services: BTreeMap<String, Vec<String>>,
    /// Of the migration.
    pub migrate: Vec<String>,
    /// The tests that are proposed.
    pub test: Option<Test>,
}

/// What a rule was in the other tool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Was {
    /// A pipeline.
    #[default]
    Pipeline,
    /// A buildspec.
    Buildspec,
}

impl Was {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Was::Pipeline => "pipeline",
            Was::Buildspec => "buildspec",
        }
    }
}

/// Tests before a deploy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Test {
    /// The commands, in order.
    pub commands: Vec<String>,
    /// The service in whose image they run; `None` for the checkout.
    pub in_image_of: Option<String>,
    /// Variables.
    pub variables: BTreeMap<String, String>,
    /// Secrets: names in Parameter Store.
    pub secrets: BTreeMap<String, String>,
    /// What was assumed.
    pub notes: Vec<String>,
}
