//! The Approve stage: a person says yes before anything happens in an environment. Where there is a record of what is
//! deployed, an action before it says what the release brings.

use super::model::{Action, Gates, Provider, Stage};
use super::names::StageKind;
use super::text::Text;
use super::{Plan, compare, source};
use crate::branch_map::Entry;
use crate::config::{Approval, Environment as Place, Event};

pub(super) fn stage(plan: &Plan, entry: &Entry, place: &Place, approval: &Approval) -> Stage {
    let config = plan.config;
    let environment = &place.name;
    let migration = match entry.migrations(place).count() {
        0 => "",
        1 => " A migration runs first.",
        _ => " Migrations run first.",
    };
    // A tag is on no branch.
    let origin = if entry.trigger.event == Event::Tag { ", by its tag" } else { " of #{Source.BranchName}" };
    let mut configuration = Vec::new();
    if let Some(topic) = &approval.notify {
        configuration.push(("NotificationArn", Text::from(topic.as_str())));
    }
    let compare = compare::action(plan, entry, place);
    let (brings, link) = match compare {
        Some(_) => (format!(" {}", compare::summary(place)), compare::link(place)),
        None => (String::new(), source::commit_link(plan, "#{Source.CommitId}")),
    };
    // CodePipeline takes 1,000 characters. A summary has at most 600, the rest 145 and the branch's name, for which
    // there is room up to the 255 bytes that hosts take.
    configuration.push((
        "CustomData",
        Text::from(format!(
            "Deploy {} to {environment}? Commit #{{Source.CommitId}}{origin}.{migration}{brings}",
            config.app
        )),
    ));
    configuration.push(("ExternalEntityLink", Text::from(link)));
    let run_order = if compare.is_some() { 2 } else { 1 };
    Stage {
        name: StageKind::Approve.stage(environment),
        actions: compare
            .into_iter()
            .chain(std::iter::once(Action {
                name: "Approve".to_owned(),
                provider: Provider::Approval { timeout: approval.own_timeout() },
                namespace: None,
                configuration,
                inputs: Vec::new(),
                outputs: Vec::new(),
                run_order,
                role: None,
                region: None,
            }))
            .collect(),
        gates: Gates::default(),
    }
}
