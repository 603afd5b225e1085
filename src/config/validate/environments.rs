//! Environments: what each does differently, merged over what all do.

use indexmap::IndexMap;

use super::Judge;
use crate::config::raw::RawDowngrade;
use crate::config::{Environment, Service};

impl Judge<'_> {
    pub(super) fn environments(
        &mut self,
        services: &IndexMap<String, Service>,
    ) -> IndexMap<String, Environment> {
        let raw = self.raw;
        let migrations = self.migrations(services);
        let mut environments = IndexMap::with_capacity(raw.environments.len());
        for (name, written) in &raw.environments {
            self.no_name_twice(written.variables.as_ref(), written.secrets.as_ref(), &["environments", name]);
            self.boundary(
                written.permission_boundary.as_ref(),
                written.account.as_ref().unwrap_or(&raw.pipelines.account),
                &["environments", name, "permission_boundary"],
            );
            let migrations_here = self.migrations_in(name, written, &migrations);
            let environment = Environment {
                name: name.clone(),
                account: written.account.as_ref().unwrap_or(&raw.pipelines.account).clone(),
                region: written.region.as_ref().unwrap_or(&raw.pipelines.region).clone(),
                // Known when the rules and the migrations are.
                lock: None,
                allows_downgrade: written.downgrade == Some(RawDowngrade::Allow),
                approval: self.approval(name, written),
                window: self.window(name, written),
                alarms: self.alarms(name, written),
                rolls_back: written.rollback.is_some(),
                snapshot: self.snapshot(name, written, &migrations_here),
                migrations: migrations_here,
                deploys: self.deploys(name, written),
                verify: self.verify(name, written),
                permission_boundary: written
                    .permission_boundary
                    .as_ref()
                    .or(raw.permission_boundary.as_ref())
                    .cloned(),
                roles: self.environment_roles(name, written),
                place: self.key(&["environments", name]),
            };
            environments.insert(name.clone(), environment);
        }
        self.targets(&environments);
        self.state_machines(&environments);
        self.inherited_networks(&environments, &migrations);
        self.inherited_deploy_networks(&environments);
        environments
    }
}
