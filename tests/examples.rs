//! Each example's `pipelines/` is what this version generates, to the byte and to the file. `make examples` writes them
//! anew; read the difference before you keep it.

// What is unwrapped here is the test's own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut examples: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    examples.sort();
    assert!(examples.len() >= 2, "the examples are gone");
    examples
}

fn branchline() -> Command {
    let mut command = Command::cargo_bin("branchline").unwrap();
    command.env_clear();
    command
}

/// `generate` with an example's configuration and, where it lists them, its branches; what is in its folder else, such as
/// the branches of this repository, has no part in it.
fn generate(example: &Path) -> Command {
    let mut command = branchline();
    command.args(["generate", "-C"]).arg(example);
    let branches = example.join("branches.txt");
    if branches.is_file() {
        command.arg("--branches").arg(branches);
    }
    command
}

/// Every file below a folder, by its path.
fn tree(root: &Path) -> BTreeMap<String, String> {
    fn walk(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, files);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(root, root, &mut files);
    files
}

#[test]
fn every_example_generates_what_stands_beside_it() {
    for example in examples() {
        let output = tempfile::tempdir().unwrap();
        generate(&example).arg("--output").arg(output.path()).assert().success();
        let made = tree(output.path());
        let kept = tree(&example.join("pipelines"));
        let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&made), names(&kept), "the files of {}", example.display());
        for (name, text) in &made {
            let kept = &kept[name];
            assert!(
                text == kept,
                "{} of {} differs:\n{}",
                name,
                example.display(),
                similar::TextDiff::from_lines(kept.as_str(), text.as_str()).unified_diff()
            );
        }
    }
}

#[test]
fn an_example_is_up_to_date_by_its_own_check_and_stale_when_a_line_changes() {
    for example in examples() {
        generate(&example).arg("--check").assert().code(0);
        let copy = tempfile::tempdir().unwrap();
        for name in ["branchline.yml", "branches.txt"] {
            if example.join(name).is_file() {
                fs::copy(example.join(name), copy.path().join(name)).unwrap();
            }
        }
        generate(copy.path()).assert().success();
        generate(copy.path()).arg("--check").assert().code(0);
        let config = copy.path().join("branchline.yml");
        let text = fs::read_to_string(&config).unwrap();
        fs::write(&config, text.replacen("acme/", "acme-moved/", 1)).unwrap();
        generate(copy.path()).arg("--check").assert().code(2);
    }
}

#[test]
fn the_smallest_example_has_at_most_twenty_lines() {
    let text = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/single-account/branchline.yml"),
    )
    .unwrap();
    assert!(text.lines().count() <= 20, "it has {}", text.lines().count());
}
