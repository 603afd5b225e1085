//! What a pipeline will meet in AWS, and what is wrong with it: from what the map names and what AWS has of that to findings.
//!
//! Pure, beside the flow: [`questions`] says what is to be looked at, `edge::aws::doctor` looks, and each file of checks here judges one
//! kind of thing. A check is a line in [`CHECKS`]. What could not be looked at is a finding, too, and never a reason to pass it over in
//! silence.

mod accounts;
mod branches;
mod connection;
mod copilot;
pub mod facts;
mod hidden;
mod logs;
pub mod made_up;
mod networks;
pub mod questions;
mod quotas;
mod services;
mod spot;
mod tasks;
mod things;

use crate::config::tree;
use crate::diagnostic::{Finding, Span};
use crate::pipeline::Plan;
use crate::pipeline::text::Place;
use facts::Facts;
use questions::Questions;
use spot::{Filled, Spots};

/// Everything that checks go by.
struct Examined<'a> {
    plan: &'a Plan<'a>,
    questions: &'a Questions,
    facts: &'a Facts,
    spots: Spots<'a>,
}

impl Examined<'_> {
    /// Where in the file an account's region comes in: the first environment that is there, or the pipelines.
    fn near(&self, place: &Place) -> Option<Span> {
        let account = || self.spots.find(&["pipelines", "account"], place.account(), Filled::default());
        let own = self.plan.environments().find(|environment| self.plan.place_of(environment) == *place);
        let pipelines = if *place == self.plan.home { account() } else { None };
        pipelines.or_else(|| own.map(|environment| environment.place)).or_else(account)
    }
}

/// The checks, in the order in which what they look at is met: first who asks, then what starts a pipeline, what it deploys to,
/// what it needs for that, and what is left over.
const CHECKS: [fn(&Examined) -> Vec<Finding>; 12] = [
    accounts::check,
    connection::check,
    branches::check,
    made_up::check,
    services::check,
    tasks::check,
    networks::check,
    things::check,
    logs::check,
    quotas::check,
    copilot::check,
    hidden::check,
];

/// What is wrong, worst first, each kind in the order of the file. `text` is that of branchline.yml, for the places in it.
pub fn findings(text: &str, plan: &Plan, questions: &Questions, facts: &Facts) -> Vec<Finding> {
    let (tree, _) = tree::read(text);
    let examined = Examined { plan, questions, facts, spots: Spots::of(tree.as_ref()) };
    let mut findings: Vec<Finding> = CHECKS.iter().flat_map(|check| check(&examined)).collect();
    // What has no place comes behind what has one.
    findings.sort_by_key(|finding| {
        let place = finding.place.map_or((1, 0), |place| (0, place.start));
        (finding.severity, place, finding.code)
    });
    findings.dedup();
    findings
}
