//! Targets: each entry of a pipeline's `targets` is a stage, in which everything is done side by side.

use super::super::reader::{Located, Mapping, Raises, text, wrong};
use super::super::remark::Weight;
use super::known;
use super::pipeline::{Step, properties, words};
use crate::config::account::is_account;
use crate::config::tree::{Node, Value};
use crate::diagnostic::Span;

/// Where a target without `path`, `target` and `tags` goes (`target.py`): the OU of the deployment account.
const DEPLOYMENT: &str = "/deployment";

/// One entry of `targets`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// What is deployed to, in its order.
    pub goals: Vec<Goal>,
    /// Whether a person approves here: before what comes next, since what stands in the same stage does not wait for it.
    pub is_approval: bool,
    /// The step's name, where it has one.
    pub name: Option<String>,
    /// How it is deployed: the pipeline's `deploy` with what the target says over it.
    pub deploy: Step,
    /// Whether its change sets are approved one by one.
    pub approves_change_sets: bool,
    /// The regions; empty for the deployment account's.
    pub regions: Vec<Located<String>>,
    /// Accounts and paths that are left out.
    pub exclude: Vec<Located<String>>,
    /// Whether `wave` splits it.
    pub has_waves: bool,
    /// Where it is written.
    pub place: Span,
}

/// Where a target leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Goal {
    /// One account, twelve digits.
    Account(String),
    /// The account that has the pipelines.
    Deployment,
    /// An organizational unit, by its path or its id, with all the accounts that are in it when the pipeline is made.
    Unit(String),
    /// The accounts with these tags.
    Tags(String),
    /// Something that ADF does not take.
    Other(String),
}

/// Reads one entry; `None` where it is nothing that can be read, which is raised.
pub(super) fn stage(
    node: &Node,
    way: &str,
    regions: &[Located<String>],
    deploy: &Step,
    raises: &Raises,
) -> Option<Stage> {
    let mut stage = Stage {
        goals: Vec::new(),
        is_approval: false,
        name: None,
        deploy: deploy.clone(),
        approves_change_sets: false,
        regions: regions.to_vec(),
        exclude: Vec::new(),
        has_waves: false,
        place: node.span,
    };
    match &node.value {
        Value::List(items) => {
            for item in items {
                goal(&mut stage, item, way, raises);
            }
        }
        Value::Mapping(_) => detailed(&mut stage, node, way, raises)?,
        _ => goal(&mut stage, node, way, raises),
    }
    stage.approves_change_sets = stage.deploy.provider == "cloudformation"
        && stage.deploy.property("action").is_none()
        && stage.deploy.property("change_set_approval").is_some_and(|value| value.value == "true");
    (stage.is_approval || !stage.goals.is_empty()).then_some(stage)
}

fn detailed(stage: &mut Stage, node: &Node, way: &str, raises: &Raises) -> Option<()> {
    let top = Mapping::of(node, way, raises)?;
    // `target` goes before `path` (`target.py`).
    let path = top.take("path");
    let path = top.take("target").or(path);
    let tags = top.take("tags");
    stage.name = top.text("name").map(|name| name.value);
    let provider = top.text("provider");
    stage.is_approval = provider.as_ref().is_some_and(|provider| provider.value == "approval");
    if let Some(provider) = provider.filter(|provider| provider.value != stage.deploy.provider) {
        // ADF lays the target's properties over the pipeline's, whoever these are for; only those of its own provider have an effect.
        let known = known::of_provider(&provider.value).unwrap_or_default();
        stage.deploy.properties.retain(|(key, _)| known.contains(&key.as_str()));
        stage.deploy.provider = provider.value;
    }
    if let Some(node) = top.take("properties") {
        for (key, value) in properties(node, &top.way("properties"), &stage.deploy.provider, raises) {
            stage.deploy.properties.retain(|(name, _)| *name != key);
            stage.deploy.properties.push((key, value));
        }
    }
    if let Some(node) = top.take("regions") {
        stage.regions = words(node, &top.way("regions"), raises);
    }
    if let Some(node) = top.take("exclude") {
        stage.exclude = words(node, &top.way("exclude"), raises);
    }
    stage.has_waves = top.take("wave").is_some();
    known::refused(&top, known::TARGET, raises);
    if stage.is_approval {
        return Some(());
    }
    match (path, tags) {
        (Some(Node { value: Value::List(items), .. }), _) => {
            for item in items {
                goal(stage, item, way, raises);
            }
        }
        (Some(path), _) => goal(stage, path, way, raises),
        (None, Some(tags)) => {
            let Value::Mapping(entries) = &tags.value else {
                wrong(raises, tags, &top.way("tags"), "a mapping");
                return None;
            };
            let tags = entries.iter().map(|entry| {
                let values = words(&entry.node, &top.way("tags"), raises);
                let values: Vec<&str> = values.iter().map(|value| value.value.as_str()).collect();
                format!("{}={}", entry.key, values.join("|"))
            });
            stage.goals.push(Goal::Tags(tags.collect::<Vec<_>>().join(", ")));
        }
        (None, None) => stage.goals.push(Goal::Deployment),
    }
    Some(())
}

/// One path: `approval`, an account, an organizational unit.
fn goal(stage: &mut Stage, node: &Node, way: &str, raises: &Raises) {
    let Some(Located { value: path, span }) = text(node) else {
        wrong(raises, node, way, "an account, a path of an organizational unit, or `approval`");
        return;
    };
    let is_number = matches!(node.value, Value::Integer(_));
    let is_account = is_account(&path);
    let goal = if path == "approval" {
        stage.is_approval = true;
        return;
    } else if is_account {
        if is_number && path.starts_with('0') {
            raises.raise(
                Weight::Mistake,
                span,
                format!("the account {path} begins with a zero and stands without quotes"),
                "YAML drops the zero or reads an octal number, so ADF refuses it or asks for another account; here it is taken as it is \
                 written",
            );
        }
        Goal::Account(path)
    } else if path == DEPLOYMENT {
        Goal::Deployment
    } else if path.starts_with('/') || path.starts_with("ou-") {
        Goal::Unit(path)
    } else {
        raises.raise(
            Weight::Mistake,
            span,
            format!("`{path}` is neither an account's twelve digits nor an organizational unit"),
            "ADF refuses it; the environment that stands for it needs its `account`",
        );
        Goal::Other(path)
    };
    if stage.goals.contains(&goal) {
        return;
    }
    stage.goals.push(goal);
}
