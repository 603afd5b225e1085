//! A freeze in words: what is to be done, and what became of it.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::super::short;
use super::super::words::Canvas;
use super::{Door, Guest, Standing, Wish, is_stale};
use crate::diagnostic::hanging;
use crate::pipeline::names::StageKind;

/// What is to be done, and to what: a line for each pipeline, and who waits and who is inside already. `place` is the account and
/// the region of the pipelines, in words.
pub fn before(environment: &str, place: &str, wish: &Wish, doors: &[Door], canvas: Canvas) -> String {
    let what = match wish {
        Wish::Freeze(reason) => format!("{environment} is to be frozen: “{reason}”"),
        Wish::Unfreeze { .. } => format!("{environment} is to be opened"),
    };
    let mut out = hanging(&format!("{what}\n"), canvas.width);
    let _ = writeln!(out, "{}", hanging(&format!("Its pipelines are in {place}."), canvas.width));
    let will_hold = doors.iter().any(|door| matches!(door.standing, Standing::Open | Standing::Frozen));
    let names = doors.iter().map(|door| door.pipeline.width()).max().unwrap_or_default();
    for door in doors {
        let line = format!("  {:names$}  {}\n", door.pipeline, stands(wish, door, will_hold, canvas));
        out.push_str(&hanging(&line, canvas.width));
        for guest in guests(wish, door, canvas) {
            out.push_str(&hanging(&format!("  {:names$}    {guest}\n", ""), canvas.width));
        }
    }
    out.push('\n');
    out
}

/// `will_hold`: whether a pipeline in AWS is frozen, or will be: by that alone an apply knows of the freeze.
fn stands(wish: &Wish, door: &Door, will_hold: bool, canvas: Canvas) -> String {
    let stage = door.stage.as_deref().unwrap_or_default();
    let by = door.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let since = door.since.map(|since| format!(", {}", since.lasting(canvas.now))).unwrap_or_default();
    let why = format!("{by}: “{}”{since}", door.reason.as_deref().unwrap_or_default());
    match (wish, door.standing) {
        (Wish::Freeze(_), Standing::Open) => format!("{stage} will be closed"),
        (Wish::Freeze(_), Standing::Frozen) => format!("{stage} is frozen already{why}"),
        (Wish::Freeze(_), Standing::Closed) => {
            format!("{stage} is closed already{why}; that stays, and is no freeze: who closed it may open it")
        }
        (Wish::Unfreeze { .. }, Standing::Open) if wish.changes(door) => {
            format!("{stage} is open; {} will be opened", wish.turns(door).join(", "))
        }
        (Wish::Unfreeze { .. }, Standing::Open) => format!("{stage} is open"),
        (Wish::Unfreeze { .. }, Standing::Frozen) => format!("{stage} will be opened; it is frozen{why}"),
        (Wish::Unfreeze { all: true }, Standing::Closed) => {
            format!("{stage} will be opened; it is closed, which is no freeze,{why}")
        }
        (Wish::Unfreeze { all: false }, Standing::Closed) => {
            format!("{stage} stays closed: that is no freeze, but was closed{why}; `--all` opens it, too")
        }
        (Wish::Freeze(_), Standing::Absent) if will_hold => {
            "is not in AWS; an apply that makes it closes it at once".to_owned()
        }
        (Wish::Freeze(_), Standing::Absent) => {
            "is not in AWS: nothing is held, and an apply that makes it leaves it open".to_owned()
        }
        (Wish::Unfreeze { .. }, Standing::Absent) => "is not in AWS".to_owned(),
        (Wish::Freeze(_), Standing::Elsewhere) if will_hold => {
            "does not lead there in AWS yet; an apply that changes that keeps to the freeze".to_owned()
        }
        (Wish::Freeze(_), Standing::Elsewhere) => {
            "does not lead there in AWS yet: nothing is held, and an apply that changes that leaves it open"
                .to_owned()
        }
        (Wish::Unfreeze { .. }, Standing::Elsewhere) => "does not lead there in AWS yet".to_owned(),
        (_, Standing::Foreign) => "carries no tag of this app, and is not touched".to_owned(),
    }
}

fn guests(wish: &Wish, door: &Door, canvas: Canvas) -> Vec<String> {
    let name = |guest: &Guest| short(guest.commit.as_deref().unwrap_or(&guest.execution));
    let waits = |guest: &Guest| match wish {
        Wish::Unfreeze { .. } if !wish.changes(door) => format!("{} waits before it", name(guest)),
        Wish::Unfreeze { .. } if is_stale(door, canvas.now) => {
            format!(
                "{} has waited for more than 30 days, after which AWS lets nobody in: start it anew",
                name(guest)
            )
        }
        Wish::Unfreeze { .. } => format!("{} waits before it, and goes in", name(guest)),
        Wish::Freeze(_) => format!("{} waits before it, and will wait on", name(guest)),
    };
    let further = door.closed.iter().filter(|stage| Some(*stage) != door.stage.as_ref());
    let closed: Vec<String> = match wish {
        Wish::Unfreeze { all: false } => further
            .map(|stage| format!("{stage} stays closed, which is no freeze: `--all` opens it, too"))
            .collect(),
        _ => Vec::new(),
    };
    let mut all: Vec<String> = door.waiting.iter().map(waits).collect();
    if let Wish::Freeze(_) = wish {
        let inside = |guest: &Guest| match StageKind::of(&guest.stage) {
            Some(StageKind::Approve) => {
                format!("{} is in {} already: whoever approves it lets it go on", name(guest), guest.stage)
            }
            _ => {
                format!("{} is in {} already, and goes on: a freeze stops nothing", name(guest), guest.stage)
            }
        };
        all.extend(door.inside.iter().map(inside));
    }
    all.extend(closed);
    all
}

/// How a door came to stand, in one line; `failed` is what AWS said, where it was to be turned and is not.
pub fn after(wish: &Wish, door: &Door, failed: Option<&str>, was_work: bool) -> String {
    let name = format!("{}  {}", door.pipeline, door.stage.as_deref().unwrap_or("-"));
    let how = match (wish, failed, door.standing) {
        (Wish::Freeze(_), Some(why), _) => format!("is NOT frozen: {why}"),
        (Wish::Unfreeze { .. }, Some(why), _) => format!("is NOT open: {why}"),
        (_, None, Standing::Frozen) if was_work => "is frozen".to_owned(),
        (_, None, Standing::Frozen) => "was frozen before".to_owned(),
        (_, None, Standing::Open) if was_work => "is open again".to_owned(),
        (_, None, Standing::Open) => "was open before".to_owned(),
        (Wish::Unfreeze { .. }, None, _) if was_work => "is open again".to_owned(),
        (_, None, Standing::Closed) => "stays closed by somebody else".to_owned(),
        (_, None, Standing::Absent) => "is not in AWS".to_owned(),
        (_, None, Standing::Elsewhere) => "does not lead there in AWS".to_owned(),
        (_, None, Standing::Foreign) => "is not this app's, and was not touched".to_owned(),
    };
    format!("{name}  {how}\n")
}

/// Who went in between the look and the closing: what was inside after it and not before.
pub fn slipped_in<'d>(before: &[Door], after: &'d Door) -> Vec<&'d Guest> {
    let known = before.iter().find(|door| door.pipeline == after.pipeline);
    let knew = |guest: &&Guest| {
        known.is_some_and(|door| door.inside.iter().any(|one| one.execution == guest.execution))
    };
    after.inside.iter().filter(|guest| !knew(guest)).collect()
}
