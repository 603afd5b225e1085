//! Migrations in what the containers of a map start with: its services' Dockerfiles, the scripts that those name, and the commands of
//! manifests.

use super::super::copies::{Branch, Copy, copies};
use super::super::draft::{Build, Draft, Image, Migrate, Service};
use super::super::migration::{Hidden, hidden};
use super::super::remark::{Place, Remark, Weight};
use super::services::Picked;
use super::workload;

/// Dockerfiles, and scripts by whose name it is seen that a container starts with them.
pub(super) fn starts_containers(name: &str) -> bool {
    is_dockerfile(name) || name.to_ascii_lowercase().contains("entrypoint")
}

fn is_dockerfile(name: &str) -> bool {
    let small = name.to_ascii_lowercase();
    small.starts_with("dockerfile") || small.ends_with(".dockerfile")
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// One that was found: where, what, and in whose image it runs.
struct Found {
    place: Place,
    hidden: Hidden,
    service: String,
}

/// Tells the migrations on the branches that are deployed, and proposes the first that may be. A Dockerfile that no service is built
/// from starts nothing here, and neither does a script that no such Dockerfile and no manifest names, where those can be read.
pub(super) fn migrations(
    branches: &[Branch],
    order: &[&str],
    workloads: &[Picked],
    draft: &mut Draft,
    remarks: &mut Vec<Remark>,
) {
    let all = copies(branches, |path| starts_containers(name_of(path)));
    let deployed = |copy: &&Copy| {
        copy.branches.iter().any(|one| order.contains(&one.strip_prefix("origin/").unwrap_or(one)))
    };
    let starting: Vec<&Copy> = all.iter().filter(deployed).collect();
    let mut found = Vec::new();
    for copy in &starting {
        let Some(service) = whose(&draft.services, workloads, &starting, copy) else { continue };
        found.extend(hidden(&copy.text).into_iter().map(|hidden| {
            let (file, branches) = (copy.path.clone(), copy.branches.clone());
            let place = Place { file, branches, line: hidden.line, column: 1 };
            Found { place, hidden, service: service.name.clone() }
        }));
    }
    for picked in workloads {
        let name = &picked.manifest.name.value;
        let service = draft.services.iter().find(|service| service.name == *name);
        // In the image that it is deployed with: its own, or that of the service which builds it.
        let service = match service.map(|service| &service.image) {
            Some(Image::Of(other)) => other,
            Some(Image::Built(_)) => name,
            Some(Image::None) | None => continue,
        };
        for (text, span) in started_with(picked) {
            found.extend(hidden(&text).into_iter().map(|hidden| Found {
                place: picked.place(span),
                hidden,
                service: service.clone(),
            }));
        }
    }
    if found.iter().any(|one| one.hidden.command.is_ok()) {
        // What containers start with ran everywhere.
        draft.migrating.not_in.clear();
    }
    for one in found {
        tell(one, draft, remarks);
    }
}

/// What a manifest has a container start with, in a line, with its place.
fn started_with(picked: &Picked) -> Vec<(String, crate::diagnostic::Span)> {
    let container = &picked.manifest.base.container;
    let all = [&container.entrypoint, &container.command].into_iter().flatten();
    let line = |words: &workload::Words| match words {
        workload::Words::Line(line) => (line.value.clone(), line.span),
        workload::Words::List(words) => {
            let text: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
            (text.join(" "), words.first().map_or(picked.manifest.name.span, |word| word.span))
        }
    };
    all.map(line).collect()
}

/// The service whose containers start with this file.
fn whose<'s>(
    services: &'s [Service],
    workloads: &[Picked],
    starting: &[&Copy],
    copy: &Copy,
) -> Option<&'s Service> {
    let mut built = services.iter().filter_map(|service| match &service.image {
        Image::Built(build) => Some((service, build)),
        Image::Of(_) | Image::None => None,
    });
    if is_dockerfile(name_of(&copy.path)) {
        return built.find(|(_, build)| dockerfile(build) == copy.path).map(|(service, _)| service);
    }
    let name = name_of(&copy.path);
    built
        .find(|(service, build)| {
            let path = dockerfile(build);
            let mut read = starting.iter().filter(|other| other.path == path).peekable();
            // A Dockerfile of another name than usual is not read: it may name the script.
            let by_image = read.peek().is_none() || read.any(|other| other.text.contains(name));
            let by_manifest = workloads.iter().any(|picked| {
                picked.manifest.name.value == service.name
                    && started_with(picked).iter().any(|(text, _)| text.contains(name))
            });
            let is_inside = build.context.as_ref().is_none_or(|context| {
                // `../..`: from a folder below the root, the root itself.
                context.split('/').all(|part| part == "..")
                    || copy.path.strip_prefix(context.as_str()).is_some_and(|rest| rest.starts_with('/'))
            });
            is_inside && (by_image || by_manifest)
        })
        .map(|(service, _)| service)
}

/// The path of a build's Dockerfile.
fn dockerfile(build: &Build) -> String {
    build.dockerfile.clone().unwrap_or_else(|| match &build.context {
        Some(context) => format!("{context}/Dockerfile"),
        None => "Dockerfile".to_owned(),
    })
}

fn tell(Found { place, hidden, service }: Found, draft: &mut Draft, remarks: &mut Vec<Remark>) {
    let instead = match &hidden.command {
        Ok(_) => {
            "A `migrate` is proposed in its place: take it out here when the first release went through it"
                .to_owned()
        }
        Err(bar) => {
            format!("No `migrate` is proposed from it, since {}: write the one that is meant", bar.why())
        }
    };
    if let (None, Ok(command)) = (&draft.migrate, &hidden.command) {
        draft.migrate = Some(Migrate { service, command: command.clone(), place: place.clone() });
    }
    remarks.push(Remark {
        weight: Weight::Mistake,
        what: format!(
            "a migration hides in what a container starts with: `{}` ({})",
            hidden.written, hidden.tool
        ),
        help: format!(
            "every task of every deploy runs it, side by side, and one that fails stops no release. {instead}"
        ),
        place: Some(place),
    });
}
