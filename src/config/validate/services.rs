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
            let of_service = written.deploy.ecs.as_ref().and_then(|ecs| ecs.container.as_deref());
            let of_task = written.deploy.ecs_task.as_ref().and_then(|task| task.container.as_deref());
            let container = of_service.or(of_task).map_or_else(|| name.clone(), |text| names.fill(text));
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
                    image_of: written.image_of.clone(),
                    depends_on: written.depends_on.clone().unwrap_or_default(),
                    paths: self.texts(written.paths.as_deref(), &["services", name, "paths"]),
                    place: self.key(&["services", name]),
                },
            );
        }
        self.repositories(&services);
        images_of_others(&mut services);
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
        let builds = |name: &&String| raw.services[*name].image_of.is_none();
        let Some(first) = raw.services.keys().find(builds) else { return RawPlatform::Amd64 };
        if let Some(other) = raw.services.keys().filter(builds).find(|name| platform(name) != platform(first))
        {
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

/// A service with the image of another has that one's repository and recipe.
fn images_of_others(services: &mut IndexMap<String, Service>) {
    let borrowed: Vec<(String, Service)> = services
        .values()
        .filter_map(|service| {
            let owner = services.get(service.image_of.as_ref()?)?.clone();
            let own = service.clone();
            let image = Service {
                name: own.name.clone(),
                container: own.container,
                image_of: own.image_of,
                depends_on: own.depends_on,
                paths: own.paths,
                place: own.place,
                cache: false,
                ..owner
            };
            Some((own.name, image))
        })
        .collect();
    services.extend(borrowed);
}
