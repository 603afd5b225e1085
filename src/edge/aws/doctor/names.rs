//! What only has to be there: whether it is.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::asking::{Asking, Question, text};
use crate::doctor::facts::{Answer, Facts, Remark};
use crate::doctor::questions::{Kind, Questions, Thing};
use crate::edge::aws::Failure;
use crate::edge::aws::light::Service;
use crate::pipeline::text::Place;

/// Values that one filter takes (Systems Manager API reference, `ParameterStringFilter`), and names that a page has.
const BATCH: usize = 50;

pub(super) async fn look(
    asking: &mut Asking,
    questions: &Questions,
    facts: &mut Facts,
) -> Result<(), Failure> {
    for kind in [Kind::Secret, Kind::Repository, Kind::Role, Kind::Topic] {
        let wanted = questions.things.keys().filter(|thing| thing.kind == kind);
        let (service, operation) = call(kind);
        let ask = |thing: &Thing| Question {
            about: thing.clone(),
            place: thing.place.clone(),
            input: input(thing),
        };
        for (thing, answer) in asking.many(service, operation, wanted.map(ask).collect()).await? {
            let answer = match answer {
                Answer::There(found) if !is_it(&thing, &found) => Answer::Missing,
                Answer::There(found) => Answer::There(remark(&found)),
                Answer::Missing => Answer::Missing,
                Answer::Hidden => Answer::Hidden,
            };
            facts.things.insert(thing, answer);
        }
    }
    parameters(asking, questions, facts).await?;
    copilot(asking, questions, facts).await
}

fn call(kind: Kind) -> (Service, &'static str) {
    match kind {
        Kind::Secret => (Service::SecretsManager, "DescribeSecret"),
        Kind::Parameter => (Service::Ssm, "DescribeParameters"),
        Kind::Repository => (Service::Ecr, "DescribeRepositories"),
        Kind::Role => (Service::Iam, "GetRole"),
        Kind::Topic => (Service::Sns, "GetTopicAttributes"),
    }
}

fn input(thing: &Thing) -> Value {
    let name = thing.name.as_str();
    match thing.kind {
        Kind::Secret => json!({ "SecretId": name }),
        Kind::Parameter => filter("Equals", &json!([name])),
        Kind::Repository => json!({ "repositoryNames": [name] }),
        // By its name alone: the path is a part of its ARN.
        Kind::Role => json!({ "RoleName": name.rsplit('/').next().unwrap_or(name) }),
        Kind::Topic => json!({ "TopicArn": name }),
    }
}

/// Whether it is the one that was meant: a role of the name may have another path.
fn is_it(thing: &Thing, found: &Value) -> bool {
    thing.kind != Kind::Role || found["Role"]["Arn"] == thing.name.as_str()
}

fn remark(found: &Value) -> Option<Remark> {
    (!found["DeletedDate"].is_null()).then_some(Remark::Deleted)
}

fn filter(option: &str, values: &Value) -> Value {
    json!({
        "ParameterFilters": [{ "Key": "Name", "Option": option, "Values": values }],
        "MaxResults": BATCH,
    })
}

/// Parameters that are described: their values are no part of the answer.
async fn described(
    asking: &mut Asking,
    place: &Place,
    option: &str,
    values: &Value,
) -> Result<Option<Vec<String>>, Failure> {
    let call = (Service::Ssm, "DescribeParameters");
    let found = asking.list(place, call, filter(option, values), ("Parameters", "NextToken")).await?;
    Ok(found.there().map(|found| found.iter().filter_map(|one| text(one, "Name")).collect()))
}

async fn parameters(asking: &mut Asking, questions: &Questions, facts: &mut Facts) -> Result<(), Failure> {
    let mut wanted: BTreeMap<&Place, Vec<&Thing>> = BTreeMap::new();
    for thing in questions.things.keys().filter(|thing| thing.kind == Kind::Parameter) {
        wanted.entry(&thing.place).or_default().push(thing);
    }
    for (place, things) in
        wanted.into_iter().filter(|(place, _)| asking.at(place).is_some()).collect::<Vec<_>>()
    {
        for some in things.chunks(BATCH) {
            let names: Vec<&str> = some.iter().map(|thing| thing.name.as_str()).collect();
            let found = described(asking, place, "Equals", &json!(names)).await?;
            for thing in some {
                let answer = match &found {
                    None => Answer::Hidden,
                    Some(found) if found.contains(&thing.name) => Answer::There(None),
                    Some(_) => Answer::Missing,
                };
                facts.things.insert((*thing).clone(), answer);
            }
        }
    }
    Ok(())
}

/// What AWS Copilot keeps of its applications.
async fn copilot(asking: &mut Asking, questions: &Questions, facts: &mut Facts) -> Result<(), Failure> {
    for (place, _) in &questions.places {
        if asking.at(place).is_some()
            && let Some(names) = described(asking, place, "BeginsWith", &json!(["/copilot/"])).await?
        {
            facts.copilot.entry(place.clone()).or_default().parameters = names;
        }
    }
    Ok(())
}
