//! Buildspecs: what each kind of CodeBuild project runs.
//!
//! A [`Buildspec`] is the typed form of buildspec version 0.2; each function below makes the one of one kind of
//! project from what its steps need to know. The shell itself stands in `templates/steps/` (see
//! [`steps`]). Every phase of ours is one command of many lines: CodeBuild looks at the status of a
//! command as a whole, so each begins with `set -euo pipefail`.

use indexmap::IndexMap;
use serde::Serialize;

use super::steps::{self, Steps, StepsError};
use crate::config::{Cache, Machine};
use crate::pipeline::names;

/// A buildspec, version 0.2.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Buildspec {
    version: f64,
    /// The shell, and what later stages may read.
    pub env: Env,
    /// What runs.
    pub phases: Phases,
    /// What is handed on; `None` where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifacts: Option<Artifacts>,
    /// What is kept for the next run; `None` where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<Kept>,
}

/// The `cache` section. Where it is kept is the project's to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Paths, from the source's folder or from `/`.
    pub paths: Vec<String>,
}

/// The `env` section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Env {
    /// Always `bash`: without it, CodeBuild takes `sh`, which has no `pipefail`.
    pub shell: &'static str,
    /// Variables that the action's namespace gives to later actions. None may begin with `AWS_`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exported_variables: Vec<String>,
    /// `yes` where git may use the credentials with which CodeBuild fetched the commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub git_credential_helper: Option<&'static str>,
}

/// The phases. One that fails ends the build, except that `post_build` runs after a failed `build` too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Phases {
    /// Before anything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_build: Option<Phase>,
    /// The work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<Phase>,
    /// What follows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_build: Option<Phase>,
}

impl Phases {
    /// The phases that are there, in the order in which they run.
    pub fn iter(&self) -> impl Iterator<Item = &Phase> {
        [&self.pre_build, &self.build, &self.post_build].into_iter().flatten()
    }
}

/// One phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Phase {
    /// Shell commands; the first that fails ends the phase.
    pub commands: Vec<String>,
}

/// The `artifacts` section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Artifacts {
    /// Paths below the source's folder. A path that matches nothing fails the build.
    pub files: Vec<String>,
}

/// How an image is built.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Recipe {
    /// The Dockerfile, from the repository's root.
    pub dockerfile: String,
    /// The build context, from the repository's root.
    pub context: String,
    /// The stage that is built; `None` is the last.
    pub target: Option<String>,
    /// As docker says it: `linux/amd64`.
    pub platform: String,
    /// Environment variables that are build arguments of the same name. Docker takes the values from the environment,
    /// so that none stands on a command line; BuildKit passes over one that the Dockerfile does not declare.
    pub variables: Vec<String>,
    /// Build arguments whose values stand in the buildspec.
    pub args: IndexMap<String, String>,
    /// Environment variables that the Dockerfile may mount as secrets of the same name.
    pub secrets: Vec<String>,
    /// The repository that keeps layers for the next build, inside the pipeline's `$CACHE_FOLDER`.
    pub cache_repository: Option<String>,
}

/// One image to build and push.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Image {
    /// The name of the service that it is built for.
    pub name: String,
    /// The exported variable that carries the image's digest URI: `IMAGE_API`.
    pub image_variable: String,
    /// The service's repository in ECR, without the registry and what stands behind it: `/$IMAGES_OF`, the pipeline's own.
    pub repository: String,
    /// Whether it exists and is that of all pipelines, so that nothing stands behind it, and what is under its tags may be theirs.
    pub shared: bool,
    /// The services that are deployed with it: its own, and those that have no image of their own.
    pub definitions: Vec<Definition>,
    /// How it is built.
    pub recipe: Recipe,
    /// Whether it may be taken from another pipeline, or another may take it.
    pub reusable: bool,
}

/// A service and the container that gets the image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// The service's name; its `imagedefinitions-<name>.json` is read by the deploy.
    pub service: String,
    /// The container in the task definition.
    pub container: String,
    /// Whether its task definition has sidecars somewhere whose images are set: then each of those environments has an
    /// `imagedefinitions-<name>.<environment>.json`, too.
    pub sidecars: bool,
}

