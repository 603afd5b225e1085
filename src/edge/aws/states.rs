//! How pipelines stand, as CodePipeline tells it, and what is deployed, as the records in the locks' bucket have it.

use std::collections::BTreeSet;

use aws_sdk_codepipeline::types::{
    ActionState, ConditionExecutionStatus, ExecutionType, PipelineExecutionSummary, StageState,
    SucceededInStageFilter,
};
use aws_smithy_types::DateTime;

use super::each;
use super::failure::{Failure, Kind};
use super::session::Clients;
use crate::operate::{self, Action, Closed, Condition, Deployed, Moment, Run, Seen, Stage, Status, plain};

/// Executions that are read of a pipeline. What is older has come to its end, or is in a stage or before one, which names it.
const NEWEST: i32 = 50;

/// Times that so many older ones are looked through for such an execution.
const PAGES: usize = 20;

/// What is to be read of a pipeline.
#[derive(Clone, Debug)]
pub struct Question {
    /// Its name.
    pub pipeline: String,
    /// Its environments.
    pub environments: Vec<Environment>,
}

/// What is to be read of an environment.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// The stage that deploys there.
    pub deploy: String,
    /// Where an environment is locked: the bucket, the record's key, the lock's key.
    pub lock: Option<(String, String, String)>,
}

/// How the pipelines of these names stand, in their order; `None` where there is none. Nothing is written.
///
/// Two calls for each pipeline, and one or two for each of its environments.
pub async fn all(here: &Clients, questions: Vec<Question>) -> Result<Vec<Option<Seen>>, Failure> {
    each(questions, |question| {
        let here = here.clone();
        async move { one(&here, &question).await }
    })
    .await
}

async fn one(here: &Clients, question: &Question) -> Result<Option<Seen>, Failure> {
    let name = &question.pipeline;
    let Some(stages) = stages(here, name).await? else { return Ok(None) };
    let runs = runs(here, name, &stages).await?;
    let mut seen = Seen { stages, runs, ..Seen::default() };
    for environment in &question.environments {
        let known = match &environment.lock {
            Some((bucket, record, _)) => object(here, bucket, record).await?,
            None => None,
        };
        let has = match known.as_deref().and_then(Deployed::of_record) {
            Some(recorded) => Some(recorded),
            None => by_executions(here, name, &environment.deploy).await?,
        };
        if let Some(has) = has {
            seen.deployed.insert(environment.name.clone(), has);
        }
        if let Some((bucket, _, lock)) = &environment.lock
            && waits_for_lock(&seen, &environment.name)
            && let Some(holder) = object(here, bucket, lock).await?.as_deref().and_then(operate::holder)
        {
            seen.holders.insert(environment.name.clone(), holder);
        }
    }
    Ok(Some(seen))
}

/// The newest executions of a pipeline, and those that are older and under way in a stage or before one.
async fn runs(here: &Clients, pipeline: &str, stages: &[Stage]) -> Result<Vec<Run>, Failure> {
    let is_live = |(id, status): &(String, Status)| status.is_live().then(|| id.clone());
    let mut sought: BTreeSet<String> = stages
        .iter()
        .flat_map(|stage| stage.latest.as_ref().and_then(is_live).into_iter().chain(stage.inbound.clone()))
        .collect();
    let (mut all, mut token) = (Vec::new(), None);
    for page in 0..=PAGES {
        let call = here.codepipeline.list_pipeline_executions().pipeline_name(pipeline).max_results(NEWEST);
        let answer = call.set_next_token(token).send().await;
        let answer = answer.map_err(|error| Failure::of(EXECUTIONS, error))?;
        let found = answer.pipeline_execution_summaries.unwrap_or_default().into_iter().filter_map(run);
        for run in found {
            if sought.remove(&run.id) || page == 0 {
                all.push(run);
            }
        }
        token = answer.next_token;
        if sought.is_empty() || token.is_none() {
            break;
        }
    }
    Ok(all)
}

/// The stages of a pipeline, as they stand; `None` where there is no pipeline of the name. One call.
pub async fn stages(here: &Clients, pipeline: &str) -> Result<Option<Vec<Stage>>, Failure> {
    let asked = here.codepipeline.get_pipeline_state().name(pipeline).send().await;
    match asked.map_err(|error| Failure::of("codepipeline:GetPipelineState", error)) {
        Ok(state) => Ok(Some(state.stage_states.unwrap_or_default().into_iter().map(stage).collect())),
        Err(failure) if failure.is_missing() => Ok(None),
        Err(failure) => Err(failure),
    }
}

const EXECUTIONS: &str = "codepipeline:ListPipelineExecutions";

fn waits_for_lock(seen: &Seen, environment: &str) -> bool {
    let of_it = |stage: &&Stage| stage.name.split_once('-').is_some_and(|(_, name)| name == environment);
    let is_lock = |action: &Action| action.name == "Lock" && action.status.is_some_and(Status::is_live);
    seen.stages.iter().filter(of_it).any(|stage| stage.actions.iter().any(is_lock))
}

/// The last execution of a pipeline that went through a stage, under its structure of today (CodePipeline API reference,
/// `SucceededInStageFilter`).
async fn by_executions(here: &Clients, pipeline: &str, stage: &str) -> Result<Option<Deployed>, Failure> {
    let filter = SucceededInStageFilter::builder().stage_name(stage).build();
    let filter =
        aws_sdk_codepipeline::types::PipelineExecutionFilter::builder().succeeded_in_stage(filter).build();
    let call = here.codepipeline.list_pipeline_executions().pipeline_name(pipeline).filter(filter);
    let answer = call.max_results(1).send().await.map_err(|error| Failure::of(EXECUTIONS, error))?;
    let last = answer.pipeline_execution_summaries.unwrap_or_default().into_iter().find_map(run);
    Ok(last.and_then(|run| {
        Some(Deployed {
            commit: run.commit?,
            pipeline: pipeline.to_owned(),
            execution: run.id,
            since: run.updated,
            is_recorded: false,
            before: None,
        })
    }))
}

