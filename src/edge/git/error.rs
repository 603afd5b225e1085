//! Why git could not be asked, and what to do about it.

use std::path::{Path, PathBuf};

use git2::ErrorCode;
use thiserror::Error;

/// Why git could not be asked. No variant shows the address of a remote, which may hold a password.
#[derive(Debug, Error)]
pub enum GitError {
    /// No repository holds the folder.
    #[error("`{}` is not in a git repository", folder.display())]
    NoRepository {
        /// The folder that was asked about.
        folder: PathBuf,
    },
    /// A `.git` stands there and is no repository: a file that points nowhere, or a folder that lacks its parts.
    #[error("`{}` {what}", path.display())]
    NotARepository {
        /// The `.git`.
        path: PathBuf,
        /// What is wrong with it, as the end of a sentence.
        what: &'static str,
        /// What mends it.
        help: &'static str,
    },
    /// git does not trust a repository that belongs to somebody else, because its configuration can run programs.
    #[error("the git repository around `{}` belongs to another user, so git does not trust it", folder.display())]
    NotOwned {
        /// The folder that was asked about.
        folder: PathBuf,
    },
    /// Anything else, in libgit2's words.
    #[error("the git repository around `{}` could not be read: {reason}", folder.display())]
    Unreadable {
        /// The folder that was asked about.
        folder: PathBuf,
        /// libgit2's words.
        reason: String,
    },
    /// git knows no such revision.
    #[error("git knows no revision `{revision}` here")]
    UnknownRevision {
        /// The revision, as it was given.
        revision: String,
        /// What to do, which depends on what is there instead.
        help: String,
    },
    /// The revision is something, and no commit.
    #[error("`{revision}` is a {kind}, not a commit")]
    NotACommit {
        /// The revision, as it was given.
        revision: String,
        /// `tree`, `blob`.
        kind: &'static str,
    },
    /// The commit has no such file where it was looked for.
    #[error("there is no {name} at `{revision}`, {looked}")]
    MissingAt {
        /// The revision, as it was given.
        revision: String,
        /// The file's name.
        name: String,
        /// Where it was looked for, in words.
        looked: String,
    },
    /// Something else has the file's name in the commit.
    #[error("`{path}` is {what}, not a file")]
    NotAFileAt {
        /// `REV:path`.
        path: String,
        /// What it is, with its article.
        what: &'static str,
    },
    /// The file in the commit is longer than a configuration may be, and was not read.
    #[error("`{path}` has {bytes} bytes, and at most {limit} are read")]
    TooLargeAt {
        /// `REV:path`.
        path: String,
        /// Its length.
        bytes: usize,
        /// The longest that is read.
        limit: usize,
    },
}

impl GitError {
    /// The code of `diagnostic::codes` that explains it.
    pub fn code(&self) -> &'static str {
        match self {
            GitError::NoRepository { .. } => "BL606",
            GitError::NotOwned { .. } => "BL607",
            GitError::NotARepository { .. } | GitError::Unreadable { .. } => "BL608",
            GitError::UnknownRevision { .. } | GitError::NotACommit { .. } => "BL609",
            GitError::MissingAt { .. } => "BL610",
            GitError::NotAFileAt { .. } => "BL611",
            GitError::TooLargeAt { .. } => "BL008",
        }
    }

    /// What the person can do.
    pub fn hint(&self) -> String {
        match self {
            GitError::NoRepository { .. } => {
                "run it inside the repository, or begin one: `git init`".to_owned()
            }
            GitError::NotARepository { help, .. } => (*help).to_owned(),
            GitError::NotOwned { folder } => format!(
                "if you trust it, tell git so, with the repository's own folder: `git config --global --add safe.directory {}`",
                folder.display()
            ),
            GitError::Unreadable { .. } => "see what git itself says: `git status`".to_owned(),
            GitError::UnknownRevision { help, .. } => help.clone(),
            GitError::NotACommit { .. } => {
                "name a branch, a tag or a commit; branchline.yml is looked for in it".to_owned()
            }
            GitError::MissingAt { .. } => {
                "name a revision that has one, or leave `--rev` out to read the working tree".to_owned()
            }
            GitError::NotAFileAt { .. } => {
                "in a revision nothing is followed: name one in which it is a file of its own".to_owned()
            }
            GitError::TooLargeAt { .. } => {
                "split it over several apps, each with a branchline.yml of its own".to_owned()
            }
        }
    }

    /// An error of libgit2's while something was read in a repository.
    pub(super) fn reading(folder: &Path, error: &git2::Error) -> Self {
        GitError::Unreadable { folder: folder.to_owned(), reason: error.message().to_owned() }
    }

    /// An error of libgit2's while the repository around a folder was opened.
    pub(super) fn opening(folder: &Path, error: &git2::Error) -> Self {
        match error.code() {
            ErrorCode::Owner => GitError::NotOwned { folder: folder.to_owned() },
            ErrorCode::NotFound => GitError::NoRepository { folder: folder.to_owned() },
            _ => GitError::reading(folder, error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_elses_repository_gets_a_hint_and_no_bypass() {
        let refusal =
            git2::Error::new(ErrorCode::Owner, git2::ErrorClass::Config, "not owned by current user");
        let error = GitError::opening(Path::new("/srv/shop"), &refusal);
        assert!(error.to_string().contains("belongs to another user"), "{error}");
        let hint = error.hint();
        assert!(hint.contains("git config --global --add safe.directory /srv/shop"), "{hint}");
    }
}
