//! Image repositories: each holds the images of one service, or the layers of one.

use indexmap::IndexMap;

use super::Judge;
use super::lengths::REPOSITORY;
use crate::config::{CACHE_SUFFIX, Service};
use crate::diagnostic::{Finding, Span};

impl Judge<'_> {
    /// Repositories that two would share, and names that ECR refuses (codes `BL032`, `BL043`).
    pub(super) fn repositories(&mut self, services: &IndexMap<String, Service>) {
        let mut owners: IndexMap<&str, &str> = IndexMap::new();
        for (name, service) in services {
            let repository = service.repository.as_str();
            if !REPOSITORY.contains(&repository.len()) {
                let place = self.repository_place(name);
                self.wrong_length(place, repository, "an image repository's name", &REPOSITORY);
            }
            if let Some(first) = owners.insert(repository, name) {
                let place = self.repository_place(name);
                let other = self.repository_place(first);
                self.report(
                    Finding::error(
                        "BL032",
                        place,
                        format!("two services have the image repository `{repository}`"),
                    )
                    .because("an image of one would be taken for an image of the other")
                    .help("give each service a repository of its own")
                    .related(other, format!("`{first}` has it too")),
                );
            }
        }
        for (name, service) in services.iter().filter(|(_, service)| service.cache) {
            let cache = format!("{}{CACHE_SUFFIX}", service.repository);
            let asked = self.key(&["services", name, "build", "cache"]);
            if !REPOSITORY.contains(&cache.len()) {
                self.wrong_length(asked, &cache, "the name of a repository for layers", &REPOSITORY);
            }
            if let Some(owner) = owners.get(cache.as_str()) {
                let place = self.repository_place(owner);
                self.report(
                    Finding::error(
                        "BL032",
                        place,
                        format!("the images of `{owner}` would share `{cache}` with the layers of `{name}`"),
                    )
                    .because("layers are overwritten with each build and expire early, and images must not")
                    .help(format!("give `{owner}` another `repository`, or take `cache` out of `{name}`"))
                    .related(asked, "keeps its layers there"),
                );
            }
        }
    }

    /// Where a service's repository is named; the service's key where it has the name that nobody wrote.
    fn repository_place(&self, service: &str) -> Span {
        match self.raw.services.get(service).and_then(|service| service.repository.as_ref()) {
            Some(_) => self.place(&["services", service, "repository"]),
            None => self.key(&["services", service]),
        }
    }
}
