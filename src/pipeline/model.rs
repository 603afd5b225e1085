//! What AWS will be told, before it is any document.

use std::sync::Arc;

use indexmap::IndexMap;

use super::iam::{Grant, Role};
use super::names;
use super::text::{Place, Text};
use crate::branch_map::Trigger;
use crate::config::raw::{RawCompute, RawMode, RawPlatform};
use crate::config::{Cache, Vpc};

pub use super::code_commit::Starter;
pub use super::notifications::Notice;

pub use super::gates::{Condition, Gates, Outcome, Rule, RuleProvider};

/// One CodePipeline pipeline, of type V2: what happens when the branches of one rule move.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Its name in AWS.
    pub name: String,
    /// Its rule's key: a branch, a pattern or a name.
    pub rule: String,
    /// The patterns that start it, as one text.
    pub pattern: String,
    /// Its role.
    pub role: Role,
    /// Where it is.
    pub home: Place,
    /// The other regions of its actions, in order, each with a bucket for the artifacts that are copied there.
    pub regions: Vec<Place>,
    /// What starts it.
    pub trigger: Trigger,
    /// What else starts it: other pushes, at most two (CodePipeline API, `GitConfiguration`).
    pub further_triggers: Vec<Trigger>,
    /// The rule of EventBridge's that starts it, where no trigger of its own can: the repository is in CodeCommit.
    pub starter: Option<Starter>,
    /// How its executions follow each other.
    pub mode: RawMode,
    /// What a start of it may say.
    pub variables: Vec<Input>,
    /// Its stages, in order; the first holds the source.
    pub stages: Vec<Stage>,
    /// The CodeBuild projects of its own: build, and one for each of the tests.
    pub projects: Vec<Project>,
    /// The image repositories of its own: for its images, one for each service, and for the layers that its build keeps.
    pub repositories: Vec<Repository>,
}

/// A variable of a pipeline, which a start may give another value (CodePipeline API, `PipelineVariableDeclaration`).
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// Its name, at most 128 letters, digits, `@`, `-` and `_`.
    pub name: &'static str,
    /// Its value where a start says nothing, as every trigger does. 1 to 1,000 characters.
    pub default: &'static str,
    /// What it is for, at most 200 characters.
    pub description: &'static str,
}

/// One stage.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Its actions.
    pub actions: Vec<Action>,
    /// What it waits for, and what follows it.
    pub gates: Gates,
}

/// One action.
#[derive(Clone, Debug)]
pub struct Action {
    /// Its name, unique in the stage.
    pub name: String,
    /// What runs it.
    pub provider: Provider,
    /// Under which name its output variables are known, unique in the pipeline.
    pub namespace: Option<String>,
    /// Its settings, in AWS's names. Each value at most 1,000 characters.
    pub configuration: Vec<(&'static str, Text)>,
    /// The artifacts it reads.
    pub inputs: Vec<&'static str>,
    /// The artifacts it makes.
    pub outputs: Vec<&'static str>,
    /// Its place in the stage's order, from 1; equal numbers run side by side.
    pub run_order: u32,
    /// The role it runs under; the pipeline's own when there is none.
    pub role: Option<Text>,
    /// The region it works in, where that is not the pipeline's.
    pub region: Option<String>,
}

/// What runs an action: category and provider, all owned by AWS, all version 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// A connection to a repository's host.
    Connection,
    /// A repository in CodeCommit.
    CodeCommit,
    /// A CodeBuild project that makes something.
    Build,
    /// A CodeBuild project that tests something.
    Test,
    /// A person.
    Approval {
        /// Minutes until it fails, 5 to 86,400; `None` is CodePipeline's own seven days. Only approvals have it.
        timeout: Option<u32>,
    },
    /// An ECS deploy.
    Ecs,
}

impl Provider {
    /// The category and the provider's name, as CodePipeline has them.
    pub fn ids(self) -> (&'static str, &'static str) {
        match self {
            Provider::Connection => ("Source", "CodeStarSourceConnection"),
            Provider::CodeCommit => ("Source", "CodeCommit"),
            Provider::Build => ("Build", "CodeBuild"),
            Provider::Test => ("Test", "CodeBuild"),
            Provider::Approval { .. } => ("Approval", "Manual"),
            Provider::Ecs => ("Deploy", "ECS"),
        }
    }

    /// Minutes until the action fails, where that is said.
    pub fn timeout(self) -> Option<u32> {
        match self {
            Provider::Approval { timeout } => timeout,
            Provider::Connection
            | Provider::CodeCommit
            | Provider::Build
            | Provider::Test
            | Provider::Ecs => None,
        }
    }
}

