//! Deploys to an ECS service that exists, by CodePipeline's own action: it registers a revision of the service's task
//! definition with the new image, updates the service, and waits until it is steady.

use indexmap::IndexSet;

use crate::config::Ecs;
use crate::pipeline::iam::Statement;
use crate::pipeline::model::{Action, Provider};
use crate::pipeline::text::{Place, Text};
use crate::pipeline::{build, migrate, names};

pub(super) fn action(
    service: &str,
    environment: &str,
    ecs: &Ecs,
    role: &Text,
    region: Option<String>,
) -> Action {
    let definitions = if ecs.sidecars.is_empty() {
        names::image_definitions(service)
    } else {
        names::image_definitions_in(service, environment)
    };
    Action {
        name: service.to_owned(),
        provider: Provider::Ecs,
        namespace: None,
        configuration: vec![
            ("ClusterName", Text::from(ecs.cluster.as_str())),
            ("ServiceName", Text::from(ecs.service.as_str())),
            ("FileName", Text::from(definitions)),
            ("DeploymentTimeout", Text::from(ecs.timeout.to_string())),
        ],
        inputs: vec![build::ARTIFACT],
        outputs: Vec::new(),
        run_order: 1,
        role: Some(role.clone()),
        region,
    }
}

/// The statements of AWS's page on the action ("Amazon ECS deploy action reference"), narrowed to these services.
pub(super) fn statements(at: &Place, services: &[&Ecs]) -> Vec<Statement> {
    let clusters: IndexSet<&str> = services.iter().map(|ecs| ecs.cluster.as_str()).collect();
    let roles: IndexSet<&str> =
        services.iter().flat_map(|ecs| ecs.roles.iter().map(String::as_str)).collect();
    let roles: Vec<String> = roles.into_iter().map(str::to_owned).collect();
    let services = services
        .iter()
        .map(|ecs| at.arn("ecs", format!("service/{}/{}", ecs.cluster, ecs.service)))
        .collect();
    let in_clusters = |kind: &str, rest: &str| -> Vec<Text> {
        clusters.iter().map(|cluster| at.arn("ecs", format!("{kind}/{cluster}{rest}"))).collect()
    };
    // The family is the one that the service's own task definition has, which the configuration does not say.
    let any_revision = at.arn("ecs", "task-definition/*:*");
    vec![
        Statement::allow("Services", &["ecs:DescribeServices", "ecs:UpdateService"], services),
        Statement::allow("Tasks", &["ecs:DescribeTasks"], in_clusters("task", "/*")),
        Statement::allow("ListTasks", &["ecs:ListTasks"], in_clusters("container-instance", "/*")).when(
            "ArnEquals",
            "ecs:cluster",
            in_clusters("cluster", ""),
        ),
        Statement::allow("TaskDefinition", &["ecs:DescribeTaskDefinition"], vec![Text::from("*")]),
        Statement::allow("Revision", &["ecs:RegisterTaskDefinition"], vec![any_revision.clone()]),
        Statement::allow("TagRevision", &["ecs:TagResource"], vec![any_revision]).when(
            "StringEquals",
            "ecs:CreateAction",
            vec![Text::from("RegisterTaskDefinition")],
        ),
        migrate::pass_roles(at, &roles),
    ]
}
