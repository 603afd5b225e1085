//! One project or pipeline, made or changed.

use std::collections::BTreeMap;

use serde_json::Value;

use super::read::arn;
use crate::change::direct::{Kind, Planned, Thing, Verdict, creation, kept, not_taken, tagging, update};
use crate::change::stack::Difference;
use crate::edge::aws::answer::Answer;
use crate::edge::aws::asked::Asked;
use crate::edge::aws::failure::Failure;
use crate::edge::aws::session::Clients;
use crate::edge::aws::{pipelines, projects};

/// Writes what is to be written of a thing of which AWS says `actual`, and which has the tags `has`. What AWS then still says otherwise,
/// though it was told.
pub(super) async fn write(
    here: &Clients,
    planned: &Planned,
    actual: &Value,
    has: &BTreeMap<String, String>,
) -> Result<Vec<Difference>, Failure> {
    let thing = &planned.thing;
    let is_new = planned.verdict == Verdict::Create;
    let is_tagged_only = planned.what.iter().all(|one| one.first() == "tags");
    if is_new {
        let body = creation(thing);
        return Ok(not_taken(declaration(&body), kept(thing, &created(here, thing, &body).await?)));
    }
    let mut left = Vec::new();
    if thing.kind == Kind::Project || !is_tagged_only {
        let body = update(thing, actual, has);
        let answer = sent(here, thing.kind, Verb::Update, &body).await?;
        left = not_taken(declaration(&body), kept(thing, &answer));
    }
    // An update of a pipeline takes no tags.
    if thing.kind == Kind::Pipeline && planned.what.iter().any(|one| one.first() == "tags") {
        tag(here, thing).await?;
    }
    Ok(left)
}

/// What of a body is the declaration.
fn declaration(body: &Value) -> &Value {
    body.get("pipeline").unwrap_or(body)
}

/// What AWS says of a thing that was made. One that is there since just now, as it is wanted and with its tags, was made by a try whose answer
/// was lost; any other of its name is somebody else's, and AWS's refusal stands.
async fn created(here: &Clients, thing: &Thing, body: &Value) -> Result<Value, Failure> {
    let refused = match sent(here, thing.kind, Verb::Create, body).await {
        Err(failure)
            if failure.has_code(&["ResourceAlreadyExistsException", "PipelineNameInUseException"]) =>
        {
            failure
        }
        other => return other,
    };
    let name = &thing.declared.name;
    let (found, tags) = match thing.kind {
        Kind::Project => {
            let found = projects::all(&here.codebuild, std::slice::from_ref(name)).await?.remove(name);
            let tags = found.as_ref().map(projects::tags).unwrap_or_default();
            (found, tags)
        }
        Kind::Pipeline => {
            let found = pipelines::declaration(&here.codepipeline, name).await?;
            let arn = arn(&thing.stack.place, name);
            let tags = match found {
                Some(_) => pipelines::tags(&here.codepipeline, &arn).await?,
                None => BTreeMap::new(),
            };
            (found, tags)
        }
    };
    found.filter(|actual| tags == thing.tags && kept(thing, actual).is_empty()).ok_or(refused)
}

async fn tag(here: &Clients, thing: &Thing) -> Result<(), Failure> {
    let body = tagging(thing, &arn(&thing.stack.place, &thing.declared.name));
    let asked = here.codepipeline.tag_resource().customize().interceptor(Asked::with(&body)).send().await;
    asked.map_err(|error| Failure::of("codepipeline:TagResource", error))?;
    Ok(())
}

#[derive(Clone, Copy)]
enum Verb {
    Create,
    Update,
}

/// Sends a body, and gives what AWS answers of the thing.
async fn sent(here: &Clients, kind: Kind, verb: Verb, body: &Value) -> Result<Value, Failure> {
    let (answer, asked) = (Answer::default(), Asked::with(body));
    let call = match (kind, verb) {
        (Kind::Project, Verb::Create) => "codebuild:CreateProject",
        (Kind::Project, Verb::Update) => "codebuild:UpdateProject",
        (Kind::Pipeline, Verb::Create) => "codepipeline:CreatePipeline",
        (Kind::Pipeline, Verb::Update) => "codepipeline:UpdatePipeline",
    };
    // Each call has types of its own, and all of them are the same here.
    macro_rules! send {
        ($builder:expr) => {{
            let sent = $builder.customize().interceptor(asked).interceptor(answer.clone()).send().await;
            sent.map(|_| ()).map_err(|error| Failure::of(call, error))
        }};
    }
    match (kind, verb) {
        (Kind::Project, Verb::Create) => send!(here.codebuild.create_project()),
        (Kind::Project, Verb::Update) => send!(here.codebuild.update_project()),
        (Kind::Pipeline, Verb::Create) => send!(here.codepipeline.create_pipeline()),
        (Kind::Pipeline, Verb::Update) => send!(here.codepipeline.update_pipeline()),
    }?;
    let mut said = answer.json().map_err(|error| Failure::strange(call, error.to_string()))?;
    Ok(said[kind.word()].take())
}
