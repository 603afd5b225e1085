//! Where a rollback of an environment leads: which pipeline, which execution, and what stays as it is.

mod target;

pub use target::{History, Target, Way, target, touched};

use super::super::{Deployed, Moment, Run, Seen, Stage, Status, short};
use super::{Refused, Sheet, has};
use crate::branch_map::Entry;
use crate::pipeline::names::StageKind;

/// Which pipeline's deploy is to be rolled back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// This one's: the name of a pipeline.
    One(String),
    /// Several have deployed there, each to services of its own, or it is not known which was the last.
    Several(Vec<String>),
    /// The record names a pipeline that the map does not have.
    Gone(String),
}

/// The pipeline that deployed last, by the records of an environment; where nothing is recorded, the only one that enters it.
/// `entering` are the pipelines that the map leads there.
pub fn whose(entering: &[&str], records: &[Deployed]) -> Whose {
    let mut last: Vec<&str> = records.iter().map(|record| record.pipeline.as_str()).collect();
    last.sort_unstable();
    last.dedup();
    match (last.as_slice(), entering) {
        ([one], _) if entering.contains(one) => Whose::One((*one).to_owned()),
        ([one], _) => Whose::Gone((*one).to_owned()),
        ([], [only]) => Whose::One((*only).to_owned()),
        ([], all) => Whose::Several(all.iter().map(|one| (*one).to_owned()).collect()),
        (several, _) => Whose::Several(several.iter().map(|one| (*one).to_owned()).collect()),
    }
}

/// What of the database is not undone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stays {
    /// The migrations of the pipeline in the environment: what each runs.
    pub migrations: Vec<String>,
    /// The commit that has migrated last, by its note beside the record.
    pub migrated: Option<String>,
    /// The files below `migrate.files` in which the commit that has migrated and the target differ, as git here knows them; `None` where
    /// git lacks one of the two, or a migration names no files.
    pub files: Option<Vec<String>>,
}

/// Files that are named.
const NAMED: usize = 5;

impl Stays {
    /// What is to be said of it.
    fn warnings(&self, environment: &str) -> Option<String> {
        if self.migrations.is_empty() {
            return None;
        }
        let since =
            self.migrated.as_deref().map(|commit| format!(" of {}", short(commit))).unwrap_or_default();
        Some(match self.files.as_deref() {
            Some([]) => format!(
                "the database of {environment} keeps its structure{since}; no file of a migration differs between the two commits"
            ),
            Some(files) => {
                let named = files.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
                let more = files.len().saturating_sub(NAMED);
                let more = if more == 0 { String::new() } else { format!(" and {more} more") };
                format!(
                    "the database of {environment} keeps its structure{since}. Not undone: {named}{more}. See that the older code works \
                     with them"
                )
            }
            None => format!(
                "the database of {environment} keeps its structure{since}: no migration is undone ({}). See that the older code works \
                 with it",
                self.migrations.join("; ")
            ),
        })
    }
}

