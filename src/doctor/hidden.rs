//! What could not be looked at. It is told once for each call, whatever it would have found.

use super::Examined;
use super::facts::Hidden;
use crate::diagnostic::Finding;
use crate::operate::plain;

pub(super) fn check(examined: &Examined) -> Vec<Finding> {
    examined.facts.hidden.iter().map(|hidden| told(examined, hidden)).collect()
}

fn told(examined: &Examined, hidden: &Hidden) -> Finding {
    let Hidden { place, call, is_denied, message } = hidden;
    let what = Finding::note(
        "BL902",
        examined.near(place),
        format!("{} could not be looked at in {place}", what(call)),
    );
    let what = what.because(format!("AWS does not answer {call}: {}", plain(message)));
    if *is_denied {
        what.help(format!("ask for the right `{call}`; docs/doctor.md lists them all"))
    } else {
        what.help("what AWS says is the reason")
    }
}

/// What a call would have told.
fn what(call: &str) -> &'static str {
    match call.split_once(':').map_or(call, |(_, operation)| operation) {
        "GetConnection" => "the connection",
        "DescribeServices" => "an ECS cluster and its services",
        "DescribeTaskDefinition" => "a task definition",
        "DescribeSubnets" => "the subnets of builds",
        "DescribeRouteTables" => "the way out of the subnets of builds",
        "DescribeVpcEndpoints" => "the endpoints of a VPC of builds",
        "DescribeSecurityGroups" => "the security groups of builds",
        "DescribeSecret" => "a secret",
        "DescribeParameters" => "Parameter Store",
        "DescribeRepositories" => "an image repository",
        "GetRole" => "a role",
        "GetTopicAttributes" => "a topic",
        "DescribeLogGroups" => "how long logs are kept",
        "ListServiceQuotas" => "a quota",
        "ListPipelines" => "how many pipelines there are",
        "GetAccountSummary" => "how many roles there are",
        "DescribeStacks" => "the stacks",
        "DescribeAccountLimits" => "how many stacks there may be",
        _ => "something",
    }
}
