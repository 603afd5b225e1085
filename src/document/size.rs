//! Templates that CloudFormation would refuse for their size (code `BL233`). What makes one large is the buildspecs that
//! it carries: one for each migration of an environment, and for each of a pipeline's tests.

use std::collections::BTreeSet;

use serde::Serialize;

use super::cloudformation;
use super::yaml::to_yaml;
use crate::diagnostic::{Finding, Span};
use crate::pipeline::Plan;

/// Bytes of a template at most, through a bucket (AWS CloudFormation quotas).
pub(super) const BYTES: usize = 1_000_000;

/// Migrations or tests up to which no template comes near: a buildspec has at most 25,600 characters, and its project with
/// role and log a few thousand more.
const FEW: usize = 20;

/// The stacks that would be too large, each environment and each kind of pipeline told once.
pub fn too_large(plan: &Plan) -> Vec<Finding> {
    let config = plan.config;
    let mut findings = Vec::new();
    for place in plan.environments().filter(|place| place.migrations.len() > FEW) {
        let template = cloudformation::environment(config, &plan.environment(place));
        let what = format!("the stack of the environment `{}`", place.name);
        let help = "let one migration run several of them in order: a script of the image, say, or `a && b`";
        findings.extend(judged(&template, &what, Some(place.place), "migration", help));
    }
    if config.tests.len() > FEW {
        let mut seen: BTreeSet<&[String]> = BTreeSet::new();
        for entry in plan.map.entries.iter().filter(|entry| seen.insert(&entry.services)) {
            let template = cloudformation::pipeline(config, &plan.pipeline(entry));
            let what = format!("the stack of the pipeline `{}`", entry.pipeline);
            let place = config.rules.iter().find(|rule| rule.key == entry.rule).map(|rule| rule.place);
            let help = "let the tests of several services run together, under `test` at the top level";
            findings.extend(judged(&template, &what, place, "test", help));
        }
    }
    findings
}

fn judged(
    template: &impl Serialize,
    what: &str,
    place: Option<Span>,
    each: &str,
    help: &str,
) -> Option<Finding> {
    // What cannot be written is told when it is.
    let bytes = to_yaml(template).ok()?.len();
    (bytes > BYTES).then(|| {
        Finding::error("BL233", place, format!("{what} would have {bytes} bytes"))
            .because(format!(
                "CloudFormation takes at most {BYTES}, and each {each} brings its whole buildspec"
            ))
            .help(help)
    })
}
