//! What the templates say of projects and pipelines, with everything filled in that a stack would fill in.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::needs::{self, Need};
use crate::change::stack::drift::{self, Declared};
use crate::change::stack::{Stand, Standing, Template};
use crate::config::Config;
use crate::document::stacks::Stack;
use crate::pipeline::{Plan, names};

/// What is made without stacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A CodeBuild project.
    Project,
    /// A pipeline.
    Pipeline,
}

impl Kind {
    /// Both, in the order in which they are made: a pipeline names its projects.
    pub const ALL: [Kind; 2] = [Kind::Project, Kind::Pipeline];

    /// Its type in templates.
    pub fn template_type(self) -> &'static str {
        match self {
            Kind::Project => drift::PROJECT,
            Kind::Pipeline => drift::PIPELINE,
        }
    }

    /// `project`, `pipeline`.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Project => "project",
            Kind::Pipeline => "pipeline",
        }
    }
}

/// A project or a pipeline as the map asks for it.
#[derive(Clone, Debug)]
pub struct Thing {
    /// Which of the two.
    pub kind: Kind,
    /// What its template says of it, in the form of AWS's API. It has all that a stack would have filled in.
    pub declared: Declared,
    /// Its tags, by key.
    pub tags: BTreeMap<String, String>,
    /// The stack that its template would become, which says what it is for and where it stands.
    pub stack: Stack,
}

/// All that the map asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// In the order in which they are made: base, environments, pipelines; in each the projects first.
    pub things: Vec<Thing>,
    /// What else the templates have. None of it is made.
    pub needs: Vec<Need>,
}

/// Something that only a stack would know, so that nothing can be made without one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unknown {
    /// The ARN of the artifact key of a region: KMS chooses it. Whether it is the region of the pipelines.
    Key(String, bool),
    /// The ARN of the connection, which CodeConnections chooses.
    Connection,
    /// The rules of EventBridge's that start pipelines on CodeCommit.
    Starters,
    /// A property that only CloudFormation has: of which resource of which template, and its name.
    Property(String, String, String),
    /// A value of which nobody but CloudFormation knows what it comes to: of which resource of which template.
    Value(String, String),
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unknown::Key(region, _) => write!(
                f,
                "nobody knows the key of the artifacts in {region}: a stack would make it, and `--engine api` makes no stacks"
            ),
            Unknown::Connection => f.write_str(
                "nobody knows the connection to the repository's host: a stack would make it, and `--engine api` makes no stacks",
            ),
            Unknown::Starters => f.write_str(
                "nothing would start the pipelines: on CodeCommit rules of EventBridge's do, and `--engine api` makes none",
            ),
            Unknown::Property(template, logical, property) => write!(
                f,
                "`{property}` of {logical} in {template} is CloudFormation's own, and `--engine api` could only leave it out"
            ),
            Unknown::Value(template, logical) => write!(
                f,
                "{logical} in {template} has a value that only CloudFormation can work out"
            ),
        }
    }
}

impl Unknown {
    /// What to do: the key of branchline.yml to set.
    pub fn help(&self) -> String {
        match self {
            Unknown::Key(_, true) => {
                "make one, and name it: `artifacts: { key: { existing: ARN } }` in branchline.yml".to_owned()
            }
            Unknown::Key(region, false) => format!(
                "make one, and name it: `artifacts: {{ regions: {{ {region}: {{ key: {{ existing: ARN }} }} }} }}` in branchline.yml"
            ),
            Unknown::Connection => {
                "make one in the console, and name it: `source: { connection: ARN }` in branchline.yml"
                    .to_owned()
            }
            Unknown::Starters => {
                "apply without `--engine api`: the stacks of the pipelines have the rules".to_owned()
            }
            Unknown::Property(..) | Unknown::Value(..) => {
                "take it out of `overrides` in branchline.yml, or apply with stacks".to_owned()
            }
        }
    }
}

/// Properties of a pipeline that its API does not have.
const ONLY_IN_STACKS: [&str; 2] = ["RestartExecutionOnUpdate", "DisableInboundStageTransitions"];

/// Properties of a project that its API has (CodeBuild API reference, `CreateProject`).
const OF_PROJECTS: [&str; 22] = [
    "Artifacts",
    "AutoRetryLimit",
    "BadgeEnabled",
    "BuildBatchConfig",
    "Cache",
    "ConcurrentBuildLimit",
    "Description",
    "EncryptionKey",
    "Environment",
    "FileSystemLocations",
    "LogsConfig",
    "Name",
    "QueuedTimeoutInMinutes",
    "SecondaryArtifacts",
    "SecondarySourceVersions",
    "SecondarySources",
    "ServiceRole",
    "Source",
    "SourceVersion",
    "Tags",
    "TimeoutInMinutes",
    "VpcConfig",
];

