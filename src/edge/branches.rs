//! A list of branches that the caller hands over: a file, or standard input.

// This is the one place that reads it.
#![allow(clippy::disallowed_methods)]

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use thiserror::Error;

use crate::branch_map::listing::{self, NotABranch};

/// Bytes of a list at most: a hundred thousand branches, and far more than a rule's limit.
const LONGEST: usize = 8 * 1024 * 1024;

/// Why a list of branches cannot be used.
#[derive(Debug, Error)]
pub enum BranchesError {
    /// It cannot be read.
    #[error("cannot read the branches from {from}: {reason}")]
    Unreadable {
        /// Where from, in words.
        from: String,
        /// What the system says.
        reason: io::Error,
    },
    /// It is not text, or far too much of it.
    #[error("{from} is no list of branches: it {what}")]
    NotAList {
        /// Where from, in words.
        from: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// It lists none.
    #[error("{from} lists no branch at all")]
    Empty {
        /// Where from, in words.
        from: String,
    },
    /// A line is no branch.
    #[error("in {from}, {fault}")]
    Line {
        /// Where from, in words.
        from: String,
        /// Which line, and why.
        fault: NotABranch,
    },
}

impl BranchesError {
    /// The code of `diagnostic::codes` that explains it.
    pub fn code(&self) -> &'static str {
        match self {
            BranchesError::Unreadable { .. } => "BL612",
            BranchesError::NotAList { .. } | BranchesError::Empty { .. } | BranchesError::Line { .. } => {
                "BL613"
            }
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            BranchesError::Unreadable { .. } => {
                "give a file with the branches, one a line, or `-` for standard input; or ask the git remote for them: `branchline generate --remote`"
            }
            BranchesError::Empty { .. } => {
                "see whether the command that lists them has failed: a repository has at least one branch. To have no pipeline for \
                 any branch of a rule, list the others, such as `main` alone"
            }
            BranchesError::NotAList { .. } | BranchesError::Line { .. } => {
                "write one branch a line, as `git ls-remote --heads origin` or `git branch --format='%(refname)'` does"
            }
        }
    }
}

/// The branches that a file lists, or standard input where it is `-`; sorted, none twice, at least one. A shell passes by that
/// the first command of a pipe has failed, so an empty list is no answer: with `--prune` it would cost each branch its files.
pub fn read(path: &Path) -> Result<Vec<String>, BranchesError> {
    let is_input = path == Path::new("-");
    let from = if is_input { "standard input".to_owned() } else { format!("`{}`", path.display()) };
    let mut bytes = Vec::new();
    let limit = LONGEST as u64 + 1;
    let read = if is_input {
        io::stdin().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    if let Err(reason) = read {
        return Err(BranchesError::Unreadable { from, reason });
    }
    if bytes.len() > LONGEST {
        return Err(BranchesError::NotAList { from, what: "has more than 8 MiB" });
    }
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(BranchesError::NotAList { from, what: "is not UTF-8 text" });
    };
    match listing::read(&text) {
        Ok(branches) if branches.is_empty() => Err(BranchesError::Empty { from }),
        Ok(branches) => Ok(branches),
        Err(fault) => Err(BranchesError::Line { from, fault }),
    }
}
