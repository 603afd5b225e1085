//! From a codebase to a draft: its pipelines are the rules.

mod environments;

use std::collections::BTreeMap;

use super::super::draft::{Draft, Filter, Rule, Source, Spot, Start};
use super::super::file::File;
use super::super::names::{LONGEST, free, name};
use super::super::reader::Raised;
use super::super::remark::{Place, Remark, Weight};
use super::read::{Codebase, Config, Pipeline, read};
use crate::config::raw::RawProvider;
use crate::diagnostic::Span;

/// The region in which the tool's Terraform works (`templates/environment-pipelines/main.tf`).
pub const REGION: &str = "eu-west-2";

/// The tags that start a pipeline with `tag: true`: all of them (`^refs/tags/.*` in `codebuild.tf`).
const TAGS: &str = "**";

/// What starts a pipeline.
enum Starts {
    /// Pushes to a branch.
    Branch(String),
    /// Pushes of tags.
    Tags,
}

/// A draft, and all that is to be known of it.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// The application's name.
    pub app: Option<String>,
    /// The map.
    pub draft: Draft,
    /// What is to be known.
    pub remarks: Vec<Remark>,
}

/// What was found.
#[derive(Clone, Debug)]
pub enum Gathered {
    /// One codebase.
    One(Box<Drawn>),
    /// There are several codebases and nobody said which, or none of the name that was said: their names with their repositories.
    Several(Vec<(String, String)>),
}

/// Reads a platform config for one codebase. `steps` are the scripts of one's own that lie beside it and run with each deploy.
pub fn gather(file: &File, wanted: Option<&str>, steps: &[String]) -> Gathered {
    let (config, remarks) = read(file);
    let mut drawing = Drawing { file, draft: Draft::default(), remarks };
    let Some(config) = config else {
        return Gathered::One(Box::new(Drawn { app: None, draft: drawing.draft, remarks: drawing.remarks }));
    };
    let mut meant = config.codebases.iter().filter(|one| wanted.is_none_or(|name| one.name.value == name));
    let (first, second) = (meant.next(), meant.next());
    if second.is_some() || (first.is_none() && wanted.is_some()) {
        let repository =
            |one: &Codebase| one.repository.as_ref().map(|name| name.value.clone()).unwrap_or_default();
        return Gathered::Several(
            config.codebases.iter().map(|one| (one.name.value.clone(), repository(one))).collect(),
        );
    }
    drawing.infrastructure(&config);
    if let Some(codebase) = first {
        for other in config.codebases.iter().filter(|one| one.name.span != codebase.name.span) {
            drawing.say(
                Weight::Lost,
                other.name.span,
                format!("the codebase `{}` is a repository of its own", other.name.value),
                "one branchline.yml is of one repository: import it there, with `--codebase`",
            );
        }
        for step in steps {
            drawing.remarks.push(Remark {
                weight: Weight::Lost,
                what: format!("`{step}` ran with each deploy"),
                help: "write what it does as a service with `deploy.commands`, which others name in `depends_on`; where it migrates a database, a \
                       `migrate` does that: once, locked, before the deploy"
                    .to_owned(),
                place: Some(Place { file: step.clone(), branches: Vec::new(), line: 1, column: 1 }),
            });
        }
        drawing.codebase(&config, codebase);
    }
    let app = config.application.map(|application| name(&application.value, 20, "app"));
    Gathered::One(Box::new(Drawn { app, draft: drawing.draft, remarks: drawing.remarks }))
}

pub(super) struct Drawing<'f> {
    pub(super) file: &'f File,
    pub(super) draft: Draft,
    remarks: Vec<Remark>,
}

