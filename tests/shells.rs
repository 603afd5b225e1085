//! What shells and `man` are given: complete, and read by those that are installed.

// What is unwrapped here is the test's own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use branchline::cli::Cli;
use branchline::commands::completions::script;
use branchline::commands::man::pages;
use clap::{CommandFactory, ValueEnum};
use clap_complete::Shell;

/// Each command with its long flags; one of a command's own as `check-parity`.
fn commands() -> Vec<(String, Vec<String>)> {
    let root = Cli::command();
    let flags = |command: &clap::Command| {
        command.get_arguments().filter_map(|argument| argument.get_long().map(str::to_owned)).collect()
    };
    let mut all = Vec::new();
    for command in root.get_subcommands() {
        let name = command.get_name();
        all.push((name.to_owned(), flags(command)));
        let own = command.get_subcommands();
        all.extend(own.map(|own| (format!("{name}-{}", own.get_name()), flags(own))));
    }
    assert!(all.len() >= 7, "{all:?}");
    all
}

/// Runs a program on a file, when it is installed.
fn read_by(program: &str, arguments: &[&str], file: &Path) -> Option<Output> {
    let run = Command::new(program).args(arguments).arg(file).stdin(Stdio::null()).output();
    if run.is_err() {
        // Only what is installed can be asked.
        assert!(!matches!(program, "bash"), "bash runs the generated steps, so it has to be there");
    }
    run.ok()
}

#[test]
fn every_command_and_flag_can_be_completed_in_every_shell() {
    for shell in Shell::value_variants() {
        let script = script(*shell);
        for (command, flags) in commands() {
            assert!(script.contains(command.rsplit('-').next().unwrap()), "{shell}: {command}");
            for flag in flags {
                let there = script.contains(&format!("--{flag}")) || script.contains(&format!("-l {flag}"));
                assert!(there, "{shell}: {command} --{flag}");
            }
        }
        let mut run = assert_cmd::Command::cargo_bin("branchline").unwrap();
        run.args(["completions", &shell.to_string()]).env_clear().assert().success().stdout(script);
    }
}

#[test]
fn bash_completes_commands_flags_and_words() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("branchline.bash");
    std::fs::write(&file, script(Shell::Bash)).unwrap();
    let completed = |words: &[&str]| {
        let last = words.last().unwrap();
        let before = words[words.len() - 2];
        let ask = format!(
            "source '{}' && complete -p branchline >/dev/null && COMP_WORDS=({}) COMP_CWORD={} \
             && _branchline branchline '{last}' '{before}' && printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            file.display(),
            words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" "),
            words.len() - 1,
        );
        let output = Command::new("bash").args(["--noprofile", "--norc", "-c", &ask]).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        let mut found: Vec<String> =
            String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
        found.sort();
        found
    };
    assert_eq!(completed(&["branchline", "ge"]), ["generate"]);
    assert_eq!(completed(&["branchline", "generate", "--ch"]), ["--check"]);
    assert_eq!(completed(&["branchline", "map", "--re"]), ["--remote", "--rev"]);
    assert_eq!(completed(&["branchline", "completions", "z"]), ["zsh"]);
}

#[test]
fn the_other_shells_that_are_installed_read_their_script() {
    let home = tempfile::tempdir().unwrap();
    for (shell, program, arguments) in [
        (Shell::Zsh, "zsh", &["-n"][..]),
        (Shell::Fish, "fish", &["--no-execute"]),
        (Shell::PowerShell, "pwsh", &["-NoProfile", "-File"]),
        (Shell::Bash, "bash", &["-n"]),
    ] {
        let file = home.path().join(format!("branchline.{program}.ps1"));
        std::fs::write(&file, script(shell)).unwrap();
        if let Some(output) = read_by(program, arguments, &file) {
            assert!(output.status.success() && output.stderr.is_empty(), "{program}: {output:?}");
        }
    }
}

#[test]
fn every_command_has_a_page_that_tells_of_every_flag() {
    let pages = pages();
    let page = |name: &str| &pages.iter().find(|page| page.name == name).unwrap().text;
    let own = page("branchline");
    assert!(own.contains("EXIT STATUS") && own.contains("64 wrong usage"), "{own}");
    assert_eq!(pages.len(), commands().len() + 1);
    for (command, flags) in commands() {
        let above = command.split_once('-').map_or(own, |(above, _)| page(&format!("branchline-{above}")));
        let escaped = command.replace('-', "\\-");
        assert!(above.contains(&format!("branchline\\-{escaped}(1)")), "{command}: {above}");
        let text = page(&format!("branchline-{command}"));
        for section in [".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION"] {
            assert!(text.contains(section), "{command} has no {section}");
        }
        assert!(text.contains(".SH EXIT STATUS"), "{command} does not say how it ends: {text}");
        let synopsis = text.split(".SH SYNOPSIS").nth(1).and_then(|rest| rest.split(".SH").next()).unwrap();
        for (flag, value) in [("C", "DIR"), ("rev", "REV"), ("tag", "TAG"), ("output", "DIR")] {
            let flag = if flag.len() == 1 { format!("\\-{flag}") } else { format!("\\-\\-{flag}") };
            if synopsis.contains(&format!("{flag}\\fR")) {
                let whole = format!("\\fB{flag}\\fR \\fI<{value}>\\fR]");
                assert!(synopsis.contains(&whole), "{command}: {whole} is not in {synopsis}");
            }
        }
        for flag in flags {
            let escaped = format!("\\-\\-{}", flag.replace('-', "\\-"));
            assert!(text.contains(&escaped), "{command} --{flag}: {text}");
        }
    }
}

#[test]
fn pages_are_written_where_they_are_wanted_and_read_without_a_complaint() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("share/man/man1");
    let mut run = assert_cmd::Command::cargo_bin("branchline").unwrap();
    run.args(["man", "--output"]).arg(&folder).env_clear().assert().success().stdout("");
    for page in pages() {
        let file = folder.join(format!("{}.1", page.name));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), page.text);
        let arguments = ["-man", "-ww", "-z", "-Kutf8", "-Tutf8"];
        if let Some(output) = read_by("groff", &arguments, &file) {
            assert!(output.status.success() && output.stderr.is_empty(), "{}: {output:?}", page.name);
        }
        let mut run = assert_cmd::Command::cargo_bin("branchline").unwrap();
        run.arg("man").args(page.name.strip_prefix("branchline-"));
        run.env_clear().assert().success().stdout(page.text);
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), pages().len());
}
