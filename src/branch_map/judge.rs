//! What is wrong with the rules of a branch map, one by one and by their names, in words. Codes BL101 to BL105, BL107 to
//! BL110, BL115, BL116, BL118 and BL119.

use std::ops::Range;

use indexmap::IndexMap;

use super::Entry;
use super::groups::{self, Group};
use super::pattern::{Fault, FaultKind, Pattern};
use super::reach;
use crate::config::{Config, Event, Migrate, Rule, Written};
use crate::diagnostic::{Finding, Span, shown};

/// The most places that are shown beside a shared environment.
const SHARERS_SHOWN: usize = 5;

/// The longest name of an IAM role (IAM quotas).
const LONGEST_ROLE: usize = 64;

/// The bytes of a pattern as bytes of the file; the whole key where there are none.
fn within(written: &Written, at: &Range<usize>) -> Span {
    if at.is_empty() { written.place } else { written.place.within(&written.text, at) }
}

/// What a pattern is a pattern of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Branches,
    Tags,
    Paths,
}

impl Of {
    pub(super) fn event(event: Event) -> Self {
        if event == Event::Tag { Of::Tags } else { Of::Branches }
    }

    /// The word for one of them, and an example and a pattern of it.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Of::Branches => ("branch", "develop", "release/*"),
            Of::Tags => ("tag", "v1.0", "v*"),
            Of::Paths => ("path", "Makefile", "api/**"),
        }
    }
}

/// A pattern that cannot be read.
pub(super) fn unsound(written: &Written, of: Of, fault: &Fault) -> Finding {
    let place = within(written, &fault.at);
    let pattern = &written.text;
    let (word, name, example) = of.words();
    match &fault.kind {
        FaultKind::Empty => Finding::error("BL101", place, format!("a {word} pattern is empty"))
            .because(format!("no {word} has an empty name"))
            .help(format!("write a {word}'s name, such as `{name}`, or a pattern, such as `{example}`")),
        FaultKind::TooLong(length) => {
            Finding::error("BL101", place, format!("a {word} pattern has {length} characters"))
                .because("a trigger takes at most 255")
                .help("shorten it with `*`, which stands for anything up to the next `/`")
        }
        FaultKind::Syntax(syntax) => Finding::error(
            "BL102",
            place,
            format!("{} is not written as a pattern of CodePipeline's", shown(pattern)),
        )
        .because(syntax.to_string())
        .help(syntax.help()),
        FaultKind::NoName(breach) => no_name(place, pattern, word, &format!("git allows {breach}")),
        FaultKind::NoNameAtAll => no_name(place, pattern, word, "git allows none of the names that match"),
    }
}

fn no_name(place: Span, pattern: &str, word: &str, reason: &str) -> Finding {
    let is_pattern = pattern.contains(['*', '?', '[', '{']);
    let what = if is_pattern { format!("no {word} can match") } else { format!("no {word} can be called") };
    Finding::error("BL103", place, format!("{what} {}", shown(pattern)))
        .because(reason)
        .help(format!("write the name as `git {word}` lists it, or a pattern of such names"))
}

