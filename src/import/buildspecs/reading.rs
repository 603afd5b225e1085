//! One buildspec, read: every setting with its lines, and the commands of every phase.
//!
//! Keys: CodeBuild's user guide, "Build specification reference for CodeBuild". Nothing that looks secret is kept ([`super::secret`]).

use super::super::reader::{Raised, Raises, wrong};
use super::super::remark::Weight;
use super::secret::Safe;
use crate::config::tree::{self, Node, Value};
use crate::diagnostic::place::Lines;
use crate::diagnostic::{Finding, Span};

/// One text of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The text: a value, or one line of a command, in which a `\` at the end has taken the next one in.
    pub safe: Safe,
    /// The line in the file, from 1.
    pub line: usize,
}

impl Line {
    /// The text that may be shown.
    pub fn text(&self) -> &str {
        &self.safe.text
    }
}

/// One setting: a key with a value, or with a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The keys from the top: `env`, `variables`, `CLUSTER`.
    pub path: Vec<String>,
    /// The values; of a list several.
    pub lines: Vec<Line>,
    /// Whether it is a list.
    pub is_list: bool,
}

impl Setting {
    /// The way to it: `env.variables.CLUSTER`.
    pub fn way(&self) -> String {
        self.path.join(".")
    }
}

/// A buildspec.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Buildspec {
    /// Its settings, in the order of the file.
    pub settings: Vec<Setting>,
}

/// A phase, as CodeBuild comes to them.
pub const PHASES: [&str; 4] = ["install", "pre_build", "build", "post_build"];

impl Buildspec {
    /// The lines of commands with their phases, `finally` behind `commands`, in the order in which they run.
    pub fn commands(&self) -> impl Iterator<Item = (&'static str, &Line)> {
        PHASES.into_iter().flat_map(move |phase| {
            let lists = ["commands", "finally"]
                .into_iter()
                .filter_map(move |part| self.get(&["phases", phase, part]));
            lists.flat_map(move |setting| setting.lines.iter().map(move |line| (phase, line)))
        })
    }

    /// The setting of a path.
    pub fn get(&self, path: &[&str]) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.path == path)
    }

    /// The one value of a path.
    pub fn value(&self, path: &[&str]) -> Option<&Line> {
        self.get(path)?.lines.first()
    }

    /// The settings right below a path, by their last key.
    pub fn below<'s>(&'s self, path: &[&str]) -> impl Iterator<Item = (&'s str, &'s Line)> {
        self.settings.iter().filter_map(move |setting| {
            let (last, above) = setting.path.split_last()?;
            (above == path).then_some((last.as_str(), setting.lines.first()?))
        })
    }
}

/// What reading gave.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The buildspec; `None` where the text is none.
    pub spec: Option<Buildspec>,
    /// What is to be said of it.
    pub raised: Vec<Raised>,
    /// What is wrong with the text as YAML.
    pub findings: Vec<Finding>,
}

/// Reads a buildspec's text.
pub fn read(text: &str) -> Reading {
    let (tree, findings) = tree::read_of_others(text);
    let Some(tree) = tree else { return Reading { findings, ..Reading::default() } };
    let raises = Raises::default();
    let is_one = matches!(tree.value, Value::Mapping(_))
        && tree.get("phases").is_some_and(|phases| matches!(phases.value, Value::Mapping(_)));
    let is_batch = tree.get("batch").is_some();
    if !is_one && !is_batch {
        wrong(
            &raises,
            tree.get("phases").unwrap_or(&tree),
            if tree.get("phases").is_some() { "phases" } else { "" },
            "a buildspec, which has `phases`",
        );
        return Reading { spec: None, raised: raises.into_all(), findings };
    }
    let mut walk = Walk { text, lines: Lines::new(text), raises: &raises, settings: Vec::new() };
    walk.below(&tree, &mut Vec::new());
    let settings = walk.settings;
    Reading { spec: Some(Buildspec { settings }), raised: raises.into_all(), findings }
}

struct Walk<'t> {
    text: &'t str,
    lines: Lines<'t>,
    raises: &'t Raises,
    settings: Vec<Setting>,
}

