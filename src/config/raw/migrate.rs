//! Migrations, and what environments do differently with them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Map, RawCache, RawCompute, RawNone, RawSecret, RawTestIn, RawVpc};

/// How a migration runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawMigrateRun {
    /// As an ECS task of its own, beside the service: its network, its roles, the new image.
    EcsTask,
    /// On a build machine: in the new image, or in the files of the commit.
    #[serde(rename = "codebuild")]
    CodeBuild,
}

/// The migrations: one, or a list of them that run one after the other.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawMigrations {
    /// The only one.
    One(Box<RawMigrate>),
    /// Several, in the order in which they run; each needs a `name`.
    Several(#[schemars(extend("minItems" = 1))] Vec<RawMigrate>),
}

impl RawMigrations {
    /// The migrations in the order in which they run.
    pub fn iter(&self) -> impl Iterator<Item = &RawMigrate> {
        let written = match self {
            RawMigrations::One(one) => std::slice::from_ref(&**one),
            RawMigrations::Several(all) => all.as_slice(),
        };
        written.iter()
    }
}

/// A command line: one line for the image's shell, or a list of words that are run as they are.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawCommand {
    /// One line for the image's `sh -ec`.
    Shell(String),
    /// The program and its arguments; the image needs no shell.
    Words(#[schemars(extend("minItems" = 1))] Vec<String>),
}

/// A folder or a file of the repository in which a change is a migration.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = "committed-path"))]
pub struct RawMigrationFiles(pub String);

/// The database migration.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawMigrate {
    /// Its name, where there are several.
    #[schemars(extend("format" = "migration-name"))]
    pub name: Option<String>,
    /// The service whose new image and network it uses; needed with several services.
    pub service: Option<String>,
    /// What runs: one line for the image's shell, or a list of words.
    pub command: RawCommand,
    /// Folders and files of the repository in which a change is a migration, such as `db/migrate`. The approval of an
    /// environment with a lock says which of them a release changes; without this, it says that a migration runs.
    #[schemars(extend("minItems" = 1))]
    pub files: Option<Vec<RawMigrationFiles>>,
    /// How it runs. `ecs_task` if nothing is said.
    pub run: Option<RawMigrateRun>,
    /// With `run: codebuild`: in the new image, or in the files of the commit. `image` if nothing is said.
    #[serde(rename = "in")]
    pub place: Option<RawTestIn>,
    /// How long the migration may take. 30m if nothing is said, at most 7h.
    #[schemars(extend("format" = "duration"))]
    pub timeout: Option<String>,
    /// Variables in the migration's environment, beside those of the service's task definition with `run: ecs_task`.
    #[schemars(extend("x-key-format" = "container-variable-name"))]
    pub variables: Option<Map<String>>,
    /// Secrets in the migration's environment, beside those of the service's task definition with `run: ecs_task`.
    #[schemars(extend("x-key-format" = "container-variable-name"))]
    pub secrets: Option<Map<RawSecret>>,
    /// The size of the machine that runs it, or that starts the task and waits for it. `small` if nothing is said.
    pub compute: Option<RawCompute>,
    /// The image that machine runs in. AWS's Amazon Linux image if nothing is said.
    #[schemars(extend("format" = "build-image"))]
    pub image: Option<String>,
    /// The network the project runs in. The environment's if nothing is said.
    pub vpc: Option<RawVpc>,
    /// What is kept for the project's next run.
    pub cache: Option<RawCache>,
    /// Whether Docker runs in the project. It does without this wherever an image is built or run.
    pub privileged: Option<bool>,
}

/// What a migration does differently in one environment.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawMigrateOverride {
    /// The migration's name, where there are several.
    #[schemars(extend("format" = "migration-name"))]
    pub name: Option<String>,
    /// `none` switches it off here.
    pub run: Option<RawNone>,
    /// What runs.
    pub command: Option<RawCommand>,
    /// How long the migration may take.
    #[schemars(extend("format" = "duration"))]
    pub timeout: Option<String>,
    /// Variables of this migration here, over those of the environment.
    #[schemars(extend("x-key-format" = "container-variable-name"))]
    pub variables: Option<Map<String>>,
    /// Secrets of this migration here, over those of the environment.
    #[schemars(extend("x-key-format" = "container-variable-name"))]
    pub secrets: Option<Map<RawSecret>>,
    /// The network this migration runs in here.
    pub vpc: Option<RawVpc>,
}

/// What the migrations do differently in an environment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawMigrateOverrides {
    /// None runs here.
    None(RawNone),
    /// What the only migration does differently.
    One(Box<RawMigrateOverride>),
    /// What some of several migrations do differently, each by its name.
    Several(#[schemars(extend("minItems" = 1))] Vec<RawMigrateOverride>),
}

impl RawMigrateOverrides {
    /// The overrides that were written; none for `none`.
    pub fn iter(&self) -> impl Iterator<Item = &RawMigrateOverride> {
        let written = match self {
            RawMigrateOverrides::None(_) => &[],
            RawMigrateOverrides::One(one) => std::slice::from_ref(&**one),
            RawMigrateOverrides::Several(all) => all.as_slice(),
        };
        written.iter()
    }
}
