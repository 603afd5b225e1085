//! What a plan makes worth a look: every name in it that has to stand for something in AWS.

mod gathering;

use std::collections::{BTreeMap, BTreeSet};

use super::spot::Filled;
use crate::diagnostic::Span;
use crate::pipeline::text::Place;

/// A kind of thing that only has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A secret of Secrets Manager, by ARN.
    Secret,
    /// A parameter of Parameter Store, by name.
    Parameter,
    /// An image repository, by name.
    Repository,
    /// A role, by ARN.
    Role,
    /// An SNS topic, by ARN.
    Topic,
}

/// A thing that has to be there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Thing {
    /// What it is.
    pub kind: Kind,
    /// Where it is looked for.
    pub place: Place,
    /// Its name or ARN.
    pub name: String,
}

/// Who needs something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// In words: "the migration of `staging`".
    pub by: String,
    /// The environment that it belongs to.
    pub environment: Option<String>,
    /// Where in the file that stands, if the name itself is not found there.
    pub near: Option<Span>,
}

/// An ECS service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Service {
    /// Its account and region.
    pub place: Place,
    /// Its cluster.
    pub cluster: String,
    /// Its name.
    pub name: String,
}

/// To what a deploy goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An ECS service.
    Service(Service),
    /// A family of task definitions, by name.
    Family(Place, String),
}

/// A deploy of one service to one environment.
#[derive(Clone, Debug)]
pub struct Deploying {
    /// The environment.
    pub environment: String,
    /// The service, as the file names it.
    pub service: String,
    /// Where it goes.
    pub target: Target,
    /// The containers that get an image, by name.
    pub containers: Vec<String>,
    /// The roles that it may hand to its tasks, by name (with path).
    pub roles: Vec<String>,
    /// Where the service's key stands in the file.
    pub near: Span,
}

/// A network of build machines.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Its subnets.
    pub subnets: BTreeSet<String>,
    /// Its security groups.
    pub groups: BTreeSet<String>,
    /// The environment that it is of; `None` is the pipelines' own.
    pub environment: Option<String>,
}

/// All that is to be looked at.
#[derive(Clone, Debug, Default)]
pub struct Questions {
    /// All places: the pipelines' own first. Each with what is there, in words.
    pub places: Vec<(Place, String)>,
    /// The deploys to ECS.
    pub deploys: Vec<Deploying>,
    /// What has to be there, and for whom.
    pub things: BTreeMap<Thing, Vec<Use>>,
    /// The networks of build machines, by the VPC's id.
    pub networks: BTreeMap<(Place, String), Network>,
    /// The log groups of our projects and tasks.
    pub logs: BTreeMap<Place, BTreeSet<String>>,
    /// What the names of our projects begin with.
    pub stem: String,
    /// The pipelines' connection, where the file names it.
    pub connection: Option<String>,
    /// The export of the base stack that has the connection, where it makes one.
    pub connection_export: String,
    /// How many builds of a kind of machine (AWS's name: `Linux/Small`) one execution runs side by side at the most.
    pub side_by_side: BTreeMap<(Place, String), u64>,
}

impl Questions {
    /// Where the pipelines are.
    pub fn home(&self) -> Option<&Place> {
        self.places.first().map(|(place, _)| place)
    }
}

impl Use {
    /// What placeholders stand for where it stands.
    pub(super) fn filled<'a>(&'a self, app: &'a str) -> Filled<'a> {
        Filled { app, environment: self.environment.as_deref(), service: None }
    }
}
