//! Which failed stage is to run again, and why AWS may not let it.

use super::super::{Moment, Seen, Status};
use super::{Refused, Sheet, commit_of, environment_of, has};
use crate::branch_map::Entry;
use crate::operate::which::needs_commit;
use crate::pipeline::names::StageKind;

/// A stage that could run again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The stage.
    pub stage: String,
    /// Its environment.
    pub environment: Option<String>,
    /// The execution that failed, or was stopped, in it.
    pub execution: String,
    /// Whether somebody stopped it.
    pub was_stopped: bool,
}

/// The stages whose last execution failed or was stopped in them, in the order of the pipeline; those of an environment, or one
/// stage, if that is asked for.
pub fn failed(entry: &Entry, seen: &Seen, environment: Option<&str>, stage: Option<&str>) -> Vec<Failed> {
    let all = seen.stages.iter().filter_map(|held| {
        let (id, status) = held.latest.as_ref()?;
        let was_stopped = *status == Status::Stopped;
        (was_stopped || *status == Status::Failed).then(|| Failed {
            stage: held.name.clone(),
            environment: environment_of(entry, &held.name).map(str::to_owned),
            execution: id.clone(),
            was_stopped,
        })
    });
    all.filter(|one| environment.is_none_or(|wanted| one.environment.as_deref() == Some(wanted)))
        .filter(|one| stage.is_none_or(|wanted| one.stage == wanted))
        .filter(|one| !is_first_of_pattern(entry, seen, &one.execution))
        .collect()
}

/// The execution that AWS starts when a pipeline is made. Of a pattern it names no branch, and would fail again.
fn is_first_of_pattern(entry: &Entry, seen: &Seen, id: &str) -> bool {
    needs_commit(entry) && super::run(seen, id).is_some_and(|run| run.trigger == "CreatePipeline")
}

/// What is shown before it runs again. `versions` are those of the pipeline: that of the execution and the one of today.
pub fn sheet(
    entry: &Entry,
    seen: &Seen,
    one: &Failed,
    versions: (Option<i32>, Option<i32>),
    now: Moment,
) -> Sheet {
    let held = seen.stages.iter().find(|stage| stage.name == one.stage);
    let broken = held
        .into_iter()
        .flat_map(|stage| &stage.actions)
        .find(|action| action.status == Some(Status::Failed));
    let why = broken.map(|action| {
        let reason = action.message.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("{}{reason}", action.name)
    });
    let mut sheet = Sheet::new(format!("retry in {}: all actions of {}", entry.pipeline, one.stage))
        .fact("commit", commit_of(seen, &one.execution))
        .fact("execution", &one.execution)
        .maybe("failed in", why)
        .maybe("there now", one.environment.as_deref().map(|environment| has(seen, environment, now)));
    if let (Some(then), Some(today)) = versions
        && then != today
    {
        sheet = sheet.warn(format!(
            "the pipeline was changed since: it failed under version {then} and is version {today} now. CodePipeline retries a stage \
             only under the structure in which it failed, and may refuse"
        ));
    }
    match StageKind::of(&one.stage).filter(|_| one.environment.is_some()) {
        Some(StageKind::Migrate) => sheet.fact(
            "begins with",
            "the lock; then each migration of the stage, also one that went well, which finds nothing to do",
        ),
        Some(StageKind::Deploy) => sheet
            .fact("begins with", "the lock and the guard: it stops where something newer was deployed since"),
        Some(StageKind::Verify) => {
            sheet.fact("begins with", "the guard: it stops where another release was deployed since")
        }
        _ => sheet,
    }
}

/// Why AWS lets no stage run again, and what to do. `named` is the pipeline as the person named it, `commit` what the execution has.
pub fn refused(refused: &Refused, one: &Failed, named: &str, commit: Option<&str>) -> (String, String) {
    let anew = commit.map_or_else(
        || format!("release it anew: `branchline start {named}`"),
        |commit| format!("release the commit anew: `branchline start {named} --commit {commit}`"),
    );
    match refused.code.as_str() {
        "NotLatestPipelineExecutionException" => (
            format!(
                "a newer execution has been in {} since, and only the newest one there can be retried",
                one.stage
            ),
            format!("see `branchline status`; to bring this commit all the same, {anew}"),
        ),
        "StageNotRetryableException" => (
            format!("CodePipeline does not retry {}: {}", one.stage, refused.message),
            format!("if an action still runs, wait for its end; if the pipeline was changed since, {anew}"),
        ),
        "ConcurrentPipelineExecutionsLimitExceededException" => (
            format!("{named} has as many executions under way as CodePipeline allows"),
            "wait until one has ended, or stop one: `branchline stop`".to_owned(),
        ),
        _ => (
            format!("CodePipeline does not retry {} ({}): {}", one.stage, refused.code, refused.message),
            "see `branchline status`, and try again in a minute".to_owned(),
        ),
    }
}
