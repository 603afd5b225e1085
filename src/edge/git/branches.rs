//! Files as every branch has them, from the object database, without a checkout.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use git2::{BranchType, ObjectType, Oid, Repository};

use super::revision::{LINK, read};
use super::{GitError, REMOTE, open};
use crate::import::copies::{Branch, Content};

/// The files that are wanted, of every local branch and of every branch of `origin` as it was last fetched. A branch of the remote
/// whose newest commit is the local one's is left out: it says the same.
///
/// `wanted` is asked for paths from the root, and `enters` for folders: a folder that it refuses is not looked into. A folder that
/// many branches have alike is looked into once. Branches come in the order of their names, local ones first; a file of
/// more than `limit` bytes is not read.
pub fn every_branch(
    folder: &Path,
    limit: usize,
    wanted: &dyn Fn(&str) -> bool,
    enters: &dyn Fn(&str) -> bool,
) -> Result<Vec<Branch>, GitError> {
    let repository = open(folder)?;
    let reading = |error: git2::Error| GitError::reading(folder, &error);
    let mut looking = Looking {
        repository: &repository,
        limit,
        wanted,
        enters,
        trees: BTreeMap::new(),
        blobs: BTreeMap::new(),
    };
    let (mut branches, mut local) = (Vec::new(), BTreeSet::new());
    for (name, tip, is_remote) in tips(&repository).map_err(reading)? {
        if is_remote && local.contains(&(name.clone(), tip)) {
            continue;
        }
        let tree = repository.find_commit(tip).and_then(|commit| commit.tree()).map_err(reading)?;
        let found = looking.below(tree.id(), "").map_err(reading)?;
        let files = found.iter().map(|(path, entry)| Ok((path.clone(), looking.content(entry)?)));
        let files = files.collect::<Result<BTreeMap<_, _>, git2::Error>>().map_err(reading)?;
        if !is_remote {
            local.insert((name.clone(), tip));
        }
        branches.push(Branch { name, is_remote, files });
    }
    Ok(branches)
}

/// Whether git has a merge driver of this name here: in this clone's configuration, the person's, or the machine's.
pub fn has_merge_driver(folder: &Path, name: &str) -> Result<bool, GitError> {
    let repository = open(folder)?;
    let reading = |error: git2::Error| GitError::reading(folder, &error);
    let configuration = repository.config().and_then(|mut all| all.snapshot()).map_err(reading)?;
    Ok(configuration.get_str(&format!("merge.{name}.driver")).is_ok_and(|driver| !driver.is_empty()))
}

/// Name, newest commit and whether it is the remote's, local ones first, by name.
fn tips(repository: &Repository) -> Result<Vec<(String, Oid, bool)>, git2::Error> {
    let mut tips = Vec::new();
    for (kind, is_remote) in [(BranchType::Local, false), (BranchType::Remote, true)] {
        let mut some = Vec::new();
        for branch in repository.branches(Some(kind))? {
            let (branch, _) = branch?;
            let name = String::from_utf8_lossy(branch.name_bytes()?).into_owned();
            let name = if is_remote {
                name.strip_prefix(REMOTE).and_then(|rest| rest.strip_prefix('/')).map(str::to_owned)
            } else {
                Some(name)
            };
            // `origin/HEAD` names another branch. A branch without a commit is none yet.
            if let (Some(name), Some(tip)) = (name.filter(|name| name != "HEAD"), branch.get().target()) {
                some.push((name, tip, is_remote));
            }
        }
        some.sort();
        tips.append(&mut some);
    }
    Ok(tips)
}

/// What a path is in a tree.
#[derive(Clone, Copy)]
enum Entry {
    Blob(Oid),
    Other(&'static str),
}

/// The files below a folder, by path from the root.
type Below = Rc<Vec<(String, Entry)>>;

struct Looking<'r> {
    repository: &'r Repository,
    limit: usize,
    wanted: &'r dyn Fn(&str) -> bool,
    enters: &'r dyn Fn(&str) -> bool,
    /// By tree and path: the same tree may stand in two places, of which one is wanted.
    trees: BTreeMap<(Oid, String), Below>,
    blobs: BTreeMap<Oid, Content>,
}

impl Looking<'_> {
    fn below(&mut self, tree: Oid, way: &str) -> Result<Below, git2::Error> {
        let key = (tree, way.to_owned());
        if let Some(known) = self.trees.get(&key) {
            return Ok(Rc::clone(known));
        }
        let mut found = Vec::new();
        for entry in &self.repository.find_tree(tree)? {
            // Names that are no UTF-8 are none that is wanted.
            let Ok(name) = entry.name() else { continue };
            let path = if way.is_empty() { name.to_owned() } else { format!("{way}/{name}") };
            match entry.kind() {
                Some(ObjectType::Tree) if (self.enters)(&path) => {
                    found.extend(self.below(entry.id(), &path)?.iter().cloned());
                }
                Some(ObjectType::Blob) if (self.wanted)(&path) => {
                    let is_link = entry.filemode() == LINK;
                    let what =
                        if is_link { Entry::Other("a symbolic link") } else { Entry::Blob(entry.id()) };
                    found.push((path, what));
                }
                _ => {}
            }
        }
        let found = Rc::new(found);
        self.trees.insert(key, Rc::clone(&found));
        Ok(found)
    }

    fn content(&mut self, entry: &Entry) -> Result<Content, git2::Error> {
        let id = match entry {
            Entry::Blob(id) => *id,
            Entry::Other(what) => return Ok(Content::Unread(what)),
        };
        if let Some(known) = self.blobs.get(&id) {
            return Ok(known.clone());
        }
        let content = match read(self.repository, id, self.limit)? {
            Err(_) => Content::Unread("too large"),
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Content::Text(Arc::from(text)),
                Err(_) => Content::Unread("no text in UTF-8"),
            },
        };
        self.blobs.insert(id, content.clone());
        Ok(content)
    }
}
