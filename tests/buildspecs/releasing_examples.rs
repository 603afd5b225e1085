//! Every pipeline of every example, from the commit to its last environment, in all its accounts and regions. Before each
//! action the pipeline is copied, and in the copy the action fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use branchline::config::Deploy;
use branchline::pipeline::names;
use serde_json::json;

use crate::example_pipelines::EXAMPLES;
use crate::jobs;
use crate::support::authority::{Authority, Caller};
use crate::support::job::Job;
use crate::support::release::{self, Run, image_at, newest_image};
use crate::support::stacks::{Action, Stacks};
use crate::support::world::{Place, World};

/// What the tests and the migrations of the examples call.
const PROGRAMS: &[&str] = &["atlas", "bundle", "go", "npm", "psql", "python"];

/// What a service runs before its first release, as `with_service_of` has it.
const OLD: &str = "old@sha256:00";

/// The service of an environment, and the image that it runs.
type Running = BTreeMap<(String, String), String>;

/// An example's stacks, its files as a commit has them, and what all its policies say together.
struct Example {
    stacks: Stacks,
    files: BTreeMap<String, String>,
    authority: Authority,
}

impl Example {
    fn new(name: &str) -> Self {
        let stacks = jobs::example(name);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
        let mut files = BTreeMap::new();
        checkout(&folder, &folder, &mut files);
        let authority = Authority::of([&stacks]);
        Example { stacks, files, authority }
    }

    /// A pipeline before its first action; every program that its commands call is there, and says so.
    fn start(&self, pipeline: &str) -> Run<'_> {
        let mut world = release::world(&self.stacks).with_programs(PROGRAMS, "echo \"ran: ${0##*/} $*\"");
        // In the image of `api`, the only one with tests of its own files, is that folder.
        if pipeline == "market-api" {
            world.0["workdir"] = json!("api");
        }
        Run::new(&self.stacks, pipeline, &self.files, world)
    }

    /// What runs where.
    fn running(&self, world: &World) -> Running {
        let mut running = Running::new();
        for (name, environment) in &self.stacks.config.environments {
            let place = Place { account: environment.account.clone(), region: environment.region.clone() };
            for (service, deploy) in &environment.deploys {
                let container = &self.stacks.config.services[service].container;
                let image = match deploy {
                    Deploy::Ecs(ecs) => image_at(world, &place, &ecs.cluster, &ecs.service, container),
                    Deploy::EcsTask(task) => newest_image(world, &place, &task.family, container),
                    // Only its commands know what it deploys.
                    Deploy::Commands(_) => continue,
                };
                running.insert((name.clone(), service.clone()), image);
            }
        }
        running
    }

    /// The next action. AWS has to allow each call, on both sides where there are two.
    fn step(&self, run: &mut Run, world: World) {
        let (Some(action), known) = (run.next(), run.release.known.clone()) else {
            panic!("nothing is left")
        };
        run.step(world);
        let Some(outcome) = run.release.builds.get(&place_of(action)) else { return };
        let job = Job::new(&self.stacks, action, &known);
        let caller = Caller::from(&job.role);
        for need in job.needs(outcome, &job.place) {
            self.authority
                .decides(&caller, &need)
                .unwrap_or_else(|why| panic!("{}: {why}", place_of(action)));
        }
        let Some(holder) = &job.holder else { return };
        for need in job.holders_needs(outcome, &job.place) {
            self.authority
                .decides(&Caller::from(holder), &need)
                .unwrap_or_else(|why| panic!("{}: {why}", place_of(action)));
        }
    }
}

/// The files of an example, without what was generated.
fn checkout(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder of the example") {
        let path: PathBuf = entry.expect("an entry").path();
        if path.is_file() {
            let name = path.strip_prefix(root).expect("below").to_str().expect("a plain name").to_owned();
            files.insert(name, fs::read_to_string(&path).expect("a text"));
        } else if !path.ends_with("pipelines") {
            checkout(root, &path, files);
        }
    }
}

/// As it is called in the tables above.
fn place_of(action: &Action) -> String {
    format!("{}/{}", action.stage, action.name)
}

