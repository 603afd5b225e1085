//! Rules, services and environments of all pipelines made whole, once each pipeline was read.

use std::collections::{BTreeMap, BTreeSet};

use super::super::image;
use super::super::names::{joined, words};
use super::super::services::services;
use super::super::triggers::Way;
use super::{Gathered, Gathering, told};
use crate::config::raw::RawProvider;
use crate::import::draft::{Draft, Rule, Spot, Start};
use crate::import::remark::{Remark, Weight};

impl Gathering {
    /// Takes out the rules that would start for branches which their pipeline leaves out: a rule takes all that its pattern matches,
    /// but for what a narrower rule takes.
    fn excluded(&mut self) {
        loop {
            let branches: BTreeSet<String> =
                self.rules.iter().filter_map(|(way, ..)| way.branch.clone()).collect();
            let left_out = |way: &Way| way.excludes.iter().find(|one| !branches.contains(*one)).cloned();
            let (kept, gone): (Vec<_>, Vec<_>) =
                std::mem::take(&mut self.rules).into_iter().partition(|(way, ..)| left_out(way).is_none());
            self.rules = kept;
            if gone.is_empty() {
                return;
            }
            for (way, rule, _) in gone {
                let exclude = left_out(&way).unwrap_or_default();
                let what = format!(
                    "`{}` leaves out the branches `{exclude}`, and no rule can: none is written for `{}`",
                    rule.pipeline, rule.start.branch
                );
                let help = "a rule takes what its pattern matches, but for what a narrower rule takes: write one whose pattern is without \
                            them";
                self.say(Weight::Lost, &way.place, what, help);
            }
        }
    }

    /// The draft, and what is to be known of it.
    pub(super) fn finish(mut self) -> Gathered {
        self.excluded();
        let mut secrets = BTreeSet::new();
        let builds: Vec<_> = self.specs().iter().flat_map(|spec| image::builds(spec, &mut secrets)).collect();
        self.remarks.extend(secrets.iter().map(|name| told::argument(name)));
        let mut reached: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (_, rule, of_services) in &self.rules {
            for service in of_services.keys() {
                reached.entry(service.clone()).or_default().extend(rule.environments.iter().cloned());
            }
        }
        // What no rule deploys is nobody's.
        for (name, all) in &mut self.deployed {
            all.retain(|one| reached.get(name).is_some_and(|there| there.contains(&one.environment)));
        }
        self.deployed.retain(|(_, all)| !all.is_empty());
        let (services, settings) = services(&self.deployed, &builds, &reached, &mut self.draft.notes);
        self.draft.services = services;
        self.draft.live.services = settings;
        self.keys();
        self.draft.environments = self.environments.finish(&mut self.remarks);
        let reached: BTreeSet<&String> =
            self.draft.rules.iter().flat_map(|rule| &rule.environments).collect();
        self.draft.environments.retain(|one| reached.contains(&one.name));
        let Gathering { mut draft, home, mut remarks, .. } = self;
        let app = draft.source.as_ref().and_then(|source| app(&source.repository));
        if let Some(source) = draft.source.as_ref().filter(|one| one.provider != RawProvider::CodeCommit) {
            let note = format!(
                "taken to be on {}: a connection does not say its host, which `provider` names.",
                host(source.provider)
            );
            draft.notes.note(Spot::Source, note);
        }
        remarks.extend(afterwards(&draft, app.as_deref()));
        Gathered { app, account: home.account, region: home.region, draft, remarks }
    }

