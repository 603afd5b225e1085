//! From deployment maps to a draft: the pipelines of one repository are its rules.

mod environments;

use std::collections::{BTreeMap, BTreeSet};

use super::super::draft::{Build, Deploy, Draft, Image, Rule, Service, Source, Spot, Start};
use super::super::file::File;
use super::super::names::{LONGEST, free, name};
use super::super::reader::Raised;
use super::super::remark::{Remark, Weight};
pub use super::defaults::{Defaults, read as defaults};
use super::names::Names;
use super::pipeline::{Origin, Pipeline, Reading, read};
use super::steps;
use crate::config::raw::RawProvider;
use crate::diagnostic::Span;

/// The branch of a source where neither the map nor `adfconfig.yml` says one (`adf_codepipeline.py`).
const BRANCH: &str = "main";

/// A draft, and all that is to be known of it.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// The app's name, after the repository's.
    pub app: Option<String>,
    /// The map.
    pub draft: Draft,
    /// What is to be known.
    pub remarks: Vec<Remark>,
}

/// What was found.
#[derive(Clone, Debug)]
pub enum Gathered {
    /// The pipelines of one repository.
    One(Box<Drawn>),
    /// There are several repositories and nobody said which; or nobody has a pipeline of the name that was said.
    Several(Vec<Repository>),
}

/// A repository and its pipelines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// What it is called.
    pub name: String,
    /// The names of its pipelines.
    pub pipelines: Vec<String>,
}

/// A pipeline with its file.
type Found<'m> = (&'m File, Pipeline);

/// Brings the pipelines together. `wanted` is the name of one, which says of the repositories which is meant.
pub fn gather(files: &[File], wanted: Option<&str>, defaults: &Defaults) -> Gathered {
    let mut remarks = Vec::new();
    let mut repositories: BTreeMap<String, Vec<Found<'_>>> = BTreeMap::new();
    for file in files {
        let Reading { pipelines, remarks: told } = read(file);
        remarks.extend(told);
        for pipeline in pipelines {
            repositories.entry(pipeline.source.origin.shown()).or_default().push((file, pipeline));
        }
    }
    let has_branches = |found: &[Found<'_>]| {
        matches!(found[0].1.source.origin, Origin::Connection { .. } | Origin::CodeCommit { .. })
    };
    let of_wanted =
        |found: &[Found<'_>]| found.iter().any(|(_, one)| Some(one.name.value.as_str()) == wanted);
    let mut meant = repositories
        .iter()
        .filter(|(_, found)| if wanted.is_some() { of_wanted(found) } else { has_branches(found) });
    let first = meant.next().map(|(key, _)| key.clone());
    let is_open = meant.next().is_some() || (wanted.is_some() && first.is_none());
    if is_open {
        let named = |found: Vec<Found<'_>>| found.into_iter().map(|(_, one)| one.name.value).collect();
        let all = repositories.into_iter().map(|(name, found)| Repository { name, pipelines: named(found) });
        return Gathered::Several(all.collect());
    }
    let picked = first.and_then(|first| repositories.remove(&first)).unwrap_or_default();
    let mut drawing = Drawing { draft: Draft::default(), remarks, names: Names::default(), defaults };
    for (repository, found) in &repositories {
        drawing.other(repository, found, has_branches(found));
    }
    drawing.all(&picked);
    let own = picked.first().map(|(_, one)| name(one.source.origin.name(), 20, "app"));
    Gathered::One(Box::new(Drawn { app: own, draft: drawing.draft, remarks: drawing.remarks }))
}

struct Drawing<'d> {
    draft: Draft,
    remarks: Vec<Remark>,
    names: Names,
    defaults: &'d Defaults,
}

