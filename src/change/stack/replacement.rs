//! Which properties are fixed when a thing is made, and what is lost when it is made anew.

use super::Difference;

/// By type: properties that cannot be changed (`createOnlyProperties` in the schemas of AWS's resource types, which the tests compare
/// with this table).
pub const FIXED: [(&str, &[&str]); 14] = [
    ("AWS::Chatbot::MicrosoftTeamsChannelConfiguration", &["ConfigurationName", "TeamId", "TeamsTenantId"]),
    ("AWS::Chatbot::SlackChannelConfiguration", &["ConfigurationName", "SlackWorkspaceId"]),
    ("AWS::CodeBuild::Project", &["Name"]),
    ("AWS::CodeConnections::Connection", &["ConnectionName", "HostArn", "ProviderType"]),
    ("AWS::CodePipeline::Pipeline", &["Name"]),
    ("AWS::ECR::Repository", &["EncryptionConfiguration", "RepositoryName"]),
    ("AWS::Events::Rule", &["EventBusName", "Name"]),
    ("AWS::IAM::ManagedPolicy", &["Description", "ManagedPolicyName", "Path"]),
    ("AWS::IAM::Role", &["Path", "RoleName"]),
    ("AWS::KMS::Alias", &["AliasName"]),
    ("AWS::Logs::LogGroup", &["LogGroupName"]),
    ("AWS::S3::Bucket", &["BucketName", "BucketNamePrefix", "BucketNamespace"]),
    ("AWS::S3::BucketPolicy", &["Bucket"]),
    ("AWS::SNS::Topic", &["FifoTopic", "TopicName"]),
];

/// By type: what goes with a thing that is deleted or made anew; [`lost`] knows the other types, too.
const LOSSES: [(&str, &str); 8] = [
    (
        "AWS::CodePipeline::Pipeline",
        "its history, its waiting approvals, and every execution that could be rolled back to",
    ),
    ("AWS::CodeBuild::Project", "the list of its builds"),
    ("AWS::CodeConnections::Connection", "the handshake with the host: a person has to complete it again"),
    ("AWS::ECR::Repository", "its images"),
    ("AWS::KMS::Key", "everything that is encrypted with it, for good"),
    ("AWS::Logs::LogGroup", "its logs"),
    ("AWS::S3::Bucket", "its objects"),
    ("AWS::SNS::Topic", "its subscriptions"),
];

/// Types that carry nothing but their settings.
const BARE: [&str; 13] = [
    "AWS::Chatbot::MicrosoftTeamsChannelConfiguration",
    "AWS::Chatbot::SlackChannelConfiguration",
    "AWS::CloudFormation::WaitConditionHandle",
    "AWS::ECR::RegistryPolicy",
    "AWS::Events::Rule",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::IAM::RolePolicy",
    "AWS::KMS::Alias",
    "AWS::Logs::ResourcePolicy",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
];

/// What goes with a thing of this type that is deleted or made anew; `None` where that is nothing but its settings. An override may
/// put anything into a stack, a database too: what is not known is taken for data.
pub fn lost(kind: &str) -> Option<&'static str> {
    let known = LOSSES.iter().find(|(of, _)| *of == kind).map(|(_, lost)| *lost);
    known.or_else(|| (!BARE.contains(&kind)).then_some("whatever it holds"))
}

/// Whether one of the differences is of a fixed property, or of the type itself.
pub fn replaces(kind: &str, what: &[Difference]) -> bool {
    let fixed = FIXED.iter().find(|(of, _)| *of == kind).map_or(&[][..], |(_, fixed)| fixed);
    what.iter().any(|one| one.path == "Type" || fixed.contains(&one.first()))
}
