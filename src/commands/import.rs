//! `branchline import`: one map from another tool's files.

mod adf;
mod buildspecs;
mod copilot;
#[cfg(feature = "aws")]
mod look_up;
mod pipeline;
mod platform_config;
mod shared;

use clap::{Args, Subcommand};

use super::Exit;
use crate::edge::terminal::Terminal;

/// Make a branchline.yml from another tool's files, with a report of what changes
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    origin: Origin,
}

#[derive(Debug, Subcommand)]
enum Origin {
    Copilot(copilot::Arguments),
    Pipeline(pipeline::Arguments),
    Adf(adf::Arguments),
    PlatformConfig(platform_config::Arguments),
    Buildspecs(buildspecs::Arguments),
}

impl Arguments {
    /// Whether the answer is JSON.
    pub(crate) fn json(&self) -> bool {
        match &self.origin {
            Origin::Copilot(arguments) => arguments.shared.json,
            Origin::Pipeline(arguments) => arguments.shared.json,
            Origin::Adf(arguments) => arguments.shared.json,
            Origin::PlatformConfig(arguments) => arguments.shared.json,
            Origin::Buildspecs(arguments) => arguments.shared.json,
        }
    }
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    match &arguments.origin {
        Origin::Copilot(arguments) => copilot::run(arguments, terminal),
        Origin::Pipeline(arguments) => pipeline::run(arguments, terminal),
        Origin::Adf(arguments) => adf::run(arguments, terminal),
        Origin::PlatformConfig(arguments) => platform_config::run(arguments, terminal),
        Origin::Buildspecs(arguments) => buildspecs::run(arguments, terminal),
    }
}
