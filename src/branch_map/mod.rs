//! Patterns, names, triggers: which branch starts which pipeline.
//!
//! [`resolve`] turns the rules of a configuration into a [`BranchMap`] and says what is wrong with them. Patterns are
//! CodePipeline's ([`pattern`]). What two rules have in common is decided exactly, by automata that read a name together
//! with git's own rules; the narrower rule wins, and the broader trigger leaves its branches out. A pipeline's name comes
//! from its own rule alone ([`slug`]), so that a rule that is added renames nothing.

mod automaton;
mod code_commit;
mod entry;
mod facts;
mod family;
pub mod git_name;
mod glob;
mod groups;
mod judge;
pub mod listing;
mod meeting;
mod neighbours;
mod paths;
pub mod pattern;
mod promotion;
mod reach;
pub mod remote;
mod rivals;
mod search;
pub mod slug;
pub mod why;

use std::ops::Range;

use crate::config::{Config, Event, Rule, Written};
use crate::diagnostic::Finding;

pub use entry::{Entry, MOST_PATTERNS, Trigger};
pub use facts::Facts;
pub use family::{Family, is_of_one_branch, stem as stem_of_branches};
pub use glob::Syntax;
pub use groups::{Group, groups};
use judge::Of;
use pattern::Pattern;
use rivals::Rival;

/// The branch map, ready: one entry a rule, or one a branch of a rule with a pipeline for each.
#[derive(Debug, Clone)]
pub struct BranchMap {
    /// In the order of the file; those of one rule in the order of their branches' names.
    pub entries: Vec<Entry>,
    /// The rules with a pipeline for each branch, in the order of the file.
    pub families: Vec<Family>,
}

impl BranchMap {
    /// The rule that a push to a branch starts, by the branch's name without `refs/heads/`. Of several, which build
    /// services that have nothing in common, the first in the file.
    pub fn entry_for(&self, branch: &str) -> Option<&Entry> {
        self.entries_for(branch).next()
    }

    /// All rules that a push to a branch starts, in the order of the file.
    pub fn entries_for(&self, branch: &str) -> impl Iterator<Item = &Entry> {
        self.positions_of(Event::Push, branch).map(|position| &self.entries[position])
    }

    /// Each entry with its rule.
    pub fn with_rules<'a>(&'a self, config: &'a Config) -> impl Iterator<Item = (&'a Entry, &'a Rule)> {
        let mut rules = config.rules.iter().peekable();
        self.entries.iter().filter_map(move |entry| {
            // Both are in the order of the file, and a rule may have several entries, or none.
            while rules.next_if(|rule| rule.key != entry.rule).is_some() {}
            Some((entry, *rules.peek()?))
        })
    }

    /// The rule that would have a pipeline for a branch of this name, and has none yet.
    pub fn family_without(&self, branch: &str) -> Option<&Family> {
        let is_missing = |family: &&Family| {
            family.trigger.matches(branch)
                && !self.entries[family.members.clone()].iter().any(|entry| entry.matches(branch))
        };
        self.families.iter().find(is_missing)
    }

    /// Where in [`BranchMap::entries`] the rules stand that a change to a branch, or to a tag, starts.
    pub fn positions_of(&self, event: Event, name: &str) -> impl Iterator<Item = usize> {
        let starts = move |entry: &Entry| entry.trigger.event == event && entry.trigger.matches(name);
        self.entries.iter().enumerate().filter(move |(_, entry)| starts(entry)).map(|(at, _)| at)
    }
}

