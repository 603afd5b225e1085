//! Task families that a deploy and a migration would both register revisions of.

use std::collections::BTreeMap;

use super::Judge;
use crate::config::{Deploy, Run};
use crate::diagnostic::Finding;
use crate::pipeline::names;

impl Judge<'_> {
    /// Deploys to the family of a migration in the same account and region (code `BL263`). Each release registers a
    /// revision there that runs the migration, and a deploy makes its own of the newest. What is wrong in many environments
    /// is told once.
    pub(super) fn families(&mut self) {
        let config = self.plan.config;
        let mut taken = BTreeMap::new();
        for place in config.environments.values() {
            for migrate in place.migrations.iter().filter(|migrate| migrate.run == Run::EcsTask) {
                let family = names::migrate_family(&config.stem, &place.name, migrate.name.as_deref());
                taken.insert((&*place.account, &*place.region, family), (place, migrate));
            }
        }
        for place in config.environments.values() {
            for (service, deploy) in &place.deploys {
                let Deploy::EcsTask(task) = deploy else { continue };
                let at = (&*place.account, &*place.region, task.family.clone());
                let Some((whose, migrate)) = taken.get(&at) else { continue };
                if self.findings.iter().any(|it| it.code == "BL263" && it.place == Some(task.place)) {
                    continue;
                }
                let message = format!("`{service}` deploys to the task family of a migration");
                let finding = Finding::error("BL263", task.place, message)
                    .because(format!(
                        "each release registers a revision of `{}` that runs the migration of `{}`, and a job is deployed from \
                         the newest one",
                        task.family, whose.name
                    ))
                    .help("give the job a family of its own, such as `{app}-{environment}-{service}`")
                    .related(migrate.place, "this migration's");
                self.findings.push(finding);
            }
        }
    }
}
