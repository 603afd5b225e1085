//! Names that are too long, or too short, once their placeholders are filled in.

use super::Judge;
use crate::config::Ecs;
use crate::diagnostic::{Finding, Span, shown};

/// Characters of a name in ECS.
const ECS: std::ops::RangeInclusive<usize> = 1..=255;

/// Characters of a role's name, without its path.
const ROLE: std::ops::RangeInclusive<usize> = 1..=64;

/// Characters of a repository's name in ECR.
pub(super) const REPOSITORY: std::ops::RangeInclusive<usize> = 2..=256;

impl Judge<'_> {
    /// The names of a deploy.
    pub(super) fn deploy_lengths(&mut self, environment: &str, service: &str, ecs: &Ecs) {
        self.ecs_length(environment, service, "cluster", &ecs.cluster);
        self.ecs_length(environment, service, "service", &ecs.service);
        for role in &ecs.roles {
            let name = role.rsplit('/').next().unwrap_or(role);
            if !ROLE.contains(&name.len()) {
                let place = self.ecs_place(environment, service, "roles");
                self.wrong_length(place, name, "a role's name", &ROLE);
            }
        }
    }

    /// The name of a service's container.
    pub(super) fn container_length(&mut self, service: &str, container: &str) {
        if !ECS.contains(&container.len()) {
            let place = self.place(&["services", service, "deploy", "ecs", "container"]);
            self.wrong_length(place, container, "a name in ECS", &ECS);
        }
    }

    fn ecs_length(&mut self, environment: &str, service: &str, key: &str, name: &str) {
        if !ECS.contains(&name.len()) {
            let place = self.ecs_place(environment, service, key);
            self.wrong_length(place, name, "a name in ECS", &ECS);
        }
    }

    /// Where a setting of a deploy is written: in the environment, or else in the service.
    fn ecs_place(&self, environment: &str, service: &str, key: &str) -> Span {
        let services = self.raw.environments.get(environment).and_then(|written| written.services.as_ref());
        let differs = services.and_then(|services| services.get(service)).map(|service| &service.deploy.ecs);
        let is_own = differs.is_some_and(|ecs| match key {
            "cluster" => ecs.cluster.is_some(),
            "service" => ecs.service.is_some(),
            _ => ecs.roles.is_some(),
        });
        if is_own {
            self.place(&["environments", environment, "services", service, "deploy", "ecs", key])
        } else {
            self.place(&["services", service, "deploy", "ecs", key])
        }
    }

    /// A name that AWS refuses (code `BL043`). What is wrong in many environments is told once.
    pub(super) fn wrong_length(
        &mut self,
        place: Span,
        name: &str,
        what: &str,
        letters: &std::ops::RangeInclusive<usize>,
    ) {
        if self.findings.iter().any(|finding| finding.code == "BL043" && finding.place == Some(place)) {
            return;
        }
        let (much, help) = if name.len() < *letters.start() {
            ("short", "write a longer one")
        } else {
            ("long", "write a shorter one")
        };
        self.report(
            Finding::error("BL043", place, format!("{} is too {much} for {what}", shown(name)))
                .because(format!(
                    "with all that is filled in its length is {}, and AWS takes {} to {} characters",
                    name.len(),
                    letters.start(),
                    letters.end()
                ))
                .help(help),
        );
    }
}
