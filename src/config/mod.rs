//! Text → a valid [`Config`], or everything that is wrong with it.
//!
//! `tree.rs` reads the text into a tree in which every key and value has its place. `schema.rs` judges the tree
//! against the shape of [`raw::Raw`] and `references.rs` finds names that are defined nowhere; only a clean tree is
//! decoded. `validate/` turns what was decoded into a [`Config`], applying defaults last, and looks up the place of each
//! later finding by its path.

pub mod account;
mod contents;
mod cron;
mod custom;
mod decode;
mod deploy;
mod existing;
mod gates;
mod machine;
mod notifications;
mod parity;
mod partition;
mod per_branch;
mod placeholder;
mod provider;
pub mod raw;
mod references;
pub mod regions;
mod rule;
pub mod schema;
mod timezone;
pub mod tree;
mod validate;
mod verify;

use indexmap::IndexMap;

pub use custom::{Buildspecs, Operation, OperationKind, Override};

use crate::diagnostic::{Finding, Span, has_errors};

pub use cron::Cron;
pub use deploy::{Commands, Declared, Deploy, Ecs, EcsTask, SidecarImage, Sidecars, Targets};
pub use existing::{Artifacts, EnvironmentRoles, Existing, PipelineRoles};
pub use gates::{Alarms, Window, length};
pub use machine::{Cache, Machine, Vpc};
pub use notifications::{Notification, Recipient};
pub use parity::ParityException;
pub use partition::Partition;
pub use rule::{Event, Filter, PerBranch, Rule, Written};
pub use verify::{Database, Http, Snapshot, Verify};

/// A valid configuration: names exist, values are in range, placeholders are filled in, defaults are applied.
#[derive(Debug, Clone)]
pub struct Config {
    /// The app's name.
    pub app: String,
    /// What the names of everything in AWS begin with: the file's prefix and the app's name, at most 20 characters.
    pub stem: String,
    /// The path of every role that is made: `/`, or with names between slashes, `/ci/`.
    pub role_path: String,
    /// What is used in place of what would be made.
    pub existing: Existing,
    /// The rules of the branch map, in the order of the file.
    pub rules: Vec<Rule>,
    /// The environments, in the order of the file.
    pub environments: IndexMap<String, Environment>,
    /// The pipelines' account, twelve digits.
    pub account: String,
    /// The pipelines' region.
    pub region: String,
    /// Where the code comes from.
    pub source: Source,
    /// The services, in the order of the file.
    pub services: IndexMap<String, Service>,
    /// The project that builds the images.
    pub build: BuildProject,
    /// The tests, side by side: those of the top level first, then those of services. None twice for one service.
    pub tests: Vec<Test>,
    /// Who is told of what, by name, in the order of the file.
    pub notifications: IndexMap<String, Notification>,
    /// Tags on everything, beside branchline's own.
    pub tags: IndexMap<String, String>,
    /// The managed policy, by name or ARN, that bounds the roles of the base and of pipelines.
    pub permission_boundary: Option<String>,
    /// Where the build and the tests find their buildspecs.
    pub buildspecs: Buildspecs,
    /// Changes to single documents, in the order of the file.
    pub overrides: Vec<Override>,
    /// Keys that may be missing somewhere, in the order of the file; for `check parity` alone.
    pub parity: Vec<ParityException>,
    /// The branches that exist, as the caller knows them: no file says so. Only asked for where a rule has a pipeline for
    /// each of its branches.
    pub branches: Vec<String>,
    /// The names of the shell steps of which changed copies stand in the place of the originals, in order: no file says so.
    pub copies: Vec<String>,
}

