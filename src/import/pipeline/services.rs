//! From what pipelines deploy to services: what each is called, where it runs in which environment, what it is built from.

use std::collections::{BTreeMap, BTreeSet};

use super::actions::Target;
use super::names::templated;
use crate::import::draft::live::ServiceSettings;
use crate::import::draft::{Build, Deploy, Ecs, Image, Names, Notes, Service, Spot};
use crate::import::remark::Place;
use crate::import::text::UNKNOWN;
use crate::operate::plain;

/// One deploy of a service.
#[derive(Clone, Debug)]
pub(super) struct Deployed {
    /// The environment.
    pub(super) environment: String,
    /// To what.
    pub(super) target: Target,
    /// The stage's visit that it is of, and its order there: those of one visit that come later wait for those before.
    pub(super) at: (usize, u32),
    /// Where it is declared.
    pub(super) place: Place,
}

/// The services of deploys by name, in their order, with what is to be looked at. `reached` are the environments to which rules
/// deploy each: a pipeline may have deployed one to some of its environments alone.
pub(super) fn services(
    all: &[(String, Vec<Deployed>)],
    builds: &[Build],
    reached: &BTreeMap<String, BTreeSet<String>>,
    comments: &mut Notes,
) -> (Vec<Service>, BTreeMap<String, ServiceSettings>) {
    let (mut services, mut settings) = (Vec::<Service>::new(), BTreeMap::new());
    let built: Vec<&String> =
        all.iter().filter(|(_, deploys)| is_ecs(deploys)).map(|(name, _)| name).collect();
    for (name, deploys) in all {
        let Some(first) = deploys.first() else { continue };
        let (mut own, mut notes) = (ServiceSettings::default(), Vec::new());
        let image = match (is_ecs(deploys), built.first()) {
            (false, Some(other)) => Image::Of((*other).clone()),
            (false, None) => {
                notes.push(
                    "branchline builds an image for each service, from the Dockerfile in the root if nothing is said; `$IMAGE` is its \
                     name for the commands"
                        .to_owned(),
                );
                Image::None
            }
            (true, _) => Image::Built(build(name, builds, built.len() == 1, &mut notes)),
        };
        let deploy = if is_ecs(deploys) {
            ecs(name, deploys, reached.get(name), &mut own, &mut notes)
        } else {
            notes.push(format!(
                "{} Write how it is deployed, with the `statements` that needs.",
                told(deploys)
            ));
            let line =
                format!("echo 'write how {name} is deployed: it was a {}' >&2; exit 1", first.target.what());
            Deploy::Commands(vec![line])
        };
        settings.insert(name.clone(), own);
        comments.put(Spot::Service(name.clone()), notes);
        services.push(Service {
            name: name.clone(),
            was: first.target.what().to_owned(),
            image,
            deploy,
            depends_on: depends_on(name, all),
            place: first.place.clone(),
        });
    }
    // An image is taken of a service that is written before.
    services.sort_by_key(|service| matches!(service.image, Image::Of(_)));
    (services, settings)
}

fn is_ecs(deploys: &[Deployed]) -> bool {
    deploys.iter().any(|one| matches!(one.target, Target::Ecs { .. }))
}

fn build(name: &str, builds: &[Build], is_alone: bool, notes: &mut Vec<String>) -> Build {
    let of = |build: &&Build| {
        [&build.dockerfile, &build.context, &build.target]
            .into_iter()
            .flatten()
            .any(|text| text.split(['/', '.', '-']).any(|part| part == name))
    };
    let found = match builds {
        [one] if is_alone => Some(one),
        all => {
            Some(all.iter().filter(of)).and_then(|mut found| found.next().filter(|_| found.next().is_none()))
        }
    };
    if let Some(build) = found {
        notes.push("how it is built was read out of the buildspec's `docker build`.".to_owned());
        return build.clone();
    }
    notes.push(
        "no buildspec told how it is built, so the Dockerfile in the root is taken: `dockerfile`, `context`, `target`."
            .to_owned(),
    );
    Build::default()
}

