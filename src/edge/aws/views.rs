//! What CloudFormation says of stacks that would change: change sets that are made, looked at and deleted again.

use aws_sdk_cloudformation::Client;

use super::carry::{self, Bucket};
use super::changes::{self, Source, Worked};
use super::failure::{Failure, Kind};
use super::pause::Pause;
use super::session::Clients;
use super::{each, stacks};
use crate::change::stack::submission::Submission;
use crate::change::stack::view::{self, View};
use crate::operate::plain;

/// A stack that is looked at.
#[derive(Clone, Debug)]
pub struct Question {
    /// The services of its place.
    pub clients: Clients,
    /// What it would be.
    pub submission: Submission,
    /// Whether it is not there yet.
    pub is_new: bool,
    /// The bucket for its template, if it is long.
    pub bucket: Option<Bucket>,
}

/// Looks at all of them. Whatever goes wrong with one, all that was made is deleted again, as far as AWS lets it; then the first
/// failure is told.
pub async fn all(questions: Vec<Question>) -> Result<Vec<View>, Failure> {
    // A failure as an answer, so that none of the others is let go in the middle.
    let looked = each(questions, |question| async move { Ok(one(question).await) }).await?;
    looked.into_iter().collect()
}

async fn one(question: Question) -> Result<View, Failure> {
    let Question { clients, submission, is_new, bucket } = question;
    let name = view::change_set(&submission);
    let source = carry::source(&clients, &submission, bucket.as_ref()).await?;
    let stack = if is_new { view::stand_in(&submission) } else { submission.stack.clone() };
    let at = Submission { stack: stack.clone(), ..submission };
    let client = &clients.cloudformation;
    if is_new {
        // Somebody else's look at the same may have ended just now.
        gone(client, &stack).await?;
    }
    let mut looked = look(client, &at, &name, &source, is_new).await;
    for _ in 0..ROUNDS {
        // An apply that carries out its own does away with ours.
        if !looked.as_ref().is_err_and(changes::is_gone) {
            break;
        }
        looked = look(client, &at, &name, &source, is_new).await;
    }
    let deleted = if is_new {
        // Nothing ever stands under this name, so nothing else can be met.
        match stacks::delete(client, &stack, None).await {
            Ok(()) => gone(client, &stack).await,
            Err(failure) => Err(failure),
        }
    } else {
        changes::delete(client, &stack, &name).await
    };
    let view = looked?;
    deleted.map(|()| view)
}

/// How often it is looked again where the change set is gone.
const ROUNDS: u32 = 2;

async fn look(
    client: &Client,
    submission: &Submission,
    name: &str,
    source: &Source,
    is_new: bool,
) -> Result<View, Failure> {
    match changes::make(client, submission, name, source, is_new).await {
        Ok(made) => Ok(match made.worked {
            Worked::Out => View::Worked(changes::foreseen(client, &submission.stack, name).await?),
            Worked::Empty => View::Empty,
            Worked::Failed(reason) => View::Refused(plain(&reason)),
        }),
        // What is wrong with a template or a parameter is said at once, before there is a change set.
        Err(failure) if failure.kind == Kind::Refused && failure.call == changes::CREATE => {
            Ok(View::Refused(plain(&failure.message)))
        }
        Err(failure) => Err(failure),
    }
}

/// Looks at a stack that is being deleted, before it is let be: a stack under review has nothing that takes long.
const LOOKS: u32 = 8;

/// Waits until a stack is not on its way out any more.
async fn gone(client: &Client, stack: &str) -> Result<(), Failure> {
    let mut pause = Pause::default();
    for _ in 0..LOOKS {
        let now = stacks::one(client, stack).await?;
        if now.is_none_or(|(_, now)| now.status != "DELETE_IN_PROGRESS") {
            break;
        }
        pause.wait().await;
    }
    Ok(())
}

/// Deletes stacks that were looked at and are left over.
pub async fn clear(left: Vec<(Clients, String)>) -> Result<(), Failure> {
    let deleted = each(left, |(clients, name)| async move {
        let client = &clients.cloudformation;
        // The name is not enough: whoever else plans a stack of such a name calls the change set otherwise.
        let Some((id, standing)) = stacks::one(client, &name).await? else { return Ok(()) };
        let sets = changes::names(client, &id).await?;
        let is_ours = standing.is_nothing_yet() && sets.iter().all(|set| set.starts_with(view::LOOKED_AT));
        if is_ours { stacks::delete(client, &id, None).await } else { Ok(()) }
    });
    deleted.await.map(|_| ())
}
