//! Reads files of other tools in the working tree, for imports: bounded, and through no link.

// This is the one place that reads them.
#![allow(clippy::disallowed_methods)]

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::config::tree::MAX_BYTES;

/// The most files of a folder that are read, and the most folders below each other.
const MOST: usize = 1_000;
const DEEPEST: usize = 12;

/// A file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ForeignError {
    /// There is none.
    #[error("there is no file `{}`", path.display())]
    Missing {
        /// Its path.
        path: PathBuf,
    },
    /// It is a folder, a link or a device.
    #[error("`{}` is no file of its own", path.display())]
    NotAFile {
        /// Its path.
        path: PathBuf,
    },
    /// The system does not let it be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is not UTF-8 text.
    #[error("`{}` is not UTF-8 text", path.display())]
    NotText {
        /// Its path.
        path: PathBuf,
    },
    /// There are more than [`MOST`].
    #[error("`{}` has more than {MOST} files that would be read", path.display())]
    TooMany {
        /// The folder.
        path: PathBuf,
    },
}

impl ForeignError {
    /// What the person can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            ForeignError::Missing { .. } => {
                "name the file behind the command, or go to its repository with -C"
            }
            ForeignError::NotAFile { .. } => "name the file itself: links are not followed",
            ForeignError::Unreadable { .. } => "look at its permissions",
            ForeignError::NotText { .. } => "save it as UTF-8",
            ForeignError::TooMany { .. } => "name one of them behind the command",
        }
    }
}

/// A file's text: at most one byte more than a configuration may have, which then is found to be too long.
pub fn read(path: &Path) -> Result<String, ForeignError> {
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => ForeignError::Missing { path: path.to_owned() },
        _ => ForeignError::Unreadable { path: path.to_owned(), source },
    };
    if !path.symlink_metadata().map_err(unreadable)?.is_file() {
        return Err(ForeignError::NotAFile { path: path.to_owned() });
    }
    let mut bytes = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)).map_err(unreadable)?;
    // What is cut off in the middle of a letter is too long in any case.
    if bytes.len() > MAX_BYTES {
        while std::str::from_utf8(&bytes).is_err_and(|error| error.error_len().is_none()) {
            bytes.pop();
        }
        bytes.resize(MAX_BYTES + 1, b' ');
    }
    String::from_utf8(bytes).map_err(|_| ForeignError::NotText { path: path.to_owned() })
}

/// Whether something is called so.
pub fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// The files below a folder whose names end so, in the order of their paths; none where there is no such folder. Links are passed over.
pub fn below(folder: &Path, end: &str) -> Result<Vec<PathBuf>, ForeignError> {
    let mut found = Vec::new();
    if folder.symlink_metadata().is_ok_and(|found| found.is_dir()) {
        walk(folder, end, 0, &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, end: &str, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), ForeignError> {
    let unreadable = |source| ForeignError::Unreadable { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let kind = entry.file_type().map_err(unreadable)?;
        let path = entry.path();
        if kind.is_dir() && depth < DEEPEST {
            walk(&path, end, depth + 1, found)?;
        } else if kind.is_file() && entry.file_name().to_string_lossy().ends_with(end) {
            if found.len() == MOST {
                return Err(ForeignError::TooMany { path: folder.to_owned() });
            }
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_below_a_folder_are_found_in_order_and_links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("maps/b")).unwrap();
        for file in ["maps/z.yml", "maps/b/a.yml", "maps/b/a.json"] {
            fs::write(root.join(file), "x").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(root, root.join("maps/link")).unwrap();
        let found = below(&root.join("maps"), ".yml").unwrap();
        assert_eq!(found, [root.join("maps/b/a.yml"), root.join("maps/z.yml")]);
        assert_eq!(below(&root.join("none"), ".yml").unwrap(), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_file_that_is_none_or_no_text_is_told_and_a_long_one_stays_too_long() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("map.yml");
        assert!(matches!(read(&path), Err(ForeignError::Missing { .. })));
        assert!(matches!(read(folder.path()), Err(ForeignError::NotAFile { .. })));
        fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(matches!(read(&path), Err(ForeignError::NotText { .. })));
        fs::write(&path, "é".repeat(MAX_BYTES)).unwrap();
        assert_eq!(read(&path).unwrap().len(), MAX_BYTES + 1);
    }
}
