//! What all pipelines of an app share: bucket, key, image repositories, and the connection if none is given.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::model::{Base, Repository, RepositoryKind};
use super::share::Foreign;
use super::text::Place;
use super::{Plan, approve, names, project};
use crate::config::raw::RawProvider;

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
        bucket_grants: foreign.of_bucket(at),
        key_grants: foreign.of_key(at),
        artifact_days,
        repositories: if is_home { repositories(plan, &foreign) } else { Vec::new() },
        connection: (is_home && config.source.connection.is_none()).then_some(match config.source.host() {
            RawProvider::GitHub => "GitHub",
            RawProvider::GitLab => "GitLab",
            RawProvider::Bitbucket => "Bitbucket",
        }),
    }
}

fn repositories(plan: &Plan, foreign: &Foreign) -> Vec<Repository> {
    let environments = promotion_order_reversed(plan);
    let mut repositories = Vec::new();
    for service in plan.config.services.values() {
        let stem = camel(&service.name);
        repositories.push(Repository {
            stem: format!("{stem}Images"),
            name: service.repository.clone(),
            kind: RepositoryKind::Images { environments: environments.clone() },
            grants: foreign
                .of_repository(&service.name, &project::repository_arn(&plan.home, &service.repository)),
        });
        if service.cache {
            repositories.push(Repository {
                stem: format!("{stem}Cache"),
                name: names::cache_repository(&service.repository),
                kind: RepositoryKind::Cache,
                grants: Vec::new(),
            });
        }
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

/// `nightly-report` → `NightlyReport`, for a resource's name in the stack, where only letters and digits may stand.
///
/// A capital stands for a hyphen and the letter behind it, and names have no capitals of their own; a digit has none,
/// so `web-1` gets a few digits of its digest to be told from `web1`.
fn camel(name: &str) -> String {
    let mut camel = String::with_capacity(name.len() + 4);
    let mut is_lossy = false;
    for word in name.split('-') {
        let mut letters = word.chars();
        let Some(first) = letters.next() else { continue };
        is_lossy |= first.is_ascii_digit();
        camel.extend(first.to_uppercase());
        camel.push_str(letters.as_str());
    }
    if is_lossy {
        let digest = Sha256::digest(name.as_bytes());
        camel.extend(digest.iter().take(2).map(|byte| format!("{byte:02x}")));
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::camel;

    #[test]
    fn services_whose_names_differ_have_resources_that_differ() {
        let names = ["web1", "web-1", "we-b1", "w-eb-1", "web", "we-b", "w-e-b"].map(camel);
        let mut distinct = names.to_vec();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), names.len(), "{names:?}");
        assert_eq!(camel("nightly-report"), "NightlyReport");
    }
}
