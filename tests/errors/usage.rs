//! Wrong usage, as the program tells it.

use std::fmt::Write;

use assert_cmd::Command;

const EXAMPLE: &str = "examples/single-account";

/// What is written wrong, one of each kind and more of those that are likely.
const WRONG: &[&[&str]] = &[
    &[],
    &["generat"],
    &["help", "nothing"],
    &["map", "--frob"],
    &["check", "x"],
    &["check", "-C"],
    &["check", "--rev"],
    &["check", "-C", "nowhere"],
    &["generate", "--check", "--force"],
    &["generate", "--stdout", "--json"],
    &["generate", "--remote", "--branches", "x"],
    &["explain", "a..b", "-C", EXAMPLE],
    &["explain", "refs/heads/main", "-C", EXAMPLE],
    &["explain", "a", "b"],
    &["start", "main", "--variable", "DOWNGRADE"],
    &["stop", "main"],
    &["approve", "main"],
    &["retry", "main", "--stage", "Build", "--environment", "live"],
    &["rollback"],
    &["completions"],
    &["completions", "tcsh"],
    &["templates"],
    &["templates", "print", "keep"],
    &["templates", "show"],
    &["templates", "eject", "kepe"],
    &["templates", "list", "keep"],
    &["init", "--account", "12", "--flow", "svn", "--stdout"],
    &["init", "--frob"],
    &["bootstrap", "--config-branch", "main", "-C", EXAMPLE],
    &["bootstrap", "--config-branch", "release/*", "--image", "tools/branchline:1", "-C", EXAMPLE],
    &["bootstrap", "--config-branch", "main", "--program-url", "https://example.com/b", "-C", EXAMPLE],
    &["bootstrap", "--config-branch", "main", "--image", "$(x)", "-C", EXAMPLE],
    &[
        "bootstrap",
        "--config-branch",
        "main",
        "--image",
        "tools/branchline:1",
        "--topic",
        "ops",
        "-C",
        EXAMPLE,
    ],
    &[
        "bootstrap",
        "--config-branch",
        "main",
        "--image",
        "tools/branchline:1",
        "--schedule",
        "daily",
        "-C",
        EXAMPLE,
    ],
    &["bootstrap", "--config-branch", "main", "--github-actions", "a b", "-C", EXAMPLE],
    &["bootstrap", "--config-branch", "main", "--image", "tools/branchline:1", "-C", EXAMPLE],
    &["man", "generat"],
    &["man", "generate", "--output", "x"],
];

#[test]
fn every_wrong_usage_is_told_as_it_was_read_aloud() {
    let mut told = String::new();
    for arguments in WRONG {
        let mut command = Command::cargo_bin("branchline").unwrap();
        command.args(*arguments).env_clear().current_dir(env!("CARGO_MANIFEST_DIR"));
        let output = command.output().unwrap();
        let code = output.status.code().unwrap();
        assert!(matches!(code, 3 | 64), "{arguments:?} ends with {code}");
        assert!(output.stdout.is_empty(), "{arguments:?} prints a result");
        let said = String::from_utf8(output.stderr).unwrap();
        let shown = arguments.join(" ");
        write!(told, "$ branchline {shown}\n{}\n[ends with {code}]\n\n", said.trim_end()).unwrap();
    }
    super::golden("usage.txt", &told);
}
