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
#[path = "configuration/ten_thousand.rs"]
mod ten_thousand;

use branchline::branch_map;
use branchline::config;
use branchline::diagnostic::{Finding, has_errors};
use branchline::document::{overrides, size, specs};
use branchline::pipeline::{Plan, limits};

/// Everything that is wrong with a text, in the order of the file.
fn findings(text: &str) -> Vec<Finding> {
    config::read(text).findings
}

/// The branches that exist, for the cases in which that counts.
const BRANCHES: &str = include_str!("configuration/per-branch/branches.txt");

/// Everything that is said of a file: what is wrong with its text, its shape, its meaning, its branches, and what AWS
/// would not take of it.
fn told(text: &str) -> Vec<Finding> {
    let reading = config::read(text);
    let mut findings = reading.findings;
    if let Some(mut config) = reading.config {
        config.branches = branch_map::listing::read(BRANCHES).unwrap();
        let (map, more) = branch_map::resolve(&config);
        findings.extend(more);
        if !has_errors(&findings) {
            findings.extend(limits::limits(&config, &map));
            let specs = specs::specs(&config).unwrap();
            let plan = Plan::new(&config, &map, specs.texts.clone());
            findings.extend(size::too_large(&plan, &specs.blocks));
            findings.extend(overrides::judge(&plan));
        }
    }
    findings.sort_by_key(|finding| (finding.place.map(|place| place.start), finding.code));
    findings
}
