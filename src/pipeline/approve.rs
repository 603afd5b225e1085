//! The Approve stage: a person says yes before anything happens in an environment.

use super::model::{Action, Gates, Provider, Stage};
use super::text::Text;
use super::{Plan, source};
use crate::branch_map::Entry;
use crate::config::{Approval, Environment as Place, Event};

pub(super) fn stage(plan: &Plan, entry: &Entry, place: &Place, approval: &Approval) -> Stage {
    let config = plan.config;
    let environment = &place.name;
    let own = place.migrations.iter().filter(|migrate| entry.has(&migrate.service));
    let migration = match own.count() {
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
    configuration.push((
        "CustomData",
        Text::from(format!(
            "Deploy {} to {environment}? Commit #{{Source.CommitId}}{origin}.{migration}",
            config.app
        )),
    ));
    configuration
        .push(("ExternalEntityLink", Text::from(source::commit_link(&config.source, plan.repository))));
    Stage {
        name: format!("Approve-{environment}"),
        actions: vec![Action {
            name: "Approve".to_owned(),
            provider: Provider::Approval { timeout: approval.own_timeout() },
            namespace: None,
            configuration,
            inputs: Vec::new(),
            outputs: Vec::new(),
            run_order: 1,
            role: None,
            region: None,
        }],
        gates: Gates::default(),
    }
}
