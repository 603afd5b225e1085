//! Finds `branchline.yml` and reads it.

// This is the one place that reads the configuration.
#![allow(clippy::disallowed_methods)]

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::git::{self, GitError};
use super::repository::leads_out;
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
    /// Something else has its name.
    #[error("`{path}` is {what}, not a file")]
    NotAFile {
        /// Its path.
        path: String,
        /// What it is, with its article.
        what: &'static str,
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
    /// Git LFS keeps it elsewhere.
    #[error("`{path}` is kept by Git LFS: what stands there is a pointer, not the configuration")]
    Pointer {
        /// Its path.
        path: String,
    },
    /// It was to be read from a revision, and git could not.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl ConfigurationError {
    /// What to do about it.
    pub fn help(&self) -> String {
        let help = match self {
            ConfigurationError::Folder { .. } => "give the folder of your repository with -C",
            ConfigurationError::Missing { .. } => {
                "write one with `branchline init`, or say where it is with -C DIR"
            }
            ConfigurationError::NotAFile { .. } => {
                "put the configuration there, or take away what is: a folder above is not looked into while it is there"
            }
            ConfigurationError::Unreadable { .. } => "look at the file's permissions",
            ConfigurationError::NotText { .. } => "save the file as UTF-8",
            ConfigurationError::Pointer { .. } => {
                "take it out of LFS: leave it out of the patterns in .gitattributes, then `git add --renormalize branchline.yml`"
            }
            ConfigurationError::Git(error) => return error.hint(),
        };
        help.to_owned()
    }

    /// The code of `diagnostic::codes` that explains it.
    pub fn code(&self) -> &'static str {
        match self {
            ConfigurationError::Folder { .. } | ConfigurationError::Missing { .. } => "BL063",
            ConfigurationError::NotAFile { .. } => "BL064",
            ConfigurationError::Unreadable { .. }
            | ConfigurationError::NotText { .. }
            | ConfigurationError::Pointer { .. } => "BL065",
            ConfigurationError::Git(error) => error.code(),
        }
    }
}

/// Reads the nearest configuration, from a folder upward.
pub fn find(folder: &Path) -> Result<Found, ConfigurationError> {
    let start = start(folder)?;
    let given = || folder.display().to_string();
    // Whatever has the name ends the search, a link that leads nowhere too: it was meant to be the configuration, and
    // the one of a folder above would be another app's.
    let is_there = |folder: &&Path| {
        !folder.join(NAME).symlink_metadata().is_err_and(|reason| reason.kind() == io::ErrorKind::NotFound)
    };
    let root =
        start.ancestors().find(is_there).ok_or_else(|| ConfigurationError::Missing { folder: given() })?;
    let path = root.join(NAME);
    let shown = shown(&path);
    let unreadable = |reason| ConfigurationError::Unreadable { path: shown.clone(), reason };
    if let Some(what) = other_than_a_file(root, &path).map_err(unreadable)? {
        return Err(ConfigurationError::NotAFile { path: shown, what });
    }
    let mut bytes = Vec::new();
    // One byte more than is allowed tells that it is too long, however long it is.
    let limit = MAX_BYTES as u64 + 1;
    File::open(&path).and_then(|file| file.take(limit).read_to_end(&mut bytes)).map_err(unreadable)?;
    let text = text(bytes, &shown)?;
    Ok(Found { root: root.to_owned(), shown, text })
}

/// Reads the nearest configuration in the tree of a git revision, from a folder upward to the tree's root. The folder has
/// to be in the working tree, too; in a bare repository the search begins, and ends, at the tree's root.
pub fn find_at(folder: &Path, revision: &str) -> Result<Found, ConfigurationError> {
    let at = git::nearest(&start(folder)?, revision, NAME, MAX_BYTES)?;
    let text = text(at.bytes, &at.shown)?;
    Ok(Found { root: at.folder, shown: at.shown, text })
}

/// The folder to start from, as it really is.
pub fn start(folder: &Path) -> Result<PathBuf, ConfigurationError> {
    let wrong = |reason| ConfigurationError::Folder { folder: folder.display().to_string(), reason };
    let start = folder.canonicalize().map_err(wrong)?;
    if start.is_dir() { Ok(start) } else { Err(wrong(io::ErrorKind::NotADirectory.into())) }
}

