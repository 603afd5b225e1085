//! What a pipeline does, stage by stage, in words.

use super::words::quoted;
use crate::branch_map::{self, Entry};
use crate::config::{
    self, Command, Config, Environment, Event, Migrate, Run, Service, Test, TestPlace, Verify,
};
use crate::pipeline::compare::is_told;
use crate::pipeline::names::StageKind;
use crate::pipeline::record::is_guarded;
use crate::pipeline::test_belongs;

/// What a commit is compared with, and what stops a rollback, where rules without a service in common deploy to one environment:
/// each looks at its own.
const OF_ITS_SERVICES: &str = " of its services";

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
        Stage { name: "Source".to_owned(), what: fetched(config, entry).to_owned() },
        Stage {
            name: "Build".to_owned(),
            what: format!(
                "build {} once, for every environment{}",
                images(config, entry),
                reused(config, entry)
            ),
        },
    ];
    let tests: Vec<String> =
        config.tests.iter().filter(|test| test_belongs(test, entry)).map(tests_in_words).collect();
    if !tests.is_empty() {
        stages.push(Stage { name: "Test".to_owned(), what: format!("run {}", tests.join(", beside ")) });
    }
    let environments = entry.environments.iter().filter_map(|name| config.environments.get(name));
    let groups = branch_map::groups(config);
    let whose = |place: &Environment| match groups.get(place.name.as_str()) {
        Some(groups) if groups.len() > 1 => OF_ITS_SERVICES,
        _ => "",
    };
    stages.extend(environments.flat_map(|place| environment(place, entry, whose(place))));
    stages
}

/// The documents of a pipeline, its own and its environments', that `overrides` change after all that is told of it.
pub fn patched(config: &Config, entry: &Entry) -> Vec<String> {
    let own = ["yml", "json"].map(|extension| format!("{}/pipeline.{extension}", entry.pipeline));
    let environments = entry.environments.iter().map(|name| format!("environments/{name}.yml"));
    let is_patched = |document: &String| config.overrides.iter().any(|one| one.document == *document);
    own.into_iter().chain(environments).filter(is_patched).collect()
}

fn tests_in_words(test: &Test) -> String {
    let whose = test.service.as_ref().map(|service| format!(" of {service}")).unwrap_or_default();
    let place = match &test.place {
        TestPlace::Checkout => "in the checkout".to_owned(),
        TestPlace::Image { service, target: None } => format!("in the image of {service}"),
        TestPlace::Image { service, target: Some(target) } => {
            format!("in the stage `{target}` of the image of {service}")
        }
    };
    format!("the tests{whose} {place}")
}

fn migration_in_words(migrate: &Migrate) -> String {
    let command = match &migrate.command {
        Command::Shell(text) => text.clone(),
        Command::Words(words) => words.join(" "),
    };
    let place = match migrate.run {
        Run::EcsTask | Run::Image => format!("in the new image of {}", migrate.service),
        Run::Checkout => "in the checkout".to_owned(),
    };
    format!("run `{command}` once, {place}")
}

fn fetched(config: &Config, entry: &Entry) -> &'static str {
    match entry.trigger.event {
        Event::Push if !config.source.host().has_connection() => "fetch the newest commit of the branch",
        Event::Push => "fetch the commit that was pushed",
        Event::Tag => "fetch the commit that was tagged",
        Event::PullRequest => "fetch the newest commit of the pull request's own branch",
    }
}

fn images(config: &Config, entry: &Entry) -> String {
    let builds = |name: &&str| config.services.get(*name).is_none_or(Service::builds);
    let built: Vec<&str> = entry.services.iter().map(String::as_str).filter(builds).collect();
    match built.as_slice() {
        [service] => format!("the image of {service}"),
        services => format!("the images of {}", services.join(", ")),
    }
}

/// From where images are taken in place of a build, as the end of a sentence.
fn reused(config: &Config, entry: &Entry) -> String {
    match entry.reuses(config) {
        [] => String::new(),
        others => format!(", or take what {} built of the same files", quoted(others, "or")),
    }
}

