//! Executions: started, stopped, tried again and rolled back; and what their history tells.

use aws_sdk_codepipeline::Client;
use aws_sdk_codepipeline::types::{
    ActionExecutionFilter, PipelineExecutionFilter, PipelineVariable, SourceRevisionOverride,
    SourceRevisionType, StageRetryMode, SucceededInStageFilter,
};

use super::failure::Failure;
use super::session::Clients;
use super::states;
use crate::operate::acting::{Refused, Taken};
use crate::operate::{Deployed, Run, plain};

/// The source action of every pipeline (`pipeline::source`).
const SOURCE: &str = "Source";

/// An action of an execution, once for each of its tries.
#[derive(Clone, Debug)]
pub struct Past {
    /// Its stage.
    pub stage: String,
    /// Its name.
    pub action: String,
    /// AWS's word for how it stands.
    pub status: String,
    /// What was said at its end.
    pub said: Option<String>,
    /// Who changed it last: an ARN.
    pub by: Option<String>,
    /// What an approval asks.
    pub question: Option<String>,
    /// Where an approval leads.
    pub link: Option<String>,
}

/// What an execution has done, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// Its actions.
    pub actions: Vec<Past>,
    /// The branch that its source had.
    pub branch: Option<String>,
}

impl Trail {
    /// The newest try of an action.
    pub fn newest(&self, stage: &str, action: &str) -> Option<&Past> {
        self.actions.iter().find(|past| past.stage == stage && past.action == action)
    }
}

/// What an execution has done. A call for each hundred actions.
pub async fn trail(client: &Client, pipeline: &str, execution: &str) -> Result<Trail, Failure> {
    let filter = ActionExecutionFilter::builder().pipeline_execution_id(execution).build();
    let mut pages =
        client.list_action_executions().pipeline_name(pipeline).filter(filter).into_paginator().send();
    let mut trail = Trail::default();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Failure::of("codepipeline:ListActionExecutions", error))?;
        for detail in page.action_execution_details.unwrap_or_default() {
            let output = detail.output;
            let (variables, result) =
                output.map(|output| (output.output_variables, output.execution_result)).unwrap_or_default();
            let stage = detail.stage_name.unwrap_or_default();
            if stage == SOURCE && trail.branch.is_none() {
                trail.branch =
                    variables.and_then(|variables| variables.get("BranchName").map(|name| plain(name)));
            }
            let configuration =
                detail.input.and_then(|input| input.resolved_configuration).unwrap_or_default();
            let text =
                |key: &str| configuration.get(key).map(|text| plain(text)).filter(|text| !text.is_empty());
            trail.actions.push(Past {
                stage,
                action: detail.action_name.unwrap_or_default(),
                status: detail.status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
                said: result.and_then(|result| result.external_execution_summary).map(|said| plain(&said)),
                by: detail.updated_by.as_deref().map(plain),
                question: text("CustomData"),
                link: text("ExternalEntityLink"),
            });
        }
    }
    Ok(trail)
}

/// The version of the pipeline under which an execution ran.
pub async fn version(client: &Client, pipeline: &str, execution: &str) -> Result<Option<i32>, Failure> {
    let asked =
        client.get_pipeline_execution().pipeline_name(pipeline).pipeline_execution_id(execution).send().await;
    let answer = asked.map_err(|error| Failure::of("codepipeline:GetPipelineExecution", error))?;
    Ok(answer.pipeline_execution.and_then(|one| one.pipeline_version))
}

/// The executions that went through a stage under the structure of the pipeline that is in force, the newest first, at most a
/// hundred; rollbacks are among them (CodePipeline API, `SucceededInStageFilter`).
pub async fn good(client: &Client, pipeline: &str, stage: &str) -> Result<Vec<Run>, Failure> {
    let filter = SucceededInStageFilter::builder().stage_name(stage).build();
    let filter = PipelineExecutionFilter::builder().succeeded_in_stage(filter).build();
    let call = client.list_pipeline_executions().pipeline_name(pipeline).filter(filter).max_results(100);
    let answer =
        call.send().await.map_err(|error| Failure::of("codepipeline:ListPipelineExecutions", error))?;
    Ok(answer.pipeline_execution_summaries.unwrap_or_default().into_iter().filter_map(states::run).collect())
}

