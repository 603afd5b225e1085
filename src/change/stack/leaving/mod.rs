//! Stacks of an app that are to be deleted: which stand, which of them a person means, what goes with them, what stays in AWS, and
//! what speaks against it.
//!
//! A stack is the app's own by its tag and by its shape, both: a name that branchline gives, tags that do not contradict it, and a
//! template with a pipeline in it or without. Whatever lacks one of these is never deleted, whoever asks for it.

mod choice;
mod json;
mod kept;
mod refusal;
mod roll;
mod tell;

use std::collections::BTreeMap;

use super::{Standing, Template};
use crate::document::stacks::Purpose;
use crate::pipeline::text::Place;

pub use choice::{Bases, Choice, Wish, choose};
pub use json::{Fate, json};
pub use kept::{Kept, kept};
pub use refusal::{Consent, Refusal, Why, refusals};
pub use roll::{Other, OtherWhy, Ours, Roll, roll, shape};
pub use tell::{left_over, others, stays, told};

/// A stack by its place and name.
pub type Key = (Place, String);

/// What is read of a stack before it is deleted.
#[derive(Clone, Debug, Default)]
pub struct Inside {
    /// Its template; `None` where it is none that branchline reads.
    pub template: Option<Template>,
    /// Its resources, as CloudFormation lists them.
    pub resources: Vec<Held>,
}

/// A resource of a stack that stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Its name in the stack.
    pub logical: String,
    /// Its name in AWS, or its ARN where the type has it so; `None` where it was never made.
    pub physical: Option<String>,
    /// Its type.
    pub kind: String,
    /// Its state: `CREATE_COMPLETE`.
    pub status: String,
    /// Why it has that, where AWS says so.
    pub reason: Option<String>,
}

/// What was asked of AWS about the stacks that are to be deleted.
#[derive(Clone, Debug, Default)]
pub struct Hindrances {
    /// The executions under way, by pipeline.
    pub running: BTreeMap<String, Vec<String>>,
    /// The stacks that import what a stack exports, by the stack, and by the export's name.
    pub imports: BTreeMap<Key, BTreeMap<String, Vec<String>>>,
    /// Who holds the lock of an environment and is not over: pipeline and execution.
    pub holders: BTreeMap<String, (String, String)>,
}

/// All that is known of what is to be deleted.
#[derive(Clone, Debug, Default)]
pub struct Sight {
    /// The stacks of the app.
    pub roll: Roll,
    /// Those of them that are to be deleted, in the order in which they are: pipelines, environments, bases.
    pub chosen: Vec<Ours>,
    /// What is in them, and in the pipelines that stay where that matters.
    pub insides: BTreeMap<Key, Inside>,
    /// What was asked about them.
    pub hindrances: Hindrances,
}

impl Sight {
    /// What is in a stack.
    pub fn inside(&self, ours: &Ours) -> Option<&Inside> {
        self.insides.get(&ours.key())
    }

    /// The pipeline of a stack, by its name in AWS. That of its resource is it, where the resource still stands.
    pub fn pipeline_of<'s>(&'s self, ours: &'s Ours) -> Option<&'s str> {
        let Purpose::Pipeline(guess) = &ours.purpose else { return None };
        let resources = self.inside(ours).map_or(&[][..], |inside| inside.resources.as_slice());
        let own = resources.iter().find(|one| one.kind == super::drift::PIPELINE && one.stands());
        Some(own.and_then(|one| one.physical.as_deref()).unwrap_or(guess))
    }

    fn is_chosen(&self, key: &Key) -> bool {
        self.chosen.iter().any(|one| one.place == key.0 && one.name == key.1)
    }

    /// The stacks of the app that stay.
    fn staying(&self) -> impl Iterator<Item = &Ours> {
        self.roll.ours.iter().filter(|one| !self.is_chosen(&one.key()))
    }
}

impl Held {
    /// Whether it is there: it was made, and not deleted.
    pub fn stands(&self) -> bool {
        self.physical.as_deref().is_some_and(|name| !name.is_empty()) && self.status != "DELETE_COMPLETE"
    }
}

/// What a stack says of itself in its state.
fn is_busy(standing: &Standing) -> bool {
    standing.status.ends_with("_IN_PROGRESS")
}

#[cfg(test)]
mod tests;
