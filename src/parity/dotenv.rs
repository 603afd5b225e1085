//! Dotenv files: their keys, and where these stand.
//!
//! There is no standard. What the usual readers (Ruby's and Node's `dotenv`, Docker Compose) agree on is taken: `KEY=value`,
//! `export KEY=value`, comments, values in single or double quotes over several lines. What they do not agree on is told, and the
//! file is not compared: a line that one of them takes for a key and another for a value would show the value.

use super::{Found, Key, Kind, Page, Place, Role, Set, Sets, Source, Subject};
use crate::diagnostic::Span;

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// As tools on a developer's machine do.
    Usual,
    /// As ECS does: a key a line, and nothing else means anything (ECS developer guide, "Pass environment variables to an
    /// Amazon ECS container").
    Ecs,
}

/// What is wrong with a file. Nothing of its text is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub span: Span,
    /// What.
    pub what: &'static str,
    /// What to write instead.
    pub help: &'static str,
}

/// The keys of a file, each with its place, in the order of the file.
pub fn keys(text: &str, dialect: Dialect) -> Result<Vec<(String, Span)>, Fault> {
    let mut keys = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while at < text.len() {
        let end = line_end(text, at);
        let line = &text[at..end];
        let trimmed = line.trim_start();
        let start = at + line.len() - trimmed.len();
        if trimmed.trim_end().is_empty() || trimmed.starts_with('#') {
            at = end + 1;
            continue;
        }
        unclear(text, at, end)?;
        let Some((span, value)) = assignment(text, start, end, dialect)? else {
            at = end + 1;
            continue;
        };
        keys.push((text[span.start..span.end].to_owned(), span));
        at = match dialect {
            Dialect::Usual => value_end(text, value, end)?,
            Dialect::Ecs => end,
        } + 1;
    }
    Ok(keys)
}

/// What one reader takes for an assignment and another for a part of a value: an indented line, which may belong to a block that
/// YAML or a shell began above, and a line that goes on below.
fn unclear(text: &str, start: usize, end: usize) -> Result<(), Fault> {
    let line = &text[start..end];
    if line.starts_with(char::is_whitespace) {
        return Err(Fault {
            span: Span { start, end: start },
            what: "this line is indented: it may be the rest of a value",
            help: "write each key at the beginning of its line; put a value of several lines in double quotes",
        });
    }
    goes_on(line, start)
}

/// A line that ends with a backslash: a shell takes the next one for a part of it.
fn goes_on(line: &str, start: usize) -> Result<(), Fault> {
    if line.trim_end().ends_with('\\') {
        return Err(Fault {
            span: Span { start, end: start },
            what: "this line ends with a backslash: the next one may be the rest of its value",
            help: "put a value of several lines in double quotes, and one that ends with a backslash in single quotes",
        });
    }
    Ok(())
}

/// How values begin, or go on, that some readers take for the beginning of several lines: quotes and commands of a shell.
const SHELLS: [&str; 4] = ["$'", "$\"", "$(", "<<"];

/// How they begin behind `KEY:`, for readers of YAML.
const YAMLS: [char; 6] = ['|', '>', '[', '{', '&', '!'];

/// The key of a line, and the byte at which its value begins; `None` for `export KEY`, which sets nothing.
fn assignment(
    text: &str,
    start: usize,
    end: usize,
    dialect: Dialect,
) -> Result<Option<(Span, usize)>, Fault> {
    let fault = |span| {
        Err(Fault {
            span,
            what: "this line is no assignment",
            help: "write `KEY=value`; put a value of several lines in double quotes",
        })
    };
    let line = &text[start..end];
    let rest = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t']));
    let (line, is_export) = match rest {
        Some(rest) if dialect == Dialect::Usual => (rest.trim_start(), true),
        _ => (line, false),
    };
    let start = end - line.len();
    let length = line.find(|letter: char| !is_of_key(letter)).unwrap_or(line.len());
    let span = Span { start, end: start + length };
    if length == 0 || line.starts_with(|letter: char| letter.is_ascii_digit()) {
        return fault(Span { start, end: start });
    }
    let after = line[length..].trim_start();
    match after.chars().next() {
        Some('=') if !is_rest_of_value(&line[..length], &after[1..]) => {
            Ok(Some((span, end - after.len() + 1)))
        }
        // Ruby's also takes `KEY: value`.
        Some(':') if dialect == Dialect::Usual && after[1..].starts_with([' ', '\t']) => {
            Ok(Some((span, end - after.len() + 1)))
        }
        None if is_export => Ok(None),
        // Not the key's own place: what stands there may be a value.
        _ => fault(Span { start, end: start }),
    }
}

