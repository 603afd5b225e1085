//! Reads a deployment map: its pipelines, each with what is raised of it.

use super::super::file::File;
use super::super::reader::{Located, Mapping, Raised, Raises, text, wrong};
use super::super::remark::{Remark, Weight};
use super::known;
use super::target::{self, Stage};
use crate::config::tree::{Node, Value};

/// One pipeline of a map.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Its name.
    pub name: Located<String>,
    /// Where its code comes from.
    pub source: Source,
    /// Its build, where one is described.
    pub build: Step,
    /// What a target is deployed by if it says nothing.
    pub deploy: Step,
    /// Its targets, in order.
    pub stages: Vec<Stage>,
    /// Parameters, triggers and the like, each with what it asks for: key, and what is written there.
    pub extras: Vec<(&'static str, Located<String>)>,
    /// What is to be said of it.
    pub raised: Vec<Raised>,
}

/// Where code comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The kind.
    pub origin: Origin,
    /// The branch, where one is named.
    pub branch: Option<Located<String>>,
    /// Whether a push does not start the pipeline.
    pub is_quiet: bool,
    /// Where it is written.
    pub place: crate::diagnostic::Span,
}

/// The kinds of sources.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A repository behind a connection.
    Connection {
        /// `owner/name`.
        repository: String,
        /// The parameter that holds the connection's ARN; `None` where a token was used.
        parameter: Option<String>,
    },
    /// A repository in `CodeCommit`.
    CodeCommit {
        /// Its account, where one is named.
        account: Option<String>,
        /// Its name.
        repository: String,
    },
    /// An object in a bucket: it has no branches.
    Bucket(String),
    /// A provider that ADF does not have, by its name.
    Other(String),
}

impl Origin {
    /// How people name the repository.
    pub fn shown(&self) -> String {
        match self {
            Origin::Connection { repository, .. } => repository.clone(),
            Origin::CodeCommit { account: Some(account), repository } => {
                format!("{repository} in CodeCommit of {account}")
            }
            Origin::CodeCommit { account: None, repository } => format!("{repository} in CodeCommit"),
            Origin::Bucket(bucket) => format!("the bucket {bucket}"),
            Origin::Other(provider) => format!("a source of the kind {provider}"),
        }
    }

    /// The repository's own name, without its owner.
    pub fn name(&self) -> &str {
        match self {
            Origin::Connection { repository, .. } | Origin::CodeCommit { repository, .. } => {
                repository.rsplit('/').next().unwrap_or(repository)
            }
            Origin::Bucket(name) | Origin::Other(name) => name,
        }
    }
}

/// A build or a deploy: who does it and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The provider: `codebuild`.
    pub provider: String,
    /// What is set, in short: key and text. A value that is no text stands as what it is, such as `a mapping`.
    pub properties: Vec<(String, Located<String>)>,
    /// Whether it takes place.
    pub is_enabled: bool,
    /// Where it is written; `None` where nothing is.
    pub place: Option<crate::diagnostic::Span>,
}

impl Step {
    /// One property.
    pub fn property(&self, key: &str) -> Option<&Located<String>> {
        self.properties.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Its properties in one line: `` `stack_name: shop`, `root_dir: infra` ``; empty where there are none.
    pub fn settings(&self) -> String {
        let settings = self.properties.iter().map(|(key, value)| format!("`{key}: {}`", value.value));
        settings.collect::<Vec<_>>().join(", ")
    }
}

/// What was read of a file.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The pipelines, in their order.
    pub pipelines: Vec<Pipeline>,
    /// What is to be said of the file itself.
    pub remarks: Vec<Remark>,
}

