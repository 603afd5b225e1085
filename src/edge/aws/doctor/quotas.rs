//! How much of what an account may have it has.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::asking::Asking;
use crate::doctor::facts::{Answer, Facts, Quota};
use crate::doctor::questions::Questions;
use crate::edge::aws::Failure;
use crate::edge::aws::light::Service;
use crate::edge::aws::pipelines;
use crate::pipeline::text::Place;

/// Pipelines of a region where no quota says otherwise (CodePipeline user guide, "Quotas in AWS CodePipeline").
const PIPELINES: u64 = 1_000;

pub(super) async fn look(
    asking: &mut Asking,
    questions: &Questions,
    facts: &mut Facts,
) -> Result<(), Failure> {
    if let Some(home) = questions.home() {
        facts.quotas.extend(of_pipelines(asking, home).await?);
    }
    let mut accounts = BTreeSet::new();
    for (place, _) in &questions.places {
        if accounts.insert(place.account()) {
            facts.quotas.extend(of_roles(asking, place).await?);
        }
    }
    let places: BTreeSet<&Place> = questions.side_by_side.keys().map(|(place, _)| place).collect();
    for place in places {
        builds(asking, place, facts).await?;
    }
    Ok(())
}

/// How many stacks a place has of those that it may have.
pub(super) async fn of_stacks(
    asking: &mut Asking,
    place: &Place,
    used: u64,
) -> Result<Option<Quota>, Failure> {
    let Some(clients) = asking.at(place) else { return Ok(None) };
    let asked = clients.cloudformation.describe_account_limits().send().await;
    let asked = asked.map_err(|error| Failure::of("cloudformation:DescribeAccountLimits", error));
    let Answer::There(limits) = asking.settle(place, asked)? else { return Ok(None) };
    let mut limits = limits.account_limits.unwrap_or_default().into_iter();
    let limit =
        limits.find(|limit| limit.name.as_deref() == Some("StackLimit")).and_then(|limit| limit.value);
    let limit = limit.and_then(|limit| u64::try_from(limit).ok());
    Ok(limit.map(|limit| Quota { place: place.clone(), what: "stacks", is_of_account: false, used, limit }))
}

async fn of_pipelines(asking: &mut Asking, home: &Place) -> Result<Option<Quota>, Failure> {
    let Some(clients) = asking.at(home) else { return Ok(None) };
    let asked = pipelines::names(&clients.codepipeline).await;
    let Answer::There(names) = asking.settle(home, asked)? else { return Ok(None) };
    let limit = quotas(asking, home, "codepipeline").await?.into_iter().flatten();
    // By its name: of the list in the user guide it is the only one of all pipelines.
    let mut total = limit.filter(|(name, _)| name.contains("total") && name.contains("pipelines"));
    let limit = total.next().map_or(PIPELINES, |(_, limit)| limit);
    let used = names.len() as u64;
    Ok(Some(Quota { place: home.clone(), what: "pipelines", is_of_account: false, used, limit }))
}

async fn of_roles(asking: &mut Asking, place: &Place) -> Result<Option<Quota>, Failure> {
    if asking.at(place).is_none() {
        return Ok(None);
    }
    let asked = asking.one(place, (Service::Iam, "GetAccountSummary"), &json!({})).await?;
    let Answer::There(summary) = asked else { return Ok(None) };
    let pairs = summary["SummaryMap"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of = |key: &str| {
        let pair = pairs.iter().find(|pair| pair["key"] == key)?;
        pair["value"].as_str()?.parse::<u64>().ok()
    };
    let quota =
        |(used, limit)| Quota { place: place.clone(), what: "roles", is_of_account: true, used, limit };
    Ok(of("Roles").zip(of("RolesQuota")).map(quota))
}

/// How many builds of each kind of machine run at a time. CodeBuild's quotas are called "Concurrently running builds for Linux/Small
/// environment" (CodeBuild user guide, "Quotas").
async fn builds(asking: &mut Asking, place: &Place, facts: &mut Facts) -> Result<(), Failure> {
    if asking.at(place).is_none() {
        return Ok(());
    }
    for (name, limit) in quotas(asking, place, "codebuild").await?.into_iter().flatten() {
        let kind = name.strip_prefix("Concurrently running builds for ");
        if let Some(kind) = kind.and_then(|kind| kind.strip_suffix(" environment")) {
            facts.builds.insert((place.clone(), kind.to_owned()), limit);
        }
    }
    Ok(())
}

/// The quotas of a service, by name; `None` where they may not be looked at.
async fn quotas(
    asking: &mut Asking,
    place: &Place,
    service: &str,
) -> Result<Option<Vec<(String, u64)>>, Failure> {
    let call = (Service::ServiceQuotas, "ListServiceQuotas");
    let input = json!({ "ServiceCode": service, "MaxResults": 100 });
    let found = asking.list(place, call, input, ("Quotas", "NextToken")).await?;
    // A number of things is written as 60.0.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float's value is held within by `as`"
    )]
    let limit = |one: &Value| Some((one["QuotaName"].as_str()?.to_owned(), one["Value"].as_f64()? as u64));
    Ok(found.there().map(|found| found.iter().filter_map(limit).collect()))
}
