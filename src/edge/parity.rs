//! Reads what `check parity` compares: Copilot's folder, task definitions, dotenv files.

// This is the one place that reads these.
#![allow(clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;

use super::repository::leads_out;
use crate::config::tree::MAX_BYTES;
use crate::parity::copilot::Files;
use crate::parity::pattern::Pattern;

/// The most files of one folder that are read, or fit one pattern.
const MOST: usize = 2_000;

/// The nearest folder, from one upward, in which there is a `copilot` folder.
pub fn above(folder: &Path) -> Option<PathBuf> {
    let start = folder.canonicalize().ok()?;
    start.ancestors().find(|above| above.join("copilot").is_dir()).map(Path::to_owned)
}

/// The manifests of Copilot below a folder, by their paths from it; empty where there is no `copilot` folder.
pub fn copilot(root: &Path) -> Files {
    let mut paths = vec!["copilot/.workspace".to_owned(), "copilot/pipeline.yml".to_owned()];
    for (folder, is_workload) in
        [("copilot", true), ("copilot/environments", false), ("copilot/pipelines", false)]
    {
        let reserved = ["environments", "pipelines"];
        let names = names(&root.join(folder));
        let names = names.into_iter().filter(|name| !is_workload || !reserved.contains(&name.as_str()));
        paths.extend(names.map(|name| format!("{folder}/{name}/manifest.yml")));
    }
    let mut files = read(root, paths.iter().map(String::as_str));
    for folder in ["copilot", "copilot/environments", "copilot/pipelines"] {
        if let Err(error) = fs::read_dir(root.join(folder))
            && !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
        {
            files.insert(folder.to_owned(), Err(told(&error)));
        }
    }
    files
}

/// Files by their paths from a folder. What is not there is not among them; what lies outside of the repository is not read.
pub fn read<'p>(root: &Path, paths: impl Iterator<Item = &'p str>) -> Files {
    let mut files = BTreeMap::new();
    for path in paths.filter(|path| is_below(path)) {
        let place = root.join(path);
        if place.symlink_metadata().is_err() {
            continue;
        }
        let content = match leads_out(&root.canonicalize().unwrap_or_else(|_| root.to_owned()), &place) {
            Ok(false) => text(&place).map(Arc::from),
            Ok(true) => Err("this is a link to what is no part of the repository".to_owned()),
            Err(error) => Err(told(&error)),
        };
        files.insert(path.to_owned(), content);
    }
    files
}

/// Whether a path leads to nowhere but below the folder, by names that a terminal can be shown.
fn is_below(path: &str) -> bool {
    let is_name = |step: &str| !matches!(step, "" | ".." | ".") && step.chars().all(is_harmless);
    path.strip_prefix("./").unwrap_or(path).split('/').all(is_name)
}

/// Neither a control character nor one that turns the direction of writing or has no width.
fn is_harmless(letter: char) -> bool {
    !letter.is_control()
        && !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The names of the folders in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let names = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        is_folder.then(|| entry.file_name().into_string().ok())?
    });
    let mut names: Vec<String> = names.take(MOST).collect();
    names.sort();
    names
}

/// The text of a file, or in a few words why there is none.
pub fn text(path: &Path) -> Result<String, String> {
    // A pipe is not opened: reading it could wait forever.
    if !path.metadata().map_err(|error| told(&error))?.is_file() {
        return Err("this is no file".to_owned());
    }
    let mut bytes = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    let read = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
    read.map_err(|error| told(&error))?;
    if bytes.len() > MAX_BYTES {
        return Err(format!("this file has more than {} KiB", MAX_BYTES / 1024));
    }
    String::from_utf8(bytes).map_err(|_| "this file is not UTF-8 text".to_owned())
}

fn told(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "this file is not there".to_owned(),
        _ => format!("this file cannot be read: {error}"),
    }
}

/// The paths that fit a pattern, in order. Files that git ignores are among them: dotenv files mostly are ignored.
pub fn fitting(pattern: &Pattern) -> Vec<String> {
    let folder = if pattern.folder().is_empty() { "." } else { pattern.folder() };
    let walk = WalkBuilder::new(folder)
        .standard_filters(false)
        .max_depth(Some(pattern.depth()))
        .sort_by_file_name(std::ffi::OsStr::cmp)
        .build();
    let files = walk.filter_map(Result::ok).filter(|entry| entry.path().is_file());
    let paths = files.filter_map(|entry| {
        let below = entry.path().strip_prefix(folder).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
        let path = format!("{}{below}", pattern.folder());
        (path.chars().all(is_harmless) && pattern.whose(&path).is_some()).then_some(path)
    });
    paths.take(MOST).collect()
}
