//! `branchline check parity`: what is told of files that differ, that are broken, that hold values.
//!
//! `BLESS=1 cargo test --test parity` writes the texts beside this file anew; read them aloud before they are kept. Every value in
//! the files here holds `MARKER`, which nothing may print.
#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests run the program and read its files"
)]
#![allow(unreachable_pub, dead_code, reason = "the support is shared between test programs")]

#[path = "../support/python.rs"]
mod python;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity").join(file)
}

fn golden(file: &str, text: &str) {
    if std::env::var_os("BLESS").is_some() {
        fs::write(here(file), text).unwrap();
    }
    snapbox::assert_data_eq!(text.to_owned(), snapbox::Data::read_from(&here(file), None).raw());
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
    let output = command.args(["check", "parity"]).args(arguments).current_dir(folder).output().unwrap();
    for stream in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(stream);
        assert!(!text.contains("MARKER"), "a value was printed: {text}");
    }
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The same in a terminal of 80 columns: what it shows.
fn shown(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(python::program("python"));
    let terminal = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terminal/in_terminal.py");
    command.arg(terminal).args(["80", env!("CARGO_BIN_EXE_branchline"), "check", "parity"]).args(arguments);
    let output = command.env("NO_COLOR", "1").current_dir(folder).output().unwrap();
    let shown = text(&output.stdout);
    assert!(!shown.contains("MARKER"), "a value was printed: {shown}");
    for line in shown.lines() {
        assert!(line.chars().count() <= 80 || !line.trim().contains(' '), "too wide: {line}");
    }
    shown
}

