//! The machines of CodeBuild projects, and the tests.

use indexmap::IndexMap;

use super::Judge;
use crate::config::raw::{RawCompute, RawTest, RawTestIn};
use crate::config::tree::Step;
use crate::config::{Machine, Service, Test, TestPlace};
use crate::diagnostic::Finding;

/// Minutes a project may take when nothing is said: CodeBuild's own default.
const DEFAULT_TIMEOUT: u32 = 60;

/// CodeBuild takes at least 5 minutes; its API takes up to 2160, its `CloudFormation` schema up to 480.
pub(super) const PROJECT_TIMEOUT: std::ops::RangeInclusive<u32> = 5..=480;

/// Whether a shell would find nothing to do in a text: only spaces and comments.
pub(super) fn does_nothing(command: &str) -> bool {
    command.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#'))
}

impl Judge<'_> {
    pub(super) fn machine(
        &mut self,
        compute: Option<RawCompute>,
        image: Option<String>,
        timeout: Option<&str>,
        above: &[&str],
    ) -> Machine {
        let path = [above, &["timeout"]].concat();
        let timeout = self.minutes(timeout, &path, DEFAULT_TIMEOUT, PROJECT_TIMEOUT);
        Machine { compute: compute.unwrap_or(RawCompute::Small), image, timeout }
    }

    pub(super) fn test(&mut self, services: &IndexMap<String, Service>) -> Option<Test> {
        let raw = self.raw;
        let written = raw.test.as_ref()?;
        self.no_name_twice(written.variables.as_ref(), written.secrets.as_ref(), &["test"]);
        for (index, command) in written.commands.iter().enumerate() {
            if does_nothing(command) {
                let place = self.tree.at(&[Step::Key("test"), Step::Key("commands"), Step::Item(index)]).span;
                self.report_empty(place);
            }
        }
        let place = self.test_place(written, services);
        Some(Test {
            commands: written.commands.clone(),
            place,
            machine: self.machine(
                written.compute,
                written.image.clone(),
                written.timeout.as_deref(),
                &["test"],
            ),
            variables: written.variables.clone().unwrap_or_default(),
            secrets: Self::secrets(written.secrets.as_ref()),
            section: self.key(&["test"]),
        })
    }

    /// A command that ends well and has done nothing.
    pub(super) fn empty_command(&mut self, path: &[&str]) {
        let place = self.place(path);
        self.report_empty(place);
    }

    fn report_empty(&mut self, place: crate::diagnostic::Span) {
        self.report(
            Finding::error("BL051", place, "this command does nothing")
                .because("it would end well, and nothing would have run")
                .help("write the command, or take the section out"),
        );
    }

    fn test_place(&mut self, written: &RawTest, services: &IndexMap<String, Service>) -> TestPlace {
        if written.place.unwrap_or(RawTestIn::Checkout) == RawTestIn::Checkout {
            for key in ["service", "target"] {
                let is_written = match key {
                    "service" => written.service.is_some(),
                    _ => written.target.is_some(),
                };
                if is_written {
                    let place = self.key(&["test", key]);
                    self.report(
                        Finding::error("BL034", place, format!("`{key}` needs `in: image`"))
                            .because("these tests run in the checkout, where there is no image")
                            .help(format!("add `in: image`, or take `{key}` out")),
                    );
                }
            }
            return TestPlace::Checkout;
        }
        let place = self.key(&["test"]);
        let service = self.one_service(written.service.as_ref(), services, place, "test");
        TestPlace::Image { service, target: written.target.clone() }
    }

    /// The service that is named, or the only one there is.
    pub(super) fn one_service(
        &mut self,
        named: Option<&String>,
        services: &IndexMap<String, Service>,
        section: crate::diagnostic::Span,
        what: &str,
    ) -> String {
        if let Some(name) = named {
            return name.clone();
        }
        if services.len() > 1 {
            let all: Vec<String> = services.keys().map(|service| format!("`{service}`")).collect();
            self.report(
                Finding::error(
                    "BL035",
                    section,
                    format!("`{what}` does not say which service's image it uses"),
                )
                .because(format!("there are {} services", services.len()))
                .help(format!("add `service:` with one of {}", all.join(", "))),
            );
        }
        services.keys().next().cloned().unwrap_or_default()
    }
}
