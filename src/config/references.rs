//! Names that must be defined elsewhere in the file: environments and services.
//!
//! Judged on the tree, whatever else is wrong with it, so that a misspelt environment is told together with a misspelt
//! key and not after it.

use std::collections::BTreeSet;

use super::tree::{Node, Value};
use crate::diagnostic::{Finding, Span};

/// Names up to which the nearest one is looked for.
const COMPARED: usize = 300;

/// Every name that is defined nowhere (code `BL030`).
pub(super) fn judge(tree: &Node) -> Vec<Finding> {
    let environments = Names::of(tree, "environment", "environments");
    let services = Names::of(tree, "service", "services");
    // Unlike the other two, this section may be absent, and then it defines nothing.
    let secrets = tree.get("build").and_then(|build| build.get("secrets"));
    let secrets = Names::new(secrets, secrets.is_none(), "build secret", "build.secrets");
    let mut findings = Vec::new();
    for (_, _, rule) in entries(tree.get("branches")) {
        let list = rule.get("environments").unwrap_or(rule);
        findings.extend(texts(list).filter_map(|(name, span)| environments.unknown(name, span)));
    }
    for (_, _, environment) in entries(tree.get("environments")) {
        let named = entries(environment.get("services")).map(|(name, span, _)| (name, span));
        findings.extend(named.filter_map(|(name, span)| services.unknown(name, span)));
    }
    for section in ["migrate", "test"] {
        let named = tree.get(section).and_then(|section| section.get("service"));
        findings.extend(named.and_then(text).and_then(|(name, span)| services.unknown(name, span)));
    }
    for (_, _, service) in entries(tree.get("services")) {
        let list = service.get("build").and_then(|build| build.get("secrets"));
        let named = list.into_iter().flat_map(texts);
        findings.extend(named.filter_map(|(name, span)| secrets.unknown(name, span)));
    }
    findings
}

/// The names that a section defines.
struct Names<'a> {
    kind: &'static str,
    section: &'static str,
    known: BTreeSet<&'a str>,
    /// Whether the section can be read at all: where it cannot, that is the fault, and not each name.
    readable: bool,
}

impl<'a> Names<'a> {
    fn of(tree: &'a Node, kind: &'static str, section: &'static str) -> Self {
        Names::new(tree.get(section), false, kind, section)
    }

    fn new(node: Option<&'a Node>, readable: bool, kind: &'static str, section: &'static str) -> Self {
        let known = entries(node).map(|(name, ..)| name).collect();
        let readable = readable || node.is_some_and(|node| matches!(node.value, Value::Mapping(_)));
        Names { kind, section, known, readable }
    }

    fn unknown(&self, name: &str, place: Span) -> Option<Finding> {
        if !self.readable || self.known.contains(name) {
            return None;
        }
        let likeness = |known: &&str| strsim::jaro_winkler(name, known);
        // In a file with hundreds of names the nearest of them says little, and thousands would take long to compare.
        let near = if self.known.len() <= COMPARED { self.known.len() } else { 0 };
        let nearest =
            self.known.iter().take(near).copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        let help = match nearest {
            Some(near) if likeness(&near) > 0.75 => format!("did you mean `{near}`?"),
            _ if self.known.is_empty() => format!("define it under `{}`", self.section),
            _ => {
                let some: Vec<String> = self.known.iter().take(8).map(|name| format!("`{name}`")).collect();
                format!("define it under `{}`, or use one that is there: {}", self.section, some.join(", "))
            }
        };
        Some(
            Finding::error("BL030", place, format!("there is no {} `{name}`", self.kind))
                .because(format!("it is not defined under `{}`", self.section))
                .help(help),
        )
    }
}

fn entries(node: Option<&Node>) -> impl Iterator<Item = (&str, Span, &Node)> {
    let entries = match node.map(|node| &node.value) {
        Some(Value::Mapping(entries)) => entries.as_slice(),
        _ => &[],
    };
    entries.iter().map(|entry| (entry.key.as_str(), entry.key_span, &entry.node))
}

fn texts(node: &Node) -> impl Iterator<Item = (&str, Span)> {
    let items = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => &[],
    };
    items.iter().filter_map(text)
}

fn text(node: &Node) -> Option<(&str, Span)> {
    match &node.value {
        Value::Text(text) => Some((text, node.span)),
        _ => None,
    }
}
