//! What all pipelines of an app share: bucket, key, image repositories, and the connection if none is given.

use std::collections::BTreeMap;

use super::model::{Base, Repository, RepositoryKind};
use super::share::Foreign;
use super::text::Place;
use super::{Plan, approve, artifacts, names, project};

/// Days artifacts are kept at the least. Retry and rollback need them.
const ARTIFACT_DAYS: u32 = 90;

/// Days artifacts are kept beyond the longest wait for approvals.
const ARTIFACT_MARGIN: u32 = 30;

/// The base of one region, in the pipelines' account.
pub(super) fn base(plan: &Plan, at: &Place) -> Base {
    let config = plan.config;
    let approvals = |environments: &[String]| -> u32 {
        let asked = environments
            .iter()
            .filter(|name| config.environments.get(*name).is_some_and(|place| place.approval.is_some()));
        u32::try_from(asked.count()).unwrap_or(u32::MAX)
    };
    let most = plan.map.entries.iter().map(|entry| approvals(&entry.environments)).max().unwrap_or(0);
    let artifact_days = ARTIFACT_DAYS.max(most.saturating_mul(approve::DAYS).saturating_add(ARTIFACT_MARGIN));
    let foreign = Foreign::of(plan);
    let is_home = *at == plan.home;
    Base {
        place: at.clone(),
        is_home,
        bucket_exists: config.existing.bucket(at.region()).is_some(),
        existing_key: artifacts::existing_key(config, at),
        bucket_grants: foreign.of_bucket(at),
        key_grants: foreign.of_key(at),
        artifact_days,
        repositories: if is_home { repositories(plan, &foreign) } else { Vec::new() },
        connection: (is_home && config.source.connection.is_none())
            .then_some(config.source.host().connection_type()),
    }
}

fn repositories(plan: &Plan, foreign: &Foreign) -> Vec<Repository> {
    let environments = promotion_order_reversed(plan);
    let mut repositories = Vec::new();
    for service in plan.config.services.values() {
        repositories.push(Repository {
            stem: format!("{}Images", names::camel(&service.name)),
            name: service.repository.clone(),
            exists: service.repository_exists,
            kind: RepositoryKind::Images { environments: environments.clone() },
            grants: foreign
                .of_repository(&service.name, &project::repository_arn(&plan.home, &service.repository)),
        });
    }
    repositories
}

/// The environments that are deployed to, those that come last in the rules first: production's images are the last
/// to go.
fn promotion_order_reversed(plan: &Plan) -> Vec<String> {
    let mut steps: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in &plan.map.entries {
        for (step, environment) in entry.environments.iter().enumerate() {
            let latest = steps.entry(environment).or_default();
            *latest = step.max(*latest);
        }
    }
    let mut places: Vec<&str> = plan.environments().map(|place| place.name.as_str()).collect();
    places.reverse();
    places.sort_by_key(|name| std::cmp::Reverse(steps.get(name)));
    places.into_iter().map(str::to_owned).collect()
}
