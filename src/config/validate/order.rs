//! What services have to do with each other: the order of their deploys, whose image they have, and the migrations beside
//! them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Judge, sections};
use crate::config::tree::Step;
use crate::config::{Config, Deploy, Run};
use crate::diagnostic::Finding;

impl Judge<'_> {
    /// Services that wait for each other (code `BL062`). Each circle is told once, at its first service.
    pub(super) fn order(&mut self) {
        let raw = self.raw;
        let after = |service: &str| -> Vec<&str> {
            let own = raw.services.get(service).and_then(|written| written.depends_on.as_ref());
            own.into_iter().flatten().map(String::as_str).collect()
        };
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for name in raw.services.keys() {
            // From each service the way back to it, if there is one: breadth first, so that the shortest is shown.
            let mut from: BTreeMap<&str, &str> = BTreeMap::new();
            let mut open: std::collections::VecDeque<&str> = [name.as_str()].into();
            while let Some(service) = open.pop_front() {
                for before in after(service) {
                    if !from.contains_key(before) {
                        from.insert(before, service);
                        open.push_back(before);
                    }
                }
            }
            if told.contains(name.as_str()) || !from.contains_key(name.as_str()) {
                continue;
            }
            let mut circle = vec![name.as_str()];
            let mut at = from[name.as_str()];
            while at != name {
                circle.push(at);
                at = from[at];
            }
            told.extend(&circle);
            circle.reverse();
            self.circle(name, &circle);
        }
    }

    /// `circle` are the services from the one that `name` waits for, each waiting for the next; the last is `name`.
    fn circle(&mut self, name: &str, circle: &[&str]) {
        let next = circle.first().copied().unwrap_or(name);
        let index = self.raw.services[name].depends_on.iter().flatten().position(|it| it == next);
        let path: Vec<Step> = vec![Step::Key("services"), Step::Key(name), Step::Key("depends_on")];
        let place = match index {
            Some(index) => self.place(&[path.as_slice(), &[Step::Item(index)]].concat()),
            None => self.place(&path),
        };
        let finding = if circle.len() == 1 {
            Finding::error("BL062", place, format!("`{name}` waits for itself"))
                .because("it would never be deployed")
                .help("take the name out of `depends_on`")
        } else {
            let named: Vec<String> = circle.iter().map(|it| format!("`{it}`")).collect();
            Finding::error("BL062", place, format!("the services {} wait for each other", named.join(", ")))
                .because("none of them could be deployed first")
                .help("take one of them out of the `depends_on` of another")
        };
        let others: Vec<_> = circle
            .iter()
            .filter(|it| **it != name)
            .map(|it| (self.key(&["services", it, "depends_on"]), format!("`{it}` waits too")))
            .collect();
        let finding = others.into_iter().fold(finding, |finding, (span, text)| finding.related(span, text));
        self.report(finding);
    }

    /// Services with the image of another (code `BL069`), and rules that do not build it (code `BL244`).
    pub(super) fn images_of(&mut self, config: &Config) {
        let raw = self.raw;
        for (name, written) in &raw.services {
            let Some(other) = &written.image_of else { continue };
            let place = self.place(&["services", name, "image_of"]);
            let own = [("build", written.build.is_some()), ("repository", written.repository.is_some())];
            if let Some((key, _)) = own.iter().find(|(_, is_written)| *is_written) {
                let related = self.key(&["services", name, key]);
                self.report(
                    Finding::error("BL069", place, format!("`image_of` does not go with a `{key}`"))
                        .because(format!("the image is built, and kept, for `{other}`"))
                        .help("take one of the two out")
                        .related(related, "this says that it has an image of its own"),
                );
            }
            let third = raw.services.get(other).and_then(|service| service.image_of.as_ref());
            if let Some(third) = third {
                self.report(
                    Finding::error("BL069", place, format!("no image is built for `{other}`"))
                        .because(format!("it is deployed with the image of `{third}` itself"))
                        .help(if third == name {
                            "take one `image_of` out, so that the service has an image of its own".to_owned()
                        } else {
                            format!("write `image_of: {third}`")
                        }),
                );
            }
            for rule in &config.rules {
                if rule.services.contains(name) && !rule.services.contains(other) {
                    let place = self.place(&["branches", rule.key.as_str(), "services"]);
                    self.report(
                        Finding::error(
                            "BL244",
                            place,
                            format!("`{name}` is deployed with an image that is not built"),
                        )
                        .because(format!("its image is that of `{other}`, which is no service of this rule"))
                        .help(format!("add `{other}` to `services`, or take `{name}` out")),
                    );
                }
            }
        }
    }

    /// Migrations that run as a task beside a service that is none of ECS (code `BL243`).
    pub(super) fn tasks_beside_services(&mut self, config: &Config) {
        let mut told = BTreeSet::new();
        for place in config.environments.values() {
            for migrate in place.migrations.iter().filter(|migrate| migrate.run == Run::EcsTask) {
                let deploy = place.deploys.get(&migrate.service);
                if deploy.is_none_or(|deploy| matches!(deploy, Deploy::Ecs(_))) {
                    continue;
                }
                let section = sections::migrations(self.raw).into_iter().find(|section| {
                    let named = section.raw.name.as_deref().or(section.owner);
                    named == migrate.name.as_deref()
                });
                let span = section.map_or(migrate.place, |section| self.key(&section.path));
                if !told.insert(span.start) {
                    continue;
                }
                let related = self.key(&["services", migrate.service.as_str(), "deploy"]);
                self.report(
                    Finding::error(
                        "BL243",
                        span,
                        format!("`{}` is no ECS service, so no migration runs beside it", migrate.service),
                    )
                    .because("a migration that is an ECS task has the network and the task definition of a service")
                    .help("write `run: codebuild`, or a `service` whose deploy is `ecs`")
                    .related(related, "how it is deployed"),
                );
            }
        }
    }
}
