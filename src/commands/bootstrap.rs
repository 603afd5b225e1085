//! `branchline bootstrap`: the files of the pipeline that keeps the pipelines.

mod flags;
mod wishes;

use std::path::PathBuf;

use super::generate::{Flags, carry_out};
use super::{Exit, load};
use crate::config;
use crate::document::bootstrap;
use crate::document::read_back::Blocks;
use crate::edge::configuration;
use crate::edge::terminal::Terminal;
use crate::pipeline::Plan;

pub use flags::Arguments;

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let loaded = load::load(&arguments.location, terminal)?;
    if loaded.sound.is_none() && terminal.answers_in_json() {
        terminal.result(loaded.in_json());
    } else {
        let look = terminal.messages_look();
        terminal.message(loaded.drawn(look));
    }
    let load::Sound { config, map, specs } = loaded.sound.ok_or(Exit::Configuration)?;
    // In the build the git remote is the connection's endpoint, and says nothing of the host.
    let names_repository =
        config::read(&loaded.text).config.is_some_and(|config| config.source.repository.is_some());
    if !names_repository {
        terminal.error(
            format_args!("{} does not say which repository it is for", loaded.shown),
            &format!(
                "write `repository: {}` under `source`: the build that applies the map cannot see it from its git remote",
                config.source.repository.as_deref().unwrap_or("owner/name")
            ),
        );
        return Err(Exit::Configuration);
    }
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let wishes = wishes::wishes(arguments, &plan, &loaded.root, terminal)?;
    wishes::is_possible(&plan, terminal)?;
    wishes::fits(&plan, &wishes, terminal)?;
    let output = arguments.output.clone();
    let output: PathBuf =
        output.unwrap_or_else(|| configuration::shown(&loaded.root.join("pipelines")).into());
    let files = bootstrap::files(&plan, &wishes);
    let flags = Flags {
        output: None,
        check: arguments.check,
        diff: arguments.diff,
        stdout: arguments.stdout,
        force: arguments.force,
        prune: arguments.prune,
        json: arguments.json,
        command: Some("bootstrap"),
    };
    Ok(carry_out(std::iter::once(files), &Blocks::default(), &output, &flags, terminal))
}
