//! The program as a shell sees it: where it looks, what it prints where, how it ends.

// What is unwrapped here is the test's own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

const SMALLEST: &str = "version: 1\napp: hello\nbranches:\n  main: [live]\n  release/*: [live]\nenvironments: { live: {} }\n\
    pipelines: { account: \"111122223333\", region: eu-west-1 }\nsource: { repository: acme/hello }\n\
    services: { web: { deploy: { ecs: { cluster: c, roles: [task] } } } }\n";

fn branchline() -> Command {
    let mut command = Command::cargo_bin("branchline").unwrap();
    command.env_clear();
    command
}

/// A folder with a configuration, and one below it.
fn home(text: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("branchline.yml"), text).unwrap();
    fs::create_dir_all(home.path().join("app/models")).unwrap();
    home
}

fn stdout(command: &mut Command, code: i32) -> String {
    String::from_utf8(command.assert().code(code).get_output().stdout.clone()).unwrap()
}

fn stderr(command: &mut Command, code: i32) -> String {
    String::from_utf8(command.assert().code(code).get_output().stderr.clone()).unwrap()
}

#[test]
fn the_nearest_configuration_upward_is_used() {
    let home = home(SMALLEST);
    let below = home.path().join("app/models");
    let shown = stdout(branchline().arg("check").current_dir(&below), 0);
    assert!(shown.contains("1 warning in "), "{shown}");
    branchline().arg("generate").current_dir(&below).assert().code(0);
    assert!(home.path().join("pipelines/base.yml").is_file(), "the output stands beside the configuration");
    assert!(!below.join("pipelines").exists());
}

#[test]
fn no_configuration_ends_with_3_and_says_what_to_do() {
    let empty = tempfile::tempdir().unwrap();
    for command in ["check", "map", "generate"] {
        let said = stderr(branchline().arg(command).current_dir(empty.path()), 3);
        assert!(said.contains("there is no branchline.yml"), "{said}");
        assert!(said.contains("help:"), "{said}");
    }
    let said = stderr(branchline().args(["check", "-C", "nowhere"]).current_dir(empty.path()), 3);
    assert!(said.contains("nowhere"), "{said}");
}

#[test]
fn a_wrong_configuration_ends_every_command_with_3_and_writes_nothing() {
    let home = home(&SMALLEST.replace("[live]\n  release", "[lvie]\n  release"));
    let said = stdout(branchline().arg("check").current_dir(home.path()), 3);
    assert!(said.contains("there is no environment `lvie`"), "{said}");
    for arguments in [&["map"][..], &["explain", "main"], &["generate"], &["generate", "--check"]] {
        let said = stderr(branchline().args(arguments).current_dir(home.path()), 3);
        assert!(said.contains("there is no environment `lvie`") && said.contains("`live`"), "{said}");
        assert!(said.contains("branchline.yml:4:10"), "{said}");
    }
    assert!(!home.path().join("pipelines").exists());
}

#[test]
fn wrong_usage_ends_with_64_and_help_with_0() {
    for arguments in
        [&["generat"][..], &["map", "--frob"], &["generate", "--check", "--force"], &["check", "x"]]
    {
        branchline().args(arguments).assert().code(64);
    }
    branchline().arg("--help").assert().code(0);
    branchline().arg("--version").assert().code(0);
    for command in ["generate", "check", "map", "explain", "schema"] {
        let help = stdout(branchline().args([command, "--help"]), 0);
        assert!(help.contains("Usage: branchline"), "{help}");
    }
}

#[test]
fn results_go_to_stdout_and_everything_else_to_stderr() {
    let home = home(SMALLEST);
    let mut command = branchline();
    let output =
        command.args(["generate", "--json"]).current_dir(home.path()).assert().code(0).get_output().clone();
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(summary.is_object(), "{summary}");
    let mut command = branchline();
    let output =
        command.args(["map", "--json"]).current_dir(home.path()).assert().code(0).get_output().clone();
    assert!(serde_json::from_slice::<Value>(&output.stdout).unwrap().is_array());
    // Two rules deploy to one environment: a warning, and not in the way of the JSON.
    assert!(String::from_utf8_lossy(&output.stderr).contains("warning"), "{output:?}");
}

