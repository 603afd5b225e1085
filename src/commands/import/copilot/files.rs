//! Which files of the branches are read, and from which folder.

use std::collections::BTreeSet;
use std::path::Path;

use super::super::super::Exit;
use super::LIMIT;
use crate::edge::git::{self, GitError};
use crate::edge::terminal::Terminal;
use crate::import::copies::Branch;
use crate::import::copilot::pick::list;
use crate::import::copilot::{folder, steps};
use crate::operate::plain;

/// The folder that holds the `copilot/` that is meant: the only one, or the one that was said.
pub(super) fn chosen(
    said: Option<&str>,
    branches: &[Branch],
    terminal: &mut Terminal,
) -> Result<String, Exit> {
    let folders = folder::folders(branches);
    let shown = |folder: &str| if folder.is_empty() { ".".to_owned() } else { plain(folder) };
    let all: Vec<String> = folders
        .iter()
        .map(|(folder, branches)| format!("{} (on {})", shown(folder), plain(&list(branches))))
        .collect();
    if let Some(said) = said {
        let said =
            said.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/");
        if folders.contains_key(&said) {
            return Ok(said);
        }
        let help = if all.is_empty() {
            "no branch has one anywhere: `git fetch` brings branches that only the remote has".to_owned()
        } else {
            format!("folders that have one: {}", all.join(", "))
        };
        terminal
            .error(format_args!("no branch has pipelines of Copilot's in {}/copilot", shown(&said)), &help);
        return Err(Exit::Usage);
    }
    let mut names = folders.into_keys();
    match (names.next(), names.next()) {
        (Some(_), Some(_)) => {
            terminal.error(
                "several folders hold a copilot/ with pipelines",
                &format!(
                    "one branchline.yml is of one of them; say which with `--folder DIR`: {}",
                    all.join(", ")
                ),
            );
            Err(Exit::Usage)
        }
        (only, _) => Ok(only.unwrap_or_default()),
    }
}

/// The files of that folder, and the buildspecs that its pipelines name, wherever they are: from the root, and from the folder.
pub(super) fn of_folder(root: &Path, branches: &[Branch], folder: &str) -> Result<Vec<Branch>, GitError> {
    let mut own = folder::below(branches, folder);
    let named = steps::named(&own);
    if !named.is_empty() {
        let read = |names: &BTreeSet<String>| {
            let leads = |way: &str| {
                names.iter().any(|path| path.strip_prefix(way).is_some_and(|rest| rest.starts_with('/')))
            };
            git::every_branch(root, LIMIT, &|path| names.contains(path), &leads)
        };
        if !folder.is_empty() {
            let inside = read(&named.iter().map(|path| format!("{folder}/{path}")).collect())?;
            folder::add(&mut own, &folder::below(&inside, folder), "");
        }
        folder::add(&mut own, &read(&named)?, folder);
    }
    Ok(own)
}
