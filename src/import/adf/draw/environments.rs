//! A pipeline's targets as environments, in their order and with their approvals.

use std::collections::BTreeMap;

use super::super::super::buildspecs::secret::Safe;
use super::super::super::draft::{Environment, Spot, Whereabouts};
use super::super::super::file::File;
use super::super::super::reader::Located;
use super::super::super::remark::Weight;
use super::super::names::Key;
use super::super::pipeline::{Pipeline, Step};
use super::super::steps;
use super::super::target::{Goal, Stage};
use super::Drawing;
use crate::diagnostic::Span;

impl Drawing<'_> {
    /// The environments of a pipeline in their order.
    pub(super) fn environments(&mut self, file: &File, pipeline: &Pipeline) -> Vec<String> {
        let mut reached: Vec<String> = Vec::new();
        let mut times: BTreeMap<Key, usize> = BTreeMap::new();
        // An approval belongs before what comes next.
        let mut waiting: Option<&Stage> = None;
        let mut deployed: Vec<(&Step, Span, Vec<String>)> = Vec::new();
        for stage in &pipeline.stages {
            let names =
                self.stage(file, pipeline, stage, &mut times, waiting.take_if(|_| !stage.goals.is_empty()));
            if !names.is_empty() {
                match deployed.iter_mut().find(|(step, ..)| {
                    step.provider == stage.deploy.provider && step.settings() == stage.deploy.settings()
                }) {
                    Some((.., all)) => all.extend(names.clone()),
                    None => deployed.push((&stage.deploy, stage.place, names.clone())),
                }
            }
            reached.extend(names);
            if stage.is_approval {
                self.approval(file, pipeline, stage);
                waiting = Some(stage);
            }
        }
        if let Some(waiting) = waiting {
            let what = format!("`{}` ends with an approval, behind which nothing comes", pipeline.name.value);
            self.say(Weight::Lost, file, waiting.place, what, "it is left out");
        }
        for (step, span, names) in deployed {
            let settings = step.settings();
            let settings = if settings.is_empty() { String::new() } else { format!(", with {settings}") };
            let what = format!(
                "`{}` deployed to {} by {}{settings}",
                pipeline.name.value,
                names.join(", "),
                steps::called(&step.provider)
            );
            self.say(Weight::Lost, file, span, what, steps::deploy_help(&step.provider));
        }
        reached
    }

    /// What an approval said besides.
    fn approval(&mut self, file: &File, pipeline: &Pipeline, stage: &Stage) {
        if !stage.goals.is_empty() {
            let what = format!(
                "an approval of `{}` stands beside what is deployed in the same stage",
                pipeline.name.value
            );
            let help = "nothing in its stage waited for it, only what comes next: it stands before that here";
            self.say(Weight::Mistake, file, stage.place, what, help);
        }
        for key in ["message", "notification_endpoint", "sns_topic_arn"] {
            if let Some(value) = stage.deploy.property(key).filter(|_| stage.deploy.provider == "approval") {
                let safe = Safe::of(None, &value.value).text;
                let what = format!("an approval of `{}` has `{key}: {safe}`", pipeline.name.value);
                let help = if key == "message" {
                    "an approval of branchline's shows the commit and what is deployed already"
                } else {
                    "write the topic's ARN as `approval.notify` of the environment, or an address under `notifications`"
                };
                self.say(Weight::Lost, file, value.span, what, help);
            }
        }
    }

    /// The environments of one stage.
    fn stage(
        &mut self,
        file: &File,
        pipeline: &Pipeline,
        stage: &Stage,
        times: &mut BTreeMap<Key, usize>,
        waiting: Option<&Stage>,
    ) -> Vec<String> {
        let mut names = Vec::new();
        let regions: Vec<Option<String>> = if stage.regions.is_empty() {
            vec![None]
        } else {
            stage.regions.iter().map(|region| Some(region.value.clone())).collect()
        };
        for goal in &stage.goals {
            for region in &regions {
                let mut key =
                    Key { goal: goal.clone(), region: region.clone(), step: stage.name.clone(), time: 0 };
                let time = times.entry(key.clone()).or_default();
                key.time = *time;
                *time += 1;
                let name = self.names.environment(&key, stage.goals.len() > 1, regions.len() > 1);
                let is_first = names.is_empty();
                let approval = (is_first && waiting.is_some()) || stage.approves_change_sets;
                self.environment(file, stage, &name, &key, approval);
                names.push(name);
            }
        }
        if names.len() > 1 {
            let what = format!("`{}` deployed to {} side by side", pipeline.name.value, names.join(", "));
            let help = "an environment is one account and one region, and a rule goes through them one after the other: what fails keeps the \
                        next ones from being deployed";
            self.say(Weight::Changed, file, stage.place, what, help);
        }
        if stage.approves_change_sets {
            let what = format!(
                "`{}` asked for an approval of each change set{}",
                pipeline.name.value,
                if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) }
            );
            let help = "an approval of branchline's comes before anything is done in the environment: let the commands of `deploy` show the \
                        change set, or look at `branchline logs`";
            self.say(Weight::Changed, file, stage.place, what, help);
        }
        names
    }

    fn environment(&mut self, file: &File, stage: &Stage, name: &str, key: &Key, approval: bool) {
        let place = file.place(stage.place);
        if let Some(known) = self.draft.environments.iter_mut().find(|known| known.name == name) {
            let before = known.approval;
            known.approval |= approval;
            if before != approval {
                let what = format!("`{name}` asked for an approval in one pipeline and for none in another");
                let help = "an approval belongs to the environment, so that no branch goes round it: all ask for it now";
                self.say(Weight::Changed, file, stage.place, what, help);
            }
            return;
        }
        self.draft.environments.push(Environment {
            name: name.to_owned(),
            approval,
            verify: Vec::new(),
            place,
        });
        let account = match &key.goal {
            Goal::Account(id) => Some(id.clone()),
            _ => None,
        };
        self.draft.places.insert(name.to_owned(), Whereabouts { account, region: key.region.clone() });
        if let Some(note) = whereabouts(stage, &key.goal) {
            self.draft.notes.note(Spot::Environment(name.to_owned()), note);
        }
    }
}

/// What a person has to say of an environment's account, where the map does not.
fn whereabouts(stage: &Stage, goal: &Goal) -> Option<String> {
    let accounts = match goal {
        Goal::Account(_) => return None,
        Goal::Deployment => {
            return Some("ADF's deployment account, which is taken for that of the pipelines: else write its `account`.".to_owned());
        }
        Goal::Other(text) => format!("what ADF was told is no account ({text})"),
        Goal::Unit(path) => format!("ADF deployed to every account of the organizational unit {path}"),
        Goal::Tags(tags) => format!("ADF deployed to every account with the tags {tags}"),
    };
    let list = |values: &[Located<String>]| {
        values.iter().map(|value| value.value.as_str()).collect::<Vec<_>>().join(", ")
    };
    let exclude =
        if stage.exclude.is_empty() { String::new() } else { format!(", but for {}", list(&stage.exclude)) };
    let waves = if stage.has_waves { ", in waves" } else { "" };
    Some(format!(
        "{accounts}{exclude}{waves}. An environment is one account: write its `account`, without which it is that of the pipelines, and make one \
         environment for each."
    ))
}
