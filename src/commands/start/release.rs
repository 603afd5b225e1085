//! Which commit a start releases.

use std::path::Path;

use super::super::Exit;
use crate::branch_map::Entry;
use crate::config::Event;
use crate::edge::git::{self, GitError, Known};
use crate::edge::remote::Git;
use crate::edge::terminal::Terminal;
use crate::operate::acting::meant;
use crate::operate::acting::start::{Commit, Release, no_commit};
use crate::operate::which::needs_commit;
use crate::operate::{Moment, plain};

/// Digits of a commit's id at least: fewer are too easily those of another.
const SHORTEST: usize = 4;

/// What was asked for.
pub(super) struct Wish<'w> {
    /// The pipeline.
    pub entry: &'w Entry,
    /// As the person named it.
    pub what: &'w str,
    /// `--commit`.
    pub commit: Option<&'w str>,
    /// `--remote`.
    pub remote: Option<&'w str>,
    /// Where git is asked.
    pub folder: &'w Path,
}

/// What it comes to.
pub(super) struct Found {
    /// What is released.
    pub release: Release,
    /// Whose head that is, and how that is known.
    pub head: Option<String>,
}

/// The commit that was named; else the branch's newest, where the pipeline has one branch; else the head of the branch that was named.
pub(super) fn release(wish: &Wish, terminal: &mut Terminal) -> Result<Found, Exit> {
    if let Some(named) = wish.commit {
        return Ok(Found { release: Release::Commit(by_digits(wish, named, terminal)?), head: None });
    }
    if !needs_commit(wish.entry) {
        let release = Release::Newest(wish.entry.branch_name().to_owned());
        return Ok(Found { release, head: None });
    }
    match (meant::branch(wish.entry, wish.what), wish.remote) {
        (Some(branch), Some(remote)) => by_remote(wish, branch, remote, terminal),
        (Some(branch), None) => by_last_fetch(wish, branch, terminal),
        (None, _) => {
            terminal.error(
                no_commit(wish.entry),
                "name the commit: `--commit SHA`; or, where branches start it, a branch in place of the pipeline",
            );
            Err(Exit::Usage)
        }
    }
}

/// The commit whose id begins with what was given. A whole id that git here does not know is taken as it is.
fn by_digits(wish: &Wish, named: &str, terminal: &mut Terminal) -> Result<Commit, Exit> {
    let digits = named.to_ascii_lowercase();
    let is_whole = matches!(digits.len(), 40 | 64);
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) || !(SHORTEST..=64).contains(&digits.len()) {
        terminal.error(
            format_args!("`{}` is not the id of a commit", named.escape_debug()),
            "an id has 40 digits, 0 to 9 and a to f; git completes four or more. `git rev-parse NAME` tells that of a branch or a tag",
        );
        return Err(Exit::Usage);
    }
    let unknown = || Commit { id: digits.clone(), summary: None, committed: None, branches: None };
    let (what, help) = match git::commit(wish.folder, &digits) {
        Ok(Known::One(commit)) => return Ok(told(wish, commit)),
        Ok(Known::Nothing) | Err(_) if is_whole => return Ok(unknown()),
        Ok(Known::Nothing) => (
            format!("git here knows no commit that begins with `{digits}`"),
            "`git fetch` fetches what is new; or give all 40 digits".to_owned(),
        ),
        Ok(Known::Several) => {
            (format!("more than one object begins with `{digits}`"), "give more digits".to_owned())
        }
        Err(error) => (
            format!("git cannot complete `{digits}`: {error}"),
            format!("give all 40 digits; or {}", error.hint()),
        ),
    };
    terminal.error(what, &help);
    Err(Exit::Usage)
}

fn by_last_fetch(wish: &Wish, branch: &str, terminal: &mut Terminal) -> Result<Found, Exit> {
    let no_head = |what: String, help: String, terminal: &mut Terminal| {
        terminal.error(what, &help);
        Exit::Usage
    };
    let head = git::head(wish.folder, branch).map_err(|error: GitError| {
        let help = format!("name the commit with `--commit SHA`; or {}", error.hint());
        no_head(format!("which commit is the head of `{branch}`? {error}"), help, terminal)
    })?;
    let head = head.ok_or_else(|| {
        let what =
            format!("git here does not know `{}/{branch}`, so not which commit is its head", git::REMOTE);
        let help =
            "`git fetch` fetches it, `--remote` asks for it without; or name the commit: `--commit SHA`";
        no_head(what, help.to_owned(), terminal)
    })?;
    let known = format!("{branch}, as {} was last fetched here: `--remote` asks for it anew", git::REMOTE);
    Ok(Found { release: Release::Commit(told(wish, head)), head: Some(known) })
}

fn by_remote(wish: &Wish, branch: &str, remote: &str, terminal: &mut Terminal) -> Result<Found, Exit> {
    let tips = Git::default().tips(wish.folder, remote).map_err(|error| {
        terminal.error(&error, &error.help());
        Exit::Failed
    })?;
    let Some((_, id)) = tips.into_iter().find(|(name, _)| name == branch) else {
        terminal.error(
            format_args!("{} has no branch `{branch}` now", remote.escape_debug()),
            "see `git ls-remote --heads`; or name the commit: `--commit SHA`",
        );
        return Err(Exit::Usage);
    };
    let known = match git::commit(wish.folder, &id) {
        Ok(Known::One(commit)) => told(wish, commit),
        _ => Commit { id, summary: None, committed: None, branches: None },
    };
    let head = Some(format!("{branch}, as {remote} has it now"));
    Ok(Found { release: Release::Commit(known), head })
}

/// A commit as it is shown, with the branches that have it and start the pipeline.
fn told(wish: &Wish, commit: git::Commit) -> Commit {
    let is_of_branches = wish.entry.trigger.event == Event::Push;
    let branches = is_of_branches
        .then(|| git::branches_with(wish.folder, &commit.id, |name| wish.entry.matches(name)).ok())
        .flatten();
    let branches = branches.map(|all| all.iter().map(|name| plain(name)).collect());
    Commit {
        id: commit.id,
        summary: Some(plain(&commit.summary)),
        committed: Some(Moment(commit.committed)),
        branches,
    }
}
