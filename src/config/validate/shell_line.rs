//! A line for `sh -ec`, read as far as it takes to see where the failure of a command would be lost.

/// How a line may end well although something in it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hidden {
    /// `a | b`: the status is that of `b`.
    Pipe,
    /// `a &`: nobody waits for `a`.
    Background,
    /// `a || true` at the end.
    Excused,
    /// `a && b; c`: where `a` fails, the shell goes on with `c`.
    List,
    /// `set +e`.
    GoesOn,
}

/// A part of a line.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// A word without its quotes.
    Word(String),
    /// `|`, `||`, `&&`, `&`, `;`, `(` or `)`.
    Operator(&'static str),
}

/// Words after which a line is more than a list of commands.
const COMPOUND: &[&str] = &["if", "while", "until", "for", "case", "{", "!"];

/// Where the line loses a failure first; none where every failure ends it.
pub(super) fn hidden(line: &str) -> Option<Hidden> {
    let parts = parts(line);
    let words: Vec<&str> = parts.iter().filter_map(word).collect();
    if words.windows(2).any(|pair| pair == ["set", "+e"]) {
        return Some(Hidden::GoesOn);
    }
    let is = |operator: &'static str| parts.contains(&Part::Operator(operator));
    if is("|") && !words.contains(&"pipefail") {
        return Some(Hidden::Pipe);
    }
    if is("&") {
        return Some(Hidden::Background);
    }
    if let Some(at) = parts.iter().rposition(|part| *part == Part::Operator("||")) {
        let last: Option<Vec<&str>> = parts[at + 1..].iter().map(word).collect();
        if matches!(last.as_deref(), Some([":" | "true" | "echo" | "printf", ..] | ["exit", "0"])) {
            return Some(Hidden::Excused);
        }
    }
    let is_compound = is("(") || words.iter().any(|word| COMPOUND.contains(word));
    let mut commands = parts.split(|part| *part == Part::Operator(";")).filter(|parts| !parts.is_empty());
    let _last = commands.next_back();
    (!is_compound && commands.any(|parts| parts.contains(&Part::Operator("&&")))).then_some(Hidden::List)
}

fn word(part: &Part) -> Option<&str> {
    match part {
        Part::Word(text) => Some(text),
        Part::Operator(_) => None,
    }
}

/// The parts of a line. What is in quotes or substituted is part of its word, and so is a redirection.
fn parts(line: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut own: Option<String> = None;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' | '"' | '`' => {
                let text = own.get_or_insert_default();
                quoted(letter, &mut letters, text);
            }
            '\\' => own.get_or_insert_default().extend(letters.next()),
            '$' if letters.peek() == Some(&'(') => {
                letters.next();
                nested(&mut letters);
                own.get_or_insert_default().push('$');
            }
            '#' if own.is_none() => break,
            // `>&2`, `2>&1`, `>|file`
            '>' | '<' => {
                let text = own.get_or_insert_default();
                text.push(letter);
                text.extend(letters.next_if(|next| ['&', '|'].contains(next)));
            }
            // `&>file`
            '&' if letters.peek() == Some(&'>') => own.get_or_insert_default().push(letter),
            '|' | '&' | ';' | '(' | ')' => {
                parts.extend(own.take().map(Part::Word));
                let is_double = letter != '(' && letter != ')' && letters.next_if_eq(&letter).is_some();
                parts.push(Part::Operator(match (letter, is_double) {
                    ('|', true) => "||",
                    ('&', true) => "&&",
                    ('|', false) => "|",
                    ('&', false) => "&",
                    ('(', _) => "(",
                    (')', _) => ")",
                    _ => ";",
                }));
            }
            space if space.is_whitespace() => parts.extend(own.take().map(Part::Word)),
            other => own.get_or_insert_default().push(other),
        }
    }
    parts.extend(own.map(Part::Word));
    parts
}

/// What stands in quotes, to their end.
fn quoted(quote: char, letters: &mut impl Iterator<Item = char>, text: &mut String) {
    while let Some(letter) = letters.next() {
        if letter == quote {
            return;
        }
        if letter == '\\' && quote != '\'' {
            text.extend(letters.next());
        } else {
            text.push(letter);
        }
    }
}

/// What stands in `$( … )`, to its end.
fn nested(letters: &mut impl Iterator<Item = char>) {
    let mut depth = 1;
    while let Some(letter) = letters.next() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            '\'' | '"' | '`' => quoted(letter, letters, &mut String::new()),
            '\\' => _ = letters.next(),
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Whether the line ends well where `migrate` fails.
    fn ends_well(line: &str) -> bool {
        let script = format!("migrate() {{ return 3; }}\n{line}");
        Command::new("sh").args(["-ec", &script]).output().unwrap().status.success()
    }

    #[test]
    fn a_line_that_ends_well_although_its_migration_failed_is_seen() {
        for (line, expected) in [
            ("migrate | tee log", Hidden::Pipe),
            ("migrate 2>&1 | cat", Hidden::Pipe),
            ("migrate & sleep 0", Hidden::Background),
            ("migrate &", Hidden::Background),
            ("migrate || true", Hidden::Excused),
            ("migrate || :", Hidden::Excused),
            ("migrate || echo 'it failed'", Hidden::Excused),
            ("migrate || exit 0", Hidden::Excused),
            ("migrate && echo done; echo after", Hidden::List),
            ("migrate && true; exit 0", Hidden::List),
            ("set +e; migrate; exit 0", Hidden::GoesOn),
        ] {
            assert_eq!(hidden(line), Some(expected), "{line}");
            assert!(ends_well(line), "{line}");
        }
    }

    #[test]
    fn a_line_that_fails_with_its_migration_is_left_alone() {
        for line in [
            "migrate",
            "true && migrate",
            "migrate && echo done",
            "true; migrate",
            "migrate; echo done",
            "migrate; exit 0",
            "migrate > /dev/null 2>&1",
            "migrate >&2",
            "echo 'a | b & c || true'; migrate",
            "echo \"a | b || true\" && migrate",
            "echo a\\|b; migrate",
            "echo $(echo a | cat); migrate",
            "echo `echo a | cat`; migrate",
            "migrate || exit 1",
            "migrate || { echo 'it failed'; exit 1; }",
            "false || migrate",
            "if true && true; then migrate; fi",
            "migrate # | cat || true",
        ] {
            assert_eq!(hidden(line), None, "{line}");
            assert!(!ends_well(line), "{line}");
        }
        // Not every `sh` has it.
        assert_eq!(hidden("set -o pipefail; migrate | tee log"), None);
    }
}