/// What kind of action it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Source,
    Build,
    Test,
    Compare,
    Approve,
    Lock,
    Guard,
    Migrate,
    Keep,
    Deploy,
    Record,
}

fn kind(action: &Action) -> Kind {
    let stage = action.stage.split('-').next().unwrap_or_default();
    match (stage, action.name.as_str()) {
        ("Source", _) => Kind::Source,
        ("Build", _) => Kind::Build,
        ("Test", _) => Kind::Test,
        ("Approve", "Compare") => Kind::Compare,
        ("Approve", _) => Kind::Approve,
        ("Migrate" | "Deploy", "Lock") => Kind::Lock,
        ("Migrate" | "Deploy", "Guard") => Kind::Guard,
        ("Migrate", _) => Kind::Migrate,
        ("Deploy", "Keep") => Kind::Keep,
        ("Deploy", "Record") => Kind::Record,
        ("Deploy", _) => Kind::Deploy,
        other => panic!("what is {other:?}?"),
    }
}

/// The environment of an action's stage.
fn environment_of(action: &Action) -> Option<&str> {
    action.stage.split_once('-').map(|(_, environment)| environment)
}

/// With the task that a migration starts, which ends with this code. Of no concern to one on a build machine.
fn with_task(stacks: &Stacks, action: &Action, world: World, code: i32) -> World {
    let Some(name) = action.configuration.get("ProjectName") else { return world };
    let variables = &stacks.projects[name].variables;
    let container = variables.iter().find(|variable| variable.name == "CONTAINER");
    match container {
        Some(container) => world.with_task(&container.value, &json!({ "exit_code": code })),
        None => world,
    }
}

/// The world in which an action fails; none for what is not ours to fail.
fn broken(stacks: &Stacks, action: &Action, world: World) -> Option<World> {
    let failing_programs = |world: World| world.with_programs(PROGRAMS, "echo \"broken: ${0##*/}\"; exit 1");
    Some(match kind(action) {
        // What says what a release brings fails for nothing that it asks (`comparing.rs`).
        // What cannot be written down is a warning: a deploy that went well stays.
        Kind::Source | Kind::Compare | Kind::Approve | Kind::Record => return None,
        Kind::Build => world.failing("docker build", 1, "no space left on device"),
        Kind::Test => failing_programs(world),
        // The wait is over soon: an answer takes ten minutes.
        Kind::Lock => {
            let mut world = world.failing("s3api put-object", 254, "An error occurred (ServerException)");
            world.0["call_seconds"] = json!(600);
            world
        }
        Kind::Guard => world.failing("/deployed", 254, "An error occurred (InternalError)"),
        Kind::Migrate => with_task(stacks, action, failing_programs(world), 1),
        Kind::Keep => world.failing("ecr put-image", 254, "An error occurred (ServerException)"),
        Kind::Deploy if action.provider == "CodeBuild" => {
            // A task family, or commands that call one of these programs.
            failing_programs(world).failing("ecs register-task-definition", 254, "(ServerException)")
        }
        Kind::Deploy => {
            let (cluster, service) =
                (&action.configuration["ClusterName"], &action.configuration["ServiceName"]);
            let mut world = world;
            world.0["clusters"][cluster]["services"][service]["unstable"] = json!(true);
            world
        }
    })
}

/// The action fails, in a copy: it is the last that ran, and everything behind it runs what it ran before.
fn fails(example: &Example, run: &Run, action: &Action, world: World, order: &[String]) {
    let place = place_of(action);
    let mut failing = run.clone();
    let before = example.running(&run.release.world);
    example.step(&mut failing, world);
    let release = &failing.release;
    assert_eq!(release.failed.as_ref(), Some(&place), "{:#?}", release.builds.get(&place));
    assert!(failing.next().is_none() && release.ran.last() == Some(&place));
    let after = example.running(&release.world);
    for ((environment, service), image) in &after {
        let reached = order.iter().position(|name| name == environment);
        let here = environment_of(action).and_then(|here| order.iter().position(|name| name == here));
        let is_its_own = kind(action) == Kind::Deploy && reached == here && *service == action.name;
        if is_its_own {
            continue;
        }
        assert_eq!(*image, before[&(environment.clone(), service.clone())], "{place} changes {environment}");
        // What an environment runs is what it ran before the release, until its own deploy.
        if reached >= here && kind(action) != Kind::Deploy {
            assert_eq!(image, OLD, "{environment} was deployed to before {place}");
        }
    }
    let built = release.world.0["repositories"].as_object().expect("repositories");
    if kind(action) == Kind::Build {
        assert!(built.values().all(|repository| repository["images"] == json!([])), "{built:#?}");
    }
    if [Kind::Lock, Kind::Guard, Kind::Migrate].contains(&kind(action)) {
        let last = &release.builds[&place].output;
        let pipeline = &example.stacks.config.region;
        let retry = format!("aws codepipeline retry-stage-execution --region {pipeline} --pipeline-name ");
        assert!(last.contains(&retry) && last.contains(&action.stage), "{last}");
    }
}

