//! Whatever a script asks: what is wrong with the configuration comes in one shape.

// What is unwrapped here is the test's own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use assert_cmd::Command;
use serde_json::Value;

/// Every command that prints facts.
const COMMANDS: [&[&str]; 6] = [
    &["check"],
    &["map"],
    &["explain", "main"],
    &["generate"],
    &["generate", "--check"],
    &["generate", "--diff"],
];

/// Exit code, stdout as JSON, stderr.
fn asked(arguments: &[&str], folder: &std::path::Path) -> (i32, Value, String) {
    let mut command = Command::cargo_bin("branchline").unwrap();
    let output = command.args(arguments).arg("--json").env_clear().current_dir(folder).output().unwrap();
    let json =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}"));
    (output.status.code().unwrap(), json, String::from_utf8(output.stderr).unwrap())
}

fn assert_findings(list: &Value) {
    let list = list.as_array().unwrap();
    assert!(!list.is_empty());
    for finding in list {
        let keys: Vec<&str> = finding.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["code", "severity", "message", "help", "file", "line", "column"]);
        let code = finding["code"].as_str().unwrap();
        assert!(branchline::diagnostic::codes::find(code).is_some(), "{code} is no code");
    }
}

#[test]
fn every_command_gives_a_wrong_configuration_s_findings_as_check_does() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("branchline.yml"), "version: 2\nap: x\n").unwrap();
    let (code, expected, _) = asked(COMMANDS[0], home.path());
    assert_eq!(code, 3);
    assert_findings(&expected);
    for command in COMMANDS {
        assert_eq!(asked(command, home.path()), (3, expected.clone(), String::new()), "{command:?}");
    }
}

#[test]
fn every_command_says_in_the_same_shape_that_there_is_no_configuration() {
    let home = tempfile::tempdir().unwrap();
    for command in COMMANDS {
        for more in [&[][..], &["-C", "nowhere"], &["--rev", "main"]] {
            let (code, list, said) = asked(&[command, more].concat(), home.path());
            assert_eq!((code, said.as_str()), (3, ""), "{command:?}");
            assert_findings(&list);
            assert!(list[0]["file"].is_null() && list[0]["line"].is_null(), "{list}");
        }
    }
}

#[test]
fn a_sound_configuration_s_warnings_stay_out_of_the_answer() {
    let text = include_str!("../examples/single-account/branchline.yml");
    let home = tempfile::tempdir().unwrap();
    let shared = text.replace("main: [live]", "main: [live]\n  next: [live]");
    assert_ne!(shared, text);
    std::fs::write(home.path().join("branchline.yml"), shared).unwrap();
    let (code, answer, said) = asked(&["map"], home.path());
    assert_eq!((code, answer.as_array().unwrap().len()), (0, 2), "{answer}");
    assert!(said.contains("warning[BL108]"), "{said}");
}
