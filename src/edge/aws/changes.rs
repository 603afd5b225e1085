//! Change sets: what a stack would become, worked out by CloudFormation, then carried out or deleted.

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::{
    Capability, ChangeSetStatus, ChangeSetType, ExecutionStatus, Parameter, Tag,
};

use super::failure::Failure;
use super::pause::Pause;
use crate::change::stack::submission::Submission;

/// Where the template of a submission is read from.
#[derive(Clone, Debug)]
pub enum Source {
    /// It is in the request.
    Request,
    /// It lies in a bucket, at this URL.
    Bucket(String),
}

/// What a change set came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worked {
    /// It can be carried out.
    Out,
    /// Nothing would change.
    Empty,
    /// CloudFormation could not work it out: its words.
    Failed(String),
}

/// What CloudFormation says of a change set that would change nothing: of its words only these are there to go by, and both are
/// in use (the AWS CLI's `deploy` goes by the same).
const EMPTY: [&str; 2] = ["didn't contain changes", "No updates are to be performed"];

const DESCRIBE: &str = "cloudformation:DescribeChangeSet";

/// Makes the change set of a submission and waits until it is worked out. One that is there already under its name says the
/// same: it is used, unless it is of no use any more.
pub async fn make(
    client: &Client,
    submission: &Submission,
    source: &Source,
    is_new: bool,
) -> Result<Worked, Failure> {
    let (stack, name) = (&submission.stack, submission.change_set());
    if !create(client, submission, source, is_new).await? && is_spent(client, stack, &name).await? {
        delete(client, stack, &name).await?;
        create(client, submission, source, is_new).await?;
    }
    settled(client, stack, &name).await
}

/// Asks for it; `false` where one of the name is there.
async fn create(
    client: &Client,
    submission: &Submission,
    source: &Source,
    is_new: bool,
) -> Result<bool, Failure> {
    let kind = if is_new { ChangeSetType::Create } else { ChangeSetType::Update };
    let parameters = submission
        .parameters
        .iter()
        .map(|(key, value)| Parameter::builder().parameter_key(key).parameter_value(value).build());
    let tags = submission.tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
    let capabilities = submission.names_iam.then(|| vec![Capability::CapabilityNamedIam]);
    let call = client
        .create_change_set()
        .stack_name(&submission.stack)
        .change_set_name(submission.change_set())
        .change_set_type(kind)
        .set_parameters(Some(parameters.collect()))
        .set_tags(Some(tags.collect()))
        .set_role_arn(submission.role.clone())
        .set_capabilities(capabilities);
    let call = match source {
        Source::Request => call.template_body(&submission.template),
        Source::Bucket(url) => call.template_url(url),
    };
    match call.send().await.map_err(|error| Failure::of("cloudformation:CreateChangeSet", error)) {
        Ok(_) => Ok(true),
        Err(failure) if failure.has_code(&["AlreadyExistsException"]) => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// Whether one that is there cannot be carried out any more: it was, it failed, or the stack changed since.
async fn is_spent(client: &Client, stack: &str, name: &str) -> Result<bool, Failure> {
    let asked = client.describe_change_set().stack_name(stack).change_set_name(name).send().await;
    let found = asked.map_err(|error| Failure::of(DESCRIBE, error))?;
    let is_open = matches!(
        found.execution_status,
        Some(ExecutionStatus::Available | ExecutionStatus::Unavailable | ExecutionStatus::ExecuteInProgress)
    );
    Ok(!is_open || found.status == Some(ChangeSetStatus::Failed))
}

/// Waits until it is worked out.
async fn settled(client: &Client, stack: &str, name: &str) -> Result<Worked, Failure> {
    let mut pause = Pause::default();
    loop {
        let asked = client.describe_change_set().stack_name(stack).change_set_name(name).send().await;
        let found = asked.map_err(|error| Failure::of(DESCRIBE, error))?;
        match found.status {
            Some(ChangeSetStatus::CreateComplete) => return Ok(Worked::Out),
            Some(ChangeSetStatus::CreatePending | ChangeSetStatus::CreateInProgress) => pause.wait().await,
            _ => {
                let reason =
                    found.status_reason.unwrap_or_else(|| "CloudFormation says no reason".to_owned());
                let is_empty = EMPTY.iter().any(|words| reason.contains(words));
                return Ok(if is_empty { Worked::Empty } else { Worked::Failed(reason) });
            }
        }
    }
}

/// Carries it out. That it was carried out already, by a try of this call whose answer was lost, is no failure: what the stack
/// then becomes is followed all the same.
pub async fn execute(client: &Client, stack: &str, name: &str) -> Result<(), Failure> {
    const CALL: &str = "cloudformation:ExecuteChangeSet";
    let call = client.execute_change_set().stack_name(stack).change_set_name(name).client_request_token(name);
    let Err(failure) = call.send().await.map_err(|error| Failure::of(CALL, error)) else { return Ok(()) };
    if !failure.has_code(&["InvalidChangeSetStatus", "ChangeSetNotFound"]) {
        return Err(failure);
    }
    let asked = client.describe_stacks().stack_name(stack).send().await;
    let found = asked.map_err(|error| Failure::of("cloudformation:DescribeStacks", error))?;
    let last = found.stacks.unwrap_or_default().into_iter().next().and_then(|stack| stack.change_set_id);
    // arn:…:changeSet/NAME/ID
    let is_it = last.is_some_and(|arn| arn.split('/').nth(1) == Some(name));
    if is_it { Ok(()) } else { Err(failure) }
}

/// Deletes it; one that is gone is no failure.
pub async fn delete(client: &Client, stack: &str, name: &str) -> Result<(), Failure> {
    let asked = client.delete_change_set().stack_name(stack).change_set_name(name).send().await;
    match asked.map_err(|error| Failure::of("cloudformation:DeleteChangeSet", error)) {
        Err(failure) if !failure.has_code(&["ChangeSetNotFound"]) => Err(failure),
        _ => Ok(()),
    }
}

/// The names of the change sets that wait on a stack.
pub async fn names(client: &Client, stack: &str) -> Result<Vec<String>, Failure> {
    let mut pages = client.list_change_sets().stack_name(stack).into_paginator().send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Failure::of("cloudformation:ListChangeSets", error))?;
        names.extend(page.summaries.unwrap_or_default().into_iter().filter_map(|one| one.change_set_name));
    }
    Ok(names)
}
