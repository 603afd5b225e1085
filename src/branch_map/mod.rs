//! Patterns, names, triggers: which branch starts which pipeline.
//!
//! [`resolve`] turns the rules of a configuration into a [`BranchMap`] and says what is wrong with them. Whether
//! two rules share a branch is decided exactly ([`overlap`]), and a pipeline's name comes from its own rule alone
//! ([`slug`]), so that a rule that is added renames nothing.

mod facts;
pub mod git_name;
mod judge;
pub mod overlap;
pub mod pattern;
pub mod remote;
pub mod slug;
pub mod why;

use crate::config::{Config, Rule};
use crate::diagnostic::Finding;

pub use facts::Facts;
use pattern::Pattern;

/// The branch map, ready: one entry a rule.
#[derive(Debug, Clone)]
pub struct BranchMap {
    /// In the order of the file.
    pub entries: Vec<Entry>,
}

/// What one rule comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The rule's pattern, as written.
    pub pattern: String,
    /// The pipeline's name after the app's: `release` for `release/*`. Never depends on other rules.
    pub slug: String,
    /// The pipeline's name in AWS: `<app>-<slug>`.
    pub pipeline: String,
    /// The environments in promotion order.
    pub environments: Vec<String>,
    /// Branch patterns that start the pipeline, in CodePipeline's syntax.
    pub includes: Vec<String>,
}

impl BranchMap {
    /// The rule that a branch starts, by the branch's name without `refs/heads/`. Of several, which [`resolve`]
    /// reports as an error, the first in the file.
    pub fn entry_for(&self, branch: &str) -> Option<&Entry> {
        self.position_of(branch).map(|position| &self.entries[position])
    }

    /// Where in [`BranchMap::entries`] the rule stands that a branch starts; see [`BranchMap::entry_for`].
    pub fn position_of(&self, branch: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.matches(branch))
    }
}

impl Entry {
    /// Whether a push to the branch starts the pipeline.
    pub fn matches(&self, branch: &str) -> bool {
        // Most rules are told apart by how they begin, before anything is parsed.
        let beginning = self.pattern.split('*').next().unwrap_or_default();
        branch.starts_with(beginning)
            && Pattern::parse(&self.pattern).is_ok_and(|pattern| pattern.matches(branch))
    }
}

/// The branch map of a configuration, and what is wrong with it (codes `BL101` to `BL111`).
///
/// Rules whose pattern cannot be read have no entry.
pub fn resolve(config: &Config) -> (BranchMap, Vec<Finding>) {
    let mut findings = Vec::new();
    let (mut rules, mut patterns) = (Vec::new(), Vec::new());
    for rule in &config.rules {
        findings.extend(judge::prefixed(rule));
        match Pattern::parse(&rule.pattern) {
            Ok(pattern) => {
                rules.push(rule);
                patterns.push(pattern);
            }
            Err(fault) => findings.push(judge::unsound(rule, &fault)),
        }
    }
    let entries: Vec<Entry> = rules.iter().map(|rule| entry(config, rule)).collect();
    findings.extend(judge::overlaps(&rules, &patterns));
    findings.extend(judge::shared_environments(config));
    findings.extend(judge::names(config, &rules, &entries));
    (BranchMap { entries }, findings)
}

fn entry(config: &Config, rule: &Rule) -> Entry {
    let slug = rule.name.clone().unwrap_or_else(|| slug::of(&rule.pattern));
    Entry {
        pattern: rule.pattern.clone(),
        pipeline: format!("{}-{slug}", config.app),
        slug,
        environments: rule.environments.clone(),
        includes: vec![rule.pattern.clone()],
    }
}

/// The branch's name in a full ref: `develop` for `refs/heads/develop` and for `refs/remotes/origin/develop`;
/// `None` for what is no such ref.
pub fn branch_of_ref(name: &str) -> Option<&str> {
    judge::branch_of_ref(name)
}
