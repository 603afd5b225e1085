//! Which keys stand in a mapping with settings, and which are missing.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::judge::{Judge, Subject};
use super::shape::{self, Settings, Shape};
use super::{later, synonyms, words};
use crate::config::tree::{Entry, Node};
use crate::diagnostic::{Finding, Span, shown};

/// Judges the entries of a mapping with settings, and what is inside them.
pub(super) fn settings(
    judge: &mut Judge,
    node: &Node,
    entries: &[Entry],
    settings: &Settings,
    subject: &Subject,
) {
    // A key that was meant is not called missing as well.
    let mut meant = Vec::new();
    for entry in entries {
        if judge.is_full() {
            return;
        }
        let mut known = settings.keys.get(&entry.key);
        if known.is_none() {
            let (finding, meaning) = unknown(entry, settings);
            judge.findings.push(finding);
            meant.extend(meaning.key());
            if let Meaning::Misspelt(key) = meaning {
                known = settings.keys.get(key);
            }
        }
        if let Some(key) = known {
            judge.value(
                &entry.node,
                &key.shape,
                &Subject::of_key(&entry.key, entry.key_span).inside(&settings.kind),
            );
        }
    }
    let place = subject.place_or(node);
    for (name, key) in &settings.keys {
        if key.is_required && node.get(name).is_none() && !meant.contains(&name.as_str()) {
            judge.findings.push(missing(name, &key.description, settings, place));
        }
    }
    let present = entries.iter().filter(|entry| settings.keys.contains_key(&entry.key)).count();
    if settings.is_choice && present != 1 && meant.is_empty() {
        judge.findings.push(choice(present, settings, place));
    }
}

/// What an unknown key was meant to be.
enum Meaning<'a> {
    Unknown,
    /// This key, which another tool calls so; its value may have another shape there.
    Renamed(&'a str),
    /// This key, and its value too.
    Misspelt(&'a str),
}

impl<'a> Meaning<'a> {
    fn key(&self) -> Option<&'a str> {
        match self {
            Meaning::Unknown => None,
            Meaning::Renamed(key) | Meaning::Misspelt(key) => Some(key),
        }
    }
}

fn unknown<'a>(entry: &Entry, settings: &'a Settings) -> (Finding, Meaning<'a>) {
    let name = shown(&entry.key);
    let kind = words::kind_or_mapping(settings);
    if let Some(meanwhile) = later::key(&settings.kind, &entry.key) {
        let finding =
            Finding::error("BL011", entry.key_span, format!("{name} is not supported yet in {kind}"))
                .because("it would have no effect, so it is refused")
                .help(format!("for now, {meanwhile}"));
        return (finding, Meaning::Unknown);
    }
    let finding = Finding::error("BL010", entry.key_span, format!("{name} is not a key of {kind}"));
    let keys = || settings.keys.keys().map(String::as_str);
    if let Some((key, example)) = synonyms::key(&settings.kind, &entry.key, keys()) {
        let finding =
            finding.because(format!("this is called `{key}` here")).help(format!("write `{example}`"));
        return (finding, keys().find(|known| *known == key).map_or(Meaning::Unknown, Meaning::Renamed));
    }
    if let Some(near) = words::nearest(&entry.key, keys()) {
        return (
            finding.because("there is no such key").help(format!("write `{near}`")),
            Meaning::Misspelt(near),
        );
    }
    let all: Vec<String> = keys().map(|key| format!("`{key}`")).collect();
    let help = match elsewhere(&entry.key) {
        Some(other) => format!("it is a key of {other}; the keys of {kind} are {}", all.join(", ")),
        None => format!("the keys of {kind} are {}", all.join(", ")),
    };
    (finding.because("there is no such key").help(help), Meaning::Unknown)
}

/// The kind that has the key, when exactly one has.
fn elsewhere(key: &str) -> Option<&'static str> {
    static KINDS: OnceLock<BTreeMap<&str, Vec<&str>>> = OnceLock::new();
    let kinds = KINDS.get_or_init(|| {
        let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        shape::root().each(&mut |shape| {
            if let Shape::Settings(settings) = shape {
                for key in settings.keys.keys() {
                    let kinds = all.entry(key).or_default();
                    kinds.extend(words::kind(settings).filter(|kind| !kinds.contains(kind)));
                }
            }
        });
        all
    });
    match kinds.get(key).map(Vec::as_slice) {
        Some([one]) => Some(one),
        _ => None,
    }
}

fn missing(name: &str, description: &str, settings: &Settings, place: Span) -> Finding {
    let finding = Finding::error(
        "BL012",
        place,
        format!("`{name}` is missing in {}", words::kind_or_mapping(settings)),
    )
    .because(first_sentence(description));
    match words::example(name, &settings.kind) {
        // Nothing has to stand in it.
        Some(example) if name == "source" => finding.help(format!(
            "add it, such as `{example}`, or `source: {{}}`: git's remote `origin` then says which repository it is"
        )),
        Some(example) => finding.help(format!("add it, such as `{example}`")),
        None => finding.help("add it"),
    }
}

fn choice(present: usize, settings: &Settings, place: Span) -> Finding {
    let keys: Vec<String> = settings.keys.keys().cloned().collect();
    let reason = if present == 0 { "there is none of them" } else { "there is more than one of them" };
    let message =
        format!("{} needs exactly one of {}", words::kind_or_mapping(settings), words::one_of(&keys));
    let help = match settings.kind.as_str() {
        "Secret" => "write the one that says where the value is kept, and only that",
        "Recipient" => "write one of them; who else is told gets a notification of their own",
        _ => "write the one that says how the service is deployed, and only that",
    };
    Finding::error("BL020", place, message).because(reason).help(help)
}

/// The first sentence of a description, as it stands beside a caret: without its full stop, on one line.
fn first_sentence(description: &str) -> String {
    let sentence = description.split(". ").next().unwrap_or_default();
    sentence.trim_end_matches('.').replace('\n', " ")
}
