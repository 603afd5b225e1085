//! The tests, at the top level and under services.

use indexmap::IndexMap;

use super::projects::{Runs, Written, does_nothing};
use super::sections::{self, Section};
use super::{Judge, below};
use crate::config::raw::{RawTest, RawTestIn};
use crate::config::tree::Step;
use crate::config::{Service, Test, TestPlace};
use crate::diagnostic::Finding;

impl Judge<'_> {
    /// All tests, those of the top level first.
    pub(super) fn tests(&mut self, services: &IndexMap<String, Service>) -> Vec<Test> {
        sections::tests(self.raw).iter().map(|section| self.test(section, services)).collect()
    }

    fn test(&mut self, section: &Section<RawTest>, services: &IndexMap<String, Service>) -> Test {
        let Section { raw: written, path, owner, .. } = section;
        self.no_name_twice(written.variables.as_ref(), written.secrets.as_ref(), path);
        for (index, command) in written.commands.iter().enumerate() {
            if does_nothing(command) {
                let mut path = below(path, &["commands"]);
                path.push(Step::Item(index));
                self.empty_command(&path);
            }
        }
        self.no_service_of_its_own(written.service.as_ref(), section);
        let place = self.test_place(section, services);
        let runs = if place == TestPlace::Checkout { Runs::Checkout } else { Runs::Image };
        let machine = Written {
            compute: written.compute,
            image: written.image.as_ref(),
            vpc: written.vpc.as_ref(),
            cache: written.cache.as_ref(),
            privileged: written.privileged,
        };
        let timeout = self.project_minutes(written.timeout.as_deref(), path);
        let machine = self.machine(machine, runs, timeout, path);
        let network = self.key(&below(path, &["vpc"]));
        self.no_local_cache_in_a_network(&machine, path, network);
        Test {
            service: owner.map(str::to_owned),
            commands: written.commands.clone(),
            place,
            machine,
            variables: written.variables.clone().unwrap_or_default(),
            secrets: Self::secrets(written.secrets.as_ref()),
            section: self.key(path),
        }
    }

    /// Under a service, no other is named (code `BL071`).
    pub(super) fn no_service_of_its_own<T>(&mut self, named: Option<&String>, section: &Section<T>) {
        let (Some(_), Some(owner)) = (named, section.owner) else { return };
        let place = self.key(&below(&section.path, &["service"]));
        self.report(
            Finding::error("BL071", place, "`service` is said already")
                .because(format!("this stands under the service `{owner}`, and belongs to it"))
                .help("take it out, or move the section to the top level"),
        );
    }

    fn test_place(&mut self, section: &Section<RawTest>, services: &IndexMap<String, Service>) -> TestPlace {
        let Section { raw: written, path, owner, .. } = section;
        if written.place.unwrap_or(RawTestIn::Checkout) == RawTestIn::Checkout {
            let keys = [
                ("service", written.service.is_some() && owner.is_none()),
                ("target", written.target.is_some()),
            ];
            for (key, _) in keys.into_iter().filter(|(_, is_written)| *is_written) {
                let place = self.key(&below(path, &[key]));
                self.report(
                    Finding::error("BL034", place, format!("`{key}` needs `in: image`"))
                        .because("these tests run in the checkout, where there is no image")
                        .help(format!("add `in: image`, or take `{key}` out")),
                );
            }
            return TestPlace::Checkout;
        }
        let service = if let Some(owner) = owner {
            (*owner).to_owned()
        } else {
            let place = self.key(path);
            self.one_service(written.service.as_ref(), services, place, "test")
        };
        TestPlace::Image { service, target: written.target.clone() }
    }
}
