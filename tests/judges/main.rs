//! Other people's tools judge everything that the examples generate.
//!
//! The judges are Python, in the two environments that `make test` makes below `target/`; each looks at all trees at
//! once. A validator that is missing is a failure, a file that no judge has seen is one too, and every judge is shown
//! to go red on a fault planted in `sample/`.

#![allow(clippy::disallowed_methods, reason = "tests read and write files, and print their table")]

mod court;
mod examples;
mod faults;
mod readings;
mod suppressions;
mod table;
mod tree;

use std::collections::BTreeSet;

use court::Court;

#[test]
fn every_generated_file_passes_every_judge_and_none_goes_unseen() {
    let examples = examples::judged();
    table::print(&examples.trees, &examples.report);
    let findings: Vec<String> = examples.report.findings().map(|finding| finding.to_string()).collect();
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
    let unseen = table::unseen(&examples.trees, &examples.report);
    assert!(unseen.is_empty(), "no judge has looked at these generated files: {unseen:?}");
}

#[test]
fn the_suppressions_in_force_are_the_rows_of_the_table() {
    let rows = suppressions::rows();
    let wrong = suppressions::differences(&rows, &examples::judged().report.suppressions);
    assert!(wrong.is_empty(), "docs/suppressions.md and what is suppressed differ:\n{}", wrong.join("\n"));
}

#[test]
fn the_sample_without_a_fault_passes_every_judge() {
    let findings: Vec<String> =
        faults::judged().findings_in("sample").map(|finding| finding.to_string()).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn every_judge_goes_red_on_a_planted_fault() {
    let report = faults::judged();
    let mut green = Vec::new();
    for (name, fault) in faults::all() {
        let judged: Vec<_> =
            report.findings_in(&name).filter(|finding| finding.judge == fault.judge).collect();
        if !judged.iter().any(|finding| finding.what.contains(&fault.says)) {
            green.push(format!("{name}: {fault:?} was not seen; what was: {judged:?}"));
        }
    }
    assert!(green.is_empty(), "{}", green.join("\n"));
    let shown: BTreeSet<String> = faults::all().into_iter().map(|(_, fault)| fault.judge).collect();
    let judges: BTreeSet<String> = report.judges.keys().cloned().collect();
    assert_eq!(shown, judges, "each judge needs a planted fault");
}

#[test]
fn a_missing_environment_is_a_failure_that_says_what_to_run() {
    let refused =
        Court::at("no-such-environment", "main").judge(&[]).expect_err("there is no such environment");
    assert!(refused.contains("run `make test`"), "{refused}");
}

#[test]
fn a_missing_validator_is_a_failure_that_names_it_and_says_what_to_run() {
    // Without `site`, Python finds the judges but none of the tools that they call.
    let refused = Court::main().with_option("-S").judge(&[]).expect_err("no validator can be imported");
    assert!(refused.contains("ModuleNotFoundError") && refused.contains("run `make test`"), "{refused}");
}
