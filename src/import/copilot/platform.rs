//! Whether what is built, and where, are of one platform: here a pipeline builds on one machine, of the services' platform, where
//! Copilot's built an image for ARM by emulation on a machine for `x86_64`.

use super::super::draft::{Build, Draft, Image, Service};
use super::super::remark::{Remark, Weight};

/// Takes a build image of the other platform out of the draft, and says so; tells services of two platforms.
pub fn agree(draft: &mut Draft, remarks: &mut Vec<Remark>) {
    let built = draft.services.iter().filter_map(|service| match &service.image {
        Image::Built(build) => Some((service, build)),
        Image::Of(_) | Image::None => None,
    });
    let (arm, other): (Vec<(&Service, &Build)>, Vec<_>) = built.partition(|(_, build)| build.is_arm);
    if let (Some((first, _)), false) = (arm.first(), other.is_empty()) {
        let names = |of: &[(&Service, &Build)]| {
            of.iter().map(|(service, _)| format!("`{}`", service.name)).collect::<Vec<_>>().join(", ")
        };
        remarks.push(Remark {
            weight: Weight::Lost,
            what: format!("{} run on ARM, and {} on `x86_64`", names(&arm), names(&other)),
            help: "one map builds for one platform: give all workloads the same one and deploy them by Copilot once more, then \
                   import again; until then the proposed file is refused"
                .to_owned(),
            place: Some(first.place.clone()),
        });
        return;
    }
    let Some(image) = &draft.settings.build.image else { return };
    let is_other = if arm.is_empty() { image.contains("aarch64") } else { image.contains("x86_64") };
    if !is_other {
        return;
    }
    let platform = if arm.is_empty() { "linux/amd64" } else { "linux/arm64" };
    remarks.push(Remark {
        weight: Weight::Changed,
        what: format!("the pipelines built in `{image}`, and what they built runs on {platform}"),
        help: "the build machine is of the services' platform now, in AWS's image for it: nothing is emulated, and builds are \
               faster. `build.image` names another one"
            .to_owned(),
        place: draft.rules.first().map(|rule| rule.place.clone()),
    });
    draft.settings.build.image = None;
    draft.settings.build_was = None;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::draft::{Deploy, Machine, Rule, Settings, Start};
    use crate::import::remark::Place;

    fn draft(image: &str, arm: &[bool]) -> Draft {
        let place =
            || Place { file: "copilot/pipeline.yml".to_owned(), branches: Vec::new(), line: 1, column: 1 };
        let services = arm.iter().enumerate().map(|(at, is_arm)| Service {
            name: format!("s{at}"),
            was: "Backend Service".to_owned(),
            image: Image::Built(Build { is_arm: *is_arm, ..Build::default() }),
            deploy: Deploy::Commands(Vec::new()),
            depends_on: Vec::new(),
            place: place(),
        });
        let rule = Rule {
            key: "main".to_owned(),
            start: Start::of("main"),
            environments: vec!["prod".to_owned()],
            services: None,
            pipeline: "shop".to_owned(),
            place: place(),
        };
        let build = Machine { image: Some(image.to_owned()), ..Machine::default() };
        Draft {
            settings: Settings { build, ..Settings::default() },
            services: services.collect(),
            rules: vec![rule],
            ..Draft::default()
        }
    }

    #[test]
    fn a_build_image_stays_only_where_it_is_of_the_services_platform() {
        let (x86, arm) = ("amazonlinux2-x86_64-standard:5.0", "amazonlinux2-aarch64-standard:3.0");
        for (image, services, stays, told) in [
            (x86, &[false, false][..], true, 0),
            (x86, &[true][..], false, 1),
            (arm, &[true, true][..], true, 0),
            (arm, &[false][..], false, 1),
            ("registry.example.com/ci:1", &[true][..], true, 0),
            (x86, &[true, false][..], true, 1),
        ] {
            let (mut draft, mut remarks) = (draft(image, services), Vec::new());
            agree(&mut draft, &mut remarks);
            assert_eq!(
                (draft.settings.build.image.is_some(), remarks.len()),
                (stays, told),
                "{image} {services:?}: {remarks:?}"
            );
        }
    }
}
