//! The steps that there are: each one's name, what it does, and its text.

/// A shell step.
pub(super) struct Step {
    /// Its name: its path below `templates/steps/`, but for two that are put together of several files.
    pub(super) name: &'static str,
    /// What it does, in a few words.
    pub(super) purpose: &'static str,
    /// Its template.
    pub(super) text: &'static str,
}

impl Step {
    const fn new(name: &'static str, purpose: &'static str, text: &'static str) -> Self {
        Step { name, purpose, text }
    }
}

/// The step of a name.
pub(super) fn find(name: &str) -> Option<&'static Step> {
    STEPS.iter().find(|step| step.name == name)
}

pub(super) const DOCKER_BUILD: &str = "docker_build";
pub(in crate::document) const BUILD_PRE: &str = "build/pre_build";
pub(in crate::document) const BUILD: &str = "build/build";
pub(in crate::document) const BUILD_POST: &str = "build/post_build";
pub(in crate::document) const TEST_IN_IMAGE: &str = "test/in_image";
pub(in crate::document) const MIGRATE: &str = "migrate";
pub(in crate::document) const MIGRATE_IN_IMAGE: &str = "migrate/in_image";
pub(in crate::document) const MIGRATE_IN_CHECKOUT: &str = "migrate/in_checkout";
pub(in crate::document) const KEEP: &str = "keep";
pub(in crate::document) const LOCK: &str = "lock";
pub(in crate::document) const GUARD: &str = "guard";
pub(in crate::document) const RECORD: &str = "record";
pub(in crate::document) const COMPARE: &str = "compare";
pub(in crate::document) const DEPLOY_ECS_TASK: &str = "deploy/ecs_task";
pub(in crate::document) const DEPLOY_COMMANDS: &str = "deploy/commands";
pub(in crate::document) const SNAPSHOT: &str = "snapshot";
pub(in crate::document) const VERIFY: &str = "verify";

/// All of them, in the order in which they are listed.
pub(super) const STEPS: &[Step] = &[
    Step::new(
        "sign_in",
        "signs Docker in to ECR, inside of others",
        include_str!("../../../templates/steps/sign_in.sh.hbs"),
    ),
    Step::new(
        "pushed_to",
        "names the repository and the tag of an image, inside of others",
        include_str!("../../../templates/steps/build/pushed_to.sh.hbs"),
    ),
    Step::new(
        "build/reuse",
        "looks for images that another pipeline built from the same files, inside of build/build",
        include_str!("../../../templates/steps/build/reuse.sh.hbs"),
    ),
    Step::new(
        DOCKER_BUILD,
        "the command that builds an image, inside of others",
        include_str!("../../../templates/steps/docker_build.sh.hbs"),
    ),
    Step::new(
        BUILD_PRE,
        "what comes before the images are built",
        include_str!("../../../templates/steps/build/pre_build.sh.hbs"),
    ),
    Step::new(BUILD, "builds every image", include_str!("../../../templates/steps/build/build.sh.hbs")),
    Step::new(
        BUILD_POST,
        "pushes every image and writes what the deploys read",
        include_str!("../../../templates/steps/build/post_build.sh.hbs"),
    ),
    Step::new(
        TEST_IN_IMAGE,
        "runs tests in the new image, or in a stage of its Dockerfile",
        include_str!("../../../templates/steps/test/in_image.sh.hbs"),
    ),
    Step::new(
        MIGRATE,
        "runs a migration as an ECS task and waits for it",
        include_str!("../../../templates/steps/migrate.sh.hbs"),
    ),
    Step::new(
        MIGRATE_IN_IMAGE,
        "runs a migration in the new image on a build machine",
        concat!(
            include_str!("../../../templates/steps/migrate/on_machine.sh.hbs"),
            include_str!("../../../templates/steps/migrate/in_image.sh.hbs"),
            include_str!("../../../templates/steps/migrate/run.sh.hbs"),
        ),
    ),
    Step::new(
        MIGRATE_IN_CHECKOUT,
        "runs a migration in the files of the commit on a build machine",
        concat!(
            include_str!("../../../templates/steps/migrate/on_machine.sh.hbs"),
            include_str!("../../../templates/steps/migrate/in_checkout.sh.hbs"),
            include_str!("../../../templates/steps/migrate/run.sh.hbs"),
        ),
    ),
    Step::new(
        KEEP,
        "marks the images that are about to be deployed",
        include_str!("../../../templates/steps/keep.sh.hbs"),
    ),
    Step::new(
        "history",
        "functions that read the commits of the repository, inside of others",
        include_str!("../../../templates/steps/history.sh.hbs"),
    ),
    Step::new(
        "history/summary",
        "functions that say what lies between two commits, inside of others",
        include_str!("../../../templates/steps/history/summary.sh.hbs"),
    ),
    Step::new(
        LOCK,
        "takes the lock of an environment, or waits for it",
        include_str!("../../../templates/steps/lock.sh.hbs"),
    ),
    Step::new(
        "record/holder",
        "functions that read and write what is deployed, inside of others",
        include_str!("../../../templates/steps/record/holder.sh.hbs"),
    ),
    Step::new(
        GUARD,
        "stops a commit that is older than what is deployed, before something is changed",
        include_str!("../../../templates/steps/guard.sh.hbs"),
    ),
    Step::new(
        RECORD,
        "writes down what was deployed",
        include_str!("../../../templates/steps/record.sh.hbs"),
    ),
    Step::new(
        COMPARE,
        "says before an approval what the release would bring",
        include_str!("../../../templates/steps/compare.sh.hbs"),
    ),
    Step::new(
        DEPLOY_ECS_TASK,
        "gives a task family the new image, and moves on what starts its tasks",
        include_str!("../../../templates/steps/deploy/ecs_task.sh.hbs"),
    ),
    Step::new(
        DEPLOY_COMMANDS,
        "says after the commands of a deploy how they have ended",
        include_str!("../../../templates/steps/deploy/commands.sh.hbs"),
    ),
    Step::new(
        SNAPSHOT,
        "makes a snapshot of the database before it is migrated, and waits for it",
        include_str!("../../../templates/steps/snapshot.sh.hbs"),
    ),
    Step::new(
        VERIFY,
        "asks over HTTP and by commands whether what was deployed works",
        include_str!("../../../templates/steps/verify.sh.hbs"),
    ),
];
