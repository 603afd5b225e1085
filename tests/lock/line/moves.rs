//! How an execution gets from one place to the next.

use super::{APPROVE, DEPLOY, Due, Line, MIGRATE, Place, VERIFY};
use crate::contender::Call;

impl Line {
    fn is_busy(&self, pipeline: &str, stage: &str) -> bool {
        self.runs.iter().any(|run| run.pipeline == pipeline && run.place.stage() == Some(stage))
    }

    /// It comes to a stage: enters it, or waits before it.
    fn comes(&mut self, number: usize, stage: &'static str) {
        let pipeline = self.runs[number].pipeline.clone();
        let queue = self.world.pipeline(&pipeline).stage(stage).inbound.clone();
        if !self.is_busy(&pipeline, stage) && queue.is_empty() {
            return self.enters(number, stage);
        }
        if self.superseding.contains(&pipeline) && !self.runs[number].rollback {
            for older in 0..self.runs.len() {
                let run = &self.runs[older];
                if queue.contains(&run.id) && !run.rollback && run.pipeline == pipeline {
                    self.say(older, "is superseded");
                    self.leaves_the_queue(older, stage);
                    self.ends(older, "Superseded", None);
                }
            }
        }
        self.say(number, &format!("waits before {stage}"));
        let id = self.runs[number].id.clone();
        self.world.pipeline(&pipeline).stage(stage).inbound.push(id);
        self.runs[number].place = Place::Queued(stage);
    }

    pub(super) fn leaves_the_queue(&mut self, number: usize, stage: &str) {
        let (pipeline, id) = (self.runs[number].pipeline.clone(), self.runs[number].id.clone());
        self.world.pipeline(&pipeline).stage(stage).inbound.retain(|other| *other != id);
    }

    /// It is in the stage, whose first action begins.
    pub(super) fn enters(&mut self, number: usize, stage: &'static str) {
        self.say(number, &format!("enters {stage}"));
        self.stands(number, stage, "InProgress");
        self.runs[number].place = if [MIGRATE, DEPLOY, VERIFY].contains(&stage) {
            Place::Asks(stage, self.contender(number, stage))
        } else {
            Place::Elsewhere(stage)
        };
    }

    fn stands(&mut self, number: usize, stage: &str, status: &'static str) {
        let run = &self.runs[number];
        self.world.enters(&run.pipeline, &run.id, stage, status);
    }

    /// The execution has this status, and goes no further by itself.
    pub(super) fn ends(&mut self, number: usize, status: &'static str, retried_in: Option<&'static str>) {
        self.say(number, &format!("is {status}"));
        let run = &mut self.runs[number];
        run.place = Place::Ended(retried_in);
        run.stopping = false;
        run.migration = None;
        run.of = None;
        self.world.becomes(&run.pipeline, &run.id, status);
    }

    /// Its stage fails; a rollback may follow.
    fn fails(&mut self, number: usize, stage: &'static str) {
        let status = if self.runs[number].stopping { "Stopped" } else { "Failed" };
        self.stands(number, stage, status);
        self.ends(number, status, Some(stage));
        if status == "Failed" && stage == DEPLOY && self.rolls_back && !self.runs[number].rollback {
            let delay = self.dice.seconds(299);
            self.due.push((self.world.now + delay, Due::Rollback(number)));
        }
    }

    fn succeeds(&mut self, number: usize, stage: &'static str) {
        self.stands(number, stage, "Succeeded");
        let next = match stage {
            _ if self.runs[number].stopping => return self.ends(number, "Stopped", None),
            _ if self.runs[number].rollback => None,
            MIGRATE => Some(DEPLOY),
            DEPLOY if self.stages.contains(&VERIFY) => Some(VERIFY),
            DEPLOY | VERIFY => Some(APPROVE),
            APPROVE => Some("Deploy-production"),
            _ => None,
        };
        self.say(number, &format!("is through {stage}"));
        match next {
            Some(next) => self.runs[number].place = Place::Between(next),
            None => self.ends(number, "Succeeded", None),
        }
    }

