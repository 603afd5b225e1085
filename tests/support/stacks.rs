//! A configuration's generated tree, read as AWS would read it: projects, roles and pipelines with every intrinsic
//! function resolved.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use branchline::branch_map;
use branchline::config::{self, Config, Service};
use branchline::diagnostic::has_errors;
use branchline::document::{specs, tree};
use branchline::pipeline::Plan;
use serde::Deserialize;
use serde_json::Value;

use super::existing;
use super::intrinsics::{Resolver, key, place_of};
use super::policy::{Role, Statement};
use super::world::Place;

/// What a configuration generates.
#[derive(Debug, Clone)]
pub struct Stacks {
    /// The configuration.
    pub config: Config,
    /// Where the pipelines are.
    pub place: Place,
    /// The roles by name.
    pub roles: BTreeMap<String, Role>,
    /// The `CodeBuild` projects by name.
    pub projects: BTreeMap<String, Project>,
    /// The pipelines by name.
    pub pipelines: BTreeMap<String, Pipeline>,
    /// The generated files as they stand in a checkout: below `pipelines/`.
    pub files: BTreeMap<String, String>,
    /// The resources of all stacks by type.
    pub resources: BTreeMap<String, Vec<Value>>,
    /// The policies of resources.
    pub attached: Vec<Attached>,
    /// Every resource, with its type, and where it stands.
    pub located: Vec<(Place, Value)>,
}

/// A resource and its own policy.
#[derive(Debug, Clone)]
pub struct Attached {
    /// Its ARN, or the ARN that the ARNs of what is in it begin with.
    pub arn: String,
    /// Its account.
    pub owner: String,
    /// Its policy.
    pub statements: Vec<Statement>,
}

/// A `CodeBuild` project.
#[derive(Debug, Clone)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: Place,
    /// Its role's name.
    pub role: String,
    /// Its buildspec, or the path of it in its source.
    pub buildspec: String,
    /// Its image.
    pub image: String,
    /// Its log group.
    pub log_group: String,
    /// Its environment variables.
    pub variables: Vec<Variable>,
    /// Its `VpcConfig`.
    pub network: Option<Value>,
    /// Where it keeps files for its next run: bucket and folder.
    pub kept: Option<String>,
    /// How many builds of it may run at once, where it says.
    pub limit: Option<u64>,
    /// Whether Docker runs in it.
    pub privileged: bool,
}

/// An environment variable of a project or an action.
#[derive(Debug, Clone, Deserialize)]
pub struct Variable {
    /// Its name.
    #[serde(alias = "Name")]
    pub name: String,
    /// `PLAINTEXT`, `SECRETS_MANAGER` or `PARAMETER_STORE`.
    #[serde(alias = "Type")]
    pub r#type: String,
    /// Its value, or where it is kept.
    #[serde(alias = "Value")]
    pub value: String,
}

/// A pipeline.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// Its name.
    pub name: String,
    /// Its role's name.
    pub role: String,
    /// Its actions, in the order in which they run.
    pub actions: Vec<Action>,
}

/// An action of a pipeline.
#[derive(Debug, Clone)]
pub struct Action {
    /// The stage's name.
    pub stage: String,
    /// Its own.
    pub name: String,
    /// `CodeBuild`, `ECS`, `Manual`, `CodeStarSourceConnection`.
    pub provider: String,
    /// The name of the role it runs under; `None` is the pipeline's own.
    pub role: Option<String>,
    /// That role's ARN.
    pub role_arn: Option<String>,
    /// The region it works in, where that is not the pipeline's.
    pub region: Option<String>,
    /// Under which name its variables are known.
    pub namespace: Option<String>,
    /// Its place in the stage's order.
    pub run_order: u32,
    /// Its settings.
    pub configuration: BTreeMap<String, String>,
    /// What it reads.
    pub inputs: Vec<String>,
    /// What it makes.
    pub outputs: Vec<String>,
}

impl Action {
    /// The account and region in which it works: its project's, its role's, or else the pipeline's.
    pub fn place(&self, stacks: &Stacks) -> Place {
        let project = self.configuration.get("ProjectName").map(|name| &stacks.projects[name].place);
        let role = self.role.as_ref().map(|name| &stacks.roles[name].place);
        project.or(role).unwrap_or(&stacks.place).clone()
    }
}

/// The branches that exist, for rules with a pipeline for each.
const BRANCHES: &str = include_str!("../../examples/per-branch/branches.txt");

