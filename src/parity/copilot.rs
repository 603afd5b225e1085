//! Copilot's workloads: the keys of each of their containers in each environment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Found, Key, Kind, Page, Place, Role, Set, Sets, Source, Subject, dotenv, task_definition};
use crate::diagnostic::{Finding, Severity, codes, has_errors};
use crate::import::copilot::workload::{Container, Image, Manifest, Workload};
use crate::import::copilot::{environment, interpolation, pipeline, workload, workspace};
use crate::import::remark::Weight;

/// What was read of Copilot's folder.
#[derive(Debug, Default)]
pub struct Folder {
    /// The application.
    application: Option<String>,
    /// The environments, in order.
    environments: Vec<String>,
    /// The workloads, each with the path and the text of its manifest.
    workloads: Vec<(String, Arc<str>, Manifest)>,
    /// What was found on the way.
    found: Vec<Found>,
}

/// Files by their path from the folder that `copilot/` stands in; a reason where one could not be read.
pub type Files = BTreeMap<String, Result<Arc<str>, String>>;

/// Reads the folder. `shown` is what a path is shown as.
///
/// The environments are those of `copilot/environments`, of the pipelines, and those in which a workload does something
/// differently.
pub fn read(files: &Files, shown: impl Fn(&str) -> String) -> Folder {
    let mut folder = Folder::default();
    let mut environments = BTreeSet::new();
    for (path, content) in files {
        let name = shown(path);
        let text = match content {
            Ok(text) => text,
            Err(why) => {
                let place = Place { file: name.as_str().into(), line: 1, column: 1 };
                folder.found.push(Found::unreadable(place, why, "make it a file that can be read"));
                continue;
            }
        };
        let page = Page::new(&name, text);
        let parts: Vec<&str> = path.split('/').collect();
        match parts[..] {
            ["copilot", ".workspace"] => {
                folder.application = workspace::read(text).application.map(|name| name.value);
            }
            ["copilot", "environments", of, _] => {
                environments.insert(of.to_owned());
                // A broken one has its folder's name all the same, and no key is read of it.
                environments.extend(environment::read(text, of).manifest.map(|manifest| manifest.name.value));
            }
            ["copilot", "pipelines", _, _] | ["copilot", "pipeline.yml"] => {
                let stages =
                    pipeline::read(text).manifest.map(|manifest| manifest.stages).unwrap_or_default();
                environments.extend(stages.into_iter().map(|stage| stage.name.value));
            }
            _ => {
                let reading = workload::read(text);
                if has_errors(&reading.findings) {
                    folder.found.extend(reading.findings.first().map(|finding| broken(&page, finding)));
                    continue;
                }
                folder.found.extend(reading.raised.iter().filter_map(|raised| {
                    let place = page.place(raised.span);
                    match raised.weight {
                        Weight::Mistake => Some(Found::new(
                            "BL708",
                            Severity::Warning,
                            Some(place),
                            &raised.what,
                            "no key below it is compared: correct it",
                        )),
                        Weight::Lost => Some(Found::unreadable(place, &raised.what, "correct the manifest")),
                        Weight::Changed | Weight::Kept => None,
                    }
                }));
                if let Some(manifest) = reading.manifest {
                    environments.extend(manifest.environments.iter().map(|name| name.value.clone()));
                    folder.workloads.push((name, Arc::clone(text), manifest));
                }
            }
        }
    }
    folder.environments = environments.into_iter().collect();
    folder
}

/// What is wrong with a manifest as YAML: its title, since its message may repeat a part of the text.
fn broken(page: &Page, finding: &Finding) -> Found {
    let title = codes::find(finding.code).map_or("it is no YAML", |code| code.title);
    let place = page.place(finding.place.unwrap_or_default());
    Found::unreadable(place, format!("this manifest cannot be read: {title}"), "mend the manifest")
}

impl Folder {
    /// The environments, in order.
    pub fn environments(&self) -> &[String] {
        &self.environments
    }

    /// Whether there is a workload.
    pub fn is_empty(&self) -> bool {
        self.workloads.is_empty() && self.found.is_empty()
    }

    /// The paths of files of variables that a container is told, from the folder that `copilot/` stands in.
    pub fn files_of_variables(&self) -> BTreeSet<String> {
        let mut paths = BTreeSet::new();
        for (_, _, manifest) in &self.workloads {
            for environment in &self.environments {
                let workload = manifest.in_environment(environment);
                let containers = containers(&workload).into_iter().filter_map(|(_, _, container)| {
                    let file = container.env_file.as_ref()?;
                    interpolation::filled(&file.value, self.application.as_deref(), environment).ok()
                });
                paths.extend(containers);
            }
        }
        paths
    }

