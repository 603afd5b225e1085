//! Approvals: what is asked, and the answer.

use aws_sdk_codepipeline::Client;
use aws_sdk_codepipeline::types::{ApprovalResult, ApprovalStatus};

use super::executions::{Trail, taken};
use super::failure::Failure;
use crate::operate::acting::Taken;
use crate::operate::acting::approval::{Asked, Pending, Verdict};

/// Why AWS takes no answer for how things stand (CodePipeline API, `PutApprovalResult`).
const STALE: &[&str] = &[
    "InvalidApprovalTokenException",
    "ApprovalAlreadyCompletedException",
    "ConcurrentModificationException",
];

/// What an approval asks, by the history of its execution: the texts as CodePipeline has filled them in. What is not told there is
/// none.
pub fn asked(trail: &Trail, one: &Pending) -> Asked {
    let action = trail.newest(&one.stage, &one.action);
    Asked {
        question: action.and_then(|action| action.question.clone()),
        link: action.and_then(|action| action.link.clone()),
        branch: trail.branch.clone(),
    }
}

/// Answers an approval. The token is that of the request that was shown, so no other is answered by it.
pub async fn answer(
    client: &Client,
    pipeline: &str,
    one: &Pending,
    verdict: Verdict,
    comment: &str,
) -> Result<Taken, Failure> {
    const CALL: &str = "codepipeline:PutApprovalResult";
    let status = match verdict {
        Verdict::Approve => ApprovalStatus::Approved,
        Verdict::Reject => ApprovalStatus::Rejected,
    };
    let result = ApprovalResult::builder().summary(comment).status(status).build();
    let result = result.map_err(|error| Failure::strange(CALL, error.to_string()))?;
    let call =
        client.put_approval_result().pipeline_name(pipeline).stage_name(&one.stage).action_name(&one.action);
    let asked = call.result(result).token(&one.token).send().await;
    taken(asked.map(|_| None).map_err(|error| Failure::of(CALL, error)), STALE)
}
