//! What some tools say besides the outline: where environments are, which tags start a rule, and what a person has to look at.

use std::collections::BTreeMap;

/// What is said beyond the outline of a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// By environment: where it is, where that is not the pipelines' own account and region.
    pub places: BTreeMap<String, Whereabouts>,
    /// By the key of a rule that tags start: their patterns. Such a rule has no branch.
    pub tags: BTreeMap<String, Vec<String>>,
    /// Comments that a person has to look at, each a sentence or more, by where they stand in the proposed file.
    pub notes: BTreeMap<Spot, Vec<String>>,
}

/// The account and the region of an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// The account, twelve digits; `None` for the pipelines'.
    pub account: Option<String>,
    /// The region; `None` for the pipelines'.
    pub region: Option<String>,
}

/// A place in the proposed file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// Before the rule of this key.
    Rule(String),
    /// Before the environment of this name.
    Environment(String),
    /// Before `source`.
    Source,
    /// Before the service of this name.
    Service(String),
}

impl Details {
    /// Adds a comment that has to be looked at.
    pub fn note(&mut self, spot: Spot, text: impl Into<String>) {
        let notes = self.notes.entry(spot).or_default();
        let text = text.into();
        if !notes.contains(&text) {
            notes.push(text);
        }
    }

    /// Whether an environment has something to write.
    pub fn has_place(&self, environment: &str) -> bool {
        self.places.get(environment).is_some_and(|place| *place != Whereabouts::default())
    }
}
