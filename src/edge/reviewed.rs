//! A plan that somebody agreed to, as `plan --json` wrote it.

#![allow(clippy::disallowed_methods)]

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum ReviewedError {
    /// It could not be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is something else.
    #[error("{} is no plan", path.display())]
    NoPlan {
        /// The file.
        path: PathBuf,
    },
}

impl ReviewedError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        "`branchline plan --json > FILE` writes what is to be reviewed"
    }
}

/// The plan in a file: a list of stacks (docs/json.md).
pub fn read(path: &Path) -> Result<Value, ReviewedError> {
    let path = path.to_owned();
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(source) => return Err(ReviewedError::Unreadable { path, source }),
    };
    let plan = serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_array);
    plan.ok_or(ReviewedError::NoPlan { path })
}
