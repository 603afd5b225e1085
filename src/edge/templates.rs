//! The folder in which a repository keeps its copies of shell steps.

// This is the one place that reads and writes them.
#![allow(clippy::disallowed_methods)]

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::configuration::shown;
use super::git::{self, GitError};
use crate::document::ejected::Ejected;

/// The folder, beside `branchline.yml`.
const FOLDER: &str = ".branchline/templates";

/// What the name of each file ends in.
const SUFFIX: &str = ".sh.hbs";

/// The most bytes of a copy: far more than an inline buildspec may have.
const MAX_BYTES: usize = 100_000;

/// A copy could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TemplatesError {
    /// The system refuses.
    #[error("cannot {what} `{path}`: {reason}")]
    Io {
        /// `read` or `write`.
        what: &'static str,
        /// The path, as it is shown.
        path: String,
        /// What the system says.
        reason: io::Error,
    },
    /// A copy is there already.
    #[error("`{path}` is there already, and nothing is overwritten")]
    There {
        /// Its path, as it is shown.
        path: String,
    },
    /// It is not the text of a step.
    #[error("`{path}` is no template: it is not UTF-8 text of at most {MAX_BYTES} bytes")]
    NoText {
        /// Its path, as it is shown.
        path: String,
    },
    /// It is a symbolic link, or stands behind one.
    #[error("`{path}` is a symbolic link, and no step is read or written through one")]
    Link {
        /// The link's path, as it is shown.
        path: String,
    },
    /// They were to be read from a revision, and git could not.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl TemplatesError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            TemplatesError::Io { .. } => "look at the permissions of the file and its folder".to_owned(),
            TemplatesError::There { .. } => {
                "change the file that is there, or take it away first to begin from the original again"
                    .to_owned()
            }
            TemplatesError::NoText { .. } => {
                "take the file away; `branchline templates eject` writes a copy of the original".to_owned()
            }
            TemplatesError::Link { .. } => {
                "put the file or the folder itself there: what a link leads to need not be a part of the repository, and would stand \
                 in what is generated"
                    .to_owned()
            }
            TemplatesError::Git(error) => error.hint(),
        }
    }
}

/// Refuses what is a link, or stands behind one, below the folder of the configuration. A step's text stands in stacks and in
/// what `generate --check` prints, so a pull request could bring a link to any file that whoever runs it may read.
fn refuse_links(root: &Path, path: &Path) -> Result<(), TemplatesError> {
    let is_link = |path: &&Path| path.symlink_metadata().is_ok_and(|found| found.is_symlink());
    match path.ancestors().take_while(|above| *above != root).find(is_link) {
        Some(link) => Err(TemplatesError::Link { path: shown(link) }),
        None => Ok(()),
    }
}

/// The copies beside a configuration, in the order of their names.
pub fn read(root: &Path) -> Result<Vec<Ejected>, TemplatesError> {
    let folder = root.join(FOLDER);
    refuse_links(root, &folder)?;
    let mut found = Vec::new();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        let failed = |reason| TemplatesError::Io { what: "read", path: shown(&next), reason };
        let entries = match fs::read_dir(&next) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound && next == folder => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_symlink() {
                return Err(TemplatesError::Link { path: shown(&entry.path()) });
            }
            if kind.is_dir() { folders.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found.sort();
    found
        .iter()
        .map(|path| {
            let below: Vec<_> = path
                .strip_prefix(&folder)
                .unwrap_or(path)
                .iter()
                .map(|part| part.to_string_lossy())
                .collect();
            let told = shown(path);
            let read = |path: &Path| -> io::Result<Option<Vec<u8>>> {
                let known = fs::metadata(path)?;
                // A pipe is not opened: reading it could wait forever.
                if !known.is_file() || known.len() > MAX_BYTES as u64 {
                    Ok(None)
                } else {
                    fs::read(path).map(Some)
                }
            };
            let bytes = read(path).map_err(|reason| TemplatesError::Io {
                what: "read",
                path: told.clone(),
                reason,
            })?;
            copy(&below.join("/"), told, bytes)
        })
        .collect()
}

/// The copies as they stand in a revision.
pub fn read_at(root: &Path, revision: &str) -> Result<Vec<Ejected>, TemplatesError> {
    let files = git::below_at(root, revision, FOLDER, MAX_BYTES)?;
    files.into_iter().map(|file| copy(&file.name, file.shown, file.bytes)).collect()
}

fn copy(below: &str, shown: String, bytes: Option<Vec<u8>>) -> Result<Ejected, TemplatesError> {
    match bytes.map(String::from_utf8) {
        Some(Ok(text)) => {
            Ok(Ejected { name: below.strip_suffix(SUFFIX).unwrap_or(below).to_owned(), shown, text })
        }
        Some(Err(_)) | None => Err(TemplatesError::NoText { path: shown }),
    }
}

/// Writes a copy, unless one is there. Its path as it is shown.
pub fn write_new(root: &Path, name: &str, text: &str) -> Result<String, TemplatesError> {
    let path: PathBuf = root.join(FOLDER).join(format!("{name}{SUFFIX}"));
    let told = shown(&path);
    let failed = |reason: io::Error| match reason.kind() {
        io::ErrorKind::AlreadyExists => TemplatesError::There { path: told.clone() },
        _ => TemplatesError::Io { what: "write", path: told.clone(), reason },
    };
    if let Some(folder) = path.parent() {
        refuse_links(root, folder)?;
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    Ok(told)
}
