//! What CloudFormation made up for names that nobody has looked up.

use std::collections::BTreeMap;

use super::asking::Asking;
use crate::change::stack::Standing;
use crate::doctor::facts::{Answer, Facts};
use crate::doctor::made_up::{MadeUp, marked, real};
use crate::doctor::questions::Questions;
use crate::edge::aws::copilot::of_stack;
use crate::edge::aws::{Clients, Failure};
use crate::pipeline::text::Place;

/// Looks in the stacks of one place; `all` are all that stand there, or `None` where they could not be looked at.
pub(super) async fn look(
    asking: &mut Asking,
    (place, clients): (&Place, &Clients),
    all: Option<&BTreeMap<String, Standing>>,
    questions: &Questions,
    facts: &mut Facts,
) -> Result<(), Failure> {
    let tagged = all.map(|all| {
        let all = all.iter().filter(|(_, stack)| !stack.is_nothing_yet() && !stack.is_going());
        let all = all.map(|(name, stack)| (name.as_str(), &stack.tags));
        all.collect::<BTreeMap<_, _>>()
    });
    let mut of_stacks: BTreeMap<String, Vec<MadeUp>> = BTreeMap::new();
    for made_up in marked(questions).into_iter().filter(|one| one.place == *place) {
        match tagged.as_ref().map(|all| made_up.stack(all)) {
            None => facts.made_up.extend([(made_up, Answer::Hidden)]),
            Some(None) => facts.made_up.extend([(made_up, Answer::Missing)]),
            Some(Some(stack)) => of_stacks.entry(stack.to_owned()).or_default().push(made_up),
        }
    }
    for (stack, wanted) in of_stacks {
        let asked = of_stack(&clients.cloudformation, &stack).await;
        let resources = asking.settle(place, asked)?;
        for made_up in wanted {
            let answer = match &resources {
                Answer::There(resources) => {
                    let found = resources.iter().find(|one| made_up.resource() == Some(one.logical.as_str()));
                    let name = found.and_then(|one| real(&one.physical));
                    name.map_or(Answer::Missing, |name| Answer::There(name.to_owned()))
                }
                Answer::Missing => Answer::Missing,
                Answer::Hidden => Answer::Hidden,
            };
            facts.made_up.insert(made_up, answer);
        }
    }
    Ok(())
}