/// Builds every image, then pushes every image, then writes the image definitions.
///
/// Needs a privileged project, and in its environment `REGISTRY` (`<account>.dkr.ecr.<region>.amazonaws.com`),
/// `COMMIT_ID`, `EXECUTION_ID`, `IMAGES_OF` (the pipeline's part of its repositories' names), with images that are re-used
/// `REUSED_FROM_<image variable>` and `REUSED_BY` (pipelines, by that part of their names), where a service has sidecars
/// `SIDECARS_<environment>` (JSON with `environment` and `services`, which have images by container), `CACHE_FOLDER` where a recipe has a cache repository, and the variables and secrets that the
/// recipes name.
pub fn build_images(steps: &Steps, images: &[Image]) -> Result<Buildspec, StepsError> {
    #[derive(Serialize)]
    struct Data<'a> {
        services: &'a [Service<'a>],
        /// Whether one is pushed to a repository of the pipeline's own.
        owns: bool,
        /// Whether one is pushed to a repository that other pipelines push to as well.
        shares: bool,
        /// Whether one may be taken from another pipeline, or by it.
        reuses: bool,
        /// The services among those that are deployed which have sidecars.
        sidecars: Vec<&'a str>,
    }
    #[derive(Serialize)]
    struct Service<'a> {
        #[serde(flatten)]
        image: &'a Image,
        /// The digest of the command that builds it, whose values are not known here.
        command: String,
    }
    let service = |image| Ok(Service { image, command: steps.digest_of_build(image)? });
    let data = Data {
        services: &images.iter().map(service).collect::<Result<Vec<_>, StepsError>>()?,
        reuses: images.iter().any(|image| image.reusable),
        owns: images.iter().any(|image| !image.shared),
        shares: images.iter().any(|image| image.shared),
        sidecars: images
            .iter()
            .flat_map(|image| &image.definitions)
            .filter(|it| it.sidecars)
            .map(|it| it.service.as_str())
            .collect(),
    };
    let files = |it: &Definition| {
        if it.sidecars {
            names::image_definitions_anywhere(&it.service)
        } else {
            names::image_definitions(&it.service)
        }
    };
    Ok(Buildspec {
        phases: Phases {
            pre_build: Some(phase(steps, steps::BUILD_PRE, &data)?),
            build: Some(phase(steps, steps::BUILD, &data)?),
            post_build: Some(phase(steps, steps::BUILD_POST, &data)?),
        },
        env: Env {
            shell: "bash",
            exported_variables: images.iter().map(|it| it.image_variable.clone()).collect(),
            git_credential_helper: None,
        },
        artifacts: Some(Artifacts {
            files: images.iter().flat_map(|it| &it.definitions).map(files).collect(),
        }),
        ..Buildspec::new()
    })
}

/// Runs the commands in the files of the commit, each as it was written.
///
/// Of a command of many lines CodeBuild looks at the last status alone, so such a one begins with `set -e`: a line that
/// fails is a test that fails, as it is inside an image.
pub fn test_in_checkout(commands: &[String]) -> Buildspec {
    let whole = |command: &String| {
        if command.trim_end().contains('\n') { format!("set -e\n{command}") } else { command.clone() }
    };
    let build = Some(Phase { commands: commands.iter().map(whole).collect() });
    Buildspec { phases: Phases { build, ..Phases::default() }, ..Buildspec::new() }
}

/// What a test inside an image needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageTest<'a> {
    /// The user's commands, each run by a `sh -ec` of its own.
    pub commands: &'a [String],
    /// Names of the project's variables and secrets that the container gets.
    pub variables: &'a [String],
    /// How the image is built for the tests; `None` tests the image that is deployed.
    pub recipe: Option<&'a Recipe>,
}

