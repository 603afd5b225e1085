//! Which keys of variables and secrets one environment has and another lacks; and which a service has and a job lacks that runs
//! its image.
//!
//! Pure: `edge::parity` reads the files, [`copilot`], [`task_definition`], [`dotenv`] and [`configuration`] make [`Set`]s of them,
//! [`compare`] compares these, [`words`] and [`json`] tell. A value is read by none of them further than to its end: what is not kept
//! cannot be printed.

pub mod compare;
pub mod configuration;
pub mod copilot;
pub mod dotenv;
pub mod exceptions;
pub mod json;
pub mod pattern;
pub mod task_definition;
pub mod words;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use crate::diagnostic::place::Lines;
use crate::diagnostic::{Severity, Span};

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file as it is shown.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// A text with its name, of which places are asked.
#[derive(Debug)]
pub struct Page<'t> {
    /// The file as it is shown.
    pub file: Arc<str>,
    /// Its text.
    pub text: &'t str,
    lines: Lines<'t>,
}

impl<'t> Page<'t> {
    /// The page of a file.
    pub fn new(file: &str, text: &'t str) -> Self {
        Page { file: file.into(), text, lines: Lines::new(text) }
    }

    /// Where a span begins.
    pub fn place(&self, span: Span) -> Place {
        let place = self.lines.place(span.start);
        Place { file: Arc::clone(&self.file), line: place.line, column: place.column }
    }
}

/// Where keys are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// `branchline.yml`.
    Configuration,
    /// A manifest of AWS Copilot.
    Copilot,
    /// A task definition.
    TaskDefinition,
    /// A dotenv file.
    Dotenv,
}

impl Source {
    /// What a person calls it.
    pub fn name(self) -> &'static str {
        match self {
            Source::Configuration => "branchline.yml",
            Source::Copilot => "Copilot",
            Source::TaskDefinition => "task definition",
            Source::Dotenv => "dotenv",
        }
    }
}

/// What a key stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A variable: its value is written down.
    Variable,
    /// A secret: where it is kept is written down.
    Secret,
    /// Both, in one place: the value is written down beside a secret of that key.
    Both,
    /// Either: a dotenv file does not tell.
    Either,
}

impl Kind {
    /// Whether the value is written down.
    pub fn is_plain(self) -> bool {
        matches!(self, Kind::Variable | Kind::Both)
    }

    /// Whether it is kept as a secret.
    pub fn is_secret(self) -> bool {
        matches!(self, Kind::Secret | Kind::Both)
    }
}

/// Puts a key into a set. A variable and a secret of one key are both, at the variable's place: there the value stands.
fn put(keys: &mut BTreeMap<String, Key>, name: String, key: Key) {
    match keys.entry(name) {
        Entry::Vacant(vacant) => _ = vacant.insert(key),
        Entry::Occupied(mut there) => match (there.get().kind, key.kind) {
            (Kind::Variable, Kind::Secret) => there.get_mut().kind = Kind::Both,
            (Kind::Secret, Kind::Variable) => {
                let Key { place, .. } = key;
                _ = there.insert(Key { kind: Kind::Both, place });
            }
            _ => {}
        },
    }
}

/// A key of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What it stands for.
    pub kind: Kind,
    /// Where it is written.
    pub place: Place,
}

/// What is compared from environment to environment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// The service, job, or what else is told the keys.
    pub service: String,
    /// Its container; `None` for the main one.
    pub container: Option<String>,
}

impl Subject {
    /// The main container of a service.
    pub fn main(service: &str) -> Self {
        Subject { service: service.to_owned(), container: None }
    }
}

/// Whether a container serves or does one thing and ends. What shares an image is compared by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It serves.
    Service,
    /// It does its work and ends, or takes it from a queue.
    Job,
    /// A container beside another, or unknown.
    Other,
}

/// The keys that one container is told in one environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// Whose they are.
    pub subject: Subject,
    /// The environment.
    pub environment: String,
    /// Where they are written.
    pub source: Source,
    /// The keys.
    pub keys: BTreeMap<String, Key>,
    /// Where another variable would be written.
    pub variables: Place,
    /// Where another secret would be written.
    pub secrets: Place,
    /// Why it may have keys that are not known here, and where that is written: nothing is missing from such a set for sure.
    pub open: Option<(String, Place)>,
    /// Which image it runs, in words that are alike for one image.
    pub image: Option<String>,
    /// Whether it serves.
    pub role: Role,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its code.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What it is, in one line.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where; `None` where there is no place.
    pub place: Option<Place>,
    /// The key that it is about.
    pub key: Option<String>,
    /// Whose key.
    pub subject: Option<Subject>,
    /// The environment that it is about.
    pub environment: Option<String>,
    /// Other places, each with the environment or service that stands there.
    pub others: Vec<(String, Place)>,
}

impl Found {
    /// Something about a file, or about nothing in particular.
    pub fn new(
        code: &'static str,
        severity: Severity,
        place: Option<Place>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Found {
            code,
            severity,
            message: message.into(),
            help: help.into(),
            place,
            key: None,
            subject: None,
            environment: None,
            others: Vec::new(),
        }
    }

    /// A file that cannot be read (code `BL704`): the comparison is not whole without it.
    pub fn unreadable(place: Place, why: impl Into<String>, help: impl Into<String>) -> Self {
        Found::new("BL704", Severity::Error, Some(place), why, help)
    }
}

/// What a source gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sets {
    /// The sets.
    pub sets: Vec<Set>,
    /// What was found on the way.
    pub found: Vec<Found>,
}

impl Sets {
    /// Adds what another source gave.
    pub fn add(&mut self, other: Sets) {
        self.sets.extend(other.sets);
        self.found.extend(other.found);
    }
}
