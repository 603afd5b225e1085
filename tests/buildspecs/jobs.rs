//! The configurations under test, and the projects that branchline generates from them.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::OnceLock;

use crate::support::job::{Job, Known};
use crate::support::release;
use crate::support::stacks::Stacks;
use crate::support::world::{DIGEST, REGISTRY};

/// Two services, one of them with everything in its recipe and one with nothing that can be left out; secrets and
/// variables of each kind.
const TWO_SERVICES: &str = r#"
version: 1
app: shop
branches: { "release/*": [dev] }
environments: { dev: {} }
pipelines: { account: "123456789012", region: eu-west-1 }
source: { repository: acme/shop }
services:
  api:
    repository: shop/api
    build:
      dockerfile: docker/rails/Dockerfile
      target: production
      args: { RUBY: "3.4", NOTE: "it's $HOME" }
      secrets: [BUNDLE_TOKEN]
      cache: true
    deploy:
      ecs: { cluster: "shop-{environment}", container: app, roles: ["{app}-{environment}-task", "shop-dev-execution"] }
  mail-worker:
    repository: shop/mail-worker
    build: { context: worker, dockerfile: Dockerfile }
    deploy:
      ecs: { cluster: "shop-{environment}", container: worker, roles: ["shop-dev-task", "shop-dev-execution"] }
