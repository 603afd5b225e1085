//! Faults planted in copies of `sample/`, a small tree written by hand: each judge must see its own.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde::Deserialize;
use tempfile::TempDir;

use crate::court::{self, Report};
use crate::tree::Tree;

/// One change to one file of the sample.
#[derive(Debug, Deserialize)]
pub(crate) struct Fault {
    /// The judge that has to see it.
    pub(crate) judge: String,
    file: String,
    replace: String,
    by: String,
    /// How many times over; once where nothing is said.
    times: Option<usize>,
    /// What the finding must say.
    pub(crate) says: String,
}

/// Every fault, with the name of its tree.
pub(crate) fn all() -> Vec<(String, Fault)> {
    let faults: Vec<Fault> =
        serde_json::from_str(include_str!("faults.json")).expect("faults.json is a list of faults");
    faults.into_iter().enumerate().map(|(number, fault)| (format!("fault-{number}"), fault)).collect()
}

/// The judges' report over the sample, named `sample`, and over a copy for each fault. Judged once for all tests.
pub(crate) fn judged() -> &'static Report {
    static JUDGED: OnceLock<Result<Report, String>> = OnceLock::new();
    match JUDGED.get_or_init(plant_and_judge) {
        Ok(report) => report,
        Err(why) => panic!("{why}"),
    }
}

fn plant_and_judge() -> Result<Report, String> {
    let folder = TempDir::new().map_err(|error| error.to_string())?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judges/sample");
    let sample = Tree { name: "sample".to_owned(), root, only: Vec::new() };
    let mut trees = Vec::new();
    for (name, fault) in all() {
        let root = folder.path().join(&name);
        plant(&sample, &fault, &root)?;
        trees.push(Tree { name, root, only: vec![fault.judge] });
    }
    trees.insert(0, sample);
    court::judge(&trees)
}

fn plant(sample: &Tree, fault: &Fault, root: &Path) -> Result<(), String> {
    for path in sample.files() {
        let mut text =
            fs::read_to_string(sample.root.join(&path)).map_err(|error| format!("{path}: {error}"))?;
        if path == fault.file {
            let faulty = text.replace(&fault.replace, &fault.by.repeat(fault.times.unwrap_or(1)));
            if faulty == text {
                return Err(format!("the fault changes nothing in {path}: {fault:?}"));
            }
            text = faulty;
        }
        let target = root.join(&path);
        let parent = target.parent().ok_or("a file stands in a folder")?;
        fs::create_dir_all(parent).map_err(|error| error.to_string())?;
        fs::write(&target, text).map_err(|error| error.to_string())?;
    }
    Ok(())
}
