//! The program in a terminal of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use unicode_width::UnicodeWidthStr;

use crate::python;

/// What the program shows in a terminal of so many columns.
fn shown(columns: usize, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(python::program("python"));
    command.arg(home.join("tests/terminal/in_terminal.py")).arg(columns.to_string());
    command.arg(assert_cmd::cargo::cargo_bin("branchline")).args(arguments);
    command.current_dir(home).env_clear().env("TERM", "xterm-256color");
    let output = command.envs(environment.iter().copied()).output().unwrap();
    assert!(output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

const PLAIN: &[(&str, &str)] = &[("NO_COLOR", "1")];

/// The lines that are wider than the terminal although they could be broken.
fn too_wide(text: &str, columns: usize) -> Vec<&str> {
    // What stands before a message, on each of its lines.
    let before = 16;
    text.lines()
        // clap keeps a usage in one line.
        .filter(|line| !line.starts_with("Usage:"))
        .filter(|line| {
            let longest = line.split(' ').map(UnicodeWidthStr::width).max().unwrap_or_default();
            line.width() > columns.max(before + longest)
        })
        .collect()
}

/// Folders with a configuration of every kind of fault.
fn cases() -> Vec<PathBuf> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(home.join("tests/configuration")).unwrap();
    let mut folders: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("branchline.yml").is_file())
        .collect();
    folders.sort();
    assert!(folders.len() > 25);
    folders
}

#[test]
fn findings_fit_a_terminal_of_80_and_of_40_columns() {
    for folder in cases() {
        for columns in [80, 40] {
            let text = shown(columns, &["check", "-C", folder.to_str().unwrap()], PLAIN);
            assert!(text.contains("branchline.yml"), "{text}");
            let wide = too_wide(&text, columns);
            assert!(wide.is_empty(), "{} at {columns}:\n{}", folder.display(), wide.join("\n"));
        }
    }
}

#[test]
fn help_and_tables_and_explanations_fit_them_too() {
    let example = "examples/rails-ecs";
    let commands = ["init", "generate", "check", "map", "explain", "schema", "completions", "man"];
    let mut all: Vec<Vec<&str>> = commands.iter().map(|command| vec![*command, "--help"]).collect();
    all.push(vec!["--help"]);
    all.push(vec!["map", "-C", example]);
    all.push(vec!["explain", "-C", example, "release/1.4"]);
    all.push(vec!["explain", "-C", example, "feature/login"]);
    all.push(vec!["check", "-C", "nowhere"]);
    all.push(vec!["generate", "-C", example, "--output", "Cargo.toml"]);
    all.push(vec!["man", "nothing"]);
    for arguments in all {
        for columns in [80, 40] {
            let text = shown(columns, &arguments, PLAIN);
            assert!(text.len() > 60, "{arguments:?}: {text}");
            let wide = too_wide(&text, columns);
            assert!(wide.is_empty(), "{arguments:?} at {columns}:\n{}", wide.join("\n"));
        }
    }
}

#[test]
fn a_terminal_has_colours_unless_somebody_does_not_want_them() {
    let case = "tests/configuration/missing";
    let escapes = |environment: &[(&str, &str)]| {
        let found = shown(80, &["check", "-C", case], environment).contains('\u{1b}');
        let error = shown(80, &["check", "-C", "nowhere"], environment).contains('\u{1b}');
        assert_eq!(found, error, "{environment:?}");
        found
    };
    assert!(escapes(&[]));
    assert!(!escapes(&[("NO_COLOR", "1")]));
    assert!(escapes(&[("NO_COLOR", "")]), "an empty NO_COLOR says nothing");
    assert!(!escapes(&[("CLICOLOR", "0")]));
    assert!(escapes(&[("CLICOLOR", "1")]));
    assert!(!escapes(&[("TERM", "dumb")]));
    assert!(!escapes(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

#[test]
fn a_message_keeps_its_line_where_there_is_no_terminal() {
    let case = "tests/configuration/other-accounts-and-regions";
    let mut command = assert_cmd::Command::cargo_bin("branchline").unwrap();
    command.args(["check", "-C", case]).current_dir(env!("CARGO_MANIFEST_DIR")).env_clear();
    let piped = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let golden =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(case).join("terminal.txt"));
    for help in golden.unwrap().lines().filter(|line| line.contains("= help:")) {
        assert!(piped.contains(help.trim_start()), "{help}\n{piped}");
    }
    let narrow = shown(40, &["check", "-C", case], PLAIN);
    assert!(narrow.lines().count() > piped.lines().count());
}
