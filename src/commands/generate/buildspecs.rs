//! With `buildspecs: repository`, projects name their buildspecs by the path from the repository's root. The file does not
//! know where it stands, so it is asked here.

use std::path::Path;

use crate::commands::Exit;
use crate::config::{Buildspecs, Config};
use crate::edge::git::{self, GitError};
use crate::edge::repository::path_in;
use crate::edge::terminal::Terminal;

/// Fills in the folder in which the projects will look: the one that is generated into, or `pipelines` beside the
/// configuration where that one stands outside of the repository. What is not as it seems is told.
pub(super) fn locate(
    config: &mut Config,
    root: &Path,
    output: &Path,
    terminal: &mut Terminal,
) -> Result<(), Exit> {
    let Buildspecs::Repository { folder } = &mut config.buildspecs else { return Ok(()) };
    let repository = match git::facts(root) {
        Ok(facts) => facts.root,
        Err(GitError::NoRepository { .. }) => root.to_owned(),
        Err(error) => {
            terminal.error(&error, &error.hint());
            return Err(Exit::Failed);
        }
    };
    if let Some(path) = path_in(&repository, output) {
        *folder = path;
    } else if let Some(path) = path_in(&repository, &root.join(Buildspecs::FOLDER)) {
        terminal.message(format_args!(
            "note: {} is outside of the repository. The projects look for their buildspecs in `{path}` of the commit, and \
             not there.\n",
            output.display()
        ));
        *folder = path;
    }
    if is_plain(folder) {
        return Ok(());
    }
    terminal.error(
        format_args!("`{folder}` cannot be the folder of buildspecs that stand in the repository"),
        "CodeBuild is given its path: use letters, digits and `._-/` alone, or `buildspecs: inline`",
    );
    Err(Exit::Failed)
}

/// Whether a path is one to CodeBuild, which takes a buildspec's text in the same place.
fn is_plain(folder: &str) -> bool {
    folder.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-/".contains(letter))
}
