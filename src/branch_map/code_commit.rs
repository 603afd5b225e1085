//! What a rule cannot ask of a repository in CodeCommit: filters belong to connections, and an event of CodeCommit's starts a
//! pipeline that reads one branch (AWS CodePipeline user guide, "CodeCommit source actions and EventBridge"). Codes BL126 and
//! BL127.

use std::collections::BTreeSet;

use super::rivals::Rival;
use crate::config::raw::RawProvider;
use crate::config::{Config, Event, Rule};
use crate::diagnostic::{Finding, Span, shown};

/// All that the rules ask for and no pipeline on CodeCommit does; nothing where the repository is elsewhere.
pub(super) fn unfit(config: &Config, rivals: &[Rival]) -> Vec<Finding> {
    if config.source.host() != RawProvider::CodeCommit {
        return Vec::new();
    }
    let mut findings: Vec<Finding> = rivals.iter().flat_map(|rival| of_rule(config, rival)).collect();
    // The paths of a service are told once, whichever rules build it.
    let mut told = BTreeSet::new();
    findings.retain(|finding| told.insert((finding.code, finding.place.map(|place| place.start))));
    findings
}

fn of_rule(config: &Config, rival: &Rival) -> Vec<Finding> {
    let rule = rival.rule;
    let place = rule.names.includes.first().map_or(rule.place, |written| written.place);
    match rule.event {
        Event::Tag => {
            return vec![untold(
                place,
                "a tag",
                "write a rule for a branch that is moved to what is released",
            )];
        }
        Event::PullRequest => {
            return vec![untold(
                place,
                "a pull request",
                "take the rule out, or test each branch: `per_branch: true`",
            )];
        }
        Event::Push => {}
    }
    let pattern = rival.includes.iter().find(|pattern| pattern.exact().is_none());
    let pattern = pattern.filter(|_| rule.per_branch.is_none());
    let pattern = pattern.map(|pattern| of_many(place, pattern.text()));
    pattern.into_iter().chain(paths(config, rule)).collect()
}

fn of_many(place: Span, pattern: &str) -> Finding {
    Finding::error(
        "BL126",
        place,
        format!("one pipeline on CodeCommit cannot be for all branches by {}", shown(pattern)),
    )
    .because("its source action reads one branch, and the filters that take many are those of connections")
    .help("write `per_branch: true` for a pipeline for each, or a rule for each branch")
}

fn untold(place: Span, what: &str, help: &str) -> Finding {
    Finding::error("BL127", place, format!("{what} starts no pipeline on CodeCommit"))
        .because("its pipelines start when a branch moves; the other triggers are those of connections")
        .help(help)
}

/// The rule's own paths, or else those of its services where they would be a filter.
fn paths(config: &Config, rule: &Rule) -> Option<Finding> {
    let services = || rule.services.iter().filter_map(|name| config.services.get(name));
    let own = rule.paths.as_ref().and_then(|paths| paths.includes.first().or(paths.excludes.first()));
    let of_services = || {
        services()
            .all(|service| !service.paths.is_empty())
            .then(|| services().find_map(|one| one.paths.first()))
    };
    let path = own.or_else(|| of_services().flatten())?;
    Some(
        Finding::error("BL127", path.place, "paths do not hold back a pipeline on CodeCommit")
            .because(format!(
                "its events do not say which files changed, so {} would start on every change",
                shown(&rule.key)
            ))
            .help("take `paths` out: then it is told that any file starts the pipeline"),
    )
}
