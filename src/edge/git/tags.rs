//! The tags of a repository.

use std::path::Path;

use super::{GitError, open};

/// The names of the tags of the repository that holds a folder, sorted.
pub fn tags(folder: &Path) -> Result<Vec<String>, GitError> {
    let repository = open(folder)?;
    let names = repository.tag_names(None).map_err(|error| GitError::reading(folder, &error))?;
    let mut tags: Vec<String> =
        names.iter_bytes().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    tags.sort_unstable();
    Ok(tags)
}
