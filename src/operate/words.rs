//! A board for people.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr as _;

use super::board::{Board, Cell, For, Line, Mark, Place, State};
use super::{Moment, short};
use crate::diagnostic::hanging;

/// How a board is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Canvas {
    /// Whether colours are wanted.
    pub colour: bool,
    /// Columns.
    pub width: usize,
    /// The time from which ages are told.
    pub now: Moment,
}

/// The board: for each pipeline a heading, its newest release, a row of stages, a row for each environment, and what is to be known.
pub fn drawn(board: &Board, canvas: Canvas) -> String {
    let mut out = String::new();
    let names = board.pipelines.iter().map(|line| line.pipeline.width()).max().unwrap_or_default();
    let starts = board.pipelines.iter().map(|line| line.starts.width()).max().unwrap_or_default().min(30);
    let places = board.pipelines.iter().flat_map(|line| &line.environments);
    let places = places.map(|place| place.name.width()).max().unwrap_or_default();
    for line in &board.pipelines {
        let (word, style) = word(line.state);
        let state = canvas.painted(word, style);
        let name = canvas.painted(&line.pipeline, Style::new().bold());
        let gap = " ".repeat(names - line.pipeline.width());
        put(&mut out, &format!("{name}{gap}  {:starts$}  {state}", line.starts));
        newest(&mut out, line, canvas);
        rows(&mut out, line, places, canvas);
        notes(&mut out, line, canvas);
        out.push('\n');
    }
    if board.pipelines.is_empty() {
        put(&mut out, "The map has no pipelines.");
    }
    out
}

fn put(out: &mut String, text: &str) {
    out.push_str(text.trim_end());
    out.push('\n');
}

fn word(state: State) -> (&'static str, Style) {
    match state {
        State::Absent => ("not in AWS", AnsiColor::Red.on_default()),
        State::New => ("nothing released yet", Style::new()),
        State::Succeeded => ("succeeded", AnsiColor::Green.on_default()),
        State::Stopped => ("stopped", AnsiColor::Yellow.on_default()),
        State::Running => ("running", AnsiColor::Cyan.on_default()),
        State::Waiting => ("waits", AnsiColor::Yellow.on_default()),
        State::Failed => ("FAILED", AnsiColor::Red.on_default().bold()),
    }
}

/// The letter of a mark. They differ without colours, and each takes one cell.
fn letter(mark: Mark) -> (&'static str, Style) {
    match mark {
        Mark::Ahead => ("·", Style::new().dimmed()),
        Mark::Succeeded => ("✓", AnsiColor::Green.on_default()),
        Mark::Running => ("▸", AnsiColor::Cyan.on_default()),
        Mark::Waiting => ("…", AnsiColor::Yellow.on_default().bold()),
        Mark::Failed => ("✗", AnsiColor::Red.on_default().bold()),
        Mark::Stopped => ("■", AnsiColor::Yellow.on_default()),
        Mark::Closed => ("‖", AnsiColor::Yellow.on_default().bold()),
    }
}

impl Canvas {
    fn painted(self, text: &str, style: Style) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// A mark with its name, and the cells that it takes.
    fn cell(self, mark: Mark, name: &str) -> (String, usize) {
        let (letter, style) = letter(mark);
        (format!("{} {name}", self.painted(letter, style)), 2 + name.width())
    }

    /// A line with a mark before it, broken where the terminal ends.
    fn note(self, out: &mut String, mark: Mark, text: &str) {
        let (plain, style) = letter(mark);
        let folded = hanging(&format!("  {plain}  {text}"), self.width);
        put(out, &folded.replacen(plain, &self.painted(plain, style), 1));
    }

    /// A line below a note, whole: an address or a command is to be copied.
    fn below(out: &mut String, text: &str) {
        put(out, &format!("     {text}"));
    }
}

fn newest(out: &mut String, line: &Line, canvas: Canvas) {
    if let Some(note) = &line.note {
        put(out, &hanging(&format!("  {note}"), canvas.width));
    }
    let Some(newest) = &line.newest else { return };
    let how = match newest.trigger.as_str() {
        "CreatePipeline" => "as the pipeline was made",
        "StartPipelineExecution" => "started by hand",
        "Webhook" | "WebhookV2" | "PollForSourceChanges" | "CloudWatchEvent" => "pushed",
        "ManualRollback" | "AutomatedRollback" => "a rollback",
        _ => "started",
    };
    let ago = newest.started.map(|at| format!(" {}", at.ago(canvas.now))).unwrap_or_default();
    let commit = newest.commit.as_deref().map_or_else(|| "no commit yet".to_owned(), short);
    let summary = newest.summary.as_ref().map(|text| format!(" {text}")).unwrap_or_default();
    put(out, &hanging(&format!("  {commit}{summary}, {how}{ago}"), canvas.width));
}

