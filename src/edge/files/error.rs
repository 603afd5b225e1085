//! What can go wrong in the output folder. Paths are shown as the caller wrote them.

use std::io;
use std::path::PathBuf;

/// Something in or about the output folder is not as it must be.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// The output folder is something else.
    #[error("cannot generate into `{}`: it is {what}", .path.display())]
    Output {
        /// The output folder.
        path: PathBuf,
        /// `a file`, `a symbolic link`.
        what: &'static str,
    },
    /// Something that is no folder stands where a folder must.
    #[error("cannot generate into `{}`: it is {what}, not a folder", .path.display())]
    Parent {
        /// The folder that cannot be.
        path: PathBuf,
        /// `a file`, `a symbolic link`.
        what: &'static str,
    },
    /// Something that is no file stands where a file must.
    #[error("cannot write `{}`: it is {what}", .path.display())]
    Target {
        /// The file that cannot be.
        path: PathBuf,
        /// `a folder`.
        what: &'static str,
    },
    /// It is there and cannot be read.
    #[error("cannot read `{}`: {source}", .path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A folder cannot be made.
    #[error("cannot make the folder `{}`: {source}", .path.display())]
    MakeFolder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The new text cannot be written beside its target.
    #[error("cannot write `{}`: {source}", .path.display())]
    Write {
        /// The target.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The new file is written but cannot take its place.
    #[error("cannot replace `{}`: {source}; {done} of {all} files were replaced before it, each of them wholly", .path.display())]
    Replace {
        /// The target.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
        /// Files that have taken their place already.
        done: usize,
        /// Files that were to do so.
        all: usize,
    },
    /// A file that is no longer generated cannot be removed.
    #[error("cannot remove `{}`: {source}", .path.display())]
    Remove {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl FilesError {
    /// What the person can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            FilesError::Output { .. } => {
                "give a folder with `--output`, one that exists or one that can be made; of a symbolic link, give the folder it points to"
            }
            FilesError::Parent { .. } | FilesError::Target { .. } => {
                "move it away, or generate into another folder with `--output`; nothing was written"
            }
            FilesError::Read { .. } => {
                "see that you may read it, or choose another folder with `--output`; nothing was written"
            }
            FilesError::MakeFolder { .. } | FilesError::Write { .. } => {
                "see that you may write there and that the disk has room, or choose another folder with `--output`; no file was changed"
            }
            FilesError::Replace { .. } => {
                "remove the cause and run `branchline generate` again: it does the rest"
            }
            FilesError::Remove { .. } => {
                "remove the cause and run `branchline generate --prune` again: it does the rest; no new file was written"
            }
        }
    }
}
