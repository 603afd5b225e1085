//! The properties of the resource types that are used. Names and meanings are those of AWS's resource reference
//! ("AWS resource and property types reference" in the CloudFormation user guide), so the fields say no more.
#![allow(missing_docs)]

use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

use super::policy::PolicyDocument;
use super::value::Value;

macro_rules! properties {
    ($($variant:ident($type:ty) = $name:literal,)*) => {
        /// The properties of one resource.
        #[derive(Debug, Serialize)]
        #[serde(untagged)]
        pub enum Properties { $(#[allow(clippy::doc_markdown)] #[doc = $name] $variant($type),)* }

        impl Properties {
            /// The resource type.
            pub fn type_name(&self) -> &'static str {
                match self { $(Properties::$variant(_) => $name,)* }
            }
        }
    };
}

properties! {
    Role(Role) = "AWS::IAM::Role",
    Key(Key) = "AWS::KMS::Key",
    Alias(Alias) = "AWS::KMS::Alias",
    Bucket(Box<Bucket>) = "AWS::S3::Bucket",
    BucketPolicy(BucketPolicy) = "AWS::S3::BucketPolicy",
    Repository(Repository) = "AWS::ECR::Repository",
    LogGroup(LogGroup) = "AWS::Logs::LogGroup",
    Connection(Connection) = "AWS::CodeConnections::Connection",
    Project(Box<Project>) = "AWS::CodeBuild::Project",
    Topic(super::notifications::Topic) = "AWS::SNS::Topic",
    TopicPolicy(super::notifications::TopicPolicy) = "AWS::SNS::TopicPolicy",
    EventRule(Box<super::notifications::Rule>) = "AWS::Events::Rule",
    SlackChannel(super::notifications::SlackChannel) = "AWS::Chatbot::SlackChannelConfiguration",
    TeamsChannel(super::notifications::TeamsChannel) = "AWS::Chatbot::MicrosoftTeamsChannelConfiguration",
    Nothing(Nothing) = "AWS::CloudFormation::WaitConditionHandle",
    ManagedPolicy(super::keeper::ManagedPolicy) = "AWS::IAM::ManagedPolicy",
    KeeperRule(Box<super::keeper::Rule>) = "AWS::Events::Rule",
    StartRule(Box<super::starter::Rule>) = "AWS::Events::Rule",
    Pipeline(Box<super::pipeline::PipelineProperties>) = "AWS::CodePipeline::Pipeline",
}

/// What stands in a stack that has nothing to make: CloudFormation takes no template without a resource, and a handle
/// that nobody waits for is none but in name.
#[derive(Debug, Serialize)]
pub struct Nothing {}

/// A role with its policy inline.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Role {
    pub role_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    pub description: String,
    /// Filled in by the template that the role is added to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions_boundary: Option<Value>,
    pub assume_role_policy_document: PolicyDocument,
    pub policies: [InlinePolicy; 1],
}

/// A policy of a role.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InlinePolicy {
    pub policy_name: &'static str,
    pub policy_document: PolicyDocument,
}

/// A key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Key {
    pub description: String,
    pub enable_key_rotation: bool,
    pub key_policy: PolicyDocument,
}

/// A key's second name.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alias {
    pub alias_name: String,
    pub target_key_id: Value,
}

/// A bucket that is encrypted, versioned and closed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Bucket {
    pub bucket_name: Value,
    pub bucket_encryption: BucketEncryption,
    pub ownership_controls: OwnershipControls,
    pub public_access_block_configuration: PublicAccessBlock,
    pub versioning_configuration: Versioning,
    pub lifecycle_configuration: Lifecycle,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BucketEncryption {
    pub server_side_encryption_configuration: [EncryptionRule; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EncryptionRule {
    pub bucket_key_enabled: bool,
    pub server_side_encryption_by_default: EncryptionDefault,
}

#[derive(Debug, Serialize)]
pub struct EncryptionDefault {
    #[serde(rename = "SSEAlgorithm")]
    pub algorithm: &'static str,
    #[serde(rename = "KMSMasterKeyID")]
    pub key: Value,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OwnershipControls {
    pub rules: [OwnershipRule; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OwnershipRule {
    pub object_ownership: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
#[allow(clippy::struct_excessive_bools, reason = "AWS's shape")]
pub struct PublicAccessBlock {
    pub block_public_acls: bool,
    pub block_public_policy: bool,
    pub ignore_public_acls: bool,
    pub restrict_public_buckets: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Versioning {
    pub status: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Lifecycle {
    pub rules: [LifecycleRule; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LifecycleRule {
    pub id: &'static str,
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_in_days: Option<u32>,
    pub noncurrent_version_expiration: NoncurrentExpiration,
    pub abort_incomplete_multipart_upload: AbortUpload,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct NoncurrentExpiration {
    pub noncurrent_days: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AbortUpload {
    pub days_after_initiation: u32,
}

/// A bucket's policy.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BucketPolicy {
    pub bucket: Value,
    pub policy_document: PolicyDocument,
}

/// An image repository.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Repository {
    pub repository_name: String,
    pub image_tag_mutability: &'static str,
    pub image_scanning_configuration: Scanning,
    pub encryption_configuration: RepositoryEncryption,
    pub lifecycle_policy: LifecyclePolicy,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository_policy_text: Option<PolicyDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub empty_on_delete: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Scanning {
    pub scan_on_push: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RepositoryEncryption {
    pub encryption_type: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LifecyclePolicy {
    pub lifecycle_policy_text: String,
}

/// A log group.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LogGroup {
    pub log_group_name: String,
    pub retention_in_days: u32,
    pub kms_key_id: Value,
}

/// A connection to a repository's host.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Connection {
    pub connection_name: String,
    pub provider_type: &'static str,
}

/// A CodeBuild project that CodePipeline starts.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Project {
    pub name: String,
    pub description: String,
    pub service_role: Value,
    pub encryption_key: Value,
    pub timeout_in_minutes: u32,
    pub queued_timeout_in_minutes: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrent_build_limit: Option<u32>,
    pub artifacts: ByPipeline,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<ProjectCache>,
    pub environment: BuildEnvironment,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_config: Option<VpcConfig>,
    pub logs_config: LogsConfig,
    pub source: BuildSource,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProjectCache {
    pub r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct VpcConfig {
    pub vpc_id: String,
    pub subnets: Vec<String>,
    pub security_group_ids: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ByPipeline {
    pub r#type: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BuildEnvironment {
    pub r#type: &'static str,
    pub compute_type: &'static str,
    pub image: String,
    pub image_pull_credentials_type: &'static str,
    pub privileged_mode: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment_variables: Vec<EnvironmentVariable>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EnvironmentVariable {
    pub name: String,
    pub r#type: &'static str,
    pub value: Value,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LogsConfig {
    pub cloud_watch_logs: CloudWatchLogs,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CloudWatchLogs {
    pub status: &'static str,
    pub group_name: Value,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BuildSource {
    pub r#type: &'static str,
    #[serde(serialize_with = "shared_text")]
    pub build_spec: Arc<str>,
}

/// Text that many stacks share.
fn shared_text<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

/// Settings under AWS's own names, in order.
pub type Settings = IndexMap<&'static str, Value>;
