//! The artifacts that a role may use: the bucket and the key of its region, and in the bucket the folders of its
//! pipelines alone, so that a build of `develop` cannot write what `release/*` deploys.

use indexmap::IndexSet;

use super::Plan;
use super::artifacts;
use super::iam::Statement;
use super::names;
use super::text::{Place, Text};

/// Using the artifact key to read and write.
pub const KEY_READ_WRITE: &[&str] = &[
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
];

/// Using the artifact key to read.
const KEY_READ: &[&str] = &["kms:Decrypt", "kms:DescribeKey"];

/// What a role does with artifacts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Artifacts {
    /// It only reads its input.
    Read,
    /// It has an output too.
    ReadAndWrite,
}

/// The artifact bucket of a region, as far as the roles of some pipelines may use it.
pub(super) struct Store {
    /// The pipelines' account, to which the bucket and the key belong, in the bucket's region.
    owner: Place,
    bucket: Text,
    key: Text,
    folders: Vec<Text>,
}

impl Store {
    /// The bucket in the region of a place, for the artifacts of these pipelines.
    pub(super) fn new<'n>(plan: &Plan, at: &Place, pipelines: impl IntoIterator<Item = &'n str>) -> Self {
        let owner = plan.home.in_region_of(at);
        let bucket = artifacts::bucket_arn(plan.config, &owner);
        let folders: IndexSet<&str> = pipelines.into_iter().map(names::artifact_folder).collect();
        let folders = folders.into_iter().map(|folder| bucket.clone().text(format!("/{folder}/*"))).collect();
        let key = artifacts::key(plan.config, &owner);
        Store { owner, bucket, key, folders }
    }

    /// The bucket's ARN.
    pub(super) fn bucket(&self) -> Text {
        self.bucket.clone()
    }

    /// Reading, or reading and writing, the pipelines' artifacts. S3 is asked whose bucket it is, so that nobody else's of
    /// the same name is read from or written to.
    pub(super) fn objects(&self, artifacts: Artifacts) -> Statement {
        let actions: &[&str] = match artifacts {
            Artifacts::Read => &["s3:GetObject", "s3:GetObjectVersion"],
            Artifacts::ReadAndWrite => &["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
        };
        Statement::allow("Artifacts", actions, self.folders.clone()).when(
            "StringEquals",
            "aws:ResourceAccount",
            vec![self.owner.account_text()],
        )
    }

    /// Reading and writing the files that a project keeps for its next build, in a folder of its own.
    pub(super) fn kept(&self, folder: &str) -> Statement {
        let files = self.bucket.clone().text(format!("/{folder}/*"));
        Statement::allow("Kept", &["s3:GetObject", "s3:PutObject"], vec![files]).when(
            "StringEquals",
            "aws:ResourceAccount",
            vec![self.owner.account_text()],
        )
    }

    /// Using the key of these artifacts.
    pub(super) fn key(&self, artifacts: Artifacts) -> Statement {
        let actions = match artifacts {
            Artifacts::Read => KEY_READ,
            Artifacts::ReadAndWrite => KEY_READ_WRITE,
        };
        Statement::allow("Key", actions, vec![self.key.clone()])
    }
}
