//! A repository in CodeCommit, in the account and region of the pipelines: how it is read, and what starts a pipeline when a
//! branch of it moves (AWS CodePipeline user guide, "CodeCommit source action reference" and "CodeCommit source actions and
//! EventBridge").

use super::iam::{Role, Statement, Trust};
use super::text::{Part, Text};
use super::{Plan, names, roles};
use crate::branch_map::Entry;

/// What the source action does ("CodeCommit source action reference", "Service role permissions"). `UploadArchive` has
/// CodeCommit put the files of a commit into the artifact bucket.
const READ: &[&str] = &[
    "codecommit:CancelUploadArchive",
    "codecommit:GetBranch",
    "codecommit:GetCommit",
    "codecommit:GetUploadArchiveStatus",
    "codecommit:UploadArchive",
];

/// A rule of EventBridge's that starts a pipeline when its branch in CodeCommit is made or moved.
#[derive(Clone, Debug)]
pub struct Starter {
    /// Its name, at most 64 letters, digits, `.`, `-` and `_`.
    pub name: String,
    /// The role with which it does so.
    pub role: Role,
    /// The repository's ARN.
    pub repository: Text,
    /// The branch's name.
    pub branch: String,
}

/// The repository's ARN (Service Authorization Reference, "AWS CodeCommit").
fn arn(plan: &Plan) -> Text {
    plan.home.arn("codecommit", plan.repository)
}

/// The settings of the source action.
pub(super) fn configuration(plan: &Plan, branch: &str, format: &'static str) -> Vec<(&'static str, Text)> {
    vec![
        ("RepositoryName", Text::from(plan.repository)),
        ("BranchName", Text::from(branch)),
        // The rule starts the pipeline; without this line CodePipeline would ask every few minutes, too, and start it twice.
        ("PollForSourceChanges", Text::from("false")),
        ("OutputArtifactFormat", Text::from(format)),
    ]
}

/// What a pipeline's role needs for that action.
pub(super) fn using(plan: &Plan) -> Statement {
    Statement::allow("Source", READ, vec![arn(plan)])
}

/// Reading the commits with git.
pub(super) fn reading(plan: &Plan) -> Statement {
    Statement::allow("Commits", &["codecommit:GitPull"], vec![arn(plan)])
}

/// Where git reads it, by HTTPS ("Setup steps for HTTPS connections" in the AWS CodeCommit user guide).
pub(super) fn git_endpoint(plan: &Plan) -> Text {
    Text::literal("https://git-codecommit.")
        .then(plan.home.region_text())
        .text(".")
        .and(Part::UrlSuffix)
        .text(format!("/v1/repos/{}", plan.repository))
}

/// Where a person reads a commit, in AWS's console.
pub(super) fn commit_link(plan: &Plan, id: &str) -> String {
    let region = plan.home.region();
    let console = plan.home.partition().console(region);
    format!(
        "https://{console}/codesuite/codecommit/repositories/{}/commit/{id}?region={region}",
        plan.repository
    )
}

/// What starts the pipeline. It hands on no commit: events come out of order and more than once (Amazon EventBridge user guide,
/// "Event delivery"), and an older commit that comes last would be deployed last. So the source action takes the newest one.
pub(super) fn starter(plan: &Plan, entry: &Entry) -> Starter {
    let name = names::start_rule(&entry.pipeline);
    let home = &plan.home;
    let start = Statement::allow(
        "Start",
        &["codepipeline:StartPipelineExecution"],
        vec![home.arn("codepipeline", entry.pipeline.as_str())],
    );
    let trust = Trust::EventBridge { at: home.clone(), rule: name.clone() };
    let role = Role::new(roles::known(plan.config, home, name.clone(), None), trust, vec![start]);
    Starter { role, repository: arn(plan), branch: entry.branch_name().to_owned(), name }
}
