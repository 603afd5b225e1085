//! Many orders of events, each from a seed: releases that take the lock, migrate, deploy, end, fail, are rolled back, are
//! tried again with a new build, are superseded, or are stopped while their build or task goes on; calls that are refused,
//! answers that are lost, machines that stand still, clocks that jump. At the end of each nothing more goes wrong, and
//! everybody must get through.
//!
//! `LOCK_SEED=17` plays one seed alone, `LOCK_SCHEDULES=20000` as many with two contenders.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::contender::SHELL;
use crate::line::Line;

/// Fewer looks, so that a schedule is about what happens between them. Nothing else depends on the length of the pause.
fn impatient(shell: &str) -> String {
    assert!(shell.contains("pause=15 "), "the pause is where it was");
    shell.replace("pause=15 ", "pause=150 ")
}

/// What happens in schedules, in the words of their traces.
const HAPPENS: [&str; 16] = [
    ": has the lock",
    ": migrates",
    ": deploys",
    ": verifies",
    ": begins, a rollback",
    ": is retried",
    ": is superseded",
    ": is told to stop",
    ": is stopped, its action abandoned",
    ": its build crashes",
    "its task runs on",
    "its abandoned build starts its task",
    "its abandoned build deploys",
    "the clock of its machine jumps",
    "within 600 seconds",
    "It goes on now: ",
];

/// How often each of it happened.
type Tally = BTreeMap<&'static str, usize>;

/// Plays one schedule; says what happened, or what went wrong and how it came to that.
fn play(shell: &str, seed: u64, count: usize, events: usize) -> Result<Tally, String> {
    let mut line = Line::new(shell, seed, count);
    let played = (0..events).try_for_each(|_| line.event()).and_then(|()| line.calms_down());
    match played {
        Ok(()) => {
            let times = |words| line.trace.iter().filter(|text| text.contains(words)).count();
            Ok(HAPPENS.into_iter().map(|words| (words, times(words))).collect())
        }
        Err(why) => Err(format!("LOCK_SEED={seed}: {why}\n{}", line.trace.join("\n"))),
    }
}

/// Plays these seeds on all processors; stops at the first that goes wrong.
fn all(shell: &str, seeds: Range<u64>, count: usize, events: usize) -> Result<Tally, String> {
    let shell = &impatient(shell);
    let next = AtomicU64::new(seeds.start);
    let tally = Mutex::new(Tally::new());
    let wrong = Mutex::new(None);
    let work = || loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= seeds.end {
            return;
        }
        match play(shell, seed, count, events) {
            Ok(one) => {
                let mut tally = tally.lock().expect("nobody panicked");
                for (words, times) in one {
                    *tally.entry(words).or_default() += times;
                }
            }
            Err(why) => {
                next.store(seeds.end, Ordering::Relaxed);
                *wrong.lock().expect("nobody panicked") = Some(why);
                return;
            }
        }
    };
    // More than processors: each stands still while its contenders run, and they while it does.
    let threads = 4 * thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    match wrong.into_inner().expect("nobody panicked") {
        Some(why) => Err(why),
        None => Ok(tally.into_inner().expect("nobody panicked")),
    }
}

/// A number from the environment.
fn asked(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} is no number: {value}")))
}

/// So many schedules, or the one that is asked for. Of as many as a hundred it is known that they try everything.
fn none_goes_wrong(schedules: u64, count: usize, events: usize) {
    let seeds = asked("LOCK_SEED").map_or(0..schedules, |seed| seed..seed + 1);
    let played = seeds.end - seeds.start;
    let tally = all(SHELL, seeds, count, events).unwrap_or_else(|why| panic!("{why}"));
    if played >= 100 {
        let never: Vec<_> = tally.iter().filter(|(_, times)| **times == 0).collect();
        assert!(never.is_empty(), "these never happened: {never:?}");
    }
    let taken = tally[": has the lock"];
    assert!(played == 1 || taken >= count, "in {played} schedules the lock was taken {taken} times");
}

#[test]
fn two_that_contend_never_work_at_once_and_get_through() {
    none_goes_wrong(asked("LOCK_SCHEDULES").unwrap_or(1000), 2, 100);
}

#[test]
fn twenty_that_contend_never_work_at_once_and_get_through() {
    none_goes_wrong(24, 20, 400);
}

/// A weaker protocol: the seed that shows it, and what it shows.
fn shown(thought: &str, instead: &str) -> String {
    assert_eq!(SHELL.matches(thought).count(), 1, "the shell has {thought:?} once");
    let weaker = SHELL.replace(thought, instead);
    let why = all(&weaker, 0..1000, 2, 150).expect_err("the schedules show what is wrong with it");
    why.lines().next().expect("a line").to_owned()
}

#[test]
fn the_schedules_show_what_is_wrong_with_the_status_alone() {
    let why = shown("InProgress | Stopping) has_left || return ;;", "InProgress | Stopping) return 1 ;;");
    assert!(why.contains("there still wait"), "{why}");
}

#[test]
fn the_schedules_show_what_is_wrong_without_a_second_write() {
    let why = shown("    write \"$since\" --if-match \"$etag\"\n    return\n", "    return 0\n");
    assert!(why.contains("work"), "{why}");
}

#[test]
fn the_schedules_show_what_is_wrong_without_a_nonce() {
    let why = shown("read -r written < /proc/sys/kernel/random/uuid", "written=$EXECUTION_ID");
    assert!(why.contains("work"), "{why}");
}

#[test]
fn the_schedules_show_what_is_wrong_without_an_eye_on_rollbacks_and_tasks() {
    let why = shown("no_rollback && no_task && no_build || return", "true");
    assert!(why.contains("work"), "{why}");
}

#[test]
fn the_schedules_show_what_is_wrong_without_the_five_minutes() {
    let why = shown("[ \"$rests\" = no ] || has_rested", "true");
    assert!(why.contains("work"), "{why}");
}
