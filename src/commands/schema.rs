//! `branchline schema`: the shape of the configuration, for editors.

use clap::Args;

use super::Exit;
use crate::config::schema;
use crate::edge::terminal::Terminal;

/// Print the JSON Schema of branchline.yml, for editors
///
/// Point an editor at it with a first line such as `# yaml-language-server: $schema=branchline.schema.json`.
#[derive(Debug, Args)]
pub struct Arguments {}

#[allow(clippy::unnecessary_wraps, reason = "one shape for all commands")]
pub(super) fn run(_: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    terminal.result(schema::schema_json());
    Ok(Exit::Done)
}
