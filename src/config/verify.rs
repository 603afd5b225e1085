//! What is asked of an environment after its deploy, and the snapshot before its migration.

use indexmap::IndexMap;

use super::{Machine, Secret};
use crate::diagnostic::Span;

/// What is asked of what was deployed: over HTTP first, then by commands. At least one of the two.
#[derive(Debug, Clone)]
pub struct Verify {
    /// A request that has to be answered.
    pub http: Option<Http>,
    /// Shell commands in the files of the commit.
    pub commands: Vec<String>,
    /// Minutes until it is given up.
    pub timeout: u32,
    /// Variables of the commands.
    pub variables: IndexMap<String, String>,
    /// Secrets of the commands.
    pub secrets: IndexMap<String, Secret>,
    /// The machine that asks.
    pub machine: Machine,
    /// Where its key stands in the file.
    pub place: Span,
}

/// A request that has to be answered. All of it fits into the minutes of [`Verify::timeout`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Http {
    /// The URL, without placeholders and without a user's name.
    pub url: String,
    /// The status that the answer has to have.
    pub status: u32,
    /// A text that has to stand in its body.
    pub contains: Option<String>,
    /// How often it is asked again after the first time.
    pub retries: u32,
    /// Seconds between two requests.
    pub every: u32,
    /// Seconds that an answer may take.
    pub timeout: u32,
}

impl Http {
    /// The seconds until the last answer has to be there.
    pub fn longest(&self) -> u64 {
        let (retries, every) = (u64::from(self.retries), u64::from(self.every));
        (retries + 1) * u64::from(self.timeout) + retries * every
    }
}

/// A snapshot of a database before each migration.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Of what.
    pub database: Database,
    /// How many of the environment's are kept, at least 1.
    pub keep: u32,
    /// Minutes until it is given up.
    pub timeout: u32,
    /// Where its key stands in the file.
    pub place: Span,
}

/// A database of RDS, by its identifier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Database {
    /// An instance that belongs to no cluster.
    Instance(String),
    /// A cluster: of Aurora, or Multi-AZ.
    Cluster(String),
}

impl Database {
    /// What it is, as the file's key has it.
    pub fn kind(&self) -> &'static str {
        match self {
            Database::Instance(_) => "instance",
            Database::Cluster(_) => "cluster",
        }
    }

    /// Its identifier.
    pub fn name(&self) -> &str {
        match self {
            Database::Instance(name) | Database::Cluster(name) => name,
        }
    }
}