/// A small object; `None` where it is not there, or may not be read. Who may not list a bucket is told that of an object that is
/// not there, too (S3 API reference, `GetObject`), and records are a help, no need.
pub(super) async fn object(here: &Clients, bucket: &str, key: &str) -> Result<Option<Vec<u8>>, Failure> {
    match read(here, bucket, key).await {
        Err(failure) if failure.kind == Kind::Denied => Ok(None),
        asked => asked,
    }
}

/// The same for who has to know: `None` where it is not there; what may not be read is a failure.
pub(super) async fn read(here: &Clients, bucket: &str, key: &str) -> Result<Option<Vec<u8>>, Failure> {
    const CALL: &str = "s3:GetObject";
    let asked = here.s3.get_object().bucket(bucket).key(key).send().await;
    let answer = match asked.map_err(|error| Failure::of(CALL, error)) {
        Ok(answer) => answer,
        Err(failure) if matches!(failure.code.as_deref(), Some("NoSuchKey" | "NoSuchBucket")) => {
            return Ok(None);
        }
        Err(failure) => return Err(failure),
    };
    let body = answer.body.collect().await;
    let body = body.map_err(|error| Failure::strange(CALL, format!("the object was cut off: {error}")))?;
    Ok(Some(body.into_bytes().to_vec()))
}

fn moment(time: Option<&DateTime>) -> Option<Moment> {
    time.map(|time| Moment(time.secs()))
}

fn stage(state: StageState) -> Stage {
    let entry = state.before_entry_condition_state.map(|entry| Condition {
        status: entry
            .latest_execution
            .as_ref()
            .and_then(|latest| latest.status.as_ref())
            .map_or(Status::Other, |status| Status::of(status.as_str())),
        is_overridden: entry
            .latest_execution
            .is_some_and(|latest| latest.status == Some(ConditionExecutionStatus::Overridden)),
        rules: entry
            .condition_states
            .unwrap_or_default()
            .into_iter()
            .flat_map(|condition| condition.rule_states.unwrap_or_default())
            .map(|rule| {
                let latest = rule.latest_execution;
                let status = latest.as_ref().and_then(|latest| latest.status.as_ref());
                let since = latest.as_ref().and_then(|latest| moment(latest.last_status_change.as_ref()));
                let status = status.map_or(Status::Other, |status| Status::of(status.as_str()));
                (rule.rule_name.unwrap_or_default(), status, since)
            })
            .collect(),
    });
    let inbound = match state.inbound_executions {
        Some(all) if !all.is_empty() => all,
        _ => state.inbound_execution.into_iter().collect(),
    };
    Stage {
        name: state.stage_name.unwrap_or_default(),
        latest: state
            .latest_execution
            .map(|latest| (latest.pipeline_execution_id, Status::of(latest.status.as_str()))),
        inbound: inbound.into_iter().map(|one| one.pipeline_execution_id).collect(),
        closed: state.inbound_transition_state.filter(|transition| !transition.enabled).map(|transition| {
            Closed {
                reason: plain(&transition.disabled_reason.unwrap_or_default()),
                by: transition.last_changed_by.as_deref().map(plain),
                since: moment(transition.last_changed_at.as_ref()),
            }
        }),
        entry,
        actions: state.action_states.unwrap_or_default().into_iter().map(action).collect(),
    }
}

fn action(state: ActionState) -> Action {
    let latest = state.latest_execution;
    let latest = latest.as_ref();
    let error = latest.and_then(|latest| latest.error_details.as_ref()?.message.as_deref());
    let said = error.or_else(|| latest.and_then(|latest| latest.summary.as_deref()));
    Action {
        name: state.action_name.unwrap_or_default(),
        status: latest.and_then(|latest| latest.status.as_ref()).map(|status| Status::of(status.as_str())),
        since: latest.and_then(|latest| moment(latest.last_status_change.as_ref())),
        token: latest.and_then(|latest| latest.token.clone()),
        message: said.map(plain).filter(|said| !said.is_empty()),
        link: latest.and_then(|latest| latest.external_execution_url.as_deref()).map(plain),
        by: latest.and_then(|latest| latest.last_updated_by.as_deref()).map(plain),
    }
}

pub(super) fn run(summary: PipelineExecutionSummary) -> Option<Run> {
    let revision = summary.source_revisions.unwrap_or_default().into_iter().next();
    Some(Run {
        id: summary.pipeline_execution_id?,
        status: summary.status.map_or(Status::Other, |status| Status::of(status.as_str())),
        started: moment(summary.start_time.as_ref()),
        updated: moment(summary.last_update_time.as_ref()),
        commit: revision.as_ref().and_then(|revision| revision.revision_id.as_deref()).map(plain),
        summary: revision.and_then(|revision| operate::message(&revision.revision_summary?)),
        trigger: summary
            .trigger
            .and_then(|trigger| trigger.trigger_type)
            .map(|kind| kind.as_str().to_owned())
            .unwrap_or_default(),
        is_rollback: summary.execution_type == Some(ExecutionType::Rollback),
        target: summary.rollback_metadata.and_then(|metadata| metadata.rollback_target_pipeline_execution_id),
    })
}