/// Reads a deployment map.
pub fn read(file: &File) -> Reading {
    let (tree, mut remarks) = file.tree();
    let raises = Raises::default();
    let mut pipelines = Vec::new();
    if let Some(top) = tree.as_ref().and_then(|tree| Mapping::of(tree, "", &raises)) {
        match top.take("pipelines") {
            Some(Node { value: Value::List(items), .. }) => {
                pipelines =
                    items.iter().enumerate().filter_map(|(at, item)| pipeline(item, at, &raises)).collect();
            }
            Some(node) => wrong(&raises, node, "pipelines", "a list of pipelines"),
            None => {}
        }
        // ADF leaves keys alone that begin so: people put their anchors there.
        for (key, span, _) in top.rest().into_iter().filter(|(key, ..)| !key.starts_with(['x', 'X'])) {
            raises.raise(
                Weight::Mistake,
                span,
                format!("`{key}` is no key of ADF's, which refuses a map with it"),
                format!(
                    "it is not carried over; the keys here are {} and those that begin with `x-`",
                    known::TOP.join(", ")
                ),
            );
        }
    }
    remarks.extend(file.remarks(raises.into_all()));
    Reading { pipelines, remarks }
}

fn pipeline(node: &Node, at: usize, told: &Raises) -> Option<Pipeline> {
    let path = format!("pipelines[{at}]");
    let raises = Raises::default();
    let top = Mapping::of(node, &path, told)?;
    let Some(name) = top.text("name") else {
        told.raise(
            Weight::Lost,
            node.span,
            format!("`{path}` has no `name`"),
            "ADF does not take it either; it is left out",
        );
        return None;
    };
    let providers = top
        .take("default_providers")
        .and_then(|node| Mapping::of(node, &top.way("default_providers"), &raises));
    let step = |key: &'static str, usual: &str| {
        let node = providers.as_ref().and_then(|providers| providers.take(key));
        let way = format!("{path}.default_providers.{key}");
        let read = node.and_then(|node| self::step(node, &way, usual, &raises));
        read.unwrap_or(Step {
            provider: usual.to_owned(),
            properties: Vec::new(),
            is_enabled: true,
            place: None,
        })
    };
    let (build, deploy) = (step("build", "codebuild"), step("deploy", "cloudformation"));
    let source = providers.as_ref().and_then(|providers| providers.take("source"));
    let source = source.and_then(|node| self::source(node, &name.value, &path, &raises));
    if let Some(providers) = &providers {
        known::refused(providers, known::PROVIDERS, &raises);
    }
    let regions =
        top.take("regions").map(|node| words(node, &top.way("regions"), &raises)).unwrap_or_default();
    let stages = match top.take("targets") {
        Some(Node { value: Value::List(items), .. }) => {
            let stages = items.iter().enumerate().filter_map(|(at, item)| {
                target::stage(item, &format!("{path}.targets[{at}]"), &regions, &deploy, &raises)
            });
            stages.collect()
        }
        Some(node) => {
            wrong(&raises, node, &top.way("targets"), "a list of targets");
            Vec::new()
        }
        None => Vec::new(),
    };
    let extras = extras(&top, &raises);
    known::refused(&top, known::PIPELINE, &raises);
    let source = source.unwrap_or_else(|| Source {
        origin: Origin::Other("no provider".to_owned()),
        branch: None,
        is_quiet: false,
        place: name.span,
    });
    let mut said = raises.into_all();
    said.sort_by_key(|one| one.span);
    Some(Pipeline { name, source, build, deploy, stages, extras, raised: said })
}

/// What asks for something beside the way of the code.
fn extras(top: &Mapping<'_>, raises: &Raises) -> Vec<(&'static str, Located<String>)> {
    let mut extras = Vec::new();
    let mut keep = |key: &'static str, node: Option<&Node>| {
        if let Some(node) = node {
            extras.push((key, short(node)));
        }
    };
    keep("description", top.take("description"));
    keep("tags", top.take("tags"));
    keep("completion_trigger", top.take("completion_trigger"));
    if let Some(params) = top.take("params").and_then(|node| Mapping::of(node, &top.way("params"), raises)) {
        for key in ["notification_endpoint", "schedule", "restart_execution_on_update"] {
            keep(key, params.take(key));
        }
        _ = params.take("pipeline_type");
        known::refused(&params, known::PARAMS, raises);
    }
    if let Some(triggers) =
        top.take("triggers").and_then(|node| Mapping::of(node, &top.way("triggers"), raises))
    {
        keep("completion_trigger", triggers.take("on_complete"));
        keep("triggered_by", triggers.take("triggered_by"));
        known::refused(&triggers, known::TRIGGERS, raises);
    }
    extras
}

