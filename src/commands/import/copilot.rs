//! `branchline import copilot`: the way out of AWS Copilot.

mod files;

use std::path::Path;

use clap::Args;

use super::super::Exit;
use super::super::proposal::failed;
#[cfg(feature = "aws")]
use super::look_up::LookUp;
use super::shared::{Nothing, Said, Shared, Target};
use crate::config::tree;
use crate::edge::terminal::Terminal;
use crate::edge::{git, replace};
use crate::import::attributes::{guards, is_attributes, patches, without};
use crate::import::copilot::folder;
use crate::import::copilot::gather::{Gathered, gather_of, is_entered, is_read};
use crate::import::copilot::rules::elsewhere;
use crate::import::copilot::switch;
use crate::import::copilot::{joined, places, together};
use crate::import::report::Report;

/// The command as people write it.
const COMMAND: &str = "branchline import copilot";

/// Make a branchline.yml from AWS Copilot's files on every branch, with a report of what changes
///
/// Reads copilot/ of every local branch, and of every branch of origin as it was last fetched, without checking anything out. A
/// pipeline's manifest that stands on several branches is one rule; different ones are several. The report says what became what,
/// with file, branch and line, what is not carried over and what was wrong before. Nothing is written without --write, and
/// nothing is asked of AWS without --look-up. --write also takes the lines that keep pipeline files apart out of .gitattributes in this
/// working tree; it commits nothing.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(super) shared: Shared,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    look_up: LookUp,
    /// The folder that holds copilot/, from the repository's root, where several do: `services/shop`; `.` is the root
    #[arg(long, value_name = "DIR")]
    folder: Option<String>,
}

/// The most bytes of a file that are read.
const LIMIT: usize = tree::MAX_BYTES;

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let target = Target::find(&arguments.shared, terminal)?;
    let read = |error: git::GitError, terminal: &mut Terminal| failed(terminal, &error, &error.hint());
    let facts = git::facts(&target.root).map_err(|error| read(error, terminal))?;
    let branches = git::every_branch(&target.root, LIMIT, &is_read, &is_entered)
        .map_err(|error| read(error, terminal))?;
    let has_driver = git::has_merge_driver(&target.root, "ours").map_err(|error| read(error, terminal))?;
    let folder = files::chosen(arguments.folder.as_deref(), &branches, terminal)?;
    let own = files::of_folder(&target.root, &branches, &folder).map_err(|error| read(error, terminal))?;
    let (current, app) = (facts.branch.as_deref(), arguments.shared.app.as_deref());
    let gathered = gather_of(&own, current, app, facts.origin.as_ref().ok());
    #[cfg(feature = "aws")]
    let gathered = arguments.look_up.filled(gathered, &arguments.shared, terminal)?;
    let Gathered { app, mut draft, mut remarks, mut before, .. } = folder::from_root(gathered, &folder);
    places::mark(&mut draft);
    remarks.extend(joined::join(&mut draft));
    remarks.extend(together::started(&draft.rules));
    let guards = guards(&branches);
    before.guarded =
        guards.iter().filter(|guard| guard.is_ours_to_remove).map(|guard| guard.place.file.clone()).collect();
    // Behind what AWS said: it knows what Copilot's pipelines are called.
    draft.errands = switch::steps(&before, &draft);
    // Copilot has its pipelines where the repository is, if that is in CodeCommit.
    let region =
        draft.source.as_ref().and_then(|source| source.region.as_ref()).map(|(region, _)| region.clone());
    remarks.extend(arguments.shared.region.as_deref().and_then(|region| elsewhere(&draft, region)));
    let mut report = Report::new("Copilot", draft, remarks, guards, has_driver);
    report.patches = patches(&branches);
    let from = Said { command: COMMAND, app, account: None, region };
    let nothing = Nothing {
        what: format!("no pipeline with a workload was found in copilot/ of {} branches", branches.len()),
        help: "`git fetch` brings branches that only the remote has; the report says what was seen",
    };
    let is_written = target.propose(&report, from, nothing, &arguments.shared, terminal)?;
    if is_written {
        let here = branches.iter().find(|one| !one.is_remote && Some(&one.name) == facts.branch.as_ref());
        let paths = here.into_iter().flat_map(|one| one.files.keys()).filter(|path| is_attributes(path));
        attributes(&target.root, paths, terminal)?;
    }
    Ok(Exit::Done)
}

/// Takes the guards out of the files of the working tree.
fn attributes<'p>(
    root: &Path,
    paths: impl Iterator<Item = &'p String>,
    terminal: &mut Terminal,
) -> Result<(), Exit> {
    for path in paths {
        let file = root.join(path);
        let there = replace::read(&file).map_err(|error| failed(terminal, &error, error.help()))?;
        let Some(there) = there else { continue };
        let left = without(&there, path);
        if left != there {
            replace::replace(&file, &there, &left).map_err(|error| failed(terminal, &error, error.help()))?;
            let lines = there.lines().count() - left.lines().count();
            terminal
                .message(format_args!("{path}: {lines} lines that kept pipeline files apart are gone.\n"));
        }
    }
    Ok(())
}
