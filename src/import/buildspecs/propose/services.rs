//! What is built and deployed, by what the shell of a family says.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::alike::group;
use super::super::super::draft::{Build, Deploy, Ecs, Image, Names, Notes, Service, Spot};
use super::super::super::remark::{Remark, Weight};
use super::super::super::text::UNKNOWN;
use super::super::commands::{Action, Built, Done};
use super::{Way, slug};

/// An image, as each way builds it.
struct Found<'m> {
    name: Option<String>,
    built: Vec<(&'m Way<'m>, &'m Built, &'m Done)>,
}

/// The services of a family. `before` are those of other families, whose names are taken.
pub(super) fn services(
    family: &str,
    ways: &[Way],
    app: &str,
    before: &[Service],
    comments: &mut Notes,
    remarks: &mut Vec<Remark>,
) -> Vec<Service> {
    let Some(last) = ways.last() else { return Vec::new() };
    let images = images(ways);
    let deployed = deployed(ways, remarks);
    let mut names: Vec<String> = deployed.keys().cloned().collect();
    if names.is_empty() {
        names.extend(images.iter().filter_map(|image| image.name.clone()));
    }
    if names.is_empty() {
        let container = ways.iter().find_map(|way| way.member.all(of_container).next());
        let folder = family
            .rsplit_once('/')
            .and_then(|(folder, _)| slug(folder, 30))
            .filter(|name| !["ci", "codebuild", "aws"].contains(&name.as_str()));
        let called = container.and_then(|(name, _)| slug(name, 30)).or(folder);
        names.push(called.unwrap_or_else(|| app.to_owned()));
    }
    // What is built comes first, so that others can take its image.
    let is_built =
        |name: &String| images.iter().any(|image| image.name.as_ref().is_some_and(|one| is_of(one, name)));
    names.sort_by_key(|name| !is_built(name));
    let mut all: Vec<Service> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let mut notes = Vec::new();
        let of_name = images.iter().find(|image| image.name.as_ref().is_some_and(|one| is_of(one, name)));
        let image = of_name.or_else(|| if at == 0 { images.first() } else { None });
        let (image, place, before_it) = match (image, all.first()) {
            (Some(found), _) => {
                let Some((way, built, done)) = found.built.last() else { continue };
                unclear(way, built, done, &mut notes, remarks);
                differences(name, found, remarks);
                (Image::Built(built.build.clone()), way.member.place(done.line), "docker build")
            }
            (None, Some(first)) => {
                notes.push(format!(
                    "no image of its own is built for it: it is taken to run that of `{}`",
                    first.name
                ));
                (Image::Of(first.name.clone()), last.member.place(1), "service in ECS")
            }
            (None, None) => (Image::None, last.member.place(1), "deploy"),
        };
        let deploy = deploy(name, ways, deployed.get(name), &image, &mut notes);
        let Some(deploy) = deploy else {
            remarks.push(last.member.remark(
                Weight::Lost,
                1,
                format!("`{name}` is deployed, and no buildspec of `{family}` builds its image"),
                "branchline deploys what it has built: give the service a `build`, or leave it out. Where `copilot` builds it, `branchline import copilot` \
                 reads how",
            ));
            continue;
        };
        let name = free(name, &all, before);
        comments.put(Spot::Service(name.clone()), notes.into_iter().map(|note| note + "."));
        all.push(Service { name, was: before_it.to_owned(), image, deploy, depends_on: Vec::new(), place });
    }
    all
}

/// A name that no other service has.
fn free(name: &str, all: &[Service], before: &[Service]) -> String {
    let is_free = |name: &str| !all.iter().chain(before).any(|one| one.name == name);
    let numbered =
        (2..).map(|number| format!("{}-{number}", name.get(..27).unwrap_or(name).trim_end_matches('-')));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| is_free(name)).unwrap_or_default()
}

fn of_container(action: &Action) -> Option<&String> {
    match action {
        Action::Container(name) => Some(name),
        _ => None,
    }
}

