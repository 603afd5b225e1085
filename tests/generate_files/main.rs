//! What `generate` does to the disk, and what it says about it.
// Tests make the files that they need.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

mod killed;
mod refusals;
mod shows;
mod writes;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use branchline::commands::Exit;
use branchline::commands::generate::{Flags, carry_out};
use branchline::document::read_back::Blocks;
use branchline::document::{File, RenderError};
use branchline::edge::terminal::{Look, Terminal};
use serde_json::json;

/// An output folder of its own, in a temporary folder that also holds other things.
struct Place {
    home: tempfile::TempDir,
}

/// What one run of `generate` came to.
struct Run {
    exit: Exit,
    stdout: String,
    stderr: String,
}

#[derive(Clone, Default)]
struct Captured(Rc<RefCell<Vec<u8>>>);

impl Captured {
    fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The files of an app with two pipelines. `version` changes all of them but the README.
fn tree(version: u32) -> Vec<File<'static>> {
    let template = |name: &str| json!({ "Description": name, "Version": "2012-10-17", "Number": version });
    let mut files = vec![File::markdown("README.md", "# Pipelines\n").unwrap()];
    files.push(File::yaml("base.yml", template("base")).unwrap());
    files.push(File::yaml("environments/dev.yml", template("dev")).unwrap());
    for pipeline in ["shop-develop", "shop-release"] {
        files.push(File::yaml(format!("{pipeline}/pipeline.yml"), template(pipeline)).unwrap());
        files.push(
            File::json(format!("{pipeline}/pipeline.json"), json!({ "pipeline": { "version": version }, "tags": [{ "key": "branchline:digest", "value": "" }] }))
                .unwrap(),
        );
        let buildspec = json!({ "version": 0.2, "phases": { "build": { "commands": [format!("set -e\necho {version}\n")] } } });
        files.push(File::yaml(format!("{pipeline}/buildspec-build.yml"), buildspec.clone()).unwrap());
    }
    files
}

fn flags(wanted: &[&str]) -> Flags {
    let has = |flag| wanted.contains(&flag);
    Flags {
        output: None,
        check: has("check"),
        diff: has("diff"),
        stdout: has("stdout"),
        force: has("force"),
        prune: has("prune"),
        json: has("json"),
        command: None,
    }
}

impl Place {
    fn new() -> Self {
        Place { home: tempfile::tempdir().unwrap() }
    }

    /// With the first version of all files in it.
    fn generated() -> Self {
        let place = Place::new();
        assert_eq!(place.generate(tree(1), &[]).exit, Exit::Done);
        place
    }

    fn output(&self) -> PathBuf {
        self.home.path().join("pipelines")
    }

    fn path(&self, below: &str) -> PathBuf {
        self.output().join(below)
    }

    fn read(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).unwrap()
    }

    fn write(&self, below: &str, text: &str) {
        fs::create_dir_all(self.path(below).parent().unwrap()).unwrap();
        fs::write(self.path(below), text).unwrap();
    }

    fn generate(&self, files: Vec<File<'static>>, wanted: &[&str]) -> Run {
        generate(files.into_iter().map(Ok), &self.output(), wanted)
    }

    /// Everything in the temporary folder: every file with its text, every folder, every link.
    fn everything(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        walk(self.home.path(), self.home.path(), &mut found);
        found
    }

    /// That the output folder holds exactly these files.
    fn assert_holds(&self, files: &[File]) {
        let mut found = BTreeMap::new();
        walk(&self.output(), &self.output(), &mut found);
        found.retain(|_, text| text != "folder");
        let expected: BTreeMap<_, _> =
            files.iter().map(|file| (file.path.clone(), file.text.clone())).collect();
        assert_eq!(found, expected);
    }
}

/// Three files at a time, so that a fault in a later batch meets what an earlier one has staged.
fn generate(
    mut files: impl Iterator<Item = Result<File<'static>, RenderError>>,
    output: &Path,
    wanted: &[&str],
) -> Run {
    let batches = std::iter::from_fn(|| {
        Some(files.by_ref().take(3).collect::<Vec<_>>()).filter(|batch| !batch.is_empty())
    });
    let (stdout, stderr) = (Captured::default(), Captured::default());
    let look = Look { colour: false, width: 100, wrap: false };
    let mut terminal = Terminal::to(Box::new(stdout.clone()), Box::new(stderr.clone()), look);
    let exit = carry_out(batches, &Blocks::default(), output, &flags(wanted), &mut terminal);
    terminal.finish().unwrap();
    Run { exit, stdout: stdout.text(), stderr: stderr.text() }
}

fn walk(home: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(home).unwrap().to_str().unwrap().replace('\\', "/");
        let kind = fs::symlink_metadata(&path).unwrap().file_type();
        if kind.is_symlink() {
            found.insert(name, format!("link to {}", fs::read_link(&path).unwrap().display()));
        } else if kind.is_dir() {
            found.insert(name, "folder".to_owned());
            walk(home, &path, found);
        } else {
            found.insert(name, String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned());
        }
    }
}
