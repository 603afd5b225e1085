//! Whose a pipeline is, by its tags.

use super::failure::Failure;
use super::session::Clients;
use crate::document::cloudformation::common::APP_TAG;
use crate::pipeline::text::Place;

const CALL: &str = "codepipeline:ListTagsForResource";

/// The app that a pipeline is of, by its tag `branchline:app`; `None` where it has none, or where there is no such pipeline.
///
/// One call for each hundred tags, and a pipeline has 50 at most (CodePipeline user guide, "Tag resources").
pub async fn app_of(here: &Clients, place: &Place, pipeline: &str) -> Result<Option<String>, Failure> {
    let arn = format!(
        "arn:{}:codepipeline:{}:{}:{pipeline}",
        place.partition().id(),
        place.region(),
        place.account()
    );
    let mut token = None;
    loop {
        let call = here.codepipeline.list_tags_for_resource().resource_arn(&arn).set_next_token(token);
        let answer = match call.send().await.map_err(|error| Failure::of(CALL, error)) {
            Ok(answer) => answer,
            Err(failure) if failure.is_missing() => return Ok(None),
            Err(failure) => return Err(failure),
        };
        let tags = answer.tags.unwrap_or_default();
        if let Some(tag) = tags.into_iter().find(|tag| tag.key == APP_TAG) {
            return Ok(Some(tag.value));
        }
        token = answer.next_token;
        if token.is_none() {
            return Ok(None);
        }
    }
}
