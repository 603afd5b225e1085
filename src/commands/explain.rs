//! `branchline explain`: what a push to one branch would do, and why.

use std::fmt::Write;

use clap::Args;
use serde_json::{Value, json};
use thiserror::Error;

use super::{Exit, load, stages};
use crate::branch_map::git_name::{self, Breach};
use crate::branch_map::pattern::Pattern;
use crate::branch_map::{BranchMap, Entry, Facts, branch_of_ref, why};
use crate::cli::Location;
use crate::config::Config;
use crate::edge::git;
use crate::edge::terminal::Terminal;

/// Tell what a push to a branch would do, and why.
///
/// Says which rule of branchline.yml matches the branch and how, what its pipeline would do in order, and why the
/// other rules do not match. The branch need not exist. A branch that no rule matches starts nothing; that is an
/// answer, not an error.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    /// The branch to explain, such as release/1.4. The branch that is checked out if none is given.
    pub branch: Option<String>,
    /// Print the answer as a JSON object, for scripts.
    #[arg(long)]
    pub json: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let (root, load::Sound { config, map, .. }) = load::load_sound(&arguments.location, terminal)?;
    // Only where no branch is named does git have to know one.
    let facts = match arguments.branch.is_none().then(|| git::facts(&root)).transpose() {
        Ok(facts) => facts,
        Err(error) => {
            terminal
                .error(&error, &format!("{}; or name the branch: `branchline explain BRANCH`", error.hint()));
            return Err(Exit::Usage);
        }
    };
    let branch = asked(arguments.branch.as_deref(), facts.as_ref()).map_err(|error| {
        terminal.error(&error, "");
        Exit::Usage
    })?;
    if arguments.json {
        terminal.result(format_args!("{:#}\n", json(&map, &branch)));
    } else {
        terminal.columns(&report(&map, &config, &branch));
    }
    Ok(Exit::Done)
}

/// What was asked is no branch (exit code 64).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoBranch {
    /// None was named, and git has none checked out.
    #[error("no branch is checked out here; say which one: `branchline explain BRANCH`")]
    NoneCheckedOut,
    /// A full ref.
    #[error("`{name}` is a ref; its branch is called `{branch}`: `branchline explain {branch}`")]
    Ref {
        /// What was asked.
        name: String,
        /// The branch in it.
        branch: String,
    },
    /// Not a name that git allows.
    #[error("`{}` cannot be a branch: git allows {breach}", name.escape_debug())]
    Illegal {
        /// What was asked.
        name: String,
        /// The rule of git's that it breaks.
        breach: Breach,
    },
}

/// The branch that is asked about: the one that was named, or the one that is checked out.
pub fn asked(named: Option<&str>, git: Option<&Facts>) -> Result<String, NoBranch> {
    let current = || git.and_then(|git| git.branch.as_deref());
    let name = named.or_else(current).ok_or(NoBranch::NoneCheckedOut)?;
    git_name::check(name)
        .map_err(|fault| NoBranch::Illegal { name: name.to_owned(), breach: fault.breach })?;
    match branch_of_ref(name).filter(|_| named.is_some()) {
        Some(branch) => Err(NoBranch::Ref { name: name.to_owned(), branch: branch.to_owned() }),
        None => Ok(name.to_owned()),
    }
}

/// How many of the rules that do not match are named, the nearest ones.
const RULES_NAMED: usize = 5;

/// What a push to the branch would do, and why. Ends in a newline.
pub fn report(map: &BranchMap, config: &Config, branch: &str) -> String {
    match map.entry_for(branch) {
        Some(entry) => matched(map, config, branch, entry),
        None => unmatched(map, branch),
    }
}

fn matched(map: &BranchMap, config: &Config, branch: &str, entry: &Entry) -> String {
    let why = Pattern::parse(&entry.pattern).ok().and_then(|pattern| why::matching(&pattern, branch));
    let steps: Vec<(String, String)> = stages::of(config, entry)
        .into_iter()
        .enumerate()
        .map(|(at, stage)| (format!("{:>2}  {}", at + 1, stage.name), stage.what))
        .collect();
    let others: Vec<&Entry> = nearest(map, branch).filter(|other| *other != entry).collect();
    let mut text = format!(
        "A push to `{branch}` starts the pipeline `{}`.\n\nRule: {}\nWhy:  {}\n\nWhat happens, in order:\n{}",
        entry.pipeline,
        entry.pattern,
        why.unwrap_or_default(),
        columns(&steps),
    );
    if !others.is_empty() {
        let _ = write!(text, "\nThe other rules do not match:\n{}", reasons(&others, branch));
    }
    text
}

fn unmatched(map: &BranchMap, branch: &str) -> String {
    let mut text = format!("No rule matches `{branch}`: a push to it starts nothing.\n");
    let on_remote = branch.strip_prefix("origin/").and_then(|name| Some((name, map.entry_for(name)?)));
    if let Some((name, entry)) = on_remote {
        let _ = writeln!(
            text,
            "If the branch `{name}` of the remote is meant: that one matches `{}`.",
            entry.pattern
        );
    }
    let others: Vec<&Entry> = nearest(map, branch).collect();
    if !others.is_empty() {
        let _ = write!(text, "\nThe nearest rules, and why they do not match:\n{}", reasons(&others, branch));
    }
    text
}

/// The rules, the one most like the branch first; those equally like it in the order of the file.
fn nearest<'a>(map: &'a BranchMap, branch: &str) -> impl Iterator<Item = &'a Entry> {
    let mut entries: Vec<(f64, &Entry)> =
        map.entries.iter().map(|entry| (strsim::jaro_winkler(&entry.pattern, branch), entry)).collect();
    entries.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    entries.into_iter().map(|(_, entry)| entry)
}

fn reasons(entries: &[&Entry], branch: &str) -> String {
    let (named, more) = entries.split_at(entries.len().min(RULES_NAMED));
    let reason = |entry: &&Entry| {
        let reason = Pattern::parse(&entry.pattern).map(|pattern| why::not_matching(&pattern, branch));
        (entry.pattern.clone(), reason.unwrap_or_default())
    };
    let mut text = columns(&named.iter().map(reason).collect::<Vec<_>>());
    if !more.is_empty() {
        let _ = writeln!(text, "  and {} more: `branchline map` lists them all", more.len());
    }
    text
}

fn columns(rows: &[(String, String)]) -> String {
    let widest = rows.iter().map(|(first, _)| first.chars().count()).max().unwrap_or_default();
    rows.iter().fold(String::new(), |mut text, (first, second)| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "  {first:widest$}  {second}");
        text
    })
}

/// The answer as an object with `branch`, `rule`, `pipeline` and `environments`: null, null and an empty list where
/// no rule matches.
pub fn json(map: &BranchMap, branch: &str) -> Value {
    let entry = map.entry_for(branch);
    json!({
        "branch": branch,
        "rule": entry.map(|entry| &entry.pattern),
        "pipeline": entry.map(|entry| &entry.pipeline),
        "environments": entry.map_or(&[][..], |entry| entry.environments.as_slice()),
    })
}