    /// The sets of all workloads in all environments. `files` are those of [`Folder::files_of_variables`] that could be read.
    pub fn sets(self, files: &Files) -> Sets {
        let mut sets = Vec::new();
        let told =
            self.workloads.iter().filter(|(_, _, manifest)| manifest.kind != workload::Kind::StaticSite);
        for (name, text, manifest) in told {
            let page = Page::new(name, text);
            for environment in &self.environments {
                let workload = manifest.in_environment(environment);
                for (container, way, told) in containers(&workload) {
                    let one = One { folder: &self, manifest, environment, page: &page, files };
                    sets.push(one.set(&workload, container, &way, told));
                }
            }
        }
        Sets { sets, found: self.found }
    }
}

/// The containers of a workload: name, but for the main one; the way to its settings; what it is told.
fn containers(workload: &Workload) -> Vec<(Option<&str>, Vec<&str>, &Container)> {
    let main = (None, Vec::new(), &workload.container);
    let sidecars = workload.sidecars.iter().map(|(name, sidecar)| {
        (Some(name.value.as_str()), vec!["sidecars", name.value.as_str()], &sidecar.container)
    });
    // Copilot's own name for it (`templates/workloads/partials/cf/sidecars.yml`).
    let router = workload
        .log_router
        .iter()
        .map(|router| (Some("firelens_log_router"), vec!["logging"], &router.container));
    std::iter::once(main).chain(sidecars).chain(router).collect()
}

/// A workload in an environment.
struct One<'a> {
    folder: &'a Folder,
    manifest: &'a Manifest,
    environment: &'a str,
    page: &'a Page<'a>,
    files: &'a Files,
}

impl One<'_> {
    fn set(&self, workload: &Workload, container: Option<&str>, way: &[&str], told: &Container) -> Set {
        let mut keys = BTreeMap::new();
        let variables = told.variables.iter().map(|(key, _)| (key, Kind::Variable));
        let secrets = told.secrets.iter().map(|(key, _)| (key, Kind::Secret));
        for (key, kind) in variables.chain(secrets) {
            super::put(&mut keys, key.value.clone(), Key { kind, place: self.page.place(key.span) });
        }
        let open = told.env_file.as_ref().and_then(|file| {
            let at = |why: &str| Some((why.to_owned(), self.page.place(file.span)));
            let filled =
                interpolation::filled(&file.value, self.folder.application.as_deref(), self.environment);
            let Ok(path) = filled else {
                return at(
                    "the path of its `env_file` has a variable that only the shell knows that deploys",
                );
            };
            let Some(Ok(text)) = self.files.get(&path) else {
                return at("its `env_file` cannot be read here");
            };
            let page = Page::new(&path, text);
            let Ok(more) = dotenv::keys(text, dotenv::Dialect::Ecs) else {
                return at("its `env_file` has a line that is no assignment");
            };
            for (key, span) in more {
                super::put(&mut keys, key, Key { kind: Kind::Variable, place: page.place(span) });
            }
            None
        });
        let place = |last: &str| {
            let way: Vec<&str> = way.iter().copied().chain([last]).collect();
            self.page.place(self.manifest.place_in(self.environment, &way))
        };
        Set {
            subject: Subject {
                service: self.manifest.name.value.clone(),
                container: container.map(str::to_owned),
            },
            environment: self.environment.to_owned(),
            source: Source::Copilot,
            keys,
            variables: place("variables"),
            secrets: place("secrets"),
            open,
            image: if container.is_none() { workload.image.as_ref().map(image) } else { None },
            role: if container.is_none() { role(self.manifest.kind) } else { Role::Other },
        }
    }
}

/// An image in words. Arguments of its build are left out: with others it is another image of the same code, which wants the same
/// keys.
fn image(image: &Image) -> String {
    match image {
        Image::Location(location) => format!("image {}", task_definition::without_tag(&location.value)),
        Image::Build(build) => {
            let target = build.target.as_ref().map(|target| format!(" --target {}", target.value));
            format!("build {}{} in {}", build.dockerfile(), target.unwrap_or_default(), build.context())
        }
    }
}

fn role(kind: workload::Kind) -> Role {
    match kind {
        workload::Kind::LoadBalancedWebService
        | workload::Kind::BackendService
        | workload::Kind::RequestDrivenWebService => Role::Service,
        // A worker takes its work from a queue: in what it needs of the app it is as a job.
        workload::Kind::WorkerService | workload::Kind::ScheduledJob => Role::Job,
        workload::Kind::StaticSite => Role::Other,
    }
}
