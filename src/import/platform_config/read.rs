//! Reads a platform config: what it says of releases. Extensions and networks are infrastructure, and passed over.

use super::super::file::File;
use super::super::keys;
use super::super::reader::{Located, Mapping, Raises, text, wrong};
use super::super::remark::{Remark, Weight};
use crate::config::tree::{Node, Value};
use crate::diagnostic::Span;

/// The version of the schema that is known.
const VERSION: &str = "1";

/// The keys of the schema, mapping by mapping.
const TOP: &[&str] = &[
    "schema_version",
    "application",
    "deploy_repository",
    "default_versions",
    "environments",
    "codebase_pipelines",
    "environment_pipelines",
    "extensions",
];
const ENVIRONMENT: &[&str] =
    &["accounts", "requires_approval", "vpc", "service-deployment-mode", "network", "versions"];
const CODEBASE: &[&str] = &[
    "name",
    "repository",
    "slack_channel",
    "requires_image_build",
    "pipeline_mode",
    "additional_ecr_repository",
    "deploy_repository_branch",
    "services",
    "pipelines",
    "cache_invalidation",
];
const PIPELINE: &[&str] = &["name", "branch", "tag", "environments"];
const STAGE: &[&str] = &["name", "requires_approval"];
const INFRASTRUCTURE: &[&str] = &[
    "account",
    "branch",
    "pipeline_to_trigger",
    "versions",
    "slack_channel",
    "trigger_on_push",
    "environments",
];

/// What is said of releases.
#[derive(Clone, Debug)]
pub struct Config {
    /// The application's name.
    pub application: Option<Located<String>>,
    /// The environments, without the `*` whose settings they have.
    pub environments: Vec<Environment>,
    /// How services are deployed where an environment says nothing.
    pub mode: Mode,
    /// The codebases.
    pub codebases: Vec<Codebase>,
    /// The pipelines of environments: their names, with what they apply.
    pub infrastructure: Vec<(Located<String>, String)>,
    /// How many extensions there are, and where.
    pub extensions: Option<(usize, Span)>,
}

/// An environment.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name.
    pub name: Located<String>,
    /// The account that it is deployed to, as it is written.
    pub account: Option<Located<String>>,
    /// How services are deployed there.
    pub mode: Mode,
    /// An approval of times when this tool deployed environments otherwise.
    pub old_approval: Option<Span>,
}

/// Who deploys services (`service-deployment-mode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Copilot's stacks.
    #[default]
    Copilot,
    /// Both; people see Copilot's.
    BothCopilot,
    /// Both; people see the tool's own.
    BothPlatform,
    /// The tool's own Terraform.
    Platform,
}

impl Mode {
    /// Whether the services that people see are Copilot's.
    pub fn is_copilots(self) -> bool {
        matches!(self, Mode::Copilot | Mode::BothCopilot)
    }

    /// Whether each service is deployed twice.
    pub fn is_double(self) -> bool {
        matches!(self, Mode::BothCopilot | Mode::BothPlatform)
    }
}

/// A repository and what is released of it.
#[derive(Clone, Debug)]
pub struct Codebase {
    /// Its name.
    pub name: Located<String>,
    /// The repository: `owner/name`.
    pub repository: Option<Located<String>>,
    /// Whether the tool builds its image.
    pub requires_image_build: bool,
    /// The services, group by group: one is deployed when those before it are.
    pub groups: Vec<Vec<Located<String>>>,
    /// The pipelines.
    pub pipelines: Vec<Pipeline>,
    /// Other settings as they are written: key and text.
    pub extras: Vec<(&'static str, Located<String>)>,
    /// The domains whose caches are emptied: domain and environment.
    pub caches: Vec<(Located<String>, String)>,
}

/// A pipeline of a codebase.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Its name.
    pub name: Located<String>,
    /// The branch, where one is named.
    pub branch: Option<Located<String>>,
    /// Whether tags start it.
    pub is_tagged: bool,
    /// Where it goes, in order, and whether somebody approves.
    pub stages: Vec<(Located<String>, bool)>,
}

/// Reads a platform config, with what is to be said of it.
pub fn read(file: &File) -> (Option<Config>, Vec<Remark>) {
    let (tree, mut remarks) = file.tree();
    let raises = Raises::default();
    let config = tree.as_ref().and_then(|tree| config(tree, &raises));
    remarks.extend(file.remarks(raises.into_all()));
    (config, remarks)
}

fn refused(mapping: &Mapping<'_>, known: &[&'static str], raises: &Raises) {
    for key in known {
        // What is known and not asked for is passed over.
        _ = mapping.take(key);
    }
    keys::unknown(mapping, known, "platform-helper's", "refuses a file with it", raises);
}

