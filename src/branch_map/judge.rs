//! What is wrong with the rules of a branch map, in words. Codes BL101 to BL111.

use std::ops::Range;

use indexmap::IndexMap;

use super::Entry;
use super::overlap::{self, Search, UsedUp};
use super::pattern::{Fault, FaultKind, Pattern};
use crate::config::{Config, Rule};
use crate::diagnostic::{Finding, Span, shown};

/// The most overlaps that are told at once: a rule of `**` overlaps with every other, and a page of it is enough.
const OVERLAPS_TOLD: usize = 50;

/// How much is done to compare the patterns of a map: a fraction of a second, and thousands of times what the
/// maps that people write take.
const STEPS: usize = 400_000;

/// The most places that are shown beside a shared environment.
const SHARERS_SHOWN: usize = 5;

/// The longest name of an IAM role (IAM quotas).
const LONGEST_ROLE: usize = 64;

/// The bytes of a pattern as bytes of the file; the whole key where there are none.
fn within(rule: &Rule, at: &Range<usize>) -> Span {
    if at.is_empty() { rule.place } else { rule.place.within(&rule.pattern, at) }
}

/// A pattern that cannot be read.
pub(super) fn unsound(rule: &Rule, fault: &Fault) -> Finding {
    let place = within(rule, &fault.at);
    let pattern = &rule.pattern;
    match &fault.kind {
        FaultKind::Empty => Finding::error("BL101", place, "a branch pattern is empty")
            .because("no branch has an empty name")
            .help("write a branch's name, such as `develop`, or a pattern, such as `release/*`"),
        FaultKind::TooLong(length) => {
            Finding::error("BL101", place, format!("a branch pattern has {length} characters"))
                .because("a trigger takes at most 255")
                .help("shorten it with `*`, which stands for anything up to the next `/`")
        }
        FaultKind::Unsupported(character) => {
            Finding::error("BL102", place, format!("`{character}` in {} is not supported yet", shown(pattern)))
                .because("CodePipeline gives it a meaning of its own")
                .help("patterns have `*` (anything up to the next `/`) and `**` (anything): use them, or write one rule for each branch")
        }
        FaultKind::NoBranch(breach) => {
            let what = if pattern.contains('*') { "no branch can match" } else { "no branch can be called" };
            Finding::error("BL103", place, format!("{what} {}", shown(pattern)))
                .because(format!("git allows {breach}"))
                .help("write the name as `git branch` lists it, or a pattern of such names")
        }
    }
}

/// A pattern that says more than a branch's name: the kind of ref, or the remote.
pub(super) fn prefixed(rule: &Rule) -> Option<Finding> {
    let pattern = rule.pattern.as_str();
    let start = |length: usize| within(rule, &(0..length));
    if pattern.starts_with("refs/tags/") {
        let finding = Finding::error("BL104", start("refs/tags/".len()), format!("`{pattern}` names tags"))
            .because("the branch map starts pipelines for branches; tags are not supported yet")
            .help("write the branch that is tagged");
        return Some(finding);
    }
    let branch = branch_of_ref(pattern);
    if let Some(branch) = branch.filter(|branch| !branch.is_empty()) {
        let prefix = &pattern[..pattern.len() - branch.len()];
        let finding = Finding::error(
            "BL104",
            start(prefix.len()),
            format!("`{pattern}` is a ref, not a branch's name"),
        )
        .because(format!("a branch's name has no `{prefix}`: this would never start"))
        .help(format!("write `{branch}`"));
        return Some(finding);
    }
    let branch = pattern.strip_prefix("origin/")?;
    let finding = Finding::warning(
        "BL105",
        start("origin/".len()),
        format!("`{pattern}` looks like a remote's branch"),
    )
    .because(format!(
        "on the remote it is called `{branch}`, and a push to that would not start this pipeline"
    ))
    .help(format!("write `{branch}`, unless the names of the branches do begin with `origin/`"));
    Some(finding)
}

/// The branch's name in a full ref: `develop` for `refs/heads/develop` and `refs/remotes/origin/develop`.
pub(super) fn branch_of_ref(name: &str) -> Option<&str> {
    match name.strip_prefix("refs/remotes/") {
        Some(remote) => remote.split_once('/').map(|(_, branch)| branch),
        None => name.strip_prefix("refs/heads/"),
    }
}

/// Rules whose patterns share a branch; each rule has its pattern at the same place in the other list.
pub(super) fn overlaps(rules: &[&Rule], patterns: &[Pattern]) -> Vec<Finding> {
    let mut search = Search::new(STEPS);
    let mut findings = Vec::new();
    for (earlier, later) in overlap::pairs(patterns) {
        let (first, second) = (rules[earlier], rules[later]);
        match search.shared_name(&patterns[earlier], &patterns[later]) {
            Ok(None) => {}
            Ok(Some(name)) => findings.push(overlap(first, second, &name)),
            Err(UsedUp) => {
                findings.push(beyond_comparison(first, second));
                break;
            }
        }
        if findings.len() == OVERLAPS_TOLD {
            break;
        }
    }
    findings.sort_by_key(|finding| finding.place);
    findings
}

