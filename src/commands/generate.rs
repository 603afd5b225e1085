//! `branchline generate`: the files of every pipeline, from `branchline.yml`.

mod buildspecs;
mod carry_out;
mod flags;

use clap::Args;

pub use carry_out::carry_out;
pub use flags::Flags;

use super::{Exit, load};
use crate::cli::Location;
use crate::document::overview::Overviews;
use crate::document::tree::Tree;
use crate::edge::terminal::Terminal;
use crate::edge::{configuration, git};
use crate::pipeline::Plan;

/// Write the stacks, the buildspecs and the overview of every pipeline
///
/// Everything is made from branchline.yml alone and needs no AWS account: the same file gives the same bytes. The files
/// are replaced all or none: each is written beside its place before the first of them is replaced. A run that is killed
/// while it replaces them is completed by the next one. A file that was edited by hand is not overwritten unless you say
/// so. What to deploy, in which order and with which commands, is said in the README.md among them.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    pub(crate) flags: Flags,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    // What is wrong with them is told where they are used.
    rayon::spawn(|| _ = Overviews::get());
    let (root, load::Sound { mut config, map, specs }) = load::load_sound(&arguments.location, terminal)?;
    let flags = &arguments.flags;
    let has_place = flags.output.is_some() || flags.stdout || arguments.location.rev.is_none();
    if !has_place && git::is_bare(&root).unwrap_or_default() {
        terminal.error(
            "this repository has no working tree, so there is no folder beside branchline.yml to generate into",
            "say where to with `--output DIR`, or print the files with `--stdout`",
        );
        return Err(Exit::Usage);
    }
    let output: std::path::PathBuf =
        flags.output.clone().unwrap_or_else(|| configuration::shown(&root.join("pipelines")).into());
    buildspecs::locate(&mut config, &root, &output, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    Ok(carry_out(Tree::new(&plan, &specs), &specs.blocks, &output, flags, terminal))
}
