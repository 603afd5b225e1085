//! Runs a whole pipeline of generated stacks, action by action: artifacts and variables are handed on as CodePipeline
//! does, and the first action that fails ends it.

use std::collections::BTreeMap;

use branchline::config::{Deploy, EcsTask, SidecarImage};
use serde_json::{Value, json};

use super::job::{Job, Known, resolved};
use super::runner::Outcome;
use super::stacks::{Action, Stacks};
use super::world::{Place, World};

/// What a run came to.
#[derive(Debug, Clone)]
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

/// When its author wrote it.
pub const AUTHORED: &str = "2026-11-02T10:00:00Z";

/// The connection through which it came.
pub const CONNECTION: &str = "arn:aws:codeconnections:eu-west-1:123456789012:connection/0a1b2c3d";

/// What CodePipeline knows before anything has run.
pub fn known() -> Known {
    let variables = [
        ("codepipeline.PipelineExecutionId", EXECUTION),
        ("Source.CommitId", COMMIT),
        ("Source.BranchName", "release/1.0"),
        ("Source.AuthorDate", AUTHORED),
        ("Source.ConnectionArn", CONNECTION),
        ("variables.DOWNGRADE", "refuse"),
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
    let mut run = Run::new(stacks, pipeline, files, world);
    while let Some(action) = run.next() {
        let world = before(action, run.world());
        run.step(world);
    }
    run.release
}

/// A pipeline on its way, which can be copied before an action that may go well or badly.
#[derive(Debug, Clone)]
pub struct Run<'a> {
    stacks: &'a Stacks,
    actions: &'a [Action],
    files: &'a BTreeMap<String, String>,
    /// By the artifact's name: its files.
    artifacts: BTreeMap<String, BTreeMap<String, String>>,
    /// What it has come to.
    pub release: Release,
}

impl<'a> Run<'a> {
    /// Before the first action of a pipeline, for a commit with these files.
    pub fn new(
        stacks: &'a Stacks,
        pipeline: &str,
        files: &'a BTreeMap<String, String>,
        world: World,
    ) -> Self {
        let release =
            Release { ran: Vec::new(), builds: BTreeMap::new(), failed: None, known: Known::new(), world };
        let actions = &stacks.pipelines[pipeline].actions;
        Run { stacks, actions, files, artifacts: BTreeMap::new(), release }
    }

    /// The action that is next; none behind the last, and none behind one that failed.
    pub fn next(&self) -> Option<&'a Action> {
        if self.release.failed.is_some() {
            return None;
        }
        self.actions.get(self.release.ran.len())
    }

    /// The world as the next action sees it, from the account and region in which it works.
    pub fn world(&self) -> World {
        let world = self.release.world.clone();
        match self.next() {
            Some(action) => world.at(&action.place(self.stacks)),
            None => world,
        }
    }

    /// The next action, in this world; it is remembered whether it failed.
    pub fn step(&mut self, world: World) {
        let Some(action) = self.next() else { panic!("nothing is left to run: {:?}", self.release.ran) };
        let place = format!("{}/{}", action.stage, action.name);
        self.release.ran.push(place.clone());
        self.release.world = world;
        // Each build has a machine of its own, on which nothing was built, pulled or run, and nobody is signed in.
        for kind in ["local", "pulled", "containers", "signed_in"] {
            self.release.world.0.as_object_mut().expect("a mapping").remove(kind);
        }
        let Some(made) = self.made(action, &place) else {
            self.release.failed = Some(place);
            return;
        };
        for name in &action.outputs {
            self.artifacts.insert(name.clone(), made.clone());
        }
    }

    /// What an action makes; nothing where it fails.
    fn made(&mut self, action: &Action, place: &str) -> Option<BTreeMap<String, String>> {
        let Run { stacks, files, artifacts, release, .. } = self;
        let input =
            |name: &String| artifacts.get(name).unwrap_or_else(|| panic!("{place}: nothing made {name}"));
        match action.provider.as_str() {
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
                release.builds.insert(place.to_owned(), outcome);
                made
            }
            "ECS" => {
                let file = input(&action.inputs[0])[&action.configuration["FileName"]].clone();
                deploy(&mut release.world, action, &file).then(BTreeMap::new)
            }
            other => panic!("what does {other} do?"),
        }
    }
}

/// What the ECS action does: a revision of the service's own task definition, with the container's new image. Whether the
/// service came to rest with it: not where the scenario says that it is `unstable`.
fn deploy(world: &mut World, action: &Action, definitions: &str) -> bool {
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
    world.0["clusters"][cluster]["services"][service]["unstable"] != true
}

