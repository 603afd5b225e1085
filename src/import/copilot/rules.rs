//! From Copilot's pipelines to rules and environments, with all that is not the same afterwards.

mod build;
mod code_commit;
mod deployed;
mod host;
mod narrow;
mod one_stack;

use std::collections::{BTreeMap, BTreeSet};

use super::super::alike::speaks_of;
use super::super::draft::{Draft, Environment, Rule, Source, Start};
use super::super::remark::{Remark, Weight};
use super::pick::Picked;
use super::pipeline::{Provider, Stage};
use crate::branch_map::remote::Remote;
use crate::config::raw::RawProvider;
use crate::diagnostic::Span;

pub use code_commit::elsewhere;
pub use deployed::furthest;
pub use narrow::narrow;

/// Draws the rules. `environments` are those that Copilot knows otherwise, by their manifests; `origin` is git's own remote.
pub fn draft(
    pipelines: &[Picked],
    environments: &BTreeSet<String>,
    origin: Option<&Remote>,
) -> (Draft, Vec<Remark>) {
    let mut drawing = Drawing { draft: Draft::default(), remarks: Vec::new() };
    drawing.draft.source = chosen(pipelines, origin);
    let mut of_branch: BTreeMap<&str, usize> = BTreeMap::new();
    for picked in pipelines {
        *of_branch.entry(&picked.manifest.source.branch.value).or_default() += 1;
    }
    for picked in pipelines {
        let is_alone = of_branch.get(picked.manifest.source.branch.value.as_str()) == Some(&1);
        drawing.pipeline(picked, is_alone);
    }
    drawing.names(pipelines, environments);
    drawing.one_stack(pipelines);
    drawing.shared();
    drawing.images(pipelines);
    (drawing.draft, drawing.remarks)
}

struct Drawing {
    draft: Draft,
    remarks: Vec<Remark>,
}

impl Drawing {
    fn say(&mut self, weight: Weight, picked: &Picked, span: Span, what: String, help: &str) {
        self.remarks.push(Remark { weight, what, help: help.to_owned(), place: Some(picked.place(span)) });
    }

    fn pipeline(&mut self, picked: &Picked, is_alone: bool) {
        let manifest = &picked.manifest;
        let (name, branch) = (&manifest.name.value, &manifest.source.branch.value);
        if !self.source(picked) {
            return;
        }
        let is_for_many = self.pattern(picked);
        if manifest.stages.is_empty() {
            let what = format!("the pipeline `{name}` deploys nowhere");
            self.say(
                Weight::Lost,
                picked,
                manifest.name.span,
                what,
                "it has no rule; its build goes with it",
            );
            return;
        }
        for stage in &manifest.stages {
            self.stage(picked, stage);
        }
        let environments = self.reached(picked);
        if environments.is_empty() || is_for_many {
            return;
        }
        let rule = Rule {
            key: if is_alone { branch.clone() } else { name.clone() },
            start: Start::of(branch.clone()),
            environments,
            services: Self::services(picked),
            pipeline: name.clone(),
            place: picked.place(manifest.name.span),
        };
        self.draft.rules.push(rule);
        self.rights(picked);
        self.history(picked);
    }

    /// A branch in whose name a pattern's signs stand: one branch for Copilot, many for branchline. Whether that leaves the rule out: a
    /// pipeline on CodeCommit is for one branch.
    fn pattern(&mut self, picked: &Picked) -> bool {
        let branch = &picked.manifest.source.branch;
        let has_signs = branch.value.contains(['*', '?', '[', ']', '{', '}', '\\']);
        if !has_signs && !branch.value.starts_with('!') {
            return false;
        }
        let is_code_commit = picked.manifest.source.provider == Provider::CodeCommit;
        if is_code_commit {
            let what = format!(
                "the pipeline `{}` has no rule: `{}` would be a pattern in the map, and on CodeCommit a rule is for one branch",
                picked.manifest.name.value, branch.value
            );
            let help = "write a rule for the branch that is meant, with `\\` before each such sign that is in its name";
            self.say(Weight::Lost, picked, branch.span, what, help);
        } else {
            let what = format!(
                "`{}` is the name of one branch for Copilot, and a pattern in the map: every branch that it matches is deployed",
                branch.value
            );
            let help = "keep it only if that is what was meant; else write the branch's name, with `\\` before each such sign that is \
                        in it";
            self.say(Weight::Changed, picked, branch.span, what, help);
        }
        is_code_commit
    }

