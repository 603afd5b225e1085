//! `{app}`, `{environment}`, `{service}` in values.

use super::shape::Text;
use crate::config::tree::Node;
use crate::diagnostic::{Finding, Span, shown};

/// The words in braces in a text: their bytes, braces included, and the word.
fn find(text: &str) -> impl Iterator<Item = (std::ops::Range<usize>, &str)> {
    text.match_indices('{').filter_map(move |(start, _)| {
        let word = text[start + 1..].split(['{', '}']).next()?;
        let end = start + 1 + word.len();
        text[end..].starts_with('}').then_some((start..end + 1, word))
    })
}

/// The most placeholders that are refused in one text.
const MOST: usize = 8;

/// The text with two letters for each placeholder that is allowed, for the pattern to judge: a name of one letter that
/// is too short alone is told when it is filled in. `None`, and findings, where a placeholder is not allowed.
pub(super) fn fill(
    text: &str,
    node: &Node,
    shape: &Text,
    subject: &str,
    findings: &mut Vec<Finding>,
) -> Option<String> {
    let mut filled = String::with_capacity(text.len());
    let mut done = 0;
    let mut refused = 0;
    for (range, word) in find(text) {
        if refused == MOST {
            break;
        }
        if shape.placeholders.iter().any(|name| name == word) {
            filled.push_str(&text[done..range.start]);
            filled.push_str("xx");
            done = range.end;
        } else {
            refused += 1;
            findings.push(refuse(word, &shape.placeholders, subject, node.span.within(text, &range)));
        }
    }
    filled.push_str(&text[done..]);
    (refused == 0).then_some(filled)
}

fn refuse(word: &str, allowed: &[String], subject: &str, place: Span) -> Finding {
    let found = shown(&format!("{{{word}}}"));
    if allowed.is_empty() {
        return Finding::error("BL018", place, format!("placeholders do not work in {subject}"))
            .because("this would reach AWS as it is written")
            .help("write the value out; `deploy.ecs` has the values that differ between environments");
    }
    let names: Vec<String> = allowed.iter().map(|name| format!("`{{{name}}}`")).collect();
    let names = names.join(", ");
    let finding =
        Finding::error("BL018", place, format!("{found} is not a placeholder that works in {subject}"))
            .because("nothing would be filled in here");
    match super::words::nearest(word, allowed.iter().map(String::as_str)) {
        Some(near) => finding.help(format!("write `{{{near}}}`; these work here: {names}")),
        None => finding.help(format!("these work here: {names}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_in_braces_are_placeholders() {
        let found: Vec<&str> = find("a{b}c{{d}}e{f").map(|(_, word)| word).collect();
        assert_eq!(found, ["b", "d"]);
    }
}
