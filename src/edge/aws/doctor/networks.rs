//! Subnets, route tables, endpoints and security groups of build machines.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::asking::{Asking, text};
use super::tables::way;
use crate::doctor::facts::{Answer, Facts, Network, Subnet};
use crate::doctor::questions::{self, Questions};
use crate::edge::aws::Failure;
use crate::edge::aws::light::Service;
use crate::pipeline::text::Place;

pub(super) async fn look(
    asking: &mut Asking,
    questions: &Questions,
    facts: &mut Facts,
) -> Result<(), Failure> {
    for ((place, vpc), wanted) in &questions.networks {
        if asking.at(place).is_some() {
            let found = network(asking, place, vpc, wanted).await?;
            facts.networks.insert((place.clone(), vpc.clone()), found);
        }
    }
    Ok(())
}

async fn network(
    asking: &mut Asking,
    place: &Place,
    vpc: &str,
    wanted: &questions::Network,
) -> Result<Network, Failure> {
    // A filter leaves out what is not there; asked for by its id, one that is not there would spoil the answer for all.
    let subnets: Vec<&String> = wanted.subnets.iter().collect();
    let subnets =
        of(asking, place, "DescribeSubnets", filter("subnet-id", &json!(subnets)), "subnetSet").await?;
    let by_vpc = || filter("vpc-id", &json!([vpc]));
    let tables = of(asking, place, "DescribeRouteTables", by_vpc(), "routeTableSet").await?;
    let groups: Vec<&String> = wanted.groups.iter().collect();
    let groups = filter("group-id", &json!(groups));
    let groups = of(asking, place, "DescribeSecurityGroups", groups, "securityGroupInfo").await?;
    let endpoints = of(asking, place, "DescribeVpcEndpoints", by_vpc(), "vpcEndpointSet").await?;
    let subnet = |one: &Value| {
        let (id, vpc) = (text(one, "subnetId")?, text(one, "vpcId")?);
        let way = tables.as_ref().map(|tables| way(tables, &id));
        Some((id, Subnet { vpc, way }))
    };
    let available =
        |one: &&Value| one["state"].as_str().is_none_or(|state| state.eq_ignore_ascii_case("available"));
    let endpoints: BTreeSet<String> = endpoints
        .unwrap_or_default()
        .iter()
        .filter(available)
        .filter_map(|one| text(one, "serviceName"))
        .collect();
    Ok(Network {
        subnets: subnets.map(|subnets| subnets.iter().filter_map(subnet).collect()),
        groups: groups.map(|groups| groups.iter().filter_map(|one| text(one, "groupId")).collect()),
        endpoints,
    })
}

fn filter(name: &str, values: &Value) -> Value {
    json!({ "Filter": [{ "Name": name, "Value": values }] })
}

/// A list; `None` where it may not be looked at.
async fn of(
    asking: &mut Asking,
    place: &Place,
    operation: &'static str,
    mut input: Value,
    key: &str,
) -> Result<Option<Vec<Value>>, Failure> {
    let mut all = Vec::new();
    // The token is called otherwise in the question than in the answer.
    loop {
        let page = asking.one(place, (Service::Ec2, operation), &input).await?;
        let Answer::There(mut page) = page else { return Ok(None) };
        if let Value::Array(some) = page[key].take() {
            all.extend(some);
        }
        match text(&page, "nextToken") {
            Some(next) => input["NextToken"] = next.into(),
            None => return Ok(Some(all)),
        }
    }
}
