//! What AWS Copilot left behind: what it is, what it keeps alive, and how it goes at last. It is never touched.

use super::Examined;
use super::facts::Copilot;
use crate::diagnostic::{Finding, Span};
use crate::operate::plain;
use crate::pipeline::text::Place;

pub(super) fn check(examined: &Examined) -> Vec<Finding> {
    examined.facts.copilot.iter().flat_map(|(place, left)| told(examined.near(place), place, left)).collect()
}

fn told(near: Option<Span>, place: &Place, left: &Copilot) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !left.parameters.is_empty() {
        let count = left.parameters.len();
        let first = plain(&left.parameters[0]);
        findings.push(
            Finding::note(
                "BL944",
                near,
                format!("Copilot left {count} parameter{} in Parameter Store, in {place}", plural(count)),
            )
            .because(format!("`{first}` and the like say which applications it manages: it works only while they are there. As standard parameters they cost nothing"))
            .help("leave them until its stacks are gone; then `aws ssm delete-parameters` removes them"),
        );
    }
    let stacks: usize = left.stacks.values().map(Vec::len).sum();
    if stacks > 0 {
        let of: Vec<String> =
            left.stacks.iter().map(|(app, names)| format!("{} of `{}`", names.len(), plain(app))).collect();
        let names: Vec<String> =
            left.stacks.values().flatten().take(3).map(|name| format!("`{}`", plain(name))).collect();
        let more = if stacks > names.len() { ", …" } else { "" };
        findings.push(
            Finding::note("BL945",
                near, format!("Copilot left {stacks} stack{}, in {place}: {}", plural(stacks), of.join(", ")))
                .because(format!("{}{more}: they keep alive what they made, which costs what it costs: a VPC, load balancers, a cluster and its services, pipelines, buckets", names.join(", ")))
                .help("what is deployed to may be among it: look at a stack's resources before it goes. Delete pipelines' stacks first, then services', environments', and the application's last"),
        );
    }
    findings
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
