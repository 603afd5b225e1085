//! What git knows, read from the disk: the only place that names libgit2.
//!
//! Nothing is fetched and nothing is written.

use std::path::{Path, PathBuf};

use git2::{BranchType, ErrorCode, Repository};
use thiserror::Error;

use crate::branch_map::Facts;
use crate::branch_map::remote::{Remote, RemoteFault};

/// Why git could not be asked.
#[derive(Debug, Error)]
pub enum GitError {
    /// No repository holds the folder.
    #[error("`{folder}` is not in a git repository")]
    NoRepository {
        /// The folder that was asked about.
        folder: PathBuf,
    },
    /// git does not trust a repository that belongs to somebody else, because its configuration can run programs.
    #[error("the git repository around `{folder}` belongs to another user, so git does not trust it")]
    NotOwned {
        /// The folder that was asked about.
        folder: PathBuf,
    },
    /// Anything else, in libgit2's words.
    #[error("the git repository around `{folder}` could not be read: {reason}")]
    Unreadable {
        /// The folder that was asked about.
        folder: PathBuf,
        /// libgit2's words.
        reason: String,
    },
}

impl GitError {
    /// What the person can do.
    pub fn hint(&self) -> String {
        match self {
            GitError::NoRepository { .. } => {
                "run it inside the repository, or begin one: `git init`".to_owned()
            }
            GitError::NotOwned { folder } => format!(
                "if you trust it, tell git so, with the repository's own folder: `git config --global --add safe.directory {}`",
                folder.display()
            ),
            GitError::Unreadable { .. } => "see what git itself says: `git status`".to_owned(),
        }
    }

    fn new(folder: &Path, error: &git2::Error) -> Self {
        let folder = folder.to_owned();
        match error.code() {
            ErrorCode::NotFound => GitError::NoRepository { folder },
            ErrorCode::Owner => GitError::NotOwned { folder },
            _ => GitError::Unreadable { folder, reason: error.message().to_owned() },
        }
    }
}

/// Asks the repository that holds a folder.
pub fn facts(folder: &Path) -> Result<Facts, GitError> {
    let repository = Repository::discover(folder).map_err(|error| GitError::new(folder, &error))?;
    let unreadable = |error: git2::Error| GitError::Unreadable {
        folder: folder.to_owned(),
        reason: error.message().to_owned(),
    };
    Ok(Facts {
        root: repository.workdir().unwrap_or_else(|| repository.path()).to_owned(),
        branch: current(&repository).map_err(unreadable)?,
        branches: branches(&repository).map_err(unreadable)?,
        origin: origin(&repository).map_err(unreadable)?,
    })
}

/// The branch that is checked out; `None` on a detached head, and before the first commit.
fn current(repository: &Repository) -> Result<Option<String>, git2::Error> {
    match repository.head() {
        Ok(head) if head.is_branch() => {
            Ok(Some(String::from_utf8_lossy(head.shorthand_bytes()).into_owned()))
        }
        Ok(_) => Ok(None),
        Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn branches(repository: &Repository) -> Result<Vec<String>, git2::Error> {
    let mut names = Vec::new();
    for branch in repository.branches(Some(BranchType::Local))? {
        let (branch, _) = branch?;
        names.push(String::from_utf8_lossy(branch.name_bytes()?).into_owned());
    }
    names.sort_unstable();
    Ok(names)
}

fn origin(repository: &Repository) -> Result<Result<Remote, RemoteFault>, git2::Error> {
    match repository.find_remote("origin") {
        Ok(remote) => Ok(Remote::parse(&String::from_utf8_lossy(remote.url_bytes()))),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(Err(RemoteFault::Absent)),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::{ErrorCode, GitError, RemoteFault, Repository, facts};
    use crate::config::raw::RawProvider;
    use std::path::Path;
    use tempfile::TempDir;

    /// A repository with one commit on `develop`.
    fn repository() -> (TempDir, Repository) {
        let folder = tempfile::tempdir().unwrap();
        let mut options = git2::RepositoryInitOptions::new();
        let repository = Repository::init_opts(folder.path(), options.initial_head("develop")).unwrap();
        commit(&repository);
        (folder, repository)
    }

    fn commit(repository: &Repository) -> git2::Oid {
        let author = git2::Signature::new("Test", "test@example.com", &git2::Time::new(0, 0)).unwrap();
        let tree = repository.find_tree(repository.treebuilder(None).unwrap().write().unwrap()).unwrap();
        repository.commit(Some("HEAD"), &author, &author, "first", &tree, &[]).unwrap()
    }

    #[test]
    fn branches_root_and_remote_are_found_from_a_folder_below() {
        let (folder, repository) = repository();
        let first = repository.head().unwrap().peel_to_commit().unwrap();
        repository.branch("release/1.4", &first, false).unwrap();
        repository.branch("fünf", &first, false).unwrap();
        repository.remote("origin", "https://user:S3CRET@github.com/acme/shop.git").unwrap();
        let below = folder.path().join("a/b");
        #[expect(clippy::disallowed_methods, reason = "a test makes its own folders")]
        std::fs::create_dir_all(&below).unwrap();

        let facts = facts(&below).unwrap();

        assert_eq!(facts.root.canonicalize().unwrap(), folder.path().canonicalize().unwrap());
        assert_eq!(facts.branch.as_deref(), Some("develop"));
        assert_eq!(facts.branches, ["develop", "fünf", "release/1.4"]);
        let origin = facts.origin.clone().unwrap();
        assert_eq!((origin.provider, origin.repository.as_str()), (RawProvider::GitHub, "acme/shop"));
        assert!(!format!("{facts:?}").contains("S3CRET"));
    }

    #[test]
    fn a_detached_head_is_no_branch() {
        let (folder, repository) = repository();
        repository.set_head_detached(repository.head().unwrap().target().unwrap()).unwrap();
        let facts = facts(folder.path()).unwrap();
        assert_eq!(facts.branch, None);
        assert_eq!(facts.branches, ["develop"]);
    }

    #[test]
    fn a_repository_without_a_commit_has_no_branch_and_no_remote() {
        let folder = tempfile::tempdir().unwrap();
        Repository::init(folder.path()).unwrap();
        let facts = facts(folder.path()).unwrap();
        assert_eq!((facts.branch, facts.branches), (None, vec![]));
        assert_eq!(facts.origin, Err(RemoteFault::Absent));
    }

    #[test]
    fn a_folder_outside_a_repository_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let error = facts(folder.path()).unwrap_err();
        assert!(matches!(error, GitError::NoRepository { .. }), "{error}");
        assert!(error.hint().contains("git init"));
    }

    #[test]
    fn somebody_elses_repository_gets_a_hint_and_no_bypass() {
        let refusal =
            git2::Error::new(ErrorCode::Owner, git2::ErrorClass::Config, "not owned by current user");
        let error = GitError::new(Path::new("/srv/shop"), &refusal);
        assert!(error.to_string().contains("belongs to another user"), "{error}");
        assert!(
            error.hint().contains("git config --global --add safe.directory /srv/shop"),
            "{}",
            error.hint()
        );
    }
}
