//! From Copilot's workloads to services: what is built, and where it runs by Copilot's naming.
//!
//! A workload's stack is `<app>-<environment>-<name>`; clusters, services and roles have names that CloudFormation made up from a
//! stack's and a resource's, with an end that nobody can guess (Copilot's templates: `environment/cf.yml`, `workloads/partials`).

use std::collections::BTreeMap;

use super::super::copies::Copy;
use super::super::draft::{Build, Deploy, Ecs, Image, Names, Rule, Service, Task};
use super::super::remark::{Place, Remark, Weight};
use super::super::text::UNKNOWN;
use super::interpolation::filled;
use super::pick::place;
use super::together::goes_with;
use super::workload::{self, Kind, Manifest, Workload};
use super::{differs, images};
use crate::diagnostic::Span;

/// A workload as it is taken.
#[derive(Clone, Debug)]
pub struct Picked {
    /// What its manifest says.
    pub manifest: Manifest,
    /// The file, and the branches that have it so.
    pub copy: Copy,
}

impl Picked {
    /// Where something of the manifest stands.
    pub fn place(&self, span: Span) -> Place {
        place(&self.copy, span)
    }

    fn remark(&self, weight: Weight, span: Span, what: String, help: &str) -> Remark {
        Remark { weight, what, help: help.to_owned(), place: Some(self.place(span)) }
    }
}

/// The services of workloads, in their order. `environments` are those that are deployed to; names in AWS are Copilot's, with
/// [`UNKNOWN`] for what CloudFormation made up. Two that are built from the same have one image where every one of the `rules` that
/// deploys the second deploys the first.
pub fn services(
    app: &str,
    workloads: &[Picked],
    environments: &[String],
    rules: &[Rule],
) -> (Vec<Service>, Vec<Remark>) {
    let (mut services, mut remarks) = (Vec::<Service>::new(), Vec::new());
    for picked in workloads {
        let name = picked.manifest.name.value.clone();
        let built: Vec<&Service> = services.iter().filter(|one| goes_with(rules, &name, &one.name)).collect();
        let image = image(app, picked, &built, environments, &mut remarks);
        let deploy = deploy(app, picked, &mut remarks);
        more(picked, &mut remarks);
        services.push(Service {
            was: picked.manifest.kind.name().to_owned(),
            image,
            deploy,
            depends_on: Vec::new(),
            place: picked.place(picked.manifest.name.span),
            name,
        });
    }
    remarks.extend(kept(workloads));
    images::settle(&mut services, rules, &mut remarks);
    (services, remarks)
}

fn image(
    app: &str,
    picked: &Picked,
    before: &[&Service],
    environments: &[String],
    remarks: &mut Vec<Remark>,
) -> Image {
    let manifest = &picked.manifest;
    let name = &manifest.name.value;
    let Some(first) = &manifest.base.image else { return Image::None };
    if let Some(platform) = manifest.base.platform.as_ref().filter(|one| one.value.starts_with("windows")) {
        remarks.push(picked.remark(
            Weight::Lost,
            platform.span,
            format!("`{name}` runs on Windows (`{}`)", platform.value),
            "branchline builds images for Linux: it is left out of the map, so keep deploying it as today",
        ));
        return Image::None;
    }
    let of = |environment: &str| {
        let workload = manifest.in_environment(environment);
        workload.image.as_ref().and_then(|image| built(image, &workload, app, environment))
    };
    let made: Vec<(&str, Option<Build>)> =
        environments.iter().map(|name| (name.as_str(), of(name))).collect();
    // That of the last one which builds, which is what is released; where none is deployed to, what the manifest says for all.
    let last = made.iter().rev().find(|(_, build)| build.is_some());
    let chosen = match last {
        Some((_, build)) => build.clone(),
        None if made.is_empty() => built(first, &manifest.base, app, ""),
        None => None,
    };
    let last = last.map_or("", |(environment, _)| *environment);
    for (environment, build) in &made {
        // Where none is built, no rule goes with it, which is told there.
        let (Some(own), Some(taken)) = (build, &chosen) else { continue };
        if own != taken {
            let differs = differs::words(own, taken);
            remarks.push(picked.remark(
                Weight::Lost,
                manifest.name.span,
                format!("`{name}` has another image in {environment}: {differs} (the map has that of {last})"),
                "one image is built and goes through all environments: make what differs a variable, or a service of its own",
            ));
        }
    }
    if let workload::Image::Build(build) = first {
        for (argument, value) in &build.args {
            if let Err(variable) = filled(&value.value, Some(app), last) {
                remarks.push(picked.remark(
                    Weight::Lost,
                    value.span,
                    format!("the build argument `{}` of `{name}` took `{variable}` from the shell that ran Copilot", argument.value),
                    "an argument is built in as it is written here: write its value",
                ));
            }
        }
        if let Some(cache) = build.cache_from.first() {
            remarks.push(picked.remark(
                Weight::Changed,
                cache.span,
                format!("the build of `{name}` took layers from other images (`cache_from`)"),
                "`build.cache: true` keeps layers for the next build here",
            ));
        }
    }
    match (first, chosen) {
        (workload::Image::Location(location), _) => {
            remarks.push(picked.remark(
                Weight::Lost,
                location.span,
                format!("`{name}` runs an image that is not built here (`{}`)", location.value),
                "branchline deploys what it has built, so it is left out of the map: keep deploying it as today, or give it a `build`",
            ));
            Image::None
        }
        (workload::Image::Build(_), Some(build)) => {
            let same = before.iter().find(|one| one.image == Image::Built(build.clone()));
            match same {
                Some(other) => {
                    remarks.push(picked.remark(
                        Weight::Changed,
                        manifest.name.span,
                        format!("`{name}` is built from the same as `{}`", other.name),
                        "it is built once now, and both are deployed with that image (`image_of`)",
                    ));
                    Image::Of(other.name.clone())
                }
                None => Image::Built(build),
            }
        }
        (workload::Image::Build(_), None) => Image::None,
    }
}