fn config(node: &Node, raises: &Raises) -> Option<Config> {
    let top = Mapping::of(node, "", raises)?;
    if let Some(version) = top.text("schema_version").filter(|version| version.value != VERSION) {
        raises.raise(
            Weight::Mistake,
            version.span,
            format!("version {} of the schema is not known", version.value),
            format!("what follows is read as version {VERSION}: look at all of it"),
        );
    }
    let application = top.text("application");
    let written: Vec<(&str, Span, &Node)> = top.entries("environments");
    let usual = written.iter().find(|(name, ..)| *name == "*").map(|(.., node)| settings(node, "*", raises));
    let usual = usual.unwrap_or_default();
    let environments = written.iter().filter(|(name, ..)| *name != "*").map(|(name, span, node)| {
        let own = settings(node, name, raises);
        Environment {
            name: Located { value: (*name).to_owned(), span: *span },
            account: own.account.or_else(|| usual.account.clone()),
            mode: own.mode.or(usual.mode).unwrap_or_default(),
            old_approval: own.old_approval,
        }
    });
    let environments = environments.collect();
    let codebases = codebases(&top, raises);
    let infrastructure = top.entries("environment_pipelines");
    let infrastructure = infrastructure.iter().map(|(name, span, node)| {
        let way = format!("environment_pipelines.{name}");
        let applied = Mapping::of(node, &way, raises).map(|pipeline| {
            let stages = pipeline.entries("environments");
            let names: Vec<&str> = stages.iter().map(|(name, ..)| *name).collect();
            let branch = pipeline.text("branch").map_or_else(|| "main".to_owned(), |branch| branch.value);
            refused(&pipeline, INFRASTRUCTURE, raises);
            format!("{} from the branch `{branch}`", names.join(", "))
        });
        (Located { value: (*name).to_owned(), span: *span }, applied.unwrap_or_default())
    });
    let infrastructure = infrastructure.collect();
    let extensions = top.take("extensions").map(|node| match &node.value {
        Value::Mapping(entries) => (entries.len(), node.span),
        _ => (1, node.span),
    });
    refused(&top, TOP, raises);
    Some(Config {
        application,
        environments,
        mode: usual.mode.unwrap_or_default(),
        codebases,
        infrastructure,
        extensions,
    })
}

/// What one entry of `environments` says itself.
#[derive(Clone, Default)]
struct Settings {
    account: Option<Located<String>>,
    mode: Option<Mode>,
    old_approval: Option<Span>,
}

fn settings(node: &Node, name: &str, raises: &Raises) -> Settings {
    let way = format!("environments.{name}");
    let Some(top) = Mapping::of(node, &way, raises) else { return Settings::default() };
    let accounts = top.take("accounts").and_then(|node| Mapping::of(node, &top.way("accounts"), raises));
    let deploy = accounts.as_ref().and_then(|accounts| accounts.take("deploy"));
    let deploy = deploy.and_then(|node| Mapping::of(node, &format!("{way}.accounts.deploy"), raises));
    let account = deploy.and_then(|deploy| deploy.text("id"));
    let mode = top.text("service-deployment-mode").and_then(|mode| match mode.value.as_str() {
        "copilot" => Some(Mode::Copilot),
        "dual-deploy-copilot-traffic" => Some(Mode::BothCopilot),
        "dual-deploy-platform-traffic" => Some(Mode::BothPlatform),
        "platform" => Some(Mode::Platform),
        other => {
            raises.raise(
                Weight::Mistake,
                mode.span,
                format!("`{other}` is no `service-deployment-mode`"),
                "it is one of copilot, dual-deploy-copilot-traffic, dual-deploy-platform-traffic and platform; `copilot` is taken",
            );
            None
        }
    });
    let old_approval = top.truth("requires_approval").filter(|asks| asks.value).map(|asks| asks.span);
    refused(&top, ENVIRONMENT, raises);
    Settings { account, mode, old_approval }
}

/// The codebases: a mapping by name, and a list of such with `name` before version 1.
fn codebases(top: &Mapping<'_>, raises: &Raises) -> Vec<Codebase> {
    let Some(node) = top.take("codebase_pipelines") else { return Vec::new() };
    match &node.value {
        Value::Mapping(entries) => {
            let read = entries.iter().filter_map(|entry| {
                let name = Located { value: entry.key.clone(), span: entry.key_span };
                codebase(&entry.node, &format!("codebase_pipelines.{}", entry.key), Some(name), raises)
            });
            read.collect()
        }
        Value::List(items) => {
            let read = items.iter().enumerate();
            read.filter_map(|(at, item)| codebase(item, &format!("codebase_pipelines[{at}]"), None, raises))
                .collect()
        }
        _ => {
            wrong(raises, node, "codebase_pipelines", "a mapping of codebases");
            Vec::new()
        }
    }
}

