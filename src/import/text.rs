//! The commented text of the `branchline.yml` that an import proposes.

mod live;
mod looked_up;
mod notes;
mod settings;
mod start;
mod step;
mod was;
mod whereabouts;

use super::draft::{
    Build, Deploy, Draft, Ecs, Environment, Image, Names, Rule, Service, Spot, Task, Whereabouts,
};
use super::remark::Place;
use crate::config::raw::RawProvider;
use crate::document::page::{self, Page};
use crate::document::yaml::YamlError;
use crate::operate::plain;

/// What stands before everything that has to be looked at by a person.
pub const MARK: &str = "CHECK:";

/// What stands in a name for a part that AWS has made up and nobody has looked up.
pub const UNKNOWN: &str = crate::doctor::made_up::MARK;

/// What a person says, and no file of the other tool does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The command that proposes it, as people write it: `branchline import copilot`.
    pub command: &'static str,
    /// The app's name.
    pub app: String,
    /// The account of the pipelines, twelve digits.
    pub account: String,
    /// Their region.
    pub region: String,
    /// The connection's ARN, where one is there already.
    pub connection: Option<String>,
}

/// The file's text. It ends in a newline.
pub fn text(draft: &Draft, given: &Given) -> Result<String, YamlError> {
    let mut page = Page::default();
    page.comment("Which branch goes where, and what is built, migrated and deployed on the way.");
    page.comment("The same on every branch: commit it, and merge it like any other file.");
    page.comment(&format!(
        "`{}` wrote it. What it had to assume is marked {MARK} below; look at each, correct it and take the mark out.",
        given.command
    ));
    page.line("version: 1");
    page.field("app", &given.app)?;
    page.gap();
    page.line("branches:");
    page.indented(|page| {
        draft.rules.iter().try_for_each(|rule| self::rule(page, rule, draft))?;
        draft.settings.checks.iter().try_for_each(|one| settings::checks(page, one))
    })?;
    page.gap();
    notes::notes(&mut page, draft, &Spot::Environments);
    page.line("environments:");
    page.indented(|page| draft.environments.iter().try_for_each(|one| environment(page, one, draft)))?;
    page.gap();
    page.line("pipelines:");
    page.indented(|page| {
        // In quotes: YAML takes an account's digits for a number.
        page.line(&format!("account: \"{}\"", given.account));
        page.field("region", &given.region)
    })?;
    source(&mut page, draft, given)?;
    page.gap();
    page.line("services:");
    page.indented(|page| draft.services.iter().try_for_each(|one| service(page, one, draft)))?;
    settings::build(&mut page, draft)?;
    settings::test(&mut page, draft)?;
    if let Some(migrate) = &draft.migrate {
        page.gap();
        if draft.migrating.was_a_step {
            step::migration(&mut page, migrate);
        } else {
            page.comment(&was::migration(draft.was, migrate));
        }
        page.line("migrate:");
        page.indented(|page| {
            page.field("service", &migrate.service)?;
            page.field("command", &migrate.command)
        })?;
    }
    settings::overrides(&mut page, draft, given)?;
    Ok(page.text())
}

fn seen(place: &Place) -> String {
    plain(&place.spot())
}

fn rule(page: &mut Page, rule: &Rule, draft: &Draft) -> Result<(), YamlError> {
    let was = draft.was.word();
    page.comment(&plain(&format!("Was the {was} {} ({}).", rule.pipeline, seen(&rule.place))));
    notes::notes(page, draft, &Spot::Rule(rule.key.clone()));
    let environments: Vec<String> =
        rule.environments.iter().map(|name| page::scalar(name)).collect::<Result<_, _>>()?;
    let environments = format!("[{}]", environments.join(", "));
    let key = page::scalar(&rule.key)?;
    if start::is_key(rule) && rule.services.is_none() {
        page.line(&format!("{key}: {environments}"));
        return Ok(());
    }
    page.line(&format!("{key}:"));
    page.indented(|page| {
        start::first(page, rule)?;
        page.line(&format!("environments: {environments}"));
        if let Some(names) = &rule.services {
            list(page, "services", names)?;
        }
        start::last(page, &rule.start)
    })
}

