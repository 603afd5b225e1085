//! Where a folder stands in its git repository, and what is no part of it.

use std::io;
use std::path::{Component, Path, PathBuf};

/// Whether a link in a folder leads to what is no part of the repository that holds the folder: out of its working tree, or to
/// git's own files, in which CI keeps credentials. Where there is no repository, the folder itself is taken for one.
///
/// `folder` is a real path. Fails where the link leads nowhere, or may not be followed.
pub fn leads_out(folder: &Path, link: &Path) -> io::Result<bool> {
    let root =
        folder.ancestors().find(|above| above.join(".git").symlink_metadata().is_ok()).unwrap_or(folder);
    let target = link.canonicalize()?;
    let is_of_git = |step: Component| step.as_os_str().eq_ignore_ascii_case(".git");
    Ok(target.strip_prefix(root).map_or(true, |below| below.components().any(is_of_git)))
}

/// The way from a repository's root to a folder, with `/`, empty for the root itself; `None` for a folder outside.
///
/// The folder need not be there yet. Links are followed as far as it is.
pub fn path_in(root: &Path, folder: &Path) -> Option<String> {
    let root = root.canonicalize().ok()?;
    let folder = real(&std::path::absolute(folder).ok()?)?;
    let below = folder.strip_prefix(root).ok()?;
    let steps: Option<Vec<&str>> = below.components().map(|step| step.as_os_str().to_str()).collect();
    Some(steps?.join("/"))
}

/// The real path of what is there, and behind it what is not there yet.
fn real(path: &Path) -> Option<PathBuf> {
    let mut rest = Vec::new();
    let mut there = path;
    loop {
        if let Ok(real) = there.canonicalize() {
            return Some(rest.iter().rev().fold(real, |path, step| path.join(step)));
        }
        match there.components().next_back()? {
            Component::Normal(step) => rest.push(step),
            // What such a step leads to is not known before the folder is there.
            _ => return None,
        }
        there = there.parent()?;
    }
}

#[cfg(test)]
mod tests {
    use super::path_in;

    #[test]
    fn a_folder_that_is_not_there_yet_has_its_path_and_one_outside_has_none() {
        let root = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let below = |path: &str| path_in(root.path(), &root.path().join(path));
        assert_eq!(below("ci/pipelines").as_deref(), Some("ci/pipelines"));
        assert_eq!(below("").as_deref(), Some(""));
        assert_eq!(path_in(root.path(), &other.path().join("pipelines")), None);
        assert_eq!(below("ci/../../elsewhere"), None);
    }
}
