//! Deploys to a family of task definitions: a new revision of it with the new image, and whatever starts its tasks by a
//! revision's number is moved on to that one. Done by a project in the environment's account, whose step is
//! `deploy/ecs_task.sh.hbs`.

use indexmap::IndexMap;
use serde_json::json;

use super::Where;
use crate::config::{EcsTask, Environment as Place, Machine, Targets};
use crate::pipeline::iam::{Role, Statement};
use crate::pipeline::migrate::pass_roles;
use crate::pipeline::model::Variable;
use crate::pipeline::store::Artifacts;
use crate::pipeline::text::{Place as At, Text};
use crate::pipeline::{Plan, caller, project, sidecars};

pub(super) fn variables_and_role(
    plan: &Plan,
    place: &Place,
    service: &str,
    task: &EcsTask,
    own: Where,
) -> (IndexMap<String, Variable>, Role, Machine) {
    let machine = caller::machine(EcsTask::TIMEOUT);
    let open = |text: &str| Variable::Plain(Text::from(text));
    let container = plan.config.services.get(service).map_or(service, |service| &service.container);
    let mut variables = IndexMap::from([
        ("ENVIRONMENT".to_owned(), open(&place.name)),
        ("SERVICE".to_owned(), open(service)),
        ("FAMILY".to_owned(), open(&task.family)),
        ("CONTAINER".to_owned(), open(container)),
        ("PIPELINE_REGION".to_owned(), Variable::Plain(plan.home.region_text())),
        ("RULES".to_owned(), open(&json!(task.targets.rules).to_string())),
        ("SCHEDULES".to_owned(), open(&schedules(&task.targets))),
        ("STATE_MACHINES".to_owned(), Variable::Plain(state_machines(own.at, &task.targets))),
    ]);
    if !task.sidecars.is_empty() {
        let images = sidecars::images(&plan.home, &task.sidecars);
        variables.insert("SIDECARS".to_owned(), Variable::Plain(images));
    }
    let Where { at, store, project, role } = own;
    let role = project::role(at, store, (project, role), Artifacts::Read, statements(at, task), &machine);
    (variables, role, machine)
}

/// The schedules as JSON text: a list of `{group, name}`.
fn schedules(targets: &Targets) -> String {
    let list: Vec<_> =
        targets.schedules.iter().map(|(group, name)| json!({ "group": group, "name": name })).collect();
    json!(list).to_string()
}

/// The state machines as JSON text: a list of ARNs, which the stack fills in.
fn state_machines(at: &At, targets: &Targets) -> Text {
    let mut text = Text::literal("[");
    for (index, name) in targets.state_machines.iter().enumerate() {
        let before = if index == 0 { "\"" } else { ",\"" };
        text = text.text(before).then(machine_arn(at, name)).text("\"");
    }
    text.text("]")
}

fn machine_arn(at: &At, name: &str) -> Text {
    at.arn("states", format!("stateMachine:{name}"))
}

/// Least rights for the calls of the step (AWS's service authorization reference for each of the services).
fn statements(at: &At, task: &EcsTask) -> Vec<Statement> {
    let revisions = || vec![at.arn("ecs", format!("task-definition/{}:*", task.family))];
    let targets = &task.targets;
    let mut statements = vec![
        Statement::allow("TaskDefinition", &["ecs:DescribeTaskDefinition"], vec![Text::from("*")]),
        Statement::allow("Revision", &["ecs:RegisterTaskDefinition"], revisions()),
        Statement::allow("TagRevision", &["ecs:TagResource"], revisions()).when(
            "StringEquals",
            "ecs:CreateAction",
            vec![Text::from("RegisterTaskDefinition")],
        ),
        pass_roles(at, &task.roles),
    ];
    if !targets.rules.is_empty() {
        let rules = targets.rules.iter().map(|rule| at.arn("events", format!("rule/{rule}"))).collect();
        statements.push(Statement::allow("Rules", &["events:ListTargetsByRule", "events:PutTargets"], rules));
    }
    if !targets.schedules.is_empty() {
        let schedules = targets.schedules.iter();
        let schedules =
            schedules.map(|(group, name)| at.arn("scheduler", format!("schedule/{group}/{name}"))).collect();
        statements.push(Statement::allow(
            "Schedules",
            &["scheduler:GetSchedule", "scheduler:UpdateSchedule"],
            schedules,
        ));
    }
    if !targets.state_machines.is_empty() {
        let machines = targets.state_machines.iter().map(|name| machine_arn(at, name)).collect();
        statements.push(Statement::allow(
            "StateMachines",
            &["states:DescribeStateMachine", "states:UpdateStateMachine"],
            machines,
        ));
    }
    if !targets.roles.is_empty() {
        let to = [
            ("events.amazonaws.com", !targets.rules.is_empty()),
            ("scheduler.amazonaws.com", !targets.schedules.is_empty()),
        ];
        let services = to.into_iter().filter(|(_, is_used)| *is_used).map(|(service, _)| Text::from(service));
        let roles = targets.roles.iter().map(|role| at.role_arn(role)).collect();
        statements.push(Statement::allow("PassStarters", &["iam:PassRole"], roles).when(
            "StringEquals",
            "iam:PassedToService",
            services.collect(),
        ));
    }
    statements
}
