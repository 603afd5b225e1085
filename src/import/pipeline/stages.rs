//! The environments that a pipeline comes to, found in its stages.
//!
//! A stage that deploys is a visit to an environment; where it deploys to several (`dev` and `prod` in one stage), it is several. An
//! approval belongs to the next deploy behind it, in its own stage or in a later one.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::actions::{Deploy, deploys, prepares};
use super::gates;
use super::model::{Action, Declared, Project, Rule, Stage};
use super::names::environment_in;
use crate::import::remark::{Remark, Weight};

/// A visit to an environment.
#[derive(Clone, Debug)]
pub(super) struct Visit<'p> {
    /// The stage.
    pub(super) stage: &'p Stage,
    /// The environment, where the stage has several and they are told apart by a word.
    pub(super) word: Option<String>,
    /// What is deployed.
    pub(super) deploys: Vec<Deploy<'p>>,
    /// The approvals before it.
    pub(super) approvals: Vec<&'p Action>,
    /// The conditions before it.
    pub(super) entry: Vec<&'p Rule>,
}

/// What else runs, and behind how many visits.
#[derive(Clone, Debug)]
pub(super) struct Other<'p> {
    /// The stage.
    pub(super) stage: &'p Stage,
    /// The action.
    pub(super) action: &'p Action,
    /// Whether it may deploy: it runs behind an approval, or in a stage that is called production.
    pub(super) may_deploy: bool,
    /// How many visits there have been.
    pub(super) visits: usize,
}

/// All visits of a pipeline, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Visits<'p> {
    /// The visits.
    pub(super) all: Vec<Visit<'p>>,
    /// What else runs on the way.
    pub(super) others: Vec<Other<'p>>,
}

/// Finds them.
pub(super) fn visits<'p>(
    pipeline: &'p Declared,
    projects: &BTreeMap<String, Project>,
    remarks: &mut Vec<Remark>,
) -> Visits<'p> {
    let mut found = Visits::default();
    let mut approvals: Vec<&Action> = Vec::new();
    let mut entry: Vec<&Rule> = Vec::new();
    for stage in &pipeline.stages {
        let deploys = deploys(stage, projects);
        entry.extend(&stage.before_entry);
        let asks: Vec<&Action> =
            stage.actions.iter().filter(|action| action.category == "Approval").collect();
        let visits = found.all.len();
        let is_production = environment_in(&stage.name)
            .is_some_and(|word| ["production", "prod", "prd", "live"].contains(&word.as_str()));
        let is_deploy = |action: &Action| deploys.iter().any(|deploy| std::ptr::eq(deploy.action, action));
        let others = stage.actions.iter().filter(|action| {
            !["Approval", "Source"].contains(&action.category.as_str())
                && !is_deploy(action)
                && !is_first_half(action, &deploys)
        });
        let first = deploys.iter().map(|deploy| deploy.action.order).min();
        found.others.extend(others.map(|action| Other {
            stage,
            action,
            may_deploy: action.category != "Test"
                && (is_production
                    || !approvals.is_empty()
                    || asks.iter().any(|ask| ask.order <= action.order)),
            visits: visits + usize::from(first.is_some_and(|first| action.order >= first)),
        }));
        if deploys.is_empty() {
            gates::of_no_environment(stage, remarks);
            approvals.extend(asks);
            continue;
        }
        let mut asks = asks.into_iter().peekable();
        // A stage that says itself where it leads goes there with all that it deploys.
        let is_said = environment_in(&stage.name).is_some();
        let groups = if is_said { vec![(None, deploys)] } else { groups(deploys) };
        for (word, deploys) in groups {
            let (begins, ends) = bounds(&deploys);
            while let Some(ask) = asks.next_if(|ask| ask.order <= ends) {
                late(ask, begins, stage, remarks);
                approvals.push(ask);
            }
            let (approvals, entry) = (std::mem::take(&mut approvals), std::mem::take(&mut entry));
            found.all.push(Visit { stage, word, deploys, approvals, entry });
        }
        // Behind all of its deploys: for the next environment.
        approvals.extend(asks);
    }
    for ask in approvals {
        remarks.push(Remark {
            weight: Weight::Lost,
            what: format!("nothing is deployed behind the approval `{}` of `{}`", ask.name, pipeline.name),
            help: "an approval stands before an environment: what a person looked at there can be asked under `verify`".to_owned(),
            place: Some(ask.place.clone()),
        });
    }
    for rule in entry {
        gates::unknown(rule, &pipeline.name, remarks);
    }
    found
}

/// Whether an action makes the change set that another one of its stage carries out.
fn is_first_half(action: &Action, deploys: &[Deploy]) -> bool {
    prepares(action)
        && deploys.iter().any(|deploy| {
            deploy.action.provider == "CloudFormation"
                && deploy.action.setting("StackName") == action.setting("StackName")
        })
}

/// An approval that comes when something was deployed already.
fn late(ask: &Action, begins: u32, stage: &Stage, remarks: &mut Vec<Remark>) {
    let (ask_name, stage_name) = (&ask.name, &stage.name);
    let (weight, what) = match ask.order.cmp(&begins) {
        Ordering::Less => return,
        Ordering::Equal => (
            Weight::Mistake,
            format!(
                "the approval `{ask_name}` runs beside a deploy of the stage `{stage_name}`, which does not wait for it"
            ),
        ),
        Ordering::Greater => (
            Weight::Changed,
            format!("the approval `{ask_name}` stood between the deploys of the stage `{stage_name}`"),
        ),
    };
    remarks.push(Remark {
        weight,
        what,
        help: "it is asked before all of them now, and before the migration".to_owned(),
        place: Some(ask.place.clone()),
    });
}

/// The deploys of a stage, by the environment that each of them names, where they name different ones.
fn groups(deploys: Vec<Deploy<'_>>) -> Vec<(Option<String>, Vec<Deploy<'_>>)> {
    let words: BTreeSet<String> = deploys.iter().filter_map(word_of).collect();
    if words.len() < 2 {
        return vec![(None, deploys)];
    }
    let mut groups: Vec<(Option<String>, Vec<Deploy>)> = Vec::new();
    let mut unnamed = Vec::new();
    for deploy in deploys {
        let Some(word) = word_of(&deploy) else {
            unnamed.push(deploy);
            continue;
        };
        match groups.iter_mut().find(|(name, _)| name.as_ref() == Some(&word)) {
            Some((_, group)) => group.push(deploy),
            None => groups.push((Some(word), vec![deploy])),
        }
    }
    // What names none goes where its stage goes first.
    if let Some((_, first)) = groups.first_mut() {
        first.extend(unnamed);
    }
    groups
}

fn bounds(deploys: &[Deploy]) -> (u32, u32) {
    let orders = || deploys.iter().map(|deploy| deploy.action.order);
    (orders().min().unwrap_or_default(), orders().max().unwrap_or_default())
}

/// The word that says to which environment a deploy leads: that of its target, or of the action's name.
pub(super) fn word_of(deploy: &Deploy) -> Option<String> {
    let names = deploy.target.names();
    names.into_iter().find_map(environment_in).or_else(|| environment_in(&deploy.action.name))
}
