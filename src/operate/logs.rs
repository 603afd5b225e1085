//! Logs of actions: which action's, where it lies, and what of it a terminal may be shown.

use serde::Serialize;

use super::plain::is_unseen;
use super::{Moment, Status, freeze};
use crate::pipeline::text::Place;

/// An action that ran, or runs (`ListActionExecutions`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executed {
    /// The execution of the pipeline.
    pub execution: String,
    /// The stage.
    pub stage: String,
    /// The action.
    pub action: String,
    /// How it stands.
    pub status: Status,
    /// When it began.
    pub started: Option<Moment>,
    /// When it changed last.
    pub updated: Option<Moment>,
    /// Who carries it out, as CodePipeline calls it: `CodeBuild`, `ECS`, `Manual`.
    pub provider: String,
    /// What the service that carries it out calls it; of CodeBuild the build's id.
    pub outside: Option<String>,
    /// Where to look at it: an address.
    pub link: Option<String>,
    /// What is said of its end.
    pub message: Option<String>,
    /// The role under which it works; without one it is the pipeline's.
    pub role: Option<String>,
    /// Its region; without one it is the pipeline's.
    pub region: Option<String>,
    /// The cluster and the service of a deploy by ECS.
    pub service: Option<(String, String)>,
}

impl Executed {
    /// The account and region in which it works: the account of its role (CodePipeline user guide, "Create a pipeline that uses
    /// resources from another account").
    pub fn place(&self, home: &Place) -> Place {
        let account = self.role.as_deref().and_then(|arn| arn.split(':').nth(4)).unwrap_or(home.account());
        Place::new(account, self.region.as_deref().unwrap_or(home.region()))
    }

    /// The build whose log it has, if it is one of CodeBuild.
    pub fn build(&self) -> Option<&str> {
        self.outside.as_deref().filter(|_| self.provider == "CodeBuild")
    }
}

/// Which action is meant.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of a stage of this environment.
    pub environment: Option<String>,
    /// Of this stage.
    pub stage: Option<String>,
    /// Of this name.
    pub action: Option<String>,
    /// Of this execution, or of one whose id begins so.
    pub execution: Option<String>,
}

impl Wanted {
    /// Whether an action is one of those that are meant. An approval never is: nothing runs in it.
    fn means(&self, one: &Executed) -> bool {
        let is = |wanted: &Option<String>, name: &str| wanted.as_deref().is_none_or(|wanted| wanted == name);
        let of = |wanted: &Option<String>| {
            wanted.as_deref().is_none_or(|environment| freeze::is_of(&one.stage, environment))
        };
        let in_execution = self.execution.as_deref().is_none_or(|begin| one.execution.starts_with(begin));
        one.provider != "Manual"
            && of(&self.environment)
            && is(&self.stage, &one.stage)
            && is(&self.action, &one.action)
            && in_execution
    }

    /// The one that is meant, of those that ran, the newest first: that which fails or runs, before any other that has a log.
    pub fn choose<'e>(&self, all: &'e [Executed]) -> Option<&'e Executed> {
        self.urgent(all)
            .or_else(|| all.iter().filter(|one| self.means(one)).find(|one| one.build().is_some()))
    }

    /// The newest that failed or runs; what failed and has gone well since is over. Where an action is named, the newest of that name,
    /// however it stands.
    pub fn urgent<'e>(&self, all: &'e [Executed]) -> Option<&'e Executed> {
        let is_over = |at: usize, one: &Executed| {
            let is_same = |newer: &&Executed| newer.stage == one.stage && newer.action == one.action;
            all[..at]
                .iter()
                .filter(|newer| self.means(newer) && is_same(newer))
                .any(|newer| newer.status == Status::Succeeded)
        };
        let is_urgent = |(at, one): &(usize, &Executed)| {
            self.action.is_some()
                || one.status.is_live()
                || (one.status == Status::Failed && !is_over(*at, one))
        };
        all.iter().enumerate().filter(|(_, one)| self.means(one)).find(is_urgent).map(|(_, one)| one)
    }
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// When it was written.
    pub time: Option<Moment>,
    /// What it says, without what steers a terminal.
    pub text: String,
}

