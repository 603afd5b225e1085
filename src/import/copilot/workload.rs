//! A workload's manifest: `copilot/<name>/manifest.yml`, of every type, as it is in any environment.
//!
//! By Copilot's documentation ("Manifest") and its sources (`internal/pkg/manifest`), version 1.33. What is needed to deploy a
//! workload with branchline is read; what Copilot knows besides (scaling, storage, load balancers, ...) stays with the existing service
//! and is passed over; what it does not know is a mistake.

mod read;

use super::super::reader::{Located, Raised};
use super::merge;
use crate::config::tree::{Node, Step};
use crate::diagnostic::{Finding, Span};

pub use read::read;

/// The type of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An ECS service behind a load balancer.
    LoadBalancedWebService,
    /// An ECS service that is reached from inside.
    BackendService,
    /// A service of App Runner.
    RequestDrivenWebService,
    /// An ECS service that takes messages from a queue.
    WorkerService,
    /// Files in S3 behind `CloudFront`.
    StaticSite,
    /// An ECS task that a state machine runs on a schedule.
    ScheduledJob,
}

impl Kind {
    /// All types.
    pub const ALL: [Kind; 6] = [
        Kind::LoadBalancedWebService,
        Kind::BackendService,
        Kind::RequestDrivenWebService,
        Kind::WorkerService,
        Kind::StaticSite,
        Kind::ScheduledJob,
    ];

    /// The type's name in a manifest.
    pub fn name(self) -> &'static str {
        match self {
            Kind::LoadBalancedWebService => "Load Balanced Web Service",
            Kind::BackendService => "Backend Service",
            Kind::RequestDrivenWebService => "Request-Driven Web Service",
            Kind::WorkerService => "Worker Service",
            Kind::StaticSite => "Static Site",
            Kind::ScheduledJob => "Scheduled Job",
        }
    }
}

/// A manifest.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The workload's name.
    pub name: Located<String>,
    /// Its type.
    pub kind: Kind,
    /// The workload where no environment says otherwise.
    pub base: Workload,
    /// The environments that do something differently, in the order of the file.
    pub environments: Vec<Located<String>>,
    /// The manifest without `environments`.
    tree: Node,
    /// What each of the environments does differently.
    differences: Option<Node>,
}

impl Manifest {
    /// The workload as it is in an environment.
    pub fn in_environment(&self, environment: &str) -> Workload {
        match self.difference(environment) {
            Some(difference) => read::workload(&merge::overlaid(&self.tree, difference), self.kind),
            None => self.base.clone(),
        }
    }

    /// What an environment does differently, where it does.
    fn difference(&self, environment: &str) -> Option<&Node> {
        self.differences.as_ref()?.get(environment)
    }

    /// Where a setting of one environment would be written: below the last key of this way that is there, in what the
    /// environment does differently; at the first of the environments where it does nothing differently, and below the last key of
    /// the manifest itself where no environment does.
    pub fn place_in(&self, environment: &str, way: &[&str]) -> Span {
        let Some(differences) = &self.differences else {
            return last_key(&self.tree, way).unwrap_or(self.name.span);
        };
        let way: Vec<&str> = std::iter::once(environment).chain(way.iter().copied()).collect();
        let beginning = Span { start: differences.span.start, end: differences.span.start };
        last_key(differences, &way).unwrap_or(beginning)
    }
}

/// The place of the last key of a way that is there.
fn last_key(node: &Node, way: &[&str]) -> Option<Span> {
    let mut node = node;
    let mut last = None;
    for key in way {
        let Some(next) = node.get(key) else { break };
        last = Some(node.key_at(&[Step::Key(key)]));
        node = next;
    }
    last
}

/// A workload, in one environment or without any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workload {
    /// Where the image comes from; `None` for a static site, or where it is not said.
    pub image: Option<Image>,
    /// The port of the main container.
    pub port: Option<Located<String>>,
    /// The platform as `linux/arm64`, in Copilot's words.
    pub platform: Option<Located<String>>,
    /// What the main container is told.
    pub container: Container,
    /// Further containers, by their names.
    pub sidecars: Vec<(Located<String>, Sidecar)>,
    /// What the container that routes logs is told, where there is one.
    pub log_router: Option<LogRouter>,
    /// When a job runs.
    pub schedule: Option<Located<String>>,
    /// How long a job may take, as Go writes a duration.
    pub timeout: Option<Located<String>>,
    /// How often a job that failed is tried again.
    pub retries: Option<Located<String>>,
    /// Whether a person may run commands in a container.
    pub exec: Option<Located<bool>>,
    /// The subnets.
    pub placement: Option<Placement>,
    /// The files of a static site.
    pub files: Vec<Files>,
}

