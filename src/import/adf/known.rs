//! The keys that ADF knows (`schema_validation.py`). It refuses a deployment map with any other.

use super::super::keys;
use super::super::reader::{Mapping, Raises};

pub(super) const TOP: &[&str] = &["pipelines"];
pub(super) const PIPELINE: &[&str] = &[
    "name",
    "default_providers",
    "description",
    "params",
    "tags",
    "targets",
    "regions",
    "completion_trigger",
    "triggers",
];
pub(super) const PROVIDERS: &[&str] = &["source", "build", "deploy"];
pub(super) const PROVIDER: &[&str] = &["provider", "enabled", "properties"];
pub(super) const PARAMS: &[&str] =
    &["notification_endpoint", "schedule", "restart_execution_on_update", "pipeline_type"];
pub(super) const TRIGGERS: &[&str] = &["on_complete", "triggered_by"];
pub(super) const TARGET: &[&str] =
    &["path", "tags", "target", "name", "provider", "properties", "regions", "exclude", "wave"];

/// The properties of a source, by its provider.
pub(super) fn of_source(provider: &str) -> &'static [&'static str] {
    match provider {
        "codecommit" => &[
            "account_id",
            "repository",
            "branch",
            "poll_for_changes",
            "owner",
            "role",
            "trigger_on_changes",
            "output_artifact_format",
        ],
        "s3" => &["account_id", "bucket_name", "object_key", "trigger_on_changes"],
        // Of versions before 3: a token in Secrets Manager.
        "github" => {
            &["repository", "branch", "owner", "oauth_token_path", "json_field", "trigger_on_changes"]
        }
        // As connections were called before version 4.
        "codestar" | "codestar_connection" => {
            &["repository", "branch", "owner", "codestar_connection_path", "output_artifact_format"]
        }
        _ => &["repository", "branch", "owner", "codeconnections_param_path", "output_artifact_format"],
    }
}

/// The properties of a build or a deploy, by its provider; `None` for a provider that ADF does not know.
pub(super) fn of_provider(provider: &str) -> Option<&'static [&'static str]> {
    Some(match provider {
        "codebuild" => &[
            "image",
            "vpc_id",
            "subnet_ids",
            "security_group_ids",
            "size",
            "spec_filename",
            "environment_variables",
            "role",
            "timeout",
            "privileged",
            "spec_inline",
        ],
        "jenkins" => &["project_name", "server_url", "provider_name"],
        "cloudformation" => &[
            "stack_name",
            "param_filename",
            "template_filename",
            "root_dir",
            "role",
            "action",
            "outputs",
            "change_set_approval",
            "param_overrides",
        ],
        "codedeploy" => &["application_name", "deployment_group_name", "role"],
        "s3" => &["bucket_name", "object_key", "extract", "role"],
        "service_catalog" => &["product_id", "configuration_file_path"],
        "lambda" => &["function_name", "input", "role"],
        "approval" => &["message", "notification_endpoint", "sns_topic_arn"],
        _ => return None,
    })
}

/// Raises the keys of a mapping that ADF refuses.
pub(super) fn refused(mapping: &Mapping<'_>, known: &[&str], raises: &Raises) {
    keys::unknown(mapping, known, "ADF's", "refuses a map with it", raises);
}
