//! Runs the judges of a Python environment and reads their report.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::tree::Tree;

/// One Python environment and its judges.
pub(crate) struct Court {
    python: PathBuf,
    environment: &'static str,
    option: Option<&'static str>,
}

/// What all judges have seen, found, and left out.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Report {
    /// By the judge's name.
    pub(crate) judges: BTreeMap<String, Verdict>,
    /// What is not judged: flags, and skips in the files.
    #[serde(default)]
    pub(crate) suppressions: Vec<Suppression>,
}

/// What one judge has seen and found.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Verdict {
    /// Tree and path of each file that was validated.
    pub(crate) seen: Vec<(String, String)>,
    findings: Vec<Found>,
}

#[derive(Debug, Deserialize)]
struct Found {
    tree: String,
    path: String,
    what: String,
}

/// One finding that is not judged, by the tool's name, the check's id and where it would be found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Suppression {
    /// `cfn-lint`, `checkov`, `checkov secrets` or `shellcheck`.
    pub(crate) tool: String,
    /// The check's id.
    pub(crate) id: String,
    /// A logical id, a file, or `everywhere`.
    #[serde(rename = "where")]
    pub(crate) place: String,
}

/// Something that a judge has found.
#[derive(Debug)]
pub(crate) struct Finding<'a> {
    /// The judge.
    pub(crate) judge: &'a str,
    /// The tree's name.
    pub(crate) tree: &'a str,
    /// The file.
    pub(crate) path: &'a str,
    /// What is wrong.
    pub(crate) what: &'a str,
}

impl fmt::Display for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}: {}: {}", self.tree, self.path, self.judge, self.what)
    }
}

impl Report {
    /// Everything that was found.
    pub(crate) fn findings(&self) -> impl Iterator<Item = Finding<'_>> {
        self.judges.iter().flat_map(|(judge, verdict)| {
            verdict.findings.iter().map(move |found| Finding {
                judge,
                tree: &found.tree,
                path: &found.path,
                what: &found.what,
            })
        })
    }

    /// What was found in one tree.
    pub(crate) fn findings_in<'a>(&'a self, tree: &'a str) -> impl Iterator<Item = Finding<'a>> {
        self.findings().filter(move |finding| finding.tree == tree)
    }
}

impl Court {
    /// The environment with every tool but checkov.
    pub(crate) fn main() -> Self {
        Court::at("venv", "main")
    }

    /// checkov's: it and cfn-lint want different versions of the same packages.
    pub(crate) fn checkov() -> Self {
        Court::at("venv-checkov", "checkov")
    }

    /// The environment in a folder below `target/`, with the judges of this name.
    pub(crate) fn at(folder: &str, environment: &'static str) -> Self {
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join(folder).join("bin/python");
        Court { python, environment, option: None }
    }

    /// With an option for the Python interpreter.
    pub(crate) fn with_option(mut self, option: &'static str) -> Self {
        self.option = Some(option);
        self
    }

    /// The judges' report, or why there is none and what to do.
    pub(crate) fn judge(&self, trees: &[Value]) -> Result<Report, String> {
        let manifest = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
        serde_json::to_writer(&manifest, &json!({ "trees": trees })).map_err(|error| error.to_string())?;
        let output = Command::new(&self.python)
            .args(self.option)
            .args(["-m", "judges", self.environment])
            .arg(manifest.path())
            .env("PYTHONPATH", Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .map_err(|error| self.missing(&error.to_string()))?;
        if !output.status.success() {
            return Err(self.missing(&String::from_utf8_lossy(&output.stderr)));
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("the judges' report cannot be read: {error}"))
    }

    fn missing(&self, why: &str) -> String {
        let python = self.python.display();
        format!("the validators of {python} cannot run; run `make test`, which installs them.\n{why}")
    }
}

/// Both environments' judges over all trees, side by side.
pub(crate) fn judge(trees: &[Tree]) -> Result<Report, String> {
    let manifest: Vec<Value> = trees.iter().map(Tree::manifest).collect();
    thread::scope(|scope| {
        let checkov = scope.spawn(|| Court::checkov().judge(&manifest));
        let mut report = Court::main().judge(&manifest)?;
        let checkov = checkov.join().map_err(|_| "checkov's thread has panicked".to_owned())??;
        report.judges.extend(checkov.judges);
        Ok(report)
    })
}
