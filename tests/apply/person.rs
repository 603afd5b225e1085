//! What a person at a terminal sees, is asked, and is warned of.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::bench::{Bench, SMALL, Said, said};
use super::python;

/// Runs `apply` in a terminal, and types each answer when its words are shown.
fn typed(bench: &Bench, answers: &[(&str, &str)]) -> Said {
    let mut command = Command::new(python::program("python"));
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/init/answering.py"));
    command.arg(json!(answers).to_string()).env("NO_COLOR", "1").env("TERM", "xterm");
    said(bench.prepared(command.arg(env!("CARGO_BIN_EXE_branchline")), &["apply"]).output().unwrap())
}

const QUESTION: &str = "Is this to be done in AWS?";

#[test]
fn a_person_is_asked_and_only_yes_in_full_is_a_yes() {
    let bench = Bench::new();
    let written = || bench.stub.writes().len();
    for (answers, words) in [
        (&[(QUESTION, "no\r")][..], "Is this to be done"),
        (&[(QUESTION, "y\r"), ("is to be `yes` or `no`, in full", "\r"), (QUESTION, "no\r")][..], "in full"),
        (&[(QUESTION, "\u{3}")][..], ""),
    ] {
        let said = typed(&bench, answers);
        assert_ne!(said.code, Some(0), "{}", said.out);
        assert!(said.out.contains(words), "{}", said.out);
        assert_eq!(written(), 0, "{answers:?}: {}", said.out);
    }
    let said = typed(&bench, &[(QUESTION, "yes\r")]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(
        said.out.contains("hello-base is created") && said.out.contains("hello-base  made"),
        "{}",
        said.out
    );
    let at = |words: &str| said.out.find(words).unwrap();
    assert!(at("Stacks: 3 to create") < at(QUESTION), "what is agreed to is shown before: {}", said.out);
    bench.stub.assert_unflagged();
}

#[test]
fn a_terminal_that_goes_away_before_the_answer_is_no_yes() {
    let bench = Bench::new();
    typed(&bench, &[(QUESTION, "HANG UP")]);
    assert_eq!(bench.stub.writes(), Vec::<String>::new());
}

#[test]
fn what_takes_its_time_is_shown_in_a_line_that_is_gone_at_the_end() {
    let bench = Bench::new();
    // The answer to a change set's making is kept for more than a second.
    bench.stub.faults(&json!([{"what": "hold", "operation": "CreateChangeSet", "nth": 1}]));
    let shown = std::thread::scope(|scope| {
        let run = scope.spawn(|| typed(&bench, &[(QUESTION, "yes\r")]));
        bench.stub.wait_until_held();
        std::thread::sleep(std::time::Duration::from_millis(1_400));
        bench.stub.release();
        run.join().unwrap().out
    });
    assert!(shown.contains("\r1 s, 0 of 1 stacks done, under way: hello-base\u{1b}[K"), "{shown:?}");
    let (_, end) = shown.rsplit_once("\u{1b}[K").unwrap();
    assert!(end.contains("hello-pipeline-main  made"), "nothing of it stands at the end: {end:?}");
}

fn git(bench: &Bench, arguments: &[&str]) {
    let mut command = Command::new("git");
    command
        .current_dir(bench.path())
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
        .args(arguments);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    let ran = command.output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn a_branch_that_does_not_exist_is_warned_of_before_anything_is_made_for_it() {
    let bench = Bench::new();
    bench.write(&SMALL.replace("main: [live]", "main: [live]\n  trunk: [live]\n  release/*: [live]"));
    let warned = |arguments: &[&str]| {
        let said = bench.run(&[&["apply", "--yes", "--template-bucket", "none"], arguments].concat());
        let lines = said.err.lines().filter(|line| line.starts_with("warning: ")).map(str::to_owned);
        lines.collect::<Vec<_>>()
    };
    // Nothing is made in this test: what it would be made with is refused.
    bench.stub.faults(&json!([{"what": "denied", "operation": "CreateChangeSet"}]));
    assert_eq!(warned(&[]), Vec::<String>::new(), "no repository, no word");
    git(&bench, &["init", "--quiet", "--initial-branch", "main"]);
    git(&bench, &["commit", "--quiet", "--allow-empty", "--message", "one"]);
    let trunk = "warning: git knows no branch `trunk`, so the first run of `hello-trunk` fails at Source";
    assert_eq!(warned(&[]), [trunk]);
    git(&bench, &["remote", "add", "origin", "https://github.com/acme/another.git"]);
    assert_eq!(warned(&[]), Vec::<String>::new(), "it is another repository");
    git(&bench, &["remote", "set-url", "origin", "https://github.com/Acme/Hello.git"]);
    assert_eq!(warned(&[]), [trunk]);
    git(&bench, &["update-ref", "refs/remotes/origin/trunk", "HEAD"]);
    assert_eq!(warned(&[]), Vec::<String>::new(), "origin has it");
    std::fs::write(bench.path().join("branches"), "main\n").unwrap();
    let branches = bench.path().join("branches");
    let listed = warned(&["--branches", branches.to_str().unwrap()]);
    assert_eq!(listed, [trunk.replace("git knows", "the list of branches has")]);
}
