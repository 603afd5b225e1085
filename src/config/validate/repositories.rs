//! Image repositories: each holds the images of one service.

use indexmap::IndexMap;

use super::Judge;
use super::lengths::REPOSITORY;
use crate::config::Service;
use crate::diagnostic::{Finding, Span};

impl Judge<'_> {
    /// Repositories that two would share, and names that ECR refuses (codes `BL032`, `BL043`).
    pub(super) fn repositories(&mut self, services: &IndexMap<String, Service>) {
        let mut owners: IndexMap<&str, &str> = IndexMap::new();
        for (name, service) in services.iter().filter(|(_, service)| service.builds()) {
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
    }

    /// Where a service's repository is named; the service's key where it has the name that nobody wrote.
    fn repository_place(&self, service: &str) -> Span {
        match self.raw.services.get(service).and_then(|service| service.repository.as_ref()) {
            Some(_) => self.place(&["services", service, "repository"]),
            None => self.key(&["services", service]),
        }
    }
}