/// The image that a service's container has. The cluster is in the only account and region that has one of this name.
pub fn image_of(world: &World, cluster: &str, service: &str, container: &str) -> String {
    let elsewhere = world.0["elsewhere"].as_object().into_iter().flat_map(|places| places.values());
    let mut found = std::iter::once(&world.0)
        .chain(elsewhere)
        .filter(|place| place["clusters"][cluster]["services"][service].is_object());
    let place = found.next().unwrap_or_else(|| panic!("no cluster {cluster} has a service {service}"));
    assert!(found.next().is_none(), "several places have a cluster {cluster}");
    image_in(place, cluster, service, container)
}

/// The image that a service's container has in an account and region.
pub fn image_at(world: &World, place: &Place, cluster: &str, service: &str, container: &str) -> String {
    image_in(&world.clone().at(place).0, cluster, service, container)
}

fn image_in(place: &Value, cluster: &str, service: &str, container: &str) -> String {
    let current =
        place["clusters"][cluster]["services"][service]["taskDefinition"].as_str().expect("a service");
    let containers =
        place["task_definitions"][current]["containerDefinitions"].as_array().expect("containers");
    let found = containers.iter().find(|entry| entry["name"] == container).expect("the container");
    found["image"].as_str().expect("an image").to_owned()
}

/// With a task family, and all that starts its tasks by its revision 7.
fn with_family(world: World, task: &EcsTask, container: &str) -> World {
    let mut world = world.with_family(&task.family, container, &task.roles);
    for rule in &task.targets.rules {
        world = world.with_rule(rule, &task.family, &task.targets.roles);
    }
    for (group, name) in &task.targets.schedules {
        world = world.with_schedule(group, name, &task.family, &task.targets.roles);
    }
    for machine in &task.targets.state_machines {
        world = world.with_state_machine(machine, &task.family);
    }
    world
}

/// The image of a container in the newest revision of a family, in an account and region.
pub fn newest_image(world: &World, place: &Place, family: &str, container: &str) -> String {
    let world = world.clone().at(place);
    let arn = world.newest(family);
    let containers =
        world.0["task_definitions"][&arn]["containerDefinitions"].as_array().expect("containers");
    let found = containers.iter().find(|entry| entry["name"] == container).expect("the container");
    found["image"].as_str().expect("an image").to_owned()
}

/// A world in which everything is there that the stacks make, and the services that they deploy to, each where it belongs.
pub fn world(stacks: &Stacks) -> World {
    let mut world = World::of(&stacks.place);
    for repository in stacks.all("AWS::ECR::Repository") {
        let name = repository["RepositoryName"].as_str().expect("a name");
        let immutable = repository["ImageTagMutability"] == "IMMUTABLE";
        world.0["repositories"][name] = json!({"images": [], "immutable": immutable});
    }
    for (place, resource) in &stacks.located {
        if resource["Type"] == "AWS::Logs::LogGroup" {
            let name = resource["Properties"]["LogGroupName"].as_str().expect("a name");
            world = world.at(place).with_log_group(name);
        }
    }
    // Those that exist are as the page asks for them.
    for service in stacks.config.services.values().filter(|service| service.repository_exists) {
        world.0["repositories"][&service.repository] = json!({"images": [], "immutable": true});
    }
    for environment in stacks.config.environments.values() {
        world = world.at(&Place { account: environment.account.clone(), region: environment.region.clone() });
        for (name, deploy) in &environment.deploys {
            let container = &stacks.config.services[name].container;
            world = match deploy {
                Deploy::Ecs(ecs) => {
                    world.with_service_under(&ecs.roles, &ecs.cluster, &ecs.service, container)
                }
                Deploy::EcsTask(task) => with_family(world, task, container),
                Deploy::Commands(_) => world,
            };
            for (sidecar, image) in deploy.sidecars() {
                world = with_image_of_sidecar(world, image);
                world = match deploy {
                    Deploy::Ecs(ecs) => world.with_sidecar(&ecs.cluster, &ecs.service, sidecar),
                    Deploy::EcsTask(task) => world.with_sidecar_of(&task.family, sidecar),
                    Deploy::Commands(_) => world,
                };
            }
        }
    }
    world.at(&stacks.place)
}

/// The image of a sidecar, where it is in the pipelines' own registry.
fn with_image_of_sidecar(mut world: World, image: &SidecarImage) -> World {
    let Some((repository, tag)) = image.image.split_once(':').filter(|_| image.is_ours) else { return world };
    let repositories = world.0["repositories"].as_object_mut().expect("repositories");
    repositories.entry(repository).or_insert_with(|| json!({"images": [], "immutable": false}));
    world.with_image(repository, json!({"digest": format!("sha256:{tag}"), "tags": [tag], "manifest": "{}"}))
}
