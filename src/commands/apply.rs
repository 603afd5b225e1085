//! `branchline apply`: brings AWS to what the map asks for.

mod branches;
pub(super) mod closed;
mod frozen;
mod gate;
pub(super) mod look;
mod prune;
mod reviewed;
pub(super) mod telling;
mod whose;
mod work;

use clap::Args;

use super::aws::Credentials;
use super::engine::{self, Engine, Said};
use super::{Exit, load};
use crate::change::stack::steps::{Consent, Step};
use crate::change::stack::tell;
use crate::cli::Location;
use crate::edge::ask;
use crate::edge::aws::Given;
use crate::edge::terminal::Terminal;
use crate::pipeline::Plan;
use work::Applying;
pub(super) use work::reads;

pub(super) use gate::unfinished;
pub(super) use reviewed::role_arn;

/// Create and update the stacks in AWS: base, environments, pipelines
///
/// Shows what `plan` shows, asks, and then works through the stacks by change sets, at most four side by side, telling each event
/// as it comes. What is as it should be is not touched. What speaks against it is said before anything is written.
/// Interrupted anywhere, the next apply goes on. docs/aws.md lists the calls.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option")]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    credentials: Credentials,
    /// Do it without asking
    #[arg(long)]
    yes: bool,
    /// Make anew or delete what carries data, too: buckets, images, keys, a pipeline with its history
    #[arg(long)]
    replace: bool,
    /// Wait until what runs in pipelines that change, and what is under way in stacks, is over
    #[arg(long, conflicts_with = "interrupt")]
    wait: bool,
    /// Change pipelines that are running, which stops them where they are
    #[arg(long)]
    interrupt: bool,
    /// Mend stacks that are stuck: delete one whose creation failed, go on with a rollback that failed
    #[arg(long)]
    mend: bool,
    /// Delete the stacks of pipelines that the map asks for no more: rules that were taken out, branches that are gone
    ///
    /// Environments and base stacks are never deleted by this: `destroy` does. With `per_branch` it needs `--remote`, or a list of the
    /// branches. Image repositories stay.
    #[arg(long)]
    prune: bool,
    /// A bucket for templates that are too long for a request: for all stacks, or for that of one environment
    ///
    /// Without it the app's artifact bucket takes them, which other accounts may not read. It stands in the stack's region, and whoever
    /// applies may write and read there.
    #[arg(long, value_name = "[ENVIRONMENT=]NAME")]
    template_bucket: Vec<Given>,
    /// Whether stacks are made, or projects and pipelines alone, through their own APIs
    ///
    /// With `api` roles, buckets, keys and all else have to be there: docs/engine-api.md says what.
    #[arg(long, value_enum, default_value_t = Engine::Stacks, hide_default_value = true)]
    engine: Engine,
    /// The role that CloudFormation works with, by its name, or path and name, in each stack's account
    ///
    /// It is then the stack's own: whoever changes the stack later works with it, too. Without it CloudFormation has the rights of who
    /// applies.
    #[arg(long, value_name = "NAME")]
    service_role: Option<String>,
    /// Do only what was reviewed: what `plan --json` wrote into this file
    ///
    /// What differs from it by now is told, and nothing is done. Executions that run make no difference.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    reviewed: Option<std::path::PathBuf>,
    /// Let nothing be deployed by pipelines that are made, until `unfreeze`: why, for whoever finds them closed
    ///
    /// CodePipeline starts a pipeline as soon as it is made. With this it is closed before each of its environments right behind its
    /// stack, as `freeze` would do it; it builds and tests. Pipelines that stand and have released already are left as they are.
    #[arg(long, value_name = "TEXT")]
    closed: Option<String>,
    /// Print what became of each stack as JSON, for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

impl Arguments {
    fn consent(&self) -> Consent {
        Consent { replace: self.replace, interrupt: self.interrupt, wait: self.wait, mend: self.mend }
    }

