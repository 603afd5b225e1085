//! Configuration and branch map → what AWS will be told: one pipeline a rule, one set of roles and projects an
//! environment, one base.
//!
//! A [`Plan`] holds little; each pipeline and environment is made when it is asked for, so that two thousand of them
//! are never in memory together.

pub mod iam;
pub mod limits;
pub mod model;
pub mod names;
pub mod text;

mod approve;
mod base;
mod build;
mod deploy;
mod environment;
mod keep;
mod migrate;
mod project;
mod source;
mod test;

use std::collections::BTreeMap;

use crate::branch_map::{BranchMap, Entry};
use crate::config::{Config, Environment as Place, Test, TestPlace};
use iam::{Role, Statement, Trust};
use model::{Base, Environment, Pipeline, Provider};
use text::{Part, Text};

/// What is to be made, ready to be asked for piece by piece.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// The branch map.
    pub map: &'a BranchMap,
    /// `owner/name` of the source repository.
    pub repository: &'a str,
    entering: BTreeMap<&'a str, Vec<&'a str>>,
    buildspecs: Buildspecs,
}

/// The buildspecs of an app. They take what differs from the project's environment variables, so pipelines and
/// environments share them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Buildspecs {
    /// Builds and pushes the images, for each set of services that a pipeline has.
    pub builds: BTreeMap<Vec<String>, String>,
    /// Runs the tests, when there are any.
    pub test: Option<String>,
    /// Runs a migration.
    pub migrate: String,
    /// Marks images that are about to be deployed.
    pub keep: String,
}

impl<'a> Plan<'a> {
    /// A plan. The configuration's `source.repository` has been filled in from the git remote where it was absent.
    pub fn new(config: &'a Config, map: &'a BranchMap, buildspecs: Buildspecs) -> Self {
        let mut entering: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for entry in &map.entries {
            for environment in &entry.environments {
                entering.entry(environment).or_default().push(&entry.pipeline);
            }
        }
        let repository = config.source.repository.as_deref().unwrap_or_default();
        Plan { config, map, repository, entering, buildspecs }
    }

    /// What all pipelines share.
    pub fn base(&self) -> Base {
        base::base(self)
    }

    /// The environments that a rule deploys to, in the order of the file.
    pub fn environments(&self) -> impl Iterator<Item = &'a Place> {
        let entering = &self.entering;
        self.config.environments.values().filter(|place| entering.contains_key(place.name.as_str()))
    }

    /// What is done in one environment.
    pub fn environment(&self, place: &Place) -> Environment {
        let pipelines = self.entering.get(place.name.as_str()).map_or(&[][..], Vec::as_slice);
        environment::environment(self, place, pipelines)
    }

    /// One pipeline.
    pub fn pipeline(&self, entry: &Entry) -> Pipeline {
        let mut stages = vec![source::stage(self, entry), build::stage(entry)];
        let mut projects = vec![build::project(self, entry)];
        if let Some(test) = self.test(entry) {
            stages.push(test::stage(test, entry));
            projects.push(test::project(self, test, entry));
        }
        for place in self.places(entry) {
            let role = Text::role_arn(&names::deploy_role(&self.config.app, &place.name));
            if let Some(approval) = &place.approval {
                stages.push(approve::stage(self, entry, place, approval));
            }
            if let Some(migrate) = place.migrate.as_ref().filter(|migrate| entry.has(&migrate.service)) {
                stages.push(migrate::stage(self, entry, place, migrate, &role));
            }
            stages.push(deploy::stage(self, entry, place, &role));
        }
        Pipeline {
            name: entry.pipeline.clone(),
            rule: entry.rule.clone(),
            pattern: entry.pattern.clone(),
            role: self.pipeline_role(entry, &projects),
            trigger: entry.trigger.clone(),
            mode: entry.mode,
            stages,
            projects,
        }
    }

    /// The tests of a pipeline: those in the image of a service run where that service is built.
    fn test(&self, entry: &Entry) -> Option<&'a Test> {
        self.config.test.as_ref().filter(|test| test_belongs(test, entry))
    }

    fn places(&self, entry: &'a Entry) -> impl Iterator<Item = &'a Place> {
        let config = self.config;
        entry.environments.iter().filter_map(|name| config.environments.get(name))
    }

    fn pipeline_role(&self, entry: &Entry, projects: &[model::Project]) -> Role {
        let app = &self.config.app;
        let bucket = project::bucket_arn(app);
        let mut statements = vec![
            Statement::allow(
                "Bucket",
                &["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"],
                vec![bucket.clone()],
            ),
            Statement::allow(
                "Artifacts",
                &["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
                vec![bucket.text("/*")],
            )
            .when("StringEquals", "aws:ResourceAccount", vec![Text::part(Part::Account)]),
            Statement::allow("Key", project::KEY_READ_WRITE, vec![Text::part(Part::ArtifactKey)]),
            Statement::allow("Connection", source::USE_CONNECTION, source::connection_arns(self.config)),
            Statement::allow(
                "Projects",
                project::RUN_BUILDS,
                projects
                    .iter()
                    .map(|project| Text::arn("codebuild", format!("project/{}", project.name)))
                    .collect(),
            ),
        ];
        let deploy_roles: Vec<Text> =
            self.places(entry).map(|place| Text::role_arn(&names::deploy_role(app, &place.name))).collect();
        if !deploy_roles.is_empty() {
            statements.push(Statement::allow("Environments", &["sts:AssumeRole"], deploy_roles));
        }
        let mut topics: Vec<Text> = Vec::new();
        for topic in self.places(entry).filter_map(|place| place.approval.as_ref()?.notify.as_deref()) {
            let topic = Text::from(topic);
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
        if !topics.is_empty() {
            statements.push(Statement::allow("Approval", &["sns:Publish"], topics));
        }
        Role { name: names::pipeline_role(&entry.pipeline), trust: Trust::CodePipeline, statements }
    }
}

/// Whether a pipeline runs the tests: those in the image of a service run where that service is built.
pub fn test_belongs(test: &Test, entry: &Entry) -> bool {
    match &test.place {
        TestPlace::Checkout => true,
        TestPlace::Image { service, .. } => entry.has(service),
    }
}

/// The environment variables that an action hands to its build, as CodeBuild wants them: JSON text of at most 1,000
/// characters.
fn action_variables(variables: &[(&str, &str)]) -> Text {
    let list: Vec<serde_json::Value> = variables
        .iter()
        .map(|(name, value)| serde_json::json!({ "name": name, "value": value, "type": "PLAINTEXT" }))
        .collect();
    Text::literal(serde_json::Value::from(list).to_string())
}

/// An action that starts a CodeBuild project.
fn build_action(name: &str, provider: Provider, project: &str) -> model::Action {
    model::Action {
        name: name.to_owned(),
        provider,
        namespace: None,
        configuration: vec![("ProjectName", Text::from(project))],
        inputs: Vec::new(),
        outputs: Vec::new(),
        run_order: 1,
        role: None,
    }
}
