//! Lists and columns, as `map` and `explain` write them.

use std::fmt::Write;

/// `` `a`, `b` and `c` ``, with this conjunction before the last.
pub(super) fn quoted(texts: &[String], conjunction: &str) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
    match quoted.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} {conjunction} {last}", rest.join(", ")),
        all => all.concat(),
    }
}

/// How many names of a list are told.
const NAMED: usize = 5;

/// `a, b and 3 more`: the first names of a list, and how many there are besides.
pub(super) fn some_of(names: &[&str]) -> String {
    let (some, more) = names.split_at(names.len().min(NAMED));
    let some = some.join(", ");
    if more.is_empty() { some } else { format!("{some} and {} more", more.len()) }
}

/// Two columns, indented, a line a row; the first as wide as its widest.
pub(super) fn columns(rows: &[(String, String)]) -> String {
    let widest = rows.iter().map(|(first, _)| first.chars().count()).max().unwrap_or_default();
    rows.iter().fold(String::new(), |mut text, (first, second)| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "  {first:widest$}  {second}");
        text
    })
}