/// Runs the commands inside the image that is deployed, or inside a stage of its Dockerfile that is made for tests.
///
/// Needs a privileged project, and in its environment `REGISTRY` and `IMAGE` (by digest) where there is no recipe; where
/// there is one, the variables and secrets that it names, and `CACHE_FOLDER` if it has a cache repository.
pub fn test_in_image(steps: &Steps, test: &ImageTest) -> Result<Buildspec, StepsError> {
    #[derive(Serialize)]
    struct Data<'a> {
        commands: &'a [String],
        variables: &'a [String],
        recipe: Option<&'a Recipe>,
    }
    // One text of them all would pass over `false && true`, and an open quote would swallow the next command.
    let data = Data { commands: test.commands, variables: test.variables, recipe: test.recipe };
    // An image that is built here needs no registry of ours.
    let pre_build = test.recipe.is_none().then(|| phase(steps, steps::BUILD_PRE, &data)).transpose()?;
    let build = Some(phase(steps, steps::TEST_IN_IMAGE, &data)?);
    Ok(Buildspec { phases: Phases { pre_build, build, post_build: None }, ..Buildspec::new() })
}

/// Runs the migration as an ECS task of its own, and waits for it.
///
/// Everything comes from the environment: `ENVIRONMENT`, `CLUSTER`, `SERVICE`, `CONTAINER`, `FAMILY`, `LOG_GROUP`,
/// `TIMEOUT_SECONDS`, `PIPELINE`, `PIPELINE_REGION`, `STAGE`, `IMAGE` (by digest), `EXECUTION_ID`, `COMMIT_ID`, and `OVERRIDES`: what the
/// migration's container does differently from the service's, as JSON with `entryPoint`, `command`, `environment` and
/// `secrets` in the form of a task definition. The entry point is never empty: the image's own would run. The project's
/// own timeout must leave five minutes beside the migration's: the task is stopped, and waited for, after it.
pub fn migrate(steps: &Steps) -> Result<Buildspec, StepsError> {
    one_step(steps, steps::MIGRATE)
}

/// Runs the migration in the new image, on the project's machine.
///
/// Needs a privileged project, and in its environment `ENVIRONMENT`, `MIGRATION` (what it is called in messages),
/// `TIMEOUT_SECONDS`, `PIPELINE`, `PIPELINE_REGION`, `STAGE`, `IMAGE` (by digest), `EXECUTION_ID`, `COMMIT_ID`, `COMMAND`
/// (JSON with `entryPoint`, `command`, and `variables`, the names of what the container is given) and those variables.
/// The project's own timeout must leave five minutes beside the migration's.
pub fn migrate_in_image(steps: &Steps) -> Result<Buildspec, StepsError> {
    one_step(steps, steps::MIGRATE_IN_IMAGE)
}

/// Runs the migration in the files of the commit, on the project's machine. It needs what [`migrate_in_image`] does, but
/// for `IMAGE` and the privilege.
pub fn migrate_in_checkout(steps: &Steps) -> Result<Buildspec, StepsError> {
    one_step(steps, steps::MIGRATE_IN_CHECKOUT)
}

/// Looks whether the ECS services that follow are there, with their containers, and stops where one is not. Then it gives
/// every image of the input's `imagedefinitions-*.json` the tag `deployed.<environment>.<12 hex digits>`, by
/// which a repository's lifecycle rule spares it; a longer one where that stands on another image.
///
/// Needs `ENVIRONMENT`, `ECS_SERVICES` (JSON by our services' names: cluster, service and containers), `MIGRATES` (`yes` where a migration ran before) and `EXECUTION_ID`; the repository, its account and its region are read from the image.
/// With `sidecars` it also looks for their images, in `SIDECAR_IMAGES` (JSON by our services' names and by container; may be
/// missing).
pub fn keep(steps: &Steps, sidecars: bool) -> Result<Buildspec, StepsError> {
    #[derive(Serialize)]
    struct Data {
        sidecars: bool,
    }
    let build = Some(phase(steps, steps::KEEP, &Data { sidecars })?);
    Ok(Buildspec { phases: Phases { build, ..Phases::default() }, ..Buildspec::new() })
}

