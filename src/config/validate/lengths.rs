//! Names that are too long, or too short, once their placeholders are filled in.

use super::Judge;
use crate::config::Ecs;
use crate::diagnostic::{Finding, Span, shown};

/// Characters of a name in ECS.
pub(super) const ECS: std::ops::RangeInclusive<usize> = 1..=255;

/// Characters of a role's name, without its path.
const ROLE: std::ops::RangeInclusive<usize> = 1..=64;

/// Characters of a repository's name in ECR.
pub(super) const REPOSITORY: std::ops::RangeInclusive<usize> = 2..=256;

impl Judge<'_> {
    /// The names of a deploy to an ECS service.
    pub(super) fn deploy_lengths(&mut self, environment: &str, service: &str, ecs: &Ecs) {
        let names = [("cluster", ecs.cluster.as_str()), ("service", ecs.service.as_str())];
        for (key, name) in names {
            self.deploy_length(environment, service, ("ecs", key), name, "a name in ECS", &ECS);
        }
        self.role_lengths(environment, service, ("ecs", "roles"), &ecs.roles);
    }

    /// The names of roles, each with its path.
    pub(super) fn role_lengths(
        &mut self,
        environment: &str,
        service: &str,
        at: (&str, &str),
        roles: &[String],
    ) {
        for role in roles {
            let name = role.rsplit('/').next().unwrap_or(role);
            self.deploy_length(environment, service, at, name, "a role's name", &ROLE);
        }
    }

    /// A name of a deploy: `at` are the type of the deploy and the key.
    pub(super) fn deploy_length(
        &mut self,
        environment: &str,
        service: &str,
        at: (&str, &str),
        name: &str,
        what: &str,
        letters: &std::ops::RangeInclusive<usize>,
    ) {
        if !letters.contains(&name.len()) {
            let place = self.deploy_place(environment, service, at);
            self.wrong_length(place, name, what, letters);
        }
    }

    /// The name of a service's container.
    pub(super) fn container_length(&mut self, service: &str, container: &str) {
        if !ECS.contains(&container.len()) {
            let written = &self.raw.services[service].deploy;
            let kind = if written.ecs.is_some() { "ecs" } else { "ecs_task" };
            let place = self.place(&["services", service, "deploy", kind, "container"]);
            self.wrong_length(place, container, "a name in ECS", &ECS);
        }
    }

    /// Where a setting of a deploy is written: in the environment, or else in the service.
    pub(super) fn deploy_place(&self, environment: &str, service: &str, (kind, key): (&str, &str)) -> Span {
        let own = ["environments", environment, "services", service, "deploy", kind, key];
        let mut node = Some(self.tree);
        for step in own {
            node = node.and_then(|node| node.get(step));
        }
        match node {
            Some(node) => node.span,
            None => self.place(&["services", service, "deploy", kind, key]),
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
