//! Rules, as written: which branches, tags and pull requests go where.

use schemars::JsonSchema;
use serde::Deserialize;

/// One rule of the branch map: a list of environments in promotion order, or a mapping.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawRule {
    /// The environments in promotion order.
    List(#[schemars(extend("minItems" = 1, "uniqueItems" = true))] Vec<String>),
    /// The long form.
    Mapping(Box<RawRuleMapping>),
}

/// The long form of a rule.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRuleMapping {
    /// The environments in promotion order. Needed, but for a rule with `pull_requests`, which never deploys.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub environments: Option<Vec<String>>,
    /// The branch, or the pattern. The rule's key is a name then, so that one branch can have two rules.
    pub branch: Option<String>,
    /// Starts the pipeline for tags, in place of branches: patterns, or `includes` and `excludes`. The rule's key is
    /// a name then.
    pub tags: Option<RawPatterns>,
    /// Starts the pipeline for pull requests to the rule's branches, or to these. It ends at Test and never deploys.
    pub pull_requests: Option<RawPullRequests>,
    /// Starts the pipeline only when one of these files changes: patterns of paths, or `includes` and `excludes`.
    pub paths: Option<RawPatterns>,
    /// The services that the pipeline builds, tests, migrates and deploys. All, if nothing is said.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub services: Option<Vec<String>>,
    /// A pipeline for each branch that exists and matches, in place of one for all of them. `generate` makes those of new
    /// branches, and tells those whose branch is gone.
    pub per_branch: Option<bool>,
    /// The most branches that may have a pipeline by `per_branch`; more are an error. 20 if nothing is said.
    #[schemars(range(min = 1, max = 25))]
    pub limit: Option<u16>,
    /// How executions follow each other. `queued` if nothing is said.
    pub mode: Option<RawMode>,
    /// Other rules, by their keys, whose images are taken in place of a build where they were built from the same files and a
    /// deploy of them has begun. Whoever may push to their branches decides then what this rule deploys.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub reuse: Option<Vec<String>>,
    /// The pipeline's name after the app's, in place of the one made from the rule's key.
    #[schemars(extend("format" = "pipeline-name"))]
    pub name: Option<String>,
}

/// A list of patterns, or what is included and what is not.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawPatterns {
    /// What is included.
    List(#[schemars(extend("minItems" = 1, "uniqueItems" = true))] Vec<String>),
    /// What is included, and what of it is not.
    Filter(RawFilter),
}

/// What is included, and what of it is not.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawFilter {
    /// Patterns of which one has to match. At most 8.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub includes: Vec<String>,
    /// Patterns of which none may match. At most 8.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub excludes: Option<Vec<String>>,
}

/// Whether pull requests start a pipeline, or to which branches they have to lead.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawPullRequests {
    /// Pull requests to the rule's own branches.
    Own(bool),
    /// Pull requests to branches of these patterns.
    To(#[schemars(extend("minItems" = 1, "uniqueItems" = true))] Vec<String>),
}

/// How the executions of one pipeline follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RawMode {
    /// One after the other in each stage; none is dropped.
    Queued,
    /// A newer one takes the place of one that waits before a stage.
    Superseded,
}