/// A record in the bucket of the locks: what is deployed, or what has migrated last. `None` where there is none. One that
/// may not be read is a failure: what is rolled back, and to what, goes by it.
pub async fn record(here: &Clients, bucket: &str, key: &str) -> Result<Option<Deployed>, Failure> {
    Ok(states::read(here, bucket, key).await?.as_deref().and_then(Deployed::of_record))
}

/// Starts a pipeline: with a commit, or its branch's newest. The SDK gives each start a token of its own, so a start that is tried
/// again by it begins no second execution (CodePipeline API, `ClientRequestToken`).
pub async fn start(
    client: &Client,
    pipeline: &str,
    commit: Option<&str>,
    variables: &[(String, String)],
) -> Result<Taken, Failure> {
    const CALL: &str = "codepipeline:StartPipelineExecution";
    let strange =
        |error: aws_smithy_types::error::operation::BuildError| Failure::strange(CALL, error.to_string());
    let mut call = client.start_pipeline_execution().name(pipeline);
    if let Some(commit) = commit {
        let revision =
            SourceRevisionOverride::builder().action_name(SOURCE).revision_type(SourceRevisionType::CommitId);
        call = call.source_revisions(revision.revision_value(commit).build().map_err(strange)?);
    }
    for (name, value) in variables {
        call = call.variables(PipelineVariable::builder().name(name).value(value).build().map_err(strange)?);
    }
    let asked = call.send().await.map_err(|error| Failure::of(CALL, error));
    taken(
        asked.map(|answer| answer.pipeline_execution_id),
        &["ConflictException", "ConcurrentPipelineExecutionsLimitExceededException", "ValidationException"],
    )
}

/// Stops an execution.
pub async fn stop(
    client: &Client,
    pipeline: &str,
    execution: &str,
    abandon: bool,
    reason: &str,
) -> Result<Taken, Failure> {
    let call = client.stop_pipeline_execution().pipeline_name(pipeline).pipeline_execution_id(execution);
    let asked = call.abandon(abandon).reason(reason).send().await;
    let asked = asked.map_err(|error| Failure::of("codepipeline:StopPipelineExecution", error));
    taken(
        asked.map(|answer| answer.pipeline_execution_id),
        &["PipelineExecutionNotStoppableException", "DuplicatedStopRequestException", "ConflictException"],
    )
}

/// Runs all actions of a stage again: the failed ones alone would pass by the lock (docs/lock.md).
pub async fn retry(client: &Client, pipeline: &str, stage: &str, execution: &str) -> Result<Taken, Failure> {
    let call = client.retry_stage_execution().pipeline_name(pipeline).stage_name(stage);
    let call = call.pipeline_execution_id(execution).retry_mode(StageRetryMode::AllActions);
    let asked = call.send().await.map_err(|error| Failure::of("codepipeline:RetryStageExecution", error));
    taken(
        asked.map(|answer| answer.pipeline_execution_id),
        &[
            "StageNotRetryableException",
            "NotLatestPipelineExecutionException",
            "ConflictException",
            "ConcurrentPipelineExecutionsLimitExceededException",
        ],
    )
}

/// Rolls a stage back to an execution.
pub async fn roll_back(client: &Client, pipeline: &str, stage: &str, target: &str) -> Result<Taken, Failure> {
    let call = client.rollback_stage().pipeline_name(pipeline).stage_name(stage);
    let asked = call.target_pipeline_execution_id(target).send().await;
    let asked = asked.map_err(|error| Failure::of("codepipeline:RollbackStage", error));
    taken(
        asked.map(|answer| Some(answer.pipeline_execution_id)),
        &[
            "UnableToRollbackStageException",
            "PipelineExecutionOutdatedException",
            "PipelineExecutionNotFoundException",
            "ConflictException",
        ],
    )
}

/// What AWS made of a request: a refusal for how things stand is an answer, anything else a failure.
pub(super) fn taken(asked: Result<Option<String>, Failure>, refusals: &[&str]) -> Result<Taken, Failure> {
    match asked {
        Ok(execution) => Ok(Taken::Yes(execution)),
        Err(failure) if failure.has_code(refusals) => Ok(Taken::No(Refused {
            code: failure.code.unwrap_or_default(),
            message: plain(&failure.message),
        })),
        Err(failure) => Err(failure),
    }
}