/// The bytes as text; at most one more than [`MAX_BYTES`] were read.
fn text(bytes: Vec<u8>, shown: &str) -> Result<String, ConfigurationError> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            // Cut in the middle of a letter by the limit is too long, not unreadable.
            if valid + 4 <= MAX_BYTES {
                return Err(ConfigurationError::NotText { path: shown.to_owned(), byte: valid + 1 });
            }
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        }
    };
    // Where git-lfs is not installed, or did not run, its pointer stands in the file's place.
    if text.starts_with("version https://git-lfs.github.com/spec/") {
        return Err(ConfigurationError::Pointer { path: shown.to_owned() });
    }
    Ok(text)
}

/// What stands at a path, when it is no file. A pipe is not opened: reading it could wait forever.
fn other_than_a_file(root: &Path, path: &Path) -> io::Result<Option<&'static str>> {
    let is_link = path.symlink_metadata()?.is_symlink();
    match path.metadata() {
        // Its lines are shown where they are wrong, and a pull request could bring a link to any file.
        Ok(found) if found.is_file() && is_link && leads_out(root, path)? => {
            Ok(Some("a link to what is no part of the repository"))
        }
        Ok(found) if found.is_file() => Ok(None),
        Ok(found) if found.is_dir() => Ok(Some("a folder")),
        Ok(_) => Ok(Some("a pipe, a socket or a device")),
        Err(reason) if is_link && reason.kind() == io::ErrorKind::NotFound => {
            Ok(Some("a link to what is not there"))
        }
        // The kind of this error has no stable name yet.
        Err(reason) if is_link && reason.kind() != io::ErrorKind::PermissionDenied => {
            Ok(Some("a link that leads back to itself"))
        }
        Err(reason) => Err(reason),
    }
}

/// A path as somebody in the current folder would write it: relative when it is below, absolute when not.
pub fn shown(path: &Path) -> String {
    let current = std::env::current_dir().and_then(|folder| folder.canonicalize());
    let short = current.ok().and_then(|folder| path.strip_prefix(folder).ok().map(Path::to_owned));
    short.unwrap_or_else(|| path.to_owned()).display().to_string()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    /// What is said where something that is no file has the configuration's name, below a folder that has one.
    fn told(make: impl FnOnce(&Path)) -> String {
        let above = tempfile::tempdir().unwrap();
        std::fs::write(above.path().join(NAME), "version: 1\n").unwrap();
        let below = above.path().join("below");
        std::fs::create_dir(&below).unwrap();
        make(&below.join(NAME));
        find(&below).unwrap_err().to_string()
    }

    #[test]
    fn what_is_no_file_ends_the_search_and_is_named() {
        let folder = told(|path| std::fs::create_dir(path).unwrap());
        assert!(folder.ends_with("is a folder, not a file"), "{folder}");
        let nowhere = told(|path| symlink("nowhere", path).unwrap());
        assert!(nowhere.ends_with("is a link to what is not there, not a file"), "{nowhere}");
        let around = told(|path| symlink(NAME, path).unwrap());
        assert!(around.ends_with("is a link that leads back to itself, not a file"), "{around}");
        let pipe = told(|path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success()));
        assert!(pipe.ends_with("is a pipe, a socket or a device, not a file"), "{pipe}");
    }

    #[test]
    fn a_link_out_of_the_repository_is_not_read() {
        let other = tempfile::tempdir().unwrap();
        std::fs::write(other.path().join("secret"), "password: hidden\n").unwrap();
        let outside = told(|path| symlink(other.path().join("secret"), path).unwrap());
        assert!(outside.ends_with("is a link to what is no part of the repository, not a file"), "{outside}");
        let of_git = told(|path| {
            let folder = path.with_file_name(".git");
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join("config"), "[http]\n").unwrap();
            symlink(".git/config", path).unwrap();
        });
        assert!(of_git.ends_with("is a link to what is no part of the repository, not a file"), "{of_git}");
    }

    #[test]
    fn a_link_to_a_file_of_the_repository_above_is_read() {
        let above = tempfile::tempdir().unwrap();
        std::fs::create_dir(above.path().join(".git")).unwrap();
        std::fs::write(above.path().join("other.yml"), "version: 1\n").unwrap();
        let below = above.path().join("below");
        std::fs::create_dir(&below).unwrap();
        symlink("../other.yml", below.join(NAME)).unwrap();
        assert_eq!(find(&below).unwrap().text, "version: 1\n");
    }

    #[test]
    fn a_link_to_a_file_is_read_and_an_empty_folder_is_passed_by() {
        let above = tempfile::tempdir().unwrap();
        std::fs::write(above.path().join("other.yml"), "version: 1\n").unwrap();
        symlink("other.yml", above.path().join(NAME)).unwrap();
        let below = above.path().join("below");
        std::fs::create_dir(&below).unwrap();
        assert_eq!(find(&below).unwrap().text, "version: 1\n");
    }
}
