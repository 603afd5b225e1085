//! Stacks on their way out of AWS: read, judged, waited for, deleted. What `destroy` and `apply --prune` have in common.

pub(super) mod telling;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::Exit;
use super::apply::role_arn;
use super::apply::telling::news;
use super::aws::failed;
use crate::change::stack::leaving::{
    Bases, Choice, Consent, Key, Ours, Refusal, Sight, Wish, choose, refusals, roll,
};
use crate::change::stack::steps::Step;
use crate::document::stacks::{Purpose, Stack, stacks};
use crate::edge::aws::carry::Outcome;
use crate::edge::aws::leaving::{Questions, all, hindrances, insides};
use crate::edge::aws::pause::Pause;
use crate::edge::aws::remove::{self, Removal};
use crate::edge::aws::{Aws, Failure, Session};
use crate::edge::terminal::Terminal;
use crate::pipeline::text::{Part, Place};
use crate::pipeline::{Plan, names};

/// Between two messages of what is waited for.
const MINUTE: Duration = Duration::from_mins(1);

/// What was found at one time.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    pub(super) sight: Sight,
    pub(super) choice: Choice,
}

/// Stacks on their way out.
pub(super) struct Leaving<'p> {
    plan: &'p Plan<'p>,
    /// The stacks that the map asks for, those of environments that wait for a branch among them.
    asked: Vec<Stack>,
    wish: Wish,
    consent: Consent,
    /// The name of the role that CloudFormation deletes with, where one was said.
    pub(super) role: Option<String>,
    /// As it was before anything was deleted: what is told.
    pub(super) first: View,
    now: View,
    /// What became of stacks.
    pub(super) outcomes: BTreeMap<Key, Outcome>,
}

impl<'p> Leaving<'p> {
    /// What a person named of an app. Nothing is asked yet.
    pub(super) fn new(plan: &'p Plan<'p>, wish: Wish, consent: Consent) -> Self {
        let waiting = plan.waiting_environments().map(|environment| Stack {
            purpose: Purpose::Environment(environment.name.clone()),
            name: names::environment_stack(&plan.config.stem, &environment.name),
            place: plan.place_of(environment),
            template: String::new(),
            keys: BTreeMap::new(),
        });
        let asked = stacks(plan).into_iter().chain(waiting).collect();
        let (first, now) = (View::default(), View::default());
        Leaving { plan, asked, wish, consent, role: None, first, now, outcomes: BTreeMap::new() }
    }

    /// Where it is looked: where the pipelines are, and where something stands that was named. What uses a base stack may be
    /// anywhere, and so may be what the map does not have.
    fn places(&self) -> BTreeSet<Place> {
        let mut places = BTreeSet::from([self.plan.home.clone()]);
        let of_environment = |name: &String| {
            let known = self.asked.iter().find(|one| one.purpose == Purpose::Environment(name.clone()));
            known.map(|one| one.place.clone())
        };
        let named: Option<Vec<Place>> = self.wish.environments.iter().map(of_environment).collect();
        match named {
            Some(named) if !self.wish.everything && self.wish.bases == Bases::None => places.extend(named),
            _ => places.extend(self.asked.iter().map(|one| one.place.clone())),
        }
        places
    }

    /// Reads what stands and what is to be known of it. With `judged` AWS is asked what speaks against it, too.
    pub(super) fn read(&mut self, aws: &Aws, session: &mut Session, judged: bool) -> Result<(), Failure> {
        self.now = aws.wait(self.view(session, judged))?;
        if self.outcomes.is_empty() {
            self.first = self.now.clone();
        }
        Ok(())
    }

    async fn view(&self, session: &mut Session, judged: bool) -> Result<View, Failure> {
        let config = self.plan.config;
        let found = all(session, &self.places()).await?;
        let roll = roll((&config.app, &config.stem), &self.asked, &found);
        let choice = choose(&self.wish, &config.stem, &roll, &self.asked);
        let mut keys: BTreeSet<Key> = choice.stacks.iter().map(Ours::key).collect();
        let has_environment = choice.stacks.iter().any(|one| matches!(one.purpose, Purpose::Environment(_)));
        if has_environment {
            // Whether one of the pipelines that stay uses it.
            let pipelines = roll.ours.iter().filter(|one| matches!(one.purpose, Purpose::Pipeline(_)));
            keys.extend(pipelines.map(Ours::key));
        }
        let insides = insides(session, keys.into_iter().collect()).await?;
        // What is gone by now is nobody's to delete.
        let chosen = choice.stacks.iter().filter(|one| insides.contains_key(&one.key())).cloned().collect();
        let mut sight = Sight { roll, chosen, insides, ..Sight::default() };
        if judged {
            sight.hindrances = hindrances(session, self.questions(&sight)).await?;
        }
        Ok(View { sight, choice })
    }