impl Walk<'_> {
    fn below(&mut self, node: &Node, path: &mut Vec<String>) {
        match &node.value {
            Value::Mapping(entries) => {
                for entry in entries {
                    path.push(entry.key.clone());
                    if is_known(path) {
                        self.below(&entry.node, path);
                    } else {
                        self.raises.raise(
                            Weight::Lost,
                            entry.key_span,
                            format!("`{}` is no key of a buildspec that is known here", path.join(".")),
                            "it is not read: see whether CodeBuild knows it, or it is a slip",
                        );
                    }
                    path.pop();
                }
            }
            Value::List(items) if is_commands(path) => {
                let mut lines = Vec::new();
                for (at, item) in items.iter().enumerate() {
                    match super::super::reader::text(item) {
                        Some(text) => self.command(&text.value, text.span, &mut lines),
                        None => self.not_text(item, path, at),
                    }
                }
                self.settings.push(Setting { path: path.clone(), lines, is_list: true });
            }
            Value::List(items) => {
                let mut lines = Vec::new();
                for (at, item) in items.iter().enumerate() {
                    if let Some(text) = super::super::reader::text(item) {
                        lines.push(self.line(None, &text.value, text.span));
                    } else {
                        path.push(format!("[{at}]"));
                        self.below(item, path);
                        path.pop();
                    }
                }
                if !lines.is_empty() {
                    self.settings.push(Setting { path: path.clone(), lines, is_list: true });
                }
            }
            _ => {
                // One command may stand without a list.
                let Some(text) = super::super::reader::text(node) else { return };
                let is_list = is_commands(path);
                let mut lines = Vec::new();
                if is_list {
                    self.command(&text.value, text.span, &mut lines);
                } else {
                    let key = path.last().filter(|_| path.iter().any(|part| part == "variables"));
                    lines.push(self.line(key.map(String::as_str), &text.value, text.span));
                }
                self.settings.push(Setting { path: path.clone(), lines, is_list });
            }
        }
    }

    /// `- echo "a: b"` without quotes around it is a mapping, which CodeBuild refuses.
    fn not_text(&self, item: &Node, path: &[String], at: usize) {
        if item.value != Value::Null {
            wrong(
                self.raises,
                item,
                &format!("{}[{at}]", path.join(".")),
                "a command, in quotes where `: ` is in it",
            );
        }
    }

    fn line(&self, key: Option<&str>, value: &str, span: Span) -> Line {
        Line { safe: Safe::of(key, value), line: self.lines.place(span.start).line }
    }

    /// The lines of a command. What `\` joins is one, with the place of its first line.
    fn command(&self, value: &str, span: Span, lines: &mut Vec<Line>) {
        let is_block = self.text.get(span.start..).is_some_and(|rest| rest.starts_with(['|', '>']));
        let first = self.lines.place(span.start).line + usize::from(is_block);
        // A key of many lines is seen as a whole alone.
        if value.contains("PRIVATE KEY-----") {
            lines.push(Line { safe: Safe::of(None, value), line: first });
            return;
        }
        let (mut open, mut begin) = (String::new(), first);
        for (at, part) in value.lines().enumerate() {
            if open.is_empty() {
                begin = first + at;
            }
            let part = part.trim();
            if let Some(goes_on) = part.strip_suffix('\\') {
                open.push_str(goes_on.trim_end());
                open.push(' ');
                continue;
            }
            open.push_str(part);
            let whole = std::mem::take(&mut open);
            if !whole.trim().is_empty() {
                lines.push(Line { safe: Safe::of(None, whole.trim()), line: begin });
            }
        }
        if !open.trim().is_empty() {
            lines.push(Line { safe: Safe::of(None, open.trim()), line: begin });
        }
    }
}

fn is_commands(path: &[String]) -> bool {
    matches!(path, [phases, _, part] if phases == "phases" && ["commands", "finally"].contains(&part.as_str()))
}