build:
  secrets:
    BUNDLE_TOKEN: { parameter_store: /shop/build/token }
    NPM_TOKEN: { secrets_manager: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/npm-AbCdEf" }
  variables: { CI_NAME: "it's branchline", RUBY: "3.3", NODE: "24", LICENCE: free }
"#;

const MIGRATION: &str = r#"
migrate:
  service: api
  command: bundle exec rails db:migrate
  variables: { WORKERS: v4lu3, WAS_SECRET: plain }
  secrets:
    WAS_PLAIN: { secrets_manager: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:s-AbCdEf" }
"#;

/// Tests inside the image that is deployed, with variables and a secret.
pub const TEST_IN_IMAGE: &str = r#"
test:
  in: image
  service: api
  commands:
    - "echo \"env=$RAILS_ENV key=${API_KEY:+given} other=${UNLISTED-none}\""
    - "echo 'second'"
  variables: { RAILS_ENV: "test 'quoted'" }
  secrets: { API_KEY: { secrets_manager: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:k-AbCdEf:api" } }
"#;

/// Every setting of projects, and migrations in every way.
const PROJECTS: &str = include_str!("../judges/configurations/projects/branchline.yml");

/// Everything the other way round: one service, no cache, ARM, tests in the checkout, words for a command, machines of
/// one's own, a connection of one's own, an approval that tells somebody.
const OTHER_WAY_ROUND: &str = r#"
version: 1
app: shop
branches: { main: [dev] }
environments:
  dev:
    approval: { notify: "arn:aws:sns:eu-west-1:123456789012:releases" }
    secrets: { DATABASE_URL: { parameter_store: shop.dev.owner } }
pipelines: { account: "123456789012", region: eu-west-1 }
source:
  repository: acme/shop
  connection: "arn:aws:codeconnections:eu-west-1:123456789012:connection/0a1b2c3d-0000-4000-8000-000000000000"
services:
  api:
    build: { platform: linux/arm64 }
    deploy: { ecs: { cluster: shop-dev, container: app, roles: [shop-dev-task, shop-dev-execution] } }
build: { image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/tools/ci:7", compute: small }
test:
  commands: ["bin/setup", "bin/test \"$API_KEY\""]
  image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/tools/ruby@sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9"
  variables: { RAILS_ENV: test }
  secrets:
    API_KEY: { parameter_store: /shop/test/key }
    NPM_TOKEN: { secrets_manager: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/npm-AbCdEf:token" }
migrate: { command: [bin/migrate, "--all"], image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/tools/ci:7" }
"#;

/// Every kind of rule, for the judges too.
pub const EVERY_KIND_OF_RULE: &str = include_str!("../judges/configurations/rules/branchline.yml");

/// What exists in place of what would be made.
const EXISTING: &str = include_str!("../judges/configurations/existing/branchline.yml");

/// Images that a pipeline takes from others.
pub const REUSE: &str = include_str!("../judges/configurations/reuse/branchline.yml");
/// Every type of deploy.
const DEPLOYS: &str = include_str!("../judges/configurations/deploys/branchline.yml");
/// Sidecars that follow the environment.
pub const SIDECARS: &str = include_str!("../judges/configurations/sidecars/branchline.yml");
/// Snapshots before migrations, and questions after deploys.
const VERIFY: &str = include_str!("../judges/configurations/verify/branchline.yml");

/// The separate partitions.
const CHINA: &str = include_str!("../judges/configurations/china/branchline.yml");
const GOVCLOUD: &str = include_str!("../judges/configurations/govcloud/branchline.yml");

/// Tests in a stage of the Dockerfile, whose recipe has a secret of the build's.
pub const TEST_IN_STAGE: &str = r#"
test:
  in: image
  service: api
  target: test
  commands: ['echo "tested with node $NODE, $NPM_TOKEN"']
  variables: { RAILS_ENV: test, NODE: "the test's" }
  secrets: { LICENCE: { parameter_store: /shop/test/licence } }
"#;

/// The configuration of two services with this test section.
pub fn text_with_test(test: &str) -> String {
    [TWO_SERVICES, MIGRATION, test].concat()
}

/// The stacks of two services, with tests in the image.
pub fn two_services() -> &'static Stacks {
    static STACKS: OnceLock<Stacks> = OnceLock::new();
    STACKS.get_or_init(|| Stacks::of(&text_with_test(TEST_IN_IMAGE)))
}

/// The stacks of two services with neither tests nor a migration.
pub fn plain() -> &'static Stacks {
    static STACKS: OnceLock<Stacks> = OnceLock::new();
    STACKS.get_or_init(|| Stacks::of(TWO_SERVICES))
}

/// The stacks of two services whose tests run in a stage of the Dockerfile.
pub fn test_in_stage() -> &'static Stacks {
    static STACKS: OnceLock<Stacks> = OnceLock::new();
    STACKS.get_or_init(|| Stacks::of(&text_with_test(TEST_IN_STAGE)))
}

/// The stacks of everything the other way round.
pub fn other_way_round() -> &'static Stacks {
    static STACKS: OnceLock<Stacks> = OnceLock::new();
    STACKS.get_or_init(|| Stacks::of(OTHER_WAY_ROUND))
}

/// The stacks of every setting of projects, and of migrations in every way.
pub fn projects() -> &'static Stacks {
    static STACKS: OnceLock<Stacks> = OnceLock::new();
    STACKS.get_or_init(|| Stacks::of(PROJECTS))
}

/// The stacks of every type of deploy.
pub fn deploys() -> &'static Stacks {
    static STACKS: OnceLock<Stacks> = OnceLock::new();
    STACKS.get_or_init(|| Stacks::of(DEPLOYS))
}

/// The stacks of sidecars.
pub fn sidecars() -> &'static Stacks {
    static STACKS: OnceLock<Stacks> = OnceLock::new();
    STACKS.get_or_init(|| Stacks::of(SIDECARS))
}

/// The stacks of snapshots and verifications.
pub fn verified() -> &'static Stacks {
    static STACKS: OnceLock<Stacks> = OnceLock::new();
    STACKS.get_or_init(|| Stacks::of(VERIFY))
}

/// The stacks of an example.
pub fn example(name: &str) -> Stacks {
    Stacks::of(&example_text(name))
}

/// The configuration of an example.
pub fn example_text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name).join("branchline.yml");
    std::fs::read_to_string(path).expect("the example")
}

