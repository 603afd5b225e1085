//! An environment's stack: its deploy role, its projects, the log of its migration.

use super::common::{Common, Owner};
use super::project::LOG_DAYS;
use super::properties::{LogGroup, Properties};
use super::template::{Resource, Template};
use super::value::{KEY_PARAMETER, Scope};
use crate::config::Config;
use crate::pipeline::model::Environment;

/// The stack of one environment.
pub fn environment(config: &Config, environment: &Environment) -> Template {
    let app = &config.app;
    let name = &environment.name;
    let scope = Scope::Environment;
    let description = format!("branchline: what is done in the environment {name} of {app}");
    let boundary = config.environments.get(name).and_then(|place| place.permission_boundary.as_deref());
    let common = Common::new(config, Owner::Environment(name), boundary);
    let mut template = Template::new(description, &config.account, &config.region).carrying(common);
    template.parameter(
        KEY_PARAMETER,
        "The ARN of the artifact key, which the base stack puts out under this name.",
        "arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-f-]+",
        "This must be the ARN of a key, not an alias: the base stack's output ArtifactKeyArn.",
    );
    template.resource(
        "DeployRole",
        super::role(&environment.deploy_role, format!("CodePipeline's actions in {name} of {app}"), scope),
    );
    if let Some(log_group) = &environment.migrate_log_group {
        template.resource(
            "MigrateTaskLog",
            Resource::new(Properties::LogGroup(LogGroup {
                log_group_name: log_group.clone(),
                retention_in_days: LOG_DAYS,
                kms_key_id: scope.artifact_key(),
            }))
            .deleted(),
        );
    }
    for project in &environment.projects {
        super::project::add(&mut template, project, &format!("{app} in {name}"), scope);
    }
    template
}
