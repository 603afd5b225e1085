//! New files, written beside their places and put there all at once.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::{FilesError, STAGED, Turn};

/// Files that are written but do not count yet. [`Staging::commit`] puts them in their places; dropped without it,
/// they are gone, with the folders that were made for them.
///
/// A staged file stands in the folder of its place, so that putting it there is one rename: whoever reads sees the
/// old file or the new one, never a half.
#[derive(Debug)]
pub struct Staging {
    output: PathBuf,
    files: Vec<(TempPath, PathBuf)>,
    removals: Vec<PathBuf>,
    /// Folders that were made here, outer ones first.
    made: Vec<PathBuf>,
    /// The folder of the last file, which is there.
    last: Option<PathBuf>,
    /// By which other runs know that what is staged here is not left over.
    turn: Turn,
}

/// One file that is written beside its place. Dropped, it is gone.
#[derive(Debug)]
pub struct Staged {
    file: TempPath,
    target: PathBuf,
}

impl Staged {
    /// Writes a file beside its place, with the permissions of any new file. Its folder is there
    /// ([`Staging::make_room`]), so many can be written side by side.
    pub fn write(target: PathBuf, text: &str) -> Result<Self, FilesError> {
        let folder = target.parent().unwrap_or(Path::new(""));
        match write_beside(folder, text) {
            // Closed: thousands of open files would meet the system's limit.
            Ok(file) => Ok(Staged { file: file.into_temp_path(), target }),
            Err(source) => Err(FilesError::Write { path: target, source }),
        }
    }
}

impl Staging {
    /// Nothing staged yet, for this output folder.
    pub fn new(output: &Path) -> Self {
        Staging {
            output: output.to_owned(),
            files: Vec::new(),
            removals: Vec::new(),
            made: Vec::new(),
            last: None,
            turn: Turn::default(),
        }
    }

    /// Takes the turn with which the output folder was looked at. From here on other runs may begin.
    pub fn begin(&mut self, mut turn: Turn) {
        turn.share(&self.output);
        self.turn = turn;
    }

    /// Makes the folder of a file when it is missing, and gives the file's place.
    pub fn make_room(&mut self, path: &str) -> Result<PathBuf, FilesError> {
        let target = self.output.join(path);
        let folder = target.parent().unwrap_or(&self.output);
        if self.last.as_deref() != Some(folder) {
            let folder = folder.to_owned();
            self.make(&folder)?;
            self.last = Some(folder);
            // Where the output folder was made just now.
            if !self.turn.is_taken() {
                self.turn.share(&self.output);
            }
        }
        Ok(target)
    }

    /// Takes files that are written; they will be put in their places in this order.
    pub fn extend(&mut self, staged: impl IntoIterator<Item = Staged>) {
        self.files.extend(staged.into_iter().map(|Staged { file, target }| (file, target)));
    }

    /// Plans to remove a file, and its folder when that leaves it empty.
    pub fn remove(&mut self, path: &str) {
        self.removals.push(self.output.join(path));
    }

    /// Removes what is to be removed, then puts each file in its place, in the order in which they were staged.
    pub fn commit(mut self) -> Result<(), FilesError> {
        // Removed first: on a file system that does not tell letters apart, an old name may be a new file's place.
        for path in &self.removals {
            match fs::remove_file(path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(FilesError::Remove { path: path.clone(), source });
                }
                _ => {}
            }
            if let Some(folder) = path.parent().filter(|folder| *folder != self.output) {
                // A folder that still holds something stays.
                let _ = fs::remove_dir(folder);
            }
        }
        let all = self.files.len();
        for (done, (staged, target)) in std::mem::take(&mut self.files).into_iter().enumerate() {
            if let Err(error) = staged.persist(&target) {
                return Err(FilesError::Replace { path: target, source: error.error, done, all });
            }
        }
        Ok(())
    }

    /// Makes a folder and those above it, and remembers which were missing.
    fn make(&mut self, folder: &Path) -> Result<(), FilesError> {
        if folder.as_os_str().is_empty() || folder.is_dir() {
            return Ok(());
        }
        if let Some(above) = folder.parent() {
            self.make(above)?;
        }
        match fs::create_dir(folder) {
            Ok(()) => {
                self.made.push(folder.to_owned());
                Ok(())
            }
            // Another process was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
            Err(source) => Err(FilesError::MakeFolder { path: folder.to_owned(), source }),
        }
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        self.files.clear();
        for folder in self.made.iter().rev() {
            // One that holds a file by now stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// A file in the folder with this text and the permissions of any new file. Dropped, it is gone.
pub(in crate::edge) fn write_beside(folder: &Path, text: &str) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(STAGED);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // What a new file gets; the system takes the umask off.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_is_taken_at_the_last_moment_is_told_and_nothing_staged_stays() {
        let home = tempfile::tempdir().unwrap();
        let mut staging = Staging::new(home.path());
        for path in ["base.yml", "shop/pipeline.yml", "shop/pipeline.json"] {
            let target = staging.make_room(path).unwrap();
            staging.extend([Staged::write(target, "text").unwrap()]);
            assert!(!home.path().join(path).exists(), "{path} counts before the commit");
        }
        // A folder with something in it cannot be replaced.
        fs::create_dir_all(home.path().join("shop/pipeline.yml/taken")).unwrap();
        let error = staging.commit().unwrap_err();
        assert!(matches!(error, FilesError::Replace { done: 1, all: 3, .. }), "{error:?}");
        assert!(error.to_string().contains("1 of 3 files were replaced before it"), "{error}");
        let left: Vec<_> =
            fs::read_dir(home.path().join("shop")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["pipeline.yml"]);
    }
}