    fn by_api(&self, terminal: &mut Terminal) -> Result<Exit, Exit> {
        let of_stacks = [
            ("--replace", self.replace),
            ("--mend", self.mend),
            ("--template-bucket", !self.template_bucket.is_empty()),
            ("--prune", self.prune),
            ("--service-role", self.service_role.is_some()),
            ("--reviewed", self.reviewed.is_some()),
        ];
        Said::refuse(&of_stacks, terminal)?;
        let closed = closed::reason_of(self.closed.as_deref(), terminal)?;
        let Arguments { location, credentials, yes, .. } = self;
        let consent = self.consent();
        engine::apply(
            Said { location, credentials, consent, yes: *yes, all: false, exit_code: false },
            closed.as_deref(),
            terminal,
        )
    }
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    if !arguments.yes && !ask::is_possible() {
        terminal.error(
            "apply asks before it writes, and here is nobody who could answer",
            "look at `branchline plan`, and say `--yes`",
        );
        return Err(Exit::Usage);
    }
    if arguments.engine == Engine::Api {
        return arguments.by_api(terminal);
    }
    let (root, load::Sound { config, map, specs }) = load::load_sound(&arguments.location, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let agreed_to = reviewed::read(arguments.reviewed.as_deref(), terminal)?;
    let mut pruning = prune::begin(&plan, (arguments, &root), terminal)?;
    let mut applying = Applying::new(&plan, &specs, arguments, terminal)?;
    applying.read(terminal)?;
    let held = match &mut pruning {
        Some(pruning) => prune::look(pruning, &mut applying, &arguments.location, terminal)?,
        None => Vec::new(),
    };
    let untrodden = applying.untrodden(terminal)?;
    // Before anything that may refuse, or wait: a release is on its way there.
    if !untrodden.is_empty() {
        if !arguments.yes && !agreed(terminal)? {
            return Ok(Exit::Failed);
        }
        applying.close(&untrodden, terminal)?;
    }
    gate::pass(&mut applying, held, terminal)?;
    let mut planning = applying.planning();
    reviewed::hold(agreed_to.as_ref(), &planning, terminal)?;
    if let Some(pruning) = &pruning {
        prune::take_over(pruning, &mut planning);
    }
    if !arguments.json {
        terminal.result(tell::told(&planning, false));
    } else if !arguments.yes {
        terminal.message(tell::told(&planning, false));
    }
    if let Some(pruning) = &pruning {
        prune::show(pruning, terminal);
    }
    let has_old = pruning.as_ref().is_some_and(|pruning| !pruning.first.sight.chosen.is_empty());
    if !applying.has_work() && !has_old {
        return Ok(telling::end(&planning, &applying.outcomes, terminal));
    }
    branches::warn(&planning, (&config, &map), (&arguments.location, &root), terminal);
    let frozen = frozen::look(&mut applying, terminal)?;
    if !arguments.yes && !agreed(terminal)? {
        return Ok(Exit::Failed);
    }
    applying.show();
    look::clear(&mut applying, terminal)?;
    applying.mend(terminal)?;
    let mut is_good = true;
    for step in Step::ALL {
        match applying.step(step, terminal) {
            Ok(true) => {}
            Ok(false) => {
                is_good = false;
                break;
            }
            Err(exit) => {
                // What was done before is told all the same.
                if !applying.outcomes.is_empty() {
                    telling::end(&planning, &applying.outcomes, terminal);
                }
                return Err(exit);
            }
        }
        // A connection that was made just now waits for a person, and the first run of a pipeline would fail for it.
        if step == Step::Bases
            && !applying.outcomes.is_empty()
            && gate::waits_for_a_person(&mut applying, terminal)?
        {
            telling::end(&planning, &applying.outcomes, terminal);
            return Ok(Exit::Failed);
        }
    }
    if let Err(exit) = frozen::close(&mut applying, &frozen, terminal) {
        telling::end(&planning, &applying.outcomes, terminal);
        return Err(exit);
    }
    // What is new stands first: nothing is taken away for something that could not be made.
    let pruned = match pruning.as_mut().filter(|_| is_good) {
        Some(pruning) => prune::carry_out(pruning, &mut applying, terminal),
        None => Ok(true),
    };
    let end = telling::end(&planning, &applying.outcomes, terminal);
    let has_pruned = pruned?;
    if let Some(pruning) = pruning.filter(|_| is_good && has_pruned) {
        prune::show_what_stays(&pruning, terminal);
    }
    Ok(if end == Exit::Done && !has_pruned { Exit::Failed } else { end })
}

/// Whether a person at the terminal agrees.
pub(super) fn agreed(terminal: &mut Terminal) -> Result<bool, Exit> {
    super::holding::agreed("Is this to be done in AWS? (yes/no)", terminal)
}
