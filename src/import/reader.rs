//! Reads another tool's mappings key by key. What nobody asked for is told, since such tools drop it without a word.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::remark::Weight;
use crate::config::tree::{Node, Value};
use crate::diagnostic::Span;

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A remark whose place is a span of the text that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// How much it matters.
    pub weight: Weight,
    /// What it says.
    pub what: String,
    /// What to do.
    pub help: String,
    /// Where.
    pub span: Span,
}

/// What was raised while a file is read.
#[derive(Debug, Default)]
pub(super) struct Raises(RefCell<Vec<Raised>>);

impl Raises {
    pub(super) fn raise(&self, weight: Weight, span: Span, what: impl Into<String>, help: impl Into<String>) {
        self.0.borrow_mut().push(Raised { weight, what: what.into(), help: help.into(), span });
    }

    pub(super) fn into_all(self) -> Vec<Raised> {
        self.0.into_inner()
    }
}

/// A mapping that is read key by key.
pub(super) struct Mapping<'t> {
    node: &'t Node,
    /// The way from the top of the file: `stages[1].deployments`.
    path: String,
    taken: RefCell<BTreeSet<&'t str>>,
    raises: &'t Raises,
}

impl<'t> Mapping<'t> {
    /// The mapping that a value is; raises a mistake where it is something else. Nothing stands for a mapping without keys.
    pub(super) fn of(node: &'t Node, path: &str, raises: &'t Raises) -> Option<Self> {
        match node.value {
            Value::Mapping(_) | Value::Null => {
                Some(Mapping { node, path: path.to_owned(), taken: RefCell::default(), raises })
            }
            _ => {
                wrong(raises, node, path, "a mapping");
                None
            }
        }
    }

    /// The value under a key; nothing is as if it were not there.
    pub(super) fn take(&self, key: &'static str) -> Option<&'t Node> {
        self.taken.borrow_mut().insert(key);
        self.node.get(key).filter(|node| node.value != Value::Null)
    }

    /// The way to a key.
    pub(super) fn way(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Text under a key. A number or a truth value is taken as it is written, as these tools do.
    pub(super) fn text(&self, key: &'static str) -> Option<Located<String>> {
        let node = self.take(key)?;
        text(node).or_else(|| {
            wrong(self.raises, node, &self.way(key), "a text");
            None
        })
    }

    /// `true` or `false` under a key, or the words of YAML 1.1 for it: Go's decoder takes those where it wants a truth value
    /// (go-yaml v3, `decode.go`).
    pub(super) fn truth(&self, key: &'static str) -> Option<Located<bool>> {
        let node = self.take(key)?;
        let value = match &node.value {
            Value::Bool(value) => Some(*value),
            Value::Text(word) if ["y", "Y", "yes", "on"].contains(&word.as_str()) => Some(true),
            Value::Text(word) if ["n", "N", "no", "off"].contains(&word.as_str()) => Some(false),
            _ => None,
        };
        if let Some(value) = value {
            return Some(Located { value, span: node.span });
        }
        wrong(self.raises, node, &self.way(key), "`true` or `false`");
        None
    }

    /// A list of texts under a key.
    pub(super) fn texts(&self, key: &'static str) -> Vec<Located<String>> {
        let Some(node) = self.take(key) else { return Vec::new() };
        let Value::List(items) = &node.value else {
            wrong(self.raises, node, &self.way(key), "a list of texts");
            return Vec::new();
        };
        let read = items.iter().enumerate().filter_map(|(at, item)| {
            text(item).or_else(|| {
                wrong(self.raises, item, &format!("{}[{at}]", self.way(key)), "a text");
                None
            })
        });
        read.collect()
    }

    /// The entries of a mapping under a key, whatever they are called: key, its place, value.
    pub(super) fn entries(&self, key: &'static str) -> Vec<(&'t str, Span, &'t Node)> {
        let Some(node) = self.take(key) else { return Vec::new() };
        let Value::Mapping(entries) = &node.value else {
            wrong(self.raises, node, &self.way(key), "a mapping");
            return Vec::new();
        };
        entries.iter().map(|entry| (entry.key.as_str(), entry.key_span, &entry.node)).collect()
    }

    /// The keys that nobody has asked for, with the places of key and value.
    pub(super) fn rest(&self) -> Vec<(&'t str, Span, &'t Node)> {
        let Value::Mapping(entries) = &self.node.value else { return Vec::new() };
        let taken = self.taken.borrow();
        let left = entries.iter().filter(|entry| !taken.contains(entry.key.as_str()));
        left.map(|entry| (entry.key.as_str(), entry.key_span, &entry.node)).collect()
    }
}

/// A scalar as text.
pub(super) fn text(node: &Node) -> Option<Located<String>> {
    let value = match &node.value {
        Value::Text(text) | Value::Integer(text) | Value::Float(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Null | Value::List(_) | Value::Mapping(_) => return None,
    };
    Some(Located { value, span: node.span })
}

/// Raises that a value is not what it should be.
pub(super) fn wrong(raises: &Raises, node: &Node, way: &str, wanted: &str) {
    let is = match node.value {
        Value::Null => "nothing",
        Value::Bool(_) => "`true` or `false`",
        Value::Integer(_) | Value::Float(_) => "a number",
        Value::Text(_) => "a text",
        Value::List(_) => "a list",
        Value::Mapping(_) => "a mapping",
    };
    let way = if way.is_empty() { "the file" } else { way };
    raises.raise(
        Weight::Mistake,
        node.span,
        format!("`{way}` is {is}, and has to be {wanted}"),
        "it is not read; correct it and import again",
    );
}
