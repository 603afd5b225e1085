//! A pipeline's manifest: `copilot/pipelines/<name>/manifest.yml`, and `copilot/pipeline.yml` before Copilot 1.16.
//!
//! Copilot reads it with a decoder that drops keys it does not know. So a misspelt one did nothing, and nobody was told: it is a
//! mistake here. By Copilot's documentation ("Pipeline manifest") and its sources (`internal/pkg/manifest/pipeline.go`,
//! `internal/pkg/deploy/pipeline.go`), version 1.33.

use std::collections::BTreeSet;

use crate::config::tree::{self, Node};
use crate::diagnostic::{Finding, Span};

use super::super::buildspecs::secret::Safe;
use super::super::reader::{Located, Mapping, Raised, Raises, wrong};
use super::super::remark::Weight;
use super::known::unknown;

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

/// An environment that a pipeline deploys to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The environment's name.
    pub name: Located<String>,
    /// Whether a person has to approve.
    pub requires_approval: bool,
    /// Where an approval is misspelt, so that there was none.
    pub misspelt_approval: Option<Span>,
    /// Commands after the deploy, in the checkout.
    pub tests: Vec<Located<String>>,
    /// What is deployed; empty where that is all workloads of the repository, side by side.
    pub deployments: Vec<Deployment>,
    /// Builds before the deploy.
    pub before: Vec<Action>,
    /// Builds after it.
    pub after: Vec<Action>,
}

impl Stage {
    /// The workloads that are deployed by name: `None` where that is all of the repository, none where the stage deploys only
    /// templates of its own.
    pub fn workloads(&self) -> Option<BTreeSet<&str>> {
        if self.deployments.is_empty() {
            return None;
        }
        let workloads = self.deployments.iter().filter(|one| !self.is_own_template(one));
        Some(workloads.map(|one| one.name.value.as_str()).collect())
    }

    /// The stacks of templates of a person's own.
    pub fn own_templates(&self) -> impl Iterator<Item = &Deployment> {
        self.deployments.iter().filter(|one| self.is_own_template(one))
    }

    /// Whether a deployment has another template than Copilot's for a workload of its name (`DeployAction.TemplatePath`; its
    /// documentation has the path without `.stack`).
    fn is_own_template(&self, deployment: &Deployment) -> bool {
        let stem = format!("infrastructure/{}-{}", deployment.name.value, self.name.value);
        deployment.template.as_ref().is_some_and(|template| {
            let end = template.value.trim_start_matches("./").strip_prefix(&stem);
            !matches!(end, Some(".stack.yml" | ".yml"))
        })
    }
}

/// One CloudFormation stack of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// Its name: that of a workload, if nothing else is said.
    pub name: Located<String>,
    /// The deployments that come first.
    pub depends_on: Vec<Located<String>>,
    /// The stack's name, where it is not `<app>-<environment>-<name>`.
    pub stack: Option<Located<String>>,
    /// The template's path in what was built, where it is not the workload's.
    pub template: Option<Located<String>>,
    /// The path of the template's parameters.
    pub parameters: Option<Located<String>>,
}

/// A build before or after a deploy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its name.
    pub name: Located<String>,
    /// The actions that come first.
    pub depends_on: Vec<Located<String>>,
    /// Its buildspec, from the root of the repository.
    pub buildspec: Option<Located<String>>,
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
            let read = items.iter().enumerate().filter_map(|(at, item)| stage(item, at, raises));
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
const STAGE_KEYS: [&str; 6] =
    ["name", "requires_approval", "test_commands", "deployments", "pre_deployments", "post_deployments"];
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
const DEPLOYMENT_KEYS: [&str; 4] = ["stack_name", "template_path", "template_config", "depends_on"];
const ACTION_KEYS: [&str; 2] = ["buildspec", "depends_on"];

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

fn stage(node: &Node, at: usize, raises: &Raises) -> Option<Stage> {
    let stage = Mapping::of(node, &format!("stages[{at}]"), raises)?;
    let Some(name) = stage.text("name") else {
        raises.raise(
            Weight::Mistake,
            node.span,
            format!("`stages[{at}]` names no environment"),
            "it is left out; give it its `name`",
        );
        return None;
    };
    let requires_approval = requires_approval(&stage, &name.value, raises);
    let misspelt_approval = misspelt_approval(&stage, &name.value, requires_approval, raises);
    let read = Stage {
        name,
        requires_approval,
        misspelt_approval,
        tests: tests(&stage, raises),
        deployments: deployments(&stage, raises),
        before: actions(&stage, "pre_deployments", raises),
        after: actions(&stage, "post_deployments", raises),
    };
    if let (Some(test), false) = (read.tests.first(), read.after.is_empty()) {
        raises.raise(
            Weight::Mistake,
            test.span,
            format!(
                "`{}` has `test_commands` and `post_deployments`, and Copilot takes no stage with both",
                read.name.value
            ),
            "it makes no pipeline of this manifest, so this one is not what runs; both are carried over",
        );
    }
    dropped(&stage, &STAGE_KEYS, raises);
    Some(read)
}

