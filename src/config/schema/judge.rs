//! The walk down tree and shape together.

use std::collections::BTreeMap;

use super::formats::Format;
use super::shape::{self, List, Names, Shape, Text};
use super::{keys, kinds, later, placeholders, synonyms, text, words};
use crate::config::tree::{Entry, Node, Value};
use crate::diagnostic::{Finding, Span, shown};

/// See [`super::judge`].
pub(super) fn judge(tree: &Node) -> Vec<Finding> {
    let mut judge = Judge { findings: Vec::new() };
    judge.value(tree, shape::root(), &Subject::of_file());
    let is_full = judge.is_full();
    let mut findings = judge.findings;
    // What stands under an anchor is judged wherever an alias names it, and told once.
    findings.sort_by(|a, b| (a.place, a.code, &a.message).cmp(&(b.place, b.code, &b.message)));
    findings.dedup();
    if is_full {
        findings.push(
            Finding::error("BL008", tree.span, format!("the file has more than {MOST} faults"))
                .because("the rest is not listed")
                .help("is this the right file? If it is, put these right first"),
        );
    }
    findings
}

/// After so many findings the walk ends: no person makes as many, and a hostile file has one in every few bytes.
const MOST: usize = 1_000;

pub(super) struct Judge {
    pub(super) findings: Vec<Finding>,
}

/// What a message is about.
pub(super) struct Subject {
    /// In words: `` `cluster` ``, or `` an item of `roles` ``.
    pub(super) words: String,
    /// The nearest key.
    pub(super) key: String,
    /// The key's place; `None` for an item and for the file.
    pub(super) key_span: Option<Span>,
    /// The kind of mapping that the key stands in, where it is one with settings.
    pub(super) kind: String,
}

impl Subject {
    fn of_file() -> Self {
        Subject { words: "the file".to_owned(), key: String::new(), key_span: None, kind: String::new() }
    }

    /// The value under a key.
    pub(super) fn of_key(key: &str, span: Span) -> Self {
        Subject { words: shown(key), key: key.to_owned(), key_span: Some(span), kind: String::new() }
    }

    /// The same, of a key in a mapping of this kind.
    pub(super) fn inside(self, kind: &str) -> Self {
        Subject { kind: kind.to_owned(), ..self }
    }

    fn of_item(&self) -> Self {
        Subject {
            words: format!("an item of {}", shown(&self.key)),
            key: self.key.clone(),
            key_span: None,
            kind: self.kind.clone(),
        }
    }

    /// The key's place, or the beginning of the value.
    pub(super) fn place_or(&self, node: &Node) -> Span {
        self.key_span.unwrap_or(Span { start: node.span.start, end: node.span.start })
    }
}

impl Judge {
    /// Whether more findings would help nobody.
    pub(super) fn is_full(&self) -> bool {
        self.findings.len() >= MOST
    }

    /// Judges a value and everything inside it.
    pub(super) fn value(&mut self, node: &Node, shape: &Shape, subject: &Subject) {
        match (shape, &node.value) {
            (Shape::Choice(shapes), _) => {
                match shapes.iter().find(|shape| kinds::takes(shape, &node.value)) {
                    Some(shape) => self.value(node, shape, subject),
                    None => self.findings.push(kinds::wrong(node, shape, subject)),
                }
            }
            (Shape::Settings(settings), Value::Mapping(entries)) => {
                keys::settings(self, node, entries, settings, subject);
            }
            (Shape::Names(names), Value::Mapping(entries)) => self.names(node, entries, names, subject),
            (Shape::List(list), Value::List(items)) => self.list(node, items, list, subject),
            (Shape::Text(shape), Value::Text(text)) => self.text(node, text, shape, subject),
            (Shape::Word(words), Value::Text(text)) => self.word(node, text, words, subject),
            (Shape::Exactly(number), Value::Integer(found)) if found != number => {
                let message =
                    format!("{} is {}, which this branchline does not read", subject.words, shown(found));
                self.findings.push(
                    Finding::error("BL022", node.span, message)
                        .because(format!("version {number} of the format is the only one there is"))
                        .help(format!("write `{}: {number}`, or use a newer branchline", subject.key)),
                );
            }
            (Shape::Number(range), Value::Integer(found)) => {
                if !found.parse().is_ok_and(|number| range.contains(&number)) {
                    self.findings.push(
                        Finding::error(
                            "BL017",
                            node.span,
                            format!("{} cannot be {}", subject.words, shown(found)),
                        )
                        .because(format!("it is a whole number, {} to {}", range.start(), range.end()))
                        .help(format!(
                            "write one of these, such as `{}: {}`",
                            subject.key,
                            range.start()
                        )),
                    );
                }
            }
            (Shape::Switch, Value::Bool(_)) | (Shape::Exactly(_), Value::Integer(_)) => {}
            (Shape::Anything, value) if *value != Value::Null => {}
            _ => self.findings.push(kinds::wrong(node, shape, subject)),
        }
    }

