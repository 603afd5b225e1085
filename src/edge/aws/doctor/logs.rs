//! How long the logs of builds are kept.

use serde_json::json;

use super::asking::{Asking, text};
use crate::doctor::facts::{Answer, Facts};
use crate::doctor::questions::Questions;
use crate::edge::aws::Failure;
use crate::edge::aws::light::Service;

pub(super) async fn look(
    asking: &mut Asking,
    questions: &Questions,
    facts: &mut Facts,
) -> Result<(), Failure> {
    for (place, wanted) in questions.logs.iter().filter(|(_, wanted)| !wanted.is_empty()) {
        // One list for all of a place: the groups of projects begin alike, and those of tasks have another beginning.
        let ours = format!("/aws/codebuild/{}-", questions.stem);
        let others = wanted.iter().filter(|group| !group.starts_with(&ours));
        let beginnings: Vec<&String> = std::iter::once(&ours).chain(others).collect();
        for beginning in beginnings {
            let call = (Service::Logs, "DescribeLogGroups");
            let input = json!({ "logGroupNamePrefix": beginning, "limit": 50 });
            let found = asking.list(place, call, input, ("logGroups", "nextToken")).await?;
            let Answer::There(groups) = found else { break };
            let endless = groups.iter().filter(|group| group["retentionInDays"].is_null());
            let ours =
                endless.filter_map(|group| text(group, "logGroupName")).filter(|name| wanted.contains(name));
            facts.endless.entry(place.clone()).or_default().extend(ours);
        }
    }
    Ok(())
}