fn environment(environment: &Environment, entry: &Entry, whose: &str) -> impl Iterator<Item = Stage> {
    let stage = |kind: StageKind, what: String| Stage { name: kind.stage(&environment.name), what };
    let window = environment.window.as_ref().map(|window| format!("in the window {}: ", window.describe()));
    let in_window = window.unwrap_or_default();
    // What stops a release stands before what it stops.
    let guard = if is_guarded(environment) {
        format!("stop a commit older than what is deployed{whose}, then ")
    } else {
        String::new()
    };
    let enter = format!("{in_window}{guard}");
    let approve = environment.approval.as_ref().map(|approval| {
        let told = approval.notify.as_ref().map(|topic| format!("; {topic} is told")).unwrap_or_default();
        let limit = approval.own_timeout().map(|limit| format!(", for at most {}", config::length(limit)));
        let limit = limit.unwrap_or_default();
        let brings = if is_told(environment) { "say what the release brings, then " } else { "" };
        stage(StageKind::Approve, format!("{in_window}{brings}wait until a person says yes{limit}{told}"))
    });
    let migrations: Vec<String> = entry.migrations(environment).map(migration_in_words).collect();
    let snapshot = environment.snapshot.as_ref().map(|snapshot| {
        let (kind, name) = (snapshot.database.kind(), snapshot.database.name());
        format!("make a snapshot of the {kind} {name} and wait for it")
    });
    let fails = if migrations.len() > 1 || snapshot.is_some() { "if one fails" } else { "if it fails" };
    let migrate = (!migrations.is_empty()).then(|| {
        let all: Vec<String> = snapshot.into_iter().chain(migrations).collect();
        stage(StageKind::Migrate, format!("{enter}{}; {fails}, nothing is deployed", all.join(", then ")))
    });
    let deploys: Vec<String> = environment
        .deploys
        .iter()
        .filter(|(service, _)| entry.has(service))
        .map(|(service, deploy)| format!("{service} {}", deploy.describe()))
        .collect();
    // A window stands before what comes first.
    let first = if migrate.is_none() { enter.as_str() } else { "" };
    let record = if environment.lock.is_some() { ", and write it down" } else { "" };
    let deploy = stage(
        StageKind::Deploy,
        format!("{first}deploy {}{record}{}", deploys.join(", "), after(environment, whose)),
    );
    let verify = environment.verify.as_ref().map(|verify| stage(StageKind::Verify, verified_by(verify)));
    [approve, migrate, Some(deploy), verify].into_iter().flatten()
}

fn verified_by(verify: &Verify) -> String {
    let http = verify.http.as_ref().map(|http| {
        let contains = http.contains.as_ref().map(|text| format!(" and {text:?}")).unwrap_or_default();
        format!("ask {} until it answers with status {}{contains}", http.url, http.status)
    });
    let commands = (!verify.commands.is_empty()).then(|| {
        let commands: Vec<String> = verify.commands.iter().map(|command| format!("`{command}`")).collect();
        format!("run {} in the checkout", commands.join(", "))
    });
    let all: Vec<String> = http.into_iter().chain(commands).collect();
    format!("{}; a failure rolls nothing back", all.join(", then "))
}

/// What follows a deploy, as the end of a sentence.
fn after(environment: &Environment, whose: &str) -> String {
    let watched = environment.alarms.as_ref().map(|alarms| format!(", then watch {}", alarms.describe()));
    let fails = if watched.is_some() { "if it fails or one goes off" } else { "if it fails" };
    let follows = match (environment.rolls_back, environment.lock.is_some()) {
        // Where nothing is written down there is one pipeline, so nothing else was deployed since.
        (true, false) => format!("; {fails}, this pipeline's last successful deploy runs again"),
        (true, true) => format!(
            "; {fails}, this pipeline's last successful deploy runs again, unless another release{whose} was deployed since"
        ),
        (false, _) if watched.is_some() => "; if one goes off, nothing goes on from here".to_owned(),
        (false, _) => String::new(),
    };
    format!("{}{follows}", watched.unwrap_or_default())
}
