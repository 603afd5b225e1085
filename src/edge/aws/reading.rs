//! All that a plan asks of AWS: a few lists for each place, and one question for each stack and each pipeline of ours.

use std::collections::{BTreeMap, BTreeSet};

use super::session::{Clients, Session};
use super::{Failure, each, pipelines, projects, stacks};
use crate::change::stack::plan::Found;
use crate::change::stack::{Stand, Template, drift};
use crate::document::stacks::{Purpose, Stack};
use crate::pipeline::text::Place;

/// Reads what AWS has of these stacks. Nothing is written. `asks` names the pipelines whose executions matter, by what was read so
/// far: a call for each of the others would be for nothing.
pub async fn found(
    session: &mut Session,
    wanted: &[Stack],
    asks: impl Fn(&Found) -> BTreeSet<String>,
) -> Result<Found, Failure> {
    let mut found = Found::default();
    let places: BTreeSet<&Place> = wanted.iter().map(|stack| &stack.place).collect();
    let mut clients = BTreeMap::new();
    for place in places {
        let here = session.at(place).await?;
        found.stacks.insert(place.clone(), stacks::all(&here.cloudformation).await?);
        clients.insert(place.clone(), here);
    }
    read_templates(&mut found, &clients, wanted).await?;
    for (place, here) in &clients {
        read_declarations(&mut found, place, here).await?;
    }
    let asked = asks(&found);
    read_running(&mut found, &clients, wanted, &asked).await?;
    Ok(found)
}

async fn read_templates(
    found: &mut Found,
    clients: &BTreeMap<Place, Clients>,
    wanted: &[Stack],
) -> Result<(), Failure> {
    let there = wanted.iter().filter_map(|stack| {
        let standing = found.stacks.get(&stack.place)?.get(&stack.name)?;
        (!standing.is_nothing_yet())
            .then(|| (stack.place.clone(), stack.name.clone(), clients[&stack.place].cloudformation.clone()))
    });
    let read = each(there.collect::<Vec<_>>(), |(place, name, client)| async move {
        let text = stacks::template(&client, &name).await?;
        Ok((place, name, text))
    });
    for (place, name, text) in read.await? {
        // A template that somebody else wrote may be beyond what is read here: then the change set tells what changes.
        if let Ok(template) = Template::read(&text) {
            found.templates.insert((place, name), template);
        }
    }
    Ok(())
}

async fn read_declarations(found: &mut Found, place: &Place, here: &Clients) -> Result<(), Failure> {
    let nothing = BTreeMap::new();
    let (mut of_pipelines, mut of_projects) = (Vec::new(), Vec::new());
    for ((_, name), template) in found.templates.iter().filter(|((at, _), _)| at == place) {
        let Some(standing) = found.stacks.get(place).and_then(|stacks| stacks.get(name)) else { continue };
        // Names need no exports.
        let stand = Stand { template, standing, place, exports: &nothing };
        of_pipelines.extend(drift::names(&stand, drift::PIPELINE));
        of_projects.extend(drift::names(&stand, drift::PROJECT));
    }
    let client = &here.codepipeline;
    let asked = each(of_pipelines, |name| {
        let client = client.clone();
        async move { Ok((pipelines::declaration(&client, &name).await?, name)) }
    });
    for (declaration, name) in asked.await? {
        if let Some(declaration) = declaration {
            found.declarations.insert((place.clone(), drift::PIPELINE, name), declaration);
        }
    }
    for (name, project) in projects::all(&here.codebuild, &of_projects).await? {
        found.declarations.insert((place.clone(), drift::PROJECT, name), project);
    }
    Ok(())
}

async fn read_running(
    found: &mut Found,
    clients: &BTreeMap<Place, Clients>,
    wanted: &[Stack],
    asked: &BTreeSet<String>,
) -> Result<(), Failure> {
    let there = wanted.iter().filter_map(|stack| match &stack.purpose {
        Purpose::Pipeline(name) if asked.contains(name) => {
            let key = (stack.place.clone(), drift::PIPELINE, name.clone());
            let client = || clients[&stack.place].codepipeline.clone();
            found.declarations.contains_key(&key).then(|| (name.clone(), client()))
        }
        Purpose::Base | Purpose::Environment(_) | Purpose::Pipeline(_) => None,
    });
    let asked = each(there.collect::<Vec<_>>(), |(name, client)| async move {
        Ok((pipelines::running(&client, &name).await?, name))
    });
    found.running = asked.await?.into_iter().map(|(running, name)| (name, running)).collect();
    Ok(())
}
