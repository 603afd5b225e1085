//! The environments of all pipelines: which of them are one, and what each is called.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{Action, Declared, Home};
use super::super::names::{environment_in, joined, of_stage, words};
use super::super::stages::{Visit, word_of};
use crate::import::draft::{Draft, Environment, Spot, Whereabouts};
use crate::import::remark::{Place, Remark, Weight};

/// The environments so far.
#[derive(Debug, Default)]
pub(super) struct Environments {
    /// By what is deployed to, the environment's name.
    by_target: BTreeMap<String, String>,
    /// By environment and service, what is deployed to.
    targets: BTreeMap<(String, String), String>,
    /// In their order.
    all: Vec<Environment>,
    /// By name: the pipelines that ask before it, and those that do not.
    asked: BTreeMap<String, (Pipelines, Pipelines)>,
}

/// Pipelines by name, each with where it says so.
type Pipelines = Vec<(String, Place)>;

impl Environments {
    /// The environment of a visit: one that is known by what is deployed to, or a new one.
    pub(super) fn enter(
        &mut self,
        pipeline: &Declared,
        visit: &Visit,
        home: &Home,
        draft: &mut Draft,
        remarks: &mut Vec<Remark>,
    ) -> String {
        let (proposed, is_plain) = proposed(pipeline, visit);
        let keys: BTreeSet<String> =
            visit.deploys.iter().filter_map(|deploy| deploy.target.key(deploy.action)).collect();
        let known = keys.iter().find_map(|key| self.by_target.get(key)).cloned();
        let name = match known {
            Some(name) => {
                if name != proposed {
                    remarks.push(Remark {
                        weight: Weight::Kept,
                        what: format!(
                            "the stage `{}` of `{}` is the environment `{name}`: it deploys to the same",
                            visit.stage.name, pipeline.name
                        ),
                        help: String::new(),
                        place: Some(visit.stage.place.clone()),
                    });
                }
                name
            }
            None => self.free(&proposed, pipeline, visit),
        };
        for deploy in &visit.deploys {
            let Some(key) = deploy.target.key(deploy.action) else { continue };
            self.by_target.entry(key.clone()).or_insert_with(|| name.clone());
            let service = deploy.target.service(deploy.action, &name, &pipeline.name);
            self.targets.entry((name.clone(), service)).or_insert(key);
        }
        if self.all.iter().all(|one| one.name != name) {
            self.all.push(Environment {
                name: name.clone(),
                approval: false,
                verify: Vec::new(),
                place: visit.stage.place.clone(),
            });
            if !is_plain || name != proposed {
                let note = format!(
                    "named after the stage `{}` of the pipeline `{}`: what is it called?",
                    visit.stage.name, pipeline.name
                );
                draft.notes.note(Spot::Environment(name.clone()), note);
            }
            let at = visit.deploys.first().map(|deploy| &deploy.action.home);
            let other = |own: Option<&String>, home: &Option<String>| {
                own.filter(|own| Some(*own) != home.as_ref()).cloned()
            };
            let account = other(at.and_then(|at| at.account.as_ref()), &home.account);
            let region = other(at.and_then(|at| at.region.as_ref()), &home.region);
            draft.places.insert(name.clone(), Whereabouts { account, region });
        }
        self.approvals(&name, pipeline, visit, draft, remarks);
        name
    }

    /// The proposed name, or one made with the pipeline's, where an environment of that name has the same service elsewhere.
    fn free(&self, proposed: &str, pipeline: &Declared, visit: &Visit) -> String {
        let is_other = |name: &str| {
            visit.deploys.iter().any(|deploy| {
                let service = deploy.target.service(deploy.action, name, &pipeline.name);
                let own = deploy.target.key(deploy.action);
                let there = self.targets.get(&(name.to_owned(), service));
                own.is_some() && there.is_some() && there != own.as_ref()
            })
        };
        if !is_other(proposed) {
            return proposed.to_owned();
        }
        let both: Vec<String> = words(proposed).into_iter().chain(words(&pipeline.name)).collect();
        let named = joined(both.iter().map(String::as_str)).unwrap_or_else(|| proposed.to_owned());
        let cut = |number: usize| {
            format!("{}-{number}", named.chars().take(26).collect::<String>().trim_end_matches('-'))
        };
        let mut candidates = std::iter::once(named.clone()).chain((2..1000).map(cut));
        candidates.find(|name| !is_other(name)).unwrap_or(named)
    }

