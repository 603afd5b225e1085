//! The steps of every stage, with what their buildspecs say.

use std::collections::BTreeMap;

use super::super::super::copies::{Branch, Content, Copy, copies};
use super::super::super::reader::Located;
use super::super::super::remark::{Remark, Weight};
use super::super::gather::first_in;
use super::super::pick::{self, Picked, place};
use super::super::pipeline::{Action, Deployment, Stage};
use super::buildspec::{self, Buildspec};
use super::{Way, plain};

/// When a step runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum When {
    /// Before the deploys.
    Before,
    /// Beside them.
    Beside,
    /// After them.
    After,
}

/// What a step does.
#[derive(Clone, Debug)]
pub(super) enum Does {
    /// Commands, and the file that has them.
    Commands(Buildspec, Copy),
    /// Something that is not taken: where it is written, `ci/test.yml`.
    Unsaid(String),
    /// It deploys a template of its own.
    Stack(Deployment),
}

impl Does {
    fn is_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Does::Commands(one, _), Does::Commands(other, _)) => one.does_the_same(other),
            (Does::Unsaid(one), Does::Unsaid(other)) => one == other,
            (Does::Stack(_), Does::Stack(_)) => true,
            _ => false,
        }
    }
}

/// One step of one stage.
#[derive(Clone, Debug)]
pub(super) struct Seen<'p> {
    pub(super) when: When,
    pub(super) name: &'p Located<String>,
    /// The steps of the same kind that come first.
    pub(super) waits: &'p [Located<String>],
    /// The rule of its pipeline.
    pub(super) rule: usize,
    pub(super) environment: &'p str,
    pub(super) does: Does,
}

impl Seen<'_> {
    /// Whether both are one step in several stages.
    pub(super) fn is_the_same(&self, other: &Self) -> bool {
        self.when == other.when && self.name.value == other.name.value && self.does.is_the_same(&other.does)
    }
}

/// All steps, in the order of rules and stages.
pub(super) fn seen<'p>(
    ways: &[Way<'p>],
    pipelines: &[Picked],
    branches: &[Branch],
    remarks: &mut Vec<Remark>,
) -> Vec<Seen<'p>> {
    let mut all = Vec::new();
    for picked in pipelines.iter().filter(|picked| !ways.iter().any(|way| std::ptr::eq(way.picked, *picked)))
    {
        for stage in &picked.manifest.stages {
            gone(picked, stage, remarks);
        }
    }
    for way in ways {
        for stage in &way.picked.manifest.stages {
            if !way.environments.contains(&stage.name.value) {
                gone(way.picked, stage, remarks);
                continue;
            }
            for (when, actions) in [(When::Before, &stage.before), (When::After, &stage.after)] {
                for action in actions {
                    let does = does(way, action, branches, remarks);
                    let (name, waits) = (&action.name, action.depends_on.as_slice());
                    let environment = &stage.name.value;
                    all.push(Seen { when, name, waits, rule: way.rule, environment, does });
                }
            }
            for deployment in stage.own_templates() {
                let (name, waits) = (&deployment.name, deployment.depends_on.as_slice());
                let environment = &stage.name.value;
                let does = Does::Stack(deployment.clone());
                all.push(Seen { when: When::Beside, name, waits, rule: way.rule, environment, does });
            }
        }
    }
    all
}

/// The steps of a stage to which no rule goes.
fn gone(picked: &Picked, stage: &Stage, remarks: &mut Vec<Remark>) {
    let names = stage.before.iter().chain(&stage.after).map(|action| &action.name);
    let stacks = stage.own_templates().map(|deployment| &deployment.name);
    for name in names.chain(stacks) {
        let what = format!(
            "`{}` ran for `{}`, where this pipeline deploys no workload",
            name.value, stage.name.value
        );
        let help = "it is not carried over: a service with `deploy.commands` goes only where an image goes. Run it by a pipeline of its own";
        let place = Some(picked.place(name.span));
        remarks.push(Remark { weight: Weight::Lost, what, help: help.to_owned(), place });
    }
}

fn does(way: &Way, action: &Action, branches: &[Branch], remarks: &mut Vec<Remark>) -> Does {
    let name = &action.name;
    let Some(written) = &action.buildspec else {
        let what = format!("the step `{}` names no buildspec", name.value);
        remarks.push(way.remark(
            Weight::Mistake,
            name.span,
            what,
            "Copilot makes a build of it that fails; see what it was for",
        ));
        return Does::Unsaid("no buildspec".to_owned());
    };
    let path = plain(&written.value);
    let is_it = |file: &str| file.trim_start_matches("../") == path;
    let mut of_path = copies(branches, is_it);
    // Below a folder the same path may be there twice: CodeBuild reads it from the root of the repository.
    let from_root = of_path.iter().any(|copy| copy.path.starts_with("../"));
    of_path.retain(|copy| copy.path.starts_with("../") == from_root);
    if of_path.is_empty() {
        let unread: BTreeMap<&String, &'static str> = branches
            .iter()
            .flat_map(|branch| &branch.files)
            .filter_map(|(file, content)| match content {
                Content::Unread(why) if is_it(file) => Some((file, *why)),
                _ => None,
            })
            .collect();
        let why =
            unread.values().next().map_or_else(|| "is on no branch".to_owned(), |why| format!("is {why}"));
        let what = format!("the buildspec of the step `{}` ({path}) {why}", name.value);
        let help =
            "write what it did under the service's `deploy.commands`; until then it is a command that fails";
        remarks.push(way.remark(Weight::Lost, written.span, what, help));
        return Does::Unsaid(path);
    }
    let at = first_in(&[&way.picked.manifest.source.branch.value], &of_path);
    let copy = of_path.swap_remove(at);
    let buildspec::Reading { buildspec, raised, findings } = buildspec::read(&copy.text);
    remarks.extend(findings.into_iter().map(|finding| Remark {
        weight: Weight::Lost,
        what: finding.message,
        help: finding.help,
        place: Some(place(&copy, finding.place.unwrap_or_default())),
    }));
    remarks.extend(raised.into_iter().map(|raised| pick::remark(&copy, raised)));
    match buildspec {
        Some(buildspec) => Does::Commands(buildspec, copy),
        None => Does::Unsaid(path),
    }
}
