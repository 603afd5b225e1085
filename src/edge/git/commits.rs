//! Commits: by their digits, as the head of a branch, on which branches they are, and what differs between two.

use std::path::Path;

use git2::{BranchType, DiffOptions, ErrorCode, Oid, Repository};

use super::{GitError, REMOTE, open};

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// All digits of its id.
    pub id: String,
    /// The first line of its message, as it was written.
    pub summary: String,
    /// When it was committed, in seconds since 1970, UTC.
    pub committed: i64,
}

/// What digits come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// This commit.
    One(Commit),
    /// No commit begins so here.
    Nothing,
    /// Several objects do.
    Several,
}

/// The commit whose id begins with these hexadecimal digits.
pub fn commit(folder: &Path, digits: &str) -> Result<Known, GitError> {
    let repository = open(folder)?;
    let found = repository.find_commit_by_prefix(digits);
    match found {
        Ok(found) => Ok(Known::One(told(&found))),
        Err(error) if error.code() == ErrorCode::Ambiguous => Ok(Known::Several),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(Known::Nothing),
        Err(error) => Err(GitError::reading(folder, &error)),
    }
}

/// The head of a branch of `origin`, as it was last fetched; `None` where git knows no such branch.
pub fn head(folder: &Path, branch: &str) -> Result<Option<Commit>, GitError> {
    let repository = open(folder)?;
    let reading = |error: git2::Error| GitError::reading(folder, &error);
    match repository.find_reference(&format!("refs/remotes/{REMOTE}/{branch}")) {
        Ok(reference) => Ok(Some(told(&reference.peel_to_commit().map_err(reading)?))),
        Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => Ok(None),
        Err(error) => Err(reading(error)),
    }
}

/// The branches of `origin`, as they were last fetched, that have a commit, of those that `wanted` names; sorted.
pub fn branches_with(
    folder: &Path,
    commit: &str,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<String>, GitError> {
    let repository = open(folder)?;
    let reading = |error: git2::Error| GitError::reading(folder, &error);
    let id = Oid::from_str(commit).map_err(reading)?;
    let mut names = Vec::new();
    for branch in repository.branches(Some(BranchType::Remote)).map_err(reading)? {
        let (branch, _) = branch.map_err(reading)?;
        let name = String::from_utf8_lossy(branch.name_bytes().map_err(reading)?).into_owned();
        let Some(name) = name.strip_prefix(REMOTE).and_then(|rest| rest.strip_prefix('/')) else { continue };
        // `origin/HEAD` is no branch.
        if name == "HEAD" || !wanted(name) {
            continue;
        }
        let tip = branch.get().peel_to_commit().map_err(reading)?.id();
        if tip == id || repository.graph_descendant_of(tip, id).map_err(reading)? {
            names.push(name.to_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// The files that differ between two commits at or below these paths of the repository, sorted; `None` where git has not both commits.
pub fn changed(
    folder: &Path,
    from: &str,
    to: &str,
    below: &[String],
) -> Result<Option<Vec<String>>, GitError> {
    let repository = open(folder)?;
    let reading = |error: git2::Error| GitError::reading(folder, &error);
    let tree = |repository: &Repository, id: &str| {
        let commit = Oid::from_str(id).and_then(|id| repository.find_commit(id));
        commit.ok().map(|commit| commit.tree_id())
    };
    let (Some(from), Some(to)) = (tree(&repository, from), tree(&repository, to)) else { return Ok(None) };
    let from = repository.find_tree(from).map_err(reading)?;
    let to = repository.find_tree(to).map_err(reading)?;
    let mut options = DiffOptions::new();
    // A path is a path here, whatever stands in it, and is no pattern.
    options.disable_pathspec_match(true);
    for path in below {
        options.pathspec(path);
    }
    let diff = repository.diff_tree_to_tree(Some(&from), Some(&to), Some(&mut options)).map_err(reading)?;
    let mut files: Vec<String> = diff
        .deltas()
        .filter_map(|delta| {
            let path = delta.old_file().path_bytes().or_else(|| delta.new_file().path_bytes())?;
            Some(String::from_utf8_lossy(path).into_owned())
        })
        .collect();
    files.sort_unstable();
    files.dedup();
    Ok(Some(files))
}

fn told(commit: &git2::Commit<'_>) -> Commit {
    let summary = commit.summary_bytes().unwrap_or_default();
    Commit {
        id: commit.id().to_string(),
        summary: String::from_utf8_lossy(summary).into_owned(),
        committed: commit.time().seconds(),
    }
}
