//! All pipelines together, to one draft.

mod environments;
mod finish;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use environments::Environments;
use finish::free;

use super::actions::Target;
use super::gates;
use super::model::{Action, Declared, Home, Project};
use super::reading::{self, Given};
use super::services::Deployed;
use super::source::{self, is_connection};
use super::stages::visits;
use super::triggers::{Way, ways};
use crate::import::draft::{Draft, Rule, Spot, Start};
use crate::import::remark::{Place, Remark, Weight};
use crate::operate::plain;

/// What was made of the pipelines.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// The app's name, made of the repository's.
    pub app: Option<String>,
    /// The account of the pipelines.
    pub account: Option<String>,
    /// Their region.
    pub region: Option<String>,
    /// The map.
    pub draft: Draft,
    /// What is to be known.
    pub remarks: Vec<Remark>,
}

/// What a person said, and what was looked up.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The account that was named.
    pub account: Option<String>,
    /// The region that was named.
    pub region: Option<String>,
    /// Projects as AWS has them: name, and the JSON of `BatchGetProjects`.
    pub projects: Vec<(String, String)>,
    /// Buildspecs that stand in the repository, by path.
    pub buildspecs: BTreeMap<String, String>,
}

/// The names of the CodeBuild projects that the pipelines of these texts run in their own account and region.
pub fn projects_of(texts: &[Given]) -> BTreeSet<String> {
    let read = reading::read(texts, &Home::default());
    let actions = read.pipelines.iter().flat_map(|one| &one.stages).flat_map(|stage| &stage.actions);
    let here = actions.filter(|action| action.provider == "CodeBuild" && action.home.region.is_none());
    here.filter_map(|action| action.setting("ProjectName").map(str::to_owned)).collect()
}

/// The paths of buildspecs that projects read from the repository.
pub fn buildspecs_of(texts: &[Given], known: &Known) -> BTreeSet<String> {
    let mut projects = reading::read(texts, &Home::default()).projects;
    projects.extend(reading::projects(known.pairs()));
    let paths = projects.into_values().map(|one| one.buildspec.unwrap_or_else(|| USUAL.to_owned()));
    paths.filter(|path| is_path(path)).collect()
}

/// The buildspec that CodeBuild takes where a project names none (CodeBuild user guide, "Buildspec file name and storage location").
const USUAL: &str = "buildspec.yml";

/// Whether a buildspec is a path inside of the repository, and no text of its own.
fn is_path(buildspec: &str) -> bool {
    !buildspec.contains(['\n', ':', '\\'])
        && !buildspec.starts_with('/')
        && buildspec.split('/').all(|part| !part.is_empty() && part != "..")
}

impl Known {
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.projects.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }
}

/// Brings them together.
pub fn gather(texts: &[Given], known: &Known) -> Gathered {
    let home = Home { account: known.account.clone(), region: known.region.clone() };
    let reading::Read { pipelines, mut projects, remarks } = reading::read(texts, &home);
    projects.extend(reading::projects(known.pairs()));
    for project in projects.values_mut() {
        // A path stands for the file, where the repository has it; nothing for the one that is taken then.
        let path = project.buildspec.as_deref().unwrap_or(USUAL);
        if let Some(text) = known.buildspecs.get(path) {
            project.buildspec = Some(text.clone());
        }
    }
    let mut gathering =
        Gathering { projects, home: home_of(&pipelines, home), remarks, ..Gathering::default() };
    let sources: Vec<source::Found> =
        pipelines.iter().map(|one| source::source(one, &gathering.home, &mut gathering.remarks)).collect();
    for (pipeline, source) in pipelines.iter().zip(&sources) {
        if gathering.source(pipeline, source) {
            gathering.pipeline(pipeline, source);
        }
    }
    gathering.finish()
}

#[derive(Default)]
struct Gathering {
    projects: BTreeMap<String, Project>,
    home: Home,
    remarks: Vec<Remark>,
    draft: Draft,
    environments: Environments,
    /// What each service is deployed to, in the order of the services.
    deployed: Vec<(String, Vec<Deployed>)>,
    /// By rule: what it is started by, and the services that it deploys, with the environments of each.
    rules: Vec<(Way, Rule, BTreeMap<String, BTreeSet<String>>)>,
    /// Pipelines in which a newer execution takes the place of one that waits.
    superseded: BTreeSet<String>,
    /// Visits so far.
    visits: usize,
}

impl Gathering {
    fn say(&mut self, weight: Weight, place: &Place, what: String, help: &str) {
        self.remarks.push(Remark { weight, what, help: help.to_owned(), place: Some(place.clone()) });
    }

    /// Where the code comes from: the first pipeline says it. One of another repository has no rule here.
    fn source(&mut self, pipeline: &Declared, found: &source::Found) -> bool {
        if let Some(source) = &found.source {
            match &self.draft.source {
                None => self.draft.source = Some(source.clone()),
                Some(first) if first.repository != source.repository => {
                    let what =
                        format!("`{}` is of another repository, `{}`", pipeline.name, source.repository);
                    self.say(
                        Weight::Lost,
                        &pipeline.place,
                        what,
                        "it has no rule: each repository has a map of its own, so import its pipelines there",
                    );
                    return false;
                }
                Some(_) => {}
            }
        }
        if let Some(arn) = found.connection.as_ref().filter(|arn| is_connection(arn)) {
            let known = &mut self.draft.live.source.connection;
            if known.is_none() {
                *known = Some(arn.clone());
            } else if known.as_ref() != Some(arn) {
                let what = format!("`{}` reaches the repository by another connection", pipeline.name);
                self.say(Weight::Changed, &pipeline.place, what, "all pipelines go by one connection now");
            }
        }
        true
    }