/// A pattern that says more than a branch's or a tag's name: the kind of ref, or the remote.
pub(super) fn prefixed(written: &Written, of: Of) -> Option<Finding> {
    let pattern = written.text.as_str();
    let start = |length: usize| within(written, &(0..length));
    if let Some(tag) = pattern.strip_prefix("refs/tags/") {
        let place = start("refs/tags/".len());
        let help = match of {
            Of::Tags => format!("write `{tag}`"),
            _ => format!("write a rule with `tags: [\"{tag}\"]`"),
        };
        let finding = Finding::error("BL104", place, format!("`{pattern}` names tags by their refs"))
            .because("a trigger takes names, and no branch or tag has this one: it would never start")
            .help(help);
        return Some(finding);
    }
    if of == Of::Tags {
        return None;
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

/// A pattern that git would take for a branch's name.
pub(super) fn also_a_name(written: &Written) -> Finding {
    let text = &written.text;
    let bracketed = text.char_indices().find(|(_, letter)| letter.is_alphanumeric()).map_or_else(
        || text.clone(),
        |(at, letter)| format!("{}[{letter}]{}", &text[..at], &text[at + letter.len_utf8()..]),
    );
    Finding::error("BL115", written.place, format!("a branch could be called {}", shown(text)))
        .because("a start without a commit would take that very branch, for all the branches that the pattern means")
        .help(format!("write a rule for each branch, or one letter as a set, which no name has: `{bracketed}`"))
}

/// A path that no file has, as git counts paths.
pub(super) fn no_path(written: &Written) -> Option<Finding> {
    let text = written.text.as_str();
    let start = ["./", "../", "/"].into_iter().find(|start| text.starts_with(start));
    let (at, help) = match start {
        Some("../") => (0..3, "write a path from the repository's root; none leads out of it".to_owned()),
        Some(start) => (0..start.len(), format!("write `{}`", &text[start.len()..])),
        None if text.ends_with('/') => {
            (text.len() - 1..text.len(), format!("write `{text}**` for the files in this folder"))
        }
        None if Pattern::of_paths(text).is_ok_and(|pattern| !reach::is_path(&pattern)) => (
            0..text.len(),
            "write the path as `git ls-files` shows it: no part between its slashes is empty, `.` or `..`"
                .to_owned(),
        ),
        None => return None,
    };
    Some(
        Finding::error("BL116", within(written, &at), format!("no file has a path like {}", shown(text)))
            .because("paths are counted from the repository's root and end in a file's name")
            .help(help),
    )
}

/// A filter whose excludes leave nothing of its includes.
pub(super) fn lets_nothing_through(includes: &[Written], excludes: &[Written]) -> Option<Finding> {
    let (first, other) = (includes.first()?, excludes.first()?);
    Some(
        Finding::error("BL118", first.place, "this filter lets nothing through")
            .because("all that it includes is excluded again, so no change would ever start the pipeline")
            .help("take out of `excludes` what is meant to start it")
            .related(
                other.place,
                if excludes.len() == 1 { "excluded here" } else { "excluded from here on" },
            ),
    )
}

/// A branch whose name CodePipeline would take for a variable of its own. `name` is what the Source action has.
pub(super) fn taken_for_a_variable(written: &Written, name: &str) -> Option<Finding> {
    name.contains("#{").then(|| {
        Finding::error(
            "BL119",
            written.place,
            format!("CodePipeline would read a variable in {}", shown(name)),
        )
        .because(
            "this becomes the branch of the Source action, where `#{…}` is replaced by a variable's value",
        )
        .help("give the branch another name; as a pattern, `?` can stand for the `{`")
    })
}

/// The branch's name in a full ref: `develop` for `refs/heads/develop` and `refs/remotes/origin/develop`.
pub(super) fn branch_of_ref(name: &str) -> Option<&str> {
    match name.strip_prefix("refs/remotes/") {
        Some(remote) => remote.split_once('/').map(|(_, branch)| branch),
        None => name.strip_prefix("refs/heads/"),
    }
}

/// Environments that more than one rule deploys to, as far as these rules share a migration (an error where no lock lets the
/// pipelines wait for each other) or a service: a finding for each group of rules that have services in common.
pub(super) fn shared_environments(config: &Config) -> Vec<Finding> {
    let groups = groups::groups(config).into_iter();
    groups
        .flat_map(|(environment, groups)| {
            let of_group = move |group: &Group| shared_environment(config, environment, &group.rules);
            groups.iter().filter_map(of_group).collect::<Vec<_>>()
        })
        .collect()
}

fn shared_environment(config: &Config, environment: &str, rules: &[&Rule]) -> Option<Finding> {
    if rules.len() < 2 {
        return None;
    }
    let place = config.environments.get(environment);
    let is_locked = place.is_some_and(|place| place.lock.is_some());
    let allows_downgrade = place.is_some_and(|place| place.allows_downgrade);
    let running = |migrate: &Migrate| -> Vec<&Rule> {
        rules.iter().copied().filter(|rule| rule.services.contains(&migrate.service)).collect()
    };
    let migrations = place.into_iter().flat_map(|place| &place.migrations);
    let migrating = migrations.map(running).find(|rules| rules.len() > 1).filter(|_| !is_locked);
    let migrates = migrating.is_some();
    let rules = migrating.unwrap_or_else(|| rules.to_vec());
    let second = rules.get(1)?.place;
    let names = names_in_words(&rules);
    let finding = if migrates {
        Finding::error("BL107", second, format!("{names} lead to the same migration in `{environment}`"))
            .because("two pipelines could migrate its database at the same time")
            .help(format!(
                "take `lock: false` out of `{environment}`, so that one waits for the other; or let one rule alone deploy there"
            ))
    } else {
        Finding::warning("BL108", second, format!("{names} deploy to `{environment}`"))
            .because(match (is_locked, allows_downgrade) {
                (true, false) => {
                    "one release waits for the other; a commit that is older than what is deployed is refused, one beside it is not"
                }
                (true, true) => {
                    "one release waits for the other, and `downgrade: allow` holds here: what is deployed last stays, newer or not"
                }
                (false, _) => {
                    "their pipelines do not wait for each other, and nothing is written down: what is deployed last stays, newer or not"
                }
            })
            .help("if that matters, give each rule an environment of its own")
    };
    let others = rules.iter().filter(|rule| rule.place != second).take(SHARERS_SHOWN);
    let finding = others.fold(finding, |finding, rule| {
        finding.related(rule.place, format!("`{environment}` is deployed to here too"))
    });
    Some(match place.filter(|_| migrates) {
        Some(place) => finding.related(place.place, "its lock is switched off"),
        None => finding,
    })
}

/// `` `a`, `b` and `c` ``, or the first three and how many more there are.
fn names_in_words(rules: &[&Rule]) -> String {
    let quoted: Vec<String> = rules.iter().map(|rule| format!("`{}`", rule.key)).collect();
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
    let mut owners: IndexMap<String, (&Rule, &Entry)> = IndexMap::new();
    for (rule, entry) in rules.iter().zip(entries) {
        let (first, its_entry) = *owners.entry(entry.pipeline.to_lowercase()).or_insert((rule, entry));
        if let (Some(branch), false) = (&entry.of_branch, std::ptr::eq(its_entry, entry)) {
            let other = its_entry.of_branch.as_ref().unwrap_or(&first.key);
            findings.push(
                Finding::error(
                    "BL109",
                    rule.place,
                    format!("{} and {} would both have the pipeline `{}`", shown(other), shown(branch), entry.pipeline),
                )
                .because("each branch has a pipeline of its own, named by digits of a hash, and theirs are the same")
                .help(format!("rename the branch {}", shown(branch)))
                .related(first.place, "the rule of the other one"),
            );
        } else if !std::ptr::eq(its_entry, entry) {
            let (one, other) = (&first.key, &rule.key);
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
        if entry.of_branch.is_some() {
            // Short by construction.
            continue;
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
