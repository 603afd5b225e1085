//! Writes a file that is not there yet, whole or not at all.

// This is the one place that writes it.
#![allow(clippy::disallowed_methods)]

use std::io;
use std::path::{Path, PathBuf};

use super::files::write_beside;

/// A new file was not written.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// Something has its name already.
    #[error("`{}` is there already, and is not overwritten", path.display())]
    There {
        /// Its path.
        path: PathBuf,
    },
    /// It could not be written.
    #[error("cannot write `{}`: {source}", path.display())]
    Write {
        /// Its path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl CreateError {
    /// What the person can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            CreateError::There { .. } => {
                "see what is wrong with it with `branchline check`, or print a new one beside it with `branchline init --stdout`"
            }
            CreateError::Write { .. } => {
                "see that you may write into the folder and that the disk has room, or print the file with `--stdout`"
            }
        }
    }
}

/// Refuses a path that something stands at, a link that leads nowhere too.
pub fn is_free(path: &Path) -> Result<(), CreateError> {
    match path.symlink_metadata() {
        Ok(_) => Err(CreateError::There { path: path.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(CreateError::Write { path: path.to_owned(), source }),
    }
}

/// Writes a new file: beside its place, then put there unless something has its name by now.
pub fn create(path: &Path, text: &str) -> Result<(), CreateError> {
    let failed = |source| CreateError::Write { path: path.to_owned(), source };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = write_beside(folder, text).map_err(failed)?;
    // It is one file, and nobody can make it again from another.
    file.as_file().sync_all().map_err(failed)?;
    file.persist_noclobber(path).map_err(|error| {
        if error.error.kind() == io::ErrorKind::AlreadyExists {
            CreateError::There { path: path.to_owned() }
        } else {
            failed(error.error)
        }
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{CreateError, create, is_free};

    #[test]
    fn a_file_is_written_once_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("branchline.yml");
        is_free(&path).unwrap();
        create(&path, "one\n").unwrap();
        assert!(matches!(create(&path, "two\n"), Err(CreateError::There { .. })));
        assert!(matches!(is_free(&path), Err(CreateError::There { .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("branchline.yml");
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), &path).unwrap();
        assert!(matches!(create(&path, "one\n"), Err(CreateError::There { .. })));
        assert!(!folder.path().join("elsewhere").exists());
    }
}
