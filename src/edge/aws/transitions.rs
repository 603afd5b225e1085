//! Transitions into stages: closed, so that nobody enters, and opened again.

use aws_sdk_codepipeline::types::StageTransitionType::Inbound;

use super::failure::Failure;
use super::session::Clients;

/// A transition into a stage, and what is to become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The pipeline.
    pub pipeline: String,
    /// The stage that is entered by it.
    pub stage: String,
    /// Closed, with this reason as AWS takes it; or opened.
    pub close: Option<String>,
}

/// Turns each, whatever becomes of the others; the answers in the order of the wishes.
pub async fn all(here: &Clients, turns: Vec<Turn>) -> Result<Vec<Result<(), Failure>>, Failure> {
    super::each(turns, |turn| {
        let here = here.clone();
        async move { Ok(one(&here, turn).await) }
    })
    .await
}

async fn one(here: &Clients, turn: Turn) -> Result<(), Failure> {
    let Turn { pipeline, stage, close } = turn;
    let client = &here.codepipeline;
    if let Some(reason) = close {
        let call = client.disable_stage_transition().pipeline_name(pipeline).stage_name(stage);
        let asked = call.transition_type(Inbound).reason(reason).send().await;
        asked.map(|_| ()).map_err(|error| Failure::of("codepipeline:DisableStageTransition", error))
    } else {
        let call = client.enable_stage_transition().pipeline_name(pipeline).stage_name(stage);
        let asked = call.transition_type(Inbound).send().await;
        asked.map(|_| ()).map_err(|error| Failure::of("codepipeline:EnableStageTransition", error))
    }
}
