//! What a person has to look at, by where it stands in the proposed file.

use std::collections::BTreeMap;

/// Comments, each a sentence or more. Each gets the mark before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes(BTreeMap<Spot, Vec<String>>);

/// A place in the proposed file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// Before the rule of this key.
    Rule(String),
    /// Before `environments`.
    Environments,
    /// Before the environment of this name.
    Environment(String),
    /// Before `source`.
    Source,
    /// Before the service of this name.
    Service(String),
    /// Before `test`.
    Test,
}

impl Notes {
    /// Adds a comment, unless it stands there already.
    pub fn note(&mut self, spot: Spot, text: impl Into<String>) {
        let notes = self.0.entry(spot).or_default();
        let text = text.into();
        if !notes.contains(&text) {
            notes.push(text);
        }
    }

    /// Adds comments as they are.
    pub fn put(&mut self, spot: Spot, texts: impl IntoIterator<Item = String>) {
        self.0.entry(spot).or_default().extend(texts);
    }

    /// The comments at a place, in the order in which they were made.
    pub fn at(&self, spot: &Spot) -> &[String] {
        self.0.get(spot).map_or(&[], Vec::as_slice)
    }
}
