//! What a start releases, with which variables.

use super::super::{Moment, Seen, plain, short};
use super::meant::nearest;
use super::{Sheet, commit_of, has, lasting, live, whereabouts};
use crate::branch_map::Entry;
use crate::config::raw::RawMode;

/// The variable by which a start lifts the guard (docs/record.md).
pub const DOWNGRADE: &str = "DOWNGRADE";

/// Characters of a variable's value at most (CodePipeline API, `PipelineVariableValue`).
const LONGEST: usize = 1_000;

/// A commit as git here knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// All digits of its id.
    pub id: String,
    /// The first line of its message, made harmless; `None` where git here does not have the commit.
    pub summary: Option<String>,
    /// When it was committed.
    pub committed: Option<Moment>,
    /// Of the branches that start the pipeline those that have it, as git here knows them; `None` where that was not asked.
    pub branches: Option<Vec<String>>,
}

/// What is released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Release {
    /// This commit.
    Commit(Commit),
    /// The newest commit of the pipeline's one branch, whichever that is when CodePipeline looks.
    Newest(String),
}

/// A variable that a pipeline declares, with its value where a start says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// Its default; `None` where each start has to name one.
    pub default: Option<String>,
}

/// `NAME=VALUE`.
pub fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("is to be NAME=VALUE, such as DOWNGRADE=allow".to_owned()),
    }
}

/// What is wrong with the variables of a start: what, and what to write instead. `None` where the pipeline takes them.
pub fn wrong(given: &[(String, String)], declared: &[Declared]) -> Option<(String, String)> {
    let names = || declared.iter().map(|one| one.name.as_str());
    for (at, (name, value)) in given.iter().enumerate() {
        if !names().any(|known| known == name) {
            let help = match nearest(name, names()) {
                Some(near) => format!("is `{near}` meant?"),
                None if declared.is_empty() => "it declares none: leave `--variable` out".to_owned(),
                None => format!("it declares {}", names().collect::<Vec<_>>().join(", ")),
            };
            return Some((format!("the pipeline has no variable `{name}`"), help));
        }
        if given[..at].iter().any(|(other, _)| other == name) {
            return Some((format!("the variable `{name}` is given twice"), "give it once".to_owned()));
        }
        if value.is_empty() || value.chars().count() > LONGEST {
            let help = format!("CodePipeline takes 1 to {LONGEST} characters");
            return Some((format!("the value of `{name}` is empty or too long"), help));
        }
        if name == DOWNGRADE && !matches!(value.as_str(), "allow" | "refuse") {
            let help =
                "write `DOWNGRADE=allow` or `DOWNGRADE=refuse`; docs/record.md says what it lifts".to_owned();
            return Some((format!("`{name}` is `allow` or `refuse`"), help));
        }
    }
    let lacking =
        declared.iter().find(|one| one.default.is_none() && !given.iter().any(|(name, _)| *name == one.name));
    lacking.map(|one| {
        let what = format!("the pipeline's variable `{}` has no default", one.name);
        (what, format!("give it: `--variable {}=VALUE`", one.name))
    })
}

/// Whether this start lifts the guard.
pub fn lifts(variables: &[(String, String)]) -> bool {
    variables.iter().any(|(name, value)| name == DOWNGRADE && value == "allow")
}