fn overlap(first: &Rule, second: &Rule, name: &str) -> Finding {
    let message = format!("`{}` and `{}` share branches, such as `{name}`", first.pattern, second.pattern);
    Finding::error("BL106", second.place, message)
        .because(format!("a push to `{name}` would start both pipelines"))
        .help("narrow one of the two until no branch matches both; a narrower rule does not win over a broader one yet")
        .related(first.place, "the other rule")
}

fn beyond_comparison(first: &Rule, second: &Rule) -> Finding {
    let message = format!(
        "there are too many patterns like `{}` and `{}` to compare them all",
        first.pattern, second.pattern
    );
    Finding::error("BL111", second.place, message)
        .because("it is not certain that no branch starts two pipelines")
        .help("let each pattern begin with a text of its own, such as `team-1/*`")
        .related(first.place, "one of the others")
}

/// Environments that more than one rule deploys to.
pub(super) fn shared_environments(config: &Config) -> Vec<Finding> {
    let mut users: IndexMap<&str, Vec<&Rule>> = IndexMap::new();
    for rule in &config.rules {
        for environment in &rule.environments {
            users.entry(environment).or_default().push(rule);
        }
    }
    users.retain(|_, rules| rules.len() > 1);
    users.iter().map(|(environment, rules)| shared_environment(config, environment, rules)).collect()
}

fn shared_environment(config: &Config, environment: &str, rules: &[&Rule]) -> Finding {
    let migrates =
        config.environments.get(environment).is_some_and(|environment| !environment.migrations.is_empty());
    let names = names_in_words(rules);
    let place = rules[1].place;
    let finding = if migrates {
        Finding::error("BL107", place, format!("{names} lead to the same migration in `{environment}`"))
            .because("two pipelines could migrate its database at the same time")
            .help(format!(
                "let one rule alone deploy to `{environment}`, or give the other an environment of its own; pipelines cannot wait for each other yet"
            ))
    } else {
        Finding::warning("BL108", place, format!("{names} deploy to `{environment}`"))
            .because("their pipelines do not wait for each other: what is deployed last stays, newer or not")
            .help("if that matters, give each rule an environment of its own")
    };
    rules.iter().filter(|rule| rule.place != place).take(SHARERS_SHOWN).fold(finding, |finding, rule| {
        finding.related(rule.place, format!("`{environment}` is deployed to here too"))
    })
}

/// `` `a`, `b` and `c` ``, or the first three and how many more there are.
fn names_in_words(rules: &[&Rule]) -> String {
    let quoted: Vec<String> = rules.iter().map(|rule| format!("`{}`", rule.pattern)).collect();
    match quoted.as_slice() {
        [first, second] => format!("{first} and {second}"),
        [first, second, third] => format!("{first}, {second} and {third}"),
        [first, second, third, more @ ..] => {
            let rules = if more.len() == 1 { "rule" } else { "rules" };
            format!("{first}, {second}, {third} and {} more {rules}", more.len())
        }
        few => few.concat(),
    }
}

/// Pipelines with one name, and names that AWS does not take; each rule has its entry at the same place.
pub(super) fn names(config: &Config, rules: &[&Rule], entries: &[Entry]) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Not told apart by capitals: the pipelines' folders stand side by side, also where file names have none.
    let mut owners: IndexMap<String, &Rule> = IndexMap::new();
    for (rule, entry) in rules.iter().zip(entries) {
        let first = *owners.entry(entry.pipeline.to_lowercase()).or_insert(rule);
        if !std::ptr::eq(first, *rule) {
            let (one, other) = (&first.pattern, &rule.pattern);
            findings.push(
                Finding::error(
                    "BL109",
                    rule.place,
                    format!("`{one}` and `{other}` would both have the pipeline `{}`", entry.pipeline),
                )
                .because("each rule has a pipeline of its own")
                .help(format!(
                    "give one of them another name: `{other}: {{ environments: [{}], name: … }}`",
                    rule.environments.join(", ")
                ))
                .related(first.place, "the first rule of that name"),
            );
        }
        let role = format!("{}-pipeline", entry.pipeline);
        let excess = role.chars().count().saturating_sub(LONGEST_ROLE);
        if excess > 0 {
            findings.push(
                Finding::error(
                    "BL110",
                    rule.place,
                    format!("the role `{role}` would have a name of {} characters", LONGEST_ROLE + excess),
                )
                .because(format!("IAM takes at most {LONGEST_ROLE}"))
                .help(shorter_name(config, entry, excess)),
            );
        }
    }
    findings
}

fn shorter_name(config: &Config, entry: &Entry, excess: usize) -> String {
    match entry.slug.chars().count().saturating_sub(excess) {
        0 => format!("shorten `app: {}` by {excess} characters", config.app),
        room => format!("give the rule a `name` of at most {room} characters, or shorten `app` by {excess}"),
    }
}