/// How an image is built; `None` where it is not.
fn built(image: &workload::Image, workload: &Workload, app: &str, environment: &str) -> Option<Build> {
    let workload::Image::Build(build) = image else { return None };
    let (dockerfile, context) = (build.dockerfile(), build.context());
    let usual = if context == "." { "Dockerfile".to_owned() } else { format!("{context}/Dockerfile") };
    // What only a shell knows stays as it is written, which is told.
    let filled = |text: &String| filled(text, Some(app), environment).unwrap_or_else(|_| text.clone());
    let args = build.args.iter().map(|(name, value)| (name.value.clone(), filled(&value.value)));
    Some(Build {
        dockerfile: (dockerfile != usual).then_some(dockerfile),
        context: (context != ".").then_some(context),
        target: build.target.as_ref().map(|target| target.value.clone()),
        is_arm: workload.platform.as_ref().is_some_and(|platform| platform.value.ends_with("arm64")),
        args: args.collect(),
    })
}

fn deploy(app: &str, picked: &Picked, remarks: &mut Vec<Remark>) -> Deploy {
    let Manifest { name, kind, .. } = &picked.manifest;
    let name_span = name.span;
    let name = &name.value;
    let stack = format!("{app}-{{environment}}-{name}");
    let roles = ["TaskRole", "ExecutionRole"].map(|role| format!("{stack}-{role}-{UNKNOWN}")).to_vec();
    match kind {
        Kind::LoadBalancedWebService | Kind::BackendService | Kind::WorkerService => {
            let pattern = Ecs {
                cluster: format!("{app}-{{environment}}-Cluster-{UNKNOWN}"),
                service: format!("{stack}-Service-{UNKNOWN}"),
                container: name.clone(),
                roles,
            };
            Deploy::Ecs(Names { pattern, known: BTreeMap::new() })
        }
        Kind::ScheduledJob => {
            let pattern =
                Task { family: stack.clone(), container: name.clone(), roles, state_machines: vec![stack] };
            Deploy::Task(Names { pattern, known: BTreeMap::new() })
        }
        Kind::RequestDrivenWebService | Kind::StaticSite => {
            remarks.push(picked.remark(
                Weight::Lost,
                name_span,
                format!("`{name}` is a {}, which no deploy of branchline's knows by itself", kind.name()),
                "its deploy stands as a command that fails until it is written, so that no release passes it over in silence: call \
                 what deploys it, with the `statements` it needs",
            ));
            let command =
                format!("echo 'write how {name} is deployed: it was a {}' >&2; exit 1", kind.name());
            Deploy::Commands(vec![command])
        }
    }
}

/// Sidecars that are built.
fn more(picked: &Picked, remarks: &mut Vec<Remark>) {
    let manifest = &picked.manifest;
    let name = &manifest.name.value;
    for (sidecar, settings) in &manifest.base.sidecars {
        if let Some(workload::Image::Build(_)) = &settings.image {
            remarks.push(picked.remark(
                Weight::Lost,
                sidecar.span,
                format!("the sidecar `{}` of `{name}` is built", sidecar.value),
                "make it a service of its own, and name it under `sidecars` of this one",
            ));
        }
    }
}

/// What stays with the task definitions, of all of them in one: it is the same for each.
fn kept(workloads: &[Picked]) -> Option<Remark> {
    let has_some = |picked: &&Picked| {
        let Manifest { base, kind, .. } = &picked.manifest;
        let is_of_ecs = !matches!(kind, Kind::RequestDrivenWebService | Kind::StaticSite);
        let container = &base.container;
        is_of_ecs
            && !(container.variables.is_empty() && container.secrets.is_empty() && base.sidecars.is_empty())
    };
    let with: Vec<&Picked> = workloads.iter().filter(has_some).collect();
    let names: Vec<String> = with.iter().map(|one| format!("`{}`", one.manifest.name.value)).collect();
    let first = with.first()?;
    Some(first.remark(
        Weight::Changed,
        first.manifest.name.span,
        format!("variables, secrets and sidecars of {} stay with their task definitions", names.join(", ")),
        "a deploy changes the image and leaves them as they are. Until its stack is taken over from Copilot, change them with \
         `copilot svc deploy`; `branchline check parity` compares the keys of environments",
    ))
}

#[cfg(test)]
mod tests;
