//! What AWS has of a Copilot application: where its environments are, its stacks and what is in them, the connections beside them.
//! All of it reads. What it means is for `import::copilot::looked_up` to say.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::ResourceStatus;
use serde_json::json;

use super::light::Service;
use super::session::Session;
use super::{Failure, each, stacks};
use crate::import::copilot::looked_up::{App, Connection, Resource, Stack, whereabouts};
use crate::pipeline::text::Place;

/// Where environments of the app are, by the parameters that Copilot keeps of them, given by environment. Those without a parameter, and
/// those whose parameter says nothing that could be a place, are not among them.
pub async fn environments(
    session: &mut Session,
    App { name: app, home }: &App,
    parameters: BTreeMap<String, String>,
) -> Result<BTreeMap<String, Place>, Failure> {
    let light = session.at(home).await?.light;
    let found = each(parameters, |(environment, parameter)| {
        let (light, app) = (light.clone(), app.clone());
        async move {
            let answer = match light.ask(Service::Ssm, "GetParameter", &json!({ "Name": parameter })).await {
                Ok(answer) => answer,
                Err(failure) if failure.is_missing() => return Ok((environment, None)),
                Err(failure) => return Err(failure),
            };
            let place = answer["Parameter"]["Value"]
                .as_str()
                .and_then(|value| whereabouts(value, &app, &environment));
            Ok((environment, place))
        }
    });
    let found = found.await?.into_iter();
    Ok(found.filter_map(|(environment, place)| Some((environment, place?))).collect())
}

/// All stacks of each place.
pub async fn stacks(
    session: &mut Session,
    places: BTreeSet<Place>,
) -> Result<BTreeMap<Place, Vec<Stack>>, Failure> {
    let mut found = BTreeMap::new();
    for place in places {
        let all = stacks::all(&session.at(&place).await?.cloudformation).await?;
        // A change set alone has tags, and no resources.
        let all = all.into_iter().filter(|(_, stack)| !stack.is_nothing_yet());
        let all = all.map(|(name, stack)| {
            let going = stack.is_going().then_some(stack.status);
            Stack { name, tags: stack.tags, outputs: stack.outputs, going }
        });
        found.insert(place, all.collect());
    }
    Ok(found)
}

/// What is in these stacks.
pub async fn resources(
    session: &mut Session,
    wanted: BTreeSet<(Place, String)>,
) -> Result<BTreeMap<(Place, String), Vec<Resource>>, Failure> {
    let mut questions = Vec::new();
    for (place, name) in wanted {
        questions.push((session.at(&place).await?.cloudformation, place, name));
    }
    let found = each(questions, |(client, place, name)| async move {
        let resources = of_stack(&client, &name).await?;
        Ok(((place, name), resources))
    });
    Ok(found.await?.into_iter().collect())
}

/// What is in one stack.
pub(super) async fn of_stack(client: &Client, name: &str) -> Result<Vec<Resource>, Failure> {
    const CALL: &str = "cloudformation:ListStackResources";
    let mut pages = client.list_stack_resources().stack_name(name).into_paginator().send();
    let mut resources = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Failure::of(CALL, error))?;
        let all = page.stack_resource_summaries.unwrap_or_default();
        // Where a deletion failed, those that went are listed beside those that stayed.
        let all = all.into_iter().filter(|one| one.resource_status != Some(ResourceStatus::DeleteComplete));
        resources.extend(all.map(|one| Resource {
            logical: one.logical_resource_id.unwrap_or_default(),
            kind: one.resource_type.unwrap_or_default(),
            // One that could not be made has none.
            physical: one.physical_resource_id.unwrap_or_default(),
        }));
    }
    Ok(resources)
}

/// All connections of a place.
pub async fn connections(session: &mut Session, home: &Place) -> Result<Vec<Connection>, Failure> {
    let client = session.at(home).await?.codeconnections;
    let mut pages = client.list_connections().into_paginator().send();
    let mut connections = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Failure::of("codeconnections:ListConnections", error))?;
        connections.extend(page.connections.unwrap_or_default().into_iter().map(|one| Connection {
            name: one.connection_name.unwrap_or_default(),
            arn: one.connection_arn.unwrap_or_default(),
            status: one.connection_status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
        }));
    }
    Ok(connections)
}
