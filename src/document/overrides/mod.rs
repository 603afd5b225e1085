//! `overrides`: JSON Patches (RFC 6902) on generated documents.
//!
//! A patch works on the document's value, after it is made and before it is written, so a patched file is sealed and read
//! back as any other. `apply.rs` carries operations out and says what no longer fits, `protect.rs` says what a patch must
//! leave as it is, `limits.rs` what AWS would not take of the result, `positions.rs` which operations rely on a position
//! that nothing makes sure of, `names.rs` which documents there are.

mod apply;
mod limits;
mod names;
mod positions;
mod protect;

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Value, json};

use super::{cloudformation, codepipeline, digest};
use crate::config::{Config, Override};
use crate::diagnostic::{Finding, shown};
use crate::pipeline::Plan;
use apply::Fault;

/// The tag that says of a pipeline made from `pipeline.json` that an override changed it. YAML says so in its header.
const PATCHED_TAG: &str = "branchline:patched";

/// A patch that passed [`judge`] does not fit: the document was made otherwise in between. A fault of branchline's own.
#[derive(Debug, thiserror::Error)]
pub enum OverrideError {
    /// The document has no value.
    #[error("the document cannot be patched: {0}")]
    Value(#[from] serde_json::Error),
    /// An operation does not apply.
    #[error("{message}: {reason}")]
    Patch {
        /// What does not fit.
        message: String,
        /// Why.
        reason: String,
    },
}

/// The document as its overrides leave it; `None`, and no time taken, where none names it.
pub fn patched(
    config: &Config,
    document: &str,
    made: &impl Serialize,
) -> Option<Result<Value, OverrideError>> {
    let mut overrides = config.overrides.iter().filter(|one| one.document == document).peekable();
    overrides.peek()?;
    let result = serde_json::to_value(made).map_err(OverrideError::from).and_then(|mut value| {
        for operation in overrides.flat_map(|one| &one.operations) {
            apply::apply(&mut value, operation)
                .map_err(|fault| OverrideError::Patch { message: fault.message, reason: fault.reason })?;
        }
        Ok(marked(value))
    });
    Some(result)
}

/// JSON has no header, so a tag before that of the digest says that it is patched.
fn marked(mut value: Value) -> Value {
    if let Some(Value::Array(tags)) = value.get_mut("tags") {
        let digest = tags.iter().rposition(|tag| tag["key"] == digest::TAG).unwrap_or(tags.len());
        tags.insert(digest, json!({ "key": PATCHED_TAG, "value": "overrides" }));
    }
    value
}

/// Everything that is wrong with the overrides of a configuration (codes `BL091` and `BL225` to `BL229`), each in its place.
/// Takes no time where there are none.
pub fn judge(plan: &Plan) -> Vec<Finding> {
    let mut documents: IndexMap<&str, Vec<&Override>> = IndexMap::new();
    for one in &plan.config.overrides {
        documents.entry(&one.document).or_default().push(one);
    }
    let mut findings = Vec::new();
    for (name, overrides) in documents {
        match made(plan, name) {
            None => findings.extend(overrides.into_iter().map(|one| names::unknown(plan, one))),
            Some(value) => document(plan, value, &overrides, &mut findings),
        }
    }
    findings
}

/// The value of a document that can be patched.
fn made(plan: &Plan, document: &str) -> Option<Value> {
    if document == "base.yml" {
        return serde_json::to_value(cloudformation::base(plan.config, &plan.base())).ok();
    }
    if let Some(at) = plan.further_places().iter().find(|at| names::of_base(at) == document) {
        return serde_json::to_value(cloudformation::base(plan.config, &plan.further_base(at))).ok();
    }
    let (folder, file) = document.split_once('/')?;
    if folder == "environments" {
        let name = file.strip_suffix(".yml")?;
        let place = plan.environments().find(|place| place.name == name)?;
        return serde_json::to_value(cloudformation::environment(plan.config, &plan.environment(place))).ok();
    }
    let entry = plan.map.entries.iter().find(|entry| entry.pipeline == folder)?;
    match file {
        "pipeline.yml" => {
            serde_json::to_value(cloudformation::pipeline(plan.config, &plan.pipeline(entry))).ok()
        }
        "pipeline.json" => serde_json::to_value(codepipeline::input(plan.config, &plan.pipeline(entry))).ok(),
        _ => None,
    }
}

/// Judges all overrides of one document, one after the other, each on what those before it have left.
fn document(plan: &Plan, mut value: Value, overrides: &[&Override], findings: &mut Vec<Finding>) {
    let original = value.clone();
    let mut budget = limits::BYTES;
    let mut is_whole = true;
    for one in overrides {
        let before = value.clone();
        let mut tested = Vec::new();
        for operation in &one.operations {
            findings.extend(positions::judge(&value, operation, &tested));
            if !limits::affords(&value, operation, &mut budget) {
                findings.push(limits::too_much(one, operation));
                return;
            }
            if let Err(fault) = apply::apply(&mut value, operation) {
                findings.push(gone(one, fault));
                is_whole = false;
                break;
            }
            if operation.kind.word() == "test" {
                tested.push(operation.path.as_str());
            }
        }
        if let Some(finding) = protect::judge(&before, &value, one) {
            findings.push(finding);
            is_whole = false;
        }
    }
    let Some(last) = overrides.last().filter(|_| is_whole) else { return };
    findings.extend(limits::judge(&value, last));
    findings.extend(names::left_behind(plan, &original, &value, last));
}

fn gone(one: &Override, fault: Fault) -> Finding {
    Finding::error("BL225", fault.place, fault.message)
        .because(fault.reason)
        .help(fault.help)
        .related(one.place, format!("the patch of {}", shown(&one.document)))
}
