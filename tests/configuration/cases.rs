//! Each folder beside this file holds a `branchline.yml` and what a terminal shows for it, in `terminal.txt`.
//! `BLESS=1 cargo test --test configuration` writes the latter anew; read it aloud before it is kept.

use std::path::Path;

use branchline::diagnostic::terminal::{Style, render};
use branchline::diagnostic::{Finding, codes};

use super::told;

fn folders() -> Vec<std::path::PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configuration");
    let mut folders: Vec<_> = std::fs::read_dir(here)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() && path.join("branchline.yml").exists())
        .collect();
    folders.sort();
    folders
}

#[test]
fn every_case_is_told_as_it_was_read_aloud() {
    let bless = std::env::var_os("BLESS").is_some();
    let folders = folders();
    assert!(folders.len() >= 27, "only {} cases", folders.len());
    let mut wrong = Vec::new();
    for folder in folders {
        let text = std::fs::read_to_string(folder.join("branchline.yml")).unwrap();
        let shown =
            render(&told(&text), &text, "branchline.yml", Style { colour: false, width: 120, wrap: false });
        let golden = folder.join("terminal.txt");
        if bless {
            std::fs::write(&golden, &shown).unwrap();
        } else if std::fs::read_to_string(&golden).unwrap_or_default() != shown {
            wrong.push(format!("{}:\n{shown}", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_file_that_says_everything_right_is_a_configuration() {
    let reading = branchline::config::read(include_str!("sound/branchline.yml"));
    assert_eq!(reading.findings, []);
    assert!(reading.config.is_some());
}

#[test]
fn every_finding_says_why_and_what_to_do() {
    for folder in folders() {
        let text = std::fs::read_to_string(folder.join("branchline.yml")).unwrap();
        for Finding { code, message, reason, help, place, .. } in told(&text) {
            assert!(!reason.is_empty() && !help.is_empty(), "{}: {code} {message}", folder.display());
            assert!(place.is_some_and(|place| place.end <= text.len()), "{}: {message}", folder.display());
        }
    }
}

#[test]
fn every_code_of_the_file_and_its_limits_is_shown_by_a_case() {
    let mut shown = std::collections::BTreeSet::new();
    for folder in folders() {
        let text = std::fs::read_to_string(folder.join("branchline.yml")).unwrap();
        shown.extend(told(&text).into_iter().map(|finding| finding.code));
    }
    // The size of a file is tested in `hostile.rs`, without a file of that size here.
    shown.insert("BL008");
    // A fault of branchline's, which no file shows.
    shown.insert("BL040");
    // Told where there is no file to be judged: see `tests/errors`.
    shown.extend(["BL063", "BL064", "BL065"]);
    // Only a buildspec shows it, which is written after the configuration was read: see `tests/cli.rs`.
    shown.insert("BL209");
    // Branches have tests of their own.
    for code in codes::CODES
        .iter()
        .filter(|code| code.code < "BL1" || code.code.starts_with("BL2") || code.code.starts_with("BL5"))
    {
        assert!(shown.contains(code.code), "{} ({}) is in no case", code.code, code.title);
    }
}
