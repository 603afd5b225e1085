//! Pipelines, as CodePipeline tells of them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_codepipeline::Client;
use aws_sdk_codepipeline::types::PipelineExecutionStatus;
use serde_json::Value;

use super::answer::Answer;
use super::failure::Failure;
use super::pause::Pause;

/// The names of all pipelines of an account's region.
pub async fn names(client: &Client) -> Result<BTreeSet<String>, Failure> {
    let mut pages = client.list_pipelines().into_paginator().send();
    let mut names = BTreeSet::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Failure::of("codepipeline:ListPipelines", error))?;
        names.extend(page.pipelines.unwrap_or_default().into_iter().filter_map(|one| one.name));
    }
    Ok(names)
}

/// A pipeline's declaration, with everything that AWS says of it; `None` where there is none of that name.
pub async fn declaration(client: &Client, name: &str) -> Result<Option<Value>, Failure> {
    const CALL: &str = "codepipeline:GetPipeline";
    let answer = Answer::default();
    let asked = client.get_pipeline().name(name).customize().interceptor(answer.clone()).send().await;
    match asked.map_err(|error| Failure::of(CALL, error)) {
        Ok(_) => {
            let mut said = answer.json().map_err(|error| Failure::strange(CALL, error.to_string()))?;
            Ok(Some(said["pipeline"].take()))
        }
        Err(failure) if failure.is_missing() => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The ids of a pipeline's executions that are under way, the newest first. Those are among the newest hundred: an older one
/// would have been ended by what came behind it, or waits for an approval, which ends after 60 days at the most.
pub async fn running(client: &Client, name: &str) -> Result<Vec<String>, Failure> {
    const CALL: &str = "codepipeline:ListPipelineExecutions";
    let asked = client.list_pipeline_executions().pipeline_name(name).max_results(100).send().await;
    let answer = asked.map_err(|error| Failure::of(CALL, error))?;
    let executions = answer.pipeline_execution_summaries.unwrap_or_default().into_iter();
    let under_way = executions.filter(|one| {
        matches!(one.status, Some(PipelineExecutionStatus::InProgress | PipelineExecutionStatus::Stopping))
    });
    Ok(under_way.filter_map(|one| one.pipeline_execution_id).collect())
}

/// Between two messages of what is waited for.
const MINUTE: Duration = Duration::from_mins(1);

/// The executions that an update would stop; where `waits`, none after they were waited for, of which `tell` is told each minute. It is
/// asked as late as it can be: what begins after this is stopped.
pub async fn at_rest(
    client: &Client,
    name: &str,
    waits: bool,
    tell: impl Fn(&[String]),
) -> Result<Vec<String>, Failure> {
    let (mut pause, mut since_told) = (Pause::long(), MINUTE);
    loop {
        let running = running(client, name).await?;
        if running.is_empty() || !waits {
            return Ok(running);
        }
        if since_told >= MINUTE {
            since_told = Duration::ZERO;
            tell(&running);
        }
        since_told += pause.next();
        pause.wait().await;
    }
}

/// A pipeline's tags, by its ARN.
pub async fn tags(client: &Client, arn: &str) -> Result<BTreeMap<String, String>, Failure> {
    let mut pages = client.list_tags_for_resource().resource_arn(arn).into_paginator().send();
    let mut tags = BTreeMap::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Failure::of("codepipeline:ListTagsForResource", error))?;
        tags.extend(page.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)));
    }
    Ok(tags)
}
