//! The switch-over that `import copilot` tells: its commands, run by a shell against programs that note what they are given.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use branchline::cli::Cli;
use clap::Parser;
use serde_json::Value;

use super::python;
use super::repository::Repository;

const API: &str = "name: api\ntype: Load Balanced Web Service\nimage: { build: Dockerfile, port: 3000 }\n";
const GIVEN: [&str; 6] = ["import", "copilot", "--account", "444444444444", "--region", "ap-northeast-1"];

fn manifest(name: &str, branch: &str, more: &str, stages: &str) -> String {
    format!(
        "name: {name}\nversion: 1\nsource:\n  provider: GitHub\n  properties: {{ branch: {branch}, repository: https://github.com/acme/shop{more} }}\n\
         stages: [{stages}]\n"
    )
}

/// Two pipelines, one of which comes to GitHub with a token.
fn shop(app: &str, secret: &str) -> Repository {
    let repository = Repository::new();
    let develop = manifest("shop-develop", "develop", "", "{ name: dev }");
    let token = format!(", access_token_secret: {secret}");
    let release = manifest(
        "shop-release",
        "release",
        &token,
        "{ name: staging }, { name: production, requires_approval: true }",
    );
    repository.commit(
        "develop",
        &[
            (".gitattributes", "copilot/pipeline.yml merge=ours\n"),
            ("copilot/.workspace", &format!("application: {app}\n")),
            ("copilot/api/manifest.yml", API),
            ("copilot/pipelines/shop-develop/manifest.yml", &develop),
            ("copilot/pipelines/shop-release/manifest.yml", &release),
            ("Dockerfile", "FROM scratch\n"),
        ],
    );
    repository.git(&["branch", "release"]);
    repository
}

fn steps(repository: &Repository) -> Vec<Value> {
    let said = repository.branchline(&[&GIVEN[..], &["--json"]].concat());
    let answer: Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}", said.err));
    answer["steps"].as_array().unwrap().clone()
}

fn whats(steps: &[Value]) -> Vec<&str> {
    steps.iter().map(|step| step["what"].as_str().unwrap()).collect()
}

/// What the commands hand to the programs, in order: the program and its arguments. Each step is one shell, as it says.
fn given(steps: &[Value]) -> (Vec<Vec<String>>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let programs = folder.path().join("programs");
    fs::create_dir(&programs).unwrap();
    for name in ["aws", "copilot", "git", "branchline"] {
        let path = programs.join(name);
        let text = "#!/bin/sh\n{ printf '%s\\037' \"${0##*/}\" \"$@\"; printf '\\036'; } >> \"$NOTES\"\n\
                    case \"$*\" in *StackResourceDetail*) echo old-pipeline ;;\n\
                    *copilot-application*) case \"$4\" in pipeline-*) echo \"$4\" ;; esac ;; esac\n";
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let (notes, work) = (folder.path().join("notes"), folder.path().join("work"));
    fs::create_dir(&work).unwrap();
    for step in steps {
        let commands = step["commands"].as_array().unwrap();
        let lines: Vec<&str> = commands.iter().map(|command| command.as_str().unwrap()).collect();
        let mut shell = Command::new("sh");
        shell.args(["-euc", &lines.join("\n")]).current_dir(&work).env("NOTES", &notes);
        shell.env("PATH", format!("{}:/usr/bin:/bin", programs.display()));
        assert!(shell.status().unwrap().success(), "{step:#}");
    }
    let notes = fs::read_to_string(&notes).unwrap();
    let calls = notes.split('\u{1e}').filter(|call| !call.is_empty());
    let calls = calls
        .map(|call| call.trim_end_matches('\u{1f}').split('\u{1f}').map(str::to_owned).collect())
        .collect();
    let made =
        fs::read_dir(&work).unwrap().map(|one| one.unwrap().file_name().to_string_lossy().into_owned());
    (calls, made.collect())
}

fn of<'c>(calls: &'c [Vec<String>], program: &str) -> Vec<&'c [String]> {
    calls.iter().filter(|call| call[0] == program).map(|call| &call[1..]).collect()
}

#[test]
fn the_order_is_closed_then_stopped_then_opened_then_deleted() {
    let repository = shop("shop", "github-token-shop");
    let steps = steps(&repository);
    assert_eq!(
        whats(&steps),
        [
            "judge and commit the map",
            "make the new pipelines, closed before every environment",
            "see one build go well in each new pipeline",
            "stop Copilot's pipeline shop-develop, and wait for what it is at",
            "stop Copilot's pipeline shop-release, and wait for what it is at",
            "see that no other pipeline of Copilot's deploys",
            "of what waits, stop all but the newest",
            "open dev",
            "open staging",
            "open production",
            "the way back, at any point until here: close the new pipelines, and wait until nothing is inside",
            "the way back: open Copilot's pipelines again",
            "after some weeks: delete Copilot's pipeline shop-develop",
            "after some weeks: delete Copilot's pipeline shop-release",
            "delete the token that Copilot's pipeline came to GitHub with",
            "remove the files of Copilot's pipelines, on every branch that has them",
            "only when nobody runs `copilot` for this app any more: delete its list of the app",
            "what stays",
        ]
    );
    let (calls, _) = given(&steps);
    let aws = of(&calls, "aws");
    let closes: Vec<&&[String]> = aws.iter().filter(|call| call[1] == "disable-stage-transition").collect();
    assert_eq!(closes.len(), 2);
    for close in closes {
        assert_eq!(close[2..6], ["--pipeline-name", "old-pipeline", "--stage-name", "Build"]);
    }
    let stacks: Vec<&str> =
        aws.iter().filter(|call| call[1] == "describe-stack-resource").map(|call| call[3].as_str()).collect();
    assert_eq!(stacks[..2], ["pipeline-shop-shop-develop", "pipeline-shop-shop-release"]);
}