/// What is shown before it is started.
pub fn sheet(
    entry: &Entry,
    seen: &Seen,
    release: &Release,
    variables: &[(String, String)],
    now: Moment,
) -> Sheet {
    let mut sheet = Sheet::new(format!("start {}", entry.pipeline));
    sheet = match release {
        Release::Newest(branch) => {
            sheet.fact("commit", format!("the newest of {branch}, as its host has it then"))
        }
        Release::Commit(commit) => {
            let summary = commit.summary.as_deref().map(|text| format!(" {text}")).unwrap_or_default();
            let ago = commit.committed.map(|at| format!(", committed {}", at.ago(now))).unwrap_or_default();
            let sheet = sheet.fact("commit", format!("{}{summary}{ago}", commit.id));
            match &commit.branches {
                _ if commit.summary.is_none() => {
                    sheet.warn("git here does not know this commit: see that it is the one that you mean")
                }
                Some(branches) if branches.is_empty() => sheet.warn(format!(
                    "no branch that starts this pipeline ({}) has this commit, as far as git here knows: it may be a branch that is \
                     gone, or a commit that was never meant to come here",
                    entry.heading()
                )),
                Some(branches) => sheet.fact("is on", some(branches)),
                None => sheet,
            }
        }
    };
    for (name, value) in variables {
        sheet = sheet.fact("variable", format!("{name}={value}"));
    }
    for environment in &entry.environments {
        sheet = sheet.fact("goes to", format!("{environment}, which has {}", has(seen, environment, now)));
    }
    for run in live(seen) {
        let place = whereabouts(seen, &run.id);
        sheet = sheet
            .fact("under way", format!("{} {place}{}", commit_of(seen, &run.id), lasting(run.started, now)));
    }
    if entry.mode == RawMode::Superseded && !live(seen).is_empty() {
        sheet = sheet.warn(
            "the pipeline supersedes: this one takes the place of an execution that waits before a stage",
        );
    }
    for stage in &seen.stages {
        if let Some(closed) = &stage.closed {
            sheet = sheet.warn(format!(
                "{} is closed, and this one will wait before it: “{}”",
                stage.name, closed.reason
            ));
        }
    }
    if lifts(variables) {
        let all = entry.environments.join(", ");
        return sheet.warn(format!(
            "DOWNGRADE=allow LIFTS THE GUARD in every environment that this execution comes to: {all}. An older commit replaces a newer \
             one there, and the database keeps the newer structure"
        ));
    }
    sheet
}

fn some(branches: &[String]) -> String {
    const NAMED: usize = 3;
    let named = branches.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match branches.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// Why a commit is not of the branch that was named in place of the pipeline, as far as git here knows. One that no branch has is
/// warned of by [`sheet`].
pub fn of_another(branch: Option<&str>, release: &Release) -> Option<String> {
    let (Some(branch), Release::Commit(Commit { branches: Some(branches), .. })) = (branch, release) else {
        return None;
    };
    let is_other = !branches.is_empty() && !branches.iter().any(|one| *one == plain(branch));
    is_other.then(|| {
        format!("{branch} does not have this commit, as far as git here knows: it is on {}", some(branches))
    })
}

/// What to say where a commit has to be named and was not.
pub fn no_commit(entry: &Entry) -> String {
    format!(
        "{} takes {}, and CodePipeline does not say which commit of which branch is meant",
        entry.pipeline,
        entry.heading()
    )
}

/// The execution that was started, for the end.
pub fn started(pipeline: &str, execution: &str) -> String {
    format!(
        "execution {execution} of {pipeline} has begun ({}): `branchline status` follows it",
        short(execution)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong_with(given: &[(&str, &str)]) -> Option<String> {
        let declared = [
            Declared { name: "DOWNGRADE".into(), default: Some("refuse".into()) },
            Declared { name: "REGION".into(), default: Some("x".into()) },
        ];
        let given: Vec<_> =
            given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        wrong(&given, &declared).map(|(what, help)| format!("{what}; {help}"))
    }

    #[test]
    fn a_variable_is_one_that_the_pipeline_declares() {
        assert_eq!(wrong_with(&[("DOWNGRADE", "allow"), ("REGION", "y")]), None);
        let told = wrong_with(&[("DOWNGRAD", "allow")]).unwrap();
        assert!(told.ends_with("is `DOWNGRADE` meant?"), "{told}");
        assert!(wrong_with(&[("DOWNGRADE", "yes")]).unwrap().contains("`allow` or `refuse`"));
        assert!(wrong_with(&[("REGION", "")]).is_some());
        assert!(wrong_with(&[("REGION", "a"), ("REGION", "b")]).unwrap().contains("twice"));
        let needed = [Declared { name: "X".into(), default: None }];
        assert!(wrong(&[], &needed).unwrap().1.contains("--variable X=VALUE"));
    }
}