/// The branch map of a configuration, and what is wrong with it (codes `BL101` to `BL127`).
///
/// Rules with a pattern that cannot be read have no entry.
pub fn resolve(config: &Config) -> (BranchMap, Vec<Finding>) {
    let mut findings = Vec::new();
    let rivals: Vec<Rival> = config.rules.iter().filter_map(|rule| rival(rule, &mut findings)).collect();
    let standing = rivals::standing(&rivals);
    let mut entries: Vec<Entry> = Vec::with_capacity(rivals.len());
    let mut rules: Vec<&Rule> = Vec::with_capacity(rivals.len());
    let mut families = Vec::new();
    // Of each rule, where its entries stand.
    let mut places: Vec<Range<usize>> = Vec::with_capacity(rivals.len());
    for (rival, excludes) in rivals.iter().zip(standing.excludes) {
        let first = entries.len();
        let entry = entry_of(config, rival, excludes, &mut findings);
        if let Some(per_branch) = rival.rule.per_branch {
            let members = family::members(config, rival, &entry.trigger, per_branch, &mut findings);
            entries.extend(members.into_iter().map(|member| family::entry(&entry, &config.stem, member)));
            families.push(Family {
                rule: entry.rule,
                trigger: entry.trigger,
                limit: per_branch.limit,
                members: first..entries.len(),
            });
        } else {
            entries.push(entry);
        }
        places.push(first..entries.len());
        rules.resize(entries.len(), rival.rule);
    }
    for (place, narrower) in places.iter().zip(&standing.narrower) {
        for entry in &mut entries[place.clone()] {
            // A branch's own trigger leaves nothing to anybody.
            if entry.of_branch.is_none() {
                entry.narrower = narrower.iter().flat_map(|rival| places[*rival].clone()).collect();
            }
        }
    }
    findings.extend(paths::unsound(config));
    findings.extend(code_commit::unfit(config, &rivals));
    findings.extend(standing.findings);
    findings.extend(judge::shared_environments(config));
    findings.extend(judge::names(config, &rules, &entries));
    (BranchMap { entries, families }, findings)
}

/// The entry of a rule, with none narrower yet.
fn entry_of(config: &Config, rival: &Rival, excludes: Vec<Pattern>, findings: &mut Vec<Finding>) -> Entry {
    let (paths, paths_excluded) = paths::of(config, rival.rule, findings);
    let slug = rival.rule.name.clone().unwrap_or_else(|| slug::of(&rival.rule.key));
    Entry {
        rule: rival.rule.key.clone(),
        of_branch: None,
        pattern: rival.text(),
        pipeline: format!("{}-{slug}", config.stem),
        slug,
        environments: rival.rule.environments.clone(),
        services: rival.rule.services.clone(),
        trigger: Trigger {
            event: rival.rule.event,
            includes: rival.includes.clone(),
            excludes,
            paths,
            paths_excluded,
        },
        mode: rival.rule.mode,
        narrower: Vec::new(),
    }
}

/// A rule with its patterns read; `None` when one cannot be.
fn rival<'a>(rule: &'a Rule, findings: &mut Vec<Finding>) -> Option<Rival<'a>> {
    let of = Of::event(rule.event);
    let includes = read(&rule.names.includes, of, findings);
    let excludes = read(&rule.names.excludes, of, findings);
    for list in [&rule.names.includes, &rule.names.excludes] {
        findings.extend(paths::too_many(list));
    }
    if rule.event == Event::Push {
        let doubtful = |(pattern, written): &(&Pattern, &Written)| {
            !pattern.is_exact() && git_name::check(&written.text).is_ok()
        };
        let named = includes.iter().zip(&rule.names.includes).filter(doubtful);
        findings.extend(named.map(|(_, written)| judge::also_a_name(written)));
    }
    if rule.event != Event::Tag
        && let (Some(pattern), Some(written)) = (includes.first(), rule.names.includes.first())
    {
        findings.extend(judge::taken_for_a_variable(written, pattern.exact().unwrap_or(pattern.text())));
    }
    if !reach::lets_through(reach::Of::Refs, &includes, &excludes) {
        findings.extend(judge::lets_nothing_through(&rule.names.includes, &rule.names.excludes));
    }
    let is_read = includes.len() == rule.names.includes.len() && excludes.len() == rule.names.excludes.len();
    is_read.then_some(Rival { rule, includes, excludes })
}

fn read(list: &[Written], of: Of, findings: &mut Vec<Finding>) -> Vec<Pattern> {
    let mut patterns = Vec::with_capacity(list.len());
    for written in list {
        findings.extend(judge::prefixed(written, of));
        match Pattern::parse(&written.text) {
            Ok(pattern) => patterns.push(pattern),
            Err(fault) => findings.push(judge::unsound(written, of, &fault)),
        }
    }
    patterns
}

/// The branch's name in a full ref: `develop` for `refs/heads/develop` and for `refs/remotes/origin/develop`;
/// `None` for what is no such ref.
pub fn branch_of_ref(name: &str) -> Option<&str> {
    judge::branch_of_ref(name)
}
