//! What actions wrote: which of them ran, where the log of a build lies, and what is in it.

use anstream::adapter::strip_str;
use aws_sdk_codepipeline::types::{ActionExecutionDetail, ActionExecutionFilter};
use aws_smithy_types::DateTime;
use serde_json::{Value, json};

use super::failure::Failure;
use super::light::{Light, Service};
use super::session::Clients;
use crate::operate::logs::{Executed, Line, lines};
use crate::operate::{Moment, Status, plain};

/// Pages of a hundred actions that are looked through for one.
const PAGES: usize = 5;

/// The actions of a pipeline, the newest first, until `is_enough` of those that were read: those of one execution, or of all.
pub async fn actions(
    here: &Clients,
    pipeline: &str,
    execution: Option<&str>,
    is_enough: impl Fn(&[Executed]) -> bool,
) -> Result<Vec<Executed>, Failure> {
    const CALL: &str = "codepipeline:ListActionExecutions";
    let filter = execution.map(|id| ActionExecutionFilter::builder().pipeline_execution_id(id).build());
    let (mut all, mut token) = (Vec::new(), None);
    for _ in 0..PAGES {
        let call = here.codepipeline.list_action_executions().pipeline_name(pipeline);
        let answer = call.set_filter(filter.clone()).set_next_token(token).send().await;
        let answer = answer.map_err(|error| Failure::of(CALL, error))?;
        all.extend(answer.action_execution_details.unwrap_or_default().into_iter().filter_map(executed));
        token = answer.next_token;
        if token.is_none() || is_enough(&all) {
            break;
        }
    }
    Ok(all)
}

fn executed(detail: ActionExecutionDetail) -> Option<Executed> {
    let input = detail.input;
    let input = input.as_ref();
    let result = detail.output.and_then(|output| output.execution_result);
    let result = result.as_ref();
    let error = result.and_then(|result| result.error_details.as_ref()?.message.as_deref());
    let said = error.or_else(|| result.and_then(|result| result.external_execution_summary.as_deref()));
    let setting =
        |name: &str| input.and_then(|input| input.configuration.as_ref()?.get(name)).map(|text| plain(text));
    let moment = |time: Option<DateTime>| time.map(|time| Moment(time.secs()));
    Some(Executed {
        execution: detail.pipeline_execution_id?,
        stage: detail.stage_name?,
        action: detail.action_name?,
        status: detail.status.map_or(Status::Other, |status| Status::of(status.as_str())),
        started: moment(detail.start_time),
        updated: moment(detail.last_update_time),
        provider: input
            .and_then(|input| Some(input.action_type_id.as_ref()?.provider.clone()))
            .unwrap_or_default(),
        outside: result.and_then(|result| result.external_execution_id.clone()),
        link: result.and_then(|result| result.external_execution_url.as_deref()).map(plain),
        message: said.map(plain).filter(|said| !said.is_empty()),
        role: input.and_then(|input| input.role_arn.clone()),
        region: input.and_then(|input| input.region.clone()),
        service: setting("ClusterName").zip(setting("ServiceName")),
    })
}

/// Where the log of a build lies, and whether more will be written.
#[derive(Clone, Debug)]
pub struct Build {
    /// Group and stream in CloudWatch Logs; `None` where it has none, or none yet.
    pub log: Option<(String, String)>,
    /// Whether it has come to its end.
    pub is_complete: bool,
    /// Whether it did not go well.
    pub has_failed: bool,
}

/// A build; `None` where CodeBuild knows it no more.
pub async fn build(there: &Clients, id: &str) -> Result<Option<Build>, Failure> {
    const CALL: &str = "codebuild:BatchGetBuilds";
    let answer = there.codebuild.batch_get_builds().ids(id).send().await;
    let builds = answer.map_err(|error| Failure::of(CALL, error))?.builds.unwrap_or_default();
    Ok(builds.into_iter().next().map(|build| {
        let logs = build.logs.as_ref();
        let group = logs.and_then(|logs| logs.group_name.clone());
        let is_complete = build.build_complete;
        let status = build.build_status.map(|status| status.as_str().to_owned());
        Build {
            log: group.zip(logs.and_then(|logs| logs.stream_name.clone())),
            is_complete,
            has_failed: is_complete && status.as_deref() != Some("SUCCEEDED"),
        }
    }))
}

/// Where a log is read on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// Its last page.
    End,
    /// Its first page.
    Beginning,
    /// The page before a place, by AWS's token.
    Before(String),
    /// What comes behind a place, by AWS's token.
    Behind(String),
}

/// A page of a log.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its lines, in order.
    pub lines: Vec<Line>,
    /// The place before it.
    pub before: String,
    /// The place behind it.
    pub behind: String,
}

/// Reads a page of a log; `None` where there is no such log yet. A page may be empty though there is more: the end is where a place stays the
/// same (CloudWatch Logs API reference, `GetLogEvents`).
pub async fn page(
    light: &Light,
    (group, stream): &(String, String),
    from: &From,
) -> Result<Option<Page>, Failure> {
    let mut input = json!({ "logGroupName": group, "logStreamName": stream });
    let (token, from_head) = match from {
        From::End => (None, false),
        From::Beginning => (None, true),
        From::Before(token) => (Some(token), false),
        From::Behind(token) => (Some(token), true),
    };
    input["startFromHead"] = json!(from_head);
    if let Some(token) = token {
        input["nextToken"] = json!(token);
    }
    let answer = match light.ask(Service::Logs, "GetLogEvents", &input).await {
        Ok(answer) => answer,
        Err(failure) if failure.is_missing() => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let events = answer["events"].as_array().map_or(&[][..], Vec::as_slice);
    let event = |event: &Value| {
        let time = event["timestamp"].as_i64().map(|time| Moment(time / 1000));
        let message = event["message"].as_str().unwrap_or_default();
        lines(time, &strip_str(message).to_string())
    };
    let place = |name: &str| {
        let lacks = || Failure::strange("logs:GetLogEvents", format!("the answer has no `{name}`"));
        answer[name].as_str().map(str::to_owned).ok_or_else(lacks)
    };
    Ok(Some(Page {
        lines: events.iter().flat_map(event).collect(),
        before: place("nextBackwardToken")?,
        behind: place("nextForwardToken")?,
    }))
}

/// The last lines of a log, and the place behind them; `None` where there is no such log yet.
pub async fn tail(
    light: &Light,
    log: &(String, String),
    count: usize,
) -> Result<Option<(Vec<Line>, String)>, Failure> {
    let Some(mut earliest) = page(light, log, &From::End).await? else { return Ok(None) };
    let behind = earliest.behind.clone();
    let (mut pages, mut have) = (Vec::new(), 0);
    loop {
        have += earliest.lines.len();
        let before = earliest.before.clone();
        pages.push(earliest.lines);
        if have >= count {
            break;
        }
        match page(light, log, &From::Before(before.clone())).await? {
            Some(further) if further.before != before => earliest = further,
            _ => break,
        }
    }
    let lines: Vec<Line> = pages.into_iter().rev().flatten().collect();
    let over = lines.len().saturating_sub(count);
    Ok(Some((lines.into_iter().skip(over).collect(), behind)))
}
