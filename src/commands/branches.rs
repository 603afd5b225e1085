//! Which branches exist, for rules with a pipeline for each: the caller lists them, or git is asked.

use std::path::Path;

use crate::cli::Location;
use crate::config::Config;
use crate::diagnostic::Finding;
use crate::edge::branches::{self, BranchesError};
use crate::edge::git;

/// The branches that `--branches` lists; `None` where it is not given.
pub(super) fn listed(location: &Location) -> Result<Option<Vec<String>>, BranchesError> {
    location.branches.as_deref().map(branches::read).transpose()
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
