//! The parser's complaints in a person's words.

use super::limits;
use crate::diagnostic::{Finding, Span};

/// What a complaint of the parser means: a part of its text, what is wrong, what to do.
const COMPLAINTS: &[(&str, &str, &str)] = &[
    (
        "mapping values are not allowed",
        "a second `: ` on this line, or a line that is indented further than the one it belongs to",
        "put the text in quotes if the `: ` belongs to it; else line the key up with its neighbours",
    ),
    (
        "illegal placement of ':'",
        "a key in the middle of a list",
        "close the `[` or `{` that was opened above, on the same line if you can",
    ),
    (
        "simple key expect",
        "a key without its `:`",
        "write `key: value`, with a space behind the colon, and keys of one mapping in one column",
    ),
    (
        "did not find expected key",
        "this line is not lined up with the ones above it",
        "keys of one mapping start in the same column",
    ),
    (
        "did not find expected '-' indicator",
        "this line is not lined up with the list above it",
        "items of one list start in the same column, each with `- `",
    ),
    (
        "expected ',' or ']'",
        "a list that began with `[` goes wrong here",
        "separate its items with `,` and close it with `]`",
    ),
    (
        "expected ',' or '}'",
        "a mapping that began with `{` goes wrong here",
        "separate its entries with `,` and close it with `}`",
    ),
    (
        "unexpected end of stream",
        "the quote that was opened is never closed",
        "close it, with the same kind of quote",
    ),
    (
        "unexpected document indicator",
        "the quote that was opened is not closed before `---`",
        "close it, with the same kind of quote",
    ),
    (
        "trailing content after double-quoted",
        "there is text behind the closing quote",
        "put all of it inside the quotes; write `\\\"` for a quote in the text",
    ),
    (
        "unknown escape",
        "no such escape in double quotes",
        "write `\\\\` for a backslash, or use single quotes, where a backslash is itself",
    ),
    (
        "hexadecimal number",
        "the escape needs hexadecimal digits",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    (
        "Unicode character escape",
        "no character has this number",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    (
        "block sequence entries are not allowed",
        "a list cannot begin here",
        "begin the list on the next line, indented, each item with `- `",
    ),
    (
        "did not find expected node content",
        "a value is missing, or one begins with a character that has a meaning of its own",
        "put a value that begins with one of , [ ] { } # & * ! | > % @ ` in quotes",
    ),
    ("unexpected character", "no value begins with this character", "put the value in quotes"),
    ("plain scalar cannot start with", "no value begins like this", "put the value in quotes"),
    (
        "indentation",
        "this line is not indented as the lines around it",
        "indent it further than the key it belongs to, with spaces",
    ),
    (
        "indented",
        "this line is not indented as the lines around it",
        "indent it further than the key it belongs to, with spaces",
    ),
    (
        "misplaced bracket",
        "a bracket that closes nothing",
        "delete it, or open it where the list or mapping begins",
    ),
    ("comments must be separated", "a `#` right behind a value", "put a space before the `#` of a comment"),
    (
        "comment intercepting",
        "a comment in the middle of a text of several lines",
        "move the comment above the text, or put the text in quotes",
    ),
    (
        "byte order mark",
        "a byte order mark that is not at the beginning of the file",
        "delete the invisible character U+FEFF",
    ),
    (
        "block scalar",
        "the header of a text block is wrong",
        "write `|` or `>` alone at the end of the line, and the text on the next ones",
    ),
    ("must be followed by a valid YAML whitespace", "a space is missing", "put a space behind it"),
    ("end marker", "there is text behind the end of the document", "delete the `...`, or what follows it"),
    (
        "tag",
        "a tag, a word that begins with `!`",
        "tags are not used in this file: delete it, or put the text in quotes",
    ),
    ("directive", "a line that begins with `%`", "directives are not used in this file: delete the line"),
    ("unexpected eof", "the file ends in the middle of a value", "close what is open"),
];

/// The finding for what the parser said about the text at this byte.
pub(super) fn explain(text: &str, at: usize, info: &str) -> Finding {
    // The parser's own limit: it reads ahead before it tells of the first bracket.
    if info.contains("recursion limit") {
        return limits::too_deep(whole_character(text, at));
    }
    if info.contains("unknown anchor") {
        return Finding::error(
            "BL009",
            whole_character(text, at),
            "an alias names an anchor that is not there",
        )
        .because("nothing above carries this name")
        .help("put `&name` before the value that is meant, or put a text that begins with `*` in quotes");
    }
    if let Some(tab) = tab_before(text, at).filter(|_| !info.contains("quoted scalar")) {
        return Finding::error("BL001", tab, "a tab stands where the file is indented")
            .because("YAML is indented with spaces alone")
            .help("replace the tab with spaces");
    }
    // The parser may notice a line's fault only at the beginning of the next one.
    let before = text[..at].trim_end();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = &before[line_start..];
    let key = line.trim_start();
    if key.starts_with('*') {
        let start = line_start + line.len() - key.len();
        let end = start + key.find(':').unwrap_or(1);
        return Finding::error(
            "BL001",
            Span { start, end },
            "a key that begins with `*` has to be in quotes",
        )
        .because("YAML reads this as an alias")
        .help(format!("write the pattern in quotes: `\"{}\": [dev]`", &text[start..end]));
    }
    let before = &text[line_start..at];
    if before.trim_end_matches(' ').ends_with(['}', ']']) {
        return Finding::error("BL001", whole_character(text, at), "there is text behind a closing bracket")
            .because("a value that begins with `{` or `[` ends with its bracket")
            .help("write the whole value in quotes, such as `\"{environment}-api\"`");
    }
    let (reason, help) = COMPLAINTS
        .iter()
        .find(|(part, ..)| info.contains(part))
        .map_or((info, "compare the line with the ones around it"), |(_, reason, help)| (*reason, *help));
    Finding::error("BL001", whole_character(text, at), "the file is not valid YAML")
        .because(reason)
        .help(help)
}

/// The tab that indents the line of this byte, or stands between an item's `-` and the byte.
fn tab_before(text: &str, at: usize) -> Option<Span> {
    let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let indent =
        text[line..].find(|character| !matches!(character, ' ' | '\t' | '-')).unwrap_or(text.len() - line);
    let tab = text[line..line + indent].find('\t')?;
    Some(Span { start: line + tab, end: line + tab + 1 })
}

/// The character at a byte; an empty place at the end of the text or of a line.
fn whole_character(text: &str, at: usize) -> Span {
    let width = text[at..]
        .chars()
        .next()
        .filter(|character| !matches!(character, '\n' | '\r'))
        .map_or(0, char::len_utf8);
    Span { start: at, end: at + width }
}
