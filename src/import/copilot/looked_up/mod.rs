//! From what AWS has of an application to the names that a draft lacks.
//!
//! `edge::aws::copilot` asks, one step after another, and each step says what the next one asks: where the environments are
//! ([`parameters`], [`whereabouts`]), which stacks stand there, which of these are meant ([`wanted`]), what is in them. [`fill`] puts
//! what they say into the draft. Nothing is guessed: what is not found, or could be two things, is told and stays as it was.
//!
//! By what Copilot's things are known (AWS Copilot's source: `deploy/deploy.go`, `deploy/cloudformation/stack/name.go`,
//! `config/env.go`): a workload's stack is called `<app>-<environment>-<workload>`, an environment's `<app>-<environment>`, a
//! pipeline's `pipeline-<app>-<pipeline>`, or, before version 1.16, as the pipeline itself. All carry tags. Nested stacks carry those of
//! the stack that they are of.

mod fill;
mod names;
mod stacks;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::draft::{Deploy, Draft};
use crate::config::account::is_account;
use crate::config::regions::is_region;
use crate::pipeline::text::Place;

pub use fill::fill;
pub use stacks::Stack;
use stacks::{find, of_environment, of_pipeline, of_workload};

/// A resource of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its name in the template.
    pub logical: String,
    /// Its type: `AWS::ECS::Service`.
    pub kind: String,
    /// Its name in AWS, or its ARN.
    pub physical: String,
}

/// A connection to a host of repositories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Its name, which several may have.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// `AVAILABLE`, `PENDING` or `ERROR`.
    pub status: String,
}

/// Everything that AWS answered.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// Where the environments are, by what Copilot keeps of them; those that it knows nothing of are not among them.
    pub environments: BTreeMap<String, Place>,
    /// The stacks of each place.
    pub stacks: BTreeMap<Place, Vec<Stack>>,
    /// What is in those that were [`wanted`], by place and name.
    pub resources: BTreeMap<(Place, String), Vec<Resource>>,
    /// All connections of the pipelines' place; `None` where none was asked for.
    pub connections: Option<Vec<Connection>>,
}

/// Whose things are looked up.
#[derive(Clone, Debug)]
pub struct App {
    /// The application's name for Copilot.
    pub name: String,
    /// The account and region of the application: that of its pipelines.
    pub home: Place,
}

/// Whether Copilot takes it as a name of an application, environment or workload: small letters, digits and `-` (`cli/validate.go`).
/// Others are asked for nowhere, and stand in no command that a person is told.
pub fn is_name(text: &str) -> bool {
    let is_inside = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && text.len() <= 255
        && text.chars().all(is_inside)
}

/// The parameter that tells of each environment of the draft (`fmtEnvParamPath`).
pub fn parameters(app: &str, draft: &Draft) -> BTreeMap<String, String> {
    let names = draft.environments.iter().map(|one| &one.name).filter(|name| is_name(name));
    names.map(|name| (name.clone(), format!("/copilot/applications/{app}/environments/{name}"))).collect()
}

/// Where an environment of the app is, by the parameter's value: JSON of which the names, account and region are read and nothing else.
/// `None` where it says no account or region that could be one, or is of another app or environment.
pub fn whereabouts(value: &str, app: &str, environment: &str) -> Option<Place> {
    let value: Value = serde_json::from_str(value).ok()?;
    if value["app"] != app || value["name"] != environment {
        return None;
    }
    let (account, region) = (value["accountID"].as_str()?, value["region"].as_str()?);
    (is_account(account) && is_region(region)).then(|| Place::new(account, region))
}

/// The stacks whose resources tell the names, those of one place together.
pub fn wanted(draft: &Draft, app: &App, answers: &Answers) -> BTreeSet<(Place, String)> {
    let mut wanted = BTreeSet::new();
    for (environment, service) in deployed(draft) {
        let Some(place) = answers.environments.get(environment) else { continue };
        let stacks = answers.stacks.get(place).map(Vec::as_slice).unwrap_or_default();
        if let Ok(stack) = find(stacks, &of_workload(&app.name, environment, service)) {
            wanted.insert((place.clone(), stack.name.clone()));
        }
    }
    let stacks = answers.stacks.get(&app.home).map(Vec::as_slice).unwrap_or_default();
    let pipelines = draft.rules.iter().filter_map(|rule| of_pipeline(stacks, &app.name, &rule.pipeline).ok());
    wanted.extend(pipelines.map(|stack| (app.home.clone(), stack.name.clone())));
    wanted
}

/// Which service goes to which environment, of those whose names are Copilot's to look up.
fn deployed(draft: &Draft) -> BTreeSet<(&str, &str)> {
    let is_named = |name: &str| {
        let service = draft.services.iter().find(|service| service.name == name);
        service.is_some_and(|service| matches!(service.deploy, Deploy::Ecs(_) | Deploy::Task(_)))
    };
    let mut deployed = BTreeSet::new();
    for rule in &draft.rules {
        let services: Vec<&str> = match &rule.services {
            Some(names) => names.iter().map(String::as_str).collect(),
            None => draft.services.iter().map(|service| service.name.as_str()).collect(),
        };
        for environment in rule.environments.iter().filter(|name| is_name(name)) {
            let named = services.iter().filter(|name| is_name(name) && is_named(name));
            deployed.extend(named.map(|name| (environment.as_str(), *name)));
        }
    }
    deployed
}

#[cfg(test)]
mod tests;
