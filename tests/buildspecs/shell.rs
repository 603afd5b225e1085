//! What every generated command must be, whatever it does.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use crate::jobs;
use crate::support::python;

/// Every buildspec that is generated here, each once, with the projects that run it.
fn all() -> Vec<(String, String)> {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (stacks, tree) in jobs::all() {
        for project in tree.projects.into_values() {
            let names = all.entry(project.buildspec).or_default();
            write!(names, "{} of {stacks}; ", project.name).expect("a text takes more text");
        }
    }
    all.into_iter().map(|(spec, names)| (names, spec)).collect()
}

fn commands(spec: &str) -> Vec<String> {
    let tree: serde_yaml::Value = serde_yaml::from_str(spec).expect("YAML");
    let phases = tree["phases"].as_mapping().expect("phases");
    let all = phases.values().flat_map(|phase| phase["commands"].as_sequence().expect("commands"));
    all.map(|command| command.as_str().expect("text").to_owned()).collect()
}

#[test]
fn shellcheck_finds_nothing() {
    // Most buildspecs share some of their commands.
    let mut once: BTreeMap<String, String> = BTreeMap::new();
    for (name, spec) in all() {
        once.extend(commands(&spec).into_iter().map(|command| (command, name.clone())));
    }
    assert!(once.len() > 20, "{} commands", once.len());
    let folder = tempfile::tempdir().expect("a folder");
    let mut names = String::new();
    let mut shellcheck = Command::new(python::program("shellcheck"));
    // docs/suppressions.md says why it is left out.
    shellcheck.args(["--norc", "--shell=bash", "--severity=style", "--exclude=SC2329"]);
    for (number, (command, name)) in once.iter().enumerate() {
        let file = folder.path().join(format!("{number}.sh"));
        fs::write(&file, command).expect("a file");
        writeln!(names, "{number}.sh: {name}").expect("a text takes more text");
        shellcheck.arg(file);
    }
    // Once for all of them: to start it takes longer than to judge most of them.
    let output = shellcheck.output().expect("shellcheck");
    let told = String::from_utf8_lossy(&output.stdout);
    let trouble = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}{trouble}\n{names}");
}

/// The commands of tests in the checkout, which are run as they were written, and those of deploys, behind a line of ours.
fn is_a_users(command: &str) -> bool {
    let command = command.strip_prefix("set -eo pipefail\n").unwrap_or(command);
    ["bin/", "echo ", "go ", "make ", "npm ", "sh "].iter().any(|start| command.starts_with(start))
}

#[test]
fn every_phase_of_ours_stops_at_its_first_failure() {
    for (name, spec) in all() {
        for command in commands(&spec).into_iter().filter(|command| !is_a_users(command)) {
            assert!(command.starts_with("set -euo pipefail\n"), "{name}:\n{command}");
            assert!(
                !command.contains("exit 0"),
                "{name} ends early: the agent would lose its exported variables"
            );
        }
    }
}

#[test]
fn shell_stands_in_literal_blocks_that_a_person_can_review() {
    let long = format!("test: {{ commands: [\"echo {}\"] }}\n", "word ".repeat(60).trim_end());
    let long = jobs::test_with(&long).buildspec;
    for (name, spec) in all().into_iter().chain([("a long line".to_owned(), long)]) {
        assert!(spec.starts_with("version: 0.2\n"), "{name}:\n{spec}");
        assert!(!spec.contains(": >") && !spec.contains("- >"), "{name} is folded:\n{spec}");
        let blocks = spec.matches("- |\n").count() + spec.matches("- |-\n").count();
        let of_many_lines = commands(&spec).iter().filter(|command| command.contains('\n')).count();
        assert_eq!(blocks, of_many_lines, "{name}:\n{spec}");
    }
}