    fn questions(&self, sight: &Sight) -> Questions {
        let chosen = || sight.chosen.iter();
        let pipelines =
            chosen().filter_map(|one| Some((one.place.clone(), sight.pipeline_of(one)?.to_owned())));
        let exports =
            chosen().flat_map(|one| one.standing.exports.keys().map(|name| (one.key(), name.clone())));
        let bucket = names::lock_bucket(&self.plan.config.stem, &self.plan.home);
        let bucket = bucket.resolve(|part| match part {
            Part::Account(text) | Part::Region(text) => text.to_string(),
            // A bucket's name has no other parts.
            _ => String::new(),
        });
        let locks = chosen().filter_map(|one| match &one.purpose {
            Purpose::Environment(name) => {
                Some((self.plan.home.clone(), name.clone(), bucket.clone(), names::lock_object(name)))
            }
            Purpose::Base | Purpose::Pipeline(_) => None,
        });
        Questions { pipelines: pipelines.collect(), exports: exports.collect(), locks: locks.collect() }
    }

    /// All that speaks against it, by what was read last.
    pub(super) fn refusals(&self) -> Vec<Refusal> {
        refusals(&self.now.sight, &self.now.choice, self.consent)
    }

    /// Waits for what passes by itself, if that was asked for; what speaks against it then. What does not pass is not waited
    /// for.
    pub(super) fn hindered(
        &mut self,
        aws: &Aws,
        session: &mut Session,
        terminal: &mut Terminal,
    ) -> Result<Vec<Refusal>, Exit> {
        let (mut pause, mut since_told) = (Pause::long(), MINUTE);
        loop {
            let refusals = self.refusals();
            let Some(first) = refusals.first() else { return Ok(refusals) };
            if !self.consent.wait || !refusals.iter().all(Refusal::passes) {
                return Ok(refusals);
            }
            if since_told >= MINUTE {
                since_told = Duration::ZERO;
                terminal.message(format_args!("waiting: {first}\n"));
            }
            since_told += pause.next();
            aws.wait(pause.wait());
            self.read(aws, session, true).map_err(|failure| failed(&failure, terminal))?;
        }
    }

    /// Deletes what was chosen: pipelines, then environments, then bases. Before each step but the first everything is read and
    /// judged anew: minutes have passed. Whether all went well.
    pub(super) fn carry_out(
        &mut self,
        aws: &Aws,
        session: &mut Session,
        terminal: &mut Terminal,
    ) -> Result<bool, Exit> {
        for step in Step::ALL.into_iter().rev() {
            let is_of_step = |one: &&Ours| step.has(&one.purpose);
            if !self.now.sight.chosen.iter().any(|one| is_of_step(&one)) {
                continue;
            }
            if !self.outcomes.is_empty() {
                self.read(aws, session, true).map_err(|failure| failed(&failure, terminal))?;
                let refusals = self.hindered(aws, session, terminal)?;
                if !refusals.is_empty() {
                    telling::refused(&refusals, terminal);
                    return Ok(false);
                }
            }
            let work: Vec<Ours> = self.now.sight.chosen.iter().filter(is_of_step).cloned().collect();
            let mut removals = Vec::with_capacity(work.len());
            for ours in &work {
                let clients =
                    aws.wait(session.at(&ours.place)).map_err(|failure| failed(&failure, terminal))?;
                let pipeline = self.now.sight.pipeline_of(ours).map(str::to_owned);
                removals.push(Removal {
                    clients,
                    stack: ours.name.clone(),
                    app: self.plan.config.app.clone(),
                    still: pipeline.filter(|_| !self.consent.interrupt),
                    waits: self.consent.wait,
                    role: self.role.as_deref().map(|name| role_arn(&ours.place, name)),
                });
            }
            let ended = aws.wait(remove::all(removals, |event| news(&event, terminal)));
            let is_good = ended.iter().all(Outcome::is_good);
            self.outcomes.extend(work.iter().map(Ours::key).zip(ended));
            if !is_good {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
