//! `branchline explain`: what a push to one branch, or one tag, would do, and why.

mod answer;
mod report;

use clap::Args;
use thiserror::Error;

pub use answer::{json, json_of_tag};
pub use report::{report, report_of_tag};

use super::{Exit, load};
use crate::branch_map::git_name::{self, Breach};
use crate::branch_map::{Facts, branch_of_ref};
use crate::cli::Location;
use crate::edge::git;
use crate::edge::terminal::Terminal;

/// Tell what a push to a branch would do, and why.
///
/// Says which rule of branchline.yml matches the branch and how, which broader rules leave it to that one, which changed
/// files start the pipeline, what it would do in order, and why the other rules do not match. The branch need not exist. A
/// branch that no rule matches starts nothing; that is an answer, not an error.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    /// The branch to explain, such as release/1.4. If none is given: with --rev the branch of that name, else the one that
    /// is checked out.
    #[arg(conflicts_with = "tag")]
    pub branch: Option<String>,
    /// Explain a tag, such as v1.2, in place of a branch.
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
    /// Print the answer as a JSON object, for scripts.
    #[arg(long)]
    pub json: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let (root, load::Sound { config, map, .. }) = load::load_sound(&arguments.location, terminal)?;
    if let Some(tag) = &arguments.tag {
        let tag = asked_tag(tag).map_err(|error| {
            terminal.error(&error, "");
            Exit::Usage
        })?;
        if arguments.json {
            terminal.result(format_args!("{:#}\n", json_of_tag(&map, &config, &tag)));
        } else {
            terminal.result(report_of_tag(&map, &config, &tag));
        }
        return Ok(Exit::Done);
    }
    // Only where no branch is named does git have to know one.
    let facts = arguments.branch.is_none().then(|| git::facts(&root));
    let facts = match facts.transpose() {
        Ok(facts) => facts,
        Err(error) => {
            terminal
                .error(&error, &format!("{}; or name the branch: `branchline explain BRANCH`", error.hint()));
            return Err(Exit::Usage);
        }
    };
    let of_revision = arguments.location.rev.as_deref().zip(facts.as_ref());
    let of_revision = of_revision.and_then(|(revision, facts)| branch_of_revision(revision, facts));
    if let Some(branch) = of_revision {
        terminal.message(format_args!(
            "No branch is named, so this is about `{branch}`, the branch of `--rev`.\n"
        ));
    }
    let named = arguments.branch.as_deref().or(of_revision);
    let branch = asked(named, facts.as_ref()).map_err(|error| {
        terminal.error(&error, "");
        Exit::Usage
    })?;
    if let (None, Some(revision)) = (named, &arguments.location.rev) {
        terminal.message(format_args!(
            "No branch is named and `{revision}` is none, so this is about `{branch}`, which is checked out.\n"
        ));
    }
    if arguments.json {
        terminal.result(format_args!("{:#}\n", json(&map, &config, &branch)));
    } else {
        terminal.columns(&report(&map, &config, &branch));
    }
    Ok(Exit::Done)
}

/// What was asked is no branch, or no tag (exit code 64).
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
    /// A tag's full ref.
    #[error("`{name}` is a ref; its tag is called `{tag}`: `branchline explain --tag {tag}`")]
    TagRef {
        /// What was asked.
        name: String,
        /// The tag in it.
        tag: String,
    },
    /// Not a name that git allows a tag.
    #[error("`{}` cannot be a tag: git allows {breach}", name.escape_debug())]
    IllegalTag {
        /// What was asked.
        name: String,
        /// The rule of git's that it breaks.
        breach: Breach,
    },
}

/// The branch that a revision is: its name, its ref, or the remote's as it was last fetched. `None` for a tag, a commit or
/// `HEAD~1`.
pub fn branch_of_revision<'a>(revision: &'a str, git: &Facts) -> Option<&'a str> {
    let known = |branches: &[String], name: &str| branches.iter().any(|branch| branch == name);
    let local =
        revision.strip_prefix("refs/heads/").or_else(|| revision.strip_prefix("heads/")).unwrap_or(revision);
    if known(&git.branches, local) {
        return Some(local);
    }
    let remote = revision.strip_prefix("refs/remotes/").unwrap_or(revision).strip_prefix("origin/")?;
    known(&git.remote_branches, remote).then_some(remote)
}

/// The tag that is asked about.
pub fn asked_tag(name: &str) -> Result<String, NoBranch> {
    let illegal =
        |fault: git_name::Fault| NoBranch::IllegalTag { name: name.to_owned(), breach: fault.breach };
    git_name::check(name).map_err(illegal)?;
    match name.strip_prefix("refs/tags/") {
        Some(tag) => Err(NoBranch::TagRef { name: name.to_owned(), tag: tag.to_owned() }),
        None => Ok(name.to_owned()),
    }
}

/// The branch that is asked about: the one that was named, or the one that is checked out.
pub fn asked(named: Option<&str>, git: Option<&Facts>) -> Result<String, NoBranch> {
    let current = || git.and_then(|git| git.branch.as_deref());
    let name = named.or_else(current).ok_or(NoBranch::NoneCheckedOut)?;
    git_name::check(name)
        .map_err(|fault| NoBranch::Illegal { name: name.to_owned(), breach: fault.breach })?;
    if let Some(tag) = name.strip_prefix("refs/tags/").filter(|_| named.is_some()) {
        return Err(NoBranch::TagRef { name: name.to_owned(), tag: tag.to_owned() });
    }
    match branch_of_ref(name).filter(|_| named.is_some()) {
        Some(branch) => Err(NoBranch::Ref { name: name.to_owned(), branch: branch.to_owned() }),
        None => Ok(name.to_owned()),
    }
}
