//! The names of the repositories that the pipelines' stacks make.

use std::collections::{BTreeMap, BTreeSet};

use super::Judge;
use crate::branch_map::Entry;
use crate::config::{Rule, Service, schema};
use crate::diagnostic::{Finding, shown};
use crate::pipeline::{images, names};

impl Judge<'_> {
    /// Names that ECR refuses (code `BL219`), or that are taken, and a repository that is for images and for layers (code `BL217`). Two for
    /// images have one name only where two services have one `repository`, which `config` has refused.
    pub(super) fn repositories(&mut self) {
        let plan = self.plan;
        let config = plan.config;
        let mut all = BTreeMap::new();
        for (entry, rule) in plan.map.with_rules(config) {
            for service in
                config.services.values().filter(|service| service.builds() && entry.has(&service.name))
            {
                all.insert(images::name(entry, service), (service, rule));
            }
        }
        let mut told = BTreeSet::new();
        for (entry, rule) in plan.map.with_rules(config) {
            for service in
                config.services.values().filter(|service| service.builds() && entry.has(&service.name))
            {
                self.taken(entry, service, rule);
                let cache = service.cache.then(|| names::cache_repository(&entry.pipeline, &service.name));
                for name in std::iter::once(images::name(entry, service)).chain(cache.clone()) {
                    if !schema::is_repository(&name) && told.insert(rule.place.start) {
                        self.findings.push(
                            Finding::error("BL219", rule.place, format!("ECR would refuse the repository {}", shown(&name)))
                                .because(
                                    "the pipeline's name is a part of it; a repository's name has at most 256 characters, \
                                     with single `.`, `_`, `-` or `/` between small letters and digits",
                                )
                                .help("give the rule another `name`, or the service a shorter `repository`"),
                        );
                    }
                }
                let Some((owner, its_rule)) = cache.as_ref().and_then(|cache| all.get(cache)) else {
                    continue;
                };
                let cache = cache.as_deref().unwrap_or_default();
                self.findings.push(
                    Finding::error(
                        "BL217",
                        owner.place,
                        format!("the images of `{}` would stand in a cache", owner.name),
                    )
                    .because(format!(
                        "in {} the pipeline of {} keeps the layers of `{}`",
                        shown(cache),
                        shown(&entry.pattern),
                        service.name
                    ))
                    .help(format!("give `{}` another `repository`", owner.name))
                    .related(rule.place, "this pipeline keeps layers there")
                    .related(its_rule.place, "this one has images there"),
                );
            }
        }
    }

    /// A repository that would be made and exists (code `BL219`): another service names it.
    fn taken(&mut self, entry: &Entry, service: &Service, rule: &Rule) {
        if service.repository_exists {
            return;
        }
        let name = images::name(entry, service);
        let mut others = self.plan.config.services.values();
        let Some(other) = others.find(|other| other.repository_exists && other.repository == name) else {
            return;
        };
        self.findings.push(
            Finding::error("BL219", service.place, format!("the repository {} cannot be made", shown(&name)))
                .because(format!("`{}` names it as one that exists", other.name))
                .help(format!("give `{}` another `repository`", service.name))
                .related(rule.place, "this pipeline would make it")
                .related(other.place, "it exists here"),
        );
    }
}
