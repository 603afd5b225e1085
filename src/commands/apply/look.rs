//! What CloudFormation itself says would become of the stacks: for `plan --change-set`.

use super::super::Exit;
use super::super::aws::{Credentials, failed};
use super::gate;
use super::work::Applying;
use crate::change::stack::plan::{Planned, Planning, Verdict, key_of};
use crate::change::stack::steps::Consent;
use crate::change::stack::view::{View, left_over};
use crate::document::specs::Specs;
use crate::document::stacks::Purpose;
use crate::edge::aws::views::{self, Question};
use crate::edge::aws::{Failure, Given};
use crate::edge::terminal::Terminal;
use crate::pipeline::Plan;

/// Reads what stands, and has CloudFormation work out what would become of each stack that would change. A view for each stack of the
/// planning, in its order; `None` for one that stays, or takes no update.
pub(in crate::commands) fn look(
    plan: &Plan,
    specs: &Specs,
    (credentials, buckets): (&Credentials, &[Given]),
    terminal: &mut Terminal,
) -> Result<(Planning, Vec<Option<View>>), Exit> {
    let mut applying = Applying::with(plan, specs, (credentials, buckets), Consent::default(), terminal)?;
    applying.read(terminal)?;
    let planning = applying.planning();
    let long = gate::too_long(&applying);
    if !long.is_empty() {
        return gate::tell(&long, terminal).map(|()| (planning, Vec::new()));
    }
    let (mut questions, mut views) = (Vec::new(), Vec::new());
    for (at, planned) in planning.stacks.iter().enumerate() {
        if !matches!(planned.verdict, Verdict::Create | Verdict::Update) {
            views.push(None);
            continue;
        }
        views.push(missing(&applying, planned).map(View::Later));
        let Some(submission) = applying.submission(planned).filter(|_| views[at].is_none()) else { continue };
        let bucket = applying.bucket(&planned.stack);
        let Applying { aws, session, .. } = &mut applying;
        let clients =
            aws.wait(session.at(&planned.stack.place)).map_err(|failure| failed(&failure, terminal))?;
        let is_new = planned.verdict == Verdict::Create;
        questions.push((at, Question { clients, submission, is_new, bucket }));
    }
    let (places, questions): (Vec<usize>, Vec<Question>) = questions.into_iter().unzip();
    let looked = applying.aws.wait(views::all(questions)).map_err(|failure| failed(&failure, terminal))?;
    for (at, view) in places.into_iter().zip(looked) {
        views[at] = Some(view);
    }
    Ok((planning, views))
}

/// The base stack that has to stand before a stack can be worked out: one that puts out a key which it is given, or, for what is
/// new, that of its region, whose exports it imports.
fn missing(applying: &Applying, planned: &Planned) -> Option<String> {
    let base = |region: &str| {
        let all = applying.planning().stacks;
        let base = all
            .into_iter()
            .find(|one| one.stack.purpose == Purpose::Base && one.stack.place.region() == region);
        base.filter(|base| base.verdict == Verdict::Create).map(|base| base.stack.name)
    };
    if planned.stack.purpose == Purpose::Base {
        return None;
    }
    let takes = applying.parameters_of(&planned.stack);
    let keys = planned.stack.keys.iter().filter(|(name, _)| takes.contains(name));
    let unknown = keys.filter(|(_, region)| key_of(region, &applying.wanted, &applying.found).is_none());
    let regions = unknown.map(|(_, region)| region.as_str());
    regions.chain([planned.stack.place.region()]).find_map(base)
}

/// Deletes what looks left that were broken off. Nothing stands in such a stack.
pub(super) fn clear(applying: &mut Applying, terminal: &mut Terminal) -> Result<(), Exit> {
    let left = left_over(&applying.found, &applying.planning());
    let Applying { aws, session, .. } = applying;
    let cleared = aws.wait(async {
        let mut stacks = Vec::new();
        for (place, name) in left {
            stacks.push((session.at(&place).await?, name));
        }
        views::clear(stacks).await
    });
    cleared.map_err(|failure: Failure| failed(&failure, terminal))
}
