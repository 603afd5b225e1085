//! What every generated command must be, whatever it does.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::specs;
use crate::support::python;

/// Every kind of buildspec, in its fullest and its barest form.
fn all() -> Vec<(&'static str, String)> {
    let recipe = specs::recipe();
    vec![
        ("build", specs::build()),
        ("test in checkout", specs::test_in_checkout(&["bundle exec rspec"])),
        ("test in image", specs::test_in_image(&["bundle exec rspec"], &["RAILS_ENV"], None)),
        ("test in stage", specs::test_in_image(&["bundle exec rspec"], &[], Some(&recipe))),
        ("migrate", specs::migrate()),
        ("keep", specs::keep()),
    ]
}

fn commands(spec: &str) -> Vec<String> {
    let tree: serde_yaml::Value = serde_yaml::from_str(spec).expect("YAML");
    let phases = tree["phases"].as_mapping().expect("phases");
    let all = phases.values().flat_map(|phase| phase["commands"].as_sequence().expect("commands"));
    all.map(|command| command.as_str().expect("text").to_owned()).collect()
}

#[test]
fn shellcheck_finds_nothing() {
    for (name, spec) in all() {
        for command in commands(&spec) {
            let mut child = Command::new(python::program("shellcheck"))
                .args(["--shell=bash", "--severity=style", "-"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("shellcheck");
            child.stdin.take().expect("its input").write_all(command.as_bytes()).expect("to write");
            let output = child.wait_with_output().expect("its output");
            assert!(output.status.success(), "{name}:\n{}", String::from_utf8_lossy(&output.stdout));
        }
    }
}

#[test]
fn every_phase_of_ours_stops_at_its_first_failure() {
    for (name, spec) in all().into_iter().filter(|(name, _)| *name != "test in checkout") {
        for command in commands(&spec) {
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
    let long = format!("echo {}", "word ".repeat(60).trim_end());
    for (name, spec) in all().into_iter().chain([("long", specs::test_in_checkout(&[&long]))]) {
        assert!(spec.starts_with("version: 0.2\n"), "{name}:\n{spec}");
        assert!(!spec.contains(": >") && !spec.contains("- >"), "{name} is folded:\n{spec}");
        let blocks = spec.matches("- |\n").count();
        let of_many_lines = commands(&spec).iter().filter(|command| command.contains('\n')).count();
        assert_eq!(blocks, of_many_lines, "{name}:\n{spec}");
    }
}

#[test]
fn what_is_written_is_read_back_by_another_parser() {
    use branchline::document::buildspec::{build_images, to_yaml};
    let spec = build_images(&specs::steps(), &[specs::api(), specs::worker()]).expect("a buildspec");
    let read = commands(&to_yaml(&spec).expect("YAML"));
    let written: Vec<String> = spec.phases.iter().flat_map(|phase| phase.commands.clone()).collect();
    assert_eq!(read, written);
}
