//! The stages of a pipeline as Copilot's template makes them (`templates/cicd/pipeline_cfn.yml`, version 1.33), and what patches make of
//! them, one after the other: a place in a list is that of the moment.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::tree::{Node, Value};

use super::super::super::reader::{Raises, text};
use super::super::super::remark::Weight;
use super::super::pipeline::{Manifest, Stage};
use super::patch::{Operation, Patch};

/// An action. `Approval` is one of a patch: its run order, where it can be read, and the patch's place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Own,
    Approval(Option<usize>, usize),
    Deploy,
    Other,
}

#[derive(Clone, Debug, Default)]
struct Made {
    /// The manifest's stage that is deployed here.
    of: Option<usize>,
    is_source: bool,
    actions: Vec<Action>,
    /// Where deploys begin whose number nobody can know here: one for each workload.
    open: Option<usize>,
    /// Whether a patch changed an order that is Copilot's.
    is_moved: bool,
}

impl Made {
    /// The action at a place; `None` where that may be a deploy, or nothing is there.
    fn at(&self, at: usize) -> Option<usize> {
        (at < self.open.unwrap_or(self.actions.len())).then_some(at)
    }
}

/// The stages.
#[derive(Debug)]
pub(super) struct Stages {
    all: Vec<Made>,
    names: Vec<String>,
    /// The patch that took out a stage of the manifest.
    taken: BTreeMap<usize, usize>,
    /// Patches with an approval whose stage cannot be told.
    unplaced: Vec<usize>,
}

impl Stages {
    /// Those of Copilot's template.
    pub(super) fn of(manifest: &Manifest) -> Self {
        let fixed = |is_source| Made { is_source, actions: vec![Action::Other], ..Made::default() };
        let stages = manifest.stages.iter().enumerate().map(|(at, stage)| {
            let mut actions = vec![Action::Own; usize::from(stage.requires_approval)];
            actions.extend(stage.before.iter().map(|_| Action::Other));
            let open = stage.deployments.is_empty().then_some(actions.len());
            actions.extend(std::iter::repeat_n(Action::Deploy, stage.deployments.len().max(1)));
            let others = stage.after.len() + usize::from(!stage.tests.is_empty());
            actions.extend(std::iter::repeat_n(Action::Other, others));
            Made { of: Some(at), actions, open, ..Made::default() }
        });
        Stages {
            all: [fixed(true), fixed(false)].into_iter().chain(stages).collect(),
            names: manifest.stages.iter().map(|stage| stage.name.value.clone()).collect(),
            taken: BTreeMap::new(),
            unplaced: Vec::new(),
        }
    }

    /// Whether the stage at this place is that of the source.
    pub(super) fn is_source(&self, at: &str) -> bool {
        at.parse::<usize>().ok().and_then(|at| self.all.get(at)).is_some_and(|made| made.is_source)
    }

    /// Takes a patch of `Stages`; `path` is what follows that. Whether all of it is told by [`Stages::settle`].
    pub(super) fn apply(
        &mut self,
        number: usize,
        operation: Operation,
        path: &[&str],
        value: Option<&Node>,
    ) -> bool {
        let before = self.there();
        let placed = self.patched(number, operation, path, value).is_some();
        let has_approval = value.is_some_and(|value| has(value, "Approval"));
        if has_approval && !placed {
            self.unplaced.push(number);
        }
        let there = self.there();
        let gone: Vec<usize> = before.difference(&there).copied().collect();
        for at in &gone {
            self.taken.insert(*at, number);
        }
        has_approval || !gone.is_empty()
    }

    /// Notes an approval in a patch of something else.
    pub(super) fn unplaced(&mut self, number: usize) {
        self.unplaced.push(number);
    }

    fn there(&self) -> BTreeSet<usize> {
        self.all.iter().filter_map(|made| made.of).collect()
    }

