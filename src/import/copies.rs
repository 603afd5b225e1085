//! The files of every branch, brought together: what many branches have alike is one copy.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A branch and the files of it that matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Its name in the repository's host: `release/1.4`, without `origin/`.
    pub name: String,
    /// Whether this is the remote's copy, as it was last fetched.
    pub is_remote: bool,
    /// Texts by path from the root of the repository. What is no UTF-8, no file, or too large is [`Content::Unread`].
    pub files: BTreeMap<String, Content>,
}

/// What a path holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text.
    Text(Arc<str>),
    /// Something that is not read, and why.
    Unread(&'static str),
}

impl Branch {
    /// How people name this copy: `release/1.4`, or `origin/release/1.4`.
    pub fn shown(&self) -> String {
        if self.is_remote { format!("origin/{}", self.name) } else { self.name.clone() }
    }

    /// The text of a path.
    pub fn text(&self, path: &str) -> Option<&Arc<str>> {
        match self.files.get(path)? {
            Content::Text(text) => Some(text),
            Content::Unread(_) => None,
        }
    }
}

/// One text of one path, and who has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The path from the root of the repository.
    pub path: String,
    /// The text.
    pub text: Arc<str>,
    /// The branches that have it so, as [`Branch::shown`] names them, in their order.
    pub branches: Vec<String>,
}

/// The copies of all paths that `wanted` says yes to: by path, then in the order of the first branch that has each.
pub fn copies(branches: &[Branch], wanted: impl Fn(&str) -> bool) -> Vec<Copy> {
    let mut found: BTreeMap<&str, Vec<Copy>> = BTreeMap::new();
    for branch in branches {
        for (path, content) in &branch.files {
            let Content::Text(text) = content else { continue };
            if !wanted(path) {
                continue;
            }
            let of_path = found.entry(path).or_default();
            match of_path.iter_mut().find(|copy| copy.text == *text) {
                Some(copy) => copy.branches.push(branch.shown()),
                None => of_path.push(Copy {
                    path: path.clone(),
                    text: Arc::clone(text),
                    branches: vec![branch.shown()],
                }),
            }
        }
    }
    found.into_values().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branch(name: &str, is_remote: bool, text: &str) -> Branch {
        let files = BTreeMap::from([
            ("copilot/pipeline.yml".to_owned(), Content::Text(text.into())),
            ("copilot/logo.png".to_owned(), Content::Unread("no text")),
        ]);
        Branch { name: name.to_owned(), is_remote, files }
    }

    #[test]
    fn what_branches_have_alike_is_one_copy_and_what_differs_is_several() {
        let branches =
            [branch("develop", false, "a"), branch("develop", true, "a"), branch("release/1", true, "b")];
        let found = copies(&branches, |path| path.ends_with("pipeline.yml"));
        let shown: Vec<_> = found.iter().map(|copy| (&*copy.text, copy.branches.join(" "))).collect();
        assert_eq!(shown, [("a", "develop origin/develop".to_owned()), ("b", "origin/release/1".to_owned())]);
        assert_eq!(copies(&branches, |_| false), []);
    }
}
