//! Looks over a repository for `init`: which files are there, and the text of those that tell how it is built.
//!
//! What git ignores is passed by, and so are hidden files, links, and folders of installed packages. There are limits, so
//! that a folder of any size takes no longer than a moment; what they leave out is told.

// This is the one place that looks.
#![allow(clippy::disallowed_methods)]

use std::fs::File;
use std::io::Read;
use std::path::Path;

use ignore::{DirEntry, WalkBuilder};

use super::git::{self, GitError};
use crate::init::{Seen, is_read};

/// The most files and folders that are looked at.
const MOST_ENTRIES: usize = 50_000;

/// The most folders below each other.
const DEEPEST: usize = 12;

/// The most files that are read, and the most bytes of one.
const MOST_READ: usize = 500;
const MOST_BYTES: u64 = 256 * 1024;

/// Folders of what others wrote, where somebody forgot to have git ignore them.
const OTHERS: [&str; 6] =
    ["node_modules", "vendor", "bower_components", "site-packages", "venv", "__pycache__"];

/// What there is to be seen in a folder, which is taken for the root of the repository.
pub fn survey(root: &Path) -> Result<Seen, GitError> {
    let mut seen = files(root);
    match git::facts(root) {
        Ok(facts) => {
            seen.branches = facts.known_branches().into_iter().map(str::to_owned).collect();
            seen.branch = facts.branch;
            seen.origin = Some(facts.origin);
            seen.tags = git::tags(root)?.into_iter().collect();
        }
        Err(GitError::NoRepository { .. }) => {}
        Err(error) => return Err(error),
    }
    Ok(seen)
}

fn files(root: &Path) -> Seen {
    let folder = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut seen = Seen { folder, ..Seen::default() };
    let walk = WalkBuilder::new(root)
        .follow_links(false)
        .max_depth(Some(DEEPEST))
        // The repository's own rules, which are the same for everybody; not those of this machine.
        .require_git(false)
        .git_global(false)
        .ignore(false)
        .parents(false)
        .sort_by_file_name(std::ffi::OsStr::cmp)
        .filter_entry(|entry| !is_of_others(entry))
        .build();
    let mut unreadable = 0;
    for (number, entry) in walk.enumerate() {
        if number == MOST_ENTRIES {
            seen.passed_over.push(format!("what comes after the first {MOST_ENTRIES} files and folders"));
            break;
        }
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                take(&mut seen, root, entry.path());
            }
            Ok(_) => {}
            Err(_) => unreadable += 1,
        }
    }
    if unreadable > 0 {
        seen.passed_over.push(format!("{unreadable} files or folders that could not be read"));
    }
    seen
}

fn is_of_others(entry: &DirEntry) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    is_folder && entry.depth() > 0 && entry.file_name().to_str().is_some_and(|name| OTHERS.contains(&name))
}

fn take(seen: &mut Seen, root: &Path, path: &Path) {
    let Some(below) = path.strip_prefix(root).ok().and_then(Path::to_str) else { return };
    if !below.chars().all(is_harmless) {
        return;
    }
    let below = below.replace(std::path::MAIN_SEPARATOR, "/");
    let name = below.rsplit('/').next().unwrap_or_default();
    if is_read(name) {
        if seen.texts.len() == MOST_READ {
            let told = format!("more Dockerfiles and the like than {MOST_READ}");
            if seen.passed_over.last() != Some(&told) {
                seen.passed_over.push(told);
            }
            return;
        }
        match read(path) {
            Ok(text) => _ = seen.texts.insert(below.clone(), text),
            Err(why) => {
                seen.passed_over.push(format!("{below}: {why}"));
                return;
            }
        }
    }
    seen.files.insert(below);
}

/// Neither ends a comment nor turns the direction in which a terminal shows what follows.
fn is_harmless(letter: char) -> bool {
    let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !turns && !letter.is_control()
}

/// A file's text, or why it was passed over.
fn read(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let file = File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    file.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("it has more than {} KiB", MOST_BYTES / 1024));
    }
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
