//! What a pipeline does, stage by stage, in words.

use crate::branch_map::Entry;
use crate::config::{Command, Config, Environment, Event, TestPlace};
use crate::pipeline::test_belongs;

/// One stage of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its name in AWS: `Source`, `Deploy-staging`.
    pub name: String,
    /// What it does, in words.
    pub what: String,
}

/// The stages of a rule's pipeline, in order.
pub fn of(config: &Config, entry: &Entry) -> Vec<Stage> {
    let mut stages = vec![
        Stage { name: "Source".to_owned(), what: fetched(entry).to_owned() },
        Stage {
            name: "Build".to_owned(),
            what: format!("build {} once, for every environment", images(entry)),
        },
    ];
    if let Some(test) = config.test.as_ref().filter(|test| test_belongs(test, entry)) {
        let place = match &test.place {
            TestPlace::Checkout => "in the checkout".to_owned(),
            TestPlace::Image { service, target: None } => format!("in the image of {service}"),
            TestPlace::Image { service, target: Some(target) } => {
                format!("in the stage `{target}` of the image of {service}")
            }
        };
        stages.push(Stage { name: "Test".to_owned(), what: format!("run the tests {place}") });
    }
    let environments = entry.environments.iter().filter_map(|name| config.environments.get(name));
    stages.extend(environments.flat_map(|place| environment(place, entry)));
    stages
}

fn fetched(entry: &Entry) -> &'static str {
    match entry.trigger.event {
        Event::Push => "fetch the commit that was pushed",
        Event::Tag => "fetch the commit that was tagged",
        Event::PullRequest => "fetch the newest commit of the pull request's own branch",
    }
}

fn images(entry: &Entry) -> String {
    match entry.services.as_slice() {
        [service] => format!("the image of {service}"),
        services => format!("the images of {}", services.join(", ")),
    }
}

fn environment(environment: &Environment, entry: &Entry) -> impl Iterator<Item = Stage> {
    let stage = |kind: &str, what: String| Stage { name: format!("{kind}-{}", environment.name), what };
    let approve = environment.approval.as_ref().map(|approval| {
        let told = approval.notify.as_ref().map(|topic| format!("; {topic} is told")).unwrap_or_default();
        stage("Approve", format!("wait until a person says yes{told}"))
    });
    let migrate = environment.migrate.as_ref().filter(|migrate| entry.has(&migrate.service)).map(|migrate| {
        let command = match &migrate.command {
            Command::Shell(text) => text.clone(),
            Command::Words(words) => words.join(" "),
        };
        let what = format!(
            "run `{command}` once, in the new image of {}; if it fails, nothing is deployed",
            migrate.service
        );
        stage("Migrate", what)
    });
    let deploys: Vec<String> = environment
        .deploys
        .iter()
        .filter(|(service, _)| entry.has(service))
        .map(|(service, deploy)| format!("{service} to {}", deploy.describe()))
        .collect();
    let deploy = stage("Deploy", format!("deploy {}", deploys.join(", ")));
    [approve, migrate, Some(deploy)].into_iter().flatten()
}