/// A pipeline from its commit to its end, and each of its actions failing on the way. What kinds failed.
fn goes_its_way_and_stops_where_it_fails(
    example: &Example,
    pipeline: &str,
    actions: &[&str],
) -> (release::Release, BTreeSet<Kind>) {
    let mut run = example.start(pipeline);
    let mut kinds = BTreeSet::new();
    // The environments in the order of the rule, which is that of the table.
    let mut order: Vec<String> = Vec::new();
    for action in &example.stacks.pipelines[pipeline].actions {
        order.extend(environment_of(action).map(str::to_owned));
    }
    order.dedup();
    while let Some(action) = run.next() {
        if let Some(world) = broken(&example.stacks, action, run.world()) {
            kinds.insert(kind(action));
            fails(example, &run, action, world, &order);
        }
        let world = with_task(&example.stacks, action, run.world(), 0);
        example.step(&mut run, world);
    }
    assert_eq!(run.release.failed, None, "{:#?}", run.release.builds);
    assert_eq!(run.release.ran, actions, "{pipeline}");
    (run.release, kinds)
}

/// All pipelines of an example. What is deployed in the end is what was built, and only what the rule's pipeline is for.
fn released(name: &str) -> (Example, BTreeMap<&'static str, release::Release>) {
    let example = Example::new(name);
    let (_, pipelines) = EXAMPLES.iter().find(|(it, _)| *it == name).expect("the example");
    let mut releases = BTreeMap::new();
    let mut failed = BTreeSet::new();
    for (pipeline, actions) in *pipelines {
        let (release, kinds) = goes_its_way_and_stops_where_it_fails(&example, pipeline, actions);
        failed.extend(kinds);
        for ((environment, service), image) in example.running(&release.world) {
            let deploys = actions.contains(&format!("Deploy-{environment}/{service}").as_str());
            let owner = example.stacks.config.services[&service].image();
            let built = release.known.get(&names::image_variable(owner).replacen("IMAGE", "Build.IMAGE", 1));
            let expected = if deploys { built.expect("its image").as_str() } else { OLD };
            assert_eq!(image, expected, "{pipeline}: {service} in {environment}");
        }
        releases.insert(*pipeline, release);
    }
    let mut expected = BTreeSet::from([Kind::Build, Kind::Keep, Kind::Deploy]);
    if name != "single-account" {
        expected.extend([Kind::Test, Kind::Lock, Kind::Guard, Kind::Migrate]);
    }
    assert_eq!(failed, expected);
    (example, releases)
}

#[test]
fn one_account_one_branch() {
    released("single-account");
}

#[test]
fn one_account_two_branches() {
    released("rails-ecs");
}

#[test]
fn three_accounts_get_one_image_and_each_migrates_in_its_own() {
    let (_, releases) = released("three-accounts");
    let release = &releases["ledger-release"];
    for (environment, account) in [("staging", "222222222222"), ("production", "333333333333")] {
        let migration = &release.builds[&format!("Migrate-{environment}/Migrate")];
        let run = migration.calls.iter().find(|call| call.operation == "run-task").expect("a task");
        let family = run.params["taskDefinition"].as_str().expect("an ARN");
        assert!(family.starts_with(&format!("arn:aws:ecs:eu-central-1:{account}:")), "{family}");
        let kept = &release.builds[&format!("Deploy-{environment}/Keep")];
        let put = kept.calls.iter().find(|call| call.operation == "put-image").expect("a tag is set");
        assert_eq!(put.params["registryId"], "444444444444", "the image stays with the pipelines");
    }
}

