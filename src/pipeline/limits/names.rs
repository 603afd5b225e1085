//! Names that run together: of roles and projects.

use std::collections::BTreeMap;

use super::Judge;
use crate::diagnostic::{Finding, Span};
use crate::pipeline::model::ProjectKind;
use crate::pipeline::start::project_name;
use crate::pipeline::{deploy, migrate, names, roles};

impl Judge<'_> {
    /// Roles of one name (code `BL216`). Without a part that a person named, the ends of the names tell them apart.
    pub(super) fn names(&mut self) {
        let plan = self.plan;
        let config = plan.config;
        let named_tests = config.tests.iter().any(|test| test.service.is_some());
        let migrations = || config.environments.values().flat_map(|place| &place.migrations);
        let own_deploys = config.environments.values().flat_map(|place| place.deploys.values());
        let own_deploys = own_deploys.filter(|deploy| deploy.ecs().is_none()).count() > 0;
        if !named_tests && !own_deploys && migrations().all(|migrate| migrate.name.is_none()) {
            return;
        }
        let mut taken: BTreeMap<String, Span> = BTreeMap::new();
        let mut add = |name: String, place: Span, what: &str| {
            if let Some(first) = taken.insert(name.clone(), place) {
                let finding = Finding::error("BL216", place, format!("two roles would be called `{name}`"))
                    .because(format!("one is for {what}, and the names of both run together to this"))
                    .help("rename the migration, the service or the rule")
                    .related(first, "the other one");
                self.findings.push(finding);
            }
        };
        for place in plan.environments() {
            let stem = &config.stem;
            add(names::deploy_role(stem, &place.name), place.place, "the environment's deploys");
            let own = |kind: ProjectKind| names::project_role(&project_name(plan, place, kind));
            add(own(ProjectKind::Keep), place.place, "the images that are kept");
            if let Some(snapshot) = &place.snapshot {
                add(own(ProjectKind::Snapshot), snapshot.place, "the snapshot");
            }
            if let Some(verify) = &place.verify {
                add(own(ProjectKind::Verify), verify.place, "the verification");
            }
            if place.lock.is_some() {
                add(own(ProjectKind::Lock), place.place, "the lock");
                add(own(ProjectKind::Guard), place.place, "what keeps older commits out");
                add(own(ProjectKind::Record), place.place, "what is written down");
                add(names::lock_holder(stem, &place.name), place.place, "what writes the lock");
            }
            for (service, deploy) in &place.deploys {
                if deploy.ecs().is_none() {
                    let project = deploy::project_name(plan, place, service);
                    let span = config.services.get(service).map_or(place.place, |service| service.place);
                    add(names::project_role(&project), span, "a deploy");
                }
            }
            for one in &place.migrations {
                add(names::project_role(&migrate::name(stem, place, one)), one.place, "a migration");
            }
        }
        for (entry, rule) in plan.map.with_rules(config) {
            let pipeline = &entry.pipeline;
            add(roles::name_of_pipelines(entry), rule.place, "a pipeline");
            add(
                names::pipeline_project(pipeline, ProjectKind::Build.name()),
                rule.place,
                "a pipeline's build",
            );
            for test in &config.tests {
                let kind = names::with_part(ProjectKind::Test.name(), test.service.as_deref());
                let project = names::pipeline_project(pipeline, &kind);
                add(names::project_role(&project), rule.place, "a pipeline's tests");
            }
        }
    }
}
