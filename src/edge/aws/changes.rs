//! Change sets: what a stack would become, worked out by CloudFormation, then carried out or deleted.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::{
    Capability, ChangeSetStatus, ChangeSetType, ExecutionStatus, Parameter, ResourceChange, Tag,
    TemplateStage,
};

use super::failure::Failure;
use super::pause::Pause;
use super::stacks;
use crate::change::stack::Standing;
use crate::change::stack::submission::Submission;
use crate::change::stack::view::{Cause, Foreseen};
use crate::operate::plain;

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
/// The call that makes a change set.
pub const CREATE: &str = "cloudformation:CreateChangeSet";

/// How often a change set is made that is gone before it is worked out.
const TRIES: u32 = 4;

/// A change set that was worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// What it came to.
    pub worked: Worked,
    /// Its ARN: what was looked at is what is carried out, whoever puts another one under its name.
    pub id: String,
    /// Whether this run made it. One that was there may be somebody else's, who is about to carry it out: it is theirs to delete.
    pub is_own: bool,
}

/// Makes the change set of a submission under this name and waits until it is worked out. One that is there already under its name
/// is used if it says the same and is of use. One that somebody deletes meanwhile is made anew.
pub async fn make(
    client: &Client,
    submission: &Submission,
    name: &str,
    source: &Source,
    is_new: bool,
) -> Result<Made, Failure> {
    let (mut tries, mut pause) = (TRIES, Pause::default());
    loop {
        tries -= 1;
        match once(client, submission, name, source, is_new).await {
            Err(failure) if tries > 0 && is_gone(&failure) => pause.wait().await,
            made => return made,
        }
    }
}

/// Whether AWS says so of a change set, or of the stack under review that holds it. It also does for a moment of one that was made
/// just now.
pub(super) fn is_gone(failure: &Failure) -> bool {
    failure.has_code(&["ChangeSetNotFound"]) || failure.is_missing()
}

async fn once(
    client: &Client,
    submission: &Submission,
    name: &str,
    source: &Source,
    is_new: bool,
) -> Result<Made, Failure> {
    let stack = &submission.stack;
    let mut found = create(client, submission, name, source, is_new).await?.map(|id| (id, true));
    if found.is_none() {
        found = usable(client, submission, name).await?.map(|id| (id, false));
    }
    if found.is_none() {
        delete(client, stack, name).await?;
        found = create(client, submission, name, source, is_new).await?.map(|id| (id, true));
    }
    let (id, is_own) = found.ok_or_else(|| {
        Failure::strange(CREATE, format!("`{name}` of `{stack}` says something else each time it is deleted"))
    })?;
    Ok(Made { worked: settled(client, stack, &id).await?, is_own, id })
}

/// The ARN of a change set of this name that can be carried out and says what the submission says. Its name does not make it so:
/// anybody can work that out, and whoever may make change sets and not carry them out would have it done by us.
async fn usable(client: &Client, submission: &Submission, name: &str) -> Result<Option<String>, Failure> {
    let stack = &submission.stack;
    let asked = client.describe_change_set().stack_name(stack).change_set_name(name).send().await;
    let found = asked.map_err(|error| Failure::of(DESCRIBE, error))?;
    let is_open = matches!(
        found.execution_status,
        Some(ExecutionStatus::Available | ExecutionStatus::Unavailable | ExecutionStatus::ExecuteInProgress)
    );
    let Some(id) = found.change_set_id.filter(|_| is_open && found.status != Some(ChangeSetStatus::Failed))
    else {
        return Ok(None);
    };
    let tags = found.tags.unwrap_or_default().into_iter();
    let tags: BTreeMap<String, String> =
        tags.map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default())).collect();
    let parameters = found.parameters.unwrap_or_default().into_iter();
    let parameters: BTreeMap<String, String> = parameters
        .map(|one| (one.parameter_key.unwrap_or_default(), one.parameter_value.unwrap_or_default()))
        .collect();
    let call = client.get_template().stack_name(stack).change_set_name(&id);
    let asked = call.template_stage(TemplateStage::Original).send().await;
    let template = asked.map_err(|error| Failure::of("cloudformation:GetTemplate", error))?.template_body;
    let is_same = tags == submission.tags
        && submission.parameters.iter().all(|(key, value)| parameters.get(key) == Some(value))
        && template.as_ref() == Some(&submission.template);
    Ok(is_same.then_some(id))
}

