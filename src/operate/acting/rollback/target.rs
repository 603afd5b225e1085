//! Which execution a rollback of a stage brings back, by what stood there one after another.

use super::super::super::logs::Executed;
use super::super::super::{Deployed, Run, Stage, Status};
use super::super::OWN;

/// What is known of the executions of a stage.
#[derive(Clone, Copy, Debug)]
pub struct History<'s> {
    /// Those that went through it under the structure of the pipeline that is in force, the newest first, rollbacks among them
    /// (CodePipeline API, `SucceededInStageFilter`).
    pub good: &'s [Run],
    /// The newest of the pipeline, which tell of one that was in the stage last and is not among the good ones.
    pub runs: &'s [Run],
    /// Those that went through the stage that verifies the deploy; `None` where there is no such stage.
    pub verified: Option<&'s [Run]>,
    /// The execution that touched the environment last ([`touched`]), where the last one in the stage did not go through it.
    pub touched: Option<&'s str>,
}

/// What a rollback leads to.
#[derive(Debug)]
pub enum Target<'s> {
    /// An execution is brought back.
    To(Way<'s>),
    /// An execution is in the stage.
    Busy(&'s str),
    /// There is none to go back to, under the structure of today.
    None,
}

/// The execution that is brought back, and what is to be known of the choice.
#[derive(Debug)]
pub struct Way<'s> {
    /// It.
    pub run: &'s Run,
    /// Newer ones that were passed over, since they were never verified.
    pub over: Vec<&'s Run>,
    /// Whether it went through the stage that verifies, should there be one.
    pub is_verified: bool,
    /// Whether the last execution in the stage ended before it touched anything, so that what it was to replace is there still.
    pub is_untouched: bool,
}

/// The execution that touched the environment of a stage last, by the actions of its pipeline, the newest first. branchline's own
/// actions there, such as the lock and the guard, touch nothing.
pub fn touched<'e>(stage: &str, actions: &'e [Executed]) -> Option<&'e str> {
    let of_stage = actions.iter().filter(|one| one.stage == stage && !OWN.contains(&one.action.as_str()));
    // The first of those that began at one time: the newest, as AWS lists them.
    of_stage.rev().max_by_key(|one| one.started).map(|one| one.execution.as_str())
}