    fn approvals(
        &mut self,
        name: &str,
        pipeline: &Declared,
        visit: &Visit,
        draft: &mut Draft,
        remarks: &mut Vec<Remark>,
    ) {
        let (asking, passing) = self.asked.entry(name.to_owned()).or_default();
        let Some(first) = visit.approvals.first() else {
            passing.push((pipeline.name.clone(), visit.stage.place.clone()));
            return;
        };
        asking.push((pipeline.name.clone(), first.place.clone()));
        if visit.approvals.len() > 1 {
            remarks.push(Remark {
                weight: Weight::Lost,
                what: format!("`{}` asks {} times before `{name}`", pipeline.name, visit.approvals.len()),
                help: "an environment has one approval: let one person answer for both, or put an environment between them".to_owned(),
                place: Some(first.place.clone()),
            });
        }
        let settings = draft.live.environments.entry(name.to_owned()).or_default();
        for ask in &visit.approvals {
            if let Some(topic) = ask.setting("NotificationArn") {
                if !is_topic(topic) {
                    remarks.push(told(
                        ask,
                        format!("the topic of the approval before `{name}` is not known"),
                        "write its ARN as `approval.notify`",
                    ));
                } else if settings.notify.as_deref().is_some_and(|first| first != topic) {
                    remarks.push(told(
                        ask,
                        format!("a second topic is told of approvals before `{name}`"),
                        "`notifications` tells as many as are named there",
                    ));
                } else {
                    settings.notify = Some(topic.to_owned());
                }
            }
            // CodePipeline takes 5 minutes to 60 days, as the map does.
            if let Some(minutes) = ask.timeout.filter(|minutes| (5..=86_400).contains(minutes)) {
                settings.approval_timeout = Some(format!("{minutes}m"));
            }
            if ask.setting("CustomData").is_some() || ask.setting("ExternalEntityLink").is_some() {
                remarks.push(Remark {
                    weight: Weight::Changed,
                    what: format!("what the approval before `{name}` shows is branchline's own text and link"),
                    help: "it names the commit, the branch, what is deployed there, and the migrations of the release".to_owned(),
                    place: Some(ask.place.clone()),
                });
            }
        }
    }

    /// All of them, with whether a person is asked: in one pipeline is in all.
    pub(super) fn finish(self, remarks: &mut Vec<Remark>) -> Vec<Environment> {
        let mut all = self.all;
        for one in &mut all {
            let Some((asking, passing)) = self.asked.get(&one.name) else { continue };
            one.approval = !asking.is_empty();
            let Some((first, _)) = asking.first() else { continue };
            for (pipeline, place) in passing {
                remarks.push(Remark {
                    weight: Weight::Changed,
                    what: format!(
                        "`{pipeline}` goes to `{}` without being asked, and `{first}` asks",
                        one.name
                    ),
                    help: "an approval is the environment's: every pipeline that leads there asks now"
                        .to_owned(),
                    place: Some(place.clone()),
                });
            }
        }
        all
    }
}

/// The name that an environment should have, and whether it is the stage's own but for capitals.
fn proposed(pipeline: &Declared, visit: &Visit) -> (String, bool) {
    if let Some(word) = &visit.word {
        return (word.clone(), false);
    }
    let stage = &visit.stage.name;
    let name = of_stage(stage)
        .or_else(|| visit.deploys.iter().find_map(word_of))
        .or_else(|| environment_in(&pipeline.name))
        .or_else(|| joined(words(&pipeline.name).iter().map(String::as_str)))
        .unwrap_or_else(|| "environment".to_owned());
    let is_plain = name == stage.to_ascii_lowercase();
    (name, is_plain)
}

fn told(ask: &Action, what: String, help: &str) -> Remark {
    Remark { weight: Weight::Lost, what, help: help.to_owned(), place: Some(ask.place.clone()) }
}

/// Whether a text is a standard topic's ARN, as the map takes it.
fn is_topic(arn: &str) -> bool {
    let parts: Vec<&str> = arn.split(':').collect();
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_'))
    };
    let home = super::super::names::home_of_arn(arn);
    home.account.is_some()
        && home.region.is_some()
        && matches!(parts.as_slice(), ["arn", _, "sns", ..])
        && parts.len() == 6
        && parts.last().is_some_and(|name| is_name(name))
}
