//! `branchline import copilot`: the way out of AWS Copilot.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::super::Exit;
use super::super::proposal::{failed, root, sound};
use crate::config::tree;
use crate::edge::configuration::{self, NAME};
use crate::edge::terminal::Terminal;
use crate::edge::{create, git, replace};
use crate::import::attributes::{guards, is_attributes, without};
use crate::import::copilot::gather::{Gathered, gather, is_entered, is_read};
use crate::import::report::Report;
use crate::import::report::escaped;
use crate::import::text::{Given, text};

/// Make a branchline.yml from AWS Copilot's files on every branch, with a report of what changes
///
/// Reads copilot/ of every local branch, and of every branch of origin as it was last fetched, without checking anything out. A
/// pipeline's manifest that stands on several branches is one rule; different ones are several. The report says what became what,
/// with file, branch and line, what is not carried over and what was wrong before. Nothing is written without --write, and
/// nothing in AWS is looked at.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A folder of the repository; the file is written at the repository's root
    #[arg(short = 'C', value_name = "DIR", default_value = ".", hide_default_value = true, value_hint = ValueHint::DirPath)]
    directory: PathBuf,
    /// The app's name [that of copilot/.workspace]
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    /// The AWS account of the pipelines, twelve digits: the one in which Copilot's pipelines are
    #[arg(long, value_name = "ID")]
    account: String,
    /// Their region, such as eu-west-1
    #[arg(long, value_name = "REGION")]
    region: String,
    /// The ARN of the connection to the repository's host, where it is to be kept
    #[arg(long, value_name = "ARN")]
    connection: Option<String>,
    /// Write branchline.yml, and take the lines that keep pipeline files apart out of this branch's .gitattributes
    #[arg(long)]
    write: bool,
    /// Print the report as Markdown, for a pull request
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// Print the report as JSON, for scripts; the proposed file is in it
    #[arg(long)]
    pub(super) json: bool,
}

/// The most bytes of a file that are read.
const LIMIT: usize = tree::MAX_BYTES;

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let root = root(&arguments.directory, terminal)?;
    let path = root.join(NAME);
    if arguments.write {
        create::is_free(&path).map_err(|error| failed(terminal, &error, error.help()))?;
    }
    let read = |error: git::GitError, terminal: &mut Terminal| failed(terminal, &error, &error.hint());
    let facts = git::facts(&root).map_err(|error| read(error, terminal))?;
    let branches =
        git::every_branch(&root, LIMIT, &is_read, &is_entered).map_err(|error| read(error, terminal))?;
    let has_driver = git::has_merge_driver(&root, "ours").map_err(|error| read(error, terminal))?;
    let Gathered { app, draft, remarks } =
        gather(&branches, facts.branch.as_deref(), arguments.app.as_deref());
    let found = guards(&branches);
    let proposed =
        if draft.rules.is_empty() || draft.services.is_empty() {
            None
        } else {
            let given = Given {
                app: app.ok_or_else(|| {
                    failed(terminal, "no branch has copilot/.workspace", "say the app's name with `--app`")
                })?,
                account: arguments.account.clone(),
                region: arguments.region.clone(),
                connection: arguments.connection.clone(),
            };
            let text = text(&draft, &given);
            Some(text.map_err(|error| {
                failed(terminal, &error, "this is a fault of branchline: please report it")
            })?)
        };
    let report = Report::new(draft, remarks, found, has_driver);
    tell(&report, proposed.as_deref(), arguments, terminal);
    let Some(text) = proposed else {
        let what =
            format!("no pipeline with a workload was found in copilot/ of {} branches", branches.len());
        return Err(failed(
            terminal,
            what,
            "`git fetch` brings branches that only the remote has; the report says what was seen",
        ));
    };
    let shown = configuration::shown(&path);
    sound(
        &root,
        &shown,
        &text,
        "what stands above says what it is: correct Copilot's file, or write it by hand from the report",
        terminal,
    )?;
    if arguments.write {
        create::create(&path, &text).map_err(|error| failed(terminal, &error, error.help()))?;
        terminal.message(format_args!(
            "{shown} was written. Look at each {} in it, then: branchline check\n",
            crate::import::text::MARK
        ));
        let here = branches.iter().find(|one| !one.is_remote && Some(&one.name) == facts.branch.as_ref());
        let paths = here.into_iter().flat_map(|one| one.files.keys()).filter(|path| is_attributes(path));
        attributes(&root, paths, terminal)?;
    } else if !arguments.json {
        terminal.message("Nothing was written: --write writes branchline.yml.\n");
    }
    Ok(Exit::Done)
}

fn tell(report: &Report, proposed: Option<&str>, arguments: &Arguments, terminal: &mut Terminal) {
    if arguments.json {
        let mut answer = report.json();
        answer["branchline_yml"] = proposed.into();
        terminal.result(format_args!("{}\n", escaped(&format!("{answer:#}"))));
    } else if arguments.markdown {
        terminal.result(report.markdown());
    } else {
        let width = terminal.results_look().width;
        terminal.result(report.text(width));
        if let (Some(text), false) = (proposed, arguments.write) {
            terminal.result(format_args!("\nThe proposed branchline.yml:\n\n{text}"));
        }
    }
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
