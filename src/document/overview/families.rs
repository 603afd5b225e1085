//! Rules with a pipeline for each branch, as the overview tells of them.

use serde::Serialize;

use crate::branch_map::stem_of_branches;
use crate::pipeline::{Plan, names};

/// A rule with a pipeline for each of its branches.
#[derive(Serialize)]
pub(super) struct Family<'a> {
    pattern: &'a str,
    limit: usize,
    /// The branches that existed.
    branches: Vec<&'a str>,
}

/// What is left in AWS when a branch is gone, with `DIGITS-NAME` for what differs from branch to branch.
#[derive(Serialize)]
pub(super) struct Left {
    folder: String,
    stack: String,
    /// The repositories that the stack makes, which are kept when it is deleted.
    repositories: Vec<String>,
}

/// The rules with a pipeline for each branch.
pub(super) fn families<'a>(plan: &Plan<'a>) -> Vec<Family<'a>> {
    let families = plan.map.families.iter();
    families
        .map(|family| Family {
            pattern: family.pattern(),
            limit: family.limit,
            branches: plan.map.entries[family.members.clone()]
                .iter()
                .filter_map(|entry| entry.of_branch.as_deref())
                .collect(),
        })
        .collect()
}

/// What somebody deletes when a branch is gone; `None` where no rule has a pipeline for each branch.
pub(super) fn left(plan: &Plan) -> Option<Left> {
    const SLUG: &str = "DIGITS-NAME";
    if plan.map.families.is_empty() {
        return None;
    }
    let config = plan.config;
    let folder = format!("{}-{SLUG}", stem_of_branches(&config.stem));
    let rules = config.rules.iter().filter(|rule| rule.per_branch.is_some());
    let built: Vec<&String> = rules.flat_map(|rule| &rule.services).collect();
    let services = config.services.values().filter(|service| built.contains(&&service.name));
    let repositories = services.flat_map(|service| {
        let images = (!service.repository_exists).then(|| names::image_repository(&service.repository, SLUG));
        let cache = service.cache.then(|| names::cache_repository(&folder, &service.name));
        images.into_iter().chain(cache)
    });
    let repositories = repositories.collect();
    Some(Left { stack: names::pipeline_stack(&config.stem, SLUG), folder, repositories })
}
