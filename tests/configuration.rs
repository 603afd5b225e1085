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

use branchline::config;
use branchline::diagnostic::Finding;

/// Everything that is wrong with a text, in the order of the file.
fn findings(text: &str) -> Vec<Finding> {
    config::read(text).findings
}