fn codebase(node: &Node, way: &str, name: Option<Located<String>>, raises: &Raises) -> Option<Codebase> {
    let top = Mapping::of(node, way, raises)?;
    let own = top.text("name");
    let Some(name) = name.or(own) else {
        raises.raise(
            Weight::Lost,
            node.span,
            format!("`{way}` has no `name`"),
            "it is left out: give it one",
        );
        return None;
    };
    let mut extras = Vec::new();
    for key in ["slack_channel", "pipeline_mode", "additional_ecr_repository", "deploy_repository_branch"] {
        extras.extend(top.text(key).map(|value| (key, value)));
    }
    let caches = top
        .take("cache_invalidation")
        .and_then(|node| Mapping::of(node, &top.way("cache_invalidation"), raises));
    let caches = caches.iter().flat_map(|caches| caches.entries("domains")).map(|(domain, span, node)| {
        let environment = node.get("environment").and_then(text).map(|name| name.value).unwrap_or_default();
        (Located { value: domain.to_owned(), span }, environment)
    });
    let codebase = Codebase {
        repository: top.text("repository"),
        requires_image_build: top.truth("requires_image_build").is_none_or(|builds| builds.value),
        groups: top
            .take("services")
            .map(|node| groups(node, &top.way("services"), raises))
            .unwrap_or_default(),
        pipelines: items(&top, "pipelines", raises, |item, way| pipeline(item, way, raises)),
        caches: caches.collect(),
        extras,
        name,
    };
    refused(&top, CODEBASE, raises);
    Some(codebase)
}

/// What stands in a list of mappings.
fn items<T>(
    top: &Mapping<'_>,
    key: &'static str,
    raises: &Raises,
    read: impl Fn(&Node, &str) -> Option<T>,
) -> Vec<T> {
    let way = top.way(key);
    match top.take(key) {
        None => Vec::new(),
        Some(Node { value: Value::List(items), .. }) => {
            items.iter().enumerate().filter_map(|(at, item)| read(item, &format!("{way}[{at}]"))).collect()
        }
        Some(node) => {
            wrong(raises, node, &way, "a list");
            Vec::new()
        }
    }
}

/// Groups of services: each is a mapping of a name to a list. A service that stands without a group is of the first one.
fn groups(node: &Node, way: &str, raises: &Raises) -> Vec<Vec<Located<String>>> {
    let Value::List(items) = &node.value else {
        wrong(raises, node, way, "a list of groups");
        return Vec::new();
    };
    let mut groups: Vec<Vec<Located<String>>> = Vec::new();
    let mut alone: Vec<Located<String>> = Vec::new();
    for item in items {
        match &item.value {
            Value::Mapping(entries) => {
                let mut group = Vec::new();
                for entry in entries {
                    match &entry.node.value {
                        Value::List(names) => group.extend(names.iter().filter_map(text)),
                        _ => {
                            wrong(raises, &entry.node, &format!("{way}.{}", entry.key), "a list of services");
                        }
                    }
                }
                groups.push(group);
            }
            _ => match text(item) {
                Some(name) => alone.push(name),
                None => wrong(raises, item, way, "a group of services"),
            },
        }
    }
    if !alone.is_empty() {
        groups.insert(0, alone);
    }
    groups
}

fn pipeline(node: &Node, way: &str, raises: &Raises) -> Option<Pipeline> {
    let top = Mapping::of(node, way, raises)?;
    let Some(name) = top.text("name") else {
        raises.raise(
            Weight::Lost,
            node.span,
            format!("`{way}` has no `name`"),
            "it is left out: give it one",
        );
        return None;
    };
    let pipeline = Pipeline {
        branch: top.text("branch"),
        is_tagged: top.truth("tag").is_some_and(|tag| tag.value),
        stages: items(&top, "environments", raises, |item, way| {
            let stage = Mapping::of(item, way, raises)?;
            let name = stage.text("name");
            let asks = stage.truth("requires_approval").is_some_and(|asks| asks.value);
            refused(&stage, STAGE, raises);
            if name.is_none() {
                raises.raise(Weight::Lost, item.span, format!("`{way}` has no `name`"), "it is left out");
            }
            Some((name?, asks))
        }),
        name,
    };
    refused(&top, PIPELINE, raises);
    Some(pipeline)
}
