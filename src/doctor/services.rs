//! Whether the ECS services that are deployed to are there, and are ECS's to deploy.

use super::Examined;
use super::facts::Answer;
use super::made_up::is_marked;
use super::questions::{Deploying, Target};
use super::spot::Filled;
use crate::diagnostic::{Finding, Span};
use crate::operate::plain;

pub(super) fn check(examined: &Examined) -> Vec<Finding> {
    examined.questions.deploys.iter().filter_map(|deploying| judge(examined, deploying)).collect()
}

fn judge(examined: &Examined, deploying: &Deploying) -> Option<Finding> {
    let Target::Service(service) = &deploying.target else { return None };
    let (cluster, name, place) = (&service.cluster, &service.name, &service.place);
    if is_marked(cluster) || is_marked(name) {
        return None;
    }
    let at = |key: &str, value: &str| spot(examined, deploying, &["ecs", key], value);
    if examined.facts.without_cluster.contains(&(place.clone(), cluster.clone())) {
        return Some(
            Finding::error("BL910", at("cluster", cluster), format!("there is no ECS cluster `{cluster}`"))
                .because(format!("`{}` deploys `{}` to it, in {place}", deploying.environment, deploying.service))
                .help("make it before the first release, or correct the name: `aws ecs list-clusters` lists those that are there"),
        );
    }
    let list = format!("`aws ecs list-services --cluster {cluster}` lists those that are there");
    match examined.facts.services.get(service)? {
        Answer::Missing => Some(
            Finding::error("BL911", at("service", name), format!("there is no ECS service `{name}` in `{cluster}`"))
                .because(format!("`{}` deploys `{}` to it, in {place}", deploying.environment, deploying.service))
                .help(format!("make it before the first release, or correct the name: {list}")),
        ),
        Answer::There(standing) if standing.status != "ACTIVE" => Some(
            Finding::error(
                "BL911",
                at("service", name),
                format!("the ECS service `{name}` in `{cluster}` is {}", plain(&standing.status)),
            )
            .because("ECS deploys nothing to a service that is being removed")
            .help(format!("make it anew, or correct the name: {list}")),
        ),
        Answer::There(standing) if standing.controller != "ECS" => Some(
            Finding::error(
                "BL912",
                at("service", name),
                format!("the ECS service `{name}` is deployed by {}", plain(&standing.controller)),
            )
            // ECS developer guide, "Amazon ECS deployment controllers and strategies".
            .because("the deploy updates the service itself, which only a service with the deployment controller ECS lets it do")
            .help("make the service with the deployment controller ECS, or deploy it with `commands`"),
        ),
        Answer::There(_) | Answer::Hidden => None,
    }
}

/// Where in the file a name of a deploy stands; the service's key, where it stands nowhere.
pub(super) fn spot(examined: &Examined, deploying: &Deploying, keys: &[&str], value: &str) -> Span {
    let filled = Filled {
        app: &examined.plan.config.app,
        environment: Some(&deploying.environment),
        service: Some(&deploying.service),
    };
    examined.spots.find(keys, value, filled).unwrap_or(deploying.near)
}
