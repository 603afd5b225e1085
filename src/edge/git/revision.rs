//! A file as it stands in a commit.

use std::path::{Path, PathBuf};

use git2::{ErrorCode, ObjectType, Oid, Repository, Tree, TreeEntry, TreeWalkMode, TreeWalkResult};

use super::{GitError, REMOTE, below, open, root};

/// A file that was found in a commit.
#[derive(Debug)]
pub struct At {
    /// The folder it stands in, in the working tree; the repository itself where there is none.
    pub folder: PathBuf,
    /// `REV:path`, as git names it: `git show` takes it.
    pub shown: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Git's mode of a symbolic link.
pub(super) const LINK: i32 = 0o120_000;

/// The nearest file of a name in the tree of a revision, from a folder of the working tree upward to its root.
///
/// The revision is anything that git takes for a commit: a branch, `origin/x`, a tag, an id or its beginning,
/// `HEAD~1`. A file of more than `limit` bytes is refused before it is read.
pub fn nearest(folder: &Path, revision: &str, name: &str, limit: usize) -> Result<At, GitError> {
    let repository = open(folder)?;
    let reading = |error: git2::Error| GitError::reading(folder, &error);
    let tree = tree(&repository, folder, revision)?;
    let below = below(&repository, folder);
    for way in below.ancestors() {
        let path = way.join(name);
        let entry = match tree.get_path(&path) {
            Ok(entry) => entry,
            Err(error) if error.code() == ErrorCode::NotFound => continue,
            Err(error) => return Err(reading(error)),
        };
        let shown = format!("{revision}:{}", slashed(&path));
        if let Some(what) = other_than_a_file(&entry) {
            return Err(GitError::NotAFileAt { path: shown, what });
        }
        let bytes = read(&repository, entry.id(), limit).map_err(reading)?;
        let bytes = bytes.map_err(|bytes| GitError::TooLargeAt { path: shown.clone(), bytes, limit })?;
        return Ok(At { folder: root(&repository).join(way), shown, bytes });
    }
    let looked = match slashed(&below) {
        way if way.is_empty() => "at the root of its tree".to_owned(),
        way => format!("neither in `{way}` nor in a folder above it"),
    };
    Err(GitError::MissingAt { revision: revision.to_owned(), name: name.to_owned(), looked })
}

/// A file below a folder of a commit.
#[derive(Debug)]
pub struct Below {
    /// Its path below the folder.
    pub name: String,
    /// `REV:path`.
    pub shown: String,
    /// What it holds; `None` where it is no file, or has more bytes than were asked for.
    pub bytes: Option<Vec<u8>>,
}

/// The files below a folder in a revision, in the order of their names; none where it has no such folder. `root` is where the
/// folder is looked for, a folder of the working tree, or the repository itself.
pub fn below_at(root: &Path, revision: &str, folder: &str, limit: usize) -> Result<Vec<Below>, GitError> {
    let repository = open(root)?;
    let reading = |error: git2::Error| GitError::reading(root, &error);
    let tree = tree(&repository, root, revision)?;
    let path = below(&repository, root).join(folder);
    let entry = match tree.get_path(&path) {
        Ok(entry) => entry,
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(reading(error)),
    };
    let Some(inside) = entry.to_object(&repository).map_err(reading)?.into_tree().ok() else {
        return Ok(Vec::new());
    };
    let mut names = Vec::new();
    inside
        .walk(TreeWalkMode::PreOrder, |above, entry| {
            if entry.kind() != Some(ObjectType::Tree) {
                names.push((
                    format!("{above}{}", String::from_utf8_lossy(entry.name_bytes())),
                    entry.to_owned(),
                ));
            }
            TreeWalkResult::Ok
        })
        .map_err(reading)?;
    names
        .into_iter()
        .map(|(name, entry)| {
            let bytes = match other_than_a_file(&entry) {
                Some(_) => None,
                None => read(&repository, entry.id(), limit).map_err(reading)?.ok(),
            };
            Ok(Below { shown: format!("{revision}:{}/{name}", slashed(&path)), name, bytes })
        })
        .collect()
}

fn tree<'r>(repository: &'r Repository, folder: &Path, revision: &str) -> Result<Tree<'r>, GitError> {
    // git reads both as something else: nothing as nothing, and what begins with a colon as a file of the index.
    if revision.is_empty() || revision.starts_with(':') {
        return Err(GitError::UnknownRevision {
            revision: revision.to_owned(),
            help: "name a branch, a tag or a commit, such as `--rev HEAD`, or leave `--rev` out to read the working tree"
                .to_owned(),
        });
    }
    let object = repository.revparse_single(revision).map_err(|error| match error.code() {
        ErrorCode::GenericError => GitError::reading(folder, &error),
        code => GitError::UnknownRevision {
            revision: revision.to_owned(),
            help: instead(repository, revision, code),
        },
    })?;
    let kind = object.kind();
    let commit = object.peel_to_commit().map_err(|_| GitError::NotACommit {
        revision: revision.to_owned(),
        kind: match kind {
            Some(ObjectType::Blob) => "file",
            Some(ObjectType::Tag) => "tag of something else",
            _ => "tree",
        },
    })?;
    commit.tree().map_err(|error| GitError::reading(folder, &error))
}

/// What to write in place of a revision that git does not know.
fn instead(repository: &Repository, revision: &str, code: ErrorCode) -> String {
    if code == ErrorCode::Ambiguous {
        return "more than one object's id begins so: write more of it".to_owned();
    }
    let remote = format!("{REMOTE}/{revision}");
    if repository.find_reference(&format!("refs/remotes/{remote}")).is_ok() {
        return format!("no local branch has this name; the remote's is `{remote}`: write `--rev {remote}`");
    }
    if repository.is_empty().unwrap_or(false) {
        return "the repository has no commit yet; leave `--rev` out to read the working tree".to_owned();
    }
    if repository.is_shallow() {
        return "this clone is shallow and has only the newest commits: `git fetch --unshallow` fetches the rest"
            .to_owned();
    }
    "`git branch --all` and `git tag` list what there is; `git fetch` fetches what is new".to_owned()
}

/// What an entry of a tree is, when it is no file.
fn other_than_a_file(entry: &TreeEntry<'_>) -> Option<&'static str> {
    match entry.kind() {
        Some(ObjectType::Blob) if entry.filemode() == LINK => Some("a symbolic link"),
        Some(ObjectType::Blob) => None,
        Some(ObjectType::Commit) => Some("a submodule"),
        _ => Some("a folder"),
    }
}

/// The bytes of a blob; its length where that is beyond the limit, without reading it.
pub(super) fn read(
    repository: &Repository,
    id: Oid,
    limit: usize,
) -> Result<Result<Vec<u8>, usize>, git2::Error> {
    let (length, _) = repository.odb()?.read_header(id)?;
    if length > limit {
        return Ok(Err(length));
    }
    Ok(Ok(repository.find_blob(id)?.content().to_vec()))
}

/// A path as git writes it, on every system.
fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}
