//! Pipelines that are closed before their environments as soon as they are made.

use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::carry::{Job, Outcome, one};
use super::failure::Failure;
use super::follow::News;
use super::session::Clients;
use super::states;
use super::transitions::{self, Turn};

/// The type of a pipeline in CloudFormation.
const PIPELINE: &str = "AWS::CodePipeline::Pipeline";

/// The states of a resource that was made, or that has got its new stages.
const MADE: [&str; 2] = ["CREATE_COMPLETE", "UPDATE_COMPLETE"];

/// One job. What is to be closed in its pipeline is closed as soon as that is made, since AWS has started it: before the stack has
/// settled.
pub(super) async fn made(mut job: Job, tell: &UnboundedSender<News>) -> Result<Outcome, Failure> {
    let turns = std::mem::take(&mut job.closes);
    if turns.is_empty() {
        return one(&job, tell).await;
    }
    let (news, mut heard) = unbounded_channel();
    let clients = job.clients.clone();
    // It owns the sender, so that the loop ends with it.
    let work = tokio::spawn(async move { one(&job, &news).await });
    let mut closed = None;
    while let Some(news) = heard.recv().await {
        let is_made = matches!(&news, News::Event(_, event) if event.kind == PIPELINE && MADE.contains(&event.status.as_str()));
        // Where nobody listens any more, it is closed all the same.
        let _ = tell.send(news);
        if is_made && closed.is_none() {
            closed = Some(close(&clients, &turns, tell).await);
        }
    }
    match work.await.map_err(|_| Failure::interrupted())?? {
        Outcome::Done => match closed {
            Some(closed) => closed,
            // Made by somebody else, or settled before its events were looked at.
            None => close(&clients, &turns, tell).await,
        },
        other => Ok(other),
    }
}

/// Closes ways into environments, and looks whether a release was sooner.
async fn close(clients: &Clients, turns: &[Turn], tell: &UnboundedSender<News>) -> Result<Outcome, Failure> {
    let turned = transitions::all(clients, turns.to_vec()).await?;
    let mut outcome = Outcome::Done;
    for (turn, ended) in turns.iter().zip(turned) {
        match ended {
            Ok(()) => drop(tell.send(News::Closed(format!("{}  {}", turn.pipeline, turn.stage)))),
            Err(failure) => outcome = Outcome::Open(Arc::new(failure)),
        }
    }
    if outcome.is_good() {
        let mut entered = Vec::new();
        for turn in turns {
            let stages = states::stages(clients, &turn.pipeline).await.map(Option::unwrap_or_default);
            match stages {
                Ok(stages) => entered.extend(
                    stages
                        .into_iter()
                        .filter(|stage| stage.name == turn.stage && stage.latest.is_some())
                        .map(|stage| stage.name),
                ),
                Err(failure) => outcome = Outcome::Open(Arc::new(failure)),
            }
        }
        if !entered.is_empty() {
            outcome = Outcome::Entered(entered);
        }
    }
    Ok(outcome)
}
