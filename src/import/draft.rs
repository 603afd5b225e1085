//! A branch map as an import proposes it, before it is written.

use std::collections::BTreeMap;

use super::remark::Place;
use crate::config::raw::RawProvider;

/// The map.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Where the code comes from; `None` where no pipeline told in a way that can be taken.
    pub source: Option<Source>,
    /// Which branch goes where.
    pub rules: Vec<Rule>,
    /// The environments, in the order in which the pipelines come to them.
    pub environments: Vec<Environment>,
    /// The build machine's image, where all pipelines name the same.
    pub image: Option<String>,
    /// Whether the build machine is of ARM.
    pub is_arm: bool,
}

/// Where the code comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The repository's host.
    pub provider: RawProvider,
    /// `owner/name`.
    pub repository: String,
    /// The connection by name, where one is named. Its ARN stands in AWS.
    pub connection: Option<String>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its key: the branch, or a name where one branch has two rules.
    pub key: String,
    /// The branch.
    pub branch: String,
    /// Where it goes, in order.
    pub environments: Vec<String>,
    /// The workloads that it deploys; `None` for all.
    pub services: Option<Vec<String>>,
    /// The pipeline that it was.
    pub pipeline: String,
    /// Where that is written.
    pub place: Place,
}

/// One environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// Whether a person approves.
    pub approval: bool,
    /// What is run in the checkout after the deploy.
    pub verify: Vec<String>,
    /// Where it is written first.
    pub place: Place,
}

impl Draft {
    /// The pipelines that deploy each environment.
    pub fn ways(&self) -> BTreeMap<&str, Vec<&Rule>> {
        let mut ways: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
        for rule in &self.rules {
            for environment in &rule.environments {
                ways.entry(environment).or_default().push(rule);
            }
        }
        ways
    }
}