/// Whether a letter may stand in a key.
fn is_of_key(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '.'
}

/// Whether what looks like a key is the end of a value in base64, broken over lines without quotes.
fn is_rest_of_value(key: &str, value: &str) -> bool {
    let has = |is: fn(&char) -> bool| key.chars().any(|letter| is(&letter));
    value.trim_end().chars().all(|letter| letter == '=')
        && key.len() >= 16
        && has(char::is_ascii_lowercase)
        && has(char::is_ascii_uppercase)
}

/// The byte of the line end behind a value.
fn value_end(text: &str, value: usize, line_end_at: usize) -> Result<usize, Fault> {
    let line = &text[value..line_end_at];
    let written = line.trim_start();
    let start = value + line.len() - written.len();
    let Some(quote) = written.chars().next().filter(|first| ['\'', '"', '`'].contains(first)) else {
        let is_yaml = text[..value].ends_with(':') && written.starts_with(YAMLS);
        if is_yaml || SHELLS.iter().any(|sign| written.contains(sign)) {
            return Err(Fault {
                span: Span { start, end: start },
                what: "this value may go on below, for some readers",
                help: "write it in quotes: in single ones where its signs are to stand for themselves",
            });
        }
        return Ok(line_end_at);
    };
    let mut backslashes = 0;
    for (at, letter) in text[start + 1..].char_indices() {
        if letter == quote {
            // Readers agree on `\"` in double quotes alone, and not on `\\"`.
            let is_escaped = quote == '"' && backslashes % 2 == 1;
            if !is_escaped {
                let (close, end) = (start + 1 + at, line_end(text, start + 1 + at));
                let rest = text[close + 1..end].trim();
                if backslashes > 0 || !(rest.is_empty() || rest.starts_with('#')) {
                    return Err(Fault {
                        span: Span { start, end: start },
                        what: "readers do not agree where the quote that is opened here is closed",
                        help: "put no backslash before the quote that closes it, and nothing but a comment behind it",
                    });
                }
                goes_on(&text[close + 1..end], start)?;
                return Ok(end);
            }
        }
        backslashes = if letter == '\\' { backslashes + 1 } else { 0 };
    }
    Err(Fault {
        span: Span { start, end: start },
        what: "the quote that is opened here is never closed",
        help: "close it, with the same kind of quote",
    })
}

/// The byte of the next line end, or of the text's end.
fn line_end(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |at| from + at)
}

/// What a dotenv file gives: the set of one environment.
pub fn set(file: &str, text: &str, environment: &str, service: Option<&str>) -> Sets {
    let page = Page::new(file, text);
    let keys = match keys(text, Dialect::Usual) {
        Ok(keys) => keys,
        Err(fault) => {
            let found = Found::unreadable(page.place(fault.span), fault.what, fault.help);
            return Sets { sets: Vec::new(), found: vec![found] };
        }
    };
    let end = Place { file: page.file.clone(), line: page.place(at_end(text)).line, column: 1 };
    let keys = keys.into_iter().map(|(key, span)| (key, Key { kind: Kind::Either, place: page.place(span) }));
    let set = Set {
        subject: Subject::main(service.unwrap_or("dotenv files")),
        environment: environment.to_owned(),
        source: Source::Dotenv,
        keys: keys.collect(),
        variables: end.clone(),
        secrets: end,
        open: None,
        image: None,
        role: Role::Other,
    };
    Sets { sets: vec![set], found: Vec::new() }
}

