//! What git knows, read from the disk: the only place that names libgit2.
//!
//! Nothing is fetched and nothing is written. Each case (a bare repository, a shallow clone, a detached head, a linked
//! worktree, a submodule, a broken one) has a test in `tests/git`, on a repository that git itself makes.

mod branches;
mod commits;
mod error;
mod remotes;
mod revision;
mod tags;

use std::path::{Path, PathBuf};

use git2::{BranchType, ErrorCode, Repository};

use crate::branch_map::Facts;
use crate::branch_map::remote::{Remote, RemoteFault};

pub use branches::{every_branch, has_merge_driver};
pub use commits::{Commit, Known, branches_with, changed, commit, head};
pub use error::GitError;
pub use remotes::{Configured, configured};
pub use revision::{At, Below, below_at, nearest};
pub use tags::tags;

/// The remote that is asked where the code comes from.
pub const REMOTE: &str = "origin";

/// Asks the repository that holds a folder.
pub fn facts(folder: &Path) -> Result<Facts, GitError> {
    let repository = open(folder)?;
    let reading = |error: git2::Error| GitError::reading(folder, &error);
    Ok(Facts {
        root: root(&repository).to_owned(),
        branch: current(&repository).map_err(reading)?,
        branches: local_branches(&repository).map_err(reading)?,
        remote_branches: remote_branches(&repository).map_err(reading)?,
        origin: origin(&repository).map_err(reading)?,
    })
}

/// Whether the folder is in a repository that has no working tree.
pub fn is_bare(folder: &Path) -> Result<bool, GitError> {
    Ok(open(folder)?.is_bare())
}

/// The repository that holds a folder, however deep the folder stands in it.
fn open(folder: &Path) -> Result<Repository, GitError> {
    Repository::discover(folder).map_err(|error| {
        let fault = GitError::opening(folder, &error);
        // libgit2 passes by what looks like a repository and is none, and goes on above it; git stops and says so.
        match (&fault, broken(folder)) {
            (GitError::NoRepository { .. } | GitError::Unreadable { .. }, Some(broken)) => broken,
            _ => fault,
        }
    })
}

/// The nearest `.git` from a folder upward, when it is no repository.
fn broken(folder: &Path) -> Option<GitError> {
    let start = folder.canonicalize().ok()?;
    let path =
        start.ancestors().map(|above| above.join(".git")).find(|path| path.symlink_metadata().is_ok())?;
    let (what, help) = if path.metadata().is_ok_and(|found| found.is_dir()) {
        // One that libgit2 takes for a repository is broken in another way, which it says itself.
        if Repository::open(&path).is_err_and(|error| error.code() != ErrorCode::NotFound) {
            return None;
        }
        (
            "is a folder, and no git repository: it lacks what one has",
            "move it away, or fetch the repository anew: `git clone`",
        )
    } else {
        (
            "points to a git repository that is not there",
            "if it is a worktree or a submodule that was moved, `git worktree repair` or `git submodule update --init` mends it",
        )
    };
    Some(GitError::NotARepository { path, what, help })
}

/// The folder that holds the working tree, or the repository itself where there is none.
fn root(repository: &Repository) -> &Path {
    repository.workdir().unwrap_or_else(|| repository.path())
}

/// The way from the root of the working tree down to a folder; empty in a bare repository.
fn below(repository: &Repository, folder: &Path) -> PathBuf {
    let root = repository.workdir().and_then(|root| root.canonicalize().ok());
    let folder = folder.canonicalize().ok();
    match (root, folder) {
        (Some(root), Some(folder)) => folder.strip_prefix(root).map(Path::to_owned).unwrap_or_default(),
        _ => PathBuf::new(),
    }
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

fn local_branches(repository: &Repository) -> Result<Vec<String>, git2::Error> {
    let mut names = Vec::new();
    for branch in repository.branches(Some(BranchType::Local))? {
        let (branch, _) = branch?;
        names.push(String::from_utf8_lossy(branch.name_bytes()?).into_owned());
    }
    names.sort_unstable();
    Ok(names)
}

/// The branches of `origin` as they were last fetched, by the names that they have there.
fn remote_branches(repository: &Repository) -> Result<Vec<String>, git2::Error> {
    let mut names = Vec::new();
    for branch in repository.branches(Some(BranchType::Remote))? {
        let (branch, _) = branch?;
        let name = String::from_utf8_lossy(branch.name_bytes()?).into_owned();
        let name = name.strip_prefix(REMOTE).and_then(|rest| rest.strip_prefix('/'));
        // `origin/HEAD` says which branch is the remote's default, and is no branch.
        names.extend(name.filter(|name| *name != "HEAD").map(str::to_owned));
    }
    names.sort_unstable();
    Ok(names)
}

/// The remote as git would fetch from it: libgit2 applies `url.<base>.insteadOf`.
fn origin(repository: &Repository) -> Result<Result<Remote, RemoteFault>, git2::Error> {
    match repository.find_remote(REMOTE) {
        Ok(remote) => Ok(Remote::parse(&String::from_utf8_lossy(remote.url_bytes()))),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(Err(RemoteFault::Absent)),
        Err(error) => Err(error),
    }
}