/// What a CodeBuild project is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProjectKind {
    /// Builds and pushes the images of a pipeline.
    Build,
    /// Runs the tests of a pipeline.
    Test,
    /// Runs a migration of an environment.
    Migrate,
    /// Marks the images that are about to be deployed to an environment.
    Keep,
    /// Takes the lock of an environment.
    Lock,
    /// Stops what is older than what is deployed to an environment.
    Guard,
    /// Writes down what is deployed to an environment.
    Record,
    /// Deploys a service to an environment.
    Deploy,
    /// Makes a snapshot of an environment's database before it is migrated.
    Snapshot,
    /// Asks what was deployed to an environment whether it works.
    Verify,
    /// Says what a release would bring to an environment, before a person is asked.
    Compare,
    /// Says what the map asks for and AWS has not.
    Plan,
    /// Brings AWS to what the map asks for.
    Apply,
}

impl ProjectKind {
    /// The stem of its resources' names in the stack: `BuildProject`, `BuildRole`, `BuildLog`.
    pub fn stem(self) -> &'static str {
        match self {
            ProjectKind::Build => "Build",
            ProjectKind::Test => "Test",
            ProjectKind::Migrate => "Migrate",
            ProjectKind::Keep => "Keep",
            ProjectKind::Lock => "Lock",
            ProjectKind::Guard => "Guard",
            ProjectKind::Record => "Record",
            ProjectKind::Deploy => "Deploy",
            ProjectKind::Snapshot => "Snapshot",
            ProjectKind::Verify => "Verify",
            ProjectKind::Compare => "Compare",
            ProjectKind::Plan => "Plan",
            ProjectKind::Apply => "Apply",
        }
    }

    /// The end of its name in AWS: `shop-release-build`.
    pub fn name(self) -> &'static str {
        match self {
            ProjectKind::Build => "build",
            ProjectKind::Test => "test",
            ProjectKind::Migrate => "migrate",
            ProjectKind::Keep => "keep",
            ProjectKind::Lock => "lock",
            ProjectKind::Guard => "guard",
            ProjectKind::Record => "record",
            ProjectKind::Deploy => "deploy",
            ProjectKind::Snapshot => "snapshot",
            ProjectKind::Verify => "verify",
            ProjectKind::Compare => "compare",
            ProjectKind::Plan => "plan",
            ProjectKind::Apply => "apply",
        }
    }

    /// What a project of this kind does, for its description; `whom` is a pipeline's name, or an app and an environment.
    /// `part` is which of several it is.
    pub fn describe(self, part: Option<&str>, whom: &str) -> String {
        match (self, part) {
            (ProjectKind::Build, _) => format!("builds and pushes the images of {whom}"),
            (ProjectKind::Test, None) => format!("runs the tests of {whom}"),
            (ProjectKind::Test, Some(service)) => format!("runs the tests of {service} for {whom}"),
            (ProjectKind::Migrate, None) => format!("runs the migration of {whom}"),
            (ProjectKind::Migrate, Some(name)) => format!("runs the migration {name} of {whom}"),
            (ProjectKind::Keep, _) => format!("keeps the images that are deployed to {whom}"),
            (ProjectKind::Lock, _) => format!("takes the lock of {whom}"),
            (ProjectKind::Guard, _) => format!("keeps older commits out of {whom}"),
            (ProjectKind::Record, _) => format!("writes down what is deployed to {whom}"),
            (ProjectKind::Deploy, part) => format!("deploys {} of {whom}", part.unwrap_or("what is built")),
            (ProjectKind::Snapshot, _) => format!("makes a snapshot before the migration of {whom}"),
            (ProjectKind::Verify, _) => format!("verifies the deploy of {whom}"),
            (ProjectKind::Compare, _) => {
                format!("says what the releases of {whom} bring, before a person is asked")
            }
            (ProjectKind::Plan, _) => format!("says what the map of {whom} asks for and AWS has not"),
            (ProjectKind::Apply, _) => format!("brings AWS to what the map of {whom} asks for"),
        }
    }
}

/// One CodeBuild project, with its role, its log group and its buildspec.
#[derive(Clone, Debug)]
pub struct Project {
    /// What it is for.
    pub kind: ProjectKind,
    /// Which of several of its kind it is: the service of tests, the name of a migration.
    pub part: Option<String>,
    /// Its name in AWS, of 2 to 150 characters.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// The size of its machine.
    pub compute: RawCompute,
    /// The kind of its machine.
    pub platform: RawPlatform,
    /// Its image; `None` is AWS's own for the platform.
    pub image: Option<String>,
    /// Whether Docker runs in it.
    pub privileged: bool,
    /// The network it runs in.
    pub vpc: Option<Vpc>,
    /// What is kept for its next run.
    pub cache: Option<Cache>,
    /// Whether CodeBuild refuses a second build beside one that runs.
    pub alone: bool,
    /// Minutes until a build is stopped.
    pub timeout: u32,
    /// Environment variables that are the same in each build.
    pub variables: IndexMap<String, Variable>,
    /// The buildspec, as YAML. Many projects have the same.
    pub buildspec: Arc<str>,
}

