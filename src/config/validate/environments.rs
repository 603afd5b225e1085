//! Environments: what each does differently, merged over what all do.

use indexmap::IndexMap;

use super::Judge;
use crate::config::placeholder::Names;
use crate::config::raw::{RawEcs, RawEnvironment};
use crate::config::{Approval, Deploy, Ecs, Environment, Service};

/// Minutes until a deploy gives up when nothing is said. After ECS's circuit breaker has stopped a deployment the
/// action hangs until its time-out, and AWS's default is 60.
const DEPLOY_TIMEOUT: u32 = 20;

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
                approval: written
                    .approval
                    .as_ref()
                    .map(|approval| Approval { notify: approval.notify.clone() }),
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
        self.inherited_networks(&environments, &migrations);
        environments
    }

    fn deploys(&mut self, name: &str, written: &RawEnvironment) -> IndexMap<String, Deploy> {
        let raw = self.raw;
        let mut deploys = IndexMap::with_capacity(raw.services.len());
        for (service, own) in &raw.services {
            let differs =
                written.services.as_ref().and_then(|all| all.get(service)).map(|service| &service.deploy.ecs);
            let mut ecs: RawEcs = own.deploy.ecs.clone();
            let mut timeout_path = vec!["services", service.as_str(), "deploy", "ecs", "timeout"];
            if let Some(differs) = differs {
                if differs.timeout.is_some() {
                    timeout_path =
                        vec!["environments", name, "services", service, "deploy", "ecs", "timeout"];
                }
                ecs.cluster = differs.cluster.clone().unwrap_or(ecs.cluster);
                ecs.service = differs.service.clone().or(ecs.service);
                ecs.roles = differs.roles.clone().unwrap_or(ecs.roles);
                ecs.timeout = differs.timeout.clone().or(ecs.timeout);
            }
            let names = Names { app: &raw.app, environment: Some(name), service: Some(service) };
            let timeout = self.minutes(ecs.timeout.as_deref(), &timeout_path, DEPLOY_TIMEOUT, 1..=60);
            let filled = Ecs {
                cluster: names.fill(&ecs.cluster),
                service: ecs.service.as_deref().map_or_else(|| service.clone(), |text| names.fill(text)),
                roles: ecs.roles.iter().map(|role| names.fill(&role.0)).collect(),
                timeout,
            };
            self.deploy_lengths(name, service, &filled);
            deploys.insert(service.clone(), Deploy::Ecs(filled));
        }
        deploys
    }
}
