//! What people and chance do, and how it all comes to an end.

use super::{APPROVE, DEPLOY, Due, Line, MIGRATE, Place, Run};
use crate::contender::Call;

impl Line {
    /// Something happens.
    pub fn event(&mut self) -> Result<(), String> {
        // While somebody stands between a judgement and a write, what was judged is likely to change.
        let writes = |run: &Run| {
            matches!(&run.place, Place::Asks(_, contender) if contender.is_at("put-object")) && run.stalls > 0
        };
        if self.runs.iter().any(writes) && self.dice.one_in(4) && self.some_retry() {
            return Ok(());
        }
        match self.dice.below(40) {
            0 => {
                let most = if self.dice.one_in(4) { 600 } else { 60 };
                let moment = self.world.now + self.dice.seconds(most);
                self.until(moment)
            }
            1 => {
                self.somebody();
                Ok(())
            }
            2 | 3 => {
                self.some_retry();
                Ok(())
            }
            4 => {
                self.a_task_ends();
                Ok(())
            }
            _ => {
                let live: Vec<usize> = (0..self.runs.len())
                    .filter(|&number| !matches!(self.runs[number].place, Place::Ended(_)))
                    .collect();
                let of = live.len() + self.abandoned.len();
                if of == 0 {
                    self.somebody();
                    return Ok(());
                }
                let which = self.dice.below(of);
                match live.get(which) {
                    Some(&number) => self.moves(number),
                    None => self.goes_on(which - live.len()),
                }
            }
        }
    }

    /// A task that nobody waits for ends.
    fn a_task_ends(&mut self) {
        let orphans: Vec<usize> = (0..self.runs.len())
            .filter(|&number| {
                let run = &self.runs[number];
                self.world.tasks.contains(&run.id) && !matches!(run.place, Place::Works(_))
            })
            .collect();
        for number in orphans {
            if self.calm || self.dice.one_in(2) {
                self.say(number, "its task ends");
                self.world.tasks.remove(&self.runs[number].id);
            }
        }
    }

    /// A build that was abandoned does its next call; its end is nobody's.
    fn goes_on(&mut self, which: usize) -> Result<(), String> {
        let (id, mut contender) = self.abandoned.swap_remove(which);
        let mut wakes = self.world.now;
        if let Call::Sleep(seconds) = contender.at {
            wakes += seconds;
        }
        let asked = self.ask(&format!("the abandoned build of {id}"), &mut contender, &mut wakes);
        if !matches!(contender.at, Call::Ended(_)) {
            self.abandoned.push((id, contender));
        }
        asked
    }

    /// Somebody stops, rolls back or pushes.
    fn somebody(&mut self) {
        let number = self.dice.below(self.runs.len());
        let pipeline = self.runs[number].pipeline.clone();
        match (self.dice.below(8), &self.runs[number].place) {
            (0, place) if !matches!(place, Place::Ended(_)) => self.abandons(number),
            (1, place) if !matches!(place, Place::Ended(_)) => self.stops(number),
            (2 | 3, _) if self.runs.len() < self.most && self.is_free_to_roll_back(&pipeline) => {
                // One of itself that is still to come is late: the lock cannot know of it, and docs/lock.md says so.
                for (_, due) in &self.due {
                    if let Due::Rollback(of) = due
                        && self.runs[*of].pipeline == pipeline
                    {
                        self.runs[*of].deploy = None;
                    }
                }
                self.begin(&pipeline, true, Place::Between(DEPLOY));
            }
            (4 | 5, _) if self.runs.len() < self.most => self.push(&pipeline),
            _ => {}
        }
    }

    /// Nothing is in the stage of the deploy, or before it, or on its way there.
    fn is_free_to_roll_back(&self, pipeline: &str) -> bool {
        let here = |run: &Run| {
            run.place.stage() == Some(DEPLOY)
                || matches!(run.place, Place::Queued(DEPLOY) | Place::Between(DEPLOY))
        };
        !self.runs.iter().any(|run| run.pipeline == pipeline && here(run))
    }

    /// Something that has ended is tried again, if there is anything that can be.
    fn some_retry(&mut self) -> bool {
        let ended = |number: &usize| matches!(self.runs[*number].place, Place::Ended(Some(_)));
        let ended: Vec<usize> = (0..self.runs.len()).filter(ended).collect();
        if ended.is_empty() {
            return false;
        }
        let number = ended[self.dice.below(ended.len())];
        let Place::Ended(Some(stage)) = self.runs[number].place else { return false };
        self.retries(number, stage)
    }

