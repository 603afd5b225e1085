//! The remotes that are configured.

use std::path::{Path, PathBuf};

use git2::{ErrorCode, Remote};

use super::{GitError, open, root};

/// A remote that is configured. It cannot be printed: its address may hold a password.
pub struct Configured {
    /// The folder that holds the working tree, or the repository itself where there is none: git is run there.
    pub root: PathBuf,
    /// The address that git would fetch from.
    pub address: String,
}

/// The remote of this name in the repository that holds a folder, or the names of those that there are.
///
/// An address, or a command such as `ext::sh -c …`, has no such name, and what git would take for one is not looked at: a
/// remote counts when it is written in git's configuration, with an address to fetch from.
pub fn configured(folder: &Path, name: &str) -> Result<Result<Configured, Vec<String>>, GitError> {
    let repository = open(folder)?;
    let reading = |error: git2::Error| GitError::reading(folder, &error);
    if Remote::is_valid_name(name) && !name.starts_with('-') {
        match repository.find_remote(name) {
            Ok(remote) if !remote.url_bytes().is_empty() => {
                let address = String::from_utf8_lossy(remote.url_bytes()).into_owned();
                return Ok(Ok(Configured { root: root(&repository).to_owned(), address }));
            }
            Ok(_) => {}
            Err(error) if error.code() == ErrorCode::NotFound => {}
            Err(error) => return Err(reading(error)),
        }
    }
    let names = repository.remotes().map_err(reading)?;
    let mut names: Vec<String> =
        names.iter_bytes().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    names.sort_unstable();
    Ok(Err(names))
}