/// The lines of an event of a log. What steers a terminal is taken out, and so are characters that turn the direction of writing; the
/// rest is as it is. Colours and the like, which are more than one character, have been taken out before.
pub fn lines(time: Option<Moment>, message: &str) -> Vec<Line> {
    message
        .trim_end_matches(['\n', '\r'])
        .split('\n')
        .map(|line| {
            let kept = |letter: &char| *letter == '\t' || !(letter.is_control() || is_unseen(*letter));
            Line { time, text: line.chars().filter(kept).collect() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn executed(stage: &str, provider: &str, status: Status) -> Executed {
        Executed {
            execution: "c53d0000".to_owned(),
            stage: stage.to_owned(),
            action: "Act".to_owned(),
            status,
            started: None,
            updated: None,
            provider: provider.to_owned(),
            outside: Some("project:1".to_owned()),
            link: None,
            message: None,
            role: None,
            region: None,
            service: None,
        }
    }

    #[test]
    fn the_newest_that_fails_or_runs_is_chosen_before_one_that_went_well() {
        let all = [
            executed("Approve-live", "Manual", Status::InProgress),
            executed("Test", "CodeBuild", Status::Succeeded),
            executed("Build", "CodeBuild", Status::Failed),
        ];
        let chosen = |wanted: &Wanted, all: &[Executed]| wanted.choose(all).map(|one| one.stage.clone());
        assert_eq!(chosen(&Wanted::default(), &all).as_deref(), Some("Build"));
        assert_eq!(chosen(&Wanted::default(), &all[..2]).as_deref(), Some("Test"));
        assert_eq!(chosen(&Wanted::default(), &all[..1]), None);
        let named = Wanted { action: Some("Act".to_owned()), ..Wanted::default() };
        assert_eq!(chosen(&named, &all).as_deref(), Some("Test"));
        let other = Wanted { environment: Some("live".to_owned()), ..Wanted::default() };
        assert_eq!(chosen(&other, &all), None);
        let execution = Wanted { execution: Some("aaaa".to_owned()), ..Wanted::default() };
        assert_eq!(chosen(&execution, &all), None);
    }

    #[test]
    fn what_failed_and_has_gone_well_since_is_not_chosen() {
        let all = [
            executed("Build", "CodeBuild", Status::Succeeded),
            executed("Source", "CodeStarSourceConnection", Status::Succeeded),
            executed("Source", "CodeStarSourceConnection", Status::Failed),
        ];
        let chosen = |all: &[Executed]| Wanted::default().choose(all).map(|one| one.stage.clone());
        assert_eq!(chosen(&all).as_deref(), Some("Build"));
        assert_eq!(chosen(&all[2..]).as_deref(), Some("Source"));
    }

    #[test]
    fn an_action_works_in_the_account_of_its_role() {
        let home = Place::new("111111111111", "eu-west-1");
        let mut one = executed("Test", "CodeBuild", Status::Failed);
        assert_eq!(one.place(&home), home);
        one.role = Some("arn:aws:iam::222222222222:role/shop".to_owned());
        one.region = Some("us-east-1".to_owned());
        assert_eq!(one.place(&home), Place::new("222222222222", "us-east-1"));
    }

    #[test]
    fn a_line_keeps_its_spaces_and_loses_what_steers_a_terminal() {
        let text = |message| lines(None, message).into_iter().map(|line| line.text).collect::<Vec<_>>();
        assert_eq!(text("  a\tb \u{1b}red\u{7}\u{202e}c\r\n"), ["  a\tb redc"]);
        assert_eq!(text("one\ntwo\n"), ["one", "two"]);
        assert_eq!(text(""), [""]);
    }
}
