//! What AWS and git have of what was asked for. `edge::aws::doctor` fills these in; no value of a secret or a parameter is among
//! them.

use std::collections::{BTreeMap, BTreeSet};

use super::made_up::MadeUp;
use super::questions::{Service, Thing};
use crate::pipeline::text::Place;

/// What came of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// It is there.
    There(T),
    /// It is not.
    Missing,
    /// It could not be looked at; why is in [`Facts::hidden`].
    Hidden,
}

impl<T> Answer<T> {
    /// What is there.
    pub fn there(&self) -> Option<&T> {
        match self {
            Answer::There(there) => Some(there),
            Answer::Missing | Answer::Hidden => None,
        }
    }

    /// Whether it is known not to be there.
    pub fn is_missing(&self) -> bool {
        matches!(self, Answer::Missing)
    }
}

/// A call that AWS did not answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hidden {
    /// Where it was made.
    pub place: Place,
    /// The call, as policies name it: `ecs:DescribeServices`.
    pub call: String,
    /// Whether the right to it is missing; else AWS refused it for another reason.
    pub is_denied: bool,
    /// AWS's words.
    pub message: String,
}

/// Everything that is known.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The accounts that cannot be asked at all, each with the reason and what helps.
    pub closed: BTreeMap<String, (String, String)>,
    /// What could not be looked at.
    pub hidden: BTreeSet<Hidden>,
    /// The connection to the repository's host: its ARN and its status. `None` where none is named and none was made yet.
    pub connection: Option<(String, Answer<String>)>,
    /// The branches of the repository, or why they are not known.
    pub branches: Option<Result<BTreeSet<String>, String>>,
    /// Clusters that are not there.
    pub without_cluster: BTreeSet<(Place, String)>,
    /// ECS services.
    pub services: BTreeMap<Service, Answer<Standing>>,
    /// What names are called that nobody has looked up.
    pub made_up: BTreeMap<MadeUp, Answer<String>>,
    /// Task definitions by ARN, or by family.
    pub tasks: BTreeMap<(Place, String), Answer<Task>>,
    /// What only has to be there, each with what else is to be said of it.
    pub things: BTreeMap<Thing, Answer<Option<Remark>>>,
    /// Networks by the VPC's id.
    pub networks: BTreeMap<(Place, String), Network>,
    /// Log groups of builds without an end to what they keep, by name.
    pub endless: BTreeMap<Place, BTreeSet<String>>,
    /// How much of a quota is used.
    pub quotas: Vec<Quota>,
    /// How many builds run at a time, by AWS's name of the kind of machine: `Linux/Small`.
    pub builds: BTreeMap<(Place, String), u64>,
    /// What Copilot left.
    pub copilot: BTreeMap<Place, Copilot>,
}

/// An ECS service that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// `ACTIVE`, `DRAINING` or `INACTIVE`.
    pub status: String,
    /// The ARN of its task definition.
    pub task: String,
    /// Who deploys it: `ECS`, `CODE_DEPLOY` or `EXTERNAL`.
    pub controller: String,
}

/// A task definition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Task {
    /// Its family and revision: `shop-api:17`.
    pub name: String,
    /// Its containers, by name.
    pub containers: Vec<String>,
    /// `X86_64` or `ARM64`, where it says so.
    pub architecture: Option<String>,
    /// Whether it may run on Fargate.
    pub is_fargate: bool,
    /// The ARNs of its roles: of the task, and of who starts it.
    pub roles: Vec<String>,
}

/// What is to be said of a thing that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// It is about to be deleted.
    Deleted,
}

/// A network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// The subnets that are there, each with its VPC and its way out; `None` where they could not be looked at.
    pub subnets: Option<BTreeMap<String, Subnet>>,
    /// Its security groups that were asked for and are there; `None` where they could not be looked at.
    pub groups: Option<BTreeSet<String>>,
    /// The services that it has endpoints for: `com.amazonaws.eu-west-1.s3`.
    pub endpoints: BTreeSet<String>,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// Its VPC.
    pub vpc: String,
    /// Where its traffic to the internet goes; `None` where its route table could not be looked at.
    pub way: Option<Way>,
}

/// Where traffic to the internet goes from a subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// To what leads on: a NAT gateway, a transit gateway, an instance; by its id.
    Out(String),
    /// To an internet gateway, which only what has a public address gets through.
    Public(String),
    /// To something that is gone.
    Lost(String),
    /// Nowhere.
    Nowhere,
}

/// How much of a quota is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Where it holds.
    pub place: Place,
    /// Of what: `pipelines`.
    pub what: &'static str,
    /// Whether it holds for the whole account.
    pub is_of_account: bool,
    /// How many there are.
    pub used: u64,
    /// How many there may be.
    pub limit: u64,
}

/// What Copilot left in one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copilot {
    /// Names of parameters below `/copilot/`.
    pub parameters: Vec<String>,
    /// Names of stacks, by the application in their tag.
    pub stacks: BTreeMap<String, Vec<String>>,
}
