//! `branchline plan`: what `apply` would do in AWS.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;

use super::apply::{look, reads};
use super::aws::{Credentials, failed, network};
use super::engine::{self, Engine, Said};
use super::{Exit, load};
use crate::change::stack::plan::{Found, Planning, planning};
use crate::change::stack::steps::Consent;
use crate::change::stack::view::{self, View};
use crate::change::stack::{Template, leaving, steps, tell};
use crate::cli::Location;
use crate::document::RenderError;
use crate::document::specs::Specs;
use crate::document::stacks::{Stack, stacks};
use crate::document::tree;
use crate::edge::aws::{Given, reading};
use crate::edge::terminal::Terminal;
use crate::pipeline::Plan;

/// Show what would change in AWS, and what was changed there by hand
///
/// Every stack of the map is compared with the one that stands, and every pipeline and project with what AWS says of it:
/// CloudFormation does not notice when somebody edits a pipeline. Nothing is written, neither here nor in AWS, and the right to read
/// is enough, but for `--change-set`. docs/aws.md lists the calls.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option")]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    credentials: Credentials,
    /// Have CloudFormation work out the changes, too: the one thing that writes
    ///
    /// A change set is made for each stack that would change, shown with AWS's causes, and deleted again. Nothing is carried out.
    #[arg(long)]
    change_set: bool,
    /// With `--change-set`: a bucket for templates that are too long for a request, as `apply` has it
    #[arg(long, value_name = "[ENVIRONMENT=]NAME", requires = "change_set")]
    template_bucket: Vec<Given>,
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
        Said::refuse(&[("--change-set", arguments.change_set)], terminal)?;
        let Arguments { location, credentials, exit_code, all, .. } = arguments;
        let (consent, all, exit_code) = (Consent::default(), *all, *exit_code);
        return engine::plan(Said { location, credentials, consent, yes: false, all, exit_code }, terminal);
    }
    let (_, load::Sound { config, map, specs }) = load::load_sound(&arguments.location, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    if arguments.change_set {
        let given = (&arguments.credentials, arguments.template_bucket.as_slice());
        let (planning, views) = look::look(&plan, &specs, given, terminal)?;
        return Ok(told((arguments, &plan), &planning, Some(&views), terminal));
    }
    let wanted = stacks(&plan);
    let templates = templates(&plan, &specs, &wanted).map_err(|error| {
        terminal.error(&error, "this is a fault of branchline, not of your file: please report it");
        Exit::Failed
    })?;
    let mut session = arguments.credentials.session(&config, terminal)?;
    let aws = network(terminal)?;
    let changing = |found: &Found| steps::changing(&planning(&config.app, &wanted, &templates, found));
    let asked = reading::found(&mut session, &wanted, changing);
    let asked = aws.wait_telling(asked, |seconds| terminal.progress(&reads(seconds)));
    terminal.unpaint();
    let found: Found = asked.map_err(|failure| failed(&failure, terminal))?;
    let planning = planning(&config.app, &wanted, &templates, &found).without_waiting(&plan);
    Ok(told((arguments, &plan), &planning, None, terminal))
}

/// Tells the plan, with CloudFormation's own views where they were asked for.
fn told(
    (arguments, plan): (&Arguments, &Plan),
    planning: &Planning,
    views: Option<&[Option<View>]>,
    terminal: &mut Terminal,
) -> Exit {
    if arguments.json {
        let mut json = tell::json(planning);
        if let Some(views) = views {
            view::add(&mut json, views);
        }
        terminal.result(format_args!("{json:#}\n"));
    } else {
        terminal.result(tell::told(planning, arguments.all));
        let waiting: Vec<&str> = plan.waiting_environments().map(|one| one.name.as_str()).collect();
        let is_sure = arguments.location.remote.is_some()
            || arguments.location.branches.is_some()
            || plan.config.rules.iter().all(|rule| rule.per_branch.is_none());
        terminal.columns(&leaving::left_over(&plan.config.stem, &planning.left, &waiting, is_sure));
        if let Some(views) = views {
            terminal.columns(&view::told(planning, views));
        }
    }
    if arguments.exit_code && planning.differs() { Exit::Differences } else { Exit::Done }
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
