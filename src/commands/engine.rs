//! `--engine`: by stacks, or project by project and pipeline by pipeline.

mod apply;
mod plan;
mod telling;

use clap::ValueEnum;

use super::aws::{Credentials, failed, network};
use super::{Exit, load};
use crate::change::direct::{Planning, Wanted, planning, wanted};
use crate::change::stack::steps::Consent;
use crate::cli::Location;
use crate::document::stacks::stacks;
use crate::edge::aws::{Aws, Session, direct};
use crate::edge::terminal::Terminal;
use crate::pipeline::Plan;

pub(super) use apply::apply;
pub(super) use plan::plan;

/// How things are made in AWS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// As CloudFormation stacks
    #[default]
    Stacks,
    /// CodeBuild projects and pipelines one by one, and nothing else
    Api,
}

/// What a person said on the command line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    pub(super) location: &'a Location,
    pub(super) credentials: &'a Credentials,
    pub(super) consent: Consent,
    /// Without asking.
    pub(super) yes: bool,
    /// With what stays as it is.
    pub(super) all: bool,
    /// Whether differences are told by the exit code.
    pub(super) exit_code: bool,
}

impl Said<'_> {
    /// Options that are about stacks alone are wrong usage.
    pub(super) fn refuse(options: &[(&str, bool)], terminal: &mut Terminal) -> Result<(), Exit> {
        match options.iter().find(|(_, is_said)| *is_said) {
            None => Ok(()),
            Some((option, _)) => {
                terminal.error(
                    format_args!("`{option}` is about stacks, and `--engine api` makes none"),
                    "leave one of the two out",
                );
                Err(Exit::Usage)
            }
        }
    }
}

/// What both commands do first: everything that is wanted is known, and what AWS has of it is read.
struct Read<'p> {
    plan: &'p Plan<'p>,
    wanted: Wanted,
    aws: Aws,
    session: Session,
    found: crate::change::direct::Found,
}

impl<'p> Read<'p> {
    fn new(
        plan: &'p Plan<'p>,
        specs: &crate::document::specs::Specs,
        credentials: &Credentials,
        terminal: &mut Terminal,
    ) -> Result<Self, Exit> {
        let stacks = stacks(plan);
        let templates = super::plan::templates(plan, specs, &stacks).map_err(|error| {
            terminal.error(&error, "this is a fault of branchline, not of your file: please report it");
            Exit::Failed
        })?;
        let wanted = wanted(plan, &stacks, &templates).map_err(|unknown| {
            for one in &unknown {
                terminal.error(one, &one.help());
            }
            Exit::Failed
        })?;
        let mut session = credentials.session(plan.config, terminal)?;
        let aws = network(terminal)?;
        let found = aws
            .wait(direct::found(&mut session, plan, &wanted))
            .map_err(|failure| failed(&failure, terminal))?;
        Ok(Read { plan, wanted, aws, session, found })
    }

    fn planning(&self) -> Planning {
        planning(&self.plan.config.app, &self.wanted, &self.found, &self.plan.home)
    }
}

/// The configuration of a command, which has to be sound.
fn sound(said: Said, terminal: &mut Terminal) -> Result<load::Sound, Exit> {
    load::load_sound(said.location, terminal).map(|(_, sound)| sound)
}
