//! Many orders of events, each from a seed: releases that take the lock, migrate, end, fail, are tried again with a new
//! build, or are stopped while their task goes on; calls that are refused, answers that are lost, clocks that jump.

use std::collections::BTreeMap;

use crate::contender::{Call, Contender, SHELL, variables};
use crate::world::{Failure, World};

/// Numbers from a seed (splitmix64): the same on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.next().is_multiple_of(sides)
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count as u64).expect("below a usize")
    }
}

/// A release, by the id of its execution.
enum Release {
    /// Its build wants the lock.
    Wants(Box<Contender>),
    /// It migrates: what two must never do at once.
    Migrates,
    /// Its build crashed before the end; somebody will try again.
    Crashed,
    /// Nothing more comes of it.
    Done,
}

/// Plays one schedule; says how often the lock was taken, or which two migrated at once.
fn play(shell: &str, seed: u64, count: usize, events: usize) -> Result<usize, String> {
    let mut dice = Dice(seed);
    let mut world = World::default();
    let mut faults = Dice(seed ^ 0xfa17);
    world.fault = Box::new(move |_| match faults.below(60) {
        0 => Some(Failure::Refused("ThrottlingException")),
        1 => Some(Failure::Refused("InternalError")),
        2 => Some(Failure::Lost),
        _ => None,
    });
    let start = |id: &str, pipeline: &str| {
        let mut env = variables(pipeline, id);
        env.insert("LOCK_WAIT_SECONDS".to_owned(), "9000".to_owned());
        Release::Wants(Box::new(Contender::start(shell, env)))
    };
    let pipeline_of = |number: usize| if number.is_multiple_of(2) { "shop-a" } else { "shop-b" };
    let mut releases = BTreeMap::new();
    for number in 0..count {
        let id = format!("e{number}");
        world.begin(pipeline_of(number), &id, false);
        releases.insert(number, (id.clone(), start(&id, pipeline_of(number))));
    }
    let mut taken = 0;
    for _ in 0..events {
        let number = dice.below(count);
        let pipeline = pipeline_of(number);
        let (id, release) = releases.get_mut(&number).expect("a release");
        match release {
            Release::Wants(contender) => match contender.at {
                Call::Ended(true) => {
                    *release = Release::Migrates;
                    taken += 1;
                    // A crash may leave its own task running, which its own retry finds: never another's.
                    world.tasks.insert(id.clone());
                    if world.tasks.len() > 1 {
                        return Err(format!("seed {seed}: {:?} migrate at once", world.tasks));
                    }
                }
                Call::Ended(false) => {
                    world.becomes(pipeline, id, "Failed");
                    *release = Release::Done;
                }
                _ if dice.one_in(150) => {
                    // The build is killed, wherever it stands.
                    world.becomes(pipeline, id, "Failed");
                    *release = Release::Crashed;
                }
                _ => {
                    if let Call::Sleep(seconds) = contender.at {
                        world.now += seconds;
                    }
                    if dice.one_in(100) {
                        contender.clock += if dice.one_in(2) { 1000 } else { -1000 };
                    }
                    contender.step(&mut world);
                }
            },
            Release::Migrates => match dice.below(12) {
                0 | 1 => {
                    world.tasks.remove(id.as_str());
                    world.becomes(pipeline, id, "Succeeded");
                    *release = Release::Done;
                }
                2 => {
                    world.tasks.remove(id.as_str());
                    world.becomes(pipeline, id, "Failed");
                    *release = Release::Crashed;
                }
                // Stopped: its task goes on, and ends by itself some day.
                3 => {
                    world.becomes(pipeline, id, "Stopped");
                    *release = Release::Crashed;
                }
                _ => {}
            },
            Release::Crashed if dice.one_in(6) => {
                world.tasks.remove(id.as_str());
                if dice.one_in(2) {
                    world.becomes(pipeline, id, "InProgress");
                    *release = start(id, pipeline);
                } else {
                    *release = Release::Done;
                }
            }
            Release::Crashed => world.now += 30,
            Release::Done => {}
        }
    }
    Ok(taken)
}

fn all(shell: &str, seeds: std::ops::Range<u64>, count: usize, events: usize) -> Result<usize, String> {
    seeds.map(|seed| play(shell, seed, count, events)).sum()
}

#[test]
fn two_that_contend_never_migrate_at_once() {
    let taken = all(SHELL, 0..30, 2, 250).expect("one at a time");
    assert!(taken >= 30, "{taken} migrations in all");
}

#[test]
fn twenty_that_contend_never_migrate_at_once() {
    let taken = all(SHELL, 100..102, 20, 800).expect("one at a time");
    assert!(taken >= 2, "{taken} migrations in all");
}

#[test]
fn a_lock_that_heeds_no_task_is_caught_by_the_schedules() {
    let thought = "no_rollback && no_task || return";
    assert!(SHELL.contains(thought));
    let shell = SHELL.replace(thought, "true").replace("Stopped | Cancelled) rests=yes ;;", "Stopped) ;;");
    let caught = all(&shell, 0..60, 2, 250);
    assert!(caught.is_err(), "{caught:?}");
}