/// What is shown before it is done.
pub fn sheet(
    entry: &Entry,
    environment: &str,
    seen: &Seen,
    stage: &Stage,
    way: &Way,
    stays: &Stays,
    now: Moment,
) -> Sheet {
    let commit = |run: &Run| {
        let commit = run.commit.as_deref().map_or_else(|| "a commit that is not known".to_owned(), short);
        run.summary.as_ref().map_or_else(|| commit.clone(), |summary| format!("{commit} {summary}"))
    };
    let target = way.run;
    let ago = target.updated.map(|at| format!(", {}", at.ago(now))).unwrap_or_default();
    let mut sheet = Sheet::new(format!("roll back {environment}: {} of {}", stage.name, entry.pipeline))
        .fact("there now", has(seen, environment, now))
        .fact("brings back", format!("{}{ago}", commit(target)))
        .fact("execution", &target.id)
        .fact("deploys", entry.services.join(", "))
        .fact(
            "begins with",
            "the lock: it waits for whoever has it; the guard lets a rollback by hand through",
        );
    if let Some((id, Status::Failed)) = &stage.latest {
        sheet = sheet.fact("failed", format!("{} in {}", super::commit_of(seen, id), stage.name));
    }
    if let Some(has) = seen.deployed.get(environment) {
        if has.pipeline != entry.pipeline {
            sheet = sheet.warn(format!(
                "{environment} has what {} deployed; this takes it out again, as far as they share services",
                has.pipeline
            ));
        } else if let Some((pipeline, commit)) = &has.before
            && target.commit.as_ref() != Some(commit)
        {
            if *pipeline != entry.pipeline {
                sheet = sheet.warn(format!(
                    "before it {environment} had {} by {pipeline}, and this does not bring that: \
                     `branchline rollback {environment} --pipeline {pipeline}` does",
                    short(commit)
                ));
            } else if target.commit.as_ref() != Some(&has.commit) && !is_rollback(seen, &has.execution) {
                sheet = sheet.warn(format!(
                    "before it {environment} had {} by the record, and this brings another commit: see that it is the one that you mean",
                    short(commit)
                ));
            }
        }
    }
    let verify = StageKind::Verify.stage(environment);
    for run in &way.over {
        sheet = sheet.warn(format!("{} is passed over: it did not go through {verify}", commit(run)));
    }
    if !way.is_verified {
        sheet = sheet.warn(format!(
            "what is brought back did not go through {verify}, and nothing older did: it may be as bad as what is there"
        ));
    }
    if way.is_untouched {
        sheet = sheet.warn(format!(
            "the last execution in {} ended before it touched {environment}, which has still what was there before it: this takes that \
             out",
            stage.name
        ));
    }
    for run in coming(seen, &stage.name) {
        sheet = sheet.warn(format!(
            "{} is under way {}, and comes to {environment} behind this: if it brings the same fault, stop it: \
             `branchline stop {} --execution {} --reason …`",
            super::commit_of(seen, &run.id),
            super::whereabouts(seen, &run.id),
            entry.pipeline,
            short(&run.id)
        ));
    }
    match stays.warnings(environment) {
        Some(warning) => sheet.warn(warning),
        None => sheet,
    }
}

/// Whether an execution is known to be a rollback.
fn is_rollback(seen: &Seen, execution: &str) -> bool {
    super::run(seen, execution).is_some_and(|run| run.is_rollback)
}

/// The releases under way that have not been in a stage yet.
fn coming<'s>(seen: &'s Seen, stage: &str) -> Vec<&'s Run> {
    let at = |run: &&Run| {
        let is_here = |one: &Stage| {
            one.inbound.contains(&run.id)
                || one.latest.as_ref().is_some_and(|(id, status)| *id == run.id && status.is_live())
        };
        seen.stages.iter().position(is_here)
    };
    let goal = seen.stages.iter().position(|one| one.name == stage);
    super::live(seen).into_iter().filter(|run| !run.is_rollback && at(run) <= goal).collect()
}

/// What to do where there is no execution to go back to, or AWS does not take it: an older commit is released anew. `named` is the
/// pipeline, `known` the commit that was there before, if that is known and another one.
pub fn instead(named: &str, known: Option<&str>, is_guarded: bool) -> String {
    let commit = known.unwrap_or("COMMIT");
    let downgrade = if is_guarded { " --variable DOWNGRADE=allow" } else { "" };
    format!(
        "release the older commit anew, through the whole pipeline: `branchline start {named} --commit {commit}{downgrade}`"
    )
}

/// Why AWS rolls nothing back.
pub fn refused(refused: &Refused, stage: &str) -> String {
    match refused.code.as_str() {
        "PipelineExecutionOutdatedException" => format!(
            "the pipeline was changed since that execution, and CodePipeline rolls {stage} back only to one of its structure of today"
        ),
        "PipelineExecutionNotFoundException" => "the execution is not in the history any more".to_owned(),
        code => format!("CodePipeline does not roll {stage} back ({code}): {}", refused.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployed(pipeline: &str) -> Deployed {
        Deployed {
            commit: "c".into(),
            pipeline: pipeline.into(),
            execution: "e".into(),
            since: None,
            is_recorded: true,
            before: None,
        }
    }

    #[test]
    fn the_pipeline_that_deployed_last_is_the_one_that_is_rolled_back() {
        let both = ["shop-main", "shop-hotfix"];
        assert_eq!(whose(&both, &[deployed("shop-hotfix")]), Whose::One("shop-hotfix".into()));
        assert_eq!(whose(&both, &[]), Whose::Several(vec!["shop-main".into(), "shop-hotfix".into()]));
        assert_eq!(whose(&both[..1], &[]), Whose::One("shop-main".into()));
        assert_eq!(whose(&both, &[deployed("shop-old")]), Whose::Gone("shop-old".into()));
        let two = whose(&both, &[deployed("shop-main"), deployed("shop-hotfix")]);
        assert_eq!(two, Whose::Several(vec!["shop-hotfix".into(), "shop-main".into()]));
    }
}