#[test]
fn nothing_that_deletes_is_a_wildcard_or_reaches_what_runs() {
    let (calls, _) = given(&steps(&shop("shop", "github-token-shop")));
    let deletes = calls.iter().filter(|call| call.iter().any(|word| word.contains("delete") || word == "rm"));
    let deletes: Vec<String> = deletes.map(|call| call.join(" ")).collect();
    assert_eq!(
        deletes,
        [
            "copilot pipeline delete --app shop --name shop-develop",
            "copilot pipeline delete --app shop --name shop-release",
            "aws secretsmanager delete-secret --secret-id github-token-shop --recovery-window-in-days 30",
            "git rm -r --ignore-unmatch -- copilot/pipelines/shop-develop copilot/pipelines/shop-release",
            "aws ssm delete-parameter --name /copilot/applications/shop/components/api",
            "aws ssm delete-parameter --name /copilot/applications/shop/environments/dev",
            "aws ssm delete-parameter --name /copilot/applications/shop/environments/staging",
            "aws ssm delete-parameter --name /copilot/applications/shop/environments/production",
            "aws ssm delete-parameter --name /copilot/applications/shop",
        ]
    );
}

#[test]
fn our_own_commands_are_ones_that_branchline_takes() {
    let (calls, _) = given(&steps(&shop("shop", "github-token-shop")));
    let ours = of(&calls, "branchline");
    assert!(ours.len() >= 10, "{ours:?}");
    for call in ours {
        let words = std::iter::once("branchline").chain(call.iter().map(String::as_str));
        assert!(Cli::try_parse_from(words).is_ok(), "{call:?}");
    }
}

#[test]
fn the_commands_of_aws_are_ones_that_its_cli_takes() {
    let (calls, _) = given(&steps(&shop("shop", "github-token-shop")));
    let aws = of(&calls, "aws");
    assert!(aws.len() >= 15, "{aws:?}");
    assert_eq!(refused(&serde_json::json!(aws)), "");
    let wrong = serde_json::json!([
        ["ssm", "delete-parameter", "--nam-e", "x"],
        ["codepipeline", "enable-stage-transition", "--pipeline-name", "x", "--stage-name", "Build"],
        ["ssm", "delete-parameter", "--name", "x", "--query", "["],
    ]);
    assert_eq!(refused(&wrong).lines().count(), 3, "the CLI sees what is wrong");
}

/// What the real AWS CLI says of commands that it does not take: a line for each.
fn refused(calls: &Value) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/validate_calls.py");
    let mut judge = Command::new(python::program("python"))
        .arg(script)
        .env("AWS_DEFAULT_REGION", "eu-west-1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    judge.stdin.take().unwrap().write_all(calls.to_string().as_bytes()).unwrap();
    let output = judge.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_stands_in_a_hostile_file_is_one_word_of_a_shell_and_never_a_command() {
    let repository = shop("\"s'$(touch hacked)\\\"`touch hacked`; touch hacked #\"", "\"k'$(touch hacked)\"");
    let steps = steps(&repository);
    let (calls, made) = given(&steps);
    assert_eq!(made, Vec::<String>::new());
    let secret = of(&calls, "aws").into_iter().find(|call| call[1] == "delete-secret").unwrap();
    assert_eq!(secret[3], "k'$(touch hacked)");
    assert!(!whats(&steps).is_empty());
    // No stack has such a name, so none is stopped by it.
    assert!(of(&calls, "aws").iter().all(|call| call[1] != "disable-stage-transition"));
    assert!(steps[3]["why"].as_str().unwrap().contains("CHECK"), "{:#}", steps[3]);
}

#[test]
fn the_steps_stand_in_the_report_and_as_a_task_list() {
    let repository = shop("shop", "github-token-shop");
    let told = repository.branchline(&GIVEN).out;
    assert!(told.contains("The switch-over (18 steps):"), "{told}");
    assert!(told.contains("\n        branchline apply --closed 'switch-over from Copilot'\n"), "{told}");
    let told = repository.branchline(&[&GIVEN[..], &["--markdown"]].concat()).out;
    assert!(told.contains("\n## The switch-over\n\n- [ ] **judge and commit the map** (in "), "{told}");
    assert!(told.contains("\n  ```sh\n  branchline unfreeze 'dev'\n"), "{told}");
}
