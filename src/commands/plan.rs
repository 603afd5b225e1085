//! `branchline plan`: what `apply` would do in AWS.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;

use super::aws::{Credentials, failed};
use super::engine::{self, Engine, Said};
use super::{Exit, load};
use crate::change::stack::plan::{Found, planning};
use crate::change::stack::steps::Consent;
use crate::change::stack::{Template, tell};
use crate::cli::Location;
use crate::document::RenderError;
use crate::document::specs::Specs;
use crate::document::stacks::{Stack, stacks};
use crate::document::tree;
use crate::edge::aws::{Aws, reading};
use crate::edge::terminal::Terminal;
use crate::pipeline::Plan;

/// Show what would change in AWS, and what was changed there by hand
///
/// Every stack of the map is compared with the one that stands, and every pipeline and project with what AWS says of it:
/// CloudFormation does not notice when somebody edits a pipeline. Nothing is written, neither here nor in AWS; the right to read is
/// enough. docs/aws.md lists the calls.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    credentials: Credentials,
    /// End with 2 when something would change, was changed by hand, or is left over
    #[arg(long)]
    exit_code: bool,
    /// Show the stacks that stay as they are, too
    #[arg(long)]
    all: bool,
    /// Whether stacks are compared, or projects and pipelines alone, which `apply --engine api` writes
    #[arg(long, value_enum, default_value_t = Engine::Stacks, hide_default_value = true)]
    engine: Engine,
    /// Print the plan as JSON, for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    if arguments.engine == Engine::Api {
        let Arguments { location, credentials, exit_code, all, .. } = arguments;
        let (consent, all, exit_code) = (Consent::default(), *all, *exit_code);
        return engine::plan(Said { location, credentials, consent, yes: false, all, exit_code }, terminal);
    }
    let (_, load::Sound { config, map, specs }) = load::load_sound(&arguments.location, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let wanted = stacks(&plan);
    let templates = templates(&plan, &specs, &wanted).map_err(|error| {
        terminal.error(&error, "this is a fault of branchline, not of your file: please report it");
        Exit::Failed
    })?;
    let mut session = arguments.credentials.session(&config, terminal)?;
    let aws = Aws::open().map_err(|error| {
        terminal.error(
            format_args!("no network can be used: {error}"),
            "too many files may be open: see `ulimit -n`",
        );
        Exit::Failed
    })?;
    let found: Found =
        aws.wait(reading::found(&mut session, &wanted)).map_err(|failure| failed(&failure, terminal))?;
    let planning = planning(&config.app, &wanted, &templates, &found);
    if arguments.json {
        terminal.result(format_args!("{:#}\n", tell::json(&planning)));
    } else {
        terminal.result(tell::told(&planning, arguments.all));
    }
    Ok(if arguments.exit_code && planning.differs() { Exit::Differences } else { Exit::Done })
}

/// The templates of the stacks by path, as `generate` would write them.
pub(super) fn templates(
    plan: &Plan,
    specs: &Specs,
    wanted: &[Stack],
) -> Result<BTreeMap<String, Template>, RenderError> {
    let paths: BTreeSet<&str> = wanted.iter().map(|stack| stack.template.as_str()).collect();
    let mut templates = BTreeMap::new();
    for file in tree::files(plan, specs) {
        let file = file?;
        if paths.contains(file.path.as_str()) {
            let template = Template::read(&file.text).map_err(|error| RenderError {
                path: file.path.clone(),
                reason: error.to_string(),
                misfit: None,
            })?;
            templates.insert(file.path, template);
        }
    }
    Ok(templates)
}
