//! What keeps all of it from being written. Everything is said at once, before anything is.

use std::fmt;

use super::planned::{Planned, Planning, Verdict};
use super::wanted::Kind;
use crate::change::stack::steps::Consent;
use crate::pipeline::text::Place;

/// Something that speaks against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What it is about.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Its account and region.
    pub place: Place,
    /// What it is.
    pub why: Why,
}

/// What can speak against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is not ours: whose it is, where a tag says so.
    Foreign(Option<String>),
    /// It belongs to this stack.
    OfStack(String),
    /// The pipeline's declaration would change while these executions run.
    Running(Vec<String>),
}

/// All that speaks against a planning.
pub fn refusals(planning: &Planning, consent: Consent) -> Vec<Refusal> {
    let refused = planning.things.iter().filter_map(|planned| {
        let (place, kind, name) = planned.thing.key();
        Some(Refusal { kind, name, place, why: why(planned, consent)? })
    });
    refused.collect()
}

fn why(planned: &Planned, consent: Consent) -> Option<Why> {
    match &planned.verdict {
        Verdict::Foreign(owner) => Some(Why::Foreign(owner.clone())),
        Verdict::OfStack(stack) => Some(Why::OfStack(stack.clone())),
        Verdict::Create | Verdict::Update | Verdict::Unchanged => {
            let stops = planned.is_declared_anew() && !planned.running.is_empty();
            (stops && !consent.interrupt && !consent.wait).then(|| Why::Running(planned.running.clone()))
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refusal { kind, name, place, why } = self;
        let what = format!("the {} `{name}` ({place})", kind.word());
        match why {
            Why::Foreign(None) => write!(f, "{what} is there, and branchline has not made it"),
            Why::Foreign(Some(app)) => write!(f, "{what} is there, and is of the app `{app}`"),
            Why::OfStack(stack) => write!(
                f,
                "{what} belongs to the CloudFormation stack `{stack}`, which would undo what is changed behind its back with its next \
                 update, or fail at it"
            ),
            Why::Running(executions) => write!(
                f,
                "{what} is running ({}), and an update would stop it where it is, in the middle of a migration perhaps",
                executions.join(", ")
            ),
        }
    }
}

impl Refusal {
    /// What to do.
    pub fn help(&self) -> String {
        match &self.why {
            Why::Foreign(_) => format!(
                "give the app another name in branchline.yml, or delete that {} if it is not needed",
                self.kind.word()
            ),
            Why::OfStack(_) => {
                "apply without `--engine api`, which updates the stack; or delete the stack first".to_owned()
            }
            Why::Running(_) => {
                "wait for its end with `--wait`, or stop it knowingly with `--interrupt`".to_owned()
            }
        }
    }
}
