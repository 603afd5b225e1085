//! What must hold whenever work begins.

use std::collections::BTreeSet;

use super::{DEPLOY, Line, MIGRATE, Place, VERIFY};

impl Line {
    /// The work of a stage begins: a migration's task, a deploy, or questions about it.
    pub(super) fn work(&mut self, number: usize, stage: &'static str) -> Result<(), String> {
        if stage == VERIFY {
            self.say(number, "verifies");
            self.runs[number].place = Place::Works(stage);
            self.verifying.insert(number);
            return self.one_at_a_time();
        }
        self.say(number, if stage == MIGRATE { "migrates" } else { "deploys" });
        let which = self.works.len();
        self.works.push(number);
        self.runs[number].place = Place::Works(stage);
        if stage == MIGRATE {
            self.world.tasks.insert(self.runs[number].id.clone());
            self.runs[number].migration = Some(which);
        } else {
            self.deploys(number);
            self.runs[number].deploy = Some(which);
        }
        self.one_at_a_time()?;
        if stage == DEPLOY {
            self.nothing_in_between(number)?;
        }
        Ok(())
    }

    /// A deploy begins, in a build where builds deploy.
    pub(super) fn deploys(&mut self, number: usize) {
        self.deploying.insert(number);
        if self.has_builds {
            self.world.builds.insert(self.runs[number].id.clone());
        }
    }

    pub(super) fn no_longer_deploys(&mut self, number: usize) {
        self.deploying.remove(&number);
        self.world.builds.remove(&self.runs[number].id);
    }

    /// No two executions migrate, deploy or verify at once. A task that runs on counts.
    pub(super) fn one_at_a_time(&self) -> Result<(), String> {
        let working = self.deploying.iter().chain(&self.verifying);
        let deploying = working.map(|&number| &self.runs[number].id);
        let all: BTreeSet<&String> = self.world.tasks.iter().chain(deploying).collect();
        if all.len() > 1 {
            return Err(format!("{all:?} work at once"));
        }
        Ok(())
    }

    /// Between the migration and the deploy of one execution nobody else works, and between a deploy that failed and its
    /// rollback only other rollbacks.
    fn nothing_in_between(&self, number: usize) -> Result<(), String> {
        let run = &self.runs[number];
        if let Some(from) = run.migration
            && self.works[from..].iter().any(|&other| other != number)
        {
            return Err(format!("others worked between the migration and the deploy of {}", run.id));
        }
        let Some(of) = run.of else { return Ok(()) };
        let Some(from) = self.runs[of].deploy else { return Ok(()) };
        let stranger = |&&other: &&usize| other != of && !self.runs[other].rollback;
        if let Some(&other) = self.works[from..].iter().find(stranger) {
            let (failed, other) = (&self.runs[of].id, &self.runs[other].id);
            return Err(format!("{other} worked between the deploy of {failed} and its rollback {}", run.id));
        }
        Ok(())
    }
}