    fn pipeline(&mut self, pipeline: &Declared, source: &source::Found) {
        let found = visits(pipeline, &self.projects, &mut self.remarks);
        self.elsewhere(pipeline);
        self.others(pipeline, &found);
        let ways = ways(pipeline, source, !found.all.is_empty(), &mut self.remarks);
        if ways.is_empty() {
            let what = format!("no branch and no tag starts `{}`", pipeline.name);
            self.say(
                Weight::Lost,
                &pipeline.place,
                what,
                "it has no rule: write one for the branch that it was meant for",
            );
            return;
        }
        let mut environments: Vec<String> = Vec::new();
        let mut of_services: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for visit in &found.all {
            self.visits += 1;
            let name =
                self.environments.enter(pipeline, visit, &self.home, &mut self.draft, &mut self.remarks);
            let mut here: BTreeMap<String, &Target> = BTreeMap::new();
            for deploy in &visit.deploys {
                if self.is_elsewhere(deploy.action, &name) {
                    let what = format!(
                        "`{}` in the stage `{}` of `{}` deploys to another account or region than its environment `{name}`",
                        deploy.action.name, visit.stage.name, pipeline.name
                    );
                    let help = "an environment is in one account and region, and this deploy is not carried over: write an environment of its own \
                                for it, with the approval that was before it";
                    self.say(Weight::Lost, &deploy.action.place, what, help);
                    continue;
                }
                let mut service = deploy.target.service(deploy.action, &name, &pipeline.name);
                // Two of one name in one visit are two services, unless they are deployed to the same.
                if here.get(&service).is_some_and(|there| **there != deploy.target) {
                    let taken: BTreeSet<String> = here.keys().cloned().collect();
                    let short: String = service.chars().take(26).collect();
                    service = free(short.trim_end_matches('-'), &taken);
                }
                here.insert(service.clone(), &deploy.target);
                of_services.entry(service.clone()).or_default().insert(name.clone());
                let one = Deployed {
                    environment: name.clone(),
                    target: deploy.target.clone(),
                    at: (self.visits, deploy.action.order),
                    place: deploy.action.place.clone(),
                };
                match self.deployed.iter_mut().find(|(name, _)| *name == service) {
                    Some((_, all)) => all.push(one),
                    None => self.deployed.push((service, vec![one])),
                }
            }
            if visit.stage.is_conditional {
                let note = format!(
                    "the stage `{}` of `{}` is there only by a condition of the template: is it meant to be deployed to?",
                    visit.stage.name, pipeline.name
                );
                self.draft.notes.note(Spot::Environment(name.clone()), plain(&note));
            }
            let settings = self.draft.live.environments.entry(name.clone()).or_default();
            gates::before(&visit.entry, settings, &name, &mut self.remarks);
            gates::after(visit.stage, settings, &name, &mut self.remarks);
            if !environments.contains(&name) {
                environments.push(name);
            }
        }
        if environments.is_empty() {
            let what = format!("nothing is deployed by `{}`", pipeline.name);
            let help = "no stage of it deploys as far as this can be seen: where one does, write the rule and what it deploys";
            self.say(Weight::Lost, &pipeline.place, what, help);
            return;
        }
        if source.is_unsaid && pipeline.triggers.is_empty() {
            let note = format!(
                "whether a push starts `{}` is not known, and it starts the rule: take the rule out where that is not meant.",
                pipeline.name
            );
            self.draft.notes.note(Spot::Source, plain(&note));
        }
        for way in ways {
            let rule = Rule {
                key: String::new(),
                start: Start::of(started_by(&way)),
                environments: environments.clone(),
                services: None,
                pipeline: pipeline.name.clone(),
                place: pipeline.place.clone(),
            };
            self.mode(pipeline, &way);
            self.rules.push((way, rule, of_services.clone()));
        }
    }

    /// Whether an action deploys to another account or region than its environment has.
    fn is_elsewhere(&self, action: &Action, environment: &str) -> bool {
        let Some(there) = self.draft.places.get(environment) else { return false };
        let own = |own: &Option<String>, home: &Option<String>| {
            own.clone().filter(|one| Some(one) != home.as_ref())
        };
        own(&action.home.account, &self.home.account) != there.account
            || own(&action.home.region, &self.home.region) != there.region
    }

    fn mode(&mut self, pipeline: &Declared, way: &Way) {
        if pipeline.mode.as_deref() == Some("PARALLEL") {
            let what = format!("executions of `{}` run side by side (`PARALLEL`)", pipeline.name);
            self.say(
                Weight::Lost,
                &way.place,
                what,
                "they queue now: two releases at once would be two migrations at once",
            );
        }
    }
}

/// What starts a rule, in one text: the branch, or what it is instead.
fn started_by(way: &Way) -> String {
    match (&way.branch, &way.tags) {
        (Some(branch), _) => branch.clone(),
        (None, Some(tags)) => format!("tags {}", tags.includes.join(", ")),
        (None, None) => String::new(),
    }
}

/// Account and region: what a person says, else what the first pipeline says that says it.
fn home_of(pipelines: &[Declared], said: Home) -> Home {
    let first = |of: fn(&Home) -> Option<&String>| pipelines.iter().find_map(|one| of(&one.home)).cloned();
    Home {
        account: said.account.or_else(|| first(|home| home.account.as_ref())),
        region: said.region.or_else(|| first(|home| home.region.as_ref())).or_else(|| {
            // A connection is in the region of the pipelines that were made with it, as the console does it.
            let actions = pipelines.iter().flat_map(|one| &one.stages).flat_map(|stage| &stage.actions);
            let mut arns = actions.filter_map(|action| action.setting("ConnectionArn"));
            arns.find_map(|arn| super::names::home_of_arn(arn).region)
        }),
    }
}
