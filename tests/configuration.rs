//! What a person is told about a `branchline.yml`: golden cases, hostile files, and properties that hold for any text.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read their cases, and measure time"
)]

#[path = "configuration/cases.rs"]
mod cases;
#[path = "configuration/codes.rs"]
mod codes;
#[path = "configuration/hostile.rs"]
mod hostile;
#[path = "configuration/properties.rs"]
mod properties;
#[path = "configuration/published.rs"]
mod published;

use branchline::config::{schema, tree};
use branchline::diagnostic::Finding;

/// What is wrong with a text as YAML and by its shape, in the order of the file.
fn findings(text: &str) -> Vec<Finding> {
    let (tree, mut findings) = tree::read(text);
    findings.extend(tree.iter().flat_map(schema::judge));
    findings.sort_by_key(|finding| (finding.place.map(|place| place.start), finding.code));
    findings
}
