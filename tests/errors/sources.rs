//! The errors that the sources define: what stands under an `#[error(…)]` of thiserror's.

use std::collections::BTreeSet;
use std::path::Path;

/// All errors below a folder, as `Enum::Variant` or `Struct`.
pub(crate) fn errors(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(errors(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.extend(errors_in(&std::fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

/// The errors of one source. One that passes on another (`transparent`) has no text of its own.
pub(crate) fn errors_in(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut around = String::new();
    let mut lines = source.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if let Some(name) = named(line, "enum ") {
            around = name;
        }
        if !line.starts_with("#[error(") {
            continue;
        }
        let mut end = line;
        while !end.ends_with(")]") {
            end = lines.next().expect("an attribute ends");
        }
        let item =
            lines.find(|line| !line.starts_with("//") && !line.starts_with('#')).expect("an item follows");
        if line != "#[error(transparent)]" {
            found.insert(named(item, "struct ").unwrap_or_else(|| format!("{around}::{}", word(item))));
        }
    }
    found
}

fn named(line: &str, keyword: &str) -> Option<String> {
    let (before, name) = line.split_once(keyword)?;
    (before.is_empty() || before.starts_with("pub")).then(|| word(name))
}

fn word(text: &str) -> String {
    text.chars().take_while(char::is_ascii_alphanumeric).collect()
}
