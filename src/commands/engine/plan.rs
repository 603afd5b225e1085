//! `plan --engine api`: what would be written, and what has to be there for it.

use super::{Exit, Read, Said, load, sound};
use crate::change::direct::{json, told};
use crate::edge::terminal::Terminal;
use crate::pipeline::Plan;

/// Shows it. Nothing is written.
pub(in super::super) fn plan(said: Said, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let load::Sound { config, map, specs } = sound(said, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let read = Read::new(&plan, &specs, said.credentials, terminal)?;
    let planning = read.planning();
    if terminal.answers_in_json() {
        terminal.result(format_args!("{:#}\n", json(&planning, &read.wanted.needs)));
    } else {
        terminal.result(told(&planning, &read.wanted.needs, said.all));
    }
    Ok(if said.exit_code && planning.differs() { Exit::Differences } else { Exit::Done })
}
