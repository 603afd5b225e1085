//! What is in the output folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{FilesError, Others, abandoned};
use crate::change::is_generated_path;

/// The output folder as it was found. Only the places where generated files can stand are looked at; see
/// [`is_generated_path`].
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    folders: BTreeMap<String, Entry>,
    files: BTreeMap<String, Entry>,
    staged: Vec<String>,
}

/// What stands at the place of a generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum There {
    /// Nothing.
    Nothing,
    /// A file with these bytes.
    Bytes(Vec<u8>),
    /// A symbolic link, wherever it leads: not branchline's, which makes none.
    Link,
}

#[derive(Clone, Copy, Debug)]
enum Entry {
    File,
    Folder,
    Link,
    Other,
    /// A folder that may not be listed.
    Closed,
}

impl Entry {
    fn of(kind: FileType) -> Self {
        match () {
            () if kind.is_symlink() => Entry::Link,
            () if kind.is_dir() => Entry::Folder,
            () if kind.is_file() => Entry::File,
            () => Entry::Other,
        }
    }

    fn what(self) -> &'static str {
        match self {
            Entry::File => "a file",
            Entry::Folder => "a folder",
            Entry::Link => "a symbolic link",
            Entry::Other => "neither a file nor a folder",
            Entry::Closed => "a folder that you may not read",
        }
    }
}

impl Folder {
    /// Looks at the folder. One that does not exist is empty.
    pub fn open(path: &Path) -> Result<Self, FilesError> {
        let mut folder = Folder {
            path: path.to_owned(),
            folders: BTreeMap::new(),
            files: BTreeMap::new(),
            staged: Vec::new(),
        };
        let unreadable = |source| FilesError::Read { path: path.to_owned(), source };
        // Without a slash at its end, which would follow a link.
        let plain: PathBuf = path.components().collect();
        match fs::symlink_metadata(plain).map(|found| Entry::of(found.file_type())) {
            Ok(Entry::Folder) => {}
            Ok(other) => return Err(FilesError::Output { path: path.to_owned(), what: other.what() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return Err(FilesError::Output { path: path.to_owned(), what: "below a file" });
            }
            Err(error) => return Err(unreadable(error)),
        }
        for (name, kind) in folder.list("").map_err(unreadable)? {
            folder.note(name.clone(), &name, kind);
            if !is_generated_path(&name) && !name.starts_with('.') {
                folder.folders.insert(name, kind);
            }
        }
        let below: Vec<String> = folder
            .folders
            .iter()
            .filter(|(_, entry)| matches!(entry, Entry::Folder))
            .map(|(name, _)| name.clone())
            .collect();
        // Side by side: there are as many as pipelines, and nothing else can be done before they are known.
        let listed: Vec<_> = below.par_iter().map(|name| folder.list(name)).collect();
        for (below, entries) in below.into_iter().zip(listed) {
            // A folder that is nobody's business here may well be closed; one that is needed is refused when it is.
            let Ok(entries) = entries else {
                folder.folders.insert(below, Entry::Closed);
                continue;
            };
            for (name, kind) in entries {
                folder.note(format!("{below}/{name}"), &name, kind);
            }
        }
        Ok(folder)
    }

    /// What stands in the folder itself (`""`) or in a folder directly below it, by name.
    fn list(&self, below: &str) -> io::Result<Vec<(String, Entry)>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(self.path.join(below))? {
            let entry = entry?;
            // Names that are no UTF-8 are never ours.
            let Ok(name) = entry.file_name().into_string() else { continue };
            entries.push((name, Entry::of(entry.file_type()?)));
        }
        Ok(entries)
    }

    /// Takes note of what was staged, and of what stands in the place of a generated file.
    fn note(&mut self, path: String, name: &str, kind: Entry) {
        if abandoned::has_its_name(name) && matches!(kind, Entry::File) {
            self.staged.push(path);
        } else if is_generated_path(&path) {
            self.files.insert(path, kind);
        }
    }

    /// What stands at the place of a generated file.
    pub fn read(&self, path: &str) -> Result<There, FilesError> {
        let full = self.path.join(path);
        if let Some((parent, _)) = path.split_once('/')
            && let Some(entry) = self.folders.get(parent)
            && !matches!(entry, Entry::Folder)
        {
            return Err(FilesError::Parent { path: self.path.join(parent), what: entry.what() });
        }
        let entry = match self.files.get(path) {
            Some(entry) => *entry,
            // It was not there, or it was under a name in other letters, which some file systems take for the same.
            None => match fs::symlink_metadata(&full) {
                Ok(found) => Entry::of(found.file_type()),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(There::Nothing),
                Err(source) => return Err(FilesError::Read { path: full, source }),
            },
        };
        match entry {
            Entry::File => {
                fs::read(&full).map(There::Bytes).map_err(|source| FilesError::Read { path: full, source })
            }
            Entry::Link => Ok(There::Link),
            entry => Err(FilesError::Target { path: full, what: entry.what() }),
        }
    }

    /// The places of generated files where a file is and none of these is to be: what may have been generated once.
    pub fn rest(&self, generated: &BTreeSet<String>) -> Vec<String> {
        let plain = self.files.iter().filter(|(_, entry)| matches!(entry, Entry::File));
        plain.map(|(path, _)| path).filter(|path| !generated.contains(*path)).cloned().collect()
    }

    /// Staged files that a killed process left behind, by their names and by what they begin with; `others` are those who wrote
    /// here while it was looked at.
    pub fn abandoned(&self, others: Others) -> Vec<String> {
        let is_left = |path: &Path| match others {
            Others::Nobody => true,
            Others::Somebody => false,
            Others::Unknown => abandoned::is_old(path),
        };
        let found = self.staged.iter().filter(|path| {
            let path = self.path.join(path);
            is_left(&path) && abandoned::begins_as_ours(&path)
        });
        found.cloned().collect()
    }
}
