//! Every error that a person can meet, as it is told: `told.txt` and `usage.txt` beside this file.
//!
//! `BLESS=1 cargo test --test errors` writes both anew; read them aloud before they are kept. Findings about the text
//! of a configuration have their cases in `tests/configuration`.
// Tests read their sources and run the program.
#![cfg(target_os = "linux")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

mod samples;
mod sources;
mod usage;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use samples::samples;

/// Errors that no input explains: each is told as a fault of branchline's own, as `RenderError` shows. With `::` behind
/// it, a name stands for all of an enum's.
const OWN_FAULTS: [&str; 6] =
    ["NoPlace", "OverrideError::", "PathError::", "ReadBackError::", "StepsError::", "YamlError"];

/// Errors that are never shown: each becomes a finding of another text, which has its case.
const NEVER_SHOWN: [&str; 3] = ["FaultKind::", "Unfit::", "UsedUp"];

fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors").join(file)
}

/// Compares a text with the file beside this one that holds it, or writes that file.
fn golden(file: &str, text: &str) {
    let path = here(file);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    snapbox::assert_data_eq!(text.to_owned(), snapbox::Data::read_from(&path, None).raw());
}

#[test]
fn every_error_is_told_as_it_was_read_aloud() {
    let told = samples().into_iter().map(|(name, text)| format!("── {name}\n{text}\n"));
    golden("told.txt", &told.collect::<String>());
}

#[test]
fn every_error_of_the_sources_is_among_them() {
    let told: BTreeSet<String> = samples().into_keys().collect();
    let others: Vec<&str> = OWN_FAULTS.into_iter().chain(NEVER_SHOWN).collect();
    let is_other = |name: &str| {
        others.iter().any(|other| name == *other || (other.ends_with("::") && name.starts_with(other)))
    };
    let there = sources::errors(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let untold: Vec<&String> = there.iter().filter(|name| !told.contains(*name) && !is_other(name)).collect();
    assert!(untold.is_empty(), "no text of these is kept: add each to tests/errors/samples.rs: {untold:?}");
    let gone: Vec<&String> = told.difference(&there).collect();
    assert!(gone.is_empty(), "these are errors of the sources no more: {gone:?}");
}

#[test]
fn no_error_is_wider_than_the_terminal_unless_a_word_is() {
    for (name, text) in samples() {
        for line in text.lines() {
            let longest = line.split(' ').map(|word| word.chars().count()).max().unwrap_or_default();
            assert!(line.chars().count() <= samples::WIDTH.max(longest + 16), "{name}: {line}");
        }
    }
}

#[test]
fn an_error_that_is_added_without_a_text_is_found() {
    let source = "/// What.\n#[derive(Debug, Error)]\npub enum NewError {\n    /// A.\n    #[error(\"a\")]\n    First {\n    },\n    \
                  #[error(\n        \"b\"\n    )]\n    Second(u8),\n    #[error(transparent)]\n    Passed(#[from] Other),\n}\n\n\
                  #[derive(Error)]\n#[error(\"c\")]\npub(super) struct Alone;\n";
    let found: Vec<String> = sources::errors_in(source).into_iter().collect();
    assert_eq!(found, ["Alone", "NewError::First", "NewError::Second"]);
}