impl<'s> History<'s> {
    fn find(&self, id: &str) -> Option<&'s Run> {
        self.good.iter().chain(self.runs).find(|run| run.id == id)
    }

    fn good(&self, id: &str) -> Option<&'s Run> {
        self.good.iter().find(|run| run.id == id)
    }

    fn is_verified(&self, run: &Run) -> bool {
        self.verified.is_none_or(|all| all.iter().any(|one| one.id == run.id))
    }

    /// What stood in the stage one after another and was not found bad; at the end what stands. A rollback takes away all behind the
    /// execution that it brought back. AWS lists executions by their beginning, and one that waited long comes to the stage
    /// behind a younger rollback: so the one that is known to be the `last` there is put last.
    fn standing(&self, last: Option<&str>) -> Vec<&'s Run> {
        let last = last.and_then(|id| self.good(id).or(self.find(id).filter(|run| run.is_rollback)));
        let others = self.good.iter().rev().filter(|run| last.is_none_or(|last| last.id != run.id));
        let mut line: Vec<&Run> = Vec::new();
        for run in others.chain(last) {
            let Some(target) = run.target.as_deref().filter(|_| run.is_rollback) else {
                line.push(run);
                continue;
            };
            if let Some(at) = line.iter().position(|one| one.id == target) {
                line.truncate(at + 1);
            } else if let Some(target) = self.good(target) {
                line.push(target);
            } else {
                line.clear();
            }
        }
        line
    }

    fn way(&self, candidates: &[&'s Run], is_untouched: bool) -> Option<Way<'s>> {
        let at = candidates.iter().position(|run| self.is_verified(run));
        let run = candidates.get(at.unwrap_or_default())?;
        let over = candidates[..at.unwrap_or_default()].to_vec();
        Some(Way { run, over, is_verified: at.is_some(), is_untouched })
    }
}

/// The last good execution of a stage. `deployed` is what the environment has.
///
/// What failed or was stopped behind the lock gives way to what stood there before it, and so does what another pipeline has deployed
/// since; a rollback that did not go through is tried again. What stands untouched gives way to the one before it, with another
/// commit. Those that were never verified are passed over, unless there are no others.
pub fn target<'s>(
    pipeline: &str,
    stage: &'s Stage,
    history: History<'s>,
    deployed: Option<&Deployed>,
) -> Target<'s> {
    let through = match &stage.latest {
        Some((id, status)) if status.is_live() => return Target::Busy(id),
        Some((id, Status::Succeeded)) => Some(id.as_str()),
        _ => None,
    };
    // One that went through and is not listed as good did so under another structure.
    if through
        .and_then(|id| history.find(id))
        .is_some_and(|run| !run.is_rollback && history.good(&run.id).is_none())
    {
        return Target::None;
    }
    let went_through = |id: &&str| {
        history.find(id).is_some_and(|run| {
            history.good(&run.id).is_some() || (run.is_rollback && run.status == Status::Succeeded)
        })
    };
    let last = through.or(history.touched.filter(went_through));
    let line = history.standing(last);
    let Some(top) = line.last() else { return Target::None };
    let is_there = last.is_some() && deployed.is_none_or(|has| has.pipeline == pipeline);
    let is_untouched = is_there && through.is_none() && stage.latest.is_some();
    let broken = stage.latest.as_ref().filter(|_| through.is_none()).and_then(|(id, _)| history.find(id));
    let again = broken.filter(|run| run.is_rollback).and_then(|run| history.good(run.target.as_deref()?));
    if let Some(again) = again.filter(|again| !is_there || again.commit != top.commit) {
        return Target::To(Way {
            run: again,
            over: Vec::new(),
            is_verified: history.is_verified(again),
            is_untouched: false,
        });
    }
    let candidates = line.iter().rev().copied().filter(|run| !is_there || run.commit != top.commit);
    let candidates: Vec<&Run> = candidates.collect();
    history.way(&candidates, is_untouched).map_or(Target::None, Target::To)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(id: &str, commit: &str, target: Option<&str>) -> Run {
        Run {
            id: id.into(),
            status: Status::Succeeded,
            started: None,
            updated: None,
            commit: Some(commit.into()),
            summary: None,
            trigger: String::new(),
            is_rollback: target.is_some(),
            target: target.map(str::to_owned),
        }
    }

    fn stage(id: &str, status: Status) -> Stage {
        Stage {
            name: "Deploy-production".into(),
            latest: Some((id.into(), status)),
            inbound: Vec::new(),
            closed: None,
            entry: None,
            actions: Vec::new(),
        }
    }

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

    fn history(good: &[Run]) -> History<'_> {
        History { good, runs: good, verified: None, touched: None }
    }

    fn told(stage: &Stage, history: History<'_>, by: &str) -> Option<String> {
        match target("shop-main", stage, history, Some(&deployed(by))) {
            Target::To(way) => Some(way.run.id.clone()),
            Target::Busy(_) | Target::None => None,
        }
    }

    fn to(stage: &Stage, good: &[Run], by: &str) -> Option<String> {
        told(stage, history(good), by)
    }

    #[test]
    fn what_went_through_and_is_bad_gives_way_to_the_one_before_it() {
        let runs = [good("3", "c", None), good("2", "b", None), good("1", "a", None)];
        assert_eq!(to(&stage("3", Status::Succeeded), &runs, "shop-main").as_deref(), Some("2"));
    }

    #[test]
    fn what_failed_gives_way_to_what_was_deployed_before_it() {
        let runs = [good("2", "b", None), good("1", "a", None)];
        assert_eq!(to(&stage("3", Status::Failed), &runs, "shop-main").as_deref(), Some("2"));
    }

    #[test]
    fn a_second_rollback_goes_further_back_and_never_forward() {
        let runs =
            [good("r", "b", Some("2")), good("3", "c", None), good("2", "b", None), good("1", "a", None)];
        assert_eq!(to(&stage("r", Status::Succeeded), &runs, "shop-main").as_deref(), Some("1"));
        assert_eq!(to(&stage("4", Status::Failed), &runs, "shop-main").as_deref(), Some("2"));
    }

    #[test]
    fn a_rollback_that_is_not_listed_as_good_counts_as_what_it_brought_back() {
        let runs =
            [good("r", "b", Some("2")), good("3", "c", None), good("2", "b", None), good("1", "a", None)];
        let back = stage("r", Status::Succeeded);
        let history = History { good: &runs[1..], ..history(&runs) };
        assert_eq!(told(&back, history, "shop-main").as_deref(), Some("1"));
    }

    #[test]
    fn the_same_commit_released_twice_is_no_way_back() {
        let runs = [good("3", "b", None), good("2", "b", None), good("1", "a", None)];
        assert_eq!(to(&stage("3", Status::Succeeded), &runs, "shop-main").as_deref(), Some("1"));
    }

    #[test]
    fn behind_another_pipelines_deploy_a_rollback_brings_the_own_last_one() {
        let runs = [good("2", "b", None), good("1", "a", None)];
        assert_eq!(to(&stage("2", Status::Succeeded), &runs, "shop-hotfix").as_deref(), Some("2"));
    }

    #[test]
    fn there_is_no_way_back_from_the_first_one_nor_while_one_is_there() {
        let runs = [good("1", "a", None)];
        assert_eq!(to(&stage("1", Status::Succeeded), &runs, "shop-main"), None);
        let busy = stage("2", Status::InProgress);
        assert!(matches!(target("shop-main", &busy, history(&runs), None), Target::Busy("2")));
    }

    #[test]
    fn behind_a_rollback_a_bad_release_gives_way_to_what_was_brought_back() {
        let runs =
            [good("4", "d", None), good("r", "a", Some("1")), good("2", "b", None), good("1", "a", None)];
        assert_eq!(to(&stage("4", Status::Succeeded), &runs, "shop-main").as_deref(), Some("1"));
        // It had begun before the rollback, and came to the stage behind it.
        let late =
            [good("r", "a", Some("1")), good("4", "d", None), good("2", "b", None), good("1", "a", None)];
        assert_eq!(to(&stage("4", Status::Succeeded), &late, "shop-main").as_deref(), Some("1"));
    }

    #[test]
    fn a_rollback_that_did_not_go_through_is_tried_again() {
        let releases = [good("2", "b", None), good("1", "a", None)];
        let failed = Run { status: Status::Failed, ..good("r", "a", Some("1")) };
        let runs = [&[failed][..], &releases].concat();
        for status in [Status::Failed, Status::Stopped] {
            for touched in [Some("2"), Some("r"), None] {
                let history = History { good: &releases, runs: &runs, verified: None, touched };
                assert_eq!(
                    told(&stage("r", status), history, "shop-main").as_deref(),
                    Some("1"),
                    "{touched:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_there_already_is_not_offered() {
        let runs = [good("2", "b", None), good("1", "a", None)];
        let untouched = History { touched: Some("2"), ..history(&runs) };
        let failed = stage("3", Status::Failed);
        assert_eq!(told(&failed, untouched, "shop-main").as_deref(), Some("1"));
        assert_eq!(told(&failed, untouched, "shop-hotfix").as_deref(), Some("2"));
        let half = History { touched: Some("3"), ..history(&runs) };
        assert_eq!(told(&failed, half, "shop-main").as_deref(), Some("2"));
        let Target::To(way) = target("shop-main", &failed, untouched, None) else { panic!("no way") };
        assert!(way.is_untouched);
    }

    #[test]
    fn what_was_never_verified_is_passed_over_unless_there_is_nothing_else() {
        let runs = [good("3", "c", None), good("2", "b", None), good("1", "a", None)];
        let verified = [good("3", "c", None), good("1", "a", None)];
        let stage = stage("3", Status::Succeeded);
        let history = History { verified: Some(&verified), ..history(&runs) };
        let Target::To(way) = target("shop-main", &stage, history, None) else { panic!("no way") };
        assert_eq!((way.run.id.as_str(), way.is_verified, way.over.len()), ("1", true, 1));
        let history = History { verified: Some(&verified[..1]), ..history };
        let Target::To(way) = target("shop-main", &stage, history, None) else { panic!("no way") };
        assert_eq!((way.run.id.as_str(), way.is_verified, way.over.len()), ("2", false, 0));
    }
}
