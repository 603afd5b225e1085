//! What was answered, put into the draft, and all that is to be said of it.

use std::collections::BTreeSet;

use super::super::super::draft::{Deploy, Draft, Ecs, Service, Task, Whereabouts};
use super::super::super::looked_up::{LookedUp, Running};
use super::super::super::remark::{self, Remark, Weight};
use super::super::super::text::UNKNOWN;
use super::names::{self, Lacking};
use super::stacks::{Lack, pipelines};
use super::{
    Answers, App, Connection, Resource, Stack, deployed, find, of_environment, of_pipeline, of_workload,
};
use crate::operate::plain;
use crate::pipeline::text::Place;

/// Fills the names in that AWS told, and says of each what it is, or why it is not there. What is not filled in keeps its mark.
pub fn fill(draft: &mut Draft, app: &App, answers: &Answers) -> Vec<Remark> {
    let mut filling = Filling { app, answers, remarks: Vec::new(), looked_up: LookedUp::default() };
    filling.environments(draft);
    filling.services(draft);
    filling.connection(draft);
    filling.pipelines(draft);
    let Filling { remarks, looked_up, .. } = filling;
    draft.looked_up = Some(looked_up);
    remarks
}

struct Filling<'a> {
    app: &'a App,
    answers: &'a Answers,
    remarks: Vec<Remark>,
    looked_up: LookedUp,
}

/// What is known of one workload in one environment.
enum Known {
    Ecs(Ecs),
    Task(Task),
}

