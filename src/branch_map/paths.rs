//! Which changed files start a pipeline: the rule's own paths, and those of its services.

use super::entry::MOST_PATTERNS;
use super::judge::{self, Of};
use super::pattern::Pattern;
use super::reach;
use crate::config::{Config, Event, Filter, Rule, Written};
use crate::diagnostic::Finding;

/// The paths that start a rule's pipeline, and those that do not count; none where any file starts it.
///
/// There is a filter where the rule has paths, or where each of its services has some: it is then all of these together.
/// A service without paths may need any file, so that without paths of the rule's own nothing is filtered. A tag changes
/// no file.
pub(super) fn of(config: &Config, rule: &Rule, findings: &mut Vec<Finding>) -> (Vec<String>, Vec<String>) {
    if rule.event == Event::Tag {
        return (Vec::new(), Vec::new());
    }
    let services = || rule.services.iter().filter_map(|name| config.services.get(name));
    if rule.paths.is_none() && services().any(|service| service.paths.is_empty()) {
        return (Vec::new(), Vec::new());
    }
    let nothing = Filter::default();
    let own = rule.paths.as_ref().unwrap_or(&nothing);
    let mut includes: Vec<String> = Vec::new();
    for path in own.includes.iter().chain(services().flat_map(|service| &service.paths)) {
        if !includes.contains(&path.text) {
            includes.push(path.text.clone());
        }
    }
    // Where one list alone has too many, that is told there.
    let one = own.includes.len().max(services().map(|service| service.paths.len()).max().unwrap_or_default());
    if includes.len() > MOST_PATTERNS && one <= MOST_PATTERNS {
        let message = format!("`{}` would start on {} patterns of paths", rule.key, includes.len());
        findings.push(
            Finding::error("BL112", rule.place, message)
                .because(format!(
                    "its own and those of its services are one filter, and that takes at most {MOST_PATTERNS}"
                ))
                .help(
                    "let one pattern stand for several: `{api,lib}/**`, or write rules with fewer `services`",
                ),
        );
    }
    (includes, own.excludes.iter().map(|path| path.text.clone()).collect())
}

/// A rule whose own excludes leave nothing of the paths that it and its services include.
fn closed(config: &Config, rule: &Rule) -> Option<Finding> {
    let own = rule.paths.as_ref()?;
    let services = rule.services.iter().filter_map(|name| config.services.get(name));
    let includes: Vec<Written> =
        own.includes.iter().chain(services.flat_map(|service| &service.paths)).cloned().collect();
    let read = |list: &[Written]| -> Vec<Pattern> {
        list.iter().filter_map(|path| Pattern::of_paths(&path.text).ok()).collect()
    };
    let is_closed = !reach::lets_through(reach::Of::Paths, &read(&includes), &read(&own.excludes));
    is_closed.then(|| judge::lets_nothing_through(&includes, &own.excludes)).flatten()
}

/// A list that has more patterns than a filter takes.
pub(super) fn too_many(list: &[Written]) -> Option<Finding> {
    let beyond = list.get(MOST_PATTERNS)?;
    Some(
        Finding::error("BL112", beyond.place, format!("this list has {} patterns", list.len()))
            .because(format!("a trigger's filter takes at most {MOST_PATTERNS}"))
            .help("let one pattern stand for several: `{a,b}/**`"),
    )
}

/// Everything that is wrong with the patterns of paths, of rules and of services.
pub(super) fn unsound(config: &Config) -> Vec<Finding> {
    let rules = config.rules.iter().filter_map(|rule| rule.paths.as_ref());
    let lists = rules
        .flat_map(|paths| [&paths.includes, &paths.excludes])
        .chain(config.services.values().map(|service| &service.paths));
    let mut findings = Vec::new();
    for list in lists {
        findings.extend(too_many(list));
        for path in list {
            match Pattern::of_paths(&path.text) {
                Err(fault) => findings.push(judge::unsound(path, Of::Paths, &fault)),
                Ok(_) => findings.extend(judge::no_path(path)),
            }
        }
    }
    if findings.is_empty() {
        findings.extend(config.rules.iter().filter_map(|rule| closed(config, rule)));
    }
    findings
}