fn ecs(
    name: &str,
    deploys: &[Deployed],
    reached: Option<&BTreeSet<String>>,
    own: &mut ServiceSettings,
    notes: &mut Vec<String>,
) -> Deploy {
    let found = deploys.iter().filter_map(|one| match &one.target {
        Target::Ecs { cluster, service, container, minutes } => {
            Some((&one.environment, cluster, service, container, minutes))
        }
        Target::Other { .. } => None,
    });
    let container = found.clone().find_map(|(_, _, _, container, _)| container.clone());
    notes.push(match &container {
        Some(container) => {
            format!("the container `{container}` is that of the image definitions' file name.")
        }
        None => format!(
            "the container that gets the image is taken to be called `{name}`: the task definition says."
        ),
    });
    notes.push(
        "`roles` are the task definition's, which no pipeline names: `aws ecs describe-task-definition` has them as `taskRoleArn` and \
         `executionRoleArn`."
            .to_owned(),
    );
    // More than the map takes is more than CodePipeline waits.
    own.timeout =
        found.clone().filter_map(|found| *found.4).max().map(|minutes| format!("{}m", minutes.clamp(1, 60)));
    let container = container.unwrap_or_else(|| name.to_owned());
    let mut known: BTreeMap<String, Ecs> = BTreeMap::new();
    for (environment, cluster, service, ..) in found {
        // What is not known is another one in each environment: two that deploy to one service would be a fault.
        let is_known = !cluster.contains(UNKNOWN) && !service.contains(UNKNOWN);
        let ecs = Ecs {
            cluster: if is_known { cluster.clone() } else { format!("{cluster}-{environment}") },
            service: service.clone(),
            container: container.clone(),
            roles: vec![UNKNOWN.to_owned()],
        };
        match known.get(environment) {
            Some(first) if *first != ecs => notes.push(plain(&format!(
                "in {environment} it was deployed to {cluster}/{service}, too: an environment has one of a service."
            ))),
            Some(_) => {}
            None => drop(known.insert(environment.clone(), ecs)),
        }
    }
    // Where it was not deployed, the names of another environment must not be taken.
    for environment in reached.into_iter().flatten() {
        known.entry(environment.clone()).or_insert_with(|| Ecs {
            cluster: format!("{UNKNOWN}-{environment}"),
            service: UNKNOWN.to_owned(),
            container: container.clone(),
            roles: vec![UNKNOWN.to_owned()],
        });
    }
    Deploy::Ecs(names(known, &container))
}

/// One pattern where all environments have it, else what each of them has.
fn names(known: BTreeMap<String, Ecs>, container: &str) -> Names<Ecs> {
    let pattern = |environment: &String, ecs: &Ecs| Ecs {
        cluster: templated(&ecs.cluster, environment),
        service: templated(&ecs.service, environment),
        ..ecs.clone()
    };
    let mut patterns = known.iter().map(|(environment, ecs)| pattern(environment, ecs));
    let first = patterns.next();
    if let Some(first) = first.filter(|first| known.len() > 1 && patterns.all(|other| other == *first)) {
        return Names { pattern: first, known: BTreeMap::new() };
    }
    let usual = known.values().next().cloned().unwrap_or_else(|| Ecs {
        cluster: UNKNOWN.to_owned(),
        service: UNKNOWN.to_owned(),
        container: container.to_owned(),
        roles: vec![UNKNOWN.to_owned()],
    });
    let known = known.into_iter().filter(|(_, ecs)| *ecs != usual).collect();
    Names { pattern: usual, known }
}

/// What was deployed to in each environment.
fn told(deploys: &[Deployed]) -> String {
    let one = |deploy: &Deployed| {
        let names: Vec<String> = match &deploy.target {
            Target::Other { names, .. } => names.iter().map(|(key, name)| format!("{key} {name}")).collect(),
            Target::Ecs { cluster, service, .. } => vec![format!("{cluster}/{service}")],
        };
        format!(
            "{}: {}",
            deploy.environment,
            if names.is_empty() { "no names".to_owned() } else { names.join(", ") }
        )
    };
    let mut told: Vec<String> = deploys.iter().map(one).collect();
    told.dedup();
    plain(&format!("What was deployed to: {}.", told.join("; ")))
}

/// The services that are always deployed right before this one, where both are deployed in one visit.
fn depends_on(name: &str, all: &[(String, Vec<Deployed>)]) -> Vec<String> {
    let own = all.iter().find(|(other, _)| other == name).map_or(&[][..], |(_, deploys)| deploys.as_slice());
    let others = all.iter().filter(|(other, deploys)| {
        let mut pairs = own.iter().flat_map(|one| {
            deploys.iter().filter(|other| other.at.0 == one.at.0).map(move |other| other.at.1 < one.at.1)
        });
        other != name && pairs.next().is_some_and(|first| first && pairs.all(|is_before| is_before))
    });
    others.map(|(other, _)| other.clone()).collect()
}