    /// The stage is started again with all its actions, if CodePipeline lets it.
    fn retries(&mut self, number: usize, stage: &'static str) -> bool {
        let (pipeline, id) = (self.runs[number].pipeline.clone(), self.runs[number].id.clone());
        let found = self.world.pipeline(&pipeline).stage(stage);
        let is_last = found.latest.as_ref().is_some_and(|(latest, _)| *latest == id);
        if !is_last || !found.inbound.is_empty() {
            return false;
        }
        self.say(number, "is retried");
        // What a build of its own may still do that was abandoned before, the lock cannot hold back: docs/lock.md says so.
        let works = self.deploying.contains(&number);
        self.due.retain(|(_, due)| match due {
            Due::Rollback(of) | Due::Task(of) | Due::Deploy(of) => *of != number,
            Due::DeployEnds(of) => works || *of != number,
        });
        self.world.becomes(&pipeline, &id, "InProgress");
        self.enters(number, stage);
        true
    }

    /// The execution is stopped once its action has ended.
    fn stops(&mut self, number: usize) {
        if self.runs[number].stopping {
            return;
        }
        match self.runs[number].place {
            Place::Queued(_) | Place::Between(_) => self.abandons(number),
            _ => {
                self.say(number, "is told to stop");
                let run = &mut self.runs[number];
                run.stopping = true;
                self.world.becomes(&run.pipeline, &run.id, "Stopping");
            }
        }
    }

    /// The execution is stopped, and its build goes on.
    pub(super) fn abandons(&mut self, number: usize) {
        self.say(number, "is stopped, its action abandoned");
        let (pipeline, id) = (self.runs[number].pipeline.clone(), self.runs[number].id.clone());
        let place = std::mem::replace(&mut self.runs[number].place, Place::Ended(None));
        let stage = place.stage();
        let now = self.world.now;
        match place {
            Place::Asks(_, contender) => self.abandoned.push((id.clone(), contender)),
            Place::Has(DEPLOY) => {
                let begins = self.dice.seconds(200);
                let ends = begins + self.dice.seconds(if self.has_builds { 600 } else { 90 });
                self.due.push((now + begins, Due::Deploy(number)));
                self.due.push((now + ends, Due::DeployEnds(number)));
            }
            Place::Has(MIGRATE) => {
                let begins = self.dice.seconds(299);
                self.due.push((now + begins, Due::Task(number)));
            }
            Place::Works(DEPLOY) => {
                let ends = self.dice.seconds(if self.has_builds { 600 } else { 299 });
                self.due.push((now + ends, Due::DeployEnds(number)));
            }
            Place::Queued(stage) => self.leaves_the_queue(number, stage),
            // A build that only asks changes nothing.
            Place::Has(_) | Place::Works(_) | Place::Between(_) | Place::Elsewhere(_) | Place::Ended(_) => {}
        }
        self.verifying.remove(&number);
        if let Some(stage) = stage {
            self.world.enters(&pipeline, &id, stage, "Stopped");
        }
        self.ends(number, "Stopped", stage);
    }

    /// Nothing more goes wrong, everybody does what is to be done, and nobody approves anything: each build that waits must
    /// get the lock, or end with a message.
    pub fn calms_down(&mut self) -> Result<(), String> {
        self.note("all", "nothing more goes wrong");
        self.calm = true;
        self.world.fault = Box::new(|_| None);
        // A release holds the lock for some rounds; behind a failure, five minutes are a few.
        let rounds = 40 + 15 * self.runs.len();
        for _ in 0..rounds {
            if self.runs.iter().all(Self::rests) && self.abandoned.is_empty() && self.due.is_empty() {
                return Ok(());
            }
            self.a_task_ends();
            let moment = self.world.now + 20;
            self.until(moment)?;
            for number in 0..self.runs.len() {
                self.moves(number)?;
                // A build looks until it waits again.
                while matches!(&self.runs[number].place, Place::Asks(_, contender) if !matches!(contender.at, Call::Sleep(_)))
                {
                    self.moves(number)?;
                }
            }
            for which in (0..self.abandoned.len()).rev() {
                self.goes_on(which)?;
            }
        }
        let waiting: Vec<&str> =
            self.runs.iter().filter(|run| !Self::rests(run)).map(|run| run.id.as_str()).collect();
        Err(format!("after {rounds} rounds in which nothing went wrong, there still wait {waiting:?}"))
    }

    /// It has left the environment, or waits for who stands before an approval.
    fn rests(run: &Run) -> bool {
        match run.place {
            Place::Ended(_) | Place::Elsewhere(_) => true,
            Place::Queued(stage) => stage == APPROVE,
            _ => false,
        }
    }
}
