//! Whether an account is near one of its quotas.

use super::Examined;
use super::facts::Quota;
use crate::diagnostic::Finding;

/// From which part of a quota on it is told: nine tenths.
const NEAR: (u64, u64) = (9, 10);

pub(super) fn check(examined: &Examined) -> Vec<Finding> {
    let near = examined.facts.quotas.iter().filter(|quota| quota.used * NEAR.1 >= quota.limit * NEAR.0);
    near.map(|quota| told(examined, quota)).chain(builds(examined)).collect()
}

fn told(examined: &Examined, quota: &Quota) -> Finding {
    let Quota { place, what, is_of_account, used, limit } = quota;
    let whose = if *is_of_account { format!("account {}", place.account()) } else { place.to_string() };
    Finding::warning("BL941", examined.near(place), format!("{used} of {limit} {what} are used in {whose}"))
        .because("where the quota is reached, a stack fails that would make one more")
        .help("remove what nobody uses, or ask for more: Service Quotas in the console")
}

/// New accounts run one build at a time, or none at all: then `StartBuild` is refused, and the action fails ("Cannot have more than
/// 0 builds in queue for the account").
fn builds(examined: &Examined) -> Vec<Finding> {
    let few = examined.questions.side_by_side.iter().filter_map(|((place, kind), wanted)| {
        let limit = examined.facts.builds.get(&(place.clone(), kind.clone()))?;
        (limit < wanted).then(|| {
            let what = if *wanted == 1 { "a build".to_owned() } else { format!("{wanted} builds at a time") };
            let finding = if *limit == 0 { Finding::error } else { Finding::warning };
            finding(
                "BL942",
                examined.near(place),
                format!("CodeBuild runs {limit} builds of {kind} at a time in {place}"),
            )
            .because(format!("one release alone runs {what} there: what is too many is refused, and its action fails"))
            .help(format!("ask for more of \"Concurrently running builds for {kind} environment\": Service Quotas in the console"))
        })
    });
    few.collect()
}