    /// Where the code comes from. Whether the pipeline is of the repository that the map is of: for others no rule is written.
    fn source(&mut self, picked: &Picked) -> bool {
        let manifest = &picked.manifest;
        let source = &manifest.source;
        let span = source.repository.span;
        let found = match host::repository(picked) {
            Ok(found) => found,
            Err(fault) => {
                self.remarks.push(fault.remark(picked));
                // Elsewhere is another repository than any that is known.
                return !(fault.is_elsewhere() && self.draft.source.is_some());
            }
        };
        if let Provider::GitHubToken(secret) = &source.provider {
            let what = format!(
                "the pipeline `{}` reads GitHub with a personal access token (the secret `{secret}`)",
                manifest.name.value
            );
            self.say(
                Weight::Changed,
                picked,
                span,
                what,
                "a connection takes its place: the base stack makes one, and a person completes it in the console. Revoke the \
                 token when no pipeline uses it, and delete the secret then",
            );
        }
        if found.provider == RawProvider::CodeCommit {
            let what = format!(
                "the pipeline `{}` asked CodeCommit every few minutes for commits",
                manifest.name.value
            );
            self.say(Weight::Changed, picked, span, what, code_commit::STARTS);
        }
        let Some(own) = &mut self.draft.source else { return true };
        if code_commit::is_same(own, &found) {
            // Another address may leave out the region: from here on it is known.
            own.region = own.region.take().or(found.region);
            own.connection = own.connection.take().or(found.connection);
            return true;
        }
        let what = format!(
            "the pipeline `{}` reads {}, and this map is of {}: it has no rule here",
            manifest.name.value,
            code_commit::said(&found),
            code_commit::said(own)
        );
        let help = "one branchline.yml is of one repository: import in the other one, too";
        self.say(Weight::Lost, picked, span, what, help);
        false
    }

    fn stage(&mut self, picked: &Picked, stage: &Stage) {
        let name = &stage.name.value;
        let approval = stage.requires_approval || stage.misspelt_approval.is_some();
        let verify: Vec<String> = stage.tests.iter().map(|test| test.value.clone()).collect();
        let place = picked.place(stage.name.span);
        let known = self.draft.environments.iter_mut().find(|known| known.name == *name);
        if let Some(known) = known {
            let (before, first) = (known.approval, known.place.clone());
            known.approval |= approval;
            let is_other = known.verify != verify;
            let had_none = known.verify.is_empty();
            if had_none {
                known.verify.clone_from(&verify);
            }
            if before != approval {
                self.say(
                    Weight::Changed,
                    picked,
                    stage.name.span,
                    format!("`{name}` asked for an approval in one pipeline and for none in another"),
                    "an approval belongs to the environment, so that no branch goes round it: all ask for it now",
                );
            }
            if is_other {
                let what = format!(
                    "the tests after a deploy to `{name}` differ from those in {}",
                    super::pick::list(&first.branches)
                );
                self.say(
                    Weight::Changed,
                    picked,
                    stage.name.span,
                    what,
                    if had_none {
                        "`verify` belongs to the environment: every pipeline runs these now"
                    } else {
                        "`verify` belongs to the environment: every pipeline runs the first ones; add what lacks"
                    },
                );
            }
        } else {
            self.draft.environments.push(Environment { name: name.clone(), approval, verify, place });
        }
    }

