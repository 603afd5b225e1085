//! Stacks, deleted; several of them side by side.

use tokio::sync::mpsc::UnboundedSender;

use super::carry::{Outcome, side_by_side, still_running};
use super::failure::Failure;
use super::follow::{self, News};
use super::session::Clients;
use super::stacks;
use crate::document::cloudformation::common::APP_TAG;

/// One stack that is to be deleted.
#[derive(Clone, Debug)]
pub struct Removal {
    /// The services of its place.
    pub clients: Clients,
    /// Its name.
    pub stack: String,
    /// The app whose tag it carries.
    pub app: String,
    /// The pipeline that may not be running when it is deleted.
    pub still: Option<String>,
    /// Whether its end is waited for.
    pub waits: bool,
    /// The role that CloudFormation works with, where one is said.
    pub role: Option<String>,
}

/// Deletes them, [`STACKS`](super::carry::STACKS) at a time; each event is told as it comes. What became of each, in their order.
/// Where one goes wrong, those that are under way are seen to their end and no other is begun.
pub async fn all(removals: Vec<Removal>, tell: impl FnMut(News)) -> Vec<Outcome> {
    let removals = removals.into_iter().map(|removal| (removal.stack.clone(), removal)).collect();
    side_by_side(removals, |removal: Removal, news| async move { one(&removal, &news).await }, tell).await
}

/// What was read may be minutes old. So the stack is looked at once more, and what is deleted is this very one by its ARN: another
/// that took its name meanwhile stays.
async fn one(removal: &Removal, tell: &UnboundedSender<News>) -> Result<Outcome, Failure> {
    let Removal { clients, stack, app, still, waits, role } = removal;
    let client = &clients.cloudformation;
    let Some((id, standing)) = stacks::one(client, stack).await? else { return Ok(Outcome::Deleted) };
    if standing.tags.get(APP_TAG) != Some(app) {
        return Ok(Outcome::Unworkable(format!("it does not carry the tag {APP_TAG}={app} any more")));
    }
    let before = follow::before(client, &id).await?;
    if standing.status != "DELETE_IN_PROGRESS" {
        if let Some(pipeline) = still {
            let running = still_running(clients, (stack, pipeline), *waits, tell).await?;
            if !running.is_empty() {
                return Ok(Outcome::Began(running));
            }
        }
        stacks::delete(client, &id, role.as_deref()).await?;
    }
    let came = follow::follow(client, stack, &before, tell).await?;
    Ok(Outcome::of(&came, &["DELETE_COMPLETE"], Outcome::Deleted))
}