impl Filling<'_> {
    fn say(&mut self, weight: Weight, place: &remark::Place, what: String, help: impl Into<String>) {
        self.remarks.push(Remark { weight, what, help: help.into(), place: Some(place.clone()) });
    }

    fn environments(&mut self, draft: &mut Draft) {
        let App { name: app, home } = self.app;
        for environment in &draft.environments {
            let name = &environment.name;
            let Some(place) = self.answers.environments.get(name) else {
                let what = format!(
                    "Copilot's parameters in {home} do not say where the environment `{name}` of `{app}` is"
                );
                let help = format!(
                    "`aws ssm get-parameters-by-path --path /copilot/applications/{app}/environments --region {}` lists those that \
                     they know. Its names stay {UNKNOWN}, and it is taken to be where the pipelines are: write its `account` and \
                     `region`",
                    home.region()
                );
                self.say(Weight::Lost, &environment.place, what, help);
                continue;
            };
            if place != home {
                let what = format!("the environment `{name}` is in {place}");
                self.say(Weight::Kept, &environment.place, what, "its `account` and `region` say so");
                let other = |own: &str, home: &str| (own != home).then(|| own.to_owned());
                let at = Whereabouts {
                    account: other(place.account(), home.account()),
                    region: other(place.region(), home.region()),
                };
                draft.places.insert(name.clone(), at);
            }
            self.looked_up.environments.insert(name.clone(), place.clone());
        }
    }

    fn services(&mut self, draft: &mut Draft) {
        let deployed: Vec<(String, String)> = deployed(draft)
            .into_iter()
            .map(|(environment, service)| (environment.to_owned(), service.to_owned()))
            .collect();
        for service in &mut draft.services {
            let environments = deployed.iter().filter(|(_, name)| *name == service.name);
            let (mut asked, mut found) = (0, 0);
            for (environment, _) in environments {
                asked += 1;
                let Some(known) = self.workload(service, environment) else { continue };
                found += 1;
                match (&mut service.deploy, known) {
                    (Deploy::Ecs(names), Known::Ecs(known)) => {
                        names.known.insert(environment.clone(), known);
                    }
                    (Deploy::Task(names), Known::Task(known)) => {
                        names.known.insert(environment.clone(), known);
                    }
                    _ => {}
                }
            }
            if asked > 0 && asked == found {
                unmark(&mut service.deploy);
            }
        }
    }

    /// What is known of a workload in an environment; why it is not is told, unless all of the environment is unknown.
    fn workload(&mut self, service: &Service, environment: &str) -> Option<Known> {
        let answers = self.answers;
        let place = answers.environments.get(environment)?;
        let stacks = answers.stacks.get(place).map(Vec::as_slice).unwrap_or_default();
        let mark = of_workload(&self.app.name, environment, &service.name);
        let stack = match find(stacks, &mark) {
            Ok(stack) => stack,
            Err(lack) => {
                let (what, help) = lacking(&lack, &mark.name, &service.name, environment, place);
                self.say(Weight::Lost, &service.place, what, help);
                return None;
            }
        };
        let none = Vec::new();
        let resources = answers.resources.get(&(place.clone(), stack.name.clone())).unwrap_or(&none);
        let known = known(service, stacks, &of_environment(&self.app.name, environment), resources);
        match known {
            Ok(known) => {
                let what = told(&known, &service.name, environment);
                self.say(Weight::Kept, &service.place, what, "");
                Some(known)
            }
            Err(Lacking(what)) => {
                let stack = plain(&stack.name);
                let what = format!(
                    "the stack `{stack}` does not say the {what} of `{}` in `{environment}`",
                    service.name
                );
                let help = format!(
                    "`aws cloudformation list-stack-resources --stack-name {stack} --region {}` lists what is in it; the names stay {UNKNOWN}",
                    place.region()
                );
                self.say(Weight::Lost, &service.place, what, help);
                None
            }
        }
    }

    fn connection(&mut self, draft: &Draft) {
        let named = draft.source.as_ref().and_then(|source| source.connection.as_ref());
        let (Some(name), Some(all)) = (named, &self.answers.connections) else { return };
        let Some(place) = draft.rules.first().map(|rule| rule.place.clone()) else { return };
        let home = &self.app.home;
        let list = format!(
            "`aws codeconnections list-connections --region {}` lists those that are there",
            home.region()
        );
        let own: Vec<&Connection> = all.iter().filter(|one| one.name == *name && is_arn(&one.arn)).collect();
        match own.as_slice() {
            [one] => {
                self.looked_up.connection = Some(one.arn.clone());
                if one.status == "AVAILABLE" {
                    let what = format!("the connection `{name}` is kept, by its ARN");
                    self.say(Weight::Kept, &place, what, "");
                } else {
                    let what =
                        format!("the connection `{name}` is {}: no push gets through it", plain(&one.status));
                    self.say(
                        Weight::Mistake,
                        &place,
                        what,
                        "complete it in the console, before the new pipelines are made",
                    );
                }
            }
            [] => {
                let what = format!("no connection in {home} is called `{name}`");
                self.say(
                    Weight::Lost,
                    &place,
                    what,
                    format!("{list}; without `connection` the base stack makes one"),
                );
            }
            several => {
                let what = format!("{} connections in {home} are called `{name}`", several.len());
                self.say(
                    Weight::Lost,
                    &place,
                    what,
                    format!("{list}; say with `--connection` which one it is"),
                );
            }
        }
    }

    fn pipelines(&mut self, draft: &Draft) {
        let (App { name: app, home }, answers) = (self.app, self.answers);
        let stacks = answers.stacks.get(home).map(Vec::as_slice).unwrap_or_default();
        let mut seen = BTreeSet::new();
        for rule in draft.rules.iter().filter(|rule| seen.insert(&rule.pipeline)) {
            let name = &rule.pipeline;
            let found = of_pipeline(stacks, app, name);
            if let Err(Lack::Several(names)) = &found {
                let names: Vec<String> = names.iter().map(|name| format!("`{}`", plain(name))).collect();
                let what = format!(
                    "several stacks in {home} say that they are the pipeline `{name}`: {}",
                    names.join(", ")
                );
                let help = "none is called as Copilot calls it, so none is taken: see which of them deploys, and stop it";
                self.say(Weight::Lost, &rule.place, what, help);
                continue;
            }
            if let Err(Lack::Going(stack, status)) = &found {
                let what = format!(
                    "the stack `{}` of the pipeline `{name}` is going: {}",
                    plain(stack),
                    plain(status)
                );
                let help = "it is taken for gone: look again once it is, and stop the pipeline if it stays";
                self.say(Weight::Changed, &rule.place, what, help);
                continue;
            }
            let Ok(stack) = found else {
                let what = format!("no pipeline of Copilot's for `{name}` stands in {home}");
                let help = "a push started nothing there, and the rule does now; or it is of another region or account";
                self.say(Weight::Changed, &rule.place, what, help);
                continue;
            };
            let none = Vec::new();
            let resources = answers.resources.get(&(home.clone(), stack.name.clone())).unwrap_or(&none);
            let Some(pipeline) = names::pipeline(resources) else {
                let what =
                    format!("the stack `{}` of the pipeline `{name}` holds no pipeline", plain(&stack.name));
                self.say(Weight::Changed, &rule.place, what, "a push started nothing, and the rule does now");
                continue;
            };
            let what = format!(
                "the pipeline `{name}` is `{pipeline}` in AWS, of the stack `{}`",
                plain(&stack.name)
            );
            let help =
                "it starts at every push until it is stopped: two pipelines then deploy to the same services";
            self.say(Weight::Kept, &rule.place, what, help);
            if names::connection(resources).is_some() {
                let what = format!("the connection of the pipeline `{name}` belongs to its stack");
                let help = "it goes when the stack is deleted. The base stack makes another one, which a person completes in the console";
                self.say(Weight::Changed, &rule.place, what, help);
            }
            let running =
                Running { name: name.clone(), stack: stack.name.clone(), pipeline: pipeline.to_owned() };
            self.looked_up.pipelines.push(running);
        }
        for (name, stack) in pipelines(answers, home, app) {
            if !seen.iter().any(|known| *known == name) {
                self.remarks.push(Remark {
                    weight: Weight::Lost,
                    what: format!("Copilot's pipeline `{}` stands in {home} (stack `{}`), and no rule comes of it", plain(name), plain(stack)),
                    help: "no branch has a manifest of it that deploys something: see what it does before it is deleted".to_owned(),
                    place: None,
                });
            }
        }
    }
}