/// A place that is deployed to.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// Its account, twelve digits; the pipelines' where the file says none.
    pub account: String,
    /// Its region; the pipelines' where the file says none.
    pub region: String,
    /// The approval before anything happens here, when one is asked for.
    pub approval: Option<Approval>,
    /// The lock that lets one release at a time through, where there is one.
    pub lock: Option<Lock>,
    /// Whether an older commit may replace a newer one here, without anybody saying so.
    pub allows_downgrade: bool,
    /// When it may be entered; `None` is always.
    pub window: Option<Window>,
    /// What is watched after each deploy.
    pub alarms: Option<Alarms>,
    /// Whether a deploy that fails, or sets off an alarm, is rolled back.
    pub rolls_back: bool,
    /// The migrations before each deploy, in the order in which they run. No two have one name, and one alone may have
    /// none.
    pub migrations: Vec<Migrate>,
    /// The snapshot before the first of them.
    pub snapshot: Option<Snapshot>,
    /// The deploys, one a service, in the order of the services.
    pub deploys: IndexMap<String, Deploy>,
    /// What is asked of what was deployed.
    pub verify: Option<Verify>,
    /// The managed policy, by name or ARN, that bounds its roles.
    pub permission_boundary: Option<String>,
    /// Its roles that exist.
    pub roles: EnvironmentRoles,
    /// Where its key stands in the file.
    pub place: Span,
}

/// An approval by a person.
#[derive(Debug, Clone)]
pub struct Approval {
    /// The ARN of the SNS topic that is told.
    pub notify: Option<String>,
    /// Minutes until it fails when nobody gives it, 5 to 86,400.
    pub timeout: u32,
}

impl Approval {
    /// Minutes after which CodePipeline lets an approval fail where the action does not say it: seven days.
    pub const TIMEOUT: u32 = 7 * 24 * 60;

    /// Minutes until it fails, where that is not CodePipeline's own time.
    pub fn own_timeout(&self) -> Option<u32> {
        (self.timeout != Self::TIMEOUT).then_some(self.timeout)
    }
}

/// The lock of an environment: one execution of all its pipelines holds it at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// Minutes that another execution waits for it before it fails, 5 to 420.
    pub wait: u32,
}

/// Where the code comes from.
#[derive(Debug, Clone)]
pub struct Source {
    /// `owner/name`; `None` until the git remote has been asked.
    pub repository: Option<String>,
    /// The connection's ARN; `None` when the base stack makes one.
    pub connection: Option<String>,
    /// The repository's host; `None` until the git remote has been asked, and GitHub if nobody says.
    pub provider: Option<raw::RawProvider>,
    /// The name of a host of the person's own, with its port where it needs one; for links.
    pub server: Option<String>,
    /// Where `source` stands in the file, for what git says about it.
    pub place: Span,
}

impl Source {
    /// The repository's host.
    pub fn host(&self) -> raw::RawProvider {
        self.provider.unwrap_or(raw::RawProvider::GitHub)
    }
}

/// A thing that is built once and deployed.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// The image repository's name in ECR.
    pub repository: String,
    /// Whether that repository exists and is not made.
    pub repository_exists: bool,
    /// The Dockerfile, from the repository's root.
    pub dockerfile: String,
    /// The build context, from the repository's root.
    pub context: String,
    /// The stage that is built.
    pub target: Option<String>,
    /// Build arguments.
    pub args: IndexMap<String, String>,
    /// Names of the build's secrets that the Dockerfile may mount.
    pub secrets: Vec<String>,
    /// Whether each pipeline keeps layers for its next build, in a repository of its own.
    pub cache: bool,
    /// The container in the task definition that gets the image.
    pub container: String,
    /// The service whose image it is deployed with, where it builds none: its repository is that service's then.
    pub image_of: Option<String>,
    /// The services that are deployed before it.
    pub depends_on: Vec<String>,
    /// Patterns of the paths that belong to it; none where it says none.
    pub paths: Vec<Written>,
    /// Where its key stands in the file.
    pub place: Span,
}

impl Service {
    /// The service whose image it is deployed with: mostly itself.
    pub fn image(&self) -> &str {
        self.image_of.as_deref().unwrap_or(&self.name)
    }