    /// `None` where an approval that it has found no stage.
    fn patched(
        &mut self,
        number: usize,
        operation: Operation,
        path: &[&str],
        value: Option<&Node>,
    ) -> Option<()> {
        let Some((first, rest)) = path.split_first() else {
            self.all = match value.map(|value| &value.value) {
                Some(Value::List(items)) => items.iter().map(|item| self.made(item, number)).collect(),
                _ => Vec::new(),
            };
            return matches!(value?.value, Value::List(_)).then_some(());
        };
        if let (&"-", [], Operation::Add) = (first, rest, operation) {
            let made = self.made(value?, number);
            self.all.push(made);
            return Some(());
        }
        let at: usize = first.parse().ok()?;
        if rest.is_empty() {
            let made = value.map(|value| self.made(value, number));
            match (operation, made) {
                (Operation::Add, Some(made)) if at <= self.all.len() => self.all.insert(at, made),
                (Operation::Replace, Some(made)) => *self.all.get_mut(at)? = made,
                (Operation::Remove, _) if at < self.all.len() => drop(self.all.remove(at)),
                _ => return None,
            }
            return Some(());
        }
        let made = self.all.get_mut(at)?;
        match rest {
            ["Actions"] => {
                made.actions = value.map(|value| actions(value, number)).unwrap_or_default();
                made.open = None;
                if !made.actions.contains(&Action::Deploy) {
                    made.of = None;
                }
                Some(())
            }
            ["Actions", at] => within(made, at, operation, value.map(|value| action(value, number))),
            ["Actions", at, rest @ ..] => deeper(made, at, rest, value, number),
            _ => None,
        }
    }

    /// A stage that a patch writes. It is one of the manifest's where it is called as Copilot calls that one, and deploys.
    fn made(&self, node: &Node, number: usize) -> Made {
        let name = node.get("Name").and_then(text).map(|name| name.value).unwrap_or_default();
        let at = self.names.iter().position(|one| name.strip_prefix("DeployTo-") == Some(one));
        Made {
            of: at.filter(|_| has(node, "Deploy")),
            is_source: has(node, "Source"),
            actions: node.get("Actions").map(|list| actions(list, number)).unwrap_or_default(),
            open: None,
            is_moved: true,
        }
    }

    /// Writes into the manifest which environments are left, in which order, and which ask for an approval. All of it is told.
    pub(super) fn settle(self, patches: &[Patch], manifest: &mut Manifest, raises: &Raises) {
        let say = |number: usize, weight, what: String, help: &str| {
            if let Some(patch) = patches.get(number) {
                raises.raise(weight, patch.span, what, help);
            }
        };
        let path = |number: usize| patches.get(number).map_or("", |patch| patch.path.as_str());
        for (at, made) in self.all.iter().enumerate() {
            let next = self.all[at + 1..].iter().find_map(|made| made.of);
            for found in &made.actions {
                let (order, number) = match (found, made.of) {
                    (Action::Approval(order, number), _) => (*order, Some(*number)),
                    // What is left of a stage without its deploy.
                    (Action::Own, None) => (None, None),
                    _ => continue,
                };
                let own = made.of.and_then(|of| Some((of, manifest.stages.get(of)?)));
                let guarded = match own {
                    Some((of, stage)) => [Some(of), next].map(|one| {
                        one.filter(|one| guards(stage, made.is_moved, order)[usize::from(*one != of)])
                    }),
                    None => [None, next],
                };
                for stage in guarded.into_iter().flatten() {
                    let Some(stage) = manifest.stages.get_mut(stage) else { continue };
                    stage.requires_approval = true;
                    if let Some(number) = number {
                        let key = format!("environments.{}.approval", stage.name.value);
                        let what = format!("the patch of `{}` is `{key}` now", path(number));
                        say(number, Weight::Kept, what, "");
                    }
                }
                if let (true, Some(number)) = (guarded == [None, None], number) {
                    let what = format!("the patch of `{}` is not carried over", path(number));
                    say(number, Weight::Lost, what, "its approval has no deploy behind it");
                }
            }
        }
        for number in &self.unplaced {
            for stage in &mut manifest.stages {
                stage.requires_approval = true;
            }
            let what = format!(
                "the patch of `{}` has an approval, and what it guards cannot be said",
                path(*number)
            );
            say(
                *number,
                Weight::Changed,
                what,
                "every environment of the pipeline asks for one now: take out `approval` where it is too much",
            );
        }
        let there = self.there();
        for (at, number) in self.taken.iter().filter(|(at, _)| !there.contains(at)) {
            let name = self.names.get(*at).map_or("", String::as_str);
            let what = format!(
                "the patch of `{}` takes deploys to `{name}` out, so no rule of this pipeline goes there",
                path(*number)
            );
            say(
                *number,
                Weight::Lost,
                what,
                "write it under the rule's `environments` if all that the rule deploys is to go there",
            );
        }
        let old = std::mem::take(&mut manifest.stages);
        let mut seen = BTreeSet::new();
        let order = self.all.iter().filter_map(|made| made.of).filter(|of| seen.insert(*of));
        manifest.stages = order.filter_map(|of| old.get(of).cloned()).collect();
    }
}

