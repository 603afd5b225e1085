//! `branchline status`: what runs, waits and has failed.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::time::Duration;

use clap::Args;

use super::aws::{Credentials, failed};
use super::{Exit, load};
use crate::branch_map::Entry;
use crate::cli::Location;
use crate::edge::aws::states::{Environment, Question, all};
use crate::edge::aws::{Aws, Clients, Failure, Kind};
use crate::edge::clock;
use crate::edge::terminal::Terminal;
use crate::operate::Moment;
use crate::operate::board::Board;
use crate::operate::words::{Canvas, drawn};
use crate::pipeline::names::StageKind;
use crate::pipeline::{Plan, record};

/// How long a picture stands with `--watch`.
const PAUSE: Duration = Duration::from_secs(10);

/// Show every pipeline: what runs, what waits for whom, what has failed
///
/// For each pipeline of the map its newest commit, its stages, and what each environment has. What waits is told with what it waits
/// for and since when, what failed with the reason and the address of its log. Nothing is written; docs/operate.md lists the calls.
/// Ends with 6 when something has failed.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    credentials: Credentials,
    /// Show it anew every ten seconds, until interrupted
    #[arg(long, conflicts_with = "json")]
    watch: bool,
    /// Print it as JSON, for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    if arguments.watch && !is_watched() {
        terminal.error("`--watch` needs a terminal", "leave it out; for scripts there is `--json`");
        return Err(Exit::Usage);
    }
    let (_, load::Sound { config, map, specs }) = load::load_sound(&arguments.location, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let mut session = arguments.credentials.session(&config, terminal)?;
    let aws = Aws::open().map_err(|error| {
        terminal.error(
            format_args!("no network can be used: {error}"),
            "too many files may be open: see `ulimit -n`",
        );
        Exit::Failed
    })?;
    let here = aws.wait(session.at(&plan.home)).map_err(|failure| failed(&failure, terminal))?;
    if arguments.watch {
        return watch(&plan, &aws, &here, terminal);
    }
    let board = board(&plan, &aws, &here).map_err(|failure| failed(&failure, terminal))?;
    if arguments.json {
        let answer = serde_json::to_string_pretty(&board).map_err(|error| {
            terminal.error(&error, "this is a fault of branchline: please report it");
            Exit::Failed
        })?;
        terminal.result(format_args!("{answer}\n"));
    } else {
        terminal.result(drawn(&board, canvas(terminal)));
    }
    Ok(if board.has_failed() { Exit::Broken } else { Exit::Done })
}

// The result goes to a terminal, or it could not be painted over.
#[allow(clippy::disallowed_methods)]
fn is_watched() -> bool {
    std::io::stdout().is_terminal()
}

fn canvas(terminal: &Terminal) -> Canvas {
    let look = terminal.results_look();
    Canvas { colour: look.colour, width: look.width, now: Moment(clock::now()) }
}

/// Paints the board again and again. A moment without an answer ends nothing: the picture stays, and says so.
fn watch(plan: &Plan, aws: &Aws, here: &Clients, terminal: &mut Terminal) -> Result<Exit, Exit> {
    while !terminal.is_over() {
        match board(plan, aws, here) {
            // Home, and all below it erased (ECMA-48, CUP and ED).
            Ok(board) => {
                terminal.result(format_args!("\u{1b}[H\u{1b}[2J{}", drawn(&board, canvas(terminal))));
            }
            Err(failure) if matches!(failure.kind, Kind::Throttled | Kind::Unreachable) => {
                terminal.result(format_args!("not asked anew: {failure}\n"));
            }
            Err(failure) => return Err(failed(&failure, terminal)),
        }
        // A message, if an empty one, brings out the results before it.
        terminal.message("");
        aws.wait(async { tokio::time::sleep(PAUSE).await });
    }
    Ok(Exit::Done)
}

/// Asks AWS for every pipeline of the map.
fn board(plan: &Plan, aws: &Aws, here: &Clients) -> Result<Board, Failure> {
    let questions = plan.map.entries.iter().map(|entry| question(plan, entry));
    let seen = aws.wait(all(here, questions.collect()))?;
    let names = plan.map.entries.iter().map(|entry| entry.pipeline.as_str());
    let seen: BTreeMap<&str, _> = names.zip(&seen).collect();
    Ok(Board::new(&plan.config.app, plan.map, |entry| seen.get(entry.pipeline.as_str())?.as_ref()))
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
