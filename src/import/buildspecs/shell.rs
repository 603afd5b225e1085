//! Lines of shell as the simple commands in them. Words are split by `shell-words`; what stands between commands is found here.
//!
//! This is reading for a report and a proposal that a person looks at, no shell: what is not plain stays as it is written.

use std::collections::BTreeMap;

use super::commands::is_variable;

/// The longest text that variables may be filled into, so that a file cannot grow one that doubles with each line.
const LONGEST: usize = 2_048;

/// Names and values.
type Assigned = Vec<(String, String)>;

/// One simple command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Simple {
    /// Its words, without what is assigned before it.
    pub(super) words: Vec<String>,
    /// What it assigns, for itself or by `export`.
    pub(super) assigned: Vec<(String, String)>,
    /// Whether its failure is passed over: `|| true`.
    pub(super) is_swallowed: bool,
}

/// The commands of a line.
pub(super) fn simples(line: &str) -> Vec<Simple> {
    if line.trim_start().starts_with('#') {
        return Vec::new();
    }
    let pieces = pieces(line);
    let mut found = Vec::new();
    for (at, (piece, _)) in pieces.iter().enumerate() {
        let Some((words, assigned)) = words(piece) else { continue };
        // `a && b || true` passes over both.
        let next = pieces[at..].iter().position(|(_, operator)| *operator != "&&").map(|more| at + more);
        let swallows = next.filter(|next| pieces[*next].1 == "||").and_then(|next| pieces.get(next + 1));
        let is_swallowed = swallows.is_some_and(|(piece, _)| {
            let words: Vec<&str> = piece.split_whitespace().collect();
            matches!(words.as_slice(), ["true" | ":"] | ["exit" | "return", "0"] | ["echo" | "printf", ..])
        });
        found.push(Simple { words, assigned, is_swallowed });
    }
    found
}

/// The parts between `&&`, `||`, `;`, `|` and `&`, outside of quotes and substitutions, each with what follows it.
fn pieces(line: &str) -> Vec<(String, &'static str)> {
    let (mut all, mut open) = (Vec::new(), String::new());
    let (mut quote, mut depth) = (None::<char>, 0_usize);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (None | Some('"'), '\\') => {
                open.push(letter);
                open.extend(letters.next());
                continue;
            }
            (Some(mark), _) if mark == letter => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(letter),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, '&' | '|' | ';') if depth == 0 && !open.ends_with('>') => {
                let is_double = letters.next_if_eq(&letter).is_some();
                let operator = match (letter, is_double) {
                    ('&', true) => "&&",
                    ('|', true) => "||",
                    ('|', false) => "|",
                    _ => ";",
                };
                all.push((std::mem::take(&mut open), operator));
                continue;
            }
            _ => {}
        }
        open.push(letter);
    }
    all.push((open, ""));
    all
}

/// The words of a piece and what is assigned before them; `None` where nothing is left.
fn words(piece: &str) -> Option<(Vec<String>, Assigned)> {
    let piece = piece.trim();
    if piece.starts_with('#') {
        return None;
    }
    let mut words =
        shell_words::split(piece).unwrap_or_else(|_| piece.split_whitespace().map(str::to_owned).collect());
    let before = words.iter().position(|word| {
        !matches!(
            word.as_str(),
            "if" | "then"
                | "else"
                | "elif"
                | "do"
                | "while"
                | "!"
                | "time"
                | "sudo"
                | "exec"
                | "{"
                | "("
                | "export"
        )
    });
    let is_export = words.iter().take(before.unwrap_or(words.len())).any(|word| word == "export");
    words.drain(..before.unwrap_or(words.len()));
    let mut assigned = Vec::new();
    while let Some((name, value)) = words.first().and_then(|word| assignment(word)) {
        // Words of a substitution are none of the command's: `A=$(cut -c 1-7 x)`.
        let is_open = value.contains("$(") || value.contains('`');
        assigned.push((name, value));
        words.remove(0);
        if is_open {
            words.clear();
        }
    }
    if is_export {
        words.clear();
    }
    (!words.is_empty() || !assigned.is_empty()).then_some((words, assigned))
}

fn assignment(word: &str) -> Option<(String, String)> {
    let (name, value) = word.split_once('=')?;
    is_variable(name).then(|| (name.to_owned(), value.to_owned()))
}

/// The text with the variables filled in that are known; the others stay as they are written.
pub(super) fn filled(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let (name, length) = if let Some(inner) = behind.strip_prefix('{') {
            inner.find('}').map_or(("", 0), |end| (&inner[..end], end + 2))
        } else {
            let end = behind.find(|one: char| !(one.is_ascii_alphanumeric() || one == '_'));
            let end = end.unwrap_or(behind.len());
            (&behind[..end], end)
        };
        match variables.get(name).filter(|value| out.len() + value.len() <= LONGEST) {
            Some(value) => out.push_str(value),
            None => out.push_str(&rest[at..=at + length]),
        }
        rest = &behind[length..];
    }
    out.push_str(rest);
    out
}

