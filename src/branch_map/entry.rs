//! What one rule comes to: a pipeline's name, and what starts it.

use super::pattern::Pattern;
use crate::config::raw::RawMode;
use crate::config::{Environment, Event, Migrate};

/// The most patterns in one list of a trigger's filter (CodePipeline API, `GitBranchPatternList`, `GitTagPatternList`,
/// `GitFilePathPatternList`).
pub const MOST_PATTERNS: usize = 8;

/// What the Source action of a rule for tags has for a branch. git allows no branch of this name, so that a start
/// without a commit fails there instead of shipping some branch.
const NO_BRANCH: &str = "[tags]";

/// What one rule comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The rule's key, as written.
    pub rule: String,
    /// The branch that it is for, where the rule has a pipeline for each of its branches.
    pub of_branch: Option<String>,
    /// What starts it, as one text: the branch's pattern, or the patterns of tags or branches with commas between them.
    pub pattern: String,
    /// The pipeline's name after the app's: `release` for `release/*`. Never depends on other rules.
    pub slug: String,
    /// The pipeline's name in AWS: `<app>-<slug>`.
    pub pipeline: String,
    /// The environments in promotion order; none where pull requests start it.
    pub environments: Vec<String>,
    /// The services that it builds, tests, migrates and deploys, in the order of the file.
    pub services: Vec<String>,
    /// What starts it.
    pub trigger: Trigger,
    /// How its executions follow each other.
    pub mode: RawMode,
    /// Where in [`BranchMap::entries`](super::BranchMap::entries) the narrower rules stand, whose names this one leaves
    /// to them.
    pub narrower: Vec<usize>,
}

/// What starts a pipeline, as CodePipeline is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// The kind of change.
    pub event: Event,
    /// Of these patterns of branches or tags one has to match. 1 to 8.
    pub includes: Vec<Pattern>,
    /// None of these may match: what the rule excludes, and what narrower rules take. At most 8.
    pub excludes: Vec<Pattern>,
    /// Patterns of paths of which one has to match a changed file; with none, any file starts it. At most 8.
    pub paths: Vec<String>,
    /// Patterns of paths that do not count. At most 8.
    pub paths_excluded: Vec<String>,
}

impl Trigger {
    /// Whether a change to this branch, or to this tag, starts the pipeline, as far as paths allow.
    pub fn matches(&self, name: &str) -> bool {
        let holds = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(name));
        holds(&self.includes) && !holds(&self.excludes)
    }
}

impl Entry {
    /// Whether a push to the branch starts the pipeline, as far as paths allow.
    pub fn matches(&self, branch: &str) -> bool {
        self.trigger.event == Event::Push && self.trigger.matches(branch)
    }

    /// Whether the pipeline builds and deploys the service.
    pub fn has(&self, service: &str) -> bool {
        self.services.iter().any(|name| name == service)
    }

    /// The migrations that the pipeline runs in an environment, in the order of the file: those of its services.
    pub fn migrations<'p>(&self, environment: &'p Environment) -> impl Iterator<Item = &'p Migrate> {
        environment.migrations.iter().filter(|migrate| self.has(&migrate.service))
    }

    /// Whether the pipeline migrates an environment.
    pub fn migrates(&self, environment: &Environment) -> bool {
        self.migrations(environment).next().is_some()
    }

    /// The branch of the Source action, which is taken where a start names no commit. For a pattern it is the pattern
    /// itself, which no branch can be called; for tags no branch either.
    pub fn branch_name(&self) -> &str {
        match (self.trigger.event, self.trigger.includes.first()) {
            (Event::Tag, _) | (_, None) => NO_BRANCH,
            (_, Some(pattern)) => pattern.exact().unwrap_or(pattern.text()),
        }
    }

    /// What starts it, in words without its paths: `develop`, `tags v*`, `pull requests to main`.
    pub fn heading(&self) -> String {
        match self.trigger.event {
            Event::Push => self.pattern.clone(),
            Event::Tag => format!("tags {}", self.pattern),
            Event::PullRequest => format!("pull requests to {}", self.pattern),
        }
    }

    /// What does not go without saying: excluded names, paths, services that are not all of `services`, the mode.
    /// Each as a pair of words and patterns or names.
    pub fn notes(&self, services: usize) -> Vec<(&'static str, Vec<&str>)> {
        let excludes: Vec<&str> = self.trigger.excludes.iter().map(Pattern::text).collect();
        let own: Vec<&str> = self.services.iter().map(String::as_str).collect();
        let notes = [
            ("not", excludes),
            ("paths", self.trigger.paths.iter().map(String::as_str).collect()),
            ("not paths", self.trigger.paths_excluded.iter().map(String::as_str).collect()),
            ("services", if own.len() == services { Vec::new() } else { own }),
            ("mode", if self.mode == RawMode::Superseded { vec!["superseded"] } else { Vec::new() }),
        ];
        notes.into_iter().filter(|(_, values)| !values.is_empty()).collect()
    }
}

/// Whether two rules build or deploy a service in common.
pub(super) fn share_services(one: &[String], other: &[String]) -> bool {
    one == other || one.iter().any(|service| other.contains(service))
}
