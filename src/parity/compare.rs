//! Sets of keys side by side: what one environment has and another lacks, what a service has and a job of its image lacks.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::exceptions::Exceptions;
use super::{Found, Kind, Place, Role, Set, Sets, Subject};
use crate::diagnostic::{Severity, shown};

/// How a key stands in one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is there.
    Has,
    /// It is missing.
    Lacks,
    /// It is missing, or of another kind than elsewhere, and an exception says why.
    Excepted,
    /// It may be there: not all keys are known.
    Unknown,
    /// It is not there, and nobody asks for it: the service of that image has none there either.
    Unasked,
}

/// A key of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The key.
    pub key: String,
    /// What it stands for where it is; a secret where it is one anywhere.
    pub kind: Kind,
    /// How it stands in each column.
    pub marks: Vec<Mark>,
    /// Where it is missing, and where it would be written.
    pub lacks: Vec<(String, Place)>,
    /// Where it is.
    pub has: Vec<(String, Place)>,
    /// Where it is a variable, though it is a secret elsewhere or beside it, and no exception says why.
    pub plain: Vec<(String, Place)>,
    /// Why it may be missing where it is.
    pub reasons: BTreeSet<String>,
}

impl Row {
    /// Whether something is wrong with it.
    pub fn is_wrong(&self) -> bool {
        !self.lacks.is_empty() || !self.plain.is_empty()
    }

    /// Whether it is there in every column, and of one kind.
    pub fn is_alike(&self) -> bool {
        !self.is_wrong() && self.marks.iter().all(|mark| *mark == Mark::Has)
    }
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Whose keys.
    pub subject: Subject,
    /// The services whose image it runs, where its keys are compared with theirs; nobody where environments are compared.
    pub beside: Vec<String>,
    /// The columns: environments.
    pub columns: Vec<String>,
    /// The keys, in order.
    pub rows: Vec<Row>,
}

/// What a comparison gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// All environments, in order.
    pub environments: Vec<String>,
    /// What was compared.
    pub groups: Vec<Group>,
    /// Everything that was found.
    pub found: Vec<Found>,
}

impl Report {
    /// Whether something could not be read, so that the comparison is not whole.
    pub fn has_failed(&self) -> bool {
        self.found.iter().any(|found| found.code == "BL704")
    }

    /// Whether a key is missing somewhere, or an exception is needed no more.
    pub fn has_found(&self) -> bool {
        self.found.iter().any(|found| found.severity == Severity::Error)
    }
}

/// Compares. `order` are the environments in the order in which people know them; others follow as they come.
pub fn compare(from: Sets, order: &[String], exceptions: &mut Exceptions) -> Report {
    let mut environments: Vec<String> = Vec::new();
    let named = order.iter().filter(|name| from.sets.iter().any(|set| set.environment == **name));
    for name in named.chain(from.sets.iter().map(|set| &set.environment)) {
        if !environments.contains(name) {
            environments.push(name.clone());
        }
    }
    let mut groups: IndexMap<&Subject, Vec<&Set>> = IndexMap::new();
    for set in &from.sets {
        groups.entry(&set.subject).or_default().push(set);
    }
    groups.retain(|_, sets| sets.iter().any(|set| !set.keys.is_empty() || set.open.is_some()));
    let place = |name: &String| environments.iter().position(|known| known == name);
    for sets in groups.values_mut() {
        sets.sort_by_key(|set| place(&set.environment));
    }
    let mut report = Report { environments: environments.clone(), found: from.found, groups: Vec::new() };
    for (subject, sets) in &groups {
        for set in sets {
            if let Some((why, place)) = &set.open {
                let message =
                    format!("{} may have more keys in {}: {why}", name(subject), shown(&set.environment));
                let help = "what it seems to lack there is not told; compare where the file is";
                let mut found = Found::new("BL707", Severity::Note, Some(place.clone()), message, help);
                found.environment = Some(set.environment.clone());
                found.subject = Some((*subject).clone());
                report.found.push(found);
            }
        }
        if let [only] = sets[..] {
            let message = format!(
                "{} is in {} alone, so there is nothing to compare",
                name(subject),
                shown(&only.environment)
            );
            let help = "name the files of another environment; where a service is called otherwise there, say which it is: \
                        `production/api=FILE`";
            let mut found = Found::new("BL706", Severity::Note, Some(only.variables.clone()), message, help);
            found.subject = Some((*subject).clone());
            found.environment = Some(only.environment.clone());
            report.found.push(found);
            continue;
        }
        let group = across(subject, sets, exceptions, &mut report.found);
        report.groups.push(group);
    }
    for (subject, sets) in &groups {
        let group = beside(subject, sets, &from.sets, exceptions, &mut report.found);
        report.groups.extend(group);
    }
    if !report.has_failed() {
        let services: BTreeSet<&str> = from.sets.iter().map(|set| set.subject.service.as_str()).collect();
        report.found.extend(exceptions.unused(&services));
    }
    report
}

