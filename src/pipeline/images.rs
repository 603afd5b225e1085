//! The image repositories of a pipeline, one for each service that it builds.
//!
//! No two pipelines share one that is made: what stands under a tag was pushed by the pipeline's own build, or tagged by the
//! environments that it deploys to. So a push to `develop` takes no tag of a release's, and expires none of its images.

use indexmap::IndexSet;

use super::iam::Grant;
use super::model::{Repository, RepositoryKind};
use super::share::Foreign;
use super::text::Text;
use super::{Plan, base, names, project};
use crate::branch_map::Entry;
use crate::config::Service;

/// The variable that tells a build how its repositories end: the buildspec is shared by pipelines.
pub(super) const VARIABLE: &str = "IMAGES_OF";

/// The repository of a service in a pipeline. One that exists is that of all pipelines.
pub(super) fn name(entry: &Entry, service: &Service) -> String {
    if service.repository_exists {
        return service.repository.clone();
    }
    names::image_repository(&service.repository, &entry.slug)
}

/// The resource of a service's images in a pipeline's stack.
pub(super) fn stem(service: &str) -> String {
    format!("{}Images", names::camel(service))
}

/// The names of a service's repositories in those of these pipelines that build it.
pub(super) fn names_of(entries: &[&Entry], service: &Service) -> Vec<String> {
    let building = entries.iter().filter(|entry| entry.has(&service.name));
    let names: IndexSet<String> = building.map(|entry| name(entry, service)).collect();
    names.into_iter().collect()
}

/// The ARN of a service's repository in each of these pipelines that builds it.
pub(super) fn of_service(plan: &Plan, entries: &[&Entry], service: &Service) -> Vec<Text> {
    names_of(entries, service).iter().map(|name| project::repository_arn(&plan.home, name)).collect()
}

/// The variable that the build exports for the image with which a service is deployed.
pub(super) fn variable(plan: &Plan, service: &str) -> String {
    let owner = plan.config.services.get(service).map_or(service, Service::image);
    format!("#{{Build.{}}}", names::image_variable(owner))
}

/// The ARNs of all repositories of these pipelines.
pub(super) fn of_all(plan: &Plan, entries: &[&Entry]) -> Vec<Text> {
    plan.config
        .services
        .values()
        .filter(|service| service.builds())
        .flat_map(|service| of_service(plan, entries, service))
        .collect()
}

/// The repositories that a pipeline's stack makes.
pub(super) fn repositories(plan: &Plan, entry: &Entry) -> Vec<Repository> {
    let foreign = Foreign::entered_by(plan, entry);
    let services = plan.config.services.values();
    services
        .filter(|service| entry.has(&service.name) && service.builds() && !service.repository_exists)
        .map(|service| {
            let name = name(entry, service);
            Repository {
                stem: stem(&service.name),
                grants: foreign.of_repository(&service.name, &project::repository_arn(&plan.home, &name)),
                name,
                kind: RepositoryKind::Images {
                    // Production's images are the last to go.
                    environments: entry.environments.iter().rev().cloned().collect(),
                    days: base::artifact_days(plan, [entry]),
                },
            }
        })
        .collect()
}

/// The repositories that exist, which all pipelines share, each with what its own policy has to grant to roles of other
/// accounts.
pub(super) fn existing(plan: &Plan) -> Vec<(String, Vec<Grant>)> {
    let foreign = Foreign::of(plan);
    let services =
        plan.config.services.values().filter(|service| service.builds() && service.repository_exists);
    services
        .map(|service| {
            let arn = project::repository_arn(&plan.home, &service.repository);
            (service.repository.clone(), foreign.of_repository(&service.name, &arn))
        })
        .collect()
}