fn answer(folder: &Path, arguments: &[&str]) -> Value {
    let output = run(folder, &[arguments, &["--json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The codes, keys and environments of what was found.
fn found(answer: &Value) -> Vec<String> {
    let found = answer["findings"].as_array().unwrap().iter().map(|found| {
        let word = |key: &str| found[key].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", word("code"), word("key"), word("environment"))
    });
    found.collect()
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn a_rails_app_is_told_key_by_key_at_80_columns() {
    golden("rails.txt", &shown(&here("rails"), &[]));
    golden("rails-all.txt", &shown(&here("rails"), &["--all"]));
    assert_eq!(run(&here("rails"), &[]).status.code(), Some(4));
}

#[test]
fn scripts_are_given_every_key_and_every_place() {
    let answer = answer(&here("rails"), &[]);
    assert_eq!(answer["environments"], json!(["develop", "staging", "production"]));
    let groups = answer["groups"].as_array().unwrap();
    let api = groups.iter().find(|group| group["service"] == "api" && group["container"].is_null()).unwrap();
    let key =
        |name: &str| api["keys"].as_array().unwrap().iter().find(|key| key["key"] == name).unwrap().clone();
    assert_eq!(
        key("SENTRY_DSN"),
        json!({
            "key": "SENTRY_DSN", "kind": "secret", "has": ["staging", "production"], "lacks": ["develop"],
            "excepted": [], "unknown": [], "reasons": []
        })
    );
    assert_eq!(key("MAILER_HOST")["reasons"], json!(["production sends by SES"]));
    let nightly = groups.iter().find(|group| group["image_of"] == json!(["api"])).unwrap();
    assert_eq!(nightly["service"], "nightly");
    let found = answer["findings"].as_array().unwrap();
    let sentry = found.iter().find(|found| found["code"] == "BL701" && found["key"] == "SENTRY_DSN").unwrap();
    assert_eq!(
        (&sentry["file"], &sentry["line"], &sentry["environment"]),
        (&json!("copilot/api/manifest.yml"), &json!(40), &json!("develop"))
    );
    assert_eq!(sentry["others"][0]["line"], 49);
}

#[test]
fn copilots_manifests_need_no_branchline_yml() {
    let manifest = "name: api\ntype: Backend Service\nimage: { build: Dockerfile }\nvariable: { LOST: MARKER }\nenvironments:\n  dev: { \
                    variables: { A: MARKER } }\n  production: ~\n";
    let folder = folder(&[("copilot/api/manifest.yml", manifest), ("below/x", "")]);
    let answer = answer(&folder.path().join("below"), &[]);
    assert_eq!(found(&answer), ["BL708 - -", "BL701 A production"]);
    assert_eq!(run(folder.path(), &[]).status.code(), Some(4));
}

#[test]
fn an_env_file_is_read_within_the_repository_alone() {
    let manifest = "name: api\ntype: Backend Service\nimage: { build: Dockerfile }\nvariables: { A: MARKER }\nenvironments:\n  dev: { env_file: \
                    dev.env }\n  production: { env_file: ../outside.env }\n  staging: { env_file: 'link.env' }\n";
    let above = folder(&[
        ("outside.env", "B=MARKER\n"),
        ("app/copilot/api/manifest.yml", manifest),
        ("app/dev.env", "B=MARKER\n"),
        ("app/.git/HEAD", ""),
    ]);
    let app = above.path().join("app");
    std::os::unix::fs::symlink("../outside.env", app.join("link.env")).unwrap();
    let answer = answer(&app, &[]);
    assert_eq!(found(&answer), ["BL707 - production", "BL707 - staging"]);
    assert_eq!(answer["groups"][0]["keys"][1]["unknown"], json!(["production", "staging"]));
}

const DEFINITION: &str = r#"{"taskDefinition": {"family": "FAMILY", "containerDefinitions": [
  {"name": "app", "image": "acme/app:MARKER", "essential": true, PORTS
   "environment": [{"name": "A", "value": "MARKER"}, EXTRA {"name": "B", "value": "MARKER"}],
   "secrets": [{"name": "C", "valueFrom": "arn:MARKER"}]}]}}
"#;

fn definition(family: &str, extra: &str, serves: bool) -> String {
    let ports = if serves { "\"portMappings\": [{\"containerPort\": 80}]," } else { "" };
    DEFINITION.replace("FAMILY", family).replace("EXTRA", extra).replace("PORTS", ports)
}

#[test]
fn task_definitions_are_compared_by_name_and_by_pattern() {
    let extra = r#"{"name": "D", "value": "MARKER"},"#;
    let folder = folder(&[
        ("ecs/staging/api.json", &definition("shop-staging-api", "", true)),
        ("ecs/production/api.json", &definition("shop-production-api", extra, true)),
        ("ecs/staging/cron.json", &definition("shop-staging-cron", "", false)),
        ("ecs/production/cron.json", &definition("shop-production-cron", "", false)),
        ("ecs/production/notes.txt", "MARKER"),
    ]);
    let expected = ["BL701 D staging", "BL702 D production"];
    let by_pattern = answer(folder.path(), &["--task-definition", "ecs/{environment}/{service}.json"]);
    assert_eq!(found(&by_pattern), expected);
    assert_eq!(by_pattern["groups"][0]["service"], "api");
    let by_family = answer(folder.path(), &["--task-definition", "ecs/{environment}/*.json"]);
    assert_eq!(found(&by_family), expected);
    assert_eq!(by_family["groups"][0]["service"], "shop-api");
    let by_name = answer(
        folder.path(),
        &[
            "--task-definition",
            "live=ecs/production/api.json",
            "--task-definition",
            "test=ecs/staging/api.json",
        ],
    );
    assert_eq!(found(&by_name), ["BL701 D test"]);
}

#[test]
fn dotenv_files_are_compared_with_each_other_and_with_what_else_a_service_has() {
    let folder = folder(&[
        (".env.dev", "# MARKER\nexport A='MARKER\nNOT_A_KEY=MARKER'\nB=MARKER\n"),
        (".env.production", "A=MARKER\n"),
        ("api.json", &definition("api", "", true)),
    ]);
    let among = answer(folder.path(), &["--dotenv", ".env.{environment}"]);
    assert_eq!(found(&among), ["BL701 B production"]);
    assert_eq!(
        (&among["findings"][0]["file"], &among["findings"][0]["line"]),
        (&json!(".env.production"), &json!(2))
    );
    let with = answer(
        folder.path(),
        &["--dotenv", "dev/api=.env.dev", "--task-definition", "production/api=api.json"],
    );
    assert_eq!(found(&with), ["BL701 C dev"]);
    let alike = run(folder.path(), &["--dotenv", "a=.env.dev", "--dotenv", "b=.env.dev"]);
    assert_eq!(
        (alike.status.code(), text(&alike.stdout).as_str()),
        (Some(0), "dotenv files: 2 keys, the same in a and b\n\nNo key is missing.\n")
    );
}

#[test]
fn what_is_wrong_with_a_file_is_told_without_its_lines_and_ends_with_1() {
    let folder = folder(&[
        ("copilot/api/manifest.yml", "name: api\ntype: Backend Service\nvariables:\n  A: \"MARKER\n"),
        (
            "copilot/web/manifest.yml",
            "name: web\ntype: Backend Service\nvariables: { A: MARKER, A: MARKER }\n",
        ),
        ("copilot/cron/manifest.yml", "name: cron\ntype: Cron\nvariables: { A: MARKER }\n"),
        (".env.dev", "A=MARKER\nMARKER and more\n"),
        (".env.production", "A=\"MARKER\nB=MARKER\n"),
        (".env.staging", "A=-----BEGIN MARKER KEY-----\nMARKERabc/def\nMARKERAAAAABG5vbmU=\n"),
        (
            "dev.json",
            "{\"containerDefinitions\": [{\"environment\": [{\"name\": \"A\", \"value\": MARKER}]}]}",
        ),
        ("production.json", "{\"Resources\": \"MARKER\"}"),
    ]);
    let arguments = [
        "--dotenv",
        ".env.{environment}",
        "--task-definition",
        "{environment}.json",
        "--dotenv",
        "x=gone.env",
    ];
    golden("broken.txt", &shown(folder.path(), &arguments));
    assert_eq!(run(folder.path(), &arguments).status.code(), Some(1));
    assert!(found(&answer(folder.path(), &arguments)).iter().all(|found| found.starts_with("BL704")));
}

#[test]
fn what_names_no_file_is_wrong_usage_and_nothing_at_all_a_failure() {
    let folder = folder(&[]);
    for argument in ["api.json", "=api.json", "x.{environment}", "{environment}{environment}"] {
        let output = run(folder.path(), &["--dotenv", argument]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(64), 0), "{argument}");
        assert!(text(&output.stderr).contains("help: "), "{argument}");
    }
    let nothing = run(folder.path(), &[]);
    assert_eq!(nothing.status.code(), Some(1));
    assert!(text(&nothing.stderr).starts_with("error: there is nothing to compare"));
}

#[test]
fn a_configuration_that_is_wrong_is_told_as_check_does() {
    let folder = folder(&[("branchline.yml", "version: 1\n")]);
    let output = run(folder.path(), &[]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
    assert!(text(&output.stderr).contains("error[BL0"));
    let output = run(folder.path(), &["--json"]);
    let findings: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert!(output.status.code() == Some(3) && findings[0]["severity"] == "error");
}

#[test]
fn check_alone_is_what_it_was() {
    let check = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
        command.arg("check").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap()
    };
    let plain = check(&["-C", "examples/single-account"]);
    assert_eq!((plain.status.code(), text(&plain.stdout).contains("nothing is wrong")), (Some(0), true));
    assert_eq!(text(&check(&["-C", "examples/single-account", "--json"]).stdout), "[]\n");
    assert_eq!(check(&["-C", "docs/broken"]).status.code(), Some(3));
    assert_eq!(check(&["--json", "parity"]).status.code(), Some(64));
}
