//! The Approve stage: a person says yes before anything happens in an environment.

use super::model::{Action, Provider, Stage};
use super::text::Text;
use super::{Plan, source};
use crate::config::{Approval, Environment as Place};

/// Days after which an approval that nobody gave fails: CodePipeline's own default.
pub(super) const DAYS: u32 = 7;

pub(super) fn stage(plan: &Plan, place: &Place, approval: &Approval) -> Stage {
    let config = plan.config;
    let environment = &place.name;
    let migration = match place.migrations.len() {
        0 => "",
        1 => " A migration runs first.",
        _ => " Migrations run first.",
    };
    let mut configuration = Vec::new();
    if let Some(topic) = &approval.notify {
        configuration.push(("NotificationArn", Text::from(topic.as_str())));
    }
    configuration.push((
        "CustomData",
        Text::from(format!(
            "Deploy {} to {environment}? Commit #{{Source.CommitId}} of #{{Source.BranchName}}.{migration}",
            config.app
        )),
    ));
    configuration
        .push(("ExternalEntityLink", Text::from(source::commit_link(&config.source, plan.repository))));
    Stage {
        name: format!("Approve-{environment}"),
        actions: vec![Action {
            name: "Approve".to_owned(),
            provider: Provider::Approval,
            namespace: None,
            configuration,
            inputs: Vec::new(),
            outputs: Vec::new(),
            run_order: 1,
            role: None,
            region: None,
        }],
    }
}
