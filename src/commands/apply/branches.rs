//! Whether the branches exist that pipelines are to be made for: CodePipeline does not ask, and the first run fails at Source.

use std::path::Path;

use crate::branch_map::BranchMap;
use crate::change::stack::plan::Planning;
use crate::change::stack::steps::{self, Step};
use crate::cli::Location;
use crate::config::{Config, Event};
use crate::document::stacks::Purpose;
use crate::edge::git;
use crate::edge::terminal::Terminal;

/// Warns about pipelines that are to be made or changed for a branch that nobody knows of. A pattern needs no branch, and where no
/// branches can be known nothing is said: the configuration may stand in no repository, or in another than the pipelines'.
pub(super) fn warn(
    planning: &Planning,
    (config, map): (&Config, &BranchMap),
    (location, folder): (&Location, &Path),
    terminal: &mut Terminal,
) {
    let asked_for: Vec<(&str, &str)> = steps::work(planning, Step::Pipelines)
        .into_iter()
        .filter_map(|planned| {
            let Purpose::Pipeline(name) = &planned.stack.purpose else { return None };
            let entry = map.entries.iter().find(|entry| &entry.pipeline == name)?;
            let is_push = entry.trigger.event == Event::Push;
            let branch = entry.trigger.includes.first().filter(|_| is_push)?.exact()?;
            Some((branch, name.as_str()))
        })
        .collect();
    let is_listed = location.remote.is_some() || location.branches.is_some();
    let known = if is_listed { config.branches.clone() } else { here(config, folder).unwrap_or_default() };
    if known.is_empty() {
        return;
    }
    let (whose, help) = match (&location.remote, &location.branches) {
        (Some(name), _) => {
            (format!("the remote `{name}` has no"), "push it first, or correct the rule in branchline.yml")
        }
        (_, Some(_)) => {
            ("the list of branches has no".to_owned(), "push it first, or correct the rule in branchline.yml")
        }
        (None, None) => (
            "git knows no".to_owned(),
            "push it first, or correct the rule in branchline.yml. Known are local branches, and those of origin as they were last \
             fetched; `--remote` asks origin itself",
        ),
    };
    for (branch, pipeline) in asked_for {
        if !known.iter().any(|one| one == branch) {
            terminal.warning(
                format_args!("{whose} branch `{branch}`, so the first run of `{pipeline}` fails at Source"),
                help,
            );
        }
    }
}

/// The branches that git knows here, if this is the repository that the pipelines listen to.
fn here(config: &Config, folder: &Path) -> Option<Vec<String>> {
    let facts = git::facts(folder).ok()?;
    let known: Vec<String> = facts.known_branches().into_iter().map(str::to_owned).collect();
    let origin = facts.origin.ok().and_then(|remote| remote.on(config.source.provider).ok());
    let is_it = match (&config.source.repository, origin) {
        (Some(wanted), Some(found)) => found.is_called(wanted, &config.region),
        // A repository without a remote is a beginning.
        _ => true,
    };
    is_it.then_some(known)
}
