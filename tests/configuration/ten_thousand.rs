//! `check` on files of ten thousand lines that are made to hurt, in a process that has a gigabyte and ten seconds of a
//! processor, of which it needs little.

use std::path::Path;
use std::process::{Command, Output};

const LINES: usize = 10_000;

fn lines(line: impl Fn(usize) -> String) -> String {
    (0..LINES).map(|number| line(number) + "\n").collect()
}

/// The same, a comment in each tenth line: below the limit of values, so that every mistake is judged.
fn judged(line: impl Fn(usize) -> String) -> String {
    lines(|number| if number % 10 == 9 { "# a comment".into() } else { line(number) })
}

/// What hurts, by name.
fn kinds() -> Vec<(&'static str, Vec<u8>)> {
    let long = "x".repeat(100_000);
    let texts = [
        ("wrong types", format!("branches:\n{}", judged(|number| format!("  b{number}: x")))),
        ("unknown keys", judged(|number| format!("k{number}: 1"))),
        ("one key again and again", judged(|_| "same: 1".into())),
        ("brackets over lines", lines(|_| "[".into())),
        ("braces over lines", lines(|_| "{ a:".into())),
        ("steps to the right", lines(|number| format!("{}a:", " ".repeat(number % 40)))),
        (
            "anchors and aliases",
            lines(|number| format!("a{number}: &a{number} x\nb{number}: *a{}", number / 2)),
        ),
        ("aliases of aliases", bomb()),
        ("one long line among many", format!("{}k: {long}\n{}", lines(|_| "a: 1".into()), long)),
        ("quotes in quotes", lines(|number| format!("q{number}: 'it''s \"{{{{x}}}}\"'"))),
        ("a quote without end", format!("app: \"{}", lines(|_| "it's \\\" \\x".into()))),
        ("line ends of Windows", lines(|number| format!("k{number}: [a, a]\r"))),
        ("line ends of old Macs", lines(|number| format!("k{number}: 1\r")).replace('\n', "")),
        ("a NUL in each line", lines(|number| format!("k{number}\0: 1"))),
        ("a NUL at the end", format!("{}\0", judged(|number| format!("k{number}: 1")))),
        (
            "tabs and spaces",
            lines(|number| format!("{}k{number}: 1", ["\t", " \t", "\t ", "  "][number % 4])),
        ),
        ("block texts", lines(|number| format!("k{number}: |2-\n   a\n \t b"))),
        ("documents", lines(|number| format!("---\nk{number}: 1"))),
        ("tags", lines(|number| format!("k{number}: !<tag:{number}> 1"))),
        ("merges", format!("m: &m {{}}\n{}", lines(|_| "<<: *m".into()))),
        ("complex keys", lines(|number| format!("? [{number}]\n: 1"))),
        ("colours and turned text", lines(|number| format!("\"\\e[31m{number}\": \"\u{202e}\u{2028}\""))),
        ("wide text", lines(|number| format!("あ👍{number}: e\u{301}"))),
        ("comments alone", lines(|_| "# nothing".into())),
        ("nothing but line ends", lines(|_| String::new())),
        ("placeholders", format!("app: {}\n", "{x}".repeat(LINES))),
    ];
    let mut kinds: Vec<_> = texts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    kinds.push((
        "no text",
        lines(|number| format!("k{number}: ")).into_bytes().into_iter().chain([0xff]).collect(),
    ));
    kinds.push(("every byte", (0..LINES).map(|number| u8::try_from(number % 256).unwrap()).collect()));
    kinds
}

fn bomb() -> String {
    let last = |number: usize| format!("[*a{number}, *a{number}, *a{number}]");
    let level = |number: usize| match number {
        0 => "a0: &a0 x".into(),
        _ => format!("a{number}: &a{number} {}", last(number - 1)),
    };
    lines(level)
}

fn check(folder: &Path, more: &[&str]) -> Output {
    let program = assert_cmd::cargo::cargo_bin("branchline");
    let limited = "ulimit -v 1048576 -t 10 && exec \"$0\" \"$@\"";
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-c", limited]).arg(program).arg("check").args(more);
    command.current_dir(folder).env_clear().env("RUST_BACKTRACE", "0").output().unwrap()
}

#[test]
fn each_is_refused_with_a_short_answer_in_little_time_and_memory() {
    let home = tempfile::tempdir().unwrap();
    for (name, bytes) in kinds() {
        std::fs::write(home.path().join("branchline.yml"), &bytes).unwrap();
        let output = check(home.path(), &[]);
        let (shown, said) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(3), "{name}: {said}");
        let told = if shown.is_empty() { &said } else { &shown };
        assert!(told.contains("error[BL0") && told.contains("help:"), "{name}: {told}");
        assert!(told.len() < 100_000 && told.lines().count() < 1_500, "{name}: {} bytes", told.len());
        let unsafe_characters = ['\0', '\u{1b}', '\u{202e}'];
        assert!(!told.contains(unsafe_characters), "{name}: the file paints on the terminal");
        let json = check(home.path(), &["--json"]);
        let list: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
        let found = list.as_array().unwrap().len();
        assert!((1..=20_001).contains(&found), "{name}: {found} findings");
    }
}

#[test]
fn the_first_hundred_are_shown_and_the_rest_is_counted() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("branchline.yml"), judged(|number| format!("k{number}: 1"))).unwrap();
    let shown = text(&check(home.path(), &[]).stdout);
    assert_eq!(shown.matches("error[BL0").count(), 100);
    let rest = shown.lines().find(|line| line.starts_with("… and ")).unwrap();
    assert!(rest.contains("Fix these first") && rest.contains("--json"), "{rest}");
    assert!(shown.ends_with(" errors in branchline.yml\n"));
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