/// `` `api` ``, or `` `nginx` of `api` ``.
fn name(subject: &Subject) -> String {
    match &subject.container {
        Some(container) => format!("{} of {}", shown(container), shown(&subject.service)),
        None => shown(&subject.service),
    }
}

/// The names of columns: environments, with the source behind one that stands there twice.
fn columns(sets: &[&Set]) -> Vec<String> {
    let names = sets.iter().map(|set| {
        let is_twice = sets.iter().filter(|other| other.environment == set.environment).count() > 1;
        if is_twice {
            format!("{} ({})", set.environment, set.source.name())
        } else {
            set.environment.clone()
        }
    });
    names.collect()
}

/// One subject from environment to environment.
fn across(subject: &Subject, sets: &[&Set], exceptions: &mut Exceptions, found: &mut Vec<Found>) -> Group {
    let columns = columns(sets);
    let keys: BTreeSet<&String> = sets.iter().flat_map(|set| set.keys.keys()).collect();
    let mut rows = Vec::new();
    for key in keys {
        let there = || sets.iter().filter_map(|set| Some((set, set.keys.get(key)?)));
        let is_secret = there().any(|(_, written)| written.kind.is_secret());
        let is_only_secret = is_secret && there().all(|(_, written)| !written.kind.is_plain());
        let mut row = Row {
            key: key.clone(),
            kind: match (is_secret, there().next()) {
                (false, Some((_, written))) => written.kind,
                _ => Kind::Secret,
            },
            marks: Vec::new(),
            lacks: Vec::new(),
            has: Vec::new(),
            plain: Vec::new(),
            reasons: BTreeSet::new(),
        };
        for (set, column) in sets.iter().zip(&columns) {
            let (mark, at) = match set.keys.get(key) {
                Some(written) if is_secret && written.kind.is_plain() => {
                    row.has.push((column.clone(), written.place.clone()));
                    (None, &written.place)
                }
                Some(written) => {
                    row.has.push((column.clone(), written.place.clone()));
                    row.marks.push(Mark::Has);
                    continue;
                }
                None if set.open.is_some() => {
                    row.marks.push(Mark::Unknown);
                    continue;
                }
                None => (Some(Mark::Lacks), if is_only_secret { &set.secrets } else { &set.variables }),
            };
            if let Some(reason) = exceptions.reason(key, subject, &set.environment) {
                row.reasons.insert(reason);
                row.marks.push(Mark::Excepted);
                continue;
            }
            row.marks.push(mark.unwrap_or(Mark::Has));
            let list = if mark.is_some() { &mut row.lacks } else { &mut row.plain };
            list.push((column.clone(), at.clone()));
        }
        tell(&row, subject, found);
        rows.push(row);
    }
    Group { subject: subject.clone(), beside: Vec::new(), columns, rows }
}

