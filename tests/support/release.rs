//! Runs a whole pipeline of generated stacks, action by action: artifacts and variables are handed on as CodePipeline
//! does, and the first action that fails ends it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::job::{Job, Known, resolved};
use super::runner::Outcome;
use super::stacks::{Action, Stacks};
use super::world::{Place, World};

/// What a run came to.
#[derive(Debug)]
pub struct Release {
    /// The actions that ran, as `Stage/Action`.
    pub ran: Vec<String>,
    /// The builds among them.
    pub builds: BTreeMap<String, Outcome>,
    /// The action that failed.
    pub failed: Option<String>,
    /// What the pipeline's variables say in the end.
    pub known: Known,
    /// What exists in the end.
    pub world: World,
}

/// The execution that runs.
pub const EXECUTION: &str = "c53dbd42-1111-4222-8333-0242ac120002";
/// The commit that it ships.
pub const COMMIT: &str = "9fceb02d0ae598e95dc970b74767f19372d61af8";

/// What CodePipeline knows before anything has run.
pub fn known() -> Known {
    let variables = [
        ("codepipeline.PipelineExecutionId", EXECUTION),
        ("Source.CommitId", COMMIT),
        ("Source.BranchName", "release/1.0"),
    ];
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// Runs a pipeline on these files; `before` may change the world before each action.
pub fn run(
    stacks: &Stacks,
    pipeline: &str,
    files: &BTreeMap<String, String>,
    world: World,
    mut before: impl FnMut(&Action, World) -> World,
) -> Release {
    let mut artifacts: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut release =
        Release { ran: Vec::new(), builds: BTreeMap::new(), failed: None, known: Known::new(), world };
    for action in &stacks.pipelines[pipeline].actions {
        let place = format!("{}/{}", action.stage, action.name);
        release.ran.push(place.clone());
        release.world = before(action, release.world);
        let input =
            |name: &String| artifacts.get(name).unwrap_or_else(|| panic!("{place}: nothing made {name}"));
        let made = match action.provider.as_str() {
            "CodeStarSourceConnection" => {
                assert_eq!(action.namespace.as_deref(), Some("Source"));
                release.known = known();
                Some(files.clone())
            }
            "Manual" => {
                for text in action.configuration.values() {
                    resolved(text, &release.known);
                }
                Some(BTreeMap::new())
            }
            "CodeBuild" => {
                let mut job = Job::new(stacks, action, &release.known);
                job.files = action.inputs.iter().map(input).next().expect("an input").clone();
                let outcome = job.run(release.world.clone());
                release.world = World(outcome.world.clone());
                for (name, value) in action.namespace.iter().flat_map(|_| &outcome.exported) {
                    let namespace = action.namespace.as_deref().unwrap_or_default();
                    release.known.insert(format!("{namespace}.{name}"), value.clone());
                }
                let made = outcome.succeeded.then(|| outcome.artifacts.clone());
                release.builds.insert(place.clone(), outcome);
                made
            }
            "ECS" => {
                let file = input(&action.inputs[0])[&action.configuration["FileName"]].clone();
                deploy(&mut release.world, action, &file);
                Some(BTreeMap::new())
            }
            other => panic!("what does {other} do?"),
        };
        let Some(made) = made else {
            release.failed = Some(place);
            return release;
        };
        for name in &action.outputs {
            artifacts.insert(name.clone(), made.clone());
        }
    }
    release
}

/// What the ECS action does: a revision of the service's own task definition, with the container's new image.
fn deploy(world: &mut World, action: &Action, definitions: &str) {
    let (cluster, service) = (&action.configuration["ClusterName"], &action.configuration["ServiceName"]);
    let current = world.0["clusters"][cluster]["services"][service]["taskDefinition"]
        .as_str()
        .expect("a service")
        .to_owned();
    let mut definition = world.0["task_definitions"][&current].clone();
    let given: Vec<Value> = serde_json::from_str(definitions).expect("image definitions are JSON");
    for entry in given {
        let containers = definition["containerDefinitions"].as_array_mut().expect("containers");
        let container = containers.iter_mut().find(|container| container["name"] == entry["name"]);
        let container = container.unwrap_or_else(|| panic!("{service} has no container {}", entry["name"]));
        container["image"] = entry["imageUri"].clone();
    }
    let (family, revision) = current.rsplit_once(':').expect("a revision");
    let next = format!("{family}:{}", revision.parse::<u32>().expect("a number") + 1);
    world.0["task_definitions"][&next] = definition;
    world.0["clusters"][cluster]["services"][service]["taskDefinition"] = json!(next);
}

/// The image that a service's container has.
pub fn image_of(world: &World, cluster: &str, service: &str, container: &str) -> String {
    let current =
        world.0["clusters"][cluster]["services"][service]["taskDefinition"].as_str().expect("a service");
    let containers =
        world.0["task_definitions"][current]["containerDefinitions"].as_array().expect("containers");
    let found = containers.iter().find(|entry| entry["name"] == container).expect("the container");
    found["image"].as_str().expect("an image").to_owned()
}

/// A world in which everything is there that the stacks make, and the services that they deploy to.
pub fn world(stacks: &Stacks) -> World {
    let mut world = World::of(&stacks.place);
    for repository in stacks.all("AWS::ECR::Repository") {
        let name = repository["RepositoryName"].as_str().expect("a name");
        let immutable = repository["ImageTagMutability"] == "IMMUTABLE";
        world.0["repositories"][name] = json!({"images": [], "immutable": immutable});
    }
    // Those that exist are as the page asks for them.
    for service in stacks.config.services.values().filter(|service| service.repository_exists) {
        world.0["repositories"][&service.repository] = json!({"images": [], "immutable": true});
    }
    for group in stacks.all("AWS::Logs::LogGroup") {
        world = world.with_log_group(group["LogGroupName"].as_str().expect("a name"));
    }
    for environment in stacks.config.environments.values() {
        world = world.at(&Place { account: environment.account.clone(), region: environment.region.clone() });
        for (name, deploy) in &environment.deploys {
            let branchline::config::Deploy::Ecs(ecs) = deploy;
            world =
                world.with_service_of(&ecs.cluster, &ecs.service, &stacks.config.services[name].container);
        }
    }
    world.at(&stacks.place)
}
