//! Whose a pipeline is, by its tags.

use aws_sdk_codepipeline::Client;

use super::failure::Failure;
use crate::pipeline::text::Place;

/// A pipeline's ARN (CodePipeline user guide, "CodePipeline resources and operations").
pub fn arn(place: &Place, pipeline: &str) -> String {
    format!("arn:{}:codepipeline:{}:{}:{pipeline}", place.partition().id(), place.region(), place.account())
}

/// The value of one tag of a pipeline; `None` where it does not carry the tag.
pub async fn tag(client: &Client, arn: &str, key: &str) -> Result<Option<String>, Failure> {
    const CALL: &str = "codepipeline:ListTagsForResource";
    let mut pages = client.list_tags_for_resource().resource_arn(arn).into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Failure::of(CALL, error))?;
        if let Some(tag) = page.tags.unwrap_or_default().into_iter().find(|tag| tag.key == key) {
            return Ok(Some(tag.value));
        }
    }
    Ok(None)
}
