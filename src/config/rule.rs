//! The rules of the branch map.

use super::raw;
use crate::diagnostic::Span;

/// One rule: what starts a pipeline, and the environments it goes through.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its key, as written: a branch, a pattern, or a name.
    pub key: String,
    /// What kind of change starts it.
    pub event: Event,
    /// The branches or tags that the change has to be made to.
    pub names: Filter,
    /// The files of which one has to be changed, when the rule says so.
    pub paths: Option<Filter>,
    /// The environments in promotion order; none twice, all defined. None for pull requests, else at least one.
    pub environments: Vec<String>,
    /// The services that it builds, migrates and deploys, in the order of the file; at least one.
    pub services: Vec<String>,
    /// How its executions follow each other.
    pub mode: raw::RawMode,
    /// The keys of the rules whose images it takes where they were built from the same files; often none, never its own.
    pub reuse: Vec<String>,
    /// The pipeline's name after the app's, when the file gives one.
    pub name: Option<String>,
    /// Whether each branch that exists has a pipeline of its own, in place of one for all.
    pub per_branch: Option<PerBranch>,
    /// Where its key stands in the file.
    pub place: Span,
}

/// A pipeline for each branch that exists and matches a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerBranch {
    /// The most branches that may have one, 1 to [`PerBranch::MOST`].
    pub limit: usize,
    /// Where `per_branch` stands in the file.
    pub place: Span,
}

/// What kind of change starts a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// A push to a branch.
    Push,
    /// A tag that is made or moved.
    Tag,
    /// A pull request to a branch that is opened, or gets new commits.
    PullRequest,
}

/// Patterns, as written: of some one has to match, of others none may.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// At least one.
    pub includes: Vec<Written>,
    /// Often none.
    pub excludes: Vec<Written>,
}

/// A text and where it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub text: String,
    /// Its place.
    pub place: Span,
}
