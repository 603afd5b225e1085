//! `branchline status`: what runs, waits and has failed.

use std::io::IsTerminal as _;
use std::time::Duration;

use clap::Args;

use super::aws::{Credentials, failed, network};
use super::{Exit, holding, load};
use crate::branch_map::Entry;
use crate::cli::Location;
use crate::edge::aws::states::{Environment, Question, all};
use crate::edge::aws::{Aws, Clients, Failure, Kind};
use crate::edge::screen::screen;
use crate::edge::terminal::Terminal;
use crate::operate::board::Board;
use crate::operate::words::{Canvas, drawn};
use crate::pipeline::names::StageKind;
use crate::pipeline::{Plan, record};

/// Show every pipeline: what runs, what waits for whom, what has failed
///
/// For each pipeline of the map its newest commit, its stages, and what each environment has. What waits is told with what it waits
/// for and since when, what failed with the reason and the address of its log. Nothing is written; docs/operate.md lists the calls.
/// Ends with 6 when something has failed.
#[derive(Debug, Args)]
pub struct Arguments {
    /// One pipeline alone: its name, its rule's pattern, or a branch
    what: Option<String>,
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    credentials: Credentials,
    /// Show it anew every ten seconds, or every so many, until interrupted
    #[arg(
        long,
        value_name = "SECONDS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "10",
        value_parser = clap::value_parser!(u64).range(1..=3600),
        conflicts_with = "json"
    )]
    watch: Option<u64>,
    /// Print it as JSON, for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    if arguments.watch.is_some() && !is_watched() {
        terminal.error("`--watch` needs a terminal", "leave it out; for scripts there is `--json`");
        return Err(Exit::Usage);
    }
    let (_, load::Sound { config, map, specs }) = load::load_sound(&arguments.location, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let entries: Vec<&Entry> = match &arguments.what {
        Some(name) => vec![holding::pipeline(&plan, name, terminal)?],
        None => map.entries.iter().collect(),
    };
    let mut session = arguments.credentials.session(&config, terminal)?;
    let aws = network(terminal)?;
    let here = aws.wait(session.at(&plan.home)).map_err(|failure| failed(&failure, terminal))?;
    let ask = || board(&plan, &entries, &aws, &here);
    if let Some(seconds) = arguments.watch {
        return watch(ask, Duration::from_secs(seconds), &aws, terminal);
    }
    let board = ask().map_err(|failure| failed(&failure, terminal))?;
    if arguments.json {
        let answer = serde_json::to_string_pretty(&board).map_err(|error| {
            terminal.error(&error, "this is a fault of branchline: please report it");
            Exit::Failed
        })?;
        terminal.result(format_args!("{answer}\n"));
    } else {
        terminal.result(drawn(&board, holding::canvas(terminal)));
    }
    Ok(if board.has_failed() { Exit::Broken } else { Exit::Done })
}

// The result goes to a terminal, or it could not be painted over.
#[allow(clippy::disallowed_methods)]
fn is_watched() -> bool {
    std::io::stdout().is_terminal()
}

/// Paints the board again and again. A moment without an answer ends nothing: the picture stays, and says so.
///
/// Neither the cursor nor the screen is changed for it, so that nothing has to be put back when somebody breaks it off.
fn watch(
    ask: impl Fn() -> Result<Board, Failure>,
    pause: Duration,
    aws: &Aws,
    terminal: &mut Terminal,
) -> Result<Exit, Exit> {
    let mut last = String::new();
    while !terminal.is_over() {
        // The window may have been made larger or smaller since.
        let (width, rows) = terminal.size();
        let said = match ask() {
            Ok(board) => {
                last = drawn(&board, Canvas { width, ..holding::canvas(terminal) });
                None
            }
            Err(failure) if matches!(failure.kind, Kind::Throttled | Kind::Unreachable) => {
                Some(format!("not asked anew: {failure}"))
            }
            Err(failure) => return Err(failed(&failure, terminal)),
        };
        terminal.result(screen(&last, said.as_deref(), width, rows));
        // A message, if an empty one, brings out the results before it.
        terminal.message("");
        aws.wait(async { tokio::time::sleep(pause).await });
    }
    Ok(Exit::Done)
}

/// Asks AWS for pipelines of the map.
fn board(plan: &Plan, entries: &[&Entry], aws: &Aws, here: &Clients) -> Result<Board, Failure> {
    let questions = entries.iter().map(|entry| question(plan, entry));
    let seen = aws.wait(all(here, questions.collect()))?;
    let pairs = entries.iter().copied().zip(seen.iter().map(Option::as_ref));
    Ok(Board::new(&plan.config.app, pairs))
}

/// What is to be read of one pipeline.
pub(super) fn question(plan: &Plan, entry: &Entry) -> Question {
    let places = entry.environments.iter().filter_map(|name| plan.config.environments.get(name));
    let environments = places.map(|place| Environment {
        name: place.name.clone(),
        deploy: StageKind::Deploy.stage(&place.name),
        lock: record::objects(plan, entry, place),
    });
    Question { pipeline: entry.pipeline.clone(), environments: environments.collect() }
}