fn source(node: &Node, pipeline: &str, path: &str, raises: &Raises) -> Option<Source> {
    let way = format!("{path}.default_providers.source");
    let top = Mapping::of(node, &way, raises)?;
    let provider = top.text("provider").map_or_else(|| "codecommit".to_owned(), |provider| provider.value);
    let properties =
        top.take("properties").and_then(|node| Mapping::of(node, &top.way("properties"), raises));
    known::refused(&top, known::PROVIDER, raises);
    let text = |key: &'static str| properties.as_ref().and_then(|properties| properties.text(key));
    // ADF takes the pipeline's name where no repository is named.
    let repository = || text("repository").map_or_else(|| pipeline.to_owned(), |name| name.value);
    let origin = match provider.as_str() {
        "codeconnections" | "codestar" | "codestar_connection" | "github" => {
            let owner = text("owner").map(|owner| owner.value);
            let parameter = text("codeconnections_param_path").or_else(|| text("codestar_connection_path"));
            let repository = repository();
            Origin::Connection {
                repository: owner.map_or_else(|| repository.clone(), |owner| format!("{owner}/{repository}")),
                parameter: parameter.map(|parameter| parameter.value),
            }
        }
        "codecommit" => {
            Origin::CodeCommit { account: text("account_id").map(|id| id.value), repository: repository() }
        }
        "s3" => Origin::Bucket(text("bucket_name").map(|name| name.value).unwrap_or_default()),
        other => Origin::Other(other.to_owned()),
    };
    let branch = text("branch");
    let quiet = text("trigger_on_changes").is_some_and(|value| value.value == "false");
    if let Some(properties) = &properties {
        let known = known::of_source(&provider);
        for key in known {
            _ = properties.take(key);
        }
        known::refused(properties, known, raises);
    }
    Some(Source { origin, branch, is_quiet: quiet, place: node.span })
}

/// A provider with its properties.
fn step(node: &Node, way: &str, usual: &str, raises: &Raises) -> Option<Step> {
    let top = Mapping::of(node, way, raises)?;
    let provider = top.text("provider").map_or_else(|| usual.to_owned(), |provider| provider.value);
    let is_enabled = top.truth("enabled").is_none_or(|enabled| enabled.value);
    let properties =
        top.take("properties").map(|node| properties(node, &top.way("properties"), &provider, raises));
    known::refused(&top, known::PROVIDER, raises);
    Some(Step { provider, properties: properties.unwrap_or_default(), is_enabled, place: Some(node.span) })
}

/// The properties of a build, a deploy or a target.
pub(super) fn properties(
    node: &Node,
    way: &str,
    provider: &str,
    raises: &Raises,
) -> Vec<(String, Located<String>)> {
    let Some(top) = Mapping::of(node, way, raises) else { return Vec::new() };
    let Some(known) = known::of_provider(provider) else {
        raises.raise(
            Weight::Mistake,
            node.span,
            format!("`{provider}` is no provider of ADF's, which refuses a map with it"),
            "its properties are not read",
        );
        return Vec::new();
    };
    let read = known.iter().filter_map(|key| Some(((*key).to_owned(), short(top.take(key)?))));
    let read = read.collect();
    known::refused(&top, known, raises);
    read
}

/// What a value is, in a word or as it is written.
fn short(node: &Node) -> Located<String> {
    let of_texts = |items: &[Node]| {
        let words: Option<Vec<String>> = items.iter().map(|item| Some(text(item)?.value)).collect();
        words.map(|words| words.join(", "))
    };
    let value = match &node.value {
        Value::List(items) => of_texts(items).unwrap_or_else(|| "a list".to_owned()),
        Value::Mapping(entries) => {
            let keys: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
            format!("a mapping with {}", keys.join(", "))
        }
        _ => text(node).map(|text| text.value).unwrap_or_default(),
    };
    Located { value, span: node.span }
}

/// A text, or a list of texts.
pub(super) fn words(node: &Node, way: &str, raises: &Raises) -> Vec<Located<String>> {
    let items = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let read = items.iter().filter_map(|item| {
        text(item).or_else(|| {
            wrong(raises, item, way, "a text or a list of texts");
            None
        })
    });
    read.collect()
}