/// What is wrong with a key from environment to environment (codes `BL701` and `BL703`).
fn tell(row: &Row, subject: &Subject, found: &mut Vec<Found>) {
    let key = shown(&row.key);
    let having: Vec<String> = row.has.iter().map(|(column, _)| shown(column)).collect();
    for (column, place) in &row.lacks {
        let message = format!(
            "{} lacks {key} in {}, and has it in {}",
            name(subject),
            shown(column),
            having.join(", ")
        );
        let mut one = Found::new("BL701", Severity::Error, Some(place.clone()), message, HELP);
        one.others.clone_from(&row.has);
        of(&mut one, row, subject, column);
        found.push(one);
    }
    for (column, place) in &row.plain {
        let message = format!(
            "{key} of {} is a variable in {}, and a secret there or elsewhere",
            name(subject),
            shown(column)
        );
        let help = "keep it as a secret alone, or write the exception with its reason under `parity.exceptions` in \
                    branchline.yml";
        let mut one = Found::new("BL703", Severity::Error, Some(place.clone()), message, help);
        one.others = row.has.iter().filter(|(other, _)| other != column).cloned().collect();
        of(&mut one, row, subject, column);
        found.push(one);
    }
}

/// What to do about a key that is missing.
const HELP: &str =
    "add it there, or write the exception with its reason under `parity.exceptions` in branchline.yml";

fn of(found: &mut Found, row: &Row, subject: &Subject, environment: &str) {
    found.key = Some(row.key.clone());
    found.subject = Some(subject.clone());
    found.environment = Some(environment.to_owned());
}

/// A job beside the services whose image it runs (code `BL702`): what they have in an environment, and it lacks there. `None`
/// where it is no job, or runs nobody's image.
fn beside(
    subject: &Subject,
    sets: &[&Set],
    all: &[Set],
    exceptions: &mut Exceptions,
    found: &mut Vec<Found>,
) -> Option<Group> {
    let jobs: Vec<&Set> = sets.iter().copied().filter(|set| set.role == Role::Job).collect();
    let columns = columns(&jobs);
    let mut services = BTreeSet::new();
    let mut rows: BTreeMap<&String, Row> = BTreeMap::new();
    let shares = |job: &Set, set: &Set| {
        set.role == Role::Service
            && set.environment == job.environment
            && set.image.is_some()
            && set.image == job.image
            && set.subject != job.subject
    };
    let marks = |key: &str| {
        let mark = |job: &&Set| if job.keys.contains_key(key) { Mark::Has } else { Mark::Unasked };
        jobs.iter().map(mark).collect::<Vec<_>>()
    };
    for (at, (job, column)) in jobs.iter().zip(&columns).enumerate() {
        for service in all.iter().filter(|set| shares(job, set)) {
            services.insert(service.subject.service.clone());
            for (key, written) in &service.keys {
                let row = rows.entry(key).or_insert_with(|| Row {
                    key: key.clone(),
                    kind: written.kind,
                    marks: marks(key),
                    lacks: Vec::new(),
                    has: Vec::new(),
                    plain: Vec::new(),
                    reasons: BTreeSet::new(),
                });
                if job.keys.contains_key(key) {
                    continue;
                }
                if job.open.is_some() {
                    row.marks[at] = Mark::Unknown;
                    continue;
                }
                if let Some(reason) = exceptions.reason(key, subject, &job.environment) {
                    row.marks[at] = Mark::Excepted;
                    row.reasons.insert(reason);
                    continue;
                }
                let home = if written.kind.is_secret() { &job.secrets } else { &job.variables };
                if row.marks[at] != Mark::Lacks {
                    row.marks[at] = Mark::Lacks;
                    row.lacks.push((column.clone(), home.clone()));
                }
                let whose = (service.subject.service.clone(), written.place.clone());
                if !row.has.contains(&whose) {
                    row.has.push(whose);
                }
            }
        }
    }
    if services.is_empty() {
        return None;
    }
    for row in rows.values() {
        for (column, place) in &row.lacks {
            let mut having: Vec<String> = row.has.iter().map(|(service, _)| shown(service)).collect();
            having.dedup();
            let message = format!(
                "{} lacks {} in {}, and {}, whose image it runs, has it there",
                name(subject),
                shown(&row.key),
                shown(column),
                having.join(", ")
            );
            let mut one = Found::new("BL702", Severity::Error, Some(place.clone()), message, HELP);
            one.others.clone_from(&row.has);
            of(&mut one, row, subject, column);
            found.push(one);
        }
    }
    let rows = rows.into_values().collect();
    Some(Group { subject: subject.clone(), beside: services.into_iter().collect(), columns, rows })
}

#[cfg(test)]
mod tests;
