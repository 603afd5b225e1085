//! Which images are built: what Compose says, and the Dockerfiles that it does not name.

use super::dockerfile::{self, Dockerfile};
use super::seen::{self, Seen};
use super::{Service, compose, paths};

/// The most services that are proposed; a map of more is written by somebody who knows which.
const MOST: usize = 8;

/// The longest name of a service.
const LONGEST: usize = 30;

/// Folders that hold Dockerfiles of what is outside of them: their context is the root.
const HOLDERS: [&str; 7] = ["docker", "dockerfiles", "build", "deploy", "deployment", "infra", "ops"];

/// The images of a repository.
pub(super) struct Images {
    /// The services that are proposed, at least one; those that listen first.
    pub(super) services: Vec<Service>,
    /// The Dockerfiles of those beyond them.
    pub(super) left_out: Vec<String>,
    /// Whether one was found at all.
    pub(super) has_any: bool,
}

/// The services, those that listen first; one is proposed in any case.
pub(super) fn find(seen: &Seen) -> Images {
    let mut services = Vec::new();
    from_compose(seen, &mut services);
    let is_meant = |path: &str| {
        seen::is_dockerfile(paths::name(path)) && !is_for_developers(path) && paths::is_plain(path)
    };
    for path in seen.nearest(is_meant) {
        let is_known = services
            .iter()
            .any(|service: &Service| service.seen_in == path || dockerfile_of(service) == path);
        if !is_known && let Some(service) = from_dockerfile(seen, path) {
            services.push(service);
        }
    }
    let has_any = !services.is_empty();
    if !has_any {
        services.push(Service { name: "web".to_owned(), context: ".".to_owned(), ..Service::default() });
    }
    services.sort_by_key(|service| service.ports.is_empty());
    let left_out = services.split_off(services.len().min(MOST)).iter().map(dockerfile_of).collect();
    agree(&mut services);
    name_each(&mut services);
    Images { services, left_out, has_any }
}

/// Gives all one platform: that of the first which is for ARM, since whoever says so does not mean the other one.
fn agree(services: &mut [Service]) {
    let has_arm = services.iter().any(|service| service.is_arm);
    for service in services {
        service.is_platform_assumed = has_arm && !service.is_arm;
        service.is_arm = has_arm;
    }
}

/// `Dockerfile.dev`, `test.Dockerfile`, and what stands in `test/` or `.devcontainer/`.
fn is_for_developers(path: &str) -> bool {
    path.split(['/', '.']).any(dockerfile::is_aside) || path.contains("devcontainer")
}

/// The Dockerfile of a service, from the root.
fn dockerfile_of(service: &Service) -> String {
    service.dockerfile.clone().unwrap_or_else(|| match service.context.as_str() {
        "." => "Dockerfile".to_owned(),
        context => format!("{context}/Dockerfile"),
    })
}

fn from_compose(seen: &Seen, services: &mut Vec<Service>) {
    let Some(path) = seen::COMPOSE.iter().find_map(|name| seen.named(&[name]).first().copied()) else {
        return;
    };
    for built in compose::parse(seen.text(path).unwrap_or_default()) {
        let Some(context) = paths::join(paths::folder(path), &built.context) else { continue };
        let Some(file) = paths::join(&context, built.dockerfile.as_deref().unwrap_or("Dockerfile")) else {
            continue;
        };
        let Some(text) = seen.text(&file) else { continue };
        if is_for_developers(&file) || !paths::is_plain(&file) || !paths::is_plain(&context) {
            continue;
        }
        let dockerfile = Dockerfile::parse(text);
        // What Compose runs on a developer's machine is often the stage for that.
        let stages = dockerfile.stage_names();
        let written = built.target.map(|target| target.to_ascii_lowercase());
        let written =
            written.filter(|target| stages.contains(&target.as_str()) && !dockerfile::is_aside(target));
        let is_arm = built.platform.as_deref().map(dockerfile::is_arm);
        let mut service = described(&dockerfile, written, is_arm);
        service.name.clone_from(&built.name);
        service.ports.extend(built.ports);
        service.ports.sort_unstable();
        service.ports.dedup();
        service.health = built.health.or(service.health);
        path.clone_into(&mut service.seen_in);
        service.dockerfile =
            Some(file).filter(|file| Some(file) != paths::join(&context, "Dockerfile").as_ref());
        service.context = context;
        let same = |other: &&mut Service| {
            dockerfile_of(other) == dockerfile_of(&service)
                && other.context == service.context
                && other.target == service.target
        };
        match services.iter_mut().find(same) {
            None => services.push(service),
            Some(other) => other.siblings.extend(paths::slug(&built.name, LONGEST)),
        }
    }
}

