//! Writes pages of documentation into a folder.

// This is the one place that writes them.
#![allow(clippy::disallowed_methods)]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A page could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write `{}`: {source}", path.display())]
pub struct PageError {
    /// The folder or the page.
    path: PathBuf,
    /// What the system said.
    source: io::Error,
}

impl PageError {
    /// What the person can do about it.
    pub fn help(&self) -> &'static str {
        "see that it is a folder in which you may write, or give another with `--output`"
    }
}

/// Writes pages, given by file name and text, into a folder, which is made where it is missing. The number of pages.
pub fn write<'t>(folder: &Path, pages: impl Iterator<Item = (String, &'t str)>) -> Result<usize, PageError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| PageError { path, source }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let mut written = 0;
    for (name, text) in pages {
        let path = folder.join(name);
        fs::write(&path, text).map_err(failed(&path))?;
        written += 1;
    }
    Ok(written)
}