#[test]
fn a_pipeline_of_a_monorepo_touches_its_own_service_alone() {
    let (example, releases) = released("monorepo");
    for (pipeline, release) in &releases {
        let own = pipeline.trim_start_matches("market-");
        for service in ["web", "api", "reports"] {
            let images = &release.world.0["repositories"][format!("market/{service}/{service}")]["images"];
            assert_eq!(images.as_array().expect("images").len(), usize::from(service == own), "{pipeline}");
        }
    }
    // The warehouse is migrated from the environment's network, with its own secret.
    for environment in ["staging", "production"] {
        let project = &example.stacks.projects[&format!("market-{environment}-migrate-reports")];
        let network = project.network.as_ref().expect("a network");
        let mut migrations = example.stacks.config.environments[environment].migrations.iter();
        let vpc = migrations.find_map(|migrate| migrate.machine.vpc.as_ref()).expect("a VPC");
        assert_eq!(network["VpcId"], vpc.id.as_str());
        let output =
            &releases["market-reports"].builds[&format!("Migrate-{environment}/Migrate-reports")].output;
        let script = "ran: psql s3cr3t --single-transaction --set ON_ERROR_STOP=1 --file reports/warehouse/001_sales.sql";
        assert!(output.contains(script), "{output}");
    }
    let tests =
        |pipeline: &str, test: &str| releases[pipeline].builds[&format!("Test/{test}")].output.clone();
    assert!(tests("market-api", "Test-api").contains("ran: psql --version\n"));
    assert!(
        tests("market-web", "Test-web").contains("ran: npm --prefix web ci\nran: npm --prefix web test\n")
    );
}

#[test]
fn two_regions_get_one_image_and_each_migrates_its_own_database() {
    let (example, releases) = released("cross-region");
    let release = &releases["atlas-release"];
    let image = &release.known["Build.IMAGE_MAPS"];
    assert!(
        image.starts_with("666666666666.dkr.ecr.eu-west-1.amazonaws.com/atlas/maps/release@sha256:"),
        "{image}"
    );
    for (environment, region) in [("production-eu", "eu-west-1"), ("production-us", "us-east-1")] {
        let project = &example.stacks.projects[&format!("atlas-{environment}-migrate")];
        assert_eq!((project.place.account.as_str(), project.place.region.as_str()), ("777777777777", region));
        let migration = &release.builds[&format!("Migrate-{environment}/Migrate")];
        let [run] = migration.lines("docker run").try_into().expect("one container");
        assert!(run.contains(image.as_str()), "{run}");
        assert!(migration.output.contains("ran: atlas migrate\n"), "{}", migration.output);
    }
}

#[test]
fn jobs_are_deployed_after_their_service_with_its_image_and_what_pins_them_follows() {
    let (example, releases) = released("jobs");
    let world = &releases["mill-main"].world;
    for environment in ["staging", "production"] {
        let schedule = &world.0["schedules"][format!("mill/nightly-{environment}")];
        let newest = world.clone().at(&example.stacks.place).newest(&format!("mill-nightly-{environment}"));
        assert_eq!(schedule["Target"]["EcsParameters"]["TaskDefinitionArn"], newest.as_str());
        let output = &releases["mill-main"].builds[&format!("Deploy-{environment}/site")].output;
        assert!(output.contains(&format!("publish -- s3://mill-site-{environment}\n")), "{output}");
    }
}

#[test]
fn a_trunk_goes_to_two_environments_and_its_tags_to_production_alone() {
    let (example, _) = released("trunk");
    let pipelines = example.stacks.all("AWS::CodePipeline::Pipeline");
    let of = |name: &str| pipelines.iter().find(|pipeline| pipeline["Name"] == name).expect("a pipeline");
    let push = |name: &str| of(name)["Triggers"][0]["GitConfiguration"]["Push"][0].clone();
    assert_eq!(push("notes-production"), json!({ "Tags": { "Includes": ["v*"] } }));
    assert_eq!(push("notes-main"), json!({ "Branches": { "Includes": ["main"] } }));
}