/// What a command runs inside of a container: `docker run … image COMMAND`, `docker compose run service COMMAND`, or `aws ecs
/// run-task` with a command among its `--overrides`. `None` where it runs none.
pub(super) fn inside(words: &[String]) -> Option<Vec<String>> {
    let all: Vec<&str> = words.iter().map(String::as_str).collect();
    match all.as_slice() {
        ["docker" | "podman", "run", rest @ ..]
        | ["docker-compose", "run" | "exec", rest @ ..]
        | ["docker", "compose", "run" | "exec", rest @ ..] => {
            let image = positional(rest, &RUN_VALUES)?;
            let command = rest.get(image + 1..).filter(|rest| !rest.is_empty())?;
            Some(command.iter().map(|word| (*word).to_owned()).collect())
        }
        ["aws", "ecs", "run-task", ..] => {
            let overrides = option(words, &["--overrides"])?;
            let read: serde_json::Value = serde_json::from_str(&overrides).ok()?;
            let command = read.get("containerOverrides")?.get(0)?.get("command")?.as_array()?;
            command.iter().map(|word| word.as_str().map(str::to_owned)).collect()
        }
        _ => None,
    }
}

/// The options of `docker run` that have a value behind them (Docker's reference, "docker container run").
const RUN_VALUES: [&str; 24] = [
    "-e",
    "--env",
    "-v",
    "--volume",
    "--name",
    "--network",
    "--net",
    "-w",
    "--workdir",
    "-u",
    "--user",
    "--entrypoint",
    "--env-file",
    "-p",
    "--publish",
    "--platform",
    "-m",
    "--memory",
    "--link",
    "--add-host",
    "--mount",
    "-l",
    "--label",
    "--cpus",
];

/// Where the first word stands that is no option, nor the value of one.
pub(super) fn positional(words: &[&str], with_values: &[&str]) -> Option<usize> {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if !word.starts_with('-') || *word == "-" {
            return Some(at);
        }
        at += if with_values.contains(word) { 2 } else { 1 };
    }
    None
}

/// The value of an option: `--name value` or `--name=value`.
pub(super) fn option(words: &[String], names: &[&str]) -> Option<String> {
    options(words, names).into_iter().next()
}

/// The values of an option that may stand several times.
pub(super) fn options(words: &[String], names: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if names.contains(&word.as_str()) {
            found.extend(words.get(at + 1).cloned());
        } else if let Some((name, value)) = word.split_once('=').filter(|_| word.starts_with("--"))
            && names.contains(&name)
        {
            found.push(value.to_owned());
        }
    }
    found
}

/// Words as one line again. Variables stay what they are.
pub(super) fn joined(words: &[String]) -> String {
    let is_plain = |word: &str| {
        !word.is_empty()
            && !word.contains([' ', '\t', '"', '\'', ';', '&', '|', '(', ')', '<', '>', '\\', '#', '`'])
    };
    let shown = words
        .iter()
        .map(|word| if is_plain(word) { word.clone() } else { shell_words::quote(word).into_owned() });
    shown.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> Vec<String> {
        let shown = simples(line).into_iter().map(|one| {
            let assigned: Vec<String> =
                one.assigned.iter().map(|(name, value)| format!("{name}={value} ")).collect();
            format!(
                "{}{}{}",
                assigned.concat(),
                one.words.join(" "),
                if one.is_swallowed { " !" } else { "" }
            )
        });
        shown.collect()
    }

    #[test]
    fn a_line_is_its_simple_commands() {
        for (line, commands) in [
            ("a && b || true; c", vec!["a !", "b !", "true", "c"]),
            ("echo 'a && b' | cat", vec!["echo a && b", "cat"]),
            ("A=1 export; export B=\"x y\"", vec!["A=1 export", "B=x y "]),
            ("if [ x ]; then deploy || :; fi", vec!["[ x ]", "deploy !", ":", "fi"]),
            ("x $(a; b) 2>&1", vec!["x $(a; b) 2>&1"]),
            ("# a; b", vec![]),
            ("it's", vec!["it's"]),
        ] {
            assert_eq!(told(line), commands, "{line}");
        }
    }

    #[test]
    fn variables_that_are_known_are_filled_in_and_cannot_grow_without_end() {
        let known = BTreeMap::from([("A".to_owned(), "x".to_owned())]);
        assert_eq!(filled("$A-${A}_$B ${C:-d} $ ${", &known), "x-x_$B ${C:-d} $ ${");
        let mut grown = "x".repeat(64);
        for _ in 0..40 {
            grown = filled("$A$A", &BTreeMap::from([("A".to_owned(), grown)]));
        }
        assert!(grown.len() <= 2 * LONGEST, "{}", grown.len());
    }

    #[test]
    fn what_runs_in_a_container_is_found_behind_its_options() {
        for (line, inner) in [
            (
                "docker run --rm -e A=b --network=host app:1 bin/rails db:migrate",
                Some("bin/rails db:migrate"),
            ),
            ("docker compose run --rm web bundle exec rspec", Some("bundle exec rspec")),
            ("docker run app", None),
            (
                "aws ecs run-task --cluster c --overrides '{\"containerOverrides\":[{\"name\":\"a\",\"command\":[\"bin/migrate\"]}]}'",
                Some("bin/migrate"),
            ),
            ("aws ecs run-task --overrides '{}'", None),
        ] {
            let found = simples(line).first().and_then(|one| inside(&one.words)).map(|words| joined(&words));
            assert_eq!(found.as_deref(), inner, "{line}");
        }
    }
}