    fn names(&mut self, node: &Node, entries: &[Entry], names: &Names, subject: &Subject) {
        if entries.is_empty() && !names.may_be_empty {
            self.findings.push(empty(node, subject, "at least one entry is needed"));
        }
        for entry in entries {
            if self.is_full() {
                return;
            }
            if let Some(format) = names.key_format {
                self.findings.extend(format_fault(&entry.key, &entry.key, format, entry.key_span, "BL019"));
            } else if entry.key.is_empty() {
                self.findings.push(
                    Finding::error("BL019", entry.key_span, format!("a key of {} is empty", subject.words))
                        .because("nothing has an empty name")
                        .help("write a name between the quotes"),
                );
            }
            self.value(&entry.node, &names.value, &Subject::of_key(&entry.key, entry.key_span));
        }
    }

    fn list(&mut self, node: &Node, items: &[Node], list: &List, subject: &Subject) {
        if items.is_empty() && !list.may_be_empty {
            self.findings.push(empty(node, subject, "at least one item is needed"));
        }
        let mut seen = BTreeMap::new();
        for item in items {
            if self.is_full() {
                return;
            }
            if let (true, Value::Text(text)) = (list.is_unique, &item.value) {
                if let Some(first) = seen.get(text) {
                    self.findings.push(
                        Finding::error(
                            "BL015",
                            item.span,
                            format!("{} has {} twice", subject.words, shown(text)),
                        )
                        .because("the second one")
                        .related(*first, "the first one")
                        .help("delete one of the two"),
                    );
                } else {
                    seen.insert(text, item.span);
                }
            }
            self.value(item, &list.item, &subject.of_item());
        }
    }

    fn text(&mut self, node: &Node, text: &str, shape: &Text, subject: &Subject) {
        if text.is_empty() && !shape.may_be_empty {
            self.findings.push(empty(node, subject, "there is nothing between the quotes"));
            return;
        }
        let Some(format) = shape.format else { return };
        if let Some(filled) = placeholders::fill(text, node, shape, &subject.words, &mut self.findings) {
            self.findings.extend(format_fault(text, &filled, format, node.span, "BL017"));
        }
    }

    fn word(&mut self, node: &Node, text: &str, words: &[String], subject: &Subject) {
        if words.iter().any(|word| word == text) {
            return;
        }
        if let Some(meanwhile) = later::word(&subject.key, text) {
            let message = format!("{} is not supported yet as {}", shown(text), subject.words);
            self.findings.push(
                Finding::error("BL011", node.span, message)
                    .because("it comes with a later version")
                    .help(format!("for now, {meanwhile}")),
            );
            return;
        }
        if let Some((reason, help)) = words::refused(&subject.key, text) {
            let message = format!("{} is not taken as {}", shown(text), subject.words);
            self.findings.push(Finding::error("BL016", node.span, message).because(reason).help(help));
            return;
        }
        let near =
            synonyms::word(text, words).or_else(|| words::nearest(text, words.iter().map(String::as_str)));
        let help = match near {
            Some(near) => format!("write `{}: {near}`", subject.key),
            None => format!("write {}", words::one_of(words)),
        };
        self.findings.push(
            Finding::error("BL016", node.span, format!("{} is no word for {}", shown(text), subject.words))
                .because(format!("it has to be {}", words::one_of(words)))
                .help(help),
        );
    }
}

/// What is wrong with a text of a format. `filled` is the text with a letter for each placeholder.
fn format_fault(
    text: &str,
    filled: &str,
    format: &Format,
    place: Span,
    code: &'static str,
) -> Option<Finding> {
    let refuse = |code, reason: String, help: String| {
        Some(
            Finding::error(code, place, format!("{} cannot be {}", shown(text), format.noun))
                .because(reason)
                .help(help),
        )
    };
    let complaint = text::known_fault(format, filled)
        .or_else(|| if format.matches(filled) { (format.beyond)(filled) } else { None });
    if let Some(complaint) = complaint {
        return refuse(complaint.code, complaint.reason.to_owned(), complaint.help.to_owned());
    }
    if format.matches(filled) {
        return None;
    }
    let help = match text::meant(format, text) {
        Some(meant) => format!("write `{}`", quoted(format, &meant)),
        None => format!("write one such as `{}`", quoted(format, format.example)),
    };
    refuse(code, format!("it has to be {}", format.words), help)
}

/// A text as it would stand in the file.
fn quoted(format: &Format, text: &str) -> String {
    if format.name == "account-id" { format!("\"{text}\"") } else { text.to_owned() }
}

fn empty(node: &Node, subject: &Subject, reason: &str) -> Finding {
    Finding::error("BL014", node.span, format!("{} is empty", subject.words)).because(reason).help(
        match words::example(&subject.key, &subject.kind) {
            Some(example) if subject.key_span.is_some() => format!("write one such as `{example}`"),
            _ => "write what belongs here, or delete it".to_owned(),
        },
    )
}
