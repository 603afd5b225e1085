//! A stage of a pipeline's manifest: the environment, who has to approve, what is deployed there and what runs before and after.

use std::collections::BTreeSet;

use crate::config::tree::{self, Node};
use crate::diagnostic::Span;

use super::super::super::buildspecs::secret::Safe;
use super::super::super::reader::{Located, Mapping, Raises};
use super::super::super::remark::Weight;
use super::dropped;

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

/// What Copilot takes in each mapping, for keys that nobody takes.
const STAGE_KEYS: [&str; 6] =
    ["name", "requires_approval", "test_commands", "deployments", "pre_deployments", "post_deployments"];
const DEPLOYMENT_KEYS: [&str; 4] = ["stack_name", "template_path", "template_config", "depends_on"];
const ACTION_KEYS: [&str; 2] = ["buildspec", "depends_on"];

/// Reads the stage of the list's place `at`, from 0; one without a name is told and left out.
pub(super) fn stage(node: &Node, at: usize, raises: &Raises) -> Option<Stage> {
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
