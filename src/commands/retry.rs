//! `branchline retry`: runs a failed stage again.

use clap::Args;

use super::act::{self, Desk, Manner};
use super::aws::Credentials;
use super::{Exit, load};
use crate::branch_map::Entry;
use crate::cli::Location;
use crate::edge::aws::{executions, pipelines};
use crate::edge::terminal::Terminal;
use crate::operate::acting::retry::{self, Failed};
use crate::operate::acting::{Taken, meant, run as run_of};
use crate::operate::{Seen, short};
use crate::pipeline::Plan;

/// Run a failed stage again, with all its actions
///
/// All actions, the lock first: the failed ones alone would pass by it. Shows what failed and why, and asks. Explains where CodePipeline
/// does not let it run again. docs/operate.md says more.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    credentials: Credentials,
    /// A pipeline's name, its rule's pattern, or a branch
    what: String,
    /// The environment whose stage it is, where several stages have failed
    #[arg(long, value_name = "NAME", conflicts_with = "stage")]
    environment: Option<String>,
    /// The stage, where several have failed
    #[arg(long, value_name = "NAME")]
    stage: Option<String>,
    #[command(flatten)]
    pub(crate) manner: Manner,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let (_, load::Sound { config, map, specs }) = load::load_sound(&arguments.location, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let desk = Desk::open(&plan, &arguments.credentials, arguments.manner, terminal)?;
    let entry = desk.entry(&arguments.what, terminal)?;
    Desk::environment(entry, arguments.environment.as_deref(), terminal)?;
    let seen = desk.seen(entry, terminal)?;
    let one = the_one(&desk, entry, &seen, arguments, terminal)?;
    let client = &desk.here.codepipeline;
    if meant::branch(entry, &arguments.what).is_some() {
        let trail = desk.wait(executions::trail(client, &entry.pipeline, &one.execution), terminal)?;
        act::is_of_branch(entry, &arguments.what, trail.branch.as_deref(), terminal)?;
    }
    let then = desk.wait(executions::version(client, &entry.pipeline, &one.execution), terminal)?;
    let today = desk.wait(pipelines::declaration(client, &entry.pipeline), terminal)?;
    let today = today.and_then(|declared| i32::try_from(declared["version"].as_i64()?).ok());
    let sheet = retry::sheet(entry, &seen, &one, (then, today), act::now());
    let sheet = desk.agree(sheet, "Run it again?", terminal)?;
    let commit = run_of(&seen, &one.execution).and_then(|run| run.commit.as_deref());
    let mut deed = desk.deed("retry", entry);
    deed.stage = Some(&one.stage);
    deed.environment = one.environment.as_deref();
    deed.execution = Some(&one.execution);
    deed.commit = commit;
    deed.warnings = sheet.warnings();
    let asked = executions::retry(client, &entry.pipeline, &one.stage, &one.execution);
    let refused = match desk.wait(asked, terminal)? {
        Taken::Yes(_) => {
            let said = format!(
                "{} runs again, with all its actions, for execution {}; `branchline status` follows it",
                one.stage,
                short(&one.execution)
            );
            return desk.tell(&deed, &said, terminal);
        }
        Taken::No(refused) => refused,
    };
    // An earlier try of this call may have got through, or somebody else was quicker.
    let now = desk.look(entry, terminal)?.unwrap_or_default();
    let latest =
        now.stages.iter().find(|stage| stage.name == one.stage).and_then(|stage| stage.latest.as_ref());
    if latest.is_some_and(|(id, status)| *id == one.execution && status.is_live()) {
        deed.outcome = "already";
        let said = format!("{} runs again already; `branchline status` follows it", one.stage);
        return desk.tell(&deed, &said, terminal);
    }
    let (what, help) = retry::refused(&refused, &one, &entry.pipeline, commit);
    Ok(desk.refused(deed, &what, &help, terminal))
}

/// The stage that is meant: the only one that has failed, or the one that was named.
fn the_one(
    desk: &Desk,
    entry: &Entry,
    seen: &Seen,
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<Failed, Exit> {
    let (environment, stage) = (arguments.environment.as_deref(), arguments.stage.as_deref());
    let mut found = retry::failed(entry, seen, environment, stage);
    if found.len() == 1 {
        return Ok(found.remove(0));
    }
    if found.is_empty() {
        let of = environment.or(stage).map(|name| format!(" of {}", name.escape_debug())).unwrap_or_default();
        terminal.error(
            format_args!("nothing{of} in {} has failed that could run again; it stands so:", entry.pipeline),
            "",
        );
        desk.instead(entry, seen, terminal);
        return Err(Exit::Failed);
    }
    let names: Vec<&str> = found.iter().map(|one| one.stage.as_str()).collect();
    terminal.error(
        format_args!("several stages of {} have failed: {}", entry.pipeline, names.join(", ")),
        "name one of them with `--stage`, or its environment with `--environment`",
    );
    Err(Exit::Usage)
}
