//! What git knows of the repository, as data.

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
    /// The remote `origin`, or why it is no repository that can be connected to.
    pub origin: Result<Remote, RemoteFault>,
}
