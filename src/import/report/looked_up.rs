//! What was looked up in AWS, as data.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::looked_up::LookedUp;

/// `environments` (each with `account` and `region`), `connection`, `pipelines` (each with `name`, `stack` and `pipeline`); null where
/// AWS was not asked.
pub(super) fn json(looked_up: Option<&LookedUp>) -> Value {
    let Some(LookedUp { environments, connection, pipelines }) = looked_up else { return Value::Null };
    let environments: BTreeMap<&String, Value> = environments
        .iter()
        .map(|(name, place)| (name, json!({ "account": place.account(), "region": place.region() })))
        .collect();
    let pipelines: Vec<Value> = pipelines
        .iter()
        .map(|one| json!({ "name": one.name, "stack": one.stack, "pipeline": one.pipeline }))
        .collect();
    json!({ "environments": environments, "connection": connection, "pipelines": pipelines })
}