fn environment(page: &mut Page, environment: &Environment, draft: &Draft) -> Result<(), YamlError> {
    notes::notes(page, draft, &Spot::Environment(environment.name.clone()));
    let key = page::scalar(&environment.name)?;
    let settings = draft.live.environments.get(&environment.name);
    let known: Vec<&Service> =
        draft.services.iter().filter(|service| has_names(service, &environment.name)).collect();
    let at = draft.places.get(&environment.name).filter(|at| **at != Whereabouts::default());
    let has_lines = at.is_some() || live::has_lines(settings);
    let migrates = !draft.migrating.not_in.contains(&environment.name);
    let says_nothing = !environment.approval && environment.verify.is_empty() && migrates;
    if says_nothing && known.is_empty() && !has_lines {
        page.line(&format!("{key}: {{}}"));
        return Ok(());
    }
    page.line(&format!("{key}:"));
    page.indented(|page| {
        at.map_or(Ok(()), |at| whereabouts::whereabouts(page, at))?;
        if environment.approval {
            live::approval(page, settings)?;
        }
        if !migrates {
            page.line("migrate: none");
        }
        live::environment(page, settings)?;
        if !environment.verify.is_empty() {
            page.line("verify:");
            page.indented(|page| {
                list(page, "commands", &environment.verify)?;
                let machine = draft.settings.verify.get(&environment.name);
                machine.map_or(Ok(()), |machine| settings::machine(page, machine))
            })?;
        }
        if known.is_empty() {
            return Ok(());
        }
        page.line("services:");
        page.indented(|page| {
            known.iter().try_for_each(|service| {
                page.line(&format!("{}:", page::scalar(&service.name)?));
                page.indented(|page| {
                    page.line("deploy:");
                    page.indented(|page| names(page, service, &environment.name))
                })
            })
        })
    })
}

fn has_names(service: &Service, environment: &str) -> bool {
    match &service.deploy {
        Deploy::Ecs(names) => names.known.contains_key(environment),
        Deploy::Task(names) => names.known.contains_key(environment),
        Deploy::Commands(_) | Deploy::Step(_) => false,
    }
}

/// What is known of a service in one environment, and differs from the pattern.
fn names(page: &mut Page, service: &Service, environment: &str) -> Result<(), YamlError> {
    match &service.deploy {
        Deploy::Ecs(Names { known, .. }) => {
            known.get(environment).map_or(Ok(()), |known| ecs(page, known, false))
        }
        Deploy::Task(Names { known, .. }) => {
            known.get(environment).map_or(Ok(()), |known| task(page, known, false))
        }
        Deploy::Commands(_) | Deploy::Step(_) => Ok(()),
    }
}

fn source(page: &mut Page, draft: &Draft, given: &Given) -> Result<(), YamlError> {
    page.gap();
    let is_noted = notes::notes(page, draft, &Spot::Source);
    let Some(source) = &draft.source else {
        if !is_noted {
            page.comment(&format!("{MARK} no pipeline told which repository this is."));
        }
        page.line("source:");
        return page.indented(|page| page.field("repository", "owner/name"));
    };
    page.line("source:");
    page.indented(|page| {
        page.field("repository", &source.repository)?;
        // GitHub is what the file means without it.
        if source.provider != RawProvider::GitHub {
            page.line(&format!("provider: {}", source.provider.word()));
        }
        if let Some((region, _)) = source.region.as_ref().filter(|(region, _)| *region != given.region) {
            page.comment(&format!(
                "{MARK} the repository is in {}, and a pipeline reads CodeCommit in its own region alone.",
                plain(region)
            ));
        }
        let found = looked_up::connection(draft).or(draft.live.source.connection.as_ref());
        match (given.connection.as_ref().or(found), &source.connection) {
            (Some(arn), _) => page.field("connection", arn),
            (None, Some(name)) => {
                page.comment(&format!(
                    "{MARK} Copilot used the connection {}. Its ARN belongs here, as `connection:`; without it the base stack \
                     makes another one, which a person completes.",
                    plain(name)
                ));
                Ok(())
            }
            (None, None) => Ok(()),
        }
    })
}

