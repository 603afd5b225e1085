//! An environment's stack: its deploy role, its projects, the logs of its migrations.

use super::common::{Common, Owner};
use super::project::LOG_DAYS;
use super::properties::{Alias, LogGroup, Properties};
use super::template::{Resource, Template};
use super::value::{KEY_PARAMETER, Kind, LOG_KEY, Scope, Value};
use crate::config::Config;
use crate::pipeline::model::Environment;

/// The stack of one environment.
pub fn environment(config: &Config, environment: &Environment) -> Template {
    let app = &config.app;
    let name = &environment.name;
    let scope = Scope {
        at: &environment.place,
        kind: Kind::Environment { stem: &config.stem, has_log_key: environment.is_foreign },
    };
    let description = format!("branchline: what is done in the environment {name} of {app}");
    let boundary = config.environments.get(name).and_then(|place| place.permission_boundary.as_deref());
    let common = Common::new(config, Owner::Environment(name), boundary, scope);
    let mut template = Template::new(description, &environment.place).carrying(common);
    template.parameter(
        KEY_PARAMETER,
        "The ARN of the artifact key, which the base stack puts out under this name.",
        super::key::arn_pattern(config, environment.place.region()),
        super::key::ARN_WANTED,
    );
    if environment.is_foreign {
        template.resource(LOG_KEY, super::key::of_logs(config, name, scope));
        template.resource(
            "LogKeyAlias",
            Resource::new(Properties::Alias(Alias {
                alias_name: format!("alias/{}-{name}-logs", config.stem),
                target_key_id: Value::reference(LOG_KEY),
            })),
        );
    }
    let whom = format!("CodePipeline's actions in {name} of {app}");
    super::add_role(&mut template, "DeployRole".to_owned(), &environment.deploy_role, whom, scope);
    super::lock::add_holder(&mut template, config, environment, scope);
    for (resource, log_group) in &environment.task_logs {
        template.resource(
            resource.clone(),
            Resource::new(Properties::LogGroup(LogGroup {
                log_group_name: log_group.clone(),
                retention_in_days: LOG_DAYS,
                kms_key_id: scope.log_key(),
            }))
            .deleted(),
        );
    }
    for project in &environment.projects {
        super::project::add(&mut template, config, project, &format!("{app} in {name}"), scope);
    }
    template
}
