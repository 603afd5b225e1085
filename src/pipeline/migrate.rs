//! The Migrate stage: the database migration, as an ECS task of its own in the image that was just built.

use indexmap::IndexMap;
use serde_json::json;

use super::iam::Statement;
use super::model::{Project, ProjectKind, Provider, Stage, Variable};
use super::store::{Artifacts, Store};
use super::text::{Place as At, Text};
use super::{Plan, action_variables, build, build_action, names, project};
use crate::branch_map::Entry;
use crate::config::{Command, Deploy, Ecs, Environment as Place, Migrate, Secret};

/// The stage of an environment.
pub(super) fn stage_name(environment: &str) -> String {
    format!("Migrate-{environment}")
}

pub(super) fn stage(plan: &Plan, entry: &Entry, place: &Place, migrate: &Migrate, role: &Text) -> Stage {
    let project = names::environment_project(&plan.config.app, &place.name, "migrate");
    let mut action = build_action("Migrate", Provider::Build, &project);
    action.role = Some(role.clone());
    action.region = plan.region_of_action(place);
    // CodeBuild wants an input; the task takes its image from the variable.
    action.inputs = vec![build::ARTIFACT];
    let image = format!("#{{Build.{}}}", names::image_variable(&migrate.service));
    let variables = action_variables(&[
        ("IMAGE", &image),
        ("COMMIT_ID", "#{Source.CommitId}"),
        ("EXECUTION_ID", "#{codepipeline.PipelineExecutionId}"),
        ("PIPELINE", &entry.pipeline),
        ("STAGE", &stage_name(&place.name)),
    ]);
    action.configuration.push(("EnvironmentVariables", variables));
    Stage { name: stage_name(&place.name), actions: vec![action] }
}

pub(super) fn project(
    plan: &Plan,
    place: &Place,
    migrate: &Migrate,
    at: &At,
    store: &Store,
) -> Option<Project> {
    let config = plan.config;
    let app = &config.app;
    let Deploy::Ecs(ecs) = place.deploys.get(&migrate.service)?;
    let service = config.services.get(&migrate.service)?;
    let name = names::environment_project(app, &place.name, "migrate");
    let family = names::migrate_family(app, &place.name);
    let open = |text: &str| Variable::Plain(Text::from(text));
    let variables = IndexMap::from([
        ("ENVIRONMENT".to_owned(), open(&place.name)),
        ("CLUSTER".to_owned(), open(&ecs.cluster)),
        ("SERVICE".to_owned(), open(&ecs.service)),
        ("CONTAINER".to_owned(), open(&service.container)),
        ("FAMILY".to_owned(), open(&family)),
        ("LOG_GROUP".to_owned(), open(&names::migrate_log_group(app, &place.name))),
        ("PIPELINE_REGION".to_owned(), Variable::Plain(plan.home.region_text())),
        ("TIMEOUT_SECONDS".to_owned(), open(&(migrate.timeout * 60).to_string())),
        ("OVERRIDES".to_owned(), Variable::Plain(overrides(at, migrate))),
    ]);
    let own = statements(at, ecs, &family, &names::migrate_log_group(app, &place.name));
    Some(Project {
        kind: ProjectKind::Migrate,
        role: project::role(at, store, &name, Artifacts::Read, own, migrate.machine.image.as_deref()),
        compute: migrate.machine.compute,
        platform: config.build.platform,
        image: migrate.machine.image.clone(),
        privileged: false,
        timeout: migrate.machine.timeout,
        variables,
        buildspec: plan.buildspecs.migrate.clone(),
        name,
    })
}

fn statements(at: &At, ecs: &Ecs, family: &str, log_group: &str) -> Vec<Statement> {
    let cluster = || vec![at.arn("ecs", format!("cluster/{}", ecs.cluster))];
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
        Statement::allow(
            "Task",
            &["ecs:DescribeTasks", "ecs:StopTask"],
            vec![at.arn("ecs", format!("task/{}/*", ecs.cluster))],
        )
        .when("ArnEquals", "ecs:cluster", cluster()),
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
pub(super) fn pass_roles(at: &At, roles: &[String]) -> Statement {
    Statement::allow("PassRoles", &["iam:PassRole"], roles.iter().map(|role| at.role_arn(role)).collect())
        .when("StringEquals", "iam:PassedToService", vec![Text::from("ecs-tasks.amazonaws.com")])
}

/// What the migration's container does differently from the service's: JSON text that the step merges into the task
/// definition. Secrets are named, not read.
pub(super) fn overrides(at: &At, migrate: &Migrate) -> Text {
    let (entry_point, command) = match &migrate.command {
        Command::Shell(text) => (vec!["sh", "-ec"], vec![text.as_str()]),
        Command::Words(words) => {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            (words[..1].to_vec(), words[1..].to_vec())
        }
    };
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
    use crate::config::{Command, Machine, Migrate, Secret};
    use crate::diagnostic::Span;

    #[test]
    fn what_differs_is_json_whatever_the_command_says() {
        let migrate = Migrate {
            service: "api".into(),
            command: Command::Shell("echo \"a\\b\" $(x) ${Y} }}".into()),
            timeout: 30,
            variables: IndexMap::from([("A".to_owned(), "b\n\"c\"}".to_owned())]),
            secrets: IndexMap::from([
                ("KEY".to_owned(), Secret::ParameterStore("/shop/key".into())),
                ("URL".to_owned(), Secret::SecretsManager { arn: "arn:x".into(), key: Some("url".into()) }),
            ]),
            machine: Machine { compute: RawCompute::Small, image: None, timeout: 45 },
            place: Span::default(),
        };
        let text = overrides(&At::new("1", "r"), &migrate).resolve(|_| "P".to_owned());
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(json["command"][0], "echo \"a\\b\" $(x) ${Y} }}");
        assert_eq!(json["environment"][0]["value"], "b\n\"c\"}");
        assert_eq!(json["secrets"][0]["valueFrom"], "arn:P:ssm:P:P:parameter/shop/key");
        assert_eq!(json["secrets"][1]["valueFrom"], "arn:x:url::");
    }
}