/// The end of a text, where the next line would be written.
fn at_end(text: &str) -> Span {
    Span { start: text.len(), end: text.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, dialect: Dialect) -> String {
        match keys(text, dialect) {
            Ok(keys) => keys.into_iter().map(|(key, _)| key).collect::<Vec<_>>().join(" "),
            Err(fault) => format!("{} at {}", fault.what, fault.span.start),
        }
    }

    #[test]
    fn keys_are_read_in_all_the_forms_that_readers_agree_on() {
        let text = "\u{feff}# comment\r\nA=1\r\nexport B='x # y'\n\nC = \"a\\\"b\nD=no\" # comment\nE=it's\nF=\nG: yaml\n\
                    H='a\nI=no\n'\nexport J\nK=`x\nL=no`\nM.N=1 # A=2";
        assert_eq!(read(text, Dialect::Usual), "A B C E F G H K M.N");
    }

    #[test]
    fn ecs_takes_a_key_a_line_and_knows_no_quotes() {
        assert_eq!(read("# c\nA=\"x\nB=y\"\nC='\n", Dialect::Ecs), "A B C");
        assert_eq!(read("export A=1\n", Dialect::Ecs), "this line is no assignment at 0");
    }

    #[test]
    fn what_may_be_the_rest_of_a_value_is_no_key() {
        for text in [
            "A=1\nMIIEowIBAAKCAQEA1x\n",
            "A=1\nb3BlbnNzaC1rZXktdjEAAAAA==\n",
            "A=1\nnot a key=2\n",
            "A=1\n9A=2\n",
            "A=1\n\"B\"=2\n",
        ] {
            let fault = keys(text, Dialect::Usual).expect_err(text);
            assert_eq!(
                (fault.what, fault.span.start),
                ("this line is no assignment", fault.span.end),
                "{text}"
            );
        }
        assert_eq!(read("A=1\nB='x\n", Dialect::Usual), "the quote that is opened here is never closed at 6");
    }

    #[test]
    fn where_readers_disagree_the_whole_file_is_refused() {
        for text in [
            "A=1\nKEY: |\n  c3VwZXJzZWNyZXQ=\n",
            "A=1\nKEY: >-\nc3Vw=\n",
            "A=1\nKEY: {\nc3Vw: 1\n}\n",
            "A=1\nKEY=\n  c3VwZXJzZWNyZXQ=\n",
            "A=1\nKEY=\n\tc3Vw=\n",
            "A=1\nKEY=abc\\\nc3Vw=\n",
            "A=1\nKEY=abc\\\r\nc3Vw=\n",
            "A=1\nexport KEY\\\n=c3Vw=\n",
            "A=1\nKEY=$'abc\nc3Vw='\n",
            "A=1\nKEY=x$\"abc\nc3Vw=\"\n",
            "A=1\nKEY=$(cat <<END\nc3Vw=\nEND\n)\n",
            "A=1\nKEY='abc\\'\nc3Vw=x'\n",
            "A=1\nKEY=\"abc\\\\\"\nc3Vw=x\"\n",
            "A=1\nKEY='abc'\"\nc3Vw=\"\n",
            "A=1\nKEY='abc' \\\nc3Vw=\n",
        ] {
            let Sets { sets, found } = set(".env", text, "dev", None);
            assert_eq!((sets.len(), found.len(), found[0].code), (0, 1, "BL704"), "{text}");
            assert!(!format!("{found:?}").contains("c3Vw"), "{found:?}");
        }
        assert_eq!(read("A: x\nB='$(x)'\nC=\"a\\\\b\"\nD=a|b>c\nE=>\n", Dialect::Usual), "A B C D E");
        assert!(keys("A=abc\\\nc3Vw=\n", Dialect::Ecs).is_err());
    }

    #[test]
    fn a_key_has_its_place_and_a_missing_one_the_files_end() {
        let sets = set(".env.dev", "# a\nexport  B=1\n", "dev", None).sets;
        let place = &sets[0].keys["B"].place;
        assert_eq!((place.line, place.column, sets[0].variables.line), (2, 9, 3));
    }
}