/// Takes the lock of an environment for an execution, or takes it again; waits while another execution holds it.
///
/// Needs `LOCK_BUCKET`, `LOCK_ENVIRONMENT` (the object is `locks/<environment>`), `LOCK_ROLE` (an ARN, which writes the
/// lock and reads of the pipelines), `LOCK_REGION` (of the bucket and of the pipelines), `LOCK_STAGES` (the environment's
/// stages in order), `LOCK_PIPELINES` (those that deploy there), `LOCK_CLUSTERS` (of its migrations that are tasks; may be
/// empty), `LOCK_PROJECTS` (whose builds migrate or deploy there; may be empty), each a list with spaces between,
/// `LOCK_WAIT_SECONDS`, and `PIPELINE`, `STAGE` and `EXECUTION_ID`.
pub fn lock(steps: &Steps) -> Result<Buildspec, StepsError> {
    one_step(steps, steps::LOCK)
}

/// Stops a commit that is older than what is deployed to an environment, and notes which commit has migrated it.
///
/// Needs `LOCK_BUCKET`, `LOCK_ENVIRONMENT`, `RECORD` (the record is `deployed` in this folder), `LOCK_ROLE`, `LOCK_REGION`,
/// `CONNECTION` (its ARN), `REPOSITORY`, `URL_SUFFIX`, `PIPELINE`, `STAGE`, `EXECUTION_ID`, `COMMIT_ID`, `AUTHOR_DATE` (as
/// CodePipeline has it), `DOWNGRADE` (`refuse` or `allow`), `MIGRATED` (`yes` in a stage behind migrations, else `no`) or
/// in place of both `OWN_DEPLOY` (`yes` behind the deploy), `MIGRATION_FILES` and
/// `MIGRATIONS_HAVE_FILES` (`yes` where each migration has some).
pub fn guard(steps: &Steps) -> Result<Buildspec, StepsError> {
    one_step(steps, steps::GUARD)
}

/// Writes down what was deployed to an environment, and puts an event on the default bus. It fails for nothing.
///
/// Needs what [`guard`] does but for `STAGE`, `DOWNGRADE` and `MIGRATED`, and `APP`, `SERVICES` (those that are deployed there,
/// with spaces between), `COMPARE_LINK`, `COMMIT_LINK` and, where it is known, `BRANCH`.
pub fn record(steps: &Steps) -> Result<Buildspec, StepsError> {
    one_step(steps, steps::RECORD)
}

/// Says what a release would bring to an environment, in the exported variables `SUMMARY` (one line of plain text, at most
/// 600 characters) and `LINK` (a URL). It fails for nothing that it asks.
///
/// Needs `ENVIRONMENT`, `COMMIT_ID`, `AUTHOR_DATE` (as CodePipeline has it, may be empty), `MIGRATES` (`yes` where a
/// migration follows, else `no`), `RECORD_BUCKET`, `RECORD_REGION` and `RECORD` (where `<RECORD>/deployed` is), and what
/// the steps `history` and `history/summary` need: `HISTORY_URL`, `MIGRATION_FILES`, `COMPARE_LINK` and `COMMIT_LINK`.
pub fn compare(steps: &Steps) -> Result<Buildspec, StepsError> {
    let mut spec = one_step(steps, steps::COMPARE)?;
    spec.env.exported_variables = vec!["SUMMARY".to_owned(), "LINK".to_owned()];
    Ok(spec)
}

/// Registers a new revision of a task family with the new image, and moves on what starts its tasks by a revision's number.
///
/// Everything comes from the environment: `ENVIRONMENT`, `SERVICE`, `FAMILY`, `CONTAINER`, `IMAGE` (by digest), `PIPELINE`,
/// `PIPELINE_REGION`, `STAGE`, `EXECUTION_ID`, `COMMIT_ID`, and as JSON the lists `RULES` (names), `SCHEDULES` (objects with
/// `group` and `name`) and `STATE_MACHINES` (ARNs).
pub fn deploy_ecs_task(steps: &Steps) -> Result<Buildspec, StepsError> {
    one_step(steps, steps::DEPLOY_ECS_TASK)
}

/// Runs the commands in the files of the commit, and says afterwards what is true where one failed. Before each stands what
/// lets a line or a part of a pipe that fails end it: CodeBuild looks at the last status alone.
///
/// Needs `ENVIRONMENT`, `SERVICE`, `PIPELINE`, `PIPELINE_REGION`, `STAGE`, `EXECUTION_ID` and `COMMIT_ID`.
pub fn deploy_commands(steps: &Steps, commands: &[String]) -> Result<Buildspec, StepsError> {
    let strict = |command: &String| format!("set -eo pipefail\n{command}");
    let build = Some(Phase { commands: commands.iter().map(strict).collect() });
    let post_build = Some(phase(steps, steps::DEPLOY_COMMANDS, &())?);
    Ok(Buildspec { phases: Phases { build, post_build, ..Phases::default() }, ..Buildspec::new() })
}

