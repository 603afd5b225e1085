//! Settings that do not go with one another: a machine's image with its platform, a secret with whoever mounts it.

use std::collections::BTreeSet;

use super::{Judge, below, sections};
use crate::config::raw::RawPlatform;
use crate::config::tree::Step;
use crate::diagnostic::{Finding, shown};

impl Judge<'_> {
    /// CodeBuild's own images name their architecture (code `BL047`); the machine is of the services' platform.
    pub(super) fn machine_images(&mut self, platform: RawPlatform) {
        let raw = self.raw;
        let (word, other, own) = match platform {
            RawPlatform::Amd64 => ("linux/amd64", "aarch64", "x86_64"),
            RawPlatform::Arm64 => ("linux/arm64", "x86_64", "aarch64"),
        };
        let build = raw.build.as_ref().and_then(|build| build.image.as_ref());
        let mut images: Vec<(Vec<Step>, &String)> =
            build.map(|image| (vec![Step::Key("build")], image)).into_iter().collect();
        let tests = sections::tests(raw).into_iter();
        images.extend(tests.filter_map(|test| Some((test.path, test.raw.image.as_ref()?))));
        let migrations = sections::migrations(raw).into_iter();
        images
            .extend(migrations.filter_map(|migration| Some((migration.path, migration.raw.image.as_ref()?))));
        let environments = raw.environments.iter();
        images.extend(environments.filter_map(|(name, environment)| {
            let path = vec![Step::Key("environments"), Step::Key(name), Step::Key("verify")];
            Some((path, environment.verify.as_ref()?.image.as_ref()?))
        }));
        for (path, image) in images {
            if image.starts_with("aws/codebuild/") && image.contains(other) {
                let place = self.place(&below(&path, &["image"]));
                self.report(
                    Finding::error("BL047", place, format!("{} does not run on `{word}`", shown(image)))
                        .because(format!("it is for {other}, and the machine is of the services' platform"))
                        .help(format!("name an image for {own}, or take `image` out to have AWS's own")),
                );
            }
        }
    }

    /// A build secret that no Dockerfile may mount (code `BL048`).
    pub(super) fn mounted_secrets(&mut self) {
        let raw = self.raw;
        let builds = raw.services.values().filter_map(|service| service.build.as_ref()?.secrets.as_ref());
        let mounted: BTreeSet<&str> = builds.flatten().map(String::as_str).collect();
        let secrets = raw.build.as_ref().and_then(|build| build.secrets.as_ref());
        for name in secrets.into_iter().flat_map(|secrets| secrets.keys()) {
            if !mounted.contains(name.as_str()) {
                let place = self.key(&["build", "secrets", name]);
                self.report(
                    Finding::warning("BL048", place, format!("no service uses the build secret `{name}`"))
                        .because("it would be fetched for nothing")
                        .help("list it in the `build.secrets` of the service whose Dockerfile mounts it, or take it out"),
                );
            }
        }
    }
}