fn known(
    service: &Service,
    stacks: &[Stack],
    environment: &super::stacks::Mark,
    resources: &[Resource],
) -> Result<Known, Lacking> {
    match &service.deploy {
        Deploy::Ecs(names) => {
            let environment = find(stacks, environment).ok();
            let cluster = environment.and_then(names::cluster);
            names::ecs(resources, cluster, &names.pattern.container).map(Known::Ecs)
        }
        Deploy::Task(names) => names::task(resources, &names.pattern.container).map(Known::Task),
        Deploy::Commands(_) | Deploy::Step(_) => Err(Lacking("name")),
    }
}

fn told(known: &Known, service: &str, environment: &str) -> String {
    match known {
        Known::Ecs(ecs) => {
            format!(
                "`{service}` in `{environment}` is the ECS service `{}` of the cluster `{}`",
                ecs.service, ecs.cluster
            )
        }
        Known::Task(task) => {
            let machine = task.state_machines.first().map(String::as_str).unwrap_or_default();
            format!(
                "`{service}` in `{environment}` is the family `{}`, started by the state machine `{machine}`",
                task.family
            )
        }
    }
}

/// Why a workload's stack is not there, and what to do. `name` is made of names that [`super::is_name`] takes.
fn lacking(lack: &Lack, name: &str, service: &str, environment: &str, place: &Place) -> (String, String) {
    let look =
        format!("`aws cloudformation describe-stacks --stack-name {name} --region {}`", place.region());
    match lack {
        Lack::None => (
            format!("no stack of Copilot's for `{service}` in `{environment}` stands in {place}"),
            format!(
                "it is not deployed there, or by something else ({look} shows the one that Copilot makes): its names stay {UNKNOWN}"
            ),
        ),
        Lack::Other => (
            format!(
                "the stack `{name}` in {place} does not carry Copilot's tags of `{service}` in `{environment}`"
            ),
            format!("so it is not taken for it: {look} shows whose it is. The names stay {UNKNOWN}"),
        ),
        Lack::Going(stack, status) => (
            format!(
                "the stack `{}` of `{service}` in `{environment}` is going: {}",
                plain(stack),
                plain(status)
            ),
            format!(
                "what is in it is not there any more, or not for long: the names stay {UNKNOWN}. Take the service out of this environment, or deploy \
                 it again and look then"
            ),
        ),
        Lack::Several(names) => (
            format!(
                "{} stacks in {place} carry Copilot's tags of `{service}` in `{environment}`: {}",
                names.len(),
                names.iter().map(|name| format!("`{}`", plain(name))).collect::<Vec<_>>().join(", ")
            ),
            format!("none has the name that Copilot gives, so none is taken: the names stay {UNKNOWN}"),
        ),
    }
}

/// Every environment has names of its own, so nothing is left to be looked up in the pattern.
fn unmark(deploy: &mut Deploy) {
    let end = format!("-{UNKNOWN}");
    let unmark = |name: &mut String| {
        if let Some(rest) = name.strip_suffix(&end) {
            *name = rest.to_owned();
        }
    };
    match deploy {
        Deploy::Ecs(names) => {
            unmark(&mut names.pattern.cluster);
            unmark(&mut names.pattern.service);
            names.pattern.roles.iter_mut().for_each(unmark);
        }
        Deploy::Task(names) => names.pattern.roles.iter_mut().for_each(unmark),
        Deploy::Commands(_) | Deploy::Step(_) => {}
    }
}

/// Whether a text is written like a connection's ARN: it goes into a file.
fn is_arn(text: &str) -> bool {
    let is_inside = |letter: char| letter.is_ascii_alphanumeric() || ":/-_".contains(letter);
    text.starts_with("arn:") && text.len() <= 256 && text.chars().all(is_inside)
}
