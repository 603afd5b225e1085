//! `branchline apply`: brings AWS to what the map asks for.

mod gate;
mod reviewed;
mod telling;
mod work;

use clap::Args;

use super::aws::Credentials;
use super::{Exit, load};
use crate::change::stack::steps::{Consent, Step};
use crate::change::stack::tell;
use crate::cli::Location;
use crate::edge::ask;
use crate::edge::aws::Given;
use crate::edge::terminal::Terminal;
use crate::pipeline::Plan;
use work::Applying;

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
    /// A bucket for templates that are too long for a request: for all stacks, or for that of one environment
    ///
    /// Without it the app's artifact bucket takes them, which other accounts may not read. It stands in the stack's region, and whoever
    /// applies may write and read there.
    #[arg(long, value_name = "[ENVIRONMENT=]NAME")]
    template_bucket: Vec<Given>,
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
    /// Print what became of each stack as JSON, for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

impl Arguments {
    fn consent(&self) -> Consent {
        Consent { replace: self.replace, interrupt: self.interrupt, wait: self.wait, mend: self.mend }
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
    let (_, load::Sound { config, map, specs }) = load::load_sound(&arguments.location, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let agreed_to = reviewed::read(arguments.reviewed.as_deref(), terminal)?;
    let mut applying = Applying::new(&plan, &specs, arguments, terminal)?;
    applying.read(terminal)?;
    gate::pass(&mut applying, terminal)?;
    let planning = applying.planning();
    if !arguments.json {
        terminal.result(tell::told(&planning, false));
    }
    reviewed::hold(agreed_to.as_ref(), &planning, terminal)?;
    if !applying.has_work() {
        return Ok(telling::end(&planning, &applying.outcomes, terminal));
    }
    if !arguments.yes && !agreed(terminal)? {
        return Ok(Exit::Failed);
    }
    applying.mend(terminal)?;
    for step in Step::ALL {
        let is_good = applying.step(step, terminal)?;
        if !is_good {
            break;
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
    Ok(telling::end(&planning, &applying.outcomes, terminal))
}

fn agreed(terminal: &mut Terminal) -> Result<bool, Exit> {
    let judge = |answer: &str| {
        (!matches!(answer, "yes" | "no")).then(|| "is to be `yes` or `no`, in full".to_owned())
    };
    let colour = terminal.messages_look().colour;
    match ask::ask("Is this to be done in AWS? (yes/no)", None, colour, &judge) {
        Ok(answer) => Ok(answer == "yes"),
        Err(error) => {
            terminal.error(&error, "");
            Err(Exit::Failed)
        }
    }
}
