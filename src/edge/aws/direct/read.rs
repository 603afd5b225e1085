//! What AWS has of the projects and pipelines of a map.

use std::collections::BTreeSet;

use aws_sdk_codepipeline::Client;

use crate::branch_map::stem_of_branches;
use crate::change::direct::{Found, Kind, Thing, Wanted, is_of_app, planning};
use crate::edge::aws::failure::{Failure, Kind as Failed};
use crate::edge::aws::session::{Clients, Session};
use crate::edge::aws::{each, pipelines, projects};
use crate::pipeline::Plan;
use crate::pipeline::text::{Part, Place};

/// Reads what AWS has of all that is wanted. Nothing is written.
///
/// A call for each hundred projects of a place; two for each pipeline that stands, and one more for each that would be changed; one
/// for each thousand pipelines of the account's region.
pub async fn found(session: &mut Session, plan: &Plan<'_>, wanted: &Wanted) -> Result<Found, Failure> {
    let mut found = Found::default();
    let places: BTreeSet<&Place> = wanted.things.iter().map(|thing| &thing.stack.place).collect();
    for place in places {
        let here = session.at(place).await?;
        read_projects(&mut found, &here, place, wanted).await?;
    }
    let here = session.at(&plan.home).await?.codepipeline;
    read_pipelines(&mut found, &here, plan, wanted).await?;
    read_left(&mut found, &here, plan, wanted).await?;
    // Executions matter only where something would stop them.
    let planning = planning(&plan.config.app, wanted, &found, &plan.home);
    let changed = planning.things.iter().filter(|one| one.is_declared_anew());
    let changed: Vec<String> = changed.map(|one| one.thing.declared.name.clone()).collect();
    let asked = each(changed, |name| {
        let here = here.clone();
        async move { Ok((pipelines::running(&here, &name).await?, name)) }
    });
    found.running = asked.await?.into_iter().map(|(running, name)| (name, running)).collect();
    Ok(found)
}

fn names(wanted: &Wanted, kind: Kind, place: &Place) -> Vec<String> {
    let here = |thing: &&Thing| thing.kind == kind && &thing.stack.place == place;
    wanted.things.iter().filter(here).map(|thing| thing.declared.name.clone()).collect()
}

async fn read_projects(
    found: &mut Found,
    here: &Clients,
    place: &Place,
    wanted: &Wanted,
) -> Result<(), Failure> {
    for (name, project) in projects::all(&here.codebuild, &names(wanted, Kind::Project, place)).await? {
        let key = (place.clone(), Kind::Project, name);
        found.tags.insert(key.clone(), projects::tags(&project));
        found.declarations.insert(key, project);
    }
    Ok(())
}

async fn read_pipelines(
    found: &mut Found,
    here: &Client,
    plan: &Plan<'_>,
    wanted: &Wanted,
) -> Result<(), Failure> {
    let asked = each(names(wanted, Kind::Pipeline, &plan.home), |name| {
        let (here, arn) = (here.clone(), arn(&plan.home, &name));
        async move {
            let Some(declaration) = pipelines::declaration(&here, &name).await? else { return Ok(None) };
            Ok(Some((name, declaration, pipelines::tags(&here, &arn).await?)))
        }
    });
    for (name, declaration, tags) in asked.await?.into_iter().flatten() {
        let key = (plan.home.clone(), Kind::Pipeline, name);
        found.tags.insert(key.clone(), tags);
        found.declarations.insert(key, declaration);
    }
    Ok(())
}

/// Pipelines of the app that are not wanted: those whose names begin as the app's do, and that carry its tag.
async fn read_left(
    found: &mut Found,
    here: &Client,
    plan: &Plan<'_>,
    wanted: &Wanted,
) -> Result<(), Failure> {
    let stem = &plan.config.stem;
    let beginnings = [format!("{stem}-"), format!("{}-", stem_of_branches(stem))];
    let asked_for: BTreeSet<String> = names(wanted, Kind::Pipeline, &plan.home).into_iter().collect();
    let others = pipelines::names(here).await?.into_iter().filter(|name| {
        !asked_for.contains(name) && beginnings.iter().any(|beginning| name.starts_with(beginning.as_str()))
    });
    let asked = each(others, |name| {
        let (here, arn) = (here.clone(), arn(&plan.home, &name));
        async move {
            match pipelines::tags(&here, &arn).await {
                Ok(tags) => Ok(Some((name, tags))),
                // Deleted since the list was made.
                Err(failure) if failure.is_missing() => Ok(None),
                Err(failure) => Err(failure),
            }
        }
    });
    let theirs = asked.await?.into_iter().flatten();
    found.left = theirs.filter(|(_, tags)| is_of_app(&plan.config.app, tags)).map(|(name, _)| name).collect();
    Ok(())
}

/// A pipeline's ARN (CodePipeline user guide, "Pipeline ARN and service ARN types").
pub(super) fn arn(home: &Place, name: &str) -> String {
    home.arn("codepipeline", name).resolve(|part| match part {
        Part::Partition => home.partition().id().to_owned(),
        Part::Account(text) | Part::Region(text) => text.to_string(),
        // An ARN of this kind has no other parts.
        _ => String::new(),
    })
}

/// Whether a bucket is there and is the account's own. Names of buckets are the whole world's, and anybody may have made one of a name
/// that is known beforehand; S3 answers for another account's as for one that may not be looked at. Asked by a list, since an answer to
/// `HeadBucket` has no text that would say what is wrong (S3 API reference).
pub async fn is_bucket_there(here: &Clients, name: &str, place: &Place) -> Result<bool, Failure> {
    let call = here.s3.list_objects_v2().bucket(name).max_keys(1).expected_bucket_owner(place.account());
    match call.send().await.map_err(|error| Failure::of("s3:ListBucket", error)) {
        Ok(_) => Ok(true),
        Err(failure) if failure.kind == Failed::Denied || failure.has_code(&["NoSuchBucket"]) => Ok(false),
        Err(failure) => Err(failure),
    }
}
