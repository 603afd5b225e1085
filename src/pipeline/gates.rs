//! Conditions of stages: when an environment may be entered, and what follows its deploy.
//!
//! CodePipeline runs the rules of a condition before a stage is entered, or after it has succeeded. A condition fails when
//! one of its rules does, and then has its outcome (AWS CodePipeline, "How do stage conditions work?").

use super::Plan;
use super::iam::Statement;
use super::model::{Provider, Stage};
use super::names::StageKind;
use super::text::{Place as At, Text};
use crate::config::{Alarms, Environment as Place, Window};

/// What a stage waits for, and what follows it.
#[derive(Clone, Debug, Default)]
pub struct Gates {
    /// What has to hold before it is entered.
    pub before_entry: Option<Condition>,
    /// What has to hold after it has succeeded.
    pub on_success: Option<Condition>,
    /// Whether it is rolled back when it fails.
    pub rolls_back: bool,
}

/// Rules, all of which have to hold. A stage has one condition for each occasion.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What follows when one does not.
    pub outcome: Outcome,
    /// 1 to 5.
    pub rules: Vec<Rule>,
}

/// What follows when a condition fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The stage fails.
    Fail,
    /// The stage is run again as in its last success; not before entry.
    RollBack,
    /// The stage is left out, and the execution goes on behind it; before entry, by a `VariableCheck` alone.
    Skip,
}

impl Outcome {
    /// As CodePipeline has it.
    pub fn id(self) -> &'static str {
        match self {
            Outcome::Fail => "FAIL",
            Outcome::RollBack => "ROLLBACK",
            Outcome::Skip => "SKIP",
        }
    }
}

/// One rule, owned by AWS, of version 1.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name, unique in the condition.
    pub name: String,
    /// What it asks.
    pub provider: RuleProvider,
    /// Its settings, in AWS's names.
    pub configuration: Vec<(&'static str, Text)>,
    /// The role it runs under; the pipeline's own when there is none.
    pub role: Option<Text>,
    /// The region it looks in, where that is not the pipeline's.
    pub region: Option<String>,
}

/// What a rule asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleProvider {
    /// Whether it is time; where it is not, the rule waits until it is.
    DeploymentWindow,
    /// Whether an alarm stays off.
    CloudWatchAlarm,
    /// Whether a variable has a value.
    VariableCheck,
}

impl RuleProvider {
    /// Its name, as CodePipeline has it.
    pub fn id(self) -> &'static str {
        match self {
            RuleProvider::DeploymentWindow => "DeploymentWindow",
            RuleProvider::CloudWatchAlarm => "CloudWatchAlarm",
            RuleProvider::VariableCheck => "VariableCheck",
        }
    }
}

/// Puts an environment's conditions on its stages, which are these, in order.
///
/// The window stands on the first stage, so that nobody is asked outside of it, and on the first that is no approval, since
/// an approval may be given at any time. It stands on no later one: between migration and deploy an environment must not
/// wait for days, and a deploy that is rolled back must not wait for the window where a migration stands before it.
pub(super) fn guard(plan: &Plan, place: &Place, role: &Text, stages: &mut [Stage]) {
    if let Some(window) = &place.window {
        let asks = |stage: &Stage| {
            stage.actions.iter().any(|action| matches!(action.provider, Provider::Approval { .. }))
        };
        let asking = stages.iter().take_while(|stage| asks(stage)).count();
        for stage in stages.iter_mut().take(asking + 1) {
            stage.gates.before_entry = Some(open(window));
        }
    }
    let name = StageKind::Deploy.stage(&place.name);
    let Some(deploy) = stages.iter_mut().find(|stage| stage.name == name) else { return };
    deploy.gates.rolls_back = place.rolls_back;
    if let Some(alarms) = &place.alarms {
        let outcome = if place.rolls_back { Outcome::RollBack } else { Outcome::Fail };
        let region = plan.region_of_action(place);
        deploy.gates.on_success =
            Some(Condition { outcome, rules: watched(alarms, role, region.as_deref()) });
    }
}

/// The rule waits for the window. Only when it gives up, or cannot tell the time, the stage fails.
fn open(window: &Window) -> Condition {
    let rule = Rule {
        name: "Window".to_owned(),
        provider: RuleProvider::DeploymentWindow,
        configuration: vec![
            ("Cron", Text::from(window.cron.text())),
            ("TimeZone", Text::from(window.timezone.as_str())),
        ],
        role: None,
        region: None,
    };
    Condition { outcome: Outcome::Fail, rules: vec![rule] }
}

/// A rule for each alarm, which stands in the environment: its deploy role looks there, in another account too.
fn watched(alarms: &Alarms, role: &Text, region: Option<&str>) -> Vec<Rule> {
    let watched = |(at, alarm): (usize, &String)| Rule {
        name: format!("Alarm-{}", at + 1),
        provider: RuleProvider::CloudWatchAlarm,
        configuration: vec![
            ("AlarmName", Text::from(alarm.as_str())),
            ("AlarmStates", Text::from("ALARM")),
            ("WaitTime", Text::from(alarms.bake.to_string())),
        ],
        role: Some(role.clone()),
        region: region.map(str::to_owned),
    };
    alarms.names.iter().enumerate().map(watched).collect()
}

/// What the environment's deploy role needs to look at alarms. They are described together: AWS's service authorization
/// reference has alarms as the resource, and CloudWatch asks for `alarm:*` where a composite one may be among them.
pub(super) fn statements(place: &Place, at: &At) -> Option<Statement> {
    let any = || vec![at.arn("cloudwatch", "alarm:*")];
    place.alarms.as_ref().map(|_| Statement::allow("Alarms", &["cloudwatch:DescribeAlarms"], any()))
}