impl Stacks {
    /// Generates, and reads what was generated. The configuration must be sound.
    ///
    /// Of one text the stacks are made once for a whole test program: making them takes as long as running a few of their
    /// steps, and many tests begin with the same ones.
    pub fn of(text: &str) -> Self {
        type Made = Mutex<BTreeMap<String, Arc<OnceLock<Stacks>>>>;
        static MADE: Made = Mutex::new(BTreeMap::new());
        // Others may look while these are made, and a configuration that is not sound spoils nobody else's.
        let made = {
            let mut made = MADE.lock().expect("nobody panics who holds it");
            Arc::clone(made.entry(text.to_owned()).or_default())
        };
        made.get_or_init(|| Stacks::generated(text)).clone()
    }

    fn generated(text: &str) -> Self {
        let reading = config::read(text);
        let mut config = reading.config.unwrap_or_else(|| panic!("{:#?}\n{text}", reading.findings));
        config.source.repository.get_or_insert_with(|| "acme/shop".to_owned());
        config.branches = branch_map::listing::read(BRANCHES).expect("branches");
        let (map, findings) = branch_map::resolve(&config);
        assert!(!has_errors(&findings), "{findings:#?}");
        let specs = specs::specs(&config).expect("the buildspecs");
        let plan = Plan::new(&config, &map, specs.texts.clone());
        let files: Vec<(String, String)> = tree::files(&plan, &specs)
            .map(|file| file.expect("a file"))
            .map(|file| (file.path, file.text))
            .collect();
        let templates: Vec<Value> = files
            .iter()
            .filter(|(_, text)| text.contains("AWSTemplateFormatVersion"))
            .map(|(_, text)| serde_yaml::from_str(text).expect("a template is YAML"))
            .collect();
        let place = Place { account: config.account.clone(), region: config.region.clone() };
        let keys = config
            .existing
            .artifacts
            .keys()
            .filter_map(|region| Some((region.clone(), config.existing.key(region)?.to_owned())));
        let mut resolver = Resolver::new(&place, keys.collect());
        let mut resources: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        // The base comes first; the others import what it exports.
        let (mut roles, mut projects) = (BTreeMap::new(), BTreeMap::new());
        let (mut attached, mut located) = (Vec::new(), Vec::new());
        for template in &templates {
            let at = place_of(template);
            for resource in resolver.resources(template) {
                let kind = text_of(&resource, "Type");
                let properties = &resource["Properties"];
                match kind.as_str() {
                    "AWS::IAM::Role" => roles.extend([role(properties, &at)]),
                    "AWS::CodeBuild::Project" => projects.extend([project(properties, &at)]),
                    _ => {}
                }
                attached.extend(attached_to(&kind, &resource, &at));
                resources.entry(kind).or_default().push(properties.clone());
                located.push((at.clone(), resource.clone()));
            }
        }
        let keys = attached_keys(&templates, &mut resolver);
        attached.extend(keys);
        let page = files.iter().find(|(path, _)| path == "README.md").expect("the page");
        attached.extend(existing::attached(&page.1, &place));
        attached.extend(existing::sidecars(&config, &place));
        roles.extend(existing::roles(&files, &config, &place));
        let all = |kind: &str| resources.get(kind).cloned().unwrap_or_default();
        let pipelines = all("AWS::CodePipeline::Pipeline").iter().map(pipeline).collect();
        let files = files.into_iter().map(|(path, text)| (format!("pipelines/{path}"), text)).collect();
        Stacks { config, place, roles, projects, pipelines, files, resources, attached, located }
    }

    /// The resources of a type: their properties.
    pub fn all(&self, kind: &str) -> &[Value] {
        self.resources.get(kind).map_or(&[], Vec::as_slice)
    }

    /// The services that a pipeline builds, each with its repository there.
    pub fn repositories(&self, pipeline: &str) -> Vec<(&Service, String)> {
        let slug = pipeline.strip_prefix(&format!("{}-", self.config.stem)).expect("a pipeline's name");
        let made = self.all("AWS::ECR::Repository");
        let name = |service: &Service| {
            let own = format!("{}/{slug}", service.repository);
            let is_made = made.iter().any(|repository| repository["RepositoryName"] == *own);
            if service.repository_exists { Some(service.repository.clone()) } else { is_made.then_some(own) }
        };
        let built = self.config.services.values().filter(|service| service.builds());
        built.filter_map(|service| Some((service, name(service)?))).collect()
    }

    /// Every action of every pipeline that runs this project, with its pipeline.
    pub fn runs_of<'a>(&'a self, project: &'a str) -> impl Iterator<Item = (&'a Pipeline, &'a Action)> {
        self.pipelines
            .values()
            .flat_map(|pipeline| pipeline.actions.iter().map(move |action| (pipeline, action)))
            .filter(move |(_, action)| {
                action.configuration.get("ProjectName").is_some_and(|name| name == project)
            })
    }
}

