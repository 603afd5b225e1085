//! A migration as an ECS task of its own, in the image that was just built.

use indexmap::IndexMap;
use serde_json::json;

use super::{Where, words};
use crate::config::{Ecs, Environment as Place, Migrate, Secret};
use crate::pipeline::iam::{Role, Statement};
use crate::pipeline::model::Variable;
use crate::pipeline::store::Artifacts;
use crate::pipeline::text::{Place as At, Text};
use crate::pipeline::{Plan, names, project};

/// The tag that a migration's task is started with, as a task has it; its value is the family's name.
const MARK: &str = "aws:ResourceTag/branchline:migration";

/// The same tag, as it is asked for when the task is started. The step `migrate.sh.hbs` asks for it.
const MARK_REQUESTED: &str = "aws:RequestTag/branchline:migration";

pub(super) fn variables_and_role(
    plan: &Plan,
    place: &Place,
    migrate: &Migrate,
    own_place: &Where,
) -> Option<(IndexMap<String, Variable>, Role)> {
    let stem = &plan.config.stem;
    // That it is one of ECS was judged with the file.
    let ecs = place.deploys.get(&migrate.service)?.ecs()?;
    let service = plan.config.services.get(&migrate.service)?;
    let name = migrate.name.as_deref();
    let family = names::migrate_family(stem, &place.name, name);
    let log_group = names::migrate_log_group(stem, &place.name, name);
    let Where { at, store, project, .. } = *own_place;
    let open = |text: &str| Variable::Plain(Text::from(text));
    let variables = IndexMap::from([
        ("ENVIRONMENT".to_owned(), open(&place.name)),
        ("CLUSTER".to_owned(), open(&ecs.cluster)),
        ("SERVICE".to_owned(), open(&ecs.service)),
        ("CONTAINER".to_owned(), open(&service.container)),
        ("FAMILY".to_owned(), open(&family)),
        ("LOG_GROUP".to_owned(), open(&log_group)),
        ("PIPELINE_REGION".to_owned(), Variable::Plain(plan.home.region_text())),
        ("TIMEOUT_SECONDS".to_owned(), open(&(migrate.timeout * 60).to_string())),
        ("OVERRIDES".to_owned(), Variable::Plain(overrides(at, migrate))),
    ]);
    let own = statements(at, ecs, &family, &log_group);
    let known = super::role_of(plan, place, own_place);
    let role = project::role(at, store, (project, known), Artifacts::Read, own, &migrate.machine);
    Some((variables, role))
}

fn statements(at: &At, ecs: &Ecs, family: &str, log_group: &str) -> Vec<Statement> {
    let cluster = || vec![at.arn("ecs", format!("cluster/{}", ecs.cluster))];
    let tasks = || vec![at.arn("ecs", format!("task/{}/*", ecs.cluster))];
    let revisions = || vec![at.arn("ecs", format!("task-definition/{family}:*"))];
    vec![
        Statement::allow(
            "Service",
            &["ecs:DescribeServices"],
            vec![at.arn("ecs", format!("service/{}/{}", ecs.cluster, ecs.service))],
        ),
        Statement::allow("TaskDefinition", &["ecs:DescribeTaskDefinition"], vec![Text::from("*")]),
        Statement::allow("Revision", &["ecs:RegisterTaskDefinition"], revisions()),
        Statement::allow("Run", &["ecs:RunTask"], revisions()).when("ArnEquals", "ecs:cluster", cluster()),
        // A tag that is given when the task is started tells it from the cluster's other tasks, which are not this role's to
        // stop; and no task that runs already can be given it ("Grant permission to tag resources on creation", ECS
        // developer guide).
        Statement::allow("Mark", &["ecs:TagResource"], tasks())
            .when("StringEquals", "ecs:CreateAction", vec![Text::from("RunTask")])
            .when("StringEquals", MARK_REQUESTED, vec![Text::from(family)]),
        Statement::allow("Task", &["ecs:DescribeTasks"], tasks()).when("ArnEquals", "ecs:cluster", cluster()),
        Statement::allow("Stop", &["ecs:StopTask"], tasks())
            .when("ArnEquals", "ecs:cluster", cluster())
            .when("StringEquals", MARK, vec![Text::from(family)]),
        Statement::allow(
            "ListTasks",
            &["ecs:ListTasks"],
            vec![at.arn("ecs", format!("container-instance/{}/*", ecs.cluster))],
        )
        .when("ArnEquals", "ecs:cluster", cluster()),
        Statement::allow(
            "TaskLog",
            &["logs:GetLogEvents"],
            vec![at.arn("logs", format!("log-group:{log_group}:log-stream:*"))],
        ),
        pass_roles(at, &ecs.roles),
    ]
}

