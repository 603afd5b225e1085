//! From Copilot's pipelines to rules and environments, with all that is not the same afterwards.

mod build;
mod code_commit;
mod deployed;
mod narrow;

use std::collections::{BTreeMap, BTreeSet};

use super::super::alike::speaks_of;
use super::super::draft::{Draft, Environment, Rule, Source};
use super::super::remark::{Remark, Weight};
use super::pick::Picked;
use super::pipeline::{Provider, Stage};
use crate::branch_map::remote::Remote;
use crate::config::raw::RawProvider;
use crate::diagnostic::Span;

pub use code_commit::elsewhere;
pub use narrow::narrow;

/// Draws the rules. `environments` are those that Copilot knows otherwise, by their manifests.
pub fn draft(pipelines: &[Picked], environments: &BTreeSet<String>) -> (Draft, Vec<Remark>) {
    let mut drawing = Drawing { draft: Draft::default(), remarks: Vec::new() };
    let mut of_branch: BTreeMap<&str, usize> = BTreeMap::new();
    for picked in pipelines {
        *of_branch.entry(&picked.manifest.source.branch.value).or_default() += 1;
    }
    for picked in pipelines {
        let is_alone = of_branch.get(picked.manifest.source.branch.value.as_str()) == Some(&1);
        drawing.pipeline(picked, is_alone);
    }
    drawing.names(pipelines, environments);
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
        self.source(picked);
        self.pattern(picked);
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
        if environments.is_empty() {
            return;
        }
        let rule = Rule {
            key: if is_alone { branch.clone() } else { name.clone() },
            branch: branch.clone(),
            environments,
            services: Self::services(picked),
            pipeline: name.clone(),
            place: picked.place(manifest.name.span),
        };
        self.draft.rules.push(rule);
        self.rights(picked);
        self.history(picked);
    }

    /// A branch in whose name a pattern's signs stand: one branch for Copilot, many for branchline.
    fn pattern(&mut self, picked: &Picked) {
        let branch = &picked.manifest.source.branch;
        if branch.value.contains(['*', '?', '[', ']', '{', '}', '\\']) || branch.value.starts_with('!') {
            let what = format!(
                "`{}` is the name of one branch for Copilot, and a pattern in the map: every branch that it matches is deployed",
                branch.value
            );
            self.say(
                Weight::Changed,
                picked,
                branch.span,
                what,
                "keep it only if that is what was meant; else write the branch's name, with `\\` before each such sign that is in it",
            );
        }
    }

    /// Where the code comes from: the first pipeline says it, the others have to agree.
    fn source(&mut self, picked: &Picked) {
        let manifest = &picked.manifest;
        let source = &manifest.source;
        let span = source.repository.span;
        let Some(found) = self.repository(picked) else { return };
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
        match &self.draft.source {
            None => self.draft.source = Some(found),
            Some(first) if code_commit::is_same(first, &found) => {}
            Some(first) => {
                let what = format!(
                    "the pipeline `{}` reads {}, and another one {}",
                    manifest.name.value,
                    code_commit::said(&found),
                    code_commit::said(first)
                );
                self.say(
                    Weight::Lost,
                    picked,
                    span,
                    what,
                    "one branchline.yml is of one repository: import in the other one, too, and take this rule out here",
                );
            }
        }
    }

    fn repository(&mut self, picked: &Picked) -> Option<Source> {
        let source = &picked.manifest.source;
        let written = &source.repository.value;
        // `owner/name` alone is of the provider's own host.
        let (provider, host) = match source.provider {
            Provider::Bitbucket => (RawProvider::Bitbucket, "https://bitbucket.org/"),
            Provider::CodeCommit => (RawProvider::CodeCommit, "codecommit://"),
            _ => (RawProvider::GitHub, "https://github.com/"),
        };
        let address = if written.contains(':') { written.clone() } else { format!("{host}{written}") };
        let remote = Remote::parse(&address).ok();
        // A repository of CodeCommit's has another form of name than all others.
        let is_its = |remote: &Remote| {
            (remote.provider == Some(RawProvider::CodeCommit)) == (provider == RawProvider::CodeCommit)
        };
        let Some(remote) = remote.filter(is_its) else {
            self.say(
                Weight::Lost,
                picked,
                source.repository.span,
                format!("the repository of the pipeline `{}` cannot be made out", picked.manifest.name.value),
                "write it under `source.repository` as `owner/name`; one in CodeCommit by its name, with `provider: codecommit`",
            );
            return None;
        };
        let connection = source.connection.as_ref().map(|connection| connection.value.clone());
        let region = remote.region.map(|region| (region, picked.place(source.repository.span)));
        Some(Source { provider, repository: remote.repository, region, connection })
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
                        weight: if other.branch == rule.branch { Weight::Mistake } else { Weight::Changed },
                        what: format!(
                            "`{}` (branch `{}`) and `{}` (branch `{}`) both deploy to `{environment}`",
                            other.pipeline, other.branch, rule.pipeline, rule.branch
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
        self.draft.is_arm = named.iter().any(|image| image.contains("aarch64"));
        let mut named = named.into_iter();
        if let (Some(image), None) = (named.next(), named.next()) {
            self.draft.image = Some(image.to_owned());
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

/// Whether two rules deploy something in common.
fn meets(one: &Rule, other: &Rule) -> bool {
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