/// Everything that the templates of a plan ask for; or all that is not known of it. `templates` are by path.
pub fn wanted(
    plan: &Plan,
    stacks: &[Stack],
    templates: &BTreeMap<String, Template>,
) -> Result<Wanted, BTreeSet<Unknown>> {
    let exports = exports(plan);
    let (mut things, mut all_needs) = (Vec::new(), Vec::new());
    let mut unknown: BTreeSet<Unknown> =
        plan.in_code_commit().then_some(Unknown::Starters).into_iter().collect();
    for stack in stacks {
        let Some(template) = templates.get(&stack.template) else { continue };
        let standing = Standing { parameters: parameters(plan.config, stack), ..Standing::default() };
        let stand = Stand { template, standing: &standing, place: &stack.place, exports: &exports };
        for kind in Kind::ALL {
            unknown.extend(unknowns(plan, stack, template, kind));
            let declared = drift::declared(&stand, kind.template_type());
            for (logical, resource) in template.resources() {
                if resource.kind() != kind.template_type() {
                    continue;
                }
                let found = declared.iter().find(|one| &one.logical == logical);
                let tags = resource.value().pointer("/Properties/Tags").and_then(|tags| stand.value(tags));
                match (found, tags.as_ref().and_then(tags_of)) {
                    (Some(declared), Some(tags)) => {
                        things.push(Thing { kind, declared: declared.clone(), tags, stack: stack.clone() });
                    }
                    _ => _ = unknown.insert(Unknown::Value(stack.template.clone(), logical.clone())),
                }
            }
        }
        all_needs.extend(needs::of(stack, &stand));
    }
    if unknown.is_empty() {
        return Ok(Wanted { things, needs: all_needs });
    }
    // Where a key or a connection is missing, what names it cannot be worked out: that is said already.
    if unknown.iter().any(|one| matches!(one, Unknown::Key(..) | Unknown::Connection)) {
        unknown.retain(|one| !matches!(one, Unknown::Value(..)));
    }
    Err(unknown)
}

/// What the base stack would export, as far as the configuration names it.
fn exports(plan: &Plan) -> BTreeMap<String, String> {
    let stem = &plan.config.stem;
    let key = plan.config.existing.key(plan.home.region()).map(str::to_owned);
    let connection = plan.config.source.connection.clone();
    let id = connection.as_ref().and_then(|arn| arn.split_once('/')).map(|(_, id)| id.to_owned());
    let named = [
        (names::artifact_key_export(stem), key),
        (names::connection_export(stem), connection),
        (names::connection_id_export(stem), id),
    ];
    named.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// What a stack would be given, as far as the configuration names it.
fn parameters(config: &Config, stack: &Stack) -> BTreeMap<String, String> {
    let keys = stack.keys.iter();
    keys.filter_map(|(name, region)| Some((name.clone(), config.existing.key(region)?.to_owned()))).collect()
}

/// What of a template's resources of one kind cannot be known.
fn unknowns(plan: &Plan, stack: &Stack, template: &Template, kind: Kind) -> BTreeSet<Unknown> {
    let mut unknown = BTreeSet::new();
    for (logical, resource) in template.resources() {
        let properties = resource.value().get("Properties");
        let (true, Some(properties)) = (resource.kind() == kind.template_type(), properties) else {
            continue;
        };
        references(properties, &mut |function, name| {
            unknown.extend(missing(plan, stack, function, name));
        });
        for property in properties.as_object().into_iter().flat_map(|all| all.keys()) {
            let is_known = match kind {
                Kind::Project => OF_PROJECTS.contains(&property.as_str()),
                Kind::Pipeline => !ONLY_IN_STACKS.contains(&property.as_str()),
            };
            if !is_known {
                let (template, logical) = (stack.template.clone(), logical.clone());
                unknown.insert(Unknown::Property(template, logical, property.clone()));
            }
        }
    }
    unknown
}

/// What a reference asks for that the configuration does not name.
fn missing(plan: &Plan, stack: &Stack, function: &str, name: &str) -> Option<Unknown> {
    let (config, home) = (plan.config, plan.home.region());
    let key = |region: &str| {
        let is_missing = config.existing.key(region).is_none();
        is_missing.then(|| Unknown::Key(region.to_owned(), region == home))
    };
    if function == "Ref" {
        return key(stack.keys.get(name)?);
    }
    let of_connection = [names::connection_export(&config.stem), names::connection_id_export(&config.stem)];
    if name == names::artifact_key_export(&config.stem) {
        key(home)
    } else if of_connection.iter().any(|export| export == name) {
        config.source.connection.is_none().then_some(Unknown::Connection)
    } else {
        None
    }
}

/// Every `Ref` and `Fn::ImportValue` of a value, with the name that it refers to.
fn references(value: &Value, found: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_str() {
                    Some(text) if matches!(name.as_str(), "Ref" | "Fn::ImportValue") => found(name, text),
                    _ => references(value, found),
                }
            }
        }
        _ => {}
    }
}

/// Tags as templates have them: a list of `Key` and `Value`.
fn tags_of(tags: &Value) -> Option<BTreeMap<String, String>> {
    let pair = |tag: &Value| Some((tag["Key"].as_str()?.to_owned(), tag["Value"].as_str()?.to_owned()));
    tags.as_array()?.iter().map(pair).collect()
}