impl Project {
    /// The log group of its builds.
    pub fn log_group(&self) -> String {
        format!("/aws/codebuild/{}", self.name)
    }

    /// The stem of its resources' names in the stack: `BuildProject`, `TestApiRole`, `MigrateOrdersLog`.
    pub fn stem(&self) -> String {
        let part = self.part.as_deref().map(names::camel).unwrap_or_default();
        format!("{}{part}", self.kind.stem())
    }

    /// What it is for, as a part of a file's name: `build`, `test-api`.
    pub fn short_name(&self) -> String {
        names::with_part(self.kind.name(), self.part.as_deref())
    }
}

/// The value of an environment variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variable {
    /// In the open.
    Plain(Text),
    /// Read by CodeBuild from Secrets Manager: `arn:key`, or the ARN alone.
    SecretsManager(String),
    /// Read by CodeBuild from Parameter Store: a name.
    ParameterStore(String),
}

/// What is done in one environment.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: Place,
    /// Whether it stands in another account than the pipelines: then its logs have a key of their own.
    pub is_foreign: bool,
    /// The role under which actions work in it.
    pub deploy_role: Role,
    /// The role that alone writes its lock, where it has one and is in the pipelines' account and region; elsewhere the
    /// role stands in the base stack.
    pub lock_holder: Option<Role>,
    /// Its CodeBuild projects.
    pub projects: Vec<Project>,
    /// The log groups of migrations that run as tasks, each under its resource's name in the stack.
    pub task_logs: IndexMap<String, String>,
}

/// What all pipelines share in one region.
#[derive(Clone, Debug)]
pub struct Base {
    /// Where it stands: in the pipelines' account.
    pub place: Place,
    /// Whether it is the pipelines' own region, the only one with a connection.
    pub is_home: bool,
    /// Whether the artifact bucket exists and is not made.
    pub bucket_exists: bool,
    /// The ARN of the key, where it exists and is not made.
    pub existing_key: Option<Text>,
    /// What roles of other accounts may do with the artifact bucket of this region.
    pub bucket_grants: Vec<Grant>,
    /// What they may do with its key.
    pub key_grants: Vec<Grant>,
    /// Days until artifacts expire: longer than the longest way through a pipeline.
    pub artifact_days: u32,
    /// The kind of connection to make, when none is given: `GitHub`, `GitLab`, `Bitbucket`.
    pub connection: Option<&'static str>,
    /// Whether the bucket of locks is here: in the pipelines' own region, where an environment has a lock.
    pub has_locks: bool,
    /// The CodeBuild projects that all pipelines share; none but in the pipelines' own region.
    pub projects: Vec<Project>,
    /// The ARNs of all roles that write locks and records, whoever keeps them: the bucket refuses writes by anybody else. None
    /// but in the pipelines' own region.
    pub lock_writers: Vec<Text>,
    /// The ARNs of the roles in this account that do what the file declares: the bucket of locks refuses them to change what it
    /// is. None but in the pipelines' own region.
    pub lock_commanded: Vec<Text>,
    /// The roles that alone write the locks of environments in other accounts or regions; none but in the pipelines' own
    /// region.
    pub lock_holders: Vec<LockHolder>,
    /// Who is told what; none but in the pipelines' own region, where their events are.
    pub notifications: Vec<Notice>,
}

/// The role that writes an environment's lock, in the pipelines' account.
#[derive(Clone, Debug)]
pub struct LockHolder {
    /// The environment's name.
    pub environment: String,
    /// The role, which the environment's lock project assumes.
    pub role: Role,
}

/// An image repository in ECR.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Its resource's name in the stack: the service's name in upper camel case, and what it is for.
    pub stem: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub kind: RepositoryKind,
    /// What roles of other accounts may do with it.
    pub grants: Vec<Grant>,
}

/// What an image repository is for.
#[derive(Clone, Debug)]
pub enum RepositoryKind {
    /// Images that are deployed. Their tags never move.
    Images {
        /// The environments whose deployed images are kept, last in the promotion order first: an image that matches
        /// an earlier lifecycle rule cannot be expired by a later one.
        environments: Vec<String>,
        /// Days until an image that was not deployed goes.
        days: u32,
    },
    /// Layers for the next build. Its tags move.
    Cache,
}
