//! The names of what is made in AWS. Each depends on the app and its own rule or environment alone, so adding a rule
//! renames nothing. Lengths are safe by construction: an app has at most 20 characters, an environment 30, a
//! pipeline's slug 32; a role's name may have 64, a bucket's 63.

use super::text::{Place, Text};
use crate::config::CACHE_SUFFIX;

/// The artifact bucket of a region: `shop-artifacts-111111111111-eu-west-1`.
pub fn artifact_bucket(app: &str, owner: &Place) -> Text {
    Text::literal(format!("{app}-artifacts-")).then(owner.account_text()).text("-").then(owner.region_text())
}

/// The folder of a pipeline's artifacts in the bucket: the first 20 characters of its name, as CodePipeline cuts it
/// (docs/verified.md says who reports it).
pub fn artifact_folder(pipeline: &str) -> &str {
    let end = pipeline.char_indices().nth(20).map_or(pipeline.len(), |(end, _)| end);
    &pipeline[..end]
}

/// The parameter by which a pipeline's stack gets the artifact key of another region: `ArtifactKeyArnEuWest1`.
pub fn artifact_key_parameter(region: &str) -> String {
    let mut name = "ArtifactKeyArn".to_owned();
    for word in region.split('-') {
        let (first, rest) = word.split_at(word.len().min(1));
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    name
}

/// The template of a region's base stack, in the generated folder; `None` is the pipelines' own region.
pub fn base_template(region: Option<&str>) -> String {
    region.map_or_else(|| "base.yml".to_owned(), |region| format!("base-{region}.yml"))
}

/// The name under which the base stack exports its key's ARN.
pub fn artifact_key_export(app: &str) -> String {
    format!("{app}-artifact-key")
}

/// The name under which the base stack exports the ARN of the connection it made.
pub fn connection_export(app: &str) -> String {
    format!("{app}-connection")
}

/// The name under which the base stack exports what stands behind the `/` of that ARN.
pub fn connection_id_export(app: &str) -> String {
    format!("{app}-connection-id")
}

/// A pipeline's role.
pub fn pipeline_role(pipeline: &str) -> String {
    format!("{pipeline}-pipeline")
}

/// The role under which actions work in an environment.
pub fn deploy_role(app: &str, environment: &str) -> String {
    format!("{app}-{environment}-deploy")
}

/// A project of an environment, and its role: `migrate`, `keep`.
pub fn environment_project(app: &str, environment: &str, kind: &str) -> String {
    format!("{app}-{environment}-{kind}")
}

/// A project of a pipeline, and its role: `build`, `test`.
pub fn pipeline_project(pipeline: &str, kind: &str) -> String {
    format!("{pipeline}-{kind}")
}

/// The task family of an environment's migration.
pub fn migrate_family(app: &str, environment: &str) -> String {
    format!("{app}-{environment}-migrate")
}

/// The log group of an environment's migration tasks.
pub fn migrate_log_group(app: &str, environment: &str) -> String {
    format!("/branchline/{app}/{environment}/migrate")
}

/// The repository in which a service's layers are kept for the next build.
pub fn cache_repository(repository: &str) -> String {
    format!("{repository}{CACHE_SUFFIX}")
}

/// The variable that the build exports for a service's image: `IMAGE_API`.
pub fn image_variable(service: &str) -> String {
    format!("IMAGE_{}", service.replace('-', "_").to_uppercase())
}

/// The file that tells the ECS action which image a service's container gets.
pub fn image_definitions(service: &str) -> String {
    format!("imagedefinitions-{service}.json")
}

/// The base stack, in each region.
pub fn base_stack(app: &str) -> String {
    format!("{app}-base")
}

/// An environment's stack.
pub fn environment_stack(app: &str, environment: &str) -> String {
    format!("{app}-environment-{environment}")
}

/// A pipeline's stack.
pub fn pipeline_stack(app: &str, slug: &str) -> String {
    format!("{app}-pipeline-{slug}")
}