    /// A pipeline whose name speaks of one environment and that deploys to another.
    fn names(&mut self, pipelines: &[Picked], environments: &BTreeSet<String>) {
        let known = pipelines.iter().flat_map(|picked| &picked.manifest.stages);
        let known: BTreeSet<String> =
            known.map(|stage| stage.name.value.clone()).chain(environments.iter().cloned()).collect();
        for picked in pipelines {
            let name = &picked.manifest.name;
            let own: BTreeSet<&str> =
                picked.manifest.stages.iter().map(|stage| stage.name.value.as_str()).collect();
            let spoken: Vec<&String> =
                known.iter().filter(|environment| speaks_of(&name.value, environment)).collect();
            let is_said = spoken.iter().any(|environment| own.contains(environment.as_str()));
            if let (false, Some(spoken)) = (is_said || own.is_empty(), spoken.first()) {
                let own: BTreeSet<String> = own.into_iter().map(str::to_owned).collect();
                let what = format!(
                    "the pipeline `{}` does not deploy to `{spoken}`, but to {}",
                    name.value,
                    words(&own)
                );
                self.say(
                    Weight::Mistake,
                    picked,
                    name.span,
                    what,
                    "see which of the two is meant: the map says what the manifest did",
                );
            }
        }
    }

    /// Environments that two pipelines deploy.
    fn shared(&mut self) {
        let mut told = Vec::new();
        for (environment, rules) in self.draft.ways() {
            for (at, rule) in rules.iter().enumerate() {
                let earlier = rules[..at].iter().find(|other| meets(rule, other));
                if let Some(other) = earlier {
                    told.push(Remark {
                        weight: if other.start.branch == rule.start.branch { Weight::Mistake } else { Weight::Changed },
                        what: format!(
                            "`{}` (branch `{}`) and `{}` (branch `{}`) both deploy to `{environment}`",
                            other.pipeline, other.start.branch, rule.pipeline, rule.start.branch
                        ),
                        help: "nothing kept them apart; now one release at a time goes through the environment, and an older commit \
                               does not replace a newer one (docs/lock.md, docs/record.md)"
                            .to_owned(),
                        place: Some(rule.place.clone()),
                    });
                }
            }
        }
        self.remarks.append(&mut told);
    }

    /// The build machine's image.
    fn images(&mut self, pipelines: &[Picked]) {
        let named: BTreeSet<&str> = pipelines
            .iter()
            .filter_map(|picked| Some(picked.manifest.build.image.as_ref()?.value.as_str()))
            .collect();
        let mut named = named.into_iter();
        if let (Some(image), None) = (named.next(), named.next()) {
            self.draft.settings.build.image = Some(image.to_owned());
            self.draft.settings.build_was = Some("What the builds of Copilot's pipelines ran in.");
            return;
        }
        let with: Vec<&Picked> = pipelines.iter().filter(|one| one.manifest.build.image.is_some()).collect();
        for picked in with {
            let Some(image) = &picked.manifest.build.image else { continue };
            let what = format!(
                "the pipelines build in different images; `{}` in `{}`",
                picked.manifest.name.value, image.value
            );
            self.say(
                Weight::Changed,
                picked,
                image.span,
                what,
                "all build in AWS's Amazon Linux image now, unless `build.image` names one",
            );
        }
    }
}

/// The repository that the map is of: git's own remote where a pipeline reads it, else the one that most read; of several the first.
fn chosen(pipelines: &[Picked], origin: Option<&Remote>) -> Option<Source> {
    let found: Vec<Source> = pipelines.iter().filter_map(|picked| host::repository(picked).ok()).collect();
    let is_origin = |source: &&Source| {
        origin.is_some_and(|origin| {
            let region = source.region.as_ref().map(|(region, _)| region.as_str());
            origin.provider == Some(source.provider)
                && origin
                    .is_called(&source.repository, region.or(origin.region.as_deref()).unwrap_or_default())
        })
    };
    let alike = |one: &Source| found.iter().filter(|other| code_commit::is_same(one, other)).count();
    let most = || found.iter().rev().max_by_key(|one| alike(one));
    found.iter().find(is_origin).or_else(most).cloned()
}

/// Whether two rules deploy something in common.
pub(super) fn meets(one: &Rule, other: &Rule) -> bool {
    match (&one.services, &other.services) {
        (Some(one), Some(other)) => one.iter().any(|name| other.contains(name)),
        _ => true,
    }
}

fn words(names: &BTreeSet<String>) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