impl Drawing<'_> {
    pub(super) fn say(&mut self, weight: Weight, span: Span, what: impl Into<String>, help: &str) {
        let raised = Raised { weight, what: what.into(), help: help.to_owned(), span };
        self.remarks.extend(self.file.remarks([raised]));
    }

    /// What is none of a release's.
    fn infrastructure(&mut self, config: &Config) {
        for (pipeline, applied) in &config.infrastructure {
            self.say(
                Weight::Lost,
                pipeline.span,
                format!("the environment pipeline `{}` applies Terraform to {applied}", pipeline.value),
                "branchline releases apps, and makes no infrastructure: keep this pipeline",
            );
        }
        if let Some((count, span)) = config.extensions {
            let what = format!("extensions ({count}) stay with platform-helper's Terraform");
            self.say(Weight::Kept, span, what, "nothing of them is touched");
        }
        for environment in &config.environments {
            if let Some(span) = environment.old_approval {
                let what = format!(
                    "`requires_approval` of the environment `{}` does nothing any more",
                    environment.name.value
                );
                let help = "a codebase's pipeline asks where it says so itself, and only that is carried over; write `approval: {}` if more was meant";
                self.say(Weight::Mistake, span, what, help);
            }
        }
    }

    fn codebase(&mut self, config: &Config, codebase: &Codebase) {
        self.source(codebase);
        for (key, value) in &codebase.extras {
            let (weight, what, help) = extra(key, &value.value);
            self.say(weight, value.span, format!("the codebase `{}` {what}", codebase.name.value), help);
        }
        if !codebase.requires_image_build {
            self.say(
                Weight::Lost,
                codebase.name.span,
                format!("no push to the repository starts the pipelines of `{}` (`requires_image_build: false`)", codebase.name.value),
                "its images come from elsewhere, and branchline deploys what it has built: there are no rules for it",
            );
            return;
        }
        let mut reached = BTreeMap::new();
        for pipeline in &codebase.pipelines {
            self.pipeline(config, pipeline, &mut reached);
        }
        if codebase.groups.iter().all(Vec::is_empty) {
            self.say(
                Weight::Lost,
                codebase.name.span,
                format!("the codebase `{}` names no services", codebase.name.value),
                "name them under `services`: without them nothing is deployed",
            );
        }
        self.services(config, codebase, &reached);
        for (domain, environment) in &codebase.caches {
            if reached.values().any(|name| name == environment) {
                self.say(
                    Weight::Lost,
                    domain.span,
                    format!("the cache of `{}` was emptied after a deploy to `{environment}`", domain.value),
                    "call `aws cloudfront create-invalidation` in a service with `deploy.commands` that has the others in `depends_on`, with \
                     the `statements` it needs",
                );
            }
        }
        self.say(
            Weight::Changed,
            codebase.name.span,
            "a release applied the services' Terraform or Copilot manifests of the deploy repository, too",
            "a deploy of branchline's changes the image and leaves the rest of the task definition as it is: apply what changes there by \
             the environment pipelines or by hand, until a service with `deploy.commands` does",
        );
    }

    fn source(&mut self, codebase: &Codebase) {
        let Some(repository) = &codebase.repository else {
            let what = format!("the codebase `{}` names no repository", codebase.name.value);
            self.say(Weight::Lost, codebase.name.span, what, "write it under `source.repository`");
            return;
        };
        self.draft.source = Some(Source {
            provider: RawProvider::GitHub,
            repository: repository.value.clone(),
            connection: None,
            region: None,
        });
        self.draft.notes.note(
            Spot::Source,
            "the file belongs into this repository, and not into the deploy repository. The connection of the application's name belongs here as \
             `connection:`; without it the base stack makes another one, which a person completes.",
        );
    }

    fn pipeline(&mut self, config: &Config, pipeline: &Pipeline, reached: &mut BTreeMap<String, String>) {
        let (shown, span) = (&pipeline.name.value, pipeline.name.span);
        let Some(start) = self.starts(pipeline) else { return };
        let mut environments: Vec<String> = Vec::new();
        for (environment, asks) in &pipeline.stages {
            let made = self.environment(config, environment, *asks, reached);
            if !environments.contains(&made) {
                environments.push(made);
            }
        }
        if environments.is_empty() {
            self.say(Weight::Lost, span, format!("the pipeline `{shown}` deploys nowhere"), "it has no rule");
            return;
        }
        let (key, start) = match start {
            Starts::Branch(branch) => (Some(branch.clone()), Start::of(branch)),
            Starts::Tags => {
                let tags = Filter { includes: vec![TAGS.to_owned()], excludes: Vec::new() };
                (None, Start { tags, ..Start::default() })
            }
        };
        // Every pipeline of a codebase deploys all of its services, so two rules of one start would be two releases of the same.
        if let Some(rule) = self.draft.rules.iter_mut().find(|rule| rule.start == start) {
            let first = rule.pipeline.clone();
            environments.retain(|name| !rule.environments.contains(name));
            rule.environments.extend(environments);
            let what = format!("the pipelines `{first}` and `{shown}` start together, and are one rule");
            let help = "their environments come one after the other now, in this order: where one fails or waits, so do those behind it";
            self.say(Weight::Changed, span, what, help);
            return;
        }
        let is_taken = |key: &str| self.draft.rules.iter().any(|rule| rule.key == key);
        let named = || free(name(shown, LONGEST, "pipeline"), LONGEST, is_taken);
        let key = key.filter(|branch| !is_taken(branch)).unwrap_or_else(named);
        self.draft.rules.push(Rule {
            key,
            start,
            environments,
            services: None,
            pipeline: shown.clone(),
            place: self.file.place(span),
        });
    }

    /// What starts a pipeline, where something does.
    fn starts(&mut self, pipeline: &Pipeline) -> Option<Starts> {
        let shown = &pipeline.name.value;
        match (&pipeline.branch, pipeline.is_tagged) {
            (None, true) => Some(Starts::Tags),
            (Some(branch), false)
                if branch.value.contains(['*', '?', '[', ']', '{', '}', '\\'])
                    || branch.value.starts_with('!') =>
            {
                self.say(
                    Weight::Mistake,
                    branch.span,
                    format!("the pipeline `{shown}` waits for an image of the tag `branch-{}`, sign by sign", branch.value),
                    "no push makes such an image, so nothing started it and it has no rule; write one with a pattern (`feature/*`) if that was meant",
                );
                None
            }
            (Some(branch), false) if !branch.value.is_empty() => Some(Starts::Branch(branch.value.clone())),
            (Some(branch), true) => {
                let what = format!("the pipeline `{shown}` has a branch and tags");
                self.say(
                    Weight::Mistake,
                    branch.span,
                    what,
                    "platform-helper refuses that, and it is left out: make two of it",
                );
                None
            }
            (_, false) => {
                let what = format!("the pipeline `{shown}` has neither a branch nor tags");
                self.say(Weight::Mistake, pipeline.name.span, what, "nothing starts it, and it is left out");
                None
            }
        }
    }
}

/// What one of the other settings of a codebase did.
fn extra(key: &str, value: &str) -> (Weight, String, &'static str) {
    match key {
        "slack_channel" => (
            Weight::Lost,
            format!("told a channel of Slack, whose id is in the parameter `{value}`"),
            "write it under `notifications`, as `to.slack` with the workspace and the channel",
        ),
        "additional_ecr_repository" => (
            Weight::Lost,
            format!("deployed the images of a repository of its own (`{value}`)"),
            "branchline's pipelines push to repositories of theirs: write `repository: { existing: … }` of the service that is built, or have \
             whoever else takes images from there told",
        ),
        "deploy_repository_branch" => (
            Weight::Changed,
            format!("was deployed with what the branch `{value}` of the deploy repository says"),
            "branchline reads the codebase's repository alone",
        ),
        _ if value == "aws_codepipeline" => (
            Weight::Kept,
            "was released by CodePipeline (`pipeline_mode`)".to_owned(),
            "so it is by branchline's pipelines",
        ),
        _ => (
            Weight::Changed,
            format!("was released by GitHub Actions (`pipeline_mode: {value}`)"),
            "the map's pipelines do that from now on: switch the workflows off when they run, or both release",
        ),
    }
}

#[cfg(test)]
mod tests;