fn text_of(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is no text in {value:#}")).to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    let name = |item: &Value| text_of(item, "Name");
    value.as_array().map(|items| items.iter().map(name).collect()).unwrap_or_default()
}

/// The name in a role's ARN, without its path.
pub fn role_name(arn: &str) -> String {
    arn.rsplit('/').next().expect("a role's ARN").to_owned()
}

fn statements(document: &Value) -> Vec<Statement> {
    serde_json::from_value(document["Statement"].clone())
        .unwrap_or_else(|error| panic!("{error}: {document:#}"))
}

/// The policy of a bucket, of a repository, or of a role.
fn attached_to(kind: &str, resource: &Value, at: &Place) -> Option<Attached> {
    let properties = &resource["Properties"];
    let (arn, document) = match kind {
        "AWS::S3::BucketPolicy" => {
            let name = text_of(properties, "Bucket");
            (format!("arn:{}:s3:::{name}", at.partition()), &properties["PolicyDocument"])
        }
        "AWS::ECR::Repository" => {
            let name = text_of(properties, "RepositoryName");
            (at.arn("ecr", &format!("repository/{name}")), &properties["RepositoryPolicyText"])
        }
        _ => return None,
    };
    let statements = if document.is_null() { Vec::new() } else { statements(document) };
    Some(Attached { arn, owner: at.account.clone(), statements })
}

/// The policies of the keys, which are told apart by their names in the templates.
fn attached_keys(templates: &[Value], resolver: &mut Resolver) -> Vec<Attached> {
    let mut keys = Vec::new();
    for template in templates {
        let at = place_of(template);
        let names = template["Resources"].as_object().expect("resources").keys();
        for (name, resource) in names.zip(resolver.resources(template)) {
            if resource["Type"] == "AWS::KMS::Key" {
                let statements = statements(&resource["Properties"]["KeyPolicy"]);
                keys.push(Attached { arn: key(&at, name), owner: at.account.clone(), statements });
            }
        }
    }
    keys
}

fn role(properties: &Value, at: &Place) -> (String, Role) {
    let name = text_of(properties, "RoleName");
    let policies = properties["Policies"].as_array().expect("inline policies");
    let role = Role {
        name: name.clone(),
        path: properties["Path"].as_str().unwrap_or("/").to_owned(),
        place: at.clone(),
        statements: policies.iter().flat_map(|policy| statements(&policy["PolicyDocument"])).collect(),
        trust: statements(&properties["AssumeRolePolicyDocument"]),
    };
    (name, role)
}

fn project(properties: &Value, at: &Place) -> (String, Project) {
    let name = text_of(properties, "Name");
    let environment = &properties["Environment"];
    let variables =
        environment.get("EnvironmentVariables").cloned().unwrap_or_else(|| Value::Array(Vec::new()));
    let project = Project {
        name: name.clone(),
        place: at.clone(),
        role: role_name(&text_of(properties, "ServiceRole")),
        buildspec: text_of(&properties["Source"], "BuildSpec"),
        image: text_of(environment, "Image"),
        log_group: text_of(&properties["LogsConfig"]["CloudWatchLogs"], "GroupName"),
        variables: serde_json::from_value(variables).expect("environment variables"),
        network: properties.get("VpcConfig").cloned(),
        kept: properties["Cache"]["Location"].as_str().map(str::to_owned),
        limit: properties["ConcurrentBuildLimit"].as_u64(),
        privileged: environment["PrivilegedMode"] == true,
    };
    (name, project)
}

fn pipeline(properties: &Value) -> (String, Pipeline) {
    let name = text_of(properties, "Name");
    let mut actions = Vec::new();
    for stage in properties["Stages"].as_array().expect("stages") {
        let mut of_stage: Vec<&Value> = stage["Actions"].as_array().expect("actions").iter().collect();
        of_stage.sort_by_key(|action| action["RunOrder"].as_i64());
        actions.extend(of_stage.into_iter().map(|action| Action {
            stage: text_of(stage, "Name"),
            name: text_of(action, "Name"),
            provider: text_of(&action["ActionTypeId"], "Provider"),
            role: action["RoleArn"].as_str().map(role_name),
            role_arn: action["RoleArn"].as_str().map(str::to_owned),
            region: action["Region"].as_str().map(str::to_owned),
            run_order: action["RunOrder"].as_u64().and_then(|it| it.try_into().ok()).expect("an order"),
            namespace: action["Namespace"].as_str().map(str::to_owned),
            configuration: action["Configuration"].as_object().map_or_else(BTreeMap::new, |map| {
                map.iter()
                    .map(|(key, value)| {
                        (key.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                    })
                    .collect()
            }),
            inputs: texts(&action["InputArtifacts"]),
            outputs: texts(&action["OutputArtifacts"]),
        }));
    }
    let role = role_name(&text_of(properties, "RoleArn"));
    (name.clone(), Pipeline { name, role, actions })
}
