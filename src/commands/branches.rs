//! Which branches exist, for rules with a pipeline for each: the caller lists them, a remote is asked, or what git has here.

#[cfg(feature = "aws")]
use std::collections::BTreeSet;
use std::path::Path;

use crate::cli::Location;
use crate::config::Config;
use crate::diagnostic::Finding;
use crate::edge::branches;
use crate::edge::git;
use crate::edge::remote::Git;

/// The branches that `--branches` lists, or that the remote of `--remote` has; `None` where neither is given. `folder` is
/// where the configuration stands. What keeps them from being known is a finding without a place.
pub(super) fn listed(location: &Location, folder: &Path) -> Result<Option<Vec<String>>, Box<Finding>> {
    let alone = |code, said: String, help: String| Box::new(Finding::error(code, None, said).help(help));
    if let Some(name) = &location.remote {
        let branches = Git::default().branches(folder, name);
        return branches.map(Some).map_err(|error| alone(error.code(), error.to_string(), error.help()));
    }
    let listed = location.branches.as_deref().map(branches::read).transpose();
    listed.map_err(|error| alone(error.code(), error.to_string(), error.help().to_owned()))
}

/// Completes a configuration with the branches that exist. Git is asked only where a rule wants to know and nothing was
/// listed; `folder` is where.
pub(super) fn complete(config: &mut Config, listed: Option<Vec<String>>, folder: &Path) -> Option<Finding> {
    if let Some(listed) = listed {
        config.branches = listed;
        return None;
    }
    let place = config.rules.iter().find_map(|rule| rule.per_branch)?.place;
    match git::facts(folder) {
        Ok(facts) => {
            config.branches = facts.known_branches().into_iter().map(str::to_owned).collect();
            None
        }
        Err(error) => Some(
            Finding::error(
                "BL612",
                place,
                "which branches are there? `per_branch` makes a pipeline for each",
            )
            .because(error.to_string())
            .help(format!("list them with `--branches FILE`, one a line; or {}", error.hint())),
        ),
    }
}

/// The branches of the repository, for who wants to know whether one is there: those that were listed, else what git has here; or
/// why they are not known.
#[cfg(feature = "aws")]
pub(super) fn there(location: &Location, config: &Config, folder: &Path) -> Result<BTreeSet<String>, String> {
    if location.branches.is_some() || location.remote.is_some() {
        return Ok(config.branches.iter().cloned().collect());
    }
    let facts = git::facts(folder).map_err(|error| error.to_string())?;
    Ok(facts.known_branches().into_iter().map(str::to_owned).collect())
}
