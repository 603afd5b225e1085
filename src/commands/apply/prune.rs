//! `apply --prune`: the pipelines that the map asks for no more, deleted behind all that is made.

use std::path::Path;

use super::super::Exit;
use super::super::aws::failed;
use super::super::leaving::{Leaving, telling};
use super::gate::Held;
use super::work::Applying;
use super::{Arguments, Consent, whose};
use crate::change::stack::leaving;
use crate::change::stack::plan::Planning;
use crate::cli::Location;
use crate::edge::terminal::Terminal;
use crate::pipeline::Plan;

/// A pruning that has asked nothing yet; `None` where none is wanted. A clone that lacks branches looks like one whose branches are
/// gone, so for rules with a pipeline for each branch somebody has to say which there are.
pub(super) fn begin<'p>(
    plan: &'p Plan<'p>,
    (arguments, folder): (&Arguments, &Path),
    terminal: &mut Terminal,
) -> Result<Option<Leaving<'p>>, Exit> {
    if !arguments.prune {
        return Ok(None);
    }
    let family = plan.config.rules.iter().any(|rule| rule.per_branch.is_some());
    if family && arguments.location.remote.is_none() && arguments.location.branches.is_none() {
        terminal.error(
            "`--prune` would delete the pipelines of branches that this clone does not know",
            "a rule has `per_branch`, so say which branches there are: `--remote` asks the git remote, `--branches FILE` lists them",
        );
        return Err(Exit::Failed);
    }
    if family {
        whose::of_the_source(plan.config, (&arguments.location, folder), terminal)?;
    }
    let wish = leaving::Wish { left_pipelines: true, ..leaving::Wish::default() };
    let Consent { wait, interrupt, .. } = arguments.consent();
    let mut pruning = Leaving::new(plan, wish, leaving::Consent { wait, interrupt });
    pruning.role.clone_from(&arguments.service_role);
    Ok(Some(pruning))
}

/// Reads what would be deleted, and all that speaks against it.
pub(super) fn look(
    pruning: &mut Leaving,
    applying: &mut Applying,
    location: &Location,
    terminal: &mut Terminal,
) -> Result<Vec<Held>, Exit> {
    let Applying { aws, session, plan, .. } = applying;
    pruning.read(aws, session, true).map_err(|failure| failed(&failure, terminal))?;
    let refusals = pruning.hindered(aws, session, terminal)?;
    // Where nothing would be deleted, a branch that is yet to be pushed harms nobody.
    let incomplete = whose::incomplete(plan, location).filter(|_| !pruning.first.sight.chosen.is_empty());
    let refusals = refusals.iter().map(|one| Held::whole("prune", one.to_string(), one.help()));
    Ok(incomplete.into_iter().chain(refusals).collect())
}

/// What is deleted is not left over.
pub(super) fn take_over(pruning: &Leaving, planning: &mut Planning) {
    let chosen = &pruning.first.sight.chosen;
    planning.left.retain(|(place, name)| !chosen.iter().any(|one| one.place == *place && one.name == *name));
}

/// Shows what would be deleted.
pub(super) fn show(pruning: &Leaving, terminal: &mut Terminal) {
    if pruning.first.sight.chosen.is_empty() {
        return;
    }
    if terminal.answers_in_json() {
        terminal.message(format_args!("\nDeleted behind that:\n\n{}", leaving::told(&pruning.first.sight)));
    } else {
        terminal.result("\nDeleted behind that:\n\n");
        telling::show(&pruning.first.sight, terminal);
    }
}

/// Deletes them. What became of them is among the outcomes of the apply; whether all went well.
pub(super) fn carry_out(
    pruning: &mut Leaving,
    applying: &mut Applying,
    terminal: &mut Terminal,
) -> Result<bool, Exit> {
    let Applying { aws, session, outcomes, .. } = applying;
    let ended = pruning.carry_out(aws, session, terminal);
    outcomes.extend(pruning.outcomes.clone());
    ended
}

/// Tells what stays of what was deleted.
pub(super) fn show_what_stays(pruning: &Leaving, terminal: &mut Terminal) {
    if !terminal.answers_in_json() && !pruning.first.sight.chosen.is_empty() {
        telling::show_what_stays(&pruning.first.sight, terminal);
    }
}
