//! What git knows of the repository, as data.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::remote::{Remote, RemoteFault};

/// What git knows of the repository that holds the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The folder that holds the working tree, or the repository itself where there is none.
    pub root: PathBuf,
    /// The branch that is checked out; `None` on a detached head, and before the first commit.
    pub branch: Option<String>,
    /// The local branches, sorted.
    pub branches: Vec<String>,
    /// The branches of the remote `origin` as they were last fetched, by the names that they have there, sorted.
    pub remote_branches: Vec<String>,
    /// The remote `origin`, or why it is no repository that can be connected to.
    pub origin: Result<Remote, RemoteFault>,
}

impl Facts {
    /// Every branch that is known, local or the remote's, each once and sorted.
    pub fn known_branches(&self) -> Vec<&str> {
        let all: BTreeSet<&str> =
            self.branches.iter().chain(&self.remote_branches).map(String::as_str).collect();
        all.into_iter().collect()
    }
}
