//! What of a stack stays in AWS when the stack is deleted, and the commands that delete it for good.

use super::{Inside, Ours};

/// A resource that stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its name in the stack.
    pub logical: String,
    /// Its type.
    pub kind: String,
    /// Its name in AWS, or its ARN.
    pub name: String,
    /// What it is, in words.
    pub what: &'static str,
    /// The commands of the AWS CLI that delete it, in their order; none for a type that this knows nothing of.
    pub commands: Vec<String>,
}

/// What a bucket's versions are listed by, so that the next command takes the list: at most a thousand, which is what one call
/// deletes (S3 API reference, `DeleteObjects`).
const VERSIONS: &str = "'{Objects:[Versions,DeleteMarkers][].{Key:Key,VersionId:VersionId}}'";

/// The resources of a stack that its template keeps (`DeletionPolicy`) and that stand.
pub fn kept(ours: &Ours, inside: &Inside) -> Vec<Kept> {
    let Some(template) = &inside.template else { return Vec::new() };
    let keeps =
        |logical: &str| template.resource(logical).is_some_and(super::super::template::Resource::is_kept);
    let held = inside.resources.iter().filter(|one| one.stands() && keeps(&one.logical));
    held.filter_map(|one| {
        let name = one.physical.clone()?;
        let (what, commands) = commands(&one.kind, &name, ours.place.region());
        Some(Kept { logical: one.logical.clone(), kind: one.kind.clone(), name, what, commands })
    })
    .collect()
}

fn commands(kind: &str, name: &str, region: &str) -> (&'static str, Vec<String>) {
    let aws = |call: &str, options: &str| format!("aws {call} --region {region} \\\n  {options}");
    match kind {
        "AWS::S3::Bucket" => (
            "bucket",
            vec![
                aws(
                    "s3api list-object-versions --output json",
                    &format!(
                        "--bucket {name} \\\n  --max-items 1000 > versions.json \\\n  --query {VERSIONS}"
                    ),
                ),
                aws("s3api delete-objects", &format!("--bucket {name} \\\n  --delete file://versions.json")),
                aws("s3api delete-bucket", &format!("--bucket {name}")),
            ],
        ),
        "AWS::ECR::Repository" => (
            "repository of images",
            vec![aws("ecr delete-repository", &format!("--repository-name {name} --force"))],
        ),
        "AWS::KMS::Key" => (
            "key",
            vec![aws("kms schedule-key-deletion", &format!("--key-id {name} --pending-window-in-days 30"))],
        ),
        "AWS::CodeConnections::Connection" | "AWS::CodeStarConnections::Connection" => (
            "connection",
            vec![aws("codeconnections delete-connection", &format!("--connection-arn {name}"))],
        ),
        _ => ("resource", Vec::new()),
    }
}