    /// Whether an image is built for it.
    pub fn builds(&self) -> bool {
        self.image_of.is_none()
    }
}

/// The project that builds the images.
#[derive(Debug, Clone)]
pub struct BuildProject {
    /// Its machine.
    pub machine: Machine,
    /// The platform of the images, and so of the machine.
    pub platform: raw::RawPlatform,
    /// Variables: each is a build argument of its name.
    pub variables: IndexMap<String, String>,
    /// Secrets.
    pub secrets: IndexMap<String, Secret>,
    /// Where `build` stands in the file; `services` where there is none.
    pub place: Span,
}

/// Where a secret is kept. Its value is never read here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// In Secrets Manager.
    SecretsManager {
        /// The secret's ARN.
        arn: String,
        /// One key of its JSON.
        key: Option<String>,
    },
    /// In Parameter Store, by name.
    ParameterStore(String),
}

/// Tests: a project of their own in each pipeline.
#[derive(Debug, Clone)]
pub struct Test {
    /// The service whose tests they are; `None` is the top level's.
    pub service: Option<String>,
    /// Shell commands.
    pub commands: Vec<String>,
    /// Where they run.
    pub place: TestPlace,
    /// The project's machine.
    pub machine: Machine,
    /// Variables.
    pub variables: IndexMap<String, String>,
    /// Secrets.
    pub secrets: IndexMap<String, Secret>,
    /// Where `test` stands in the file.
    pub section: Span,
}

/// Where the tests run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestPlace {
    /// In the files of the commit.
    Checkout,
    /// In the image of a service.
    Image {
        /// The service.
        service: String,
        /// A stage of its Dockerfile that is built for the tests; `None` is the image that is deployed.
        target: Option<String>,
    },
}

/// A migration in one environment.
#[derive(Debug, Clone)]
pub struct Migrate {
    /// Its name, by which it is told from others.
    pub name: Option<String>,
    /// The service that it belongs to: whose new image it uses, and whose network where it is an ECS task.
    pub service: String,
    /// How it runs.
    pub run: Run,
    /// What runs.
    pub command: Command,
    /// Paths of the repository, without a slash at the end, below which a change is a migration.
    pub files: Vec<String>,
    /// Minutes until it is given up.
    pub timeout: u32,
    /// Variables in its container.
    pub variables: IndexMap<String, String>,
    /// Secrets in its container.
    pub secrets: IndexMap<String, Secret>,
    /// The machine that runs it, or that starts the task and waits for it.
    pub machine: Machine,
    /// Where the migration stands in the file; the environment's key where it changes what runs, or with which values.
    pub place: Span,
}

/// How a migration runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// As an ECS task beside the service.
    EcsTask,
    /// In the new image, on a build machine.
    Image,
    /// In the files of the commit, on a build machine.
    Checkout,
}

/// A command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// One line for `sh -ec`.
    Shell(String),
    /// The program and its arguments.
    Words(Vec<String>),
}

/// What reading a configuration gave.
#[derive(Debug)]
pub struct Reading {
    /// The configuration; `None` when a finding is an error.
    pub config: Option<Config>,
    /// Everything that is wrong with it, in the order of the file.
    pub findings: Vec<Finding>,
}

/// Reads a configuration. Never fails and never panics: what is wrong is in the findings.
pub fn read(text: &str) -> Reading {
    let (tree, mut findings) = tree::read(text);
    let mut config = None;
    if let Some(tree) = tree {
        findings.extend(schema::judge(&tree));
        findings.extend(references::judge(&tree));
        findings.extend(contents::judge(&tree));
        if !has_errors(&findings) {
            let (valid, more) = validate::validate(&tree);
            config = valid;
            findings.extend(more);
        }
    }
    findings.sort_by_key(|finding| (finding.place.map(|place| place.start), finding.code));
    // What stands under an anchor is judged wherever an alias names it, and told once.
    findings.dedup();
    Reading { config, findings }
}
