//! Conditions of entry, lifted.

use aws_sdk_codepipeline::types::ConditionType::BeforeEntry;

use super::failure::Failure;
use super::session::Clients;

/// Lets an execution into the stage before which a condition holds it (CodePipeline API reference, `OverrideStageCondition`).
/// AWS takes no reason; its trail of calls has who asked for it, and when.
pub async fn lift(here: &Clients, pipeline: &str, stage: &str, execution: &str) -> Result<(), Failure> {
    let call = here.codepipeline.override_stage_condition().pipeline_name(pipeline).stage_name(stage);
    let asked = call.pipeline_execution_id(execution).condition_type(BeforeEntry).send().await;
    asked.map(|_| ()).map_err(|error| Failure::of("codepipeline:OverrideStageCondition", error))
}
