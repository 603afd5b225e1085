//! `branchline.yml`: the keys of what it runs itself in each environment, its migrations, deploys by commands and `verify`. A service's
//! own variables stand in its task definition, not here.

use std::collections::BTreeMap;

use super::{Key, Kind, Page, Role, Set, Source, Subject};
use crate::config::tree::{Node, Value};
use crate::config::{Config, Deploy, Environment};
use crate::diagnostic::Span;

/// The sets of a configuration. `tree` is what `config::tree` reads of the page.
pub fn sets(config: &Config, page: &Page, tree: &Node) -> Vec<Set> {
    let mut sets = Vec::new();
    for environment in config.environments.values() {
        let here = Here { page, tree, environment };
        let own = tree.get("environments").and_then(|all| all.get(&environment.name));
        for migrate in &environment.migrations {
            let service = match &migrate.name {
                Some(name) => format!("migration {name}"),
                None => "migration".to_owned(),
            };
            let mut sections = named(own.and_then(|own| own.get("migrate")), migrate.name.as_deref());
            sections.extend(own);
            sections.extend(named(tree.get("migrate"), migrate.name.as_deref()));
            let services = tree.get("services").map(entries).unwrap_or_default();
            sections.extend(services.iter().flat_map(|(name, node)| {
                // A service's migration is called like the service, where it has no name.
                let is_its = Some(name.as_str()) == migrate.name.as_deref();
                let below = node.get("migrate");
                if is_its { below.into_iter().collect() } else { named(below, migrate.name.as_deref()) }
            }));
            let keys = (migrate.variables.keys(), migrate.secrets.keys());
            sets.push(here.set(Subject::main(&service), &sections, keys));
        }
        for (service, deploy) in &environment.deploys {
            let Deploy::Commands(commands) = deploy else { continue };
            let below = |node: Option<&'_ Node>| -> Option<Node> {
                node?.get("services")?.get(service)?.get("deploy")?.get("commands").cloned()
            };
            let (differently, usually) = (below(own), below(Some(tree)));
            let sections: Vec<&Node> = differently.iter().chain(&usually).collect();
            let subject =
                Subject { service: service.clone(), container: Some("commands of its deploy".to_owned()) };
            let keys = (commands.variables.keys(), commands.secrets.keys());
            sets.push(here.set(subject, &sections, keys));
        }
        if let Some(verify) = &environment.verify {
            let section = own.and_then(|own| own.get("verify"));
            let keys = (verify.variables.keys(), verify.secrets.keys());
            sets.push(here.set(Subject::main("verify"), &section.into_iter().collect::<Vec<_>>(), keys));
        }
    }
    sets
}

/// Says which sets of other files share an image, and which of them are jobs, where services of the configuration have their names.
pub fn roles(config: &Config, sets: &mut [Set]) {
    let files = [Source::TaskDefinition, Source::Dotenv];
    for set in sets.iter_mut().filter(|set| files.contains(&set.source) && set.subject.container.is_none()) {
        if let Some(service) = config.services.get(&set.subject.service) {
            set.image = Some(format!("image of {}", service.image()));
            set.role = if service.builds() { Role::Service } else { Role::Job };
        }
    }
}

fn entries(node: &Node) -> Vec<(&String, &Node)> {
    match &node.value {
        Value::Mapping(entries) => entries.iter().map(|entry| (&entry.key, &entry.node)).collect(),
        _ => Vec::new(),
    }
}

/// The section of this name in a list of them, or the only one.
fn named<'n>(section: Option<&'n Node>, name: Option<&str>) -> Vec<&'n Node> {
    let Some(section) = section else { return Vec::new() };
    let is_it = |node: &&Node| {
        let written = node.get("name").map(|node| &node.value);
        match (written, name) {
            (Some(Value::Text(written)), Some(name)) => written == name,
            (written, name) => written.is_none() == name.is_none(),
        }
    };
    match &section.value {
        Value::List(items) => items.iter().filter(is_it).collect(),
        _ => vec![section],
    }
}

/// An environment and the file that it stands in.
struct Here<'a> {
    page: &'a Page<'a>,
    tree: &'a Node,
    environment: &'a Environment,
}

impl Here<'_> {
    /// A set, whose keys stand in these sections, the most particular first.
    fn set<'k>(
        &self,
        subject: Subject,
        sections: &[&Node],
        (variables, secrets): (impl Iterator<Item = &'k String>, impl Iterator<Item = &'k String>),
    ) -> Set {
        let place = |span: Span| self.page.place(span);
        let mut keys = BTreeMap::new();
        for (list, kind, names) in [
            ("variables", Kind::Variable, variables.collect::<Vec<_>>()),
            ("secrets", Kind::Secret, secrets.collect()),
        ] {
            for name in names {
                let there = sections.iter().find_map(|section| key_in(section.get(list)?, name));
                let place = place(there.unwrap_or(self.environment.place));
                keys.insert(name.clone(), Key { kind, place });
            }
        }
        let home = |list: &str| {
            let own = self.tree.get("environments").and_then(|all| all.get(&self.environment.name));
            let below = |section: &&Node| {
                own.is_some_and(|own| {
                    own.span.start <= section.span.start && section.span.end <= own.span.end
                })
            };
            let there = sections.iter().copied().filter(below).find_map(|section| key_in(section, list));
            place(there.unwrap_or(self.environment.place))
        };
        Set {
            subject,
            environment: self.environment.name.clone(),
            source: Source::Configuration,
            keys,
            variables: home("variables"),
            secrets: home("secrets"),
            open: None,
            image: None,
            role: Role::Other,
        }
    }
}

/// The place of a key of a mapping.
fn key_in(node: &Node, key: &str) -> Option<Span> {
    match &node.value {
        Value::Mapping(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| entry.key_span),
        _ => None,
    }
}