    /// Keys of the rules: the branch, or the pipeline's name where a branch has several, or none starts it.
    fn keys(&mut self) {
        let rules = std::mem::take(&mut self.rules);
        let mut of_branch: BTreeMap<&String, usize> = BTreeMap::new();
        for (_, rule, _) in &rules {
            *of_branch.entry(&rule.start.branch).or_default() += 1;
        }
        let all: BTreeSet<&String> = self.draft.services.iter().map(|service| &service.name).collect();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let (mut made, mut remarks) = (Vec::new(), Vec::new());
        for (way, rule, of_services) in &rules {
            let is_branch = way.branch.is_some() && of_branch.get(&rule.start.branch) == Some(&1);
            let own = joined(words(&rule.pipeline).iter().map(String::as_str))
                .unwrap_or_else(|| "pipeline".to_owned());
            let own = match way {
                Way { tags: Some(_), .. } => format!("{own}-tags"),
                _ => own,
            };
            let key = if is_branch { rule.start.branch.clone() } else { free(&own, &taken) };
            taken.insert(key.clone());
            told::gaps(rule, of_services, &mut remarks);
            let names: Vec<String> = of_services.keys().cloned().collect();
            let is_part = names.iter().collect::<BTreeSet<_>>() != all;
            let start = Start {
                branch: rule.start.branch.clone(),
                tags: way.tags.clone().unwrap_or_default(),
                paths: way.paths.clone().unwrap_or_default(),
                mode: self.superseded.contains(&rule.pipeline).then_some("superseded"),
            };
            made.push(Rule { key, start, services: is_part.then_some(names), ..rule.clone() });
        }
        self.remarks.extend(remarks);
        self.draft.rules = made;
    }
}

/// What is not as it was once the map is applied.
fn afterwards(draft: &Draft, app: Option<&str>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if let Some(app) = app {
        remarks.push(Remark {
            weight: Weight::Kept,
            what: format!("without `--app`, the app is called `{app}`, after the repository"),
            help: "the names of everything that is made in AWS begin with the app's".to_owned(),
            place: None,
        });
    }
    if !draft.rules.is_empty() {
        remarks.push(Remark {
            weight: Weight::Changed,
            what: "roles, buckets and keys of the pipelines are made anew".to_owned(),
            help: "those that exist can be kept: `roles` and `artifacts`. Nothing of the old pipelines is changed or deleted: stop \
                   them before the first release of the new ones, which have other names"
                .to_owned(),
            place: None,
        });
    }
    if !draft.rules.is_empty() {
        remarks.push(Remark {
            weight: Weight::Changed,
            what: "whether a way between stages of the old pipelines is closed is not known".to_owned(),
            help: "`aws codepipeline get-pipeline-state` tells it: ways of the new ones are open, unless `branchline apply --closed` makes them"
                .to_owned(),
            place: None,
        });
    }
    for rule in &draft.rules {
        let name = joined(words(&rule.key).iter().map(String::as_str)).unwrap_or_default();
        if app.is_some_and(|app| rule.pipeline == format!("{app}-{name}")) {
            remarks.push(Remark {
                weight: Weight::Lost,
                what: format!("the pipeline `{}` has the name that the new one would get", rule.pipeline),
                help: "`branchline apply` makes none where one stands that is not its own: give the rule another `name`, or say `--app`".to_owned(),
                place: Some(rule.place.clone()),
            });
        }
    }
    remarks
}

/// A name that no rule has yet.
pub(super) fn free(name: &str, taken: &BTreeSet<String>) -> String {
    let mut numbered = (2..).map(|number| format!("{name}-{number}"));
    if !taken.contains(name) {
        return name.to_owned();
    }
    numbered.find(|name| !taken.contains(name)).unwrap_or_default()
}

/// An app's name out of a repository's: at most 20 characters (`config/schema/formats/table.rs`).
fn app(repository: &str) -> Option<String> {
    let words = words(repository.rsplit('/').next()?);
    let mut name = joined(words.iter().map(String::as_str))?;
    name.truncate(20);
    Some(name.trim_end_matches('-').to_owned())
}

fn host(provider: crate::config::raw::RawProvider) -> &'static str {
    use crate::config::raw::RawProvider as Provider;
    match provider {
        Provider::GitLab | Provider::GitLabSelfManaged => "gitlab.com",
        Provider::Bitbucket => "bitbucket.org",
        _ => "github.com",
    }
}
