//! The questions, asked in a real terminal.

use std::path::Path;
use std::process::Command;

use crate::place::Place;
use crate::python;
use crate::sample::{Sample, written};

const SAMPLE: Sample = Sample {
    files: &[
        ("Gemfile", "gem 'rails'\ngem 'rspec'\n"),
        ("Dockerfile", "FROM ruby\nEXPOSE 3000\n"),
        ("copilot/api/manifest.yml", ""),
    ],
    branches: &["develop"],
    tags: &[],
    remote: "git@github.com:acme/shop.git",
};

const ENTER: &str = "\r";

/// How it ended, and what was shown, with these answers.
fn asked(place: &Place, arguments: &[&str], answers: &[(&str, &str)]) -> (i32, String) {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let answers: Vec<[&str; 2]> = answers.iter().map(|(words, keys)| [*words, *keys]).collect();
    let mut command = Command::new(python::program("python"));
    command.arg(home.join("tests/init/answering.py")).arg(serde_json::to_string(&answers).unwrap());
    command.arg(assert_cmd::cargo::cargo_bin("branchline")).arg("init").args(arguments);
    command.current_dir(place.path("shop")).env_clear().env("TERM", "xterm-256color").env("NO_COLOR", "1");
    let output = command.env("HOME", place.path(".")).env("GIT_CONFIG_NOSYSTEM", "1").output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap(), shown)
}

#[test]
fn every_question_has_a_good_default_but_account_and_region() {
    let place = SAMPLE.place();
    let (code, shown) = asked(
        &place,
        &[],
        &[
            ("Name of the app", ENTER),
            ("How the team branches", ENTER),
            ("AWS account", "111122223333\r"),
            ("Region", "eu-west-1\r"),
            ("accounts of their own", ENTER),
            ("connection", ENTER),
            ("ECS cluster", ENTER),
            ("Roles", ENTER),
            ("tests", ENTER),
            ("migrates the database", ENTER),
            ("Write branchline.yml?", ENTER),
        ],
    );
    assert_eq!(code, 0, "{shown}");
    for words in [
        "Seen:\n  branches: git-flow, it seems\n  repository: acme/shop on github.com\n  service web: Dockerfile\n",
        "migration: Rails, Gemfile\n",
        "tests: RSpec, Gemfile\n",
        "copilot/: services api; there is no import of it yet\n",
        "branchline.yml is written.",
        "branchline check",
    ] {
        assert!(shown.contains(words), "`{words}` is not in {shown}");
    }
    let by_flags = SAMPLE.place();
    crate::sample::init(&by_flags, &[]).done();
    assert_eq!(written(&place), written(&by_flags), "the defaults are what a script gets");
}

#[test]
fn a_wrong_answer_is_asked_again_and_says_why() {
    let place = SAMPLE.place();
    let (code, shown) = asked(
        &place,
        &["--region", "eu-west-1", "--connection", CONNECTION, "--test", "make", "--role", "task"],
        &[
            ("Name of the app", "My Shop\r"),
            ("lowercase letters", "\u{15}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}store\r"),
            ("How the team branches", "svn\r"),
            ("has to be `git-flow`", "\u{7f}\u{7f}\u{7f}trunk\r"),
            ("AWS account", "1234\r"),
            ("twelve digits, such as", "\u{7f}\u{7f}\u{7f}\u{7f}444455556666\r"),
            ("accounts of their own", "production=777788889999\r"),
            ("ECS cluster", ENTER),
            ("migrates the database", "none\r"),
            ("Write branchline.yml?", "yes\r"),
        ],
    );
    assert_eq!(code, 0, "{shown}");
    let file: serde_json::Value = serde_yaml::from_str(&written(&place)).unwrap();
    assert_eq!(file["app"], "store", "{shown}");
    assert_eq!(file["branches"]["main"], serde_json::json!(["dev", "staging"]));
    assert_eq!(file["pipelines"]["account"], "444455556666");
    assert_eq!(file["environments"]["production"]["account"], "777788889999");
    assert_eq!(file["test"]["commands"], serde_json::json!(["make"]));
    assert!(file.get("migrate").is_none());
}

const CONNECTION: &str =
    "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b2c3d-0000-4000-8000-000000000000";

#[test]
fn who_says_no_breaks_off_or_goes_away_has_no_file() {
    let all = [
        "--app",
        "shop",
        "--flow",
        "git-flow",
        "--account",
        "111122223333",
        "--region",
        "eu-west-1",
        "--connection",
        CONNECTION,
        "--environment-account",
        "dev=222222222222",
        "--cluster",
        "shop-{environment}",
        "--role",
        "task",
        "--test",
        "none",
        "--migrate",
        "none",
    ];
    // Whether Ctrl-C comes as a signal or as a key depends on who is faster, the keys or the question.
    for (keys, ends) in [("no\r", 1), ("\u{3}", -1), ("HANG UP", -1)] {
        let place = SAMPLE.place();
        let (code, shown) = asked(&place, &all, &[("Write branchline.yml?", keys)]);
        assert!(!place.path("shop/branchline.yml").exists(), "{keys:?}: {shown}");
        if ends >= 0 {
            assert_eq!(code, ends, "{keys:?}: {shown}");
        }
        assert!(code != 0 && code < 256 && code != 98 && code != 99, "{keys:?} ends with {code}: {shown}");
    }
}

#[test]
fn with_yes_nobody_is_asked() {
    let place = SAMPLE.place();
    let (code, shown) = asked(&place, &["--yes", "--account", "111122223333", "--region", "eu-west-1"], &[]);
    assert!(code == 0 && !shown.contains('?'), "{shown}");
    let other = SAMPLE.place();
    let (code, shown) = asked(&other, &["--yes"], &[]);
    assert!(code == 64 && shown.contains("--account, --region"), "{shown}");
}