/// Whether a person has to approve. Only what can be read as no approval is none: the environment would stand open otherwise.
fn requires_approval(stage: &Mapping, name: &str, raises: &Raises) -> bool {
    let Some(node) = stage.take("requires_approval") else { return false };
    if let Some(approval) = stage.truth("requires_approval") {
        return approval.value;
    }
    raises.raise(
        Weight::Mistake,
        node.span,
        format!("whether `{name}` asks for an approval cannot be read, so it gets one"),
        "write `requires_approval: true` or `false`; take the approval out of branchline.yml if none was meant",
    );
    true
}

/// The tests after a deploy. One with a secret in plain text is told by its key, and is nobody's.
fn tests(stage: &Mapping<'_>, raises: &Raises) -> Vec<Located<String>> {
    let mut tests = stage.texts("test_commands");
    tests.retain(|test| {
        let safe = Safe::of(None, &test.value);
        if !safe.is_whole() {
            raises.raise(
                Weight::Mistake,
                test.span,
                format!(
                    "a secret stands here in plain text ({}): the test `{}` is not carried over",
                    safe.hidden.join(", "),
                    safe.text.trim()
                ),
                "everybody who reads the repository has it, and its history keeps it: replace it where it is used, keep the new one in Parameter \
                 Store, name it under the `secrets` of the environment's `verify`, and write the test there",
            );
        }
        safe.is_whole()
    });
    tests
}

/// Ways in which an approval is misspelt. Copilot's own documentation has the first.
const MISSPELT: [&str; 5] =
    ["require_approval", "requires_approvals", "requireApproval", "requiresApproval", "approval"];

fn misspelt_approval(stage: &Mapping, name: &str, has_approval: bool, raises: &Raises) -> Option<Span> {
    let mut found = None;
    for key in MISSPELT {
        let rest = stage.rest();
        let Some((_, span, node)) = rest.iter().find(|(written, ..)| *written == key) else { continue };
        stage.take(key);
        if has_approval || node.value == tree::Value::Bool(false) {
            raises.raise(
                Weight::Mistake,
                *span,
                format!("`{}` is no key of Copilot's, which dropped it without a word", stage.way(key)),
                "the key is `requires_approval`; here it made no difference",
            );
        } else {
            raises.raise(
                Weight::Mistake,
                *span,
                format!(
                    "`{key}` is no key of Copilot's, which dropped it without a word: `{name}` was deployed to without an \
                     approval"
                ),
                "Copilot's key is `requires_approval`. An approval was meant, so the environment gets one now; take it out of \
                 branchline.yml if that is wrong",
            );
            found = Some(*span);
        }
    }
    found
}

fn deployments(stage: &Mapping, raises: &Raises) -> Vec<Deployment> {
    let read = stage.entries("deployments").into_iter().filter_map(|(name, span, node)| {
        let way = format!("{}.{name}", stage.way("deployments"));
        let entry = Mapping::of(node, &way, raises)?;
        let deployment = Deployment {
            name: Located { value: name.to_owned(), span },
            depends_on: entry.texts("depends_on"),
            stack: entry.text("stack_name"),
            template: entry.text("template_path"),
            parameters: entry.text("template_config"),
        };
        dropped(&entry, &DEPLOYMENT_KEYS, raises);
        Some(deployment)
    });
    read.collect()
}

fn actions(stage: &Mapping, key: &'static str, raises: &Raises) -> Vec<Action> {
    let read = stage.entries(key).into_iter().filter_map(|(name, span, node)| {
        let entry = Mapping::of(node, &format!("{}.{name}", stage.way(key)), raises)?;
        let action = Action {
            name: Located { value: name.to_owned(), span },
            depends_on: entry.texts("depends_on"),
            buildspec: entry.text("buildspec"),
        };
        dropped(&entry, &ACTION_KEYS, raises);
        Some(action)
    });
    read.collect()
}

#[cfg(test)]
mod tests;
