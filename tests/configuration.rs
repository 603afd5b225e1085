//! What a person is told about a `branchline.yml`: golden cases, hostile files, and properties that hold for any text.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read their cases, and measure time"
)]

#[path = "configuration/cases.rs"]
mod cases;
#[path = "configuration/clock.rs"]
mod clock;
#[path = "configuration/codes.rs"]
mod codes;
#[path = "configuration/hostile.rs"]
mod hostile;
#[path = "configuration/properties.rs"]
mod properties;
#[path = "configuration/published.rs"]
mod published;

use branchline::config::{self, schema, tree};
use branchline::diagnostic::{Finding, Severity};
use branchline::{branch_map, pipeline::limits};

/// What is wrong with a text as YAML and by its shape, in the order of the file.
fn findings(text: &str) -> Vec<Finding> {
    let (tree, mut findings) = tree::read(text);
    findings.extend(tree.iter().flat_map(schema::judge));
    findings.sort_by_key(|finding| (finding.place.map(|place| place.start), finding.code));
    findings
}

/// Everything that is said of a file: what is wrong with its text, its shape, its meaning, its branches, and what AWS
/// would not take of it.
fn told(text: &str) -> Vec<Finding> {
    let reading = config::read(text);
    let mut findings = reading.findings;
    if let Some(config) = reading.config {
        let (map, more) = branch_map::resolve(&config);
        findings.extend(more);
        if findings.iter().all(|finding| finding.severity != Severity::Error) {
            findings.extend(limits::limits(&config, &map));
        }
    }
    findings.sort_by_key(|finding| (finding.place.map(|place| place.start), finding.code));
    findings
}