/// Whether an approval in a stage guards its own environment, and the next: both where that cannot be known.
fn guards(stage: &Stage, is_moved: bool, order: Option<usize>) -> [bool; 2] {
    let Some(order) = order else { return [true, true] };
    let first = 1 + usize::from(stage.requires_approval) + usize::from(!stage.before.is_empty());
    let last = usize::from(stage.requires_approval) + stage.before.len() + stage.deployments.len().max(1);
    if is_moved {
        return [true, order > 1];
    }
    [order <= last, order > first]
}

fn within(made: &mut Made, at: &str, operation: Operation, action: Option<Action>) -> Option<()> {
    let (number, len) = (at.parse::<usize>().ok(), made.actions.len());
    match operation {
        Operation::Add => {
            let to = if at == "-" { len } else { number?.min(len) };
            if let Some(open) = made.open.filter(|open| to <= *open) {
                made.open = Some(open + 1);
                made.actions.insert(to, action?);
            } else if made.open.is_some() {
                made.actions.push(action?);
            } else {
                made.actions.insert(to, action?);
            }
        }
        Operation::Replace | Operation::Remove => {
            let found = made.at(number?);
            let was = found.map(|at| made.actions[at]);
            // A deploy, or what may be one.
            if was.is_none_or(|was| was == Action::Deploy) && action != Some(Action::Deploy) {
                made.of = None;
            }
            match (found, action) {
                // An approval of the manifest's stays: it may have been put in elsewhere.
                (Some(at), Some(new)) if was != Some(Action::Own) => made.actions[at] = new,
                (Some(at), None) => {
                    made.actions.remove(at);
                    made.open = made.open.map(|open| open.saturating_sub(1));
                }
                (_, Some(new)) => made.actions.push(new),
                (None, None) => {}
            }
        }
    }
    Some(())
}

/// A patch of something in an action.
fn deeper(made: &mut Made, at: &str, rest: &[&str], value: Option<&Node>, number: usize) -> Option<()> {
    let found = made.at(at.parse().ok()?);
    let word = value.and_then(text).map(|text| text.value);
    if rest == ["RunOrder"] {
        if let Some(Action::Approval(order, _)) = found.map(|at| &mut made.actions[at]) {
            *order = word.and_then(|word| word.parse().ok());
        } else {
            // Which of them now comes before which is not known.
            made.is_moved = true;
            for action in &mut made.actions {
                if let Action::Approval(order, _) = action {
                    *order = None;
                }
            }
        }
        return Some(());
    }
    let is_category = rest.last() == Some(&"Category");
    let becomes_one = is_category && word.as_deref() == Some("Approval");
    if becomes_one || value.is_some_and(|value| has(value, "Approval")) {
        return within(made, at, Operation::Replace, Some(Action::Approval(None, number)));
    }
    Some(())
}

fn actions(node: &Node, number: usize) -> Vec<Action> {
    if let Value::List(items) = &node.value {
        items.iter().map(|item| action(item, number)).collect()
    } else {
        let kinds = [("Deploy", Action::Deploy), ("Approval", Action::Approval(None, number))];
        kinds.into_iter().filter(|(word, _)| has(node, word)).map(|(_, action)| action).collect()
    }
}

fn action(node: &Node, number: usize) -> Action {
    if has(node, "Approval") {
        let order = match node.get("RunOrder") {
            None => Some(1),
            Some(order) => text(order).and_then(|order| order.value.parse().ok()),
        };
        return Action::Approval(order, number);
    }
    if has(node, "Deploy") { Action::Deploy } else { Action::Other }
}

/// Whether an action of this category stands anywhere in a value.
pub(super) fn has(node: &Node, category: &str) -> bool {
    match &node.value {
        Value::List(items) => items.iter().any(|item| has(item, category)),
        Value::Mapping(entries) => entries.iter().any(|entry| {
            let is_it = entry.key == "Category" && text(&entry.node).is_some_and(|it| it.value == category);
            is_it || has(&entry.node, category)
        }),
        _ => false,
    }
}
