//! Whose branches a list holds: a pipeline is deleted because its branch is missing, so the list has to be that of the repository
//! that the pipelines listen to.

use std::path::Path;

use super::super::Exit;
use super::gate::Held;
use crate::branch_map::remote::{Remote, RemoteFault};
use crate::cli::Location;
use crate::config::{Config, Event};
use crate::diagnostic::shown;
use crate::edge::git;
use crate::edge::terminal::Terminal;
use crate::pipeline::Plan;

/// Refuses a remote that is another repository than `source.repository`: a fork lacks the branches of what it was forked from. A remote
/// that is a folder says nothing of itself, and is judged by its branches alone.
pub(super) fn of_the_source(
    config: &Config,
    (location, folder): (&Location, &Path),
    terminal: &mut Terminal,
) -> Result<(), Exit> {
    let (Some(name), Some(wanted)) = (&location.remote, &config.source.repository) else { return Ok(()) };
    let remote = git::configured(folder, name).map_err(|error| {
        terminal.error(&error, "nothing was changed");
        Exit::Failed
    })?;
    // One that is not configured was refused when it was asked for its branches.
    let Ok(remote) = remote else { return Ok(()) };
    let what = match Remote::parse(&remote.address) {
        Err(RemoteFault::Local) => return Ok(()),
        Ok(found) if is_source(config, wanted, &found) => return Ok(()),
        Ok(found) => format!("is {} on {}", shown(&found.repository), shown(&found.host)),
        Err(_) => "is no repository that pipelines listen to".to_owned(),
    };
    terminal.error(
        format_args!(
            "the remote {} {what}, and the pipelines are for the branches of {}",
            shown(name),
            shown(wanted)
        ),
        "`--prune` would delete the pipelines of branches that only the other one lacks: name the remote of that repository, or correct \
         `repository` under `source`",
    );
    Err(Exit::Failed)
}

/// Whether a remote is the repository of the configuration. A host that says nothing by its name, such as an alias of ssh's, is taken
/// for the one that is meant.
fn is_source(config: &Config, wanted: &str, found: &Remote) -> bool {
    let is_host = match (config.source.provider, found.provider) {
        (Some(written), Some(host)) => written == host,
        _ => true,
    };
    is_host && found.is_called(wanted, &config.region)
}

/// What speaks against deleting by a list that lacks a branch which the map itself names: it is the list of something else, or cut
/// short.
pub(super) fn incomplete(plan: &Plan, location: &Location) -> Option<Held> {
    let whose = match (&location.remote, &location.branches) {
        (Some(name), _) => format!("the remote {}", shown(name)),
        (None, Some(_)) => "the list of branches".to_owned(),
        (None, None) => return None,
    };
    // Only the pipelines of branches are deleted for what a list lacks.
    plan.config.rules.iter().find(|rule| rule.per_branch.is_some())?;
    let known = &plan.config.branches;
    let exact = plan.map.entries.iter().filter(|entry| entry.trigger.event == Event::Push);
    let exact = exact.filter_map(|entry| entry.trigger.includes.first()?.exact());
    let missing = exact.into_iter().find(|branch| !known.iter().any(|one| one == branch))?;
    Some(Held::whole(
        "prune",
        format!("{whose} has no branch {}, which branchline.yml names, so pipelines are not deleted by it", shown(missing)),
        "if it is the repository of the pipelines, push that branch first or take its rule out; else ask the right one: `--remote`"
            .to_owned(),
    ))
}
