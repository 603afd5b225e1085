//! `branchline import buildspecs`: one map from families of buildspecs.

use clap::Args;

use super::super::Exit;
use super::super::proposal::failed;
use super::shared::{Nothing, Said, Shared, Target, tell};
use crate::config::tree;
use crate::edge::git;
use crate::edge::terminal::Terminal;
use crate::import::buildspecs::{Gathered, family, gather};
use crate::import::copilot::gather::is_entered;
use crate::import::report::Report;

/// The command as people write it.
const COMMAND: &str = "branchline import buildspecs";

/// Compare families of buildspecs on every branch, and make a branchline.yml from them
///
/// A family is files such as buildspec-develop.yml, buildspec-release.yml and buildspec-master.yml, or one buildspec.yml that is another
/// file on each branch. Reads every local branch, and every branch of origin as it was last fetched, without checking anything out. The
/// report says key by key what is alike and what differs, with each line, and what is wrong; values of secrets are never shown. What is
/// proposed comes from names of files and from shell, so all of it is marked CHECK. Nothing is written without --write, and nothing in AWS
/// is looked at.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(super) shared: Shared,
}

/// The most bytes of a file that are read.
const LIMIT: usize = tree::MAX_BYTES;

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let shared = &arguments.shared;
    let target = Target::find(shared, terminal)?;
    let read = |error: git::GitError, terminal: &mut Terminal| failed(terminal, &error, &error.hint());
    let facts = git::facts(&target.root).map_err(|error| read(error, terminal))?;
    let branches = git::every_branch(&target.root, LIMIT, &family::is_read, &is_entered)
        .map_err(|error| read(error, terminal))?;
    let found = gather(&branches, facts.branch.as_deref(), &facts.origin, shared.app.as_deref());
    let Gathered { app, account, region, families, draft, remarks, reason } = found;
    let missing = [
        (shared.app.is_none() && app.is_none(), "the app's name: say it with `--app`"),
        (
            shared.account.is_none() && account.is_none(),
            "the account of the pipelines: say it with `--account`",
        ),
        (shared.region.is_none() && region.is_none(), "the region of the pipelines: say it with `--region`"),
    ];
    let missing =
        missing.iter().find(|(is_missing, _)| *is_missing).map(|(_, what)| format!("nothing says {what}"));
    let mut report = Report::new("buildspecs", draft, remarks, Vec::new(), false);
    report.families = families;
    // The comparison is worth having without a map. What only a person can say does not keep it back either.
    let reason = reason.or_else(|| missing.filter(|_| !shared.write));
    if let Some(reason) = reason {
        tell(&report, None, shared, terminal);
        let what = format!("no map can be proposed from this, because {reason}");
        if shared.write {
            return Err(failed(terminal, what, "nothing was written; the report says what was seen"));
        }
        terminal.message(format_args!("{what}\n"));
        return Ok(Exit::Done);
    }
    let from = Said { command: COMMAND, app, account, region };
    let nothing = Nothing {
        what: "no map can be proposed from this".to_owned(),
        help: "the report says what was seen",
    };
    target.propose(&report, from, nothing, shared, terminal)?;
    Ok(Exit::Done)
}