/// Makes a snapshot of the database, waits for it, and removes the environment's oldest ones.
///
/// Needs `ENVIRONMENT`, `DATABASE_KIND` (`instance` or `cluster`), `DATABASE`, `SNAPSHOTS` (what the names of the
/// environment's snapshots begin with), `SNAPSHOT_TAGS` (JSON, as RDS has tags), `KEEP`, `TIMEOUT_SECONDS`, `PIPELINE`,
/// `PIPELINE_REGION`, `STAGE`, `EXECUTION_ID` and `COMMIT_ID`.
pub fn snapshot(steps: &Steps) -> Result<Buildspec, StepsError> {
    one_step(steps, steps::SNAPSHOT)
}

/// Asks what was deployed: over HTTP where there is `VERIFY_URL`, with `VERIFY_STATUS`, `VERIFY_ATTEMPTS`,
/// `VERIFY_EVERY`, `VERIFY_ANSWER_SECONDS` and perhaps `VERIFY_CONTAINS`; then by the lines of `VERIFY_COMMANDS` (JSON),
/// where there are some.
///
/// Needs `ENVIRONMENT`, `TIMEOUT_SECONDS`, `PIPELINE`, `PIPELINE_REGION`, `STAGE`, `EXECUTION_ID` and `COMMIT_ID` too.
pub fn verify(steps: &Steps) -> Result<Buildspec, StepsError> {
    one_step(steps, steps::VERIFY)
}

impl Buildspec {
    /// One that does nothing yet.
    pub(super) fn new() -> Self {
        Self {
            version: 0.2,
            env: Env { shell: "bash", exported_variables: Vec::new(), git_credential_helper: None },
            phases: Phases::default(),
            artifacts: None,
            cache: None,
        }
    }

    /// The same, keeping what the machine keeps.
    #[must_use]
    pub fn keeping(mut self, machine: &Machine) -> Self {
        let paths = machine.cache.as_ref().map(Cache::paths).unwrap_or_default();
        self.cache = (!paths.is_empty()).then(|| Kept { paths: paths.to_vec() });
        self
    }
}

/// The text of a buildspec, with shell of many lines as literal blocks.
pub fn to_yaml(buildspec: &Buildspec) -> Result<String, super::yaml::YamlError> {
    super::yaml::to_yaml(buildspec)
}

fn one_step(steps: &Steps, name: &str) -> Result<Buildspec, StepsError> {
    let build = Some(phase(steps, name, &())?);
    Ok(Buildspec { phases: Phases { build, ..Phases::default() }, ..Buildspec::new() })
}

fn phase(steps: &Steps, name: &str, data: &impl Serialize) -> Result<Phase, StepsError> {
    Ok(Phase { commands: vec![steps.render(name, data)?] })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_buildspec_begins_with_its_version_as_a_number() {
        let text = to_yaml(&test_in_checkout(&["make".to_owned()])).unwrap();
        assert_eq!(text, "version: 0.2\nenv:\n  shell: bash\nphases:\n  build:\n    commands:\n    - make\n");
    }

    proptest! {
        #[test]
        fn any_command_is_read_back_by_another_parser(
            commands in prop::collection::vec("(?s)[ -~\n\t\u{e9}\u{1f600}]{0,120}", 1..4)
        ) {
            let text = to_yaml(&test_in_checkout(&commands)).unwrap();
            let read: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
            let read: Vec<&str> = read["phases"]["build"]["commands"]
                .as_sequence()
                .unwrap()
                .iter()
                .map(|command| command.as_str().unwrap())
                .collect();
            let written = test_in_checkout(&commands).phases.build.map(|phase| phase.commands).unwrap();
            prop_assert_eq!(read, written, "{}", text);
        }
    }
}
