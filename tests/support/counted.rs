//! The table of docs/faults.md, held against what was run.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/faults.md")
}

/// A row of the table: the command, what goes wrong, and in how many cases it was tried. Fails where the page says another number; with
/// `BLESS` in the environment it is written there.
pub fn counted(command: &str, what: &str, cases: usize) {
    // Tests of one program write the page one after the other.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let text = std::fs::read_to_string(page()).expect("the page is there");
    let head = format!("| {command} | {what} | ");
    let Some(line) = text.lines().find(|line| line.starts_with(&head)) else {
        panic!("docs/faults.md has no row that begins with {head:?}");
    };
    let rest = line.strip_prefix(&head).expect("it begins so");
    let (number, end) = rest.split_once(" |").expect("a cell ends");
    if number != cases.to_string() && std::env::var_os("BLESS").is_some() {
        std::fs::write(page(), text.replace(line, &format!("{head}{cases} |{end}"))).expect("it is written");
        return;
    }
    assert_eq!(number, cases.to_string(), "docs/faults.md: {command}, {what}: `BLESS=1` writes what was run");
}
