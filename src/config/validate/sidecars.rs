//! Sidecars: what each environment does differently, merged over what all do.

use super::Judge;
use super::lengths::ECS;
use crate::config::placeholder::Names;
use crate::config::raw::{RawEnvironmentService, RawRepository, RawService, RawSidecars};
use crate::config::tree::Step;
use crate::config::{Partition, SidecarImage, Sidecars};
use crate::diagnostic::{Finding, shown};

impl Judge<'_> {
    /// The sidecars of a service in one environment (codes `BL043`, `BL246`, `BL247`, `BL275`). What is wrong in several is told
    /// once.
    pub(super) fn sidecars(
        &mut self,
        names: &Names,
        own: &RawService,
        differs: Option<&RawEnvironmentService>,
    ) -> Sidecars {
        let (Some(service), Some(environment)) = (names.service, names.environment) else {
            return Sidecars::new();
        };
        let everywhere = ["services", service, "sidecars"];
        let here = ["environments", environment, "services", service, "sidecars"];
        let mut sidecars = Sidecars::new();
        let written = [
            (own.sidecars.as_ref(), everywhere.as_slice()),
            (differs.and_then(|differs| differs.sidecars.as_ref()), here.as_slice()),
        ];
        for (images, path) in written {
            let Some(images) = images else { continue };
            self.sidecars_of(service, images, names, path, &mut sidecars);
        }
        sidecars
    }

    fn sidecars_of(
        &mut self,
        service: &str,
        images: &RawSidecars,
        names: &Names,
        path: &[&str],
        sidecars: &mut Sidecars,
    ) {
        let deploy = &self.raw.services[service].deploy;
        if deploy.commands.is_some() {
            let finding = Finding::error(
                "BL247",
                self.key(path),
                format!("`{service}` is deployed by commands, which set no sidecars"),
            )
            .because("only a deploy to an ECS service or to a task family sets images in a task definition")
            .help("let the commands set them, and take `sidecars` out");
            self.report_once(
                finding.related(self.key(&["services", service, "deploy", "commands"]), "how it is deployed"),
            );
            return;
        }
        let written = deploy.ecs.as_ref().and_then(|ecs| ecs.container.as_ref());
        let written = written.or_else(|| deploy.ecs_task.as_ref().and_then(|task| task.container.as_ref()));
        let container = written.map_or_else(|| service.to_owned(), |text| names.fill(text));
        for (name, image) in images {
            let mut place: Vec<Step> = path.iter().map(|step| Step::Key(step)).collect();
            place.push(Step::Key(name));
            if *name == container {
                let finding = Finding::error(
                    "BL246",
                    self.key(&place),
                    format!("`{name}` is the container of `{service}` itself"),
                )
                .because("it gets the image that was built, and nothing else may run in its place")
                .help("name the other containers of the task definition here, or take this one out");
                self.report_once(finding);
            }
            let filled = names.fill(&image.0);
            if !ECS.contains(&filled.len()) {
                let value = self.place(&place);
                self.wrong_length(value, &filled, "an image in ECS", &ECS);
            }
            let is_ours = !has_registry(&filled);
            if is_ours {
                self.meant_for_docker_hub(&place, &image.0, &filled);
            }
            sidecars.insert(name.clone(), SidecarImage { image: filled, is_ours });
        }
    }

    /// An image as Docker Hub's are mostly written, which is not there but in our own registry (code `BL275`). What begins as
    /// the app's repositories do is ours, and so is a name without a slash: Docker Hub's own are few.
    fn meant_for_docker_hub(&mut self, place: &[Step], written: &str, filled: &str) {
        let Some((first, _)) = filled.split_once('/') else { return };
        let app = &self.raw.app;
        let of_services = self.raw.services.iter().any(|(service, own)| {
            let names = Names { app, environment: None, service: Some(service) };
            let repository = own.repository.as_ref().map(|repository| match repository {
                RawRepository::Made(text) => names.fill(text),
                RawRepository::Existing(one) => one
                    .existing
                    .rsplit_once(":repository/")
                    .map_or(one.existing.as_str(), |(_, name)| name)
                    .to_owned(),
            });
            repository.is_some_and(|repository| repository.split('/').next() == Some(first))
        });
        if first == app || first == self.stem() || of_services {
            return;
        }
        let home = &self.raw.pipelines;
        let suffix = Partition::of_region(&home.region).url_suffix();
        let (account, region) = (&home.account, &home.region);
        let repository = written.split(['@', ':']).next().unwrap_or(written);
        let finding = Finding::warning("BL275", self.place(place), format!("no registry stands before {}", shown(written)))
            .because(format!(
                "so it is the repository {} in ECR, in the account `{account}`, region `{region}`",
                shown(repository)
            ))
            .help(format!(
                "for Docker Hub write `docker.io/{written}`; where ECR is meant, write its registry: `{account}.dkr.ecr.{region}.{suffix}/{written}`"
            ));
        self.report_once(finding);
    }

    fn report_once(&mut self, finding: Finding) {
        if !self.findings.contains(&finding) {
            self.report(finding);
        }
    }
}

/// Whether a registry stands before the repository: Docker takes what is before the first `/` for one where it has a dot
/// or a port.
fn has_registry(image: &str) -> bool {
    image.split_once('/').is_some_and(|(first, _)| first.contains(['.', ':']) || first == "localhost")
}

#[cfg(test)]
mod tests {
    use super::has_registry;

    #[test]
    fn a_registry_is_told_from_a_repository_as_docker_tells_it() {
        for image in ["public.ecr.aws/a/b:1", "docker.io/fluent/fluent-bit:3", "registry:5000/a:1"] {
            assert!(has_registry(image), "{image}");
        }
        for image in ["fluent-bit:dev", "shop/fluent-bit:1.2", "fluent-bit@sha256:00"] {
            assert!(!has_registry(image), "{image}");
        }
    }
}
