//! What was looked up in AWS for a draft, beside the names that stand in its services.

use std::collections::BTreeMap;

use crate::pipeline::text::Place;

/// What AWS said. A draft for which nobody was asked has none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LookedUp {
    /// Where each environment is, as the report tells it; one that AWS did not tell of is not among them. The map has the places that
    /// differ from the pipelines' (`Draft::places`).
    pub environments: BTreeMap<String, Place>,
    /// The ARN of the connection to the repository's host.
    pub connection: Option<String>,
    /// The pipelines that start at a push today.
    pub pipelines: Vec<Running>,
}

/// A pipeline of the other tool as it stands in AWS, in the pipelines' account and region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Running {
    /// What the other tool calls it: the name in its manifest.
    pub name: String,
    /// The CloudFormation stack that made it.
    pub stack: String,
    /// What CodePipeline calls it.
    pub pipeline: String,
}
