//! What a person adds to, or changes of, everything that is made: the last resorts of the file.

use serde_json::Value;

use super::raw::RawOperator;
use crate::diagnostic::Span;

/// Where the build and the tests of a pipeline find their buildspecs. What runs with an environment's role is always in
/// its stack: a push must not change it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Buildspecs {
    /// In the stack.
    #[default]
    Inline,
    /// In the commit.
    Repository {
        /// The generated folder, from the repository's root, with `/` and without one at its end; empty where it is the
        /// root. `pipelines` until it is known where the file stands in its repository.
        folder: String,
    },
}

impl Buildspecs {
    /// The folder beside the file, as far as the file alone can say.
    pub const FOLDER: &str = "pipelines";

    /// The path that a project names, for a file of the generated folder; `None` where the stack carries it.
    pub fn path(&self, file: &str) -> Option<String> {
        match self {
            Buildspecs::Inline => None,
            Buildspecs::Repository { folder } if folder.is_empty() => Some(file.to_owned()),
            Buildspecs::Repository { folder } => Some(format!("{folder}/{file}")),
        }
    }
}

/// Changes to one generated document.
#[derive(Debug, Clone)]
pub struct Override {
    /// The document's path below the output folder.
    pub document: String,
    /// Where that stands in the file.
    pub place: Span,
    /// The operations, in order; at least one.
    pub operations: Vec<Operation>,
}

/// One operation of a JSON Patch (RFC 6902).
#[derive(Debug, Clone)]
pub struct Operation {
    /// What it does, and with which value.
    pub kind: OperationKind,
    /// Where: a JSON Pointer that is not empty.
    pub path: String,
    /// Where the path stands in the file.
    pub path_place: Span,
    /// Where `value` or `from` stands in the file; the path's place where there is none.
    pub argument_place: Span,
}

/// What an operation does, with what it needs.
#[derive(Debug, Clone, PartialEq)]
pub enum OperationKind {
    /// Sets a key, or puts an item into a list.
    Add(Value),
    /// Takes out what is there.
    Remove,
    /// Puts another value in its place.
    Replace(Value),
    /// Takes out what is at a pointer and puts it here.
    Move(String),
    /// Puts here what is at a pointer.
    Copy(String),
    /// Fails where something else is there.
    Test(Value),
}

impl OperationKind {
    /// Its word in the file.
    pub fn word(&self) -> &'static str {
        match self {
            OperationKind::Add(_) => "add",
            OperationKind::Remove => "remove",
            OperationKind::Replace(_) => "replace",
            OperationKind::Move(_) => "move",
            OperationKind::Copy(_) => "copy",
            OperationKind::Test(_) => "test",
        }
    }

    /// The operation of a word, with what was written beside it; `None` where that is not what it needs.
    pub(super) fn of(op: RawOperator, from: Option<&str>, value: Option<&Value>) -> Option<Self> {
        match (op, from, value) {
            (RawOperator::Add, None, Some(value)) => Some(OperationKind::Add(value.clone())),
            (RawOperator::Remove, None, None) => Some(OperationKind::Remove),
            (RawOperator::Replace, None, Some(value)) => Some(OperationKind::Replace(value.clone())),
            (RawOperator::Move, Some(from), None) => Some(OperationKind::Move(from.to_owned())),
            (RawOperator::Copy, Some(from), None) => Some(OperationKind::Copy(from.to_owned())),
            (RawOperator::Test, None, Some(value)) => Some(OperationKind::Test(value.clone())),
            _ => None,
        }
    }
}
