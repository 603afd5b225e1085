//! A located tree: every key and value of the text with its place.
//!
//! `build.rs` makes the tree from the parser's events, `scalar.rs` says what a plain scalar is, `limits.rs` keeps a
//! hostile text small, `functions.rs` knows CloudFormation's short forms, `fault.rs` puts the parser's complaints into words, `offsets.rs` turns its places into bytes.

mod build;
mod fault;
mod functions;
mod limits;
mod offsets;
mod scalar;

use crate::diagnostic::{Finding, Span};

pub use limits::MAX_BYTES;

/// A value and where it stands.
///
/// What an alias stands for has the place of what was anchored: that is the text to be changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value's place.
    pub span: Span,
    /// The value.
    pub value: Value,
}

/// What a value is, by YAML 1.2's core schema; quoted scalars are always text.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing, `null` or `~`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number, as written.
    Integer(String),
    /// A number with a point or an exponent, as written.
    Float(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order of the file; keys are unique.
    Mapping(Vec<Entry>),
}

/// One entry of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The key's place.
    pub key_span: Span,
    /// The value.
    pub node: Node,
}

/// One step from a value to one inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// To the value under a key.
    Key(&'a str),
    /// To an item of a list, from 0.
    Item(usize),
}

impl<'a> From<&'a str> for Step<'a> {
    fn from(key: &'a str) -> Self {
        Step::Key(key)
    }
}

impl Node {
    /// The value under a key; `None` when this is no mapping or has no such key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Mapping(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node),
            _ => None,
        }
    }

    /// The value at the end of a path, or the nearest one above it that exists.
    pub fn at(&self, path: &[Step]) -> &Node {
        let mut node = self;
        for step in path {
            let next = match (step, &node.value) {
                (Step::Key(key), _) => node.get(key),
                (Step::Item(index), Value::List(items)) => items.get(*index),
                (Step::Item(_), _) => None,
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    /// The place of the key at the end of a path; of the nearest value above it when there is no such key.
    pub fn key_at(&self, path: &[Step]) -> Span {
        let Some((last, above)) = path.split_last() else { return self.span };
        let node = self.at(above);
        match (last, &node.value) {
            (Step::Key(key), Value::Mapping(entries)) => {
                entries.iter().find(|entry| entry.key == *key).map_or(node.span, |entry| entry.key_span)
            }
            _ => self.at(path).span,
        }
    }
}

/// Reads text into a tree. No tree when the text is no YAML, or exceeds a limit.
///
/// Takes time in proportion to the text, and never more than [`MAX_BYTES`] of it. Findings have the codes `BL00x`;
/// with a duplicate key, a merge key or the like the tree is there all the same, so that the rest is judged too.
pub fn read(text: &str) -> (Option<Node>, Vec<Finding>) {
    if let Some(finding) = limits::judge(text) {
        return (None, vec![finding]);
    }
    build::build(text, build::Whose::Ours)
}

/// Reads another tool's file into a tree, as [`read`] does, but for what such a tool takes and branchline.yml does not: a merge
/// key (`<<: *defaults`) brings its mapping's entries in behind those that are written out, as YAML 1.1 has it.
pub fn read_of_others(text: &str) -> (Option<Node>, Vec<Finding>) {
    if let Some(finding) = limits::judge(text) {
        return (None, vec![finding]);
    }
    build::build(text, build::Whose::Others)
}

/// Reads a template of CloudFormation into a tree, as [`read_of_others`] does. A short form stands as the long one: `!Ref Name` as
/// `{ Ref: Name }`, `!GetAtt A.B` as `{ Fn::GetAtt: A.B }` (CloudFormation user guide, "Intrinsic function reference").
pub fn read_template(text: &str) -> (Option<Node>, Vec<Finding>) {
    if let Some(finding) = limits::judge(text) {
        return (None, vec![finding]);
    }
    build::build(text, build::Whose::Template)
}