impl Drawing<'_> {
    fn say(&mut self, weight: Weight, file: &File, span: Span, what: String, help: &str) {
        self.remarks.extend(file.remarks([Raised { weight, what, help: help.to_owned(), span }]));
    }

    /// Pipelines of another repository.
    fn other(&mut self, repository: &str, found: &[Found<'_>], has_branches: bool) {
        let (file, first) = &found[0];
        let names: Vec<String> = found.iter().map(|(_, one)| format!("`{}`", one.name.value)).collect();
        let what = format!("{} read {repository}", names.join(", "));
        let help = if has_branches {
            "one branchline.yml is of one repository: import them there, with `--pipeline` and one of their names"
        } else {
            "branchline's pipelines start by pushes to branches, and there are none: keep them as they are"
        };
        self.say(Weight::Lost, file, first.name.span, what, help);
    }

    fn all(&mut self, picked: &[Found<'_>]) {
        let mut of_branch: BTreeMap<String, usize> = BTreeMap::new();
        for (_, pipeline) in picked {
            *of_branch.entry(self.branch(pipeline)).or_default() += 1;
        }
        let is_split = of_branch.values().any(|count| *count > 1);
        for (file, pipeline) in picked {
            let branch = self.branch(pipeline);
            let is_alone = of_branch.get(&branch) == Some(&1);
            self.pipeline(file, pipeline, &branch, is_alone, is_split);
        }
    }

    fn branch(&self, pipeline: &Pipeline) -> String {
        let named = pipeline.source.branch.as_ref().map(|branch| branch.value.clone());
        named.or_else(|| self.defaults.branch.clone()).unwrap_or_else(|| BRANCH.to_owned())
    }

    fn pipeline(&mut self, file: &File, pipeline: &Pipeline, branch: &str, is_alone: bool, is_split: bool) {
        let (shown, span) = (&pipeline.name.value, pipeline.name.span);
        self.remarks.extend(file.remarks(pipeline.raised.clone()));
        let (what, help) = steps::build(&pipeline.build);
        let place = pipeline.build.place.unwrap_or(span);
        self.say(Weight::Lost, file, place, format!("`{shown}` {what}"), help);
        for (key, value) in &pipeline.extras {
            let (what, help) = steps::extra(key, &value.value);
            self.say(Weight::Lost, file, value.span, format!("`{shown}` {what}"), help);
        }
        if !self.source(file, pipeline) {
            return;
        }
        if branch.contains(['*', '?', '[', ']', '{', '}', '\\']) || branch.starts_with('!') {
            self.say(
                Weight::Lost,
                file,
                pipeline.source.branch.as_ref().map_or(span, |branch| branch.span),
                format!("`{branch}` is the name of one branch for ADF, and would be a pattern in the map"),
                "its pipeline is left out: write a rule for the branches that were meant",
            );
            return;
        }
        let environments = self.environments(file, pipeline);
        if environments.is_empty() {
            let what = format!("`{shown}` deploys nowhere");
            self.say(Weight::Lost, file, span, what, "it has no rule; its build goes with it");
            return;
        }
        let is_taken = |key: &str| self.draft.rules.iter().any(|rule| rule.key == key);
        let key = if is_alone {
            branch.to_owned()
        } else {
            free(name(shown, LONGEST, "pipeline"), LONGEST, is_taken)
        };
        if pipeline.source.branch.is_none() && self.defaults.branch.is_none() {
            let note = "the deployment map names no branch: it is `default-scm-branch` of adfconfig.yml, and `main` where that says none.";
            self.draft.notes.note(Spot::Rule(key.clone()), note);
        }
        let service = self.service(file, pipeline, is_split);
        self.draft.rules.push(Rule {
            key,
            start: Start::of(branch),
            environments,
            services: is_split.then(|| vec![service]),
            pipeline: shown.clone(),
            place: file.place(span),
        });
    }

    /// Where the code comes from: whether it is a repository with branches.
    fn source(&mut self, file: &File, pipeline: &Pipeline) -> bool {
        let (shown, source) = (&pipeline.name.value, &pipeline.source);
        if source.is_quiet {
            let what = format!("a push does not start `{shown}` (`trigger_on_changes: false`)");
            let help = "a push starts every pipeline of branchline's; a rule with `tags` waits for tags";
            self.say(Weight::Changed, file, source.place, what, help);
        }
        match &source.origin {
            Origin::Connection { repository, parameter } => {
                let from = match parameter {
                    Some(parameter) => {
                        format!("ADF read the connection's ARN from the parameter {parameter}.")
                    }
                    None => "ADF read the repository without a connection.".to_owned(),
                };
                let note = format!(
                    "{from} A connection's ARN belongs here as `connection:`; without it the base stack makes another one, which a person completes. ADF does not \
                     say whose host it leads to: write `provider:` if it is not GitHub."
                );
                self.draft.notes.note(Spot::Source, note);
                self.draft.source = Some(Source {
                    provider: RawProvider::GitHub,
                    repository: repository.clone(),
                    connection: None,
                    region: None,
                });
                true
            }
            Origin::CodeCommit { account, repository } => {
                // Without either it is ADF's deployment account, which the pipelines are in.
                let account = account.as_ref().or(self.defaults.code_commit.as_ref());
                if let Some(account) = account.filter(|account| Some(*account) != self.defaults.home.as_ref())
                {
                    let what = format!("`{shown}` reads {repository} in CodeCommit of the account {account}");
                    let help = "a pipeline of branchline's reads CodeCommit of its own account and region alone: have the pipelines there \
                                (`--account`), or mirror the repository";
                    self.say(Weight::Lost, file, source.place, what, help);
                    let note = format!(
                        "ADF read it in the account {account}, and pipelines read CodeCommit in their own alone."
                    );
                    self.draft.notes.note(Spot::Source, note);
                }
                self.draft.source = Some(Source {
                    provider: RawProvider::CodeCommit,
                    repository: repository.clone(),
                    connection: None,
                    region: None,
                });
                true
            }
            Origin::Bucket(_) | Origin::Other(_) => {
                let what = format!("`{shown}` reads {}", source.origin.shown());
                let help = "branchline's pipelines start by pushes to branches, and there are none: keep it as it is";
                self.say(Weight::Lost, file, source.place, what, help);
                false
            }
        }
    }

    /// What is deployed. Two pipelines of one branch deploy two things; else all pipelines deploy the same.
    fn service(&mut self, file: &File, pipeline: &Pipeline, is_split: bool) -> String {
        let of = if is_split { pipeline.name.value.as_str() } else { pipeline.source.origin.name() };
        let made = name(of, LONGEST, "service");
        if !is_split && self.draft.services.iter().any(|service| service.name == made) {
            return made;
        }
        let made = free(made, LONGEST, |name| self.draft.services.iter().any(|service| service.name == name));
        let providers: BTreeSet<&str> =
            pipeline.stages.iter().map(|stage| stage.deploy.provider.as_str()).collect();
        let note = "ADF built no image. With every release branchline builds that of the Dockerfile at the root, or of `build`, which its commands \
                    find as `$IMAGE`; they run in the files of the commit.";
        self.draft.notes.note(Spot::Service(made.clone()), note);
        // Nothing of the map stands in it: a shell reads this.
        let by = providers.iter().filter(|one| **one != "approval").map(|one| steps::called(one));
        let by: Vec<&str> = by.collect();
        let command =
            format!("echo 'write how {made} is deployed: ADF did it by {}' >&2; exit 1", by.join(", "));
        self.draft.services.push(Service {
            name: made.clone(),
            was: format!("deploy by {}", by.join(", ")),
            image: Image::Built(Build::default()),
            deploy: Deploy::Commands(vec![command]),
            depends_on: Vec::new(),
            place: file.place(pipeline.name.span),
        });
        made
    }
}

#[cfg(test)]
mod tests;