/// Everything that is generated here: each example, and each variant. Their names are for messages.
pub fn all() -> Vec<(String, Stacks)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut examples: Vec<String> = std::fs::read_dir(folder)
        .expect("the examples")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    examples.sort();
    let mut all: Vec<(String, Stacks)> =
        examples.into_iter().map(|name| (name.clone(), example(&name))).collect();
    for (name, text) in [
        ("two services, tests in the image", text_with_test(TEST_IN_IMAGE)),
        ("two services, tests in a stage", text_with_test(TEST_IN_STAGE)),
        ("two services, no tests, no migration", TWO_SERVICES.to_owned()),
        ("the other way round", OTHER_WAY_ROUND.to_owned()),
        ("every setting of projects", PROJECTS.to_owned()),
        (crate::accounts::NAME, crate::accounts::TEXT.to_owned()),
        ("every kind of rule", EVERY_KIND_OF_RULE.to_owned()),
        ("existing resources, a path and a prefix", EXISTING.to_owned()),
        ("the partition aws-cn, a path and a prefix", CHINA.to_owned()),
        ("every type of deploy", DEPLOYS.to_owned()),
        ("the partition aws-us-gov", GOVCLOUD.to_owned()),
        ("images of other pipelines", REUSE.to_owned()),
        ("what guards environments", crate::gates::TEXT.to_owned()),
        ("snapshots and verifications", VERIFY.to_owned()),
        ("sidecars that follow the environment", SIDECARS.to_owned()),
    ] {
        all.push((name.to_owned(), Stacks::of(&text)));
    }
    all
}

/// What a pipeline's variables say at an action, if its build made the image `DIGEST` of every service.
pub fn known(stacks: &Stacks, pipeline: &str) -> Known {
    let mut known = release::known();
    for (service, repository) in stacks.repositories(pipeline) {
        let name = branchline::pipeline::names::image_variable(&service.name);
        let image = format!("{}/{repository}@{DIGEST}", stacks.place.registry());
        known.insert(format!("Build.{name}"), image);
    }
    known
}

/// The project at an action of the only pipeline: `Build/Build`, `Migrate-dev/Migrate`.
pub fn job(stacks: &Stacks, place: &str) -> Job {
    let mut found = None;
    let mut places = String::new();
    let actions = stacks
        .pipelines
        .values()
        .flat_map(|pipeline| pipeline.actions.iter().map(move |action| (pipeline, action)));
    for (pipeline, action) in actions {
        let here = format!("{}/{}", action.stage, action.name);
        write!(places, " {here}").expect("a text takes more text");
        if here == place {
            found = Some(Job::new(stacks, action, &known(stacks, &pipeline.name)));
        }
    }
    found.unwrap_or_else(|| panic!("no action is at {place}; there are{places}"))
}

/// Builds two services.
pub fn build() -> Job {
    job(two_services(), "Build/Build")
}

/// Tests inside the image that is deployed.
pub fn test() -> Job {
    job(two_services(), "Test/Test")
}

/// Tests with this test section.
pub fn test_with(test: &str) -> Job {
    job(&Stacks::of(&text_with_test(test)), "Test/Test")
}

/// Migrates dev.
pub fn migrate() -> Job {
    job(two_services(), "Migrate-dev/Migrate")
}

/// Migrates dev in the new image, on a build machine.
pub fn migrate_in_image() -> Job {
    job(projects(), "Migrate-dev/Migrate-orders")
}

/// Migrates dev in the checkout, by the script `migrate.sh`.
pub fn migrate_in_checkout(script: &str) -> Job {
    let mut job = job(projects(), "Migrate-dev/Migrate-reports");
    job.files = [("migrate.sh".to_owned(), script.to_owned())].into();
    job
}

/// Keeps what is deployed to dev.
pub fn keep() -> Job {
    job(two_services(), "Deploy-dev/Keep")
}

/// Makes the snapshot of staging's instance, before its migration.
pub fn snapshot() -> Job {
    job(verified(), "Migrate-staging/Snapshot")
}

/// Verifies production: over HTTP, and by commands.
pub fn verify() -> Job {
    job(verified(), "Verify-production/Verify")
}

/// The image of `api` that the pipeline's variables name.
pub fn image() -> String {
    format!("{REGISTRY}/shop/api/release@{DIGEST}")
}
