//! `branchline stop`: ends an execution.

use clap::Args;

use super::act::{self, Desk, Manner};
use super::aws::Credentials;
use super::{Exit, load};
use crate::branch_map::Entry;
use crate::cli::Location;
use crate::edge::aws::executions;
use crate::edge::terminal::Terminal;
use crate::operate::acting::stop::{self, Choice, LONGEST};
use crate::operate::acting::{Taken, live, meant, run as run_of};
use crate::operate::{Seen, Status};
use crate::pipeline::Plan;

/// Stop an execution of a pipeline
///
/// What is under way is finished, and nothing is begun behind it; with --abandon it ends at once, and what it has begun is left to
/// itself: a migration's task and a deploy go on. Shows which actions those are, and asks. docs/operate.md says more.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    credentials: Credentials,
    /// A pipeline's name, its rule's pattern, or a branch
    what: String,
    /// The execution, by its id or the beginning of it, where several are under way
    #[arg(long, value_name = "ID")]
    execution: Option<String>,
    /// End it at once, and leave to itself what it has begun
    #[arg(long)]
    abandon: bool,
    /// Why, in at most 200 characters: it stands in the pipeline's history
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    pub(crate) manner: Manner,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    act::fits("--reason", &arguments.reason, LONGEST, terminal)?;
    let (_, load::Sound { config, map, specs }) = load::load_sound(&arguments.location, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let desk = Desk::open(&plan, &arguments.credentials, arguments.manner, terminal)?;
    let entry = desk.entry(&arguments.what, terminal)?;
    let seen = desk.seen(entry, terminal)?;
    let id = the_one(&desk, entry, &seen, arguments.execution.as_deref(), terminal)?;
    if meant::branch(entry, &arguments.what).is_some() {
        let trail = executions::trail(&desk.here.codepipeline, &entry.pipeline, id);
        let trail = desk.wait(trail, terminal)?;
        act::is_of_branch(entry, &arguments.what, trail.branch.as_deref(), terminal)?;
    }
    let run = run_of(&seen, id);
    let mut deed = desk.deed("stop", entry);
    deed.execution = Some(id);
    deed.commit = run.and_then(|run| run.commit.as_deref());
    if run.is_some_and(|run| run.status == Status::Stopping) && !arguments.abandon {
        deed.outcome = "already";
        return desk.tell(&deed, &format!("{} {}", stop::name(id), stopping(&seen, id)), terminal);
    }
    let sheet = stop::sheet(entry, &seen, id, arguments.abandon, &arguments.reason, act::now());
    let sheet = desk.agree(sheet, "Stop it?", terminal)?;
    deed.warnings = sheet.warnings();
    let asked =
        executions::stop(&desk.here.codepipeline, &entry.pipeline, id, arguments.abandon, &arguments.reason);
    let refused = match desk.wait(asked, terminal)? {
        Taken::Yes(_) => {
            let said =
                format!("{} is being stopped; `branchline status` shows when it has ended", stop::name(id));
            return desk.tell(&deed, &said, terminal);
        }
        Taken::No(refused) => refused,
    };
    // An earlier try of this call may have got through, or somebody else was quicker.
    let now = desk.look(entry, terminal)?.unwrap_or_default();
    if run_of(&now, id).is_some_and(|run| matches!(run.status, Status::Stopping | Status::Stopped)) {
        deed.outcome = "already";
        return desk.tell(&deed, &format!("{} {}", stop::name(id), stopping(&now, id)), terminal);
    }
    let what = format!("{} is not stopped: {}", stop::name(id), refused.message);
    Ok(desk.refused(deed, &what, stop::help(&refused.code), terminal))
}

/// What is said of an execution that is being stopped, or was.
fn stopping(seen: &Seen, id: &str) -> String {
    let actions: Vec<String> = stop::under_way(seen, id)
        .iter()
        .map(|(stage, action)| format!("{} in {stage}", action.name))
        .collect();
    if actions.is_empty() {
        return "was stopped already".to_owned();
    }
    format!(
        "is being stopped already, and waits for the end of {}; `--abandon` does not wait",
        actions.join(", ")
    )
}

/// The execution that is meant: the only one under way, or the one that was named.
fn the_one<'s>(
    desk: &Desk,
    entry: &Entry,
    seen: &'s Seen,
    named: Option<&str>,
    terminal: &mut Terminal,
) -> Result<&'s str, Exit> {
    let all = match stop::choice(seen, named) {
        Choice::One(id) => return Ok(id),
        Choice::Several(all) => all,
        Choice::None => Vec::new(),
    };
    if all.is_empty() {
        match named.filter(|_| !live(seen).is_empty()) {
            Some(named) => terminal.error(
                format_args!(
                    "no execution under way in {} begins with `{}`; it stands so:",
                    entry.pipeline,
                    named.escape_debug()
                ),
                "",
            ),
            None => {
                terminal.error(format_args!("nothing is under way in {}; it stands so:", entry.pipeline), "");
            }
        }
        desk.instead(entry, seen, terminal);
        return Err(Exit::Failed);
    }
    terminal.error(
        format_args!("several executions of {} are under way:", entry.pipeline),
        "name one of them with `--execution`; the beginning of its id is enough",
    );
    for id in all {
        terminal.message(format_args!("  {}\n", stop::told(seen, id)));
    }
    Err(Exit::Usage)
}