/// Where an image comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Image {
    /// It is built.
    Build(Build),
    /// It exists.
    Location(Located<String>),
}

/// How an image is built. Paths are those of the manifest; [`Build::dockerfile`] and [`Build::context`] say what they come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// Where the build is written.
    pub span: Span,
    /// The Dockerfile, where it is named.
    pub named_dockerfile: Option<Located<String>>,
    /// The context, where it is named.
    pub named_context: Option<Located<String>>,
    /// Build arguments.
    pub args: Vec<(Located<String>, Located<String>)>,
    /// The stage that is built.
    pub target: Option<Located<String>>,
    /// Images whose layers are used again.
    pub cache_from: Vec<Located<String>>,
}

impl Build {
    /// The Dockerfile, from the root of the workspace: the named one, or `Dockerfile` in the context (`workload.go`,
    /// `dockerfilePath`).
    pub fn dockerfile(&self) -> String {
        match (&self.named_dockerfile, &self.named_context) {
            (Some(dockerfile), _) => clean(&dockerfile.value),
            (None, Some(context)) => clean(&format!("{}/Dockerfile", context.value)),
            (None, None) => "Dockerfile".to_owned(),
        }
    }

    /// The context, from the root of the workspace: the named one, or the Dockerfile's folder (`contextPath`).
    pub fn context(&self) -> String {
        match (&self.named_context, &self.named_dockerfile) {
            (Some(context), _) => clean(&context.value),
            (None, Some(dockerfile)) => match clean(&dockerfile.value).rsplit_once('/') {
                Some((folder, _)) => folder.to_owned(),
                None => ".".to_owned(),
            },
            (None, None) => ".".to_owned(),
        }
    }
}

/// A path without `./`, doubled slashes and steps up that can be made, as Go's `filepath.Join` writes it.
pub(super) fn clean(path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => _ = steps.pop(),
            step => steps.push(step),
        }
    }
    if steps.is_empty() { ".".to_owned() } else { steps.join("/") }
}

/// What a container is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Container {
    /// Its variables, by key.
    pub variables: Vec<(Located<String>, Variable)>,
    /// Its secrets, by key.
    pub secrets: Vec<(Located<String>, Secret)>,
    /// A file of further variables, from the root of the workspace.
    pub env_file: Option<Located<String>>,
    /// What runs in place of the image's entry point.
    pub entrypoint: Option<Words>,
    /// What runs in place of the image's command.
    pub command: Option<Words>,
}

/// A variable's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variable {
    /// A text; empty where nothing is written.
    Text(Located<String>),
    /// The value of a CloudFormation export.
    Import(Located<String>),
}

/// Where a secret is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// The name of a parameter in Parameter Store, or the ARN of a secret; empty where nothing is written.
    Reference(Located<String>),
    /// The name of a secret in Secrets Manager, with `:key::` behind it for one key of its JSON.
    SecretsManager(Located<String>),
    /// A CloudFormation export whose value is such a reference.
    Import(Located<String>),
}

/// A command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    /// One line, which Copilot splits as a shell does.
    Line(Located<String>),
    /// The words.
    List(Vec<Located<String>>),
}

/// A container beside the main one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sidecar {
    /// Where its image comes from.
    pub image: Option<Image>,
    /// Its port, with its protocol behind it where one is named: `2000/udp`.
    pub port: Option<Located<String>>,
    /// What it is told.
    pub container: Container,
}

/// The container that routes logs (Firelens).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogRouter {
    /// Its image, where it is not Copilot's own choice.
    pub image: Option<Located<String>>,
    /// What it is told.
    pub container: Container,
}

/// Where tasks run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// In the environment's `public` or `private` subnets.
    Named(Located<String>),
    /// In these subnets.
    Subnets(Vec<Located<String>>),
    /// In the subnets that have these tags, each with one of its values.
    Tagged(Vec<(Located<String>, Vec<Located<String>>)>),
}

/// Files of a static site that are uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// A file or a folder, from the root of the workspace.
    pub source: Located<String>,
    /// Where they go in the bucket.
    pub destination: Option<Located<String>>,
    /// Whether folders below are taken too.
    pub is_recursive: bool,
    /// Patterns of what is left out.
    pub exclude: Vec<Located<String>>,
    /// Patterns of what is taken all the same.
    pub reinclude: Vec<Located<String>>,
}

/// What was read of a file: the manifest, where it can be made out, and all that is to be said of it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The manifest.
    pub manifest: Option<Manifest>,
    /// What is to be said, in the order of the file.
    pub raised: Vec<Raised>,
    /// What is wrong with the text as YAML.
    pub findings: Vec<Finding>,
}

#[cfg(test)]
mod tests;
