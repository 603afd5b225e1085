//! A comparison for scripts.

use serde::Serialize;

use super::compare::{Group, Mark, Report, Row};
use super::{Found, Kind};

/// The whole of it. The keys and their meaning are stable.
#[derive(Debug, Serialize)]
pub struct Answer<'r> {
    /// All environments, in order.
    environments: &'r [String],
    /// What was compared.
    groups: Vec<GroupRecord<'r>>,
    /// Everything that was found.
    findings: Vec<FoundRecord<'r>>,
}

#[derive(Debug, Serialize)]
struct GroupRecord<'r> {
    service: &'r str,
    container: Option<&'r str>,
    /// The services whose image it runs, where it is compared with them.
    image_of: &'r [String],
    environments: &'r [String],
    keys: Vec<KeyRecord<'r>>,
}

#[derive(Debug, Serialize)]
struct KeyRecord<'r> {
    key: &'r str,
    kind: &'static str,
    has: Vec<&'r str>,
    lacks: Vec<&'r str>,
    excepted: Vec<&'r str>,
    unknown: Vec<&'r str>,
    reasons: Vec<&'r str>,
}

#[derive(Debug, Serialize)]
struct FoundRecord<'r> {
    code: &'r str,
    severity: String,
    message: &'r str,
    help: &'r str,
    file: Option<&'r str>,
    line: Option<usize>,
    column: Option<usize>,
    key: Option<&'r str>,
    service: Option<&'r str>,
    container: Option<&'r str>,
    environment: Option<&'r str>,
    others: Vec<OtherRecord<'r>>,
}

#[derive(Debug, Serialize)]
struct OtherRecord<'r> {
    whose: &'r str,
    file: &'r str,
    line: usize,
    column: usize,
}

/// The answer to a script.
pub fn answer(report: &Report) -> Answer<'_> {
    Answer {
        environments: &report.environments,
        groups: report.groups.iter().map(group).collect(),
        findings: report.found.iter().map(found).collect(),
    }
}

fn group(group: &Group) -> GroupRecord<'_> {
    GroupRecord {
        service: &group.subject.service,
        container: group.subject.container.as_deref(),
        image_of: &group.beside,
        environments: &group.columns,
        keys: group.rows.iter().map(|row| key(row, &group.columns)).collect(),
    }
}

fn key<'r>(row: &'r Row, columns: &'r [String]) -> KeyRecord<'r> {
    let with = |wanted: Mark| {
        let all = columns.iter().zip(&row.marks).filter(move |(_, mark)| **mark == wanted);
        all.map(|(column, _)| column.as_str()).collect()
    };
    KeyRecord {
        key: &row.key,
        kind: match row.kind {
            Kind::Variable => "variable",
            Kind::Secret | Kind::Both => "secret",
            Kind::Either => "unknown",
        },
        has: with(Mark::Has),
        lacks: with(Mark::Lacks),
        excepted: with(Mark::Excepted),
        unknown: with(Mark::Unknown),
        reasons: row.reasons.iter().map(String::as_str).collect(),
    }
}

fn found(found: &Found) -> FoundRecord<'_> {
    let place = found.place.as_ref();
    FoundRecord {
        code: found.code,
        severity: found.severity.to_string(),
        message: &found.message,
        help: &found.help,
        file: place.map(|place| &*place.file),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        key: found.key.as_deref(),
        service: found.subject.as_ref().map(|subject| subject.service.as_str()),
        container: found.subject.as_ref().and_then(|subject| subject.container.as_deref()),
        environment: found.environment.as_deref(),
        others: found
            .others
            .iter()
            .map(|(whose, place)| OtherRecord {
                whose,
                file: &place.file,
                line: place.line,
                column: place.column,
            })
            .collect(),
    }
}