/// Handing the task definition's roles to ECS, and to nothing else.
pub(in crate::pipeline) fn pass_roles(at: &At, roles: &[String]) -> Statement {
    Statement::allow("PassRoles", &["iam:PassRole"], roles.iter().map(|role| at.role_arn(role)).collect())
        .when("StringEquals", "iam:PassedToService", vec![Text::from("ecs-tasks.amazonaws.com")])
}

/// What the migration's container does differently from the service's: JSON text that the step merges into the task
/// definition. Secrets are named, not read.
pub(in crate::pipeline) fn overrides(at: &At, migrate: &Migrate) -> Text {
    let (entry_point, command) = words(&migrate.command);
    let environment: Vec<_> =
        migrate.variables.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let known =
        json!({ "entryPoint": entry_point, "command": command, "environment": environment }).to_string();
    // The secrets' ARNs are filled in by the stack, so the list is put together here, piece by piece.
    let mut text = Text::literal(known.trim_end_matches('}')).text(",\"secrets\":[");
    for (index, (name, secret)) in migrate.secrets.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        text = text.text(format!("{comma}{{\"name\":{},\"valueFrom\":\"", json!(name)));
        text = match secret {
            Secret::SecretsManager { arn, key: None } => text.text(arn),
            // The task definition's form names a key between the ARN and two more fields, left empty.
            Secret::SecretsManager { arn, key: Some(key) } => text.text(format!("{arn}:{key}::")),
            Secret::ParameterStore(name) => text.then(project::parameter_arn(at, name)),
        };
        text = text.text("\"}");
    }
    text.text("]}")
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;

    use super::{At, overrides};
    use crate::config::raw::RawCompute;
    use crate::config::{Command, Machine, Migrate, Run, Secret};
    use crate::diagnostic::Span;

    #[test]
    fn what_differs_is_json_whatever_the_command_says() {
        let migrate = Migrate {
            name: None,
            service: "api".into(),
            run: Run::EcsTask,
            files: Vec::new(),
            command: Command::Shell("echo \"a\\b\" $(x) ${Y} }}".into()),
            timeout: 30,
            variables: IndexMap::from([("A".to_owned(), "b\n\"c\"}".to_owned())]),
            secrets: IndexMap::from([
                ("KEY".to_owned(), Secret::ParameterStore("/shop/key".into())),
                ("URL".to_owned(), Secret::SecretsManager { arn: "arn:x".into(), key: Some("url".into()) }),
            ]),
            machine: Machine {
                compute: RawCompute::Small,
                image: None,
                timeout: 45,
                privileged: false,
                vpc: None,
                cache: None,
            },
            place: Span::default(),
        };
        let text = overrides(&At::new("P", "P"), &migrate).resolve(|_| "P".to_owned());
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(json["command"][0], "echo \"a\\b\" $(x) ${Y} }}");
        assert_eq!(json["environment"][0]["value"], "b\n\"c\"}");
        assert_eq!(json["secrets"][0]["valueFrom"], "arn:P:ssm:P:P:parameter/shop/key");
        assert_eq!(json["secrets"][1]["valueFrom"], "arn:x:url::");
    }
}
