//! `branchline start`: releases a commit by hand.

mod release;

use clap::Args;
use std::path::Path;

use super::act::{self, Desk, Manner};
use super::aws::Credentials;
use super::{Exit, load};
use crate::cli::Location;
use crate::edge::aws::{executions, pipelines};
use crate::edge::terminal::Terminal;
use crate::operate::acting::start::{self, Declared, Release};
use crate::operate::acting::{Taken, meant};
use crate::pipeline::Plan;

/// Start a pipeline: release a commit by hand
///
/// A pipeline of one branch releases its newest commit, or the one that is named. One of a pattern or of tags needs a commit: --commit, or a
/// branch in place of the pipeline, whose head git knows (as it was last fetched; --remote asks the remote). Shows the commit with its message
/// and what it goes past, and asks. docs/operate.md says more.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    credentials: Credentials,
    /// A pipeline's name, its rule's pattern, or a branch
    what: String,
    /// The commit, by its id; git completes the beginning of one
    #[arg(long, value_name = "SHA")]
    commit: Option<String>,
    /// A variable of the pipeline, such as DOWNGRADE=allow
    #[arg(long, value_name = "NAME=VALUE", value_parser = start::variable)]
    variable: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) manner: Manner,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let (root, load::Sound { config, map, specs }) = load::load_sound(&arguments.location, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let desk = Desk::open(&plan, &arguments.credentials, arguments.manner, terminal)?;
    let entry = desk.entry(&arguments.what, terminal)?;
    let wish = release::Wish {
        entry,
        what: &arguments.what,
        commit: arguments.commit.as_deref(),
        remote: arguments.location.remote.as_deref(),
        folder: Path::new(&root),
    };
    let found = release::release(&wish, terminal)?;
    let seen = desk.seen(entry, terminal)?;
    let client = &desk.here.codepipeline;
    let declaration = desk.wait(pipelines::declaration(client, &entry.pipeline), terminal)?;
    let declared = declared(&declaration.unwrap_or_default());
    if let Some((what, help)) = start::wrong(&arguments.variable, &declared) {
        terminal.error(what, &help);
        return Err(Exit::Usage);
    }
    let sheet = start::sheet(entry, &seen, &found.release, &arguments.variable, act::now());
    let sheet = sheet.maybe("head of", found.head);
    let sheet = match start::of_another(meant::branch(entry, &arguments.what), &found.release) {
        Some(why) => sheet.warn(why),
        None => sheet,
    };
    let sheet = desk.agree(sheet, "Start it?", terminal)?;
    let commit = match &found.release {
        Release::Commit(commit) => Some(commit.id.as_str()),
        Release::Newest(_) => None,
    };
    let mut deed = desk.deed("start", entry);
    deed.commit = commit;
    deed.warnings = sheet.warnings();
    let asked = executions::start(client, &entry.pipeline, commit, &arguments.variable);
    match desk.wait(asked, terminal)? {
        Taken::Yes(execution) => {
            let execution = execution.unwrap_or_default();
            deed.execution = Some(&execution);
            desk.tell(&deed, &start::started(&entry.pipeline, &execution), terminal)
        }
        Taken::No(refused) => {
            let what = format!(
                "CodePipeline does not start {} ({}): {}",
                entry.pipeline, refused.code, refused.message
            );
            Ok(desk.refused(
                deed,
                &what,
                "nothing was begun; see `branchline status`, and try again",
                terminal,
            ))
        }
    }
}

/// The variables that a pipeline's declaration has, as AWS says it.
fn declared(declaration: &serde_json::Value) -> Vec<Declared> {
    let variables = declaration["variables"].as_array().into_iter().flatten();
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    variables
        .filter_map(|one| Some(Declared { name: text(&one["name"])?, default: text(&one["defaultValue"]) }))
        .collect()
}
