//! Approvals that wait, and what became of one that was answered.

use super::super::{Moment, Seen, plain};
use super::{Sheet, behind, commit_of, environment_of, has, lasting};
use crate::branch_map::Entry;

/// Characters of a comment at most (CodePipeline API, `ApprovalSummary`).
pub const LONGEST: usize = 512;

/// An approval that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Its stage.
    pub stage: String,
    /// Its action.
    pub action: String,
    /// The environment that it guards.
    pub environment: Option<String>,
    /// The execution that waits.
    pub execution: String,
    /// What answers this very request and no other.
    pub token: String,
    /// Since when.
    pub since: Option<Moment>,
}

/// What is asked of the person, by the action's own configuration as CodePipeline has filled it in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The question: the approval's `CustomData`.
    pub question: Option<String>,
    /// Where it leads: `ExternalEntityLink`.
    pub link: Option<String>,
    /// The branch that the execution is of, where the source says it.
    pub branch: Option<String>,
}

/// What a person says to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Approve,
    /// No.
    Reject,
}

impl Verdict {
    /// The command's name.
    pub fn verb(self) -> &'static str {
        match self {
            Verdict::Approve => "approve",
            Verdict::Reject => "reject",
        }
    }
}

/// The approvals of a pipeline that wait, in the order of its stages.
pub fn pending(entry: &Entry, seen: &Seen) -> Vec<Pending> {
    let mut all = Vec::new();
    for stage in &seen.stages {
        let Some((execution, _)) = stage.latest.as_ref().filter(|(_, status)| status.is_live()) else {
            continue;
        };
        for action in &stage.actions {
            let Some(token) =
                action.token.as_ref().filter(|_| action.status.is_some_and(super::Status::is_live))
            else {
                continue;
            };
            all.push(Pending {
                stage: stage.name.clone(),
                action: action.name.clone(),
                environment: environment_of(entry, &stage.name).map(str::to_owned),
                execution: execution.clone(),
                token: token.clone(),
                since: action.since,
            });
        }
    }
    all
}

/// Whether a question says, in branchline's own words, that an older commit is to replace a newer one or lacks its migrations
/// (docs/record.md). What stands in quotes “…” was written by others: subjects and names.
pub fn warns(question: &str) -> bool {
    let mut rest = question;
    loop {
        let (own, quoted) = rest.split_once('“').unwrap_or((rest, ""));
        if own.contains("WARNING") {
            return true;
        }
        match quoted.split_once('”') {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
}

/// What is shown before it is answered.
pub fn sheet(
    entry: &Entry,
    seen: &Seen,
    one: &Pending,
    asked: &Asked,
    verdict: Verdict,
    now: Moment,
) -> Sheet {
    let what = match (&one.environment, verdict) {
        (Some(environment), Verdict::Approve) => format!("let it into {environment}"),
        (Some(environment), Verdict::Reject) => format!("keep it out of {environment}"),
        (None, Verdict::Approve) => "let it go on".to_owned(),
        (None, Verdict::Reject) => "let it go no further".to_owned(),
    };
    let queue = behind(seen, &one.stage);
    let queue = (!queue.is_empty()).then(|| format!("{} before {}", queue.join(", "), one.stage));
    let sheet = Sheet::new(format!("{} in {}: {what}", verdict.verb(), entry.pipeline))
        .fact("commit", commit_of(seen, &one.execution))
        .maybe("branch", asked.branch.as_deref().filter(|branch| *branch != entry.branch_name()))
        .fact("execution", &one.execution)
        .fact("waits", format!("in {}{}", one.stage, lasting(one.since, now)))
        .maybe("there now", one.environment.as_deref().map(|environment| has(seen, environment, now)))
        .maybe("asked", asked.question.as_deref())
        .maybe("more", asked.link.as_deref())
        .maybe("behind it", queue);
    if verdict == Verdict::Approve && asked.question.as_deref().is_some_and(warns) {
        return sheet.warn(
            "read the WARNING in what is asked. Where the commit is older than what is deployed, an approval does not lift the guard: \
             `Guard` stops it behind the approval, unless the environment or this start allows a downgrade",
        );
    }
    sheet
}

/// What has become of a request that AWS takes no answer for any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Since {
    /// It has this very answer: an earlier try of this call got through.
    Ours,
    /// Somebody has answered it: what, who, and the comment.
    Answered(String),
    /// It is over: it ran out of time, or its execution was stopped.
    Over,
    /// Another request waits there now.
    Another(Pending),
}

/// How an action of an execution ended, as its history tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// AWS's word: `Succeeded`, `Failed`, `Abandoned`, `InProgress`.
    pub status: String,
    /// What was said.
    pub said: Option<String>,
    /// By whom: an ARN.
    pub by: Option<String>,
}

/// What has become of it, by the history of its execution and the approvals that wait now.
pub fn since(one: &Pending, verdict: Verdict, comment: &str, end: Option<&End>, now: &[Pending]) -> Since {
    let answer = match end.map(|end| end.status.as_str()) {
        Some("Succeeded") => Some(Verdict::Approve),
        Some("Failed") => Some(Verdict::Reject),
        _ => None,
    };
    let said = end.and_then(|end| end.said.as_deref());
    if answer == Some(verdict) && said == Some(plain(comment).as_str()) {
        return Since::Ours;
    }
    // Nobody answers a request that runs out of time: CodePipeline fails it in its own name.
    if let (Some(answer), Some(by)) = (answer, end.and_then(|end| end.by.as_deref())) {
        let word = if answer == Verdict::Approve { "approved" } else { "rejected" };
        let said = said.map(|said| format!(": “{said}”")).unwrap_or_default();
        return Since::Answered(format!("{by} has {word} it{said}"));
    }
    let other = now.iter().find(|other| other.stage == one.stage && other.token != one.token);
    other.map_or(Since::Over, |other| Since::Another(other.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> Pending {
        Pending {
            stage: "Approve-production".into(),
            action: "Approve".into(),
            environment: Some("production".into()),
            execution: "e1".into(),
            token: "t1".into(),
            since: None,
        }
    }

    #[test]
    fn only_branchlines_own_words_are_a_warning() {
        assert!(warns("Deploy shop? WARNING: older"));
        assert!(warns("“harmless” by “a” WARNING"));
        assert!(!warns("brings “WARNING: this is a subject” by “WARNING”"));
        assert!(!warns("an open “WARNING"));
    }

    #[test]
    fn an_answer_is_ours_only_with_our_verdict_and_our_words() {
        let end = |status: &str, said: &str| End {
            status: status.into(),
            said: Some(said.into()),
            by: Some("arn:me".into()),
        };
        let since = |end: &End| since(&one(), Verdict::Approve, "seen", Some(end), &[]);
        assert_eq!(since(&end("Succeeded", "seen")), Since::Ours);
        assert_eq!(
            since(&end("Succeeded", "other")),
            Since::Answered("arn:me has approved it: “other”".into())
        );
        assert_eq!(since(&end("Failed", "seen")), Since::Answered("arn:me has rejected it: “seen”".into()));
        assert_eq!(since(&end("Abandoned", "")), Since::Over);
    }
}
