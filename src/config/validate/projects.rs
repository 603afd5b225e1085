//! The machines of CodeBuild projects.

use indexmap::IndexMap;

use super::{Judge, below};
use crate::config::raw::{RawCache, RawCompute, RawLocalCache, RawVpc};
use crate::config::tree::Step;
use crate::config::{Cache, Machine, Service};
use crate::diagnostic::{Finding, Span};

/// Minutes a project may take when nothing is said: CodeBuild's own default.
pub(super) const DEFAULT_TIMEOUT: u32 = 60;

/// CodeBuild takes at least 5 minutes; its API takes up to 2160, its `CloudFormation` schema up to 480.
pub(super) const PROJECT_TIMEOUT: std::ops::RangeInclusive<u32> = 5..=480;

/// Whether a shell would find nothing to do in a text: only spaces and comments.
pub(super) fn does_nothing(command: &str) -> bool {
    command.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#'))
}

/// What a section says of its project's machine.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Written<'a> {
    pub compute: Option<RawCompute>,
    pub image: Option<&'a String>,
    pub vpc: Option<&'a RawVpc>,
    pub cache: Option<&'a RawCache>,
    pub privileged: Option<bool>,
}

/// What runs on a machine, as far as its settings go by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Runs {
    /// Commands in the checkout.
    Checkout,
    /// Commands in the checkout that build images: with Docker.
    Builds,
    /// An image, and nothing in the checkout: with Docker.
    Image,
}

impl Judge<'_> {
    /// A machine with these minutes. What it keeps and where it runs is judged (codes `BL075` to `BL077`).
    pub(super) fn machine<'p>(
        &mut self,
        written: Written<'_>,
        runs: Runs,
        timeout: u32,
        above: &[impl Copy + Into<Step<'p>>],
    ) -> Machine {
        let privileged = written.privileged.unwrap_or(false);
        if runs != Runs::Checkout && written.privileged == Some(false) {
            let place = self.key(&below(above, &["privileged"]));
            self.report(
                Finding::error("BL073", place, "`privileged: false` cannot be had here")
                    .because("an image runs here, and Docker needs the privilege")
                    .help("take `privileged` out"),
            );
        }
        let cache = written.cache.and_then(|cache| {
            self.cache(cache, runs, privileged || runs != Runs::Checkout, &below(above, &["cache"]))
        });
        Machine {
            compute: written.compute.unwrap_or(RawCompute::Small),
            image: written.image.cloned(),
            timeout,
            privileged,
            vpc: written.vpc.map(Into::into),
            cache,
        }
    }

    fn cache(&mut self, written: &RawCache, runs: Runs, docker: bool, path: &[Step]) -> Option<Cache> {
        let paths: Vec<String> = written.paths.iter().flatten().map(|path| path.0.clone()).collect();
        let local = written.local.as_deref().unwrap_or_default();
        let layers = local.contains(&RawLocalCache::DockerLayers);
        let on_machine = local.contains(&RawLocalCache::Paths);
        let mut wrong = |place: Span, message: &str, reason: &str, help: &str| {
            self.findings.push(Finding::error("BL077", place, message).because(reason).help(help));
        };
        let at = |key: &str| self.tree.key_at(&below(path, &[key]));
        if !paths.is_empty() && runs == Runs::Image {
            wrong(
                at("paths"),
                "these `paths` would keep nothing",
                "what runs here runs in an image, which leaves nothing on the machine",
                "take `paths` out; `local: [docker_layers]` keeps the image's layers",
            );
        } else if paths.is_empty() && on_machine {
            wrong(
                at("local"),
                "`local: [paths]` keeps no paths",
                "there are no `paths`",
                "add `paths`, or take the word out",
            );
        } else if !paths.is_empty() && layers && !on_machine {
            wrong(
                at("local"),
                "a project keeps things in the bucket or on the machine, not both",
                "`paths` alone are kept in the bucket, and CodeBuild takes one kind of cache",
                "write `local: [docker_layers, paths]` to keep both on the machine, or take `local` out",
            );
        } else if paths.is_empty() && local.is_empty() {
            let place = self.key(path);
            self.report(
                Finding::error("BL077", place, "this `cache` keeps nothing")
                    .because("it names neither `paths` nor `local`")
                    .help("write one such as `cache: { paths: [node_modules/**/*] }`, or take it out"),
            );
            return None;
        }
        if layers && !docker {
            let place = self.key(&below(path, &["local"]));
            self.report(
                Finding::error("BL076", place, "there are no layers of Docker's here")
                    .because("Docker runs only in a privileged project")
                    .help("add `privileged: true`, or take `docker_layers` out"),
            );
        }
        Some(if local.is_empty() { Cache::Bucket(paths) } else { Cache::Machine { layers, paths } })
    }

    /// A cache on the machine and a network (code `BL075`). `network` is where the network is written.
    pub(super) fn no_local_cache_in_a_network(&mut self, machine: &Machine, path: &[Step], network: Span) {
        if machine.vpc.is_some() && matches!(machine.cache, Some(Cache::Machine { .. })) {
            let place = self.key(&below(path, &["cache", "local"]));
            if self.findings.iter().any(|finding| finding.code == "BL075" && finding.place == Some(place)) {
                return;
            }
            self.report(
                Finding::error("BL075", place, "nothing is kept on the machine of a project in a VPC")
                    .because("CodeBuild's local caches do not work there")
                    .help("keep `paths` in the bucket: take `local` out")
                    .related(network, "the network"),
            );
        }
    }

    /// The minutes of a build or of tests.
    pub(super) fn project_minutes<'p>(
        &mut self,
        timeout: Option<&str>,
        above: &[impl Copy + Into<Step<'p>>],
    ) -> u32 {
        self.minutes(timeout, &below(above, &["timeout"]), DEFAULT_TIMEOUT, PROJECT_TIMEOUT)
    }

    /// A command that ends well and has done nothing.
    pub(super) fn empty_command(&mut self, path: &[Step]) {
        let place = self.place(path);
        self.report(
            Finding::error("BL051", place, "this command does nothing")
                .because("it would end well, and nothing would have run")
                .help("write the command, or take the section out"),
        );
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