fn rows(out: &mut String, line: &Line, widest: usize, canvas: Canvas) {
    let row = |cells: &[(&Cell, &str)]| {
        let drawn = cells.iter().map(|(cell, name)| canvas.cell(cell.mark, name));
        drawn.fold((String::new(), 0), |(mut text, cells), (cell, width)| {
            let gap = if cells == 0 { 0 } else { 2 };
            let _ = write!(text, "{:gap$}{cell}", "");
            (text, cells + gap + width)
        })
    };
    let own: Vec<_> = line
        .stages
        .iter()
        .filter(|cell| cell.environment.is_none())
        .map(|cell| (cell, &*cell.name))
        .collect();
    if !own.is_empty() {
        put(out, &format!("  {}", row(&own).0));
    }
    for place in &line.environments {
        let of_place = |cell: &&Cell| cell.environment.as_ref() == Some(&place.name);
        let cells: Vec<_> =
            line.stages.iter().filter(of_place).map(|cell| (cell, first_word(&cell.name))).collect();
        let ((marks, width), has) = (row(&cells), has(line, place, canvas));
        let head = format!("  {:widest$}  {marks}", place.name);
        if 2 + widest + 2 + width + 3 + has.width() <= canvas.width {
            put(out, &format!("{head}   {has}"));
        } else {
            put(out, &head);
            put(out, &hanging(&format!("  {:widest$}  {has}", ""), canvas.width));
        }
    }
}

/// `Deploy` of `Deploy-production`, which stands in the row of production.
fn first_word(stage: &str) -> &str {
    stage.split_once('-').map_or(stage, |(word, _)| word)
}

/// What an environment has. The mark of doubt is for what was not read from a record.
fn has(line: &Line, place: &Place, canvas: Canvas) -> String {
    let Some(commit) = &place.commit else { return "nothing known yet".to_owned() };
    let other = place.pipeline.as_ref().filter(|name| **name != line.pipeline);
    let by = other.map(|name| format!(" by {name}")).unwrap_or_default();
    let ago = place.since.map(|since| format!(", {}", since.ago(canvas.now))).unwrap_or_default();
    let doubt = if place.known_by == Some("executions") { "got" } else { "has" };
    format!("{doubt} {}{by}{ago}", short(commit))
}

fn notes(out: &mut String, line: &Line, canvas: Canvas) {
    let lasting = |since: Option<Moment>| {
        since.map(|since| format!(", {}", since.lasting(canvas.now))).unwrap_or_default()
    };
    let of = |commit: &Option<String>| {
        commit.as_deref().map(|commit| format!("{} ", short(commit))).unwrap_or_default()
    };
    for failure in &line.failures {
        let action = failure.action.as_ref().map(|action| format!(", {action},")).unwrap_or_default();
        let why = match (&failure.reason, &failure.rolled_back_by) {
            (_, Some(back)) => format!(", and was rolled back by execution {}", short(back)),
            (Some(reason), None) => format!(": {reason}"),
            (None, None) => String::new(),
        };
        let text = format!("{}failed in {}{action}{why}", of(&failure.commit), failure.stage);
        canvas.note(out, Mark::Failed, &text.replace(",:", ":").replace(",,", ","));
        if let Some(link) = &failure.link {
            Canvas::below(out, link);
        } else if let (Some(_), Some(execution)) = (&failure.rolled_back_by, &failure.execution) {
            Canvas::below(
                out,
                &format!("branchline logs {} --execution {}", line.pipeline, short(execution)),
            );
        }
    }
    for wait in &line.waits {
        let detail = wait.detail.as_deref();
        let what = match wait.what {
            For::Approval => format!("waits in {} for an approval", wait.stage),
            For::Lock => match detail {
                Some(holder) => format!("waits in {} for the lock, which {holder} has", wait.stage),
                None => format!("takes the lock in {}, or waits for it", wait.stage),
            },
            // The name of the rule that is generated for a window (`pipeline::gates`).
            For::Condition if detail == Some("Window") => {
                format!("waits before {} for its window", wait.stage)
            }
            For::Condition => {
                format!("waits before {} until {} lets it in", wait.stage, detail.unwrap_or("a condition"))
            }
            For::Transition => {
                let frozen = line.closed.iter().any(|shut| shut.is_freeze && shut.stage == wait.stage);
                format!("waits before {}, which is {}", wait.stage, if frozen { "frozen" } else { "closed" })
            }
        };
        canvas.note(out, Mark::Waiting, &format!("{}{what}{}", of(&wait.commit), lasting(wait.since)));
    }
    for shut in &line.closed {
        let by = shut.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        let how = if shut.is_freeze { "frozen" } else { "closed" };
        let text = format!("{} is {how}{by}: “{}”{}", shut.stage, shut.reason, lasting(shut.since));
        canvas.note(out, Mark::Closed, &text);
    }
    for one in &line.overridden {
        let who = short(one.commit.as_deref().unwrap_or(&one.execution));
        let text = format!("{who} was let into {} outside of its window: it was overridden", one.stage);
        canvas.note(out, Mark::Waiting, &text);
    }
    for name in &line.unfrozen {
        let text = format!(
            "{name} is frozen in other pipelines, and open here: `branchline freeze {name}` closes it here, too"
        );
        canvas.note(out, Mark::Failed, &text);
    }
    for doing in &line.running {
        let text = format!("{}, {}, runs{}", doing.stage, doing.action, lasting(doing.since));
        canvas.note(out, Mark::Running, &text);
        if let Some(link) = &doing.link {
            Canvas::below(out, link);
        }
    }
    if !line.queued.is_empty() {
        let name = |one: &super::board::Queued| {
            format!("{} before {}", short(one.commit.as_deref().unwrap_or(&one.execution)), one.before)
        };
        let all: Vec<String> = line.queued.iter().map(name).collect();
        canvas.note(out, Mark::Ahead, &format!("behind it: {}", all.join(", ")));
    }
}
