//! A member of a family, with what it does and where it leads.

use std::collections::{BTreeMap, BTreeSet};

use super::super::alike;
use super::super::copies::Copy;
use super::super::remark::{Place, Remark, Weight};
use super::commands::{Action, Done, done};
use super::family::{Sibling, Speaks};
use super::reading::Buildspec;

/// A member.
#[derive(Clone, Debug)]
pub struct Member {
    /// What tells it from the others.
    pub name: String,
    /// What that speaks of.
    pub speaks: Vec<Speaks>,
    /// The file, and the branches that have it so.
    pub copy: Copy,
    /// What it says.
    pub spec: Buildspec,
    /// What its commands do.
    pub done: Vec<Done>,
    /// Its variables, as far as they are known.
    pub variables: BTreeMap<String, String>,
}

impl Member {
    /// The member that a sibling is.
    pub(super) fn new(sibling: Sibling, spec: Buildspec) -> Self {
        let (done, variables) = done(&spec);
        let Sibling { name, speaks, copy } = sibling;
        Member { name, speaks, copy, spec, done, variables }
    }

    /// The place of a line.
    pub fn place(&self, line: usize) -> Place {
        Place { file: self.copy.path.clone(), branches: self.copy.branches.clone(), line, column: 1 }
    }

    pub(super) fn remark(&self, weight: Weight, line: usize, what: String, help: &str) -> Remark {
        Remark { weight, what, help: help.to_owned(), place: Some(self.place(line)) }
    }

    /// What of its doing is such an action.
    pub(super) fn all<'m, T>(
        &'m self,
        of: impl Fn(&'m Action) -> Option<T> + 'm,
    ) -> impl Iterator<Item = (T, &'m Done)> {
        self.done.iter().filter_map(move |done| of(&done.action).map(|one| (one, done)))
    }

    /// Where it deploys to: names in AWS and environments, as far as they are said, each with its line.
    pub(super) fn targets(&self) -> Vec<(&str, usize)> {
        let mut targets = Vec::new();
        for done in &self.done {
            match &done.action {
                Action::Ecs { cluster, service } => {
                    targets.extend([(cluster.as_str(), done.line), (service, done.line)]);
                }
                Action::Copilot { environment: Some(environment), .. } => {
                    targets.push((environment, done.line));
                }
                _ => {}
            }
        }
        targets
    }

    /// The words for environments in [`Member::targets`].
    pub(super) fn spoken(&self) -> BTreeSet<&str> {
        self.targets().into_iter().flat_map(|(target, _)| alike::spoken(target)).collect()
    }

    /// The environment that it deploys to, in the word that stands there: of its targets, else of a variable that names one.
    pub(super) fn deploys_to(&self) -> Option<String> {
        let copilot = self.all(|action| match action {
            Action::Copilot { environment, .. } => environment.as_ref(),
            _ => None,
        });
        if let Some((environment, _)) = copilot.into_iter().find(|(name, _)| !name.contains('$')) {
            return Some(environment.clone());
        }
        let spoken = self.spoken();
        let mut spoken = spoken.into_iter();
        if let (Some(word), None) = (spoken.next(), spoken.next()) {
            return Some(word.to_owned());
        }
        let names = [
            "ENVIRONMENT",
            "ENV",
            "ENV_NAME",
            "ENVIRONMENT_NAME",
            "STAGE",
            "APP_ENV",
            "DEPLOY_ENV",
            "TARGET_ENV",
        ];
        let said = names.iter().filter_map(|name| self.variables.get(*name));
        said.filter(|value| alike::group(&value.to_ascii_lowercase()).is_some())
            .map(|value| value.to_ascii_lowercase())
            .next()
    }

    /// Whether it deploys, or leaves what a deploy of CodePipeline's takes.
    pub(super) fn deploys(&self) -> bool {
        self.done.iter().any(|done| {
            matches!(
                done.action,
                Action::Ecs { .. } | Action::Copilot { .. } | Action::Deploy(_) | Action::Container(_)
            )
        })
    }
}
