//! A stack, followed until nothing happens in it any more.

use std::collections::BTreeSet;

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::StackEvent;
use tokio::sync::mpsc::UnboundedSender;

use super::failure::Failure;
use super::pause::Pause;
use crate::change::stack::events::Event;

/// The type under which a stack tells of itself.
const STACK: &str = "AWS::CloudFormation::Stack";

const EVENTS: &str = "cloudformation:DescribeStackEvents";

/// What is told while stacks are worked on, with the stack's name.
#[derive(Clone, Debug)]
pub enum News {
    /// An event, as it came.
    Event(String, Event),
    /// These executions of its pipeline are waited for. Told each minute.
    Waiting(String, Vec<String>),
    /// This way into an environment is closed, of the pipeline that was made: pipeline and stage.
    Closed(String),
    /// Work on it has begun.
    Begun(String),
    /// Work on it has ended, however it did.
    Ended(String),
}

/// Looks at a stack in which nothing seems to happen, before it is taken for settled: three quarters of a minute.
const LOOKS: u32 = 12;

/// What a stack came to.
#[derive(Clone, Debug)]
pub struct Came {
    /// Its state: `UPDATE_COMPLETE`; `DELETE_COMPLETE` for one that is gone.
    pub status: String,
    /// What happened, in its order.
    pub events: Vec<Event>,
}

/// A stack before something is done to it.
#[derive(Clone, Debug)]
pub struct Before {
    /// Its ARN: by this it is found when it is deleted.
    id: String,
    /// The last event so far.
    last: Option<String>,
}

/// Looks at a stack that something is about to be done to.
pub async fn before(client: &Client, stack: &str) -> Result<Before, Failure> {
    let asked = client.describe_stack_events().stack_name(stack).send().await;
    let found = asked.map_err(|error| Failure::of(EVENTS, error))?.stack_events.unwrap_or_default();
    let newest = found
        .into_iter()
        .next()
        .ok_or_else(|| Failure::strange(EVENTS, format!("`{stack}` has no events")))?;
    let id = newest.stack_id.ok_or_else(|| Failure::strange(EVENTS, "an event is of no stack"))?;
    Ok(Before { id, last: newest.event_id })
}

/// Follows a stack until it is settled, and hands each event on as it comes.
pub async fn follow(
    client: &Client,
    stack: &str,
    before: &Before,
    tell: &UnboundedSender<News>,
) -> Result<Came, Failure> {
    let (mut seen, mut events, mut pause) = (BTreeSet::new(), Vec::<Event>::new(), Pause::default());
    let mut quiet = 0;
    loop {
        // The state first: what came before it settled is then among the events.
        let status = status(client, &before.id).await?;
        for event in since(client, before, &seen).await? {
            seen.insert(event.id.clone());
            // Where nobody listens any more, the stack is followed all the same.
            let _ = tell.send(News::Event(stack.to_owned(), event.clone()));
            events.push(event);
        }
        // What is read of a stack may be older than its events: it is settled when both say so. Nothing at all happens where
        // somebody else carried out the same, and was done before this began to look.
        let told = events.iter().rev().find(|event| event.kind == STACK && event.logical == stack);
        quiet += u32::from(events.is_empty());
        let is_settled = told.map_or(quiet >= LOOKS, |event| event.status == status);
        if is_settled && !status.ends_with("_IN_PROGRESS") {
            return Ok(Came { status, events });
        }
        pause.wait().await;
    }
}

async fn status(client: &Client, id: &str) -> Result<String, Failure> {
    const CALL: &str = "cloudformation:DescribeStacks";
    let asked = client.describe_stacks().stack_name(id).send().await;
    let found = asked.map_err(|error| Failure::of(CALL, error))?.stacks.unwrap_or_default();
    let status = found.into_iter().next().and_then(|stack| stack.stack_status);
    status
        .map(|status| status.as_str().to_owned())
        .ok_or_else(|| Failure::strange(CALL, format!("`{id}` has no status")))
}

/// The events that came since, in their order.
async fn since(client: &Client, before: &Before, seen: &BTreeSet<String>) -> Result<Vec<Event>, Failure> {
    let mut pages = client.describe_stack_events().stack_name(&before.id).into_paginator().send();
    let mut events = Vec::new();
    'pages: while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Failure::of(EVENTS, error))?;
        for event in page.stack_events.unwrap_or_default().into_iter().filter_map(read) {
            // The newest come first, so all behind a known one are known.
            if Some(&event.id) == before.last.as_ref() || seen.contains(&event.id) {
                break 'pages;
            }
            events.push(event);
        }
    }
    events.reverse();
    Ok(events)
}

fn read(event: StackEvent) -> Option<Event> {
    Some(Event {
        id: event.event_id?,
        logical: event.logical_resource_id.unwrap_or_default(),
        kind: event.resource_type.unwrap_or_default(),
        status: event.resource_status?.as_str().to_owned(),
        reason: event.resource_status_reason,
    })
}
