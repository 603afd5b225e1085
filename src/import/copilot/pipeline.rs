//! A pipeline's manifest: `copilot/pipelines/<name>/manifest.yml`, and `copilot/pipeline.yml` before Copilot 1.16.
//!
//! Copilot reads it with a decoder that drops keys it does not know. So a misspelt one did nothing, and nobody was told: it is a
//! mistake here. By Copilot's documentation ("Pipeline manifest") and its sources (`internal/pkg/manifest/pipeline.go`,
//! `internal/pkg/deploy/pipeline.go`), version 1.33.

mod stage;

use crate::config::tree::{self, Node};
use crate::diagnostic::{Finding, Span};

use super::super::reader::{Located, Mapping, Raised, Raises, wrong};
use super::super::remark::Weight;
use super::known::unknown;
pub use stage::{Action, Deployment, Stage};

/// The branch of a manifest that names none.
pub const BRANCH: &str = "main";

/// A manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// The pipeline's name.
    pub name: Located<String>,
    /// What starts it.
    pub source: Source,
    /// How it builds.
    pub build: Build,
    /// Where it goes, in order.
    pub stages: Vec<Stage>,
}

/// Who keeps the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provider {
    /// GitHub, through a connection.
    GitHub,
    /// GitHub, by a personal access token: the secret that has it.
    GitHubToken(String),
    /// Bitbucket, through a connection.
    Bitbucket,
    /// `CodeCommit`.
    CodeCommit,
}

/// What starts a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Who keeps the repository.
    pub provider: Provider,
    /// The repository as it is written: a URL in any of its forms, or `owner/name`.
    pub repository: Located<String>,
    /// The branch; [`BRANCH`] at the place of the source, where none is named.
    pub branch: Located<String>,
    /// The connection's name, where one is named.
    pub connection: Option<Located<String>>,
    /// Whether the whole clone is handed on.
    pub is_full_clone: bool,
    /// Where the form of what is handed on is written.
    pub format_at: Option<Span>,
}

/// How a pipeline builds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Build {
    /// CodeBuild's image.
    pub image: Option<Located<String>>,
    /// The buildspec, from the root of the repository.
    pub buildspec: Option<Located<String>>,
    /// What the build's role may do besides.
    pub policy: Option<Located<Node>>,
}

/// What was read of a file: the manifest, where it can be made out, and all that is to be said of it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The manifest.
    pub manifest: Option<Manifest>,
    /// What is to be said, in the order of the file.
    pub raised: Vec<Raised>,
    /// What is wrong with the text as YAML.
    pub findings: Vec<Finding>,
}

/// Reads a manifest. Its name is that of its folder where it names none, as Copilot's file before 1.16 could not.
pub fn read(text: &str) -> Reading {
    let (node, findings) = tree::read_of_others(text);
    let told = Raises::default();
    let manifest = node.as_ref().and_then(|node| manifest(node, &told));
    let mut raised = told.into_all();
    raised.sort_by_key(|raised| raised.span);
    Reading { manifest, raised, findings }
}

fn manifest(node: &Node, raises: &Raises) -> Option<Manifest> {
    let top = Mapping::of(node, "", raises)?;
    let version = top.take("version");
    if let Some(version) = version.filter(|version| version.value != tree::Value::Integer("1".to_owned())) {
        raises.raise(
            Weight::Mistake,
            version.span,
            "this version of a pipeline's manifest is not known",
            "Copilot has only version 1; what follows is read as that",
        );
    }
    let name = top.text("name");
    let source = top.take("source").and_then(|node| source(node, raises));
    let build = top.take("build").and_then(|node| build(node, raises)).unwrap_or_default();
    let stages = match top.take("stages") {
        Some(Node { value: tree::Value::List(items), .. }) => {
            let read = items.iter().enumerate().filter_map(|(at, item)| stage::stage(item, at, raises));
            read.collect()
        }
        Some(node) => {
            wrong(raises, node, "stages", "a list of environments");
            Vec::new()
        }
        None => Vec::new(),
    };
    dropped(&top, &KEYS, raises);
    for (key, is_there) in [("name", name.is_some()), ("source", source.is_some())] {
        if !is_there {
            raises.raise(
                Weight::Lost,
                node.span,
                format!("this pipeline has no `{key}` that can be read"),
                "Copilot would not deploy it either, and it is left out; if it is in use, another branch has the copy that is",
            );
        }
    }
    Some(Manifest { name: name?, source: source?, build, stages })
}

/// What Copilot takes in each mapping, for keys that nobody takes.
const KEYS: [&str; 5] = ["name", "version", "source", "build", "stages"];
const SOURCE_KEYS: [&str; 2] = ["provider", "properties"];
const PROPERTY_KEYS: [&str; 6] = [
    "repository",
    "branch",
    "connection_name",
    "output_artifact_format",
    "access_token_secret",
    "connection_arn",
];
const BUILD_KEYS: [&str; 3] = ["image", "buildspec", "additional_policy"];

/// Raises the keys that Copilot drops.
fn dropped(mapping: &Mapping, known: &[&str], raises: &Raises) {
    for (key, span, _) in mapping.rest() {
        unknown(&mapping.way(key), key, span, known.iter().copied(), raises);
    }
}

fn source(node: &Node, raises: &Raises) -> Option<Source> {
    let source = Mapping::of(node, "source", raises)?;
    let provider = source.text("provider")?;
    let properties = Mapping::of(source.take("properties")?, "source.properties", raises)?;
    let repository = properties.text("repository")?;
    let branch = properties
        .text("branch")
        .unwrap_or_else(|| Located { value: BRANCH.to_owned(), span: repository.span });
    let connection = properties.text("connection_name").or_else(|| properties.text("connection_arn"));
    let token = properties.text("access_token_secret");
    let format = properties.text("output_artifact_format");
    let is_full_clone = format.as_ref().is_some_and(|format| format.value == "CODEBUILD_CLONE_REF");
    dropped(&source, &SOURCE_KEYS, raises);
    dropped(&properties, &PROPERTY_KEYS, raises);
    let provider = match (provider.value.as_str(), token) {
        ("GitHub" | "GitHubV1", Some(token)) => Provider::GitHubToken(token.value),
        ("GitHub", None) => Provider::GitHub,
        ("Bitbucket", _) => Provider::Bitbucket,
        ("CodeCommit", _) => Provider::CodeCommit,
        (other, _) => {
            raises.raise(
                Weight::Lost,
                provider.span,
                format!("`{other}` is no provider that Copilot can read from as this is written"),
                "it takes GitHub, Bitbucket and CodeCommit, and GitHubV1 with `access_token_secret`",
            );
            return None;
        }
    };
    let format_at = format.map(|format| format.span);
    Some(Source { provider, repository, branch, connection, is_full_clone, format_at })
}

fn build(node: &Node, raises: &Raises) -> Option<Build> {
    let build = Mapping::of(node, "build", raises)?;
    let policy = build.take("additional_policy");
    let policy = policy.and_then(|node| node.get("PolicyDocument"));
    let policy = policy.map(|node| Located { value: node.clone(), span: node.span });
    let read = Build { image: build.text("image"), buildspec: build.text("buildspec"), policy };
    dropped(&build, &BUILD_KEYS, raises);
    Some(read)
}

#[cfg(test)]
mod tests;
