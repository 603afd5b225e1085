//! `branchline status --watch`, in a pseudo terminal, and `branchline status WHAT`.

use std::process::{Command, Output};

use serde_json::{Value, json};

use super::{Stage, here, python, text};

fn watched(world: &Stage, columns: u32, rows: u32, plain: bool) -> Output {
    let mut command = Command::new(python::program("python"));
    command.arg(here("watched.py")).args([columns.to_string(), rows.to_string(), "2".to_owned()]);
    command.arg(env!("CARGO_BIN_EXE_branchline")).args(["status", "--watch=1"]);
    command.env_remove("NO_COLOR").env("TERM", "xterm-256color");
    if plain {
        command.env("NO_COLOR", "1");
    }
    world.at_its_folder(&mut command).output().unwrap()
}

/// The rows of the last picture, as the terminal has them: each is written over the one that stood there.
fn last_picture(shown: &str) -> Vec<String> {
    let (_, last) = shown.rsplit_once("\u{1b}[H").unwrap();
    let (last, _) = last.split_once("\u{1b}[J").unwrap();
    last.replace("\u{1b}[K", "").lines().map(|line| line.trim_end_matches('\r').to_owned()).collect()
}

#[test]
fn a_board_is_painted_over_itself_until_it_is_broken_off() {
    let world = Stage::new(&json!({}));
    world.later(600);
    let output = watched(&world, 80, 40, true);
    // Ended by the signal of Ctrl-C, as programs are.
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stdout));
    let shown = text(&output.stdout);
    assert_eq!(shown.matches("\u{1b}[H").count(), 2, "{shown:?}");
    let rows = last_picture(&shown);
    assert_eq!(rows[0], "shop-develop  develop    succeeded");
    let whole = text(&world.run(&["status"]).stdout);
    assert_eq!(rows.len(), whole.trim_end().lines().count());
    // Nothing was changed that would have to be put back: no cursor hidden, no other screen, no modes.
    assert!(!shown.contains("\u{1b}[?"), "{shown:?}");
    world.stub.assert_unflagged();
}

#[test]
fn a_picture_that_is_larger_than_the_screen_says_how_much_is_left_out() {
    let world = Stage::new(&json!({}));
    world.later(600);
    let shown = text(&watched(&world, 60, 8, true).stdout);
    let rows = last_picture(&shown);
    assert!(rows.len() < 8, "{rows:?}");
    assert!(rows.last().unwrap().contains("lines more: `branchline status` shows all"), "{rows:?}");
    assert!(rows.iter().all(|row| row.chars().count() <= 60), "{rows:?}");
}

#[test]
fn colours_are_ended_on_the_row_on_which_they_begin() {
    let failing = json!([{ "stage": "Build", "action": "Build", "summary": "exit status 1", "times": 1 }]);
    let world = Stage::new(&json!({ "scripts": { "actions": failing } }));
    world.later(600);
    let shown = text(&watched(&world, 80, 40, false).stdout);
    let rows = last_picture(&shown);
    assert!(
        rows[0].contains("\u{1b}[1m\u{1b}[31mFAILED\u{1b}[0m") || rows[0].contains("\u{1b}[31m"),
        "{rows:?}"
    );
    for row in rows {
        // Each that begins one ends all.
        let ends = row.rfind("\u{1b}[0m");
        let begins = row.rfind("\u{1b}[").filter(|at| !row[*at..].starts_with("\u{1b}[0m"));
        assert!(begins.is_none() || begins < ends, "{row:?}");
    }
}

#[test]
fn a_moment_without_an_answer_leaves_the_picture_and_says_so() {
    let world = Stage::new(&json!({}));
    world.later(600);
    // The first picture takes two states and two lists at least; the second finds nobody.
    world.stub.faults(&json!([{ "what": "503", "operation": "GetPipelineState", "nth": 3, "times": 0 }]));
    let mut command = Command::new(python::program("python"));
    command.arg(here("watched.py")).args(["80", "40", "2"]);
    command.arg(env!("CARGO_BIN_EXE_branchline")).args(["status", "--watch=1"]).env("NO_COLOR", "1");
    let output = world.at_its_folder(command.env("AWS_MAX_ATTEMPTS", "1")).output().unwrap();
    let rows = last_picture(&text(&output.stdout));
    assert_eq!(rows[0], "shop-develop  develop    succeeded");
    assert!(rows.last().unwrap().starts_with("not asked anew: codepipeline:GetPipelineState"), "{rows:?}");
}

#[test]
fn one_pipeline_is_shown_and_judged_alone() {
    let failing = json!([{ "stage": "Build", "action": "Build", "summary": "exit status 1", "times": 1 }]);
    let world = Stage::new(&json!({ "scripts": { "actions": failing } }));
    world.later(600);
    for (what, code) in [("develop", 6), ("shop-develop", 6), ("release/*", 0), ("release/1.2", 0)] {
        let output = world.run(&["status", what, "--json"]);
        assert_eq!(output.status.code(), Some(code), "{what}: {}", text(&output.stderr));
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["pipelines"].as_array().unwrap().len(), 1);
    }
    let output = world.run(&["status", "feature/x"]);
    assert_eq!(output.status.code(), Some(64));
    assert!(text(&output.stderr).contains("no push to a branch of that name starts one"));
    assert_eq!(world.run(&["status", "develop", "--watch=0"]).status.code(), Some(64));
}
