//! The stacks that the generated templates become: their names, where they stand, and what they are given.

use std::collections::BTreeMap;

use super::cloudformation::common::APP_TAG;
use super::cloudformation::value::KEY_PARAMETER;
use crate::pipeline::text::Place;
use crate::pipeline::{Plan, names};

/// What a stack is for. The order is that in which stacks are made: each needs those before it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// What the app's pipelines share, in one region.
    Base,
    /// An environment, by its name.
    Environment(String),
    /// A pipeline, by its name in AWS.
    Pipeline(String),
}

/// A stack as the map asks for it; its template is the generated file at `template`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// What it is for.
    pub purpose: Purpose,
    /// Its name.
    pub name: String,
    /// Its account and region.
    pub place: Place,
    /// Its template's path in the generated folder.
    pub template: String,
    /// Parameters that its template may have, each with the region whose base stack's output is its value.
    pub keys: BTreeMap<String, String>,
}

/// The output of a base stack with the ARN of its artifact key.
pub const KEY_OUTPUT: &str = "ArtifactKeyArn";

/// All stacks of a plan, in the order in which they are made.
pub fn stacks(plan: &Plan) -> Vec<Stack> {
    let stem = &plan.config.stem;
    let further = plan.further_places();
    let base = |place: &Place, region: Option<&str>| Stack {
        purpose: Purpose::Base,
        name: names::base_stack(stem),
        place: place.clone(),
        template: names::base_template(region),
        keys: BTreeMap::new(),
    };
    let bases = std::iter::once(base(&plan.home, None));
    let bases = bases.chain(further.iter().map(|place| base(place, Some(place.region()))));
    let environments = plan.environments().map(|environment| Stack {
        purpose: Purpose::Environment(environment.name.clone()),
        name: names::environment_stack(stem, &environment.name),
        place: plan.place_of(environment),
        template: format!("environments/{}.yml", environment.name),
        keys: BTreeMap::from([(KEY_PARAMETER.to_owned(), environment.region.clone())]),
    });
    let elsewhere: BTreeMap<String, String> = further
        .iter()
        .map(|place| (names::artifact_key_parameter(place.region()), place.region().to_owned()))
        .collect();
    let pipelines = plan.map.entries.iter().map(|entry| Stack {
        purpose: Purpose::Pipeline(entry.pipeline.clone()),
        name: names::pipeline_stack(stem, &entry.slug),
        place: plan.home.clone(),
        template: format!("{}/pipeline.yml", entry.pipeline),
        keys: elsewhere.clone(),
    });
    bases.chain(environments).chain(pipelines).collect()
}

/// The tags of a stack, by which it is found again and known to be ours.
pub fn tags(plan: &Plan) -> BTreeMap<String, String> {
    BTreeMap::from([(APP_TAG.to_owned(), plan.config.app.clone())])
}
