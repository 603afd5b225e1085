//! What is read of stacks before they are deleted: what is in them, who uses them, what runs. Nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::Client;
use aws_sdk_codepipeline::types::PipelineExecutionStatus;

use super::failure::{Failure, Kind};
use super::session::{Clients, Session};
use super::{each, pipelines, stacks};
use crate::change::stack::leaving::{Held, Hindrances, Inside, Key};
use crate::change::stack::{Standing, Template};
use crate::operate::{self, plain};
use crate::pipeline::text::Place;

/// What is asked about the stacks that are to be deleted.
#[derive(Clone, Debug, Default)]
pub struct Questions {
    /// Pipelines of theirs.
    pub pipelines: Vec<(Place, String)>,
    /// What they export.
    pub exports: Vec<(Key, String)>,
    /// The locks of environments: where the pipelines stand, the environment, the bucket, the lock's key.
    pub locks: Vec<(Place, String, String, String)>,
}

/// All stacks of these places, by name.
pub async fn all(
    session: &mut Session,
    places: &BTreeSet<Place>,
) -> Result<BTreeMap<Place, BTreeMap<String, Standing>>, Failure> {
    let mut found = BTreeMap::new();
    for place in places {
        let here = session.at(place).await?;
        found.insert(place.clone(), stacks::all(&here.cloudformation).await?);
    }
    Ok(found)
}

/// What is in these stacks. One that is gone by now is missing in the answer.
pub async fn insides(session: &mut Session, keys: Vec<Key>) -> Result<BTreeMap<Key, Inside>, Failure> {
    let mut questions = Vec::with_capacity(keys.len());
    for key in keys {
        questions.push((session.at(&key.0).await?.cloudformation, key));
    }
    let asked = each(questions, |(client, key)| async move { Ok((inside(&client, &key.1).await?, key)) });
    let read = asked.await?.into_iter();
    Ok(read.filter_map(|(inside, key)| Some((key, inside?))).collect())
}

async fn inside(client: &Client, name: &str) -> Result<Option<Inside>, Failure> {
    let text = match stacks::template(client, name).await {
        Ok(text) => text,
        Err(failure) if failure.is_missing() => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let mut pages = client.list_stack_resources().stack_name(name).into_paginator().send();
    let mut resources = Vec::new();
    while let Some(page) = pages.next().await {
        let page = match page.map_err(|error| Failure::of("cloudformation:ListStackResources", error)) {
            Ok(page) => page,
            Err(failure) if failure.is_missing() => return Ok(None),
            Err(failure) => return Err(failure),
        };
        let listed = page.stack_resource_summaries.unwrap_or_default().into_iter();
        resources.extend(listed.map(|one| Held {
            logical: one.logical_resource_id.unwrap_or_default(),
            physical: one.physical_resource_id,
            kind: one.resource_type.unwrap_or_default(),
            status: one.resource_status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
            reason: one.resource_status_reason.as_deref().map(plain),
        }));
    }
    Ok(Some(Inside { template: Template::read(&text).ok(), resources }))
}

/// What speaks against deleting them, as far as AWS has to be asked.
pub async fn hindrances(session: &mut Session, questions: Questions) -> Result<Hindrances, Failure> {
    let mut hindrances = Hindrances::default();
    let mut of_pipelines = Vec::new();
    for (place, name) in questions.pipelines {
        of_pipelines.push((session.at(&place).await?.codepipeline, name));
    }
    let asked = each(of_pipelines, |(client, name)| async move {
        match pipelines::running(&client, &name).await {
            Ok(running) => Ok((name, running)),
            // A deletion that was begun before has taken it.
            Err(failure) if failure.is_missing() => Ok((name, Vec::new())),
            Err(failure) => Err(failure),
        }
    });
    hindrances.running = asked.await?.into_iter().collect();
    let mut of_exports = Vec::new();
    for (key, export) in questions.exports {
        of_exports.push((session.at(&key.0).await?.cloudformation, key, export));
    }
    let asked = each(of_exports, |(client, key, export)| async move {
        Ok((importers(&client, &export).await?, key, export))
    });
    for (importers, key, export) in asked.await? {
        hindrances.imports.entry(key).or_default().insert(export, importers);
    }
    for (place, environment, bucket, lock) in questions.locks {
        let here = session.at(&place).await?;
        if let Some(holder) = holder(&here, &bucket, &lock).await? {
            hindrances.holders.insert(environment, holder);
        }
    }
    Ok(hindrances)
}

/// The stacks that import an export; none where nobody does, which CloudFormation answers with an error.
async fn importers(client: &Client, export: &str) -> Result<Vec<String>, Failure> {
    let mut pages = client.list_imports().export_name(export).into_paginator().send();
    let mut importers = Vec::new();
    while let Some(page) = pages.next().await {
        match page.map_err(|error| Failure::of("cloudformation:ListImports", error)) {
            Ok(page) => importers.extend(page.imports.unwrap_or_default()),
            Err(failure) if is_imported_by_nobody(&failure) => return Ok(Vec::new()),
            Err(failure) => return Err(failure),
        }
    }
    Ok(importers)
}

/// CloudFormation has no code of its own for it.
fn is_imported_by_nobody(failure: &Failure) -> bool {
    let says = |words: &str| failure.message.contains(words);
    failure.has_code(&["ValidationError"]) && (says("is not imported by any stack") || says("does not exist"))
}

/// Who holds a lock and is not over: pipeline and execution. What does not exist any more is over, as for the lock itself.
async fn holder(here: &Clients, bucket: &str, lock: &str) -> Result<Option<(String, String)>, Failure> {
    const CALL: &str = "s3:GetObject";
    let asked = here.s3.get_object().bucket(bucket).key(lock).send().await;
    let answer = match asked.map_err(|error| Failure::of(CALL, error)) {
        Ok(answer) => answer,
        Err(failure) if failure.has_code(&["NoSuchKey", "NoSuchBucket"]) => return Ok(None),
        Err(failure) if failure.kind == Kind::Denied => {
            let message = format!(
                "{}; S3 says so of a lock that is not there, too, to who may not list the bucket `{bucket}`",
                failure.message
            );
            return Err(Failure { message, ..failure });
        }
        Err(failure) => return Err(failure),
    };
    let body = answer.body.collect().await;
    let body = body.map_err(|error| Failure::strange(CALL, format!("the object was cut off: {error}")))?;
    let Some((pipeline, execution)) = operate::holder(&body.into_bytes()) else { return Ok(None) };
    let call = here.codepipeline.get_pipeline_execution();
    let asked = call.pipeline_name(&pipeline).pipeline_execution_id(&execution).send().await;
    let status = match asked.map_err(|error| Failure::of("codepipeline:GetPipelineExecution", error)) {
        Ok(answer) => answer.pipeline_execution.and_then(|one| one.status),
        Err(failure) if failure.is_missing() => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let is_over =
        !matches!(status, Some(PipelineExecutionStatus::InProgress | PipelineExecutionStatus::Stopping));
    Ok((!is_over).then_some((pipeline, execution)))
}
