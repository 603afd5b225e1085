//! Services: image repositories, containers, what the Dockerfile may mount.

use indexmap::IndexMap;

use super::Judge;
use super::projects::{Runs, Written};
use crate::config::placeholder::Names;
use crate::config::raw::{RawImageBuild, RawPlatform, RawRepository};
use crate::config::tree::Step;
use crate::config::{BuildProject, Service};
use crate::diagnostic::Finding;

impl Judge<'_> {
    pub(super) fn services(&mut self) -> IndexMap<String, Service> {
        let raw = self.raw;
        let mut services: IndexMap<String, Service> = IndexMap::with_capacity(raw.services.len());
        for (name, written) in &raw.services {
            let names = Names { app: &raw.app, environment: None, service: Some(name) };
            let nothing = RawImageBuild::default();
            let build = written.build.as_ref().unwrap_or(&nothing);
            let (repository, repository_exists) = match &written.repository {
                None => (format!("{}/{name}", self.stem()), false),
                Some(RawRepository::Made(text)) => (names.fill(text), false),
                Some(RawRepository::Existing(one)) => (self.existing_repository(name, &one.existing), true),
            };
            let context = build.context.clone().unwrap_or_else(|| ".".to_owned());
            let dockerfile =
                build.dockerfile.clone().unwrap_or_else(|| match context.trim_end_matches('/') {
                    "." => "Dockerfile".to_owned(),
                    folder => format!("{folder}/Dockerfile"),
                });
            let container =
                written.deploy.ecs.container.as_deref().map_or_else(|| name.clone(), |text| names.fill(text));
            self.container_length(name, &container);
            services.insert(
                name.clone(),
                Service {
                    name: name.clone(),
                    repository,
                    repository_exists,
                    dockerfile,
                    context,
                    target: build.target.clone(),
                    args: build.args.clone().unwrap_or_default(),
                    secrets: build.secrets.clone().unwrap_or_default(),
                    cache: build.cache.unwrap_or(false),
                    container,
                    paths: self.texts(written.paths.as_deref(), &["services", name, "paths"]),
                    place: self.key(&["services", name]),
                },
            );
        }
        self.repositories(&services);
        services
    }

    pub(super) fn build(&mut self) -> BuildProject {
        let raw = self.raw;
        let written = raw.build.clone().unwrap_or_default();
        self.no_name_twice(written.variables.as_ref(), written.secrets.as_ref(), &["build"]);
        let timeout = self.project_minutes(written.timeout.as_deref(), &["build"]);
        let machine = Written {
            compute: written.compute,
            image: written.image.as_ref(),
            vpc: written.vpc.as_ref(),
            cache: written.cache.as_ref(),
            privileged: None,
        };
        let machine = self.machine(machine, Runs::Builds, timeout, &["build"]);
        let network = self.key(&["build", "vpc"]);
        self.no_local_cache_in_a_network(&machine, &[Step::Key("build")], network);
        BuildProject {
            machine,
            platform: self.platform(),
            variables: written.variables.unwrap_or_default(),
            secrets: Self::secrets(written.secrets.as_ref()),
            place: self.key(if raw.build.is_some() { &["build"] } else { &["services"] }),
        }
    }

    /// The one platform of all services: a build machine is of one kind, and builds for its own.
    fn platform(&mut self) -> RawPlatform {
        let raw = self.raw;
        let platform = |name: &str| {
            raw.services[name].build.as_ref().and_then(|build| build.platform).unwrap_or(RawPlatform::Amd64)
        };
        let Some(first) = raw.services.keys().next() else { return RawPlatform::Amd64 };
        if let Some(other) = raw.services.keys().find(|name| platform(name) != platform(first)) {
            let place = self.place(&["services", other, "build", "platform"]);
            let related = self.key(&["services", first]);
            self.report(
                Finding::error("BL033", place, "services with different platforms are not supported yet")
                    .because("a pipeline builds on one machine, which is of one platform")
                    .help("give all services one `platform`")
                    .related(related, "this one is of the other platform"),
            );
        }
        platform(first)
    }
}
