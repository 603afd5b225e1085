//! Changes a file that a person has written, whole or not at all.

// This is the one place that does.
#![allow(clippy::disallowed_methods)]

use std::io;
use std::path::{Path, PathBuf};

use super::files::write_beside;

/// A file was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// It could not be read or written.
    #[error("cannot change `{}`: {source}", path.display())]
    Io {
        /// Its path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not what it was when it was read, or is a link.
    #[error("`{}` is not what it was a moment ago, and is left as it is", path.display())]
    Other {
        /// Its path.
        path: PathBuf,
    },
}

impl ReplaceError {
    /// What the person can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            ReplaceError::Io { .. } => "see that you may write into the folder and that the disk has room",
            ReplaceError::Other { .. } => "run it again when nobody else writes there",
        }
    }
}

/// The text of a file; `None` where there is none, or no file of text that is one's own: a folder, a link, bytes.
pub fn read(path: &Path) -> Result<Option<String>, ReplaceError> {
    let failed = |source| ReplaceError::Io { path: path.to_owned(), source };
    match path.symlink_metadata() {
        Ok(found) if found.is_file() => {}
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    }
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

/// Puts another text into a file that still has the first one. What it may be read and written by stays.
pub fn replace(path: &Path, there: &str, text: &str) -> Result<(), ReplaceError> {
    let failed = |source| ReplaceError::Io { path: path.to_owned(), source };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = write_beside(folder, text).map_err(failed)?;
    let permissions = path.metadata().map_err(failed)?.permissions();
    file.as_file().set_permissions(permissions).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    if read(path)?.as_deref() != Some(there) {
        return Err(ReplaceError::Other { path: path.to_owned() });
    }
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_changed_whole_and_only_where_it_is_what_was_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".gitattributes");
        assert_eq!(read(&path).unwrap(), None);
        std::fs::write(&path, "one\n").unwrap();
        assert!(matches!(replace(&path, "other\n", "two\n"), Err(ReplaceError::Other { .. })));
        assert_eq!(read(&path).unwrap().as_deref(), Some("one\n"));
        replace(&path, "one\n", "two\n").unwrap();
        assert_eq!(read(&path).unwrap().as_deref(), Some("two\n"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("there"), "one\n").unwrap();
        std::os::unix::fs::symlink("there", folder.path().join("link")).unwrap();
        assert_eq!(read(&folder.path().join("link")).unwrap(), None);
    }
}