/// The images that are built, by name; where each way builds one, it is one image, whatever it is called.
fn images<'m>(ways: &'m [Way<'m>]) -> Vec<Found<'m>> {
    let of = |way: &'m Way<'m>| -> Vec<(&'m Built, &'m Done)> {
        let all = way.member.done.iter().filter_map(|done| match &done.action {
            Action::Build(built) => Some((built, done)),
            _ => None,
        });
        all.collect()
    };
    let is_single = ways.iter().all(|way| of(way).len() <= 1);
    let mut found: Vec<Found> = Vec::new();
    for way in ways {
        for (built, done) in of(way) {
            let name =
                built.repository.as_deref().and_then(|name| stem(name.rsplit('/').next().unwrap_or(name)));
            let known = found.iter_mut().find(|one| is_single || one.name == name);
            match known {
                Some(known) => {
                    known.name = known.name.take().or(name);
                    known.built.push((way, built, done));
                }
                None => found.push(Found { name, built: vec![(way, built, done)] }),
            }
        }
    }
    found
}

/// A name without the words that speak of an environment, as a service's.
fn stem(name: &str) -> Option<String> {
    let words = name.split(|one: char| !one.is_ascii_alphanumeric());
    let words: Vec<&str> =
        words.filter(|word| !word.is_empty() && group(&word.to_ascii_lowercase()).is_none()).collect();
    slug(&words.join("-"), 30)
}

/// Whether two names are of one thing: `shop-api` and `api`.
fn is_of(one: &str, other: &str) -> bool {
    one == other || one.ends_with(&format!("-{other}")) || other.ends_with(&format!("-{one}"))
}

/// By service without words of environments: by environment the cluster and the service.
fn deployed(ways: &[Way], remarks: &mut Vec<Remark>) -> BTreeMap<String, BTreeMap<String, (String, String)>> {
    let mut all: BTreeMap<String, BTreeMap<String, (String, String)>> = BTreeMap::new();
    for way in ways {
        for done in &way.member.done {
            let (cluster, service) = match &done.action {
                Action::Ecs { cluster, service } => (last_part(cluster), last_part(service)),
                Action::Copilot { workload: Some(workload), .. }
                    if slug(workload, 30).as_ref() == Some(workload) =>
                {
                    all.entry(workload.clone()).or_default();
                    continue;
                }
                _ => continue,
            };
            if let Some(name) = stem(service).filter(|_| is_name(service)) {
                let of = all.entry(name).or_default();
                if is_name(cluster) {
                    let new = (cluster.to_owned(), service.to_owned());
                    let first = of.entry(way.environment.clone()).or_insert_with(|| new.clone());
                    if *first != new {
                        remarks.push(way.member.remark(
                            Weight::Lost,
                            done.line,
                            format!("`{service}` in `{cluster}` is another place than `{}` in `{}`, to which `{}` is deployed", first.1, first.0, way.environment),
                            "an environment has one place for each service: see which is meant, or make another environment of it",
                        ));
                    }
                }
            }
        }
    }
    all
}

/// The name in an ARN.
fn last_part(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or(text)
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 200
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// How it is deployed; `None` for a service in ECS whose image nobody builds.
fn deploy(
    name: &str,
    ways: &[Way],
    deployed: Option<&BTreeMap<String, (String, String)>>,
    image: &Image,
    notes: &mut Vec<String>,
) -> Option<Deploy> {
    let tool = ways.iter().find_map(|way| {
        way.member
            .all(|action| match action {
                Action::Deploy(tool) => Some(*tool),
                _ => None,
            })
            .next()
    });
    let is_ecs = deployed.is_some() || ways.iter().any(|way| way.member.all(of_container).next().is_some());
    if let (false, Some((tool, _))) = (is_ecs, tool) {
        notes.push(format!("it was deployed by `{tool}`: write its commands here, with the `statements` of IAM that they need. They are the same \
                            in every environment, and `$ENVIRONMENT` says which it is"));
        // One that fails, so that no release passes the deploy over in silence.
        return Some(Deploy::Commands(vec![format!(
            "echo 'write how {name} is deployed: it was {tool}' >&2; exit 1"
        )]));
    }
    if *image == Image::None {
        return None;
    }
    let container =
        ways.iter().rev().find_map(|way| way.member.all(of_container).next()).map(|(name, _)| name);
    let container = container.filter(|name| is_name(name));
    if container.is_none() {
        notes.push(
            "no buildspec says the container: that it is called like the service is a guess".to_owned(),
        );
    }
    let container = container.cloned().unwrap_or_else(|| name.to_owned());
    let mut environments: Vec<&str> = ways.iter().map(|way| way.environment.as_str()).collect();
    environments.dedup();
    let names = deployed.cloned().unwrap_or_default();
    Some(Deploy::Ecs(pattern(name, &container, &environments, &names, notes)))
}

/// One pattern for all environments, and what differs from it.
fn pattern(
    name: &str,
    container: &str,
    environments: &[&str],
    names: &BTreeMap<String, (String, String)>,
    notes: &mut Vec<String>,
) -> Names<Ecs> {
    let ecs = |cluster: &str, service: &str, environment: &str| Ecs {
        cluster: cluster.to_owned(),
        service: service.to_owned(),
        container: container.to_owned(),
        roles: ["task", "execution"].map(|role| format!("{UNKNOWN}-{environment}-{role}")).to_vec(),
    };
    let mut votes: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (environment, (cluster, service)) in names {
        *votes.entry((generic(cluster, environment), generic(service, environment))).or_default() += 1;
    }
    let best = votes
        .into_iter()
        .max_by_key(|(pattern, votes)| (has_place(pattern), *votes))
        .map(|(pattern, _)| pattern);
    let unknown = || (format!("{UNKNOWN}-{{environment}}"), name.to_owned());
    let usable = best.filter(|pattern| has_place(pattern) || environments.len() == 1);
    let (cluster, service) = usable.unwrap_or_else(unknown);
    let mut taken: BTreeSet<(String, String)> = BTreeSet::new();
    let mut known = BTreeMap::new();
    for environment in environments {
        let filled =
            (cluster.replace("{environment}", environment), service.replace("{environment}", environment));
        match names.get(*environment) {
            Some(own) if *own == filled => {
                taken.insert(filled);
            }
            Some(own) if taken.insert(own.clone()) => {
                known.insert((*environment).to_owned(), ecs(&own.0, &own.1, environment));
            }
            Some((cluster, service)) => notes.push(format!(
                "`{environment}` deployed to `{service}` in `{cluster}`, as another environment does: one of the two is wrong, or they are in \
                 accounts of their own, which `account` of the environment says"
            )),
            None => notes.push(format!("no buildspec says to which cluster and service `{environment}` is deployed")),
        }
    }
    Names { pattern: ecs(&cluster, &service, "{environment}"), known }
}

fn has_place(pattern: &(String, String)) -> bool {
    pattern.0.contains("{environment}") || pattern.1.contains("{environment}")
}

/// A name with `{environment}` in place of the environment's.
fn generic(name: &str, environment: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for one in name.chars().chain(['\0']) {
        if one.is_ascii_alphanumeric() {
            word.push(one);
            continue;
        }
        out.push_str(if word == environment { "{environment}" } else { &word });
        word.clear();
        if one != '\0' {
            out.push(one);
        }
    }
    out
}

/// What of a build could not be made out.
fn unclear(way: &Way, built: &Built, done: &Done, notes: &mut Vec<String>, remarks: &mut Vec<Remark>) {
    for what in &built.unclear {
        notes.push(format!("{what} of `docker build` cannot be told, and is left out"));
        remarks.push(way.member.remark(
            Weight::Lost,
            done.line,
            format!("{what} of `docker build` cannot be told from the file, and is left out"),
            "write it under the service's `build`; a secret is mounted (`build.secrets`), and the commit is in the image's tag",
        ));
    }
}

/// One image is built and goes through all environments, so what differs cannot stay.
fn differences(name: &str, found: &Found, remarks: &mut Vec<Remark>) {
    let Some((last, taken, _)) = found.built.last() else { return };
    for (way, built, done) in &found.built {
        let differs = parts(&built.build, &taken.build);
        if !differs.is_empty() {
            remarks.push(way.member.remark(
                Weight::Mistake,
                done.line,
                format!("the image of `{name}` for `{}` is another one than for `{}`: {}", way.member.name, last.member.name, differs.join("; ")),
                "what was tested is not what is deployed in the end. One image is built now and goes through all environments, as that of the \
                 last one is: make what has to differ a variable of the task definition",
            ));
        }
    }
}

fn parts(one: &Build, other: &Build) -> Vec<String> {
    let shown = |text: &Option<String>, usual: &str| text.clone().unwrap_or_else(|| usual.to_owned());
    let mut differs = Vec::new();
    for (what, one, other) in [
        ("Dockerfile", shown(&one.dockerfile, "Dockerfile"), shown(&other.dockerfile, "Dockerfile")),
        ("context", shown(&one.context, "."), shown(&other.context, ".")),
        ("stage", shown(&one.target, "the last"), shown(&other.target, "the last")),
    ] {
        if one != other {
            differs.push(format!("{what} `{one}` and `{other}`"));
        }
    }
    let names: BTreeSet<&String> = one.args.keys().chain(other.args.keys()).collect();
    for name in names {
        if one.args.get(name) != other.args.get(name) {
            let value = |build: &Build| {
                build.args.get(name).map_or("nothing".to_owned(), |value| format!("`{value}`"))
            };
            differs.push(format!("argument `{name}` {} and {}", value(one), value(other)));
        }
    }
    if one.is_arm != other.is_arm {
        differs.push("processor".to_owned());
    }
    differs
}
