//! A branch map as an import proposes it, before it is written.

pub mod live;
mod notes;
mod settings;
mod start;
pub mod step;
mod was;
mod whereabouts;

use std::collections::{BTreeMap, BTreeSet};

use self::live::Live;
pub use self::notes::{Notes, Spot};
pub use self::settings::{Checks, Machine, Patch, Secret, Settings, Test, Vpc};
pub use self::start::{Filter, Start};
pub use self::was::Was;
pub use self::whereabouts::Whereabouts;

use super::errand::Errand;
use super::looked_up::LookedUp;
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
    /// What is built and deployed, by name.
    pub services: Vec<Service>,
    /// The migration that is proposed.
    pub migrate: Option<Migrate>,
    /// What is to be known of a migration that was a step of a pipeline.
    pub migrating: step::Migrating,
    /// What AWS was asked for; `None` where it was not asked.
    pub looked_up: Option<LookedUp>,
    /// What a person has to look at.
    pub notes: Notes,
    /// By environment: where it is, where that is not the pipelines' own account and region.
    pub places: BTreeMap<String, Whereabouts>,
    /// What is said of machines and tests.
    pub settings: Settings,
    /// What the rules were before.
    pub was: Was,
    /// Pipelines that have no rule of their own since they started together with that of another rule, which goes where they went.
    pub joined: BTreeSet<String>,
    /// What is to be done, in order, until the map is what deploys.
    pub errands: Vec<Errand>,
    /// What is said beyond that.
    pub live: Live,
}

impl Draft {
    /// Whether a rule takes the place of a pipeline.
    pub fn takes_over(&self, pipeline: &str) -> bool {
        self.joined.contains(pipeline) || self.rules.iter().any(|rule| rule.pipeline == pipeline)
    }
}

/// Where the code comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The repository's host.
    pub provider: RawProvider,
    /// `owner/name`; in CodeCommit the name alone.
    pub repository: String,
    /// The region of a repository in CodeCommit, and where that is written: its pipelines are in the same.
    pub region: Option<(String, Place)>,
    /// The connection by name, where one is named. Its ARN stands in AWS.
    pub connection: Option<String>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its key: the branch, or a name where one branch has two rules.
    pub key: String,
    /// What starts it.
    pub start: Start,
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

/// One thing that is built and deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// What it was, in the other tool's words: `Load Balanced Web Service`.
    pub was: String,
    /// Where its image comes from.
    pub image: Image,
    /// How it is deployed.
    pub deploy: Deploy,
    /// The services that are deployed before it.
    pub depends_on: Vec<String>,
    /// Where it is written.
    pub place: Place,
}

/// Where an image comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Image {
    /// It is built.
    Built(Build),
    /// It is that of another service, built from the same.
    Of(String),
    /// None is built: what runs is made elsewhere.
    None,
}

/// How an image is built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Build {
    /// The Dockerfile, from the root; `None` for that of the context.
    pub dockerfile: Option<String>,
    /// The context, from the root; `None` for the root.
    pub context: Option<String>,
    /// The stage.
    pub target: Option<String>,
    /// Whether it is for ARM.
    pub is_arm: bool,
    /// Build arguments.
    pub args: BTreeMap<String, String>,
}

/// How something is deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deploy {
    /// An ECS service; by environment where names are known, else by one pattern.
    Ecs(Names<Ecs>),
    /// A family of task definitions.
    Task(Names<Task>),
    /// Commands.
    Commands(Vec<String>),
    /// Commands that were a step of a pipeline, with what they are given.
    Step(step::Step),
}

/// Names in AWS: one pattern with placeholders, and what is known better of environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names<T> {
    /// With `{environment}` in it. Where nothing was looked up, the parts that AWS has made up are marked.
    pub pattern: T,
    /// By environment.
    pub known: BTreeMap<String, T>,
}

/// An ECS service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ecs {
    /// The cluster.
    pub cluster: String,
    /// The service.
    pub service: String,
    /// The container.
    pub container: String,
    /// The roles of the task definition.
    pub roles: Vec<String>,
}

/// A family of task definitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The family.
    pub family: String,
    /// The container.
    pub container: String,
    /// The roles of the task definition.
    pub roles: Vec<String>,
    /// State machines that start it by a revision's number.
    pub state_machines: Vec<String>,
}

/// A migration that is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrate {
    /// In whose image it runs.
    pub service: String,
    /// The command.
    pub command: String,
    /// Where it was found.
    pub place: Place,
}

impl Rule {
    /// The tags that start it, where nothing was said of a branch.
    pub fn tags(&self) -> Option<&[String]> {
        self.start.branch.is_empty().then_some(self.start.tags.includes.as_slice())
    }

    /// What starts it, as people say it: its branch, or `tags v*`.
    pub fn starts(&self) -> String {
        self.tags().map_or_else(|| self.start.branch.clone(), |tags| format!("tags {}", tags.join(", ")))
    }
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