/// Asks for it, and gives its ARN; `None` where one of the name is there.
async fn create(
    client: &Client,
    submission: &Submission,
    name: &str,
    source: &Source,
    is_new: bool,
) -> Result<Option<String>, Failure> {
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
        .change_set_name(name)
        .change_set_type(kind)
        .set_parameters(Some(parameters.collect()))
        .set_tags(Some(tags.collect()))
        .set_role_arn(submission.role.clone())
        .set_capabilities(capabilities);
    let call = match source {
        Source::Request => call.template_body(&submission.template),
        Source::Bucket(url) => call.template_url(url),
    };
    match call.send().await.map_err(|error| Failure::of(CREATE, error)) {
        Ok(made) => {
            Ok(Some(made.id.ok_or_else(|| Failure::strange(CREATE, "a change set without an ARN was made"))?))
        }
        Err(failure) if failure.has_code(&["AlreadyExistsException"]) => Ok(None),
        Err(failure) => Err(failure),
    }
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

/// Carries it out. That it was carried out already, by somebody else or by a try of this call whose answer was lost, is no failure: the
/// stack as it then is is given back, since what becomes of it is followed all the same.
pub async fn execute(
    client: &Client,
    stack: &str,
    (id, name): (&str, &str),
) -> Result<Option<Standing>, Failure> {
    const CALL: &str = "cloudformation:ExecuteChangeSet";
    let call = client.execute_change_set().stack_name(stack).change_set_name(id).client_request_token(name);
    let Err(failure) = call.send().await.map_err(|error| Failure::of(CALL, error)) else { return Ok(None) };
    if !failure.has_code(&["InvalidChangeSetStatus", "ChangeSetNotFound"]) {
        return Err(failure);
    }
    let found = stacks::one(client, stack).await?.map(|(_, found)| found).filter(|found| found.came_of(name));
    found.map(Some).ok_or(failure)
}

/// Deletes it; one that is gone is no failure, nor one whose stack is. One that is not worked out yet is waited for: CloudFormation
/// deletes it then.
pub async fn delete(client: &Client, stack: &str, name: &str) -> Result<(), Failure> {
    let (mut tries, mut pause) = (TRIES, Pause::default());
    loop {
        tries -= 1;
        let asked = client.delete_change_set().stack_name(stack).change_set_name(name).send().await;
        match asked.map_err(|error| Failure::of("cloudformation:DeleteChangeSet", error)) {
            Err(failure) if tries > 0 && failure.has_code(&["InvalidChangeSetStatus"]) => pause.wait().await,
            Err(failure) if !is_gone(&failure) => return Err(failure),
            _ => return Ok(()),
        }
    }
}

/// What CloudFormation says of each resource that a change set is about.
pub async fn foreseen(client: &Client, stack: &str, name: &str) -> Result<Vec<Foreseen>, Failure> {
    let (mut all, mut next) = (Vec::new(), None);
    loop {
        let call = client.describe_change_set().stack_name(stack).change_set_name(name);
        let page = call.set_next_token(next).send().await.map_err(|error| Failure::of(DESCRIBE, error))?;
        let changes = page.changes.unwrap_or_default().into_iter();
        all.extend(changes.filter_map(|change| change.resource_change).map(read));
        next = page.next_token.filter(|token| !token.is_empty());
        if next.is_none() {
            return Ok(all);
        }
    }
}

fn read(change: ResourceChange) -> Foreseen {
    let causes = change.details.unwrap_or_default().into_iter().map(|detail| {
        let target = detail.target;
        let attribute = target.as_ref().and_then(|target| target.attribute.as_ref());
        let recreation = target.as_ref().and_then(|target| target.requires_recreation.as_ref());
        Cause {
            attribute: attribute.map(|attribute| attribute.as_str().to_owned()).unwrap_or_default(),
            name: target.as_ref().and_then(|target| target.name.as_deref()).map(plain),
            recreation: recreation.map(|recreation| recreation.as_str().to_owned()),
            source: detail.change_source.map(|source| source.as_str().to_owned()),
            entity: detail.causing_entity.as_deref().map(plain),
        }
    });
    Foreseen {
        causes: causes.collect(),
        action: change.action.map(|action| action.as_str().to_owned()).unwrap_or_default(),
        logical: change.logical_resource_id.unwrap_or_default(),
        kind: change.resource_type.unwrap_or_default(),
        replacement: change.replacement.map(|replacement| replacement.as_str().to_owned()),
        policy: change.policy_action.map(|policy| policy.as_str().to_owned()),
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
