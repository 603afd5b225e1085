//! Patterns, names, triggers: which branch starts which pipeline.

use crate::config::Config;
use crate::diagnostic::Finding;

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

/// The branch map of a configuration, and what is wrong with it (codes BL1xx).
pub fn resolve(config: &Config) -> (BranchMap, Vec<Finding>) {
    let _ = config;
    (BranchMap { entries: Vec::new() }, Vec::new())
}