#[test]
fn findings_as_json_have_their_place() {
    let home = home(&SMALLEST.replace("app: hello", "ap: hello"));
    let list: Value =
        serde_json::from_str(&stdout(branchline().args(["check", "--json"]).current_dir(home.path()), 3))
            .unwrap();
    let finding = list.as_array().unwrap().iter().find(|finding| finding["line"] == 2).unwrap();
    for key in ["code", "severity", "message", "help", "file", "line", "column"] {
        assert!(finding.get(key).is_some(), "{finding}");
    }
    assert_eq!(
        (&finding["severity"], &finding["column"], &finding["file"]),
        (&"error".into(), &1.into(), &"branchline.yml".into())
    );
}

#[test]
fn explain_answers_for_a_branch_that_nothing_matches() {
    let home = home(SMALLEST);
    let json = |branch: &str| -> Value {
        serde_json::from_str(&stdout(
            branchline().args(["explain", branch, "--json"]).current_dir(home.path()),
            0,
        ))
        .unwrap()
    };
    let none = json("feature/x");
    assert_eq!(none["branch"], "feature/x");
    assert!(none["rule"].is_null() && none["pipeline"].is_null(), "{none}");
    assert_eq!(none["environments"], serde_json::json!([]));
    let some = json("release/1.2");
    assert_eq!(some["pipeline"], "hello-release");
    branchline().args(["explain", "a..b"]).current_dir(home.path()).assert().code(64);
}

#[test]
fn colours_are_for_those_who_want_them() {
    let home = home(&SMALLEST.replace("app: hello", "ap: hello"));
    let escapes = |name: &str, value: &str| {
        stdout(branchline().arg("check").env(name, value).current_dir(home.path()), 3).contains('\u{1b}')
    };
    assert!(!escapes("NO_COLOR", "1"));
    assert!(!escapes("TERM", "xterm"), "stdout is no terminal here");
    assert!(escapes("CLICOLOR_FORCE", "1"));
}

#[test]
fn the_repository_comes_from_the_git_remote_where_the_file_does_not_say() {
    let home = home(&SMALLEST.replace("repository: acme/hello", "provider: github"));
    let said = stdout(branchline().arg("check").current_dir(home.path()), 3);
    assert!(said.contains("which repository is it?"), "{said}");
    let git = |arguments: &[&str]| {
        assert!(
            std::process::Command::new("git")
                .args(arguments)
                .current_dir(home.path())
                .output()
                .unwrap()
                .status
                .success()
        );
    };
    git(&["init", "--quiet"]);
    git(&["remote", "add", "origin", "git@github.com:acme/from-the-remote.git"]);
    branchline().arg("generate").current_dir(home.path()).assert().code(0);
    let json = fs::read_to_string(home.path().join("pipelines/hello-main/pipeline.json")).unwrap();
    assert!(json.contains("\"FullRepositoryId\": \"acme/from-the-remote\""), "{json}");
}

#[test]
fn a_file_that_is_no_text_is_told_and_not_read() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("branchline.yml"), b"version: 1\nname: \xff\n").unwrap();
    let said = stderr(branchline().arg("check").current_dir(home.path()), 3);
    assert!(said.contains("is not UTF-8 text: byte 18"), "{said}");
}

#[test]
fn tests_too_long_for_a_stack_are_told_before_anything_is_written() {
    let commands = "    - echo a line that makes it long, and another, and another\n".repeat(600);
    let home = home(&format!("{SMALLEST}test:\n  commands:\n{commands}"));
    let said = stdout(branchline().arg("check").current_dir(home.path()), 3);
    assert!(said.contains("BL209") && said.contains("script in the repository"), "{said}");
}

#[test]
fn the_printed_schema_is_the_one_in_the_repository() {
    let kept =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/branchline.schema.json"))
            .unwrap();
    assert_eq!(stdout(branchline().arg("schema"), 0), kept);
}

#[test]
fn every_generated_file_can_be_printed_instead_of_written() {
    let home = home(SMALLEST);
    let printed = stdout(branchline().args(["generate", "--stdout"]).current_dir(home.path()), 0);
    assert!(printed.starts_with("# file: base.yml\n# Generated by branchline"), "{printed}");
    assert!(printed.contains("\n# file: hello-release/pipeline.json\n{"), "{printed}");
    assert!(!home.path().join("pipelines").exists());
}
