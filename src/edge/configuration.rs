//! Finds `branchline.yml` and reads it.

// This is the one place that reads the configuration.
#![allow(clippy::disallowed_methods)]

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::config::tree::MAX_BYTES;

/// The configuration's name.
pub const NAME: &str = "branchline.yml";

/// A configuration that was found.
#[derive(Debug)]
pub struct Found {
    /// The folder it stands in.
    pub root: PathBuf,
    /// Its path, the short way from the current folder.
    pub shown: String,
    /// Its text; at most one byte more than a configuration may have.
    pub text: String,
}

/// There is no configuration to read.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// The folder to start from is no folder.
    #[error("cannot look for {NAME} in `{folder}`: {reason}")]
    Folder {
        /// The folder, as it was given.
        folder: String,
        /// What the system says.
        reason: io::Error,
    },
    /// No folder has one.
    #[error("there is no {NAME} in `{folder}`, nor in a folder above it")]
    Missing {
        /// The folder, as it was given.
        folder: String,
    },
    /// It cannot be read.
    #[error("cannot read `{path}`: {reason}")]
    Unreadable {
        /// Its path.
        path: String,
        /// What the system says.
        reason: io::Error,
    },
    /// It is not text.
    #[error("`{path}` is not UTF-8 text: byte {byte} cannot be read")]
    NotText {
        /// Its path.
        path: String,
        /// The first byte that is none, from 1.
        byte: usize,
    },
}

impl ConfigurationError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            ConfigurationError::Folder { .. } => "give the folder of your repository with -C",
            ConfigurationError::Missing { .. } => {
                "write one at the root of your repository (docs/configuration.md has the smallest), or say where it is with -C DIR"
            }
            ConfigurationError::Unreadable { .. } => "look at the file's permissions",
            ConfigurationError::NotText { .. } => "save the file as UTF-8",
        }
    }
}

/// Reads the nearest configuration, from a folder upward.
pub fn find(folder: &Path) -> Result<Found, ConfigurationError> {
    let given = || folder.display().to_string();
    let start =
        folder.canonicalize().map_err(|reason| ConfigurationError::Folder { folder: given(), reason })?;
    if !start.is_dir() {
        let reason = io::Error::from(io::ErrorKind::NotADirectory);
        return Err(ConfigurationError::Folder { folder: given(), reason });
    }
    let root = start
        .ancestors()
        .find(|folder| folder.join(NAME).is_file())
        .ok_or_else(|| ConfigurationError::Missing { folder: given() })?;
    let path = root.join(NAME);
    let shown = shown(&path);
    let unreadable = |reason| ConfigurationError::Unreadable { path: shown.clone(), reason };
    let mut bytes = Vec::new();
    // One byte more than is allowed tells that it is too long, however long it is.
    let limit = MAX_BYTES as u64 + 1;
    File::open(&path).and_then(|file| file.take(limit).read_to_end(&mut bytes)).map_err(unreadable)?;
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            // Cut in the middle of a letter by the limit is too long, not unreadable.
            if valid + 4 <= MAX_BYTES {
                return Err(ConfigurationError::NotText { path: shown, byte: valid + 1 });
            }
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        }
    };
    Ok(Found { root: root.to_owned(), shown, text })
}

/// A path as somebody in the current folder would write it: relative when it is below, absolute when not.
pub fn shown(path: &Path) -> String {
    let current = std::env::current_dir().and_then(|folder| folder.canonicalize());
    let short = current.ok().and_then(|folder| path.strip_prefix(folder).ok().map(Path::to_owned));
    short.unwrap_or_else(|| path.to_owned()).display().to_string()
}
