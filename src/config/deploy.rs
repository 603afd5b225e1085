//! How services are deployed.

use indexmap::IndexMap;

use super::{Machine, Secret};
use crate::diagnostic::Span;

/// How a service is deployed.
#[derive(Debug, Clone)]
pub enum Deploy {
    /// To an ECS service that exists, by CodePipeline's own action.
    Ecs(Ecs),
    /// To a family of task definitions that exists: a new revision of it.
    EcsTask(EcsTask),
    /// By commands of one's own.
    Commands(Commands),
}

impl Deploy {
    /// Where it deploys to, or how, in words: `to the ECS service api in shop-staging`, `by 2 commands`.
    pub fn describe(&self) -> String {
        match self {
            Deploy::Ecs(ecs) => format!("to the ECS service {} in {}", ecs.service, ecs.cluster),
            Deploy::EcsTask(task) => format!("to the task family {}", task.family),
            Deploy::Commands(commands) => {
                let count = commands.run.len();
                format!("by {count} command{}", if count == 1 { "" } else { "s" })
            }
        }
    }

    /// Minutes until it gives up.
    pub fn timeout(&self) -> u32 {
        match self {
            Deploy::Ecs(ecs) => ecs.timeout,
            Deploy::EcsTask(_) => EcsTask::TIMEOUT,
            Deploy::Commands(commands) => commands.machine.timeout,
        }
    }

    /// The ECS service, where that is what is deployed to.
    pub fn ecs(&self) -> Option<&Ecs> {
        match self {
            Deploy::Ecs(ecs) => Some(ecs),
            Deploy::EcsTask(_) | Deploy::Commands(_) => None,
        }
    }

    /// The images that a deploy sets beside the service's own; none for commands.
    pub fn sidecars(&self) -> impl Iterator<Item = (&String, &SidecarImage)> {
        let own = match self {
            Deploy::Ecs(ecs) => Some(&ecs.sidecars),
            Deploy::EcsTask(task) => Some(&task.sidecars),
            Deploy::Commands(_) => None,
        };
        own.into_iter().flatten()
    }

    /// The roles of the tasks that run the image, by name (with path).
    pub fn task_roles(&self) -> &[String] {
        match self {
            Deploy::Ecs(ecs) => &ecs.roles,
            Deploy::EcsTask(task) => &task.roles,
            Deploy::Commands(_) => &[],
        }
    }
}

/// Images of sidecars, by their containers' names.
pub type Sidecars = IndexMap<String, SidecarImage>;

/// An image that is referred to and not built, with its placeholders filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SidecarImage {
    /// Its repository, with its tag or digest; where it is not ours, with the registry before it.
    pub image: String,
    /// Whether it is in the registry of the pipelines' account and region.
    pub is_ours: bool,
}

/// An ECS service.
#[derive(Debug, Clone)]
pub struct Ecs {
    /// The cluster's name.
    pub cluster: String,
    /// The ECS service's name.
    pub service: String,
    /// The roles of the task definition, by name (with path).
    pub roles: Vec<String>,
    /// The images of its sidecars, by container.
    pub sidecars: Sidecars,
    /// Minutes until the action gives up, 1 to 60.
    pub timeout: u32,
}

/// A family of task definitions, and what starts its tasks by a revision's number.
#[derive(Debug, Clone)]
pub struct EcsTask {
    /// The family's name.
    pub family: String,
    /// The roles of the task definition, by name (with path).
    pub roles: Vec<String>,
    /// The images of its sidecars, by container.
    pub sidecars: Sidecars,
    /// What is moved on to the new revision.
    pub targets: Targets,
    /// Where the family's name stands in the file.
    pub place: Span,
}

impl EcsTask {
    /// Minutes until it gives up: a few calls for each target.
    pub const TIMEOUT: u32 = 15;
}

/// What starts tasks of a family by a revision's number.
#[derive(Debug, Clone, Default)]
pub struct Targets {
    /// Rules of EventBridge's default event bus, by name.
    pub rules: Vec<String>,
    /// Schedules, each by its group and its name.
    pub schedules: Vec<(String, String)>,
    /// State machines, by name.
    pub state_machines: Vec<String>,
    /// The roles with which rules and schedules start the task, by name (with path).
    pub roles: Vec<String>,
}

/// Commands that deploy, on a machine in the environment's account, in the files of the commit.
#[derive(Debug, Clone)]
pub struct Commands {
    /// Shell commands; the same in every environment.
    pub run: Vec<String>,
    /// What they may do.
    pub statements: Vec<Declared>,
    /// Variables.
    pub variables: IndexMap<String, String>,
    /// Secrets.
    pub secrets: IndexMap<String, Secret>,
    /// The machine.
    pub machine: Machine,
}

/// A statement of a policy as a person wrote it, with its placeholders filled in. It allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The actions, such as `s3:PutObject`.
    pub actions: Vec<String>,
    /// ARNs, or `*`.
    pub resources: Vec<String>,
}