    /// An execution does its next thing.
    pub(super) fn moves(&mut self, number: usize) -> Result<(), String> {
        if self.runs[number].stalls > 0 && !self.calm {
            self.runs[number].stalls -= 1;
            return Ok(());
        }
        let place = std::mem::replace(&mut self.runs[number].place, Place::Ended(None));
        match place {
            Place::Between(stage) if self.calm || !self.dice.one_in(3) => self.comes(number, stage),
            Place::Queued(stage) => self.waits(number, stage),
            Place::Asks(stage, contender) => return self.asks(number, stage, contender),
            Place::Has(stage) => return self.has(number, stage),
            Place::Works(stage) => return self.works(number, stage),
            // Nobody approves anything any more: who waits for the environment must get it all the same.
            Place::Elsewhere(stage) if !self.calm && self.dice.one_in(20) => {
                if self.dice.one_in(2) {
                    self.succeeds(number, stage);
                } else {
                    self.fails(number, stage);
                }
            }
            place => self.runs[number].place = place,
        }
        Ok(())
    }

    fn waits(&mut self, number: usize, stage: &'static str) {
        let pipeline = self.runs[number].pipeline.clone();
        let first = self.world.pipeline(&pipeline).stage(stage).inbound.first().cloned();
        if first.as_ref() == Some(&self.runs[number].id) && !self.is_busy(&pipeline, stage) {
            self.leaves_the_queue(number, stage);
            self.enters(number, stage);
        } else {
            self.runs[number].place = Place::Queued(stage);
        }
    }

    fn asks(
        &mut self,
        number: usize,
        stage: &'static str,
        mut contender: Box<crate::contender::Contender>,
    ) -> Result<(), String> {
        if !self.calm && self.dice.one_in(200) {
            self.say(number, "its build crashes");
            self.fails(number, stage);
            return Ok(());
        }
        let who = self.runs[number].id.clone();
        let mut wakes = self.runs[number].wakes;
        let asked = self.ask(&who, &mut contender, &mut wakes);
        self.runs[number].wakes = wakes;
        match contender.at {
            Call::Ended(true) => {
                self.say(number, "has the lock");
                self.runs[number].place = Place::Has(stage);
            }
            Call::Ended(false) => {
                let log = contender.log();
                if !log.contains("FAILED: ") {
                    return Err(format!("{who} ended without a message:\n{log}"));
                }
                let last = log.lines().rfind(|line| line.contains("FAILED: ")).expect("a message");
                self.say(number, &format!("gives up: {last}"));
                self.fails(number, stage);
            }
            _ => {
                // A moment may be long, above all the one between a judgement and the write that follows from it.
                let sides = if contender.is_at("put-object") { 2 } else { 25 };
                if !self.calm && self.dice.one_in(sides) {
                    self.runs[number].stalls = self.dice.below(50);
                }
                self.runs[number].place = Place::Asks(stage, contender);
            }
        }
        asked
    }

    fn has(&mut self, number: usize, stage: &'static str) -> Result<(), String> {
        let (crashes, abandoned) = (self.dice.one_in(20), self.dice.one_in(15));
        if !self.calm && crashes {
            self.fails(number, stage);
        } else if !self.calm && abandoned {
            self.runs[number].place = Place::Has(stage);
            self.abandons(number);
        } else if stage == MIGRATE && self.world.tasks.contains(&self.runs[number].id) {
            self.say(number, "finds its own task, which runs on");
            self.fails(number, stage);
        } else if stage == VERIFY && self.recorded != Some(number) {
            self.say(number, "finds another's deploy, and verifies nothing");
            self.fails(number, stage);
        } else if !self.calm && self.dice.one_in(3) {
            self.runs[number].place = Place::Has(stage);
        } else {
            return self.work(number, stage);
        }
        Ok(())
    }

    fn works(&mut self, number: usize, stage: &'static str) -> Result<(), String> {
        let end = if self.calm { 0 } else { self.dice.below(12) };
        match end {
            0..=2 => {
                if stage == VERIFY && self.recorded != Some(number) {
                    return Err(format!("{} was verified by another's deploy", self.runs[number].id));
                }
                if stage == DEPLOY {
                    self.recorded = Some(number);
                }
                self.no_longer_works(number);
                self.succeeds(number, stage);
            }
            3 | 4 => {
                self.no_longer_works(number);
                self.fails(number, stage);
            }
            5 if stage == MIGRATE => {
                self.say(number, "its build is out of time; its task runs on");
                self.fails(number, stage);
            }
            _ => self.runs[number].place = Place::Works(stage),
        }
        Ok(())
    }

    pub(super) fn no_longer_works(&mut self, number: usize) {
        self.no_longer_deploys(number);
        self.verifying.remove(&number);
        self.world.tasks.remove(&self.runs[number].id);
    }
}
