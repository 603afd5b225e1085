//! Stacks, as CloudFormation tells of them.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::{Stack, TemplateStage};

use super::failure::Failure;
use crate::change::stack::Standing;

/// All stacks of an account's region by name, without their templates: one call for each hundred or so, however many of them
/// are ours. Stacks that are deleted are not among them (CloudFormation API reference, `DescribeStacks`).
pub async fn all(client: &Client) -> Result<BTreeMap<String, Standing>, Failure> {
    const CALL: &str = "cloudformation:DescribeStacks";
    let mut pages = client.describe_stacks().into_paginator().send();
    let mut stacks = BTreeMap::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Failure::of(CALL, error))?;
        for stack in page.stacks.unwrap_or_default() {
            let name =
                stack.stack_name.clone().ok_or_else(|| Failure::strange(CALL, "a stack has no name"))?;
            stacks.insert(name, standing(stack));
        }
    }
    Ok(stacks)
}

/// One stack: its ARN, and what is told of it; `None` where none of the name stands.
pub async fn one(client: &Client, name: &str) -> Result<Option<(String, Standing)>, Failure> {
    const CALL: &str = "cloudformation:DescribeStacks";
    let asked = client.describe_stacks().stack_name(name).send().await;
    let answer = match asked.map_err(|error| Failure::of(CALL, error)) {
        Ok(answer) => answer,
        Err(failure) if failure.is_missing() => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let found = answer.stacks.unwrap_or_default().into_iter().next();
    let stack = found.ok_or_else(|| Failure::strange(CALL, format!("`{name}` is not in the answer")))?;
    let id = stack.stack_id.clone().ok_or_else(|| Failure::strange(CALL, format!("`{name}` has no ARN")))?;
    Ok(Some((id, standing(stack))))
}

/// The template of a stack as it was handed in, comments included.
pub async fn template(client: &Client, name: &str) -> Result<String, Failure> {
    const CALL: &str = "cloudformation:GetTemplate";
    let asked = client.get_template().stack_name(name).template_stage(TemplateStage::Original).send().await;
    let answer = asked.map_err(|error| Failure::of(CALL, error))?;
    answer.template_body.ok_or_else(|| Failure::strange(CALL, format!("`{name}` has no template")))
}

/// Asks for a stack to be deleted: with the rights of who asks, of the stack's own role, or of this one.
pub async fn delete(client: &Client, name: &str, role: Option<&str>) -> Result<(), Failure> {
    let asked = client.delete_stack().stack_name(name).set_role_arn(role.map(str::to_owned)).send().await;
    asked.map(|_| ()).map_err(|error| Failure::of("cloudformation:DeleteStack", error))
}

fn standing(stack: Stack) -> Standing {
    let outputs = stack.outputs.unwrap_or_default();
    let parameters = stack.parameters.unwrap_or_default();
    let tags = stack.tags.unwrap_or_default();
    let pairs = |pairs: Vec<(Option<String>, Option<String>)>| {
        pairs.into_iter().filter_map(|(key, value)| Some((key?, value.unwrap_or_default()))).collect()
    };
    Standing {
        status: stack.stack_status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
        reason: stack.stack_status_reason,
        parameters: pairs(
            parameters.into_iter().map(|one| (one.parameter_key, one.parameter_value)).collect(),
        ),
        exports: pairs(
            outputs.iter().map(|one| (one.export_name.clone(), one.output_value.clone())).collect(),
        ),
        outputs: pairs(outputs.into_iter().map(|one| (one.output_key, one.output_value)).collect()),
        tags: pairs(tags.into_iter().map(|one| (one.key, one.value)).collect()),
        is_protected: stack.enable_termination_protection.unwrap_or_default(),
        id: stack.stack_id.unwrap_or_default(),
        change_set: stack.change_set_id,
        updated: stack.last_updated_time.map(|time| time.secs()),
    }
}
