//! What a map says of machines, tests, pull requests and patches, besides which branch goes where.

use std::collections::BTreeMap;

use super::start::Filter;
use crate::import::remark::Place;

/// All of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// The project that builds: one for the whole map.
    pub build: Machine,
    /// What is said above it, where it is what ran before.
    pub build_was: Option<&'static str>,
    /// The tests between the build and the first environment.
    pub test: Option<Test>,
    /// The projects that verify, by environment.
    pub verify: BTreeMap<String, Machine>,
    /// Rules for pull requests, which deploy nowhere.
    pub checks: Vec<Checks>,
    /// Patches of generated pipelines, for what no key says.
    pub patches: Vec<Patch>,
}

/// A build machine. What is not said is branchline's default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// Its size, as branchline.yml names it: `small`.
    pub compute: Option<&'static str>,
    /// Its image.
    pub image: Option<String>,
    /// How many minutes it may take, 5 to 480.
    pub minutes: Option<u16>,
    /// Its network.
    pub vpc: Option<Vpc>,
    /// Its variables.
    pub variables: BTreeMap<String, String>,
    /// Its secrets.
    pub secrets: BTreeMap<String, Secret>,
    /// Paths that are kept for its next run.
    pub cache_paths: Vec<String>,
    /// Whether Docker's layers are kept on the machine.
    pub keeps_layers: bool,
}

/// A network, by ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vpc {
    /// The VPC.
    pub id: String,
    /// Its subnets.
    pub subnets: Vec<String>,
    /// Security groups.
    pub security_groups: Vec<String>,
}

/// Where a secret is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// A parameter, by name.
    Parameter(String),
    /// A secret of Secrets Manager, by its whole ARN, with `:key` behind it where one key of its JSON is meant.
    Manager(String),
}

/// Tests before a deploy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// The machine.
    pub machine: Machine,
    /// The service in whose image they run; `None` for the checkout.
    pub in_image_of: Option<String>,
    /// The commands, in order.
    pub commands: Vec<String>,
    /// Where the first of them is written.
    pub place: Place,
}

/// A rule for pull requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checks {
    /// Its key.
    pub key: String,
    /// The branches that the pull requests lead to.
    pub branches: Vec<String>,
    /// The services that are built; `None` for all.
    pub services: Option<Vec<String>>,
    /// Files.
    pub paths: Filter,
    /// Where it is written.
    pub place: Place,
}

/// One operation on a generated pipeline's template.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// The key of the rule whose pipeline it is.
    pub rule: String,
    /// Where: a JSON Pointer.
    pub path: String,
    /// What is set there.
    pub value: serde_json::Value,
    /// Where it was written.
    pub place: Place,
}
