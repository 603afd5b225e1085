//! CodePipeline, as far as executions move through a shared environment: what the lock stands between.
//!
//! Two or more pipelines with the stages of `world::STAGES`, some without a migration. Each execution is a [`Run`], in one
//! [`Place`] at a time; a stage takes one at a time, and who comes meanwhile waits before it, in turn or superseded by the
//! next. `Migrate-staging`, `Deploy-staging` and, where the environment has it, `Verify-staging` begin with the lock's build, the
//! real shell; behind it comes the work that no two executions may do at once. Who verifies goes on only if the last deploy
//! that went well is its own, as the guard there sees to.
//!
//! What this believes of AWS stands in `docs/lock.md` and `docs/verified.md`:
//!
//! - An execution that failed is `InProgress` as soon as a retry has begun, and only the last one of a stage can be retried.
//! - A rollback of itself begins within five minutes of the failure, is listed before its first action runs, and comes to
//!   nothing when somebody has started the stage again before. One by hand begins where nothing runs in the stage.
//! - A build that was abandoned starts its task, or its deploy, within five minutes. A task that ran goes on, and so does a
//!   deploy where a build deploys; else it ends within five minutes. Once its execution is tried again, it does nothing more:
//!   two builds of one execution are what the lock does not hold apart.

use std::collections::{BTreeMap, BTreeSet};

use crate::contender::{Call, Contender, variables};
use crate::dice::Dice;
use crate::world::{Failure, Pipeline, World};

mod moves;
mod people;
mod works;

pub const MIGRATE: &str = "Migrate-staging";
pub const DEPLOY: &str = "Deploy-staging";
pub const VERIFY: &str = "Verify-staging";
pub const APPROVE: &str = "Approve-production";