fn from_dockerfile(seen: &Seen, path: &str) -> Option<Service> {
    let dockerfile = Dockerfile::parse(seen.text(path)?);
    // A file of the name that has no stage builds nothing.
    if dockerfile.stages.is_empty() {
        return None;
    }
    let context = context(seen, path, &dockerfile);
    let mut service = described(&dockerfile, None, None);
    service.name = name_after(path);
    path.clone_into(&mut service.seen_in);
    let usual = paths::join(&context, "Dockerfile");
    service.dockerfile = Some(path.to_owned()).filter(|path| Some(path) != usual.as_ref());
    service.context = context;
    Some(service)
}

fn described(dockerfile: &Dockerfile, target: Option<String>, is_arm: Option<bool>) -> Service {
    let target = target.or_else(|| dockerfile.target().map(str::to_owned));
    Service {
        ports: dockerfile.ports(target.as_deref()),
        health: dockerfile.health(target.as_deref()).map(str::to_owned),
        is_arm: is_arm.unwrap_or_else(|| dockerfile.is_arm(target.as_deref())),
        stages: dockerfile.stage_names().into_iter().map(str::to_owned).collect(),
        test_stage: dockerfile.test_stage().map(str::to_owned),
        target,
        ..Service::default()
    }
}

/// The folder that a Dockerfile's `COPY` speaks of: its own where the first file that tells is there, else the root.
fn context(seen: &Seen, path: &str, dockerfile: &Dockerfile) -> String {
    let own = paths::folder(path);
    for source in dockerfile.sources() {
        let in_own = paths::join(own, source).is_some_and(|path| seen.has_any(&path));
        let in_root = seen.has_any(source);
        if in_own != in_root {
            return if in_own { own.to_owned() } else { ".".to_owned() };
        }
    }
    let is_held = own.split('/').any(|part| HOLDERS.contains(&part));
    if is_held { ".".to_owned() } else { own.to_owned() }
}

/// What a Dockerfile is called after: `Dockerfile.worker` and `worker.Dockerfile`, else its folder. Empty where neither
/// tells.
fn name_after(path: &str) -> String {
    let lower = paths::name(path).to_ascii_lowercase();
    let own = lower.strip_prefix("dockerfile.").or_else(|| lower.strip_suffix(".dockerfile"));
    let own = own.filter(|name| !matches!(*name, "production" | "prod" | "release"));
    let folder = || {
        let folder = paths::name(paths::folder(path));
        if folder == "." || HOLDERS.contains(&folder) { String::new() } else { folder.to_owned() }
    };
    own.map_or_else(folder, str::to_owned)
}

/// Gives each a name that it may have, and no two the same.
fn name_each(services: &mut [Service]) {
    let mut taken = std::collections::BTreeSet::new();
    for service in services {
        let usual = if service.ports.is_empty() && !service.seen_in.is_empty() { "app" } else { "web" };
        let name = paths::slug(&service.name, LONGEST).unwrap_or_else(|| usual.to_owned());
        let numbered = (2..).map(|number| format!("{}-{number}", name.get(..LONGEST - 3).unwrap_or(&name)));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name));
        service.name = free.unwrap_or(name);
        taken.insert(service.name.clone());
    }
}