/// The keys of a buildspec; `*` is any key, `**` whatever stands below.
const KEYS: &[&[&str]] = &[
    &["version"],
    &["run-as"],
    &["env", "shell"],
    &["env", "git-credential-helper"],
    &["env", "exported-variables"],
    &["env", "variables", "*"],
    &["env", "parameter-store", "*"],
    &["env", "secrets-manager", "*"],
    &["proxy", "upload-artifacts"],
    &["proxy", "logs"],
    &["batch", "**"],
    &["phases", "install", "runtime-versions", "*"],
    &["phases", "!", "run-as"],
    &["phases", "!", "on-failure"],
    &["phases", "!", "commands"],
    &["phases", "!", "finally"],
    &["reports", "*", "files"],
    &["reports", "*", "file-format"],
    &["reports", "*", "base-directory"],
    &["reports", "*", "discard-paths"],
    &["artifacts", "files"],
    &["artifacts", "name"],
    &["artifacts", "discard-paths"],
    &["artifacts", "base-directory"],
    &["artifacts", "exclude-paths"],
    &["artifacts", "enable-symlinks"],
    &["artifacts", "s3-prefix"],
    &["artifacts", "secondary-artifacts", "**"],
    &["cache", "paths"],
    &["cache", "key"],
    &["cache", "fallback-keys"],
    &["cache", "action"],
];

/// Whether a path is one of a buildspec, or leads to one.
fn is_known(path: &[String]) -> bool {
    KEYS.iter().any(|known| {
        let rest = known.last() == Some(&"**");
        let enough = path.len() <= known.len() || rest;
        enough
            && path.iter().zip(known.iter()).all(|(part, known)| match *known {
                "*" | "**" => true,
                "!" => PHASES.contains(&part.as_str()),
                known => part == known,
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(String, String, usize)> {
        let spec = read(text).spec.unwrap_or_default();
        let lines = spec.settings.iter().flat_map(|setting| {
            setting.lines.iter().map(|line| (setting.way(), line.text().to_owned(), line.line))
        });
        lines.collect()
    }

    #[test]
    fn every_setting_has_its_line_and_what_a_backslash_joins_is_one_command() {
        let text = "version: 0.2\nenv:\n  variables:\n    A: x\nphases:\n  build:\n    commands:\n      - one\n      - |\n        docker build \\\n          -t app .\n        two\n      - three\n    finally:\n      - four\n";
        let found = lines(text);
        let found: Vec<(&str, &str, usize)> =
            found.iter().map(|(way, text, line)| (&**way, &**text, *line)).collect();
        let build = "phases.build.commands";
        assert_eq!(
            found,
            [
                ("version", "0.2", 1),
                ("env.variables.A", "x", 4),
                (build, "one", 8),
                (build, "docker build -t app .", 10),
                (build, "two", 12),
                (build, "three", 13),
                ("phases.build.finally", "four", 15),
            ]
        );
    }

    #[test]
    fn keys_that_nobody_knows_and_commands_that_are_none_are_told() {
        let reading = read(
            "version: 0.2\nphase: {}\nphases:\n  build:\n    comands: [a]\n    commands:\n      - echo a: b\n  bild: {}\n",
        );
        let told: Vec<&str> = reading.raised.iter().map(|raised| raised.what.as_str()).collect();
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told[0].contains("`phase`") && told[1].contains("`phases.build.comands`"), "{told:?}");
        assert!(
            told[2].contains("phases.build.commands[0]") && told[3].contains("`phases.bild`"),
            "{told:?}"
        );
    }

    #[test]
    fn a_text_that_is_no_buildspec_is_none() {
        for text in ["a: b\n", "- a\n", "phases: [a]\n", "x", "a: [", "\u{1}"] {
            let reading = read(text);
            assert!(reading.spec.is_none(), "{text}");
            assert!(!(reading.raised.is_empty() && reading.findings.is_empty()), "{text}");
        }
    }

    #[test]
    fn values_of_secrets_are_not_even_kept() {
        let reading = read(
            "version: 0.2\nenv:\n  variables:\n    DB_PASSWORD: hunter2\nphases:\n  build:\n    commands:\n      - 'deploy --token hunter2'\n",
        );
        assert!(reading.spec.is_some() && !format!("{reading:?}").contains("hunter2"), "{reading:?}");
    }
}