/// Where an execution is.
pub enum Place {
    /// On its way to this stage, and seen in none.
    Between(&'static str),
    /// It waits before this stage.
    Queued(&'static str),
    /// Its build asks for the lock, in this stage.
    Asks(&'static str, Box<Contender>),
    /// It has the lock, and its work in this stage has not begun.
    Has(&'static str),
    /// It works in this stage: what no two executions may do at once.
    Works(&'static str),
    /// In a stage of another environment.
    Elsewhere(&'static str),
    /// Nothing comes of it unless somebody retries it, in the stage where it ended.
    Ended(Option<&'static str>),
}

impl Place {
    /// The stage that it is in, where no other one can be.
    fn stage(&self) -> Option<&'static str> {
        match self {
            Self::Asks(stage, _) | Self::Has(stage) | Self::Works(stage) | Self::Elsewhere(stage) => {
                Some(stage)
            }
            Self::Between(_) | Self::Queued(_) | Self::Ended(_) => None,
        }
    }
}

/// An execution.
pub struct Run {
    pipeline: String,
    pub id: String,
    rollback: bool,
    /// Of an automatic rollback that nothing has interrupted: whose deploy it takes back.
    of: Option<usize>,
    pub place: Place,
    /// Events for which its machine stands still.
    stalls: usize,
    /// When its sleep is over.
    wakes: i64,
    /// It was told to stop, and its action is waited for.
    stopping: bool,
    /// Which work its migration was, if nothing has interrupted it since.
    migration: Option<usize>,
    /// Which work its last deploy was.
    deploy: Option<usize>,
}

/// What happens by itself at a time.
#[derive(Debug, Clone, Copy)]
enum Due {
    /// A rollback begins, of this run's deploy.
    Rollback(usize),
    /// An abandoned build starts its task.
    Task(usize),
    /// An abandoned build begins its deploy.
    Deploy(usize),
    /// The deploy of an abandoned build ends.
    DeployEnds(usize),
}

/// Everything: pipelines, executions, and what is due.
pub struct Line {
    shell: String,
    pub world: World,
    pub dice: Dice,
    pub runs: Vec<Run>,
    /// Builds that were abandoned while they asked for the lock.
    abandoned: Vec<(String, Box<Contender>)>,
    due: Vec<(i64, Due)>,
    rolls_back: bool,
    limit: &'static str,
    /// Executions in all, but for what begins by itself.
    most: usize,
    /// Pipelines in which who waits is superseded by the next.
    superseding: BTreeSet<String>,
    /// Who deploys now: abandoned builds, too.
    deploying: BTreeSet<usize>,
    /// Each migration and deploy that began, by its run.
    works: Vec<usize>,
    /// Whether builds deploy, which can be asked for.
    has_builds: bool,
    /// The stages of the environment: it may be verified.
    stages: &'static [&'static str],
    /// Who verifies now.
    verifying: BTreeSet<usize>,
    /// Whose deploy went well last: it is written down under the lock.
    recorded: Option<usize>,
    /// Whether there is nothing more than what is to be done: no faults, no crashes.
    calm: bool,
    /// Who did what in which order, with the seconds since the beginning.
    pub trace: Vec<String>,
}

/// As many pipelines as two or twenty contenders come from.
const NAMES: [&str; 4] = ["shop-a", "shop-b", "shop-c", "shop-d"];

impl Line {
    /// So many executions about to enter the environment.
    pub fn new(shell: &str, seed: u64, count: usize) -> Self {
        let mut dice = Dice(seed);
        let mut faults = Dice(seed ^ 0xfa17);
        // Half of the schedules have none: each fault delays what they are about.
        let rate = if dice.one_in(2) { 60 } else { usize::MAX };
        let mut world = World {
            fault: Box::new(move |_| match faults.below(rate) {
                0 => Some(Failure::Refused("ThrottlingException")),
                1 => Some(Failure::Refused("InternalError")),
                2 => Some(Failure::Lost),
                _ => None,
            }),
            pipelines: BTreeMap::new(),
            ..World::default()
        };
        let mut superseding = BTreeSet::new();
        let (verifies, has_builds) = (dice.one_in(2), dice.one_in(2));
        for name in &NAMES[..if count > 2 { 4 } else { 2 }] {
            let mut pipeline = Pipeline::default();
            if dice.one_in(4) {
                pipeline.stages.retain(|stage| stage.name != MIGRATE);
            }
            pipeline.stages.retain(|stage| verifies || stage.name != VERIFY);
            if dice.one_in(2) {
                superseding.insert((*name).to_owned());
            }
            world.pipelines.insert((*name).to_owned(), pipeline);
        }
        let mut line = Self {
            shell: shell.to_owned(),
            world,
            runs: Vec::new(),
            abandoned: Vec::new(),
            due: Vec::new(),
            rolls_back: !dice.one_in(4),
            limit: if dice.one_in(8) { "600" } else { "900000" },
            most: count + 3,
            superseding,
            deploying: BTreeSet::new(),
            works: Vec::new(),
            has_builds,
            stages: if verifies { &[MIGRATE, DEPLOY, VERIFY] } else { &[MIGRATE, DEPLOY] },
            verifying: BTreeSet::new(),
            recorded: None,
            calm: false,
            trace: Vec::new(),
            dice,
        };
        for number in 0..count {
            line.push(NAMES[number % line.world.pipelines.len()]);
        }
        line
    }

    fn note(&mut self, who: &str, what: &str) {
        self.trace.push(format!("{:>6} {who}: {what}", self.world.now - crate::world::EPOCH));
    }

    fn say(&mut self, number: usize, what: &str) {
        let who = format!("{} of {}", self.runs[number].id, self.runs[number].pipeline);
        self.note(&who, what);
    }

    /// An execution begins, by a push or as a rollback.
    fn begin(&mut self, pipeline: &str, rollback: bool, place: Place) -> usize {
        let id = format!("{}{}", if rollback { "r" } else { "e" }, self.runs.len());
        self.world.begin(pipeline, &id, rollback);
        self.runs.push(Run {
            pipeline: pipeline.to_owned(),
            id,
            rollback,
            of: None,
            place,
            stalls: 0,
            wakes: 0,
            stopping: false,
            migration: None,
            deploy: None,
        });
        let number = self.runs.len() - 1;
        self.say(number, if rollback { "begins, a rollback" } else { "begins" });
        number
    }

    fn push(&mut self, pipeline: &str) {
        let migrates = self.world.pipeline(pipeline).stages.iter().any(|stage| stage.name == MIGRATE);
        self.begin(pipeline, false, Place::Between(if migrates { MIGRATE } else { DEPLOY }));
    }

    fn contender(&mut self, number: usize, stage: &str) -> Box<Contender> {
        let run = &self.runs[number];
        let mut env = variables(&run.pipeline, &run.id);
        let pipelines: Vec<&str> = self.world.pipelines.keys().map(String::as_str).collect();
        let stages = self.stages.join(" ");
        for (name, value) in [
            ("LOCK_WAIT_SECONDS", self.limit),
            ("LOCK_PIPELINES", &pipelines.join(" ")),
            ("LOCK_STAGES", &stages),
            ("LOCK_PROJECTS", if self.has_builds { "shop-deploy" } else { "" }),
            ("STAGE", stage),
        ] {
            env.insert(name.to_owned(), value.to_owned());
        }
        Box::new(Contender::start(&self.shell, env))
    }

    /// Time goes on to this moment; what is due until then happens when it is due.
    fn until(&mut self, moment: i64) -> Result<(), String> {
        while let Some(at) = (0..self.due.len()).min_by_key(|&at| self.due[at].0) {
            let (time, due) = self.due[at];
            if time > moment {
                break;
            }
            self.due.remove(at);
            self.world.now = self.world.now.max(time);
            self.happens(due)?;
        }
        self.world.now = self.world.now.max(moment);
        Ok(())
    }

    fn happens(&mut self, due: Due) -> Result<(), String> {
        match due {
            Due::Rollback(of) => {
                let pipeline = self.runs[of].pipeline.clone();
                let number = self.begin(&pipeline, true, Place::Between(DEPLOY));
                if self.runs[of].deploy.is_some() {
                    self.runs[number].of = Some(of);
                }
                Ok(())
            }
            Due::Task(number) => {
                self.say(number, "its abandoned build starts its task");
                self.world.tasks.insert(self.runs[number].id.clone());
                self.works.push(number);
                self.one_at_a_time()
            }
            Due::Deploy(number) => {
                self.say(number, "its abandoned build deploys");
                self.deploys(number);
                self.works.push(number);
                self.one_at_a_time()
            }
            Due::DeployEnds(number) => {
                self.no_longer_deploys(number);
                Ok(())
            }
        }
    }

    /// One call of a build that asks; its machine may stand still there, or jump in time.
    fn ask(&mut self, who: &str, contender: &mut Contender, wakes: &mut i64) -> Result<(), String> {
        match &contender.at {
            Call::Sleep(_) => self.until(*wakes)?,
            Call::Aws(_, words) => {
                let text = words[1].clone();
                self.note(who, &text);
            }
            Call::Date | Call::Ended(_) => {}
        }
        if !self.calm {
            if self.dice.one_in(4) {
                self.until(self.world.now + 1)?;
            }
            if self.dice.one_in(200) {
                contender.clock += if self.dice.one_in(2) { 1_000_000 } else { -1_000_000 };
                self.note(who, "the clock of its machine jumps");
            }
        }
        contender.step(&mut self.world);
        if let Call::Sleep(seconds) = contender.at {
            *wakes = self.world.now + seconds;
            self.note(who, "waits");
        }
        Ok(())
    }
}