fn service(page: &mut Page, service: &Service, draft: &Draft) -> Result<(), YamlError> {
    page.comment(&plain(&format!("Was a {} ({}).", service.was, seen(&service.place))));
    notes::notes(page, draft, &Spot::Service(service.name.clone()));
    let settings = draft.live.services.get(&service.name);
    page.line(&format!("{}:", page::scalar(&service.name)?));
    page.indented(|page| {
        match &service.image {
            Image::Built(built) => build(page, built)?,
            Image::Of(other) => page.field("image_of", other)?,
            Image::None => {}
        }
        if !service.depends_on.is_empty() {
            list(page, "depends_on", &service.depends_on)?;
        }
        page.line("deploy:");
        page.indented(|page| match &service.deploy {
            Deploy::Ecs(names) => {
                let is_marked = names.pattern.cluster.contains(UNKNOWN)
                    || names.pattern.roles.iter().any(|role| role.contains(UNKNOWN));
                // An origin that says what is to be looked at says this, too.
                unknown(page, settings.is_none() && is_marked, !names.known.is_empty(), draft);
                ecs(page, &names.pattern, true)?;
                let timeout = settings.and_then(|settings| settings.timeout.as_ref());
                page.indented(|page| timeout.map_or(Ok(()), |timeout| page.field("timeout", timeout)))
            }
            Deploy::Task(names) => {
                let is_marked = names.pattern.roles.iter().any(|role| role.contains(UNKNOWN));
                unknown(page, is_marked, !names.known.is_empty(), draft);
                task(page, &names.pattern, true)
            }
            Deploy::Commands(run) => {
                page.line("commands:");
                page.indented(|page| list(page, "run", run))
            }
            Deploy::Step(step) => step::step(page, step),
        })
    })
}

fn unknown(page: &mut Page, is_marked: bool, is_known: bool, draft: &Draft) {
    if is_known && !is_marked {
        page.comment(looked_up::OWN_NAMES);
    }
    if is_marked {
        page.comment(&format!("{MARK} {}", was::unknown(draft.was)));
    }
}

fn build(page: &mut Page, build: &Build) -> Result<(), YamlError> {
    if *build == Build::default() {
        page.line("build: {}");
        return Ok(());
    }
    page.line("build:");
    page.indented(|page| {
        let named =
            [("dockerfile", &build.dockerfile), ("context", &build.context), ("target", &build.target)];
        for (key, value) in named {
            if let Some(value) = value {
                page.field(key, value)?;
            }
        }
        if build.is_arm {
            page.line("platform: linux/arm64");
        }
        if build.args.is_empty() {
            return Ok(());
        }
        page.line("args:");
        page.indented(|page| {
            build.args.iter().try_for_each(|(name, value)| page.field(&page::scalar(name)?, value))
        })
    })
}

fn ecs(page: &mut Page, ecs: &Ecs, with_container: bool) -> Result<(), YamlError> {
    page.line("ecs:");
    page.indented(|page| {
        page.field("cluster", &ecs.cluster)?;
        page.field("service", &ecs.service)?;
        if with_container {
            page.field("container", &ecs.container)?;
        }
        list(page, "roles", &ecs.roles)
    })
}

fn task(page: &mut Page, task: &Task, with_container: bool) -> Result<(), YamlError> {
    page.line("ecs_task:");
    page.indented(|page| {
        page.field("family", &task.family)?;
        if with_container {
            page.field("container", &task.container)?;
        }
        list(page, "roles", &task.roles)?;
        if task.state_machines.is_empty() {
            return Ok(());
        }
        page.line("targets:");
        page.indented(|page| list(page, "state_machines", &task.state_machines))
    })
}

fn list(page: &mut Page, key: &str, values: &[String]) -> Result<(), YamlError> {
    page.line(&format!("{key}:"));
    page.indented(|page| values.iter().try_for_each(|value| page.item(value)))
}

#[cfg(test)]
mod tests;
