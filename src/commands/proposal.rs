//! A `branchline.yml` that is proposed: where it belongs, and whether it is right, before it is written.

use std::path::{Path, PathBuf};

use super::{Exit, load};
use crate::diagnostic;
use crate::edge::terminal::Terminal;
use crate::edge::{configuration, git};

/// The folder that the file belongs into: the root of the working tree, or the folder itself outside of any repository.
pub(super) fn root(directory: &Path, terminal: &mut Terminal) -> Result<PathBuf, Exit> {
    let folder = configuration::start(directory).map_err(|error| failed(terminal, &error, &error.help()))?;
    if git::is_bare(&folder).unwrap_or_default() {
        let help = "run it in a clone of the repository";
        return Err(failed(terminal, "this repository has no working tree to write into", help));
    }
    match git::facts(&folder) {
        Ok(facts) => Ok(facts.root.canonicalize().unwrap_or(facts.root)),
        Err(git::GitError::NoRepository { .. }) => Ok(folder),
        Err(error) => Err(failed(terminal, &error, &error.hint())),
    }
}

/// Judges the text as `branchline check` does. One that is wrong is not written; `help` says what to do then.
pub(super) fn sound(
    root: &Path,
    shown: &str,
    text: &str,
    help: &str,
    terminal: &mut Terminal,
) -> Result<(), Exit> {
    let found =
        configuration::Found { root: root.to_owned(), shown: shown.to_owned(), text: text.to_owned() };
    let loaded = load::judged(found, None, Vec::new(), terminal)?;
    if diagnostic::has_errors(&loaded.findings) {
        let look = terminal.messages_look();
        terminal.message(loaded.drawn(look));
        terminal.error("the file would be wrong, so nothing was written", help);
        return Err(Exit::Configuration);
    }
    Ok(())
}

/// Tells an error that ends the command.
pub(super) fn failed(terminal: &mut Terminal, error: impl std::fmt::Display, help: &str) -> Exit {
    terminal.error(error, help);
    Exit::Failed
}
