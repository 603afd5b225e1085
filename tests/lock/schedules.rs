//! Many orders of events, each from a seed: releases that take the lock, migrate, deploy, end, fail, are rolled back, are
//! tried again with a new build, are superseded, or are stopped while their build or task goes on; calls that are refused,
//! answers that are lost, machines that stand still, clocks that jump. At the end of each nothing more goes wrong, and
//! everybody must get through.
//!
//! `LOCK_SEED=17` plays one seed alone, `LOCK_SCHEDULES=20000` as many with two contenders.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use crate::contender::SHELL;
use crate::line::Line;

/// Fewer looks, so that a schedule is about what happens between them. Nothing else depends on the length of the pause.
fn impatient(shell: &str) -> String {
    assert!(shell.contains("pause=15 "), "the pause is where it was");
    shell.replace("pause=15 ", "pause=60 ")
}

/// Plays one schedule; says how often the lock was taken, or what went wrong and how it came to that.
fn play(shell: &str, seed: u64, count: usize, events: usize) -> Result<usize, String> {
    let mut line = Line::new(shell, seed, count);
    let played = (0..events).try_for_each(|_| line.event()).and_then(|()| line.calms_down());
    match played {
        Ok(()) => Ok(line.taken),
        Err(why) => Err(format!("LOCK_SEED={seed}: {why}\n{}", line.trace.join("\n"))),
    }
}

/// Plays these seeds on all processors; stops at the first that goes wrong.
fn all(shell: &str, seeds: Range<u64>, count: usize, events: usize) -> Result<usize, String> {
    let shell = &impatient(shell);
    let seeds = match std::env::var("LOCK_SEED") {
        Ok(seed) => seed.parse().map(|seed: u64| seed..seed + 1).expect("LOCK_SEED is a number"),
        Err(_) => seeds,
    };
    let next = AtomicU64::new(seeds.start);
    let taken = AtomicUsize::new(0);
    let wrong = Mutex::new(None);
    let work = || loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= seeds.end {
            return;
        }
        match play(shell, seed, count, events) {
            Ok(times) => taken.fetch_add(times, Ordering::Relaxed),
            Err(why) => {
                next.store(seeds.end, Ordering::Relaxed);
                *wrong.lock().expect("nobody panicked") = Some(why);
                return;
            }
        };
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
        None => Ok(taken.into_inner()),
    }
}

#[test]
fn two_that_contend_never_work_at_once_and_get_through() {
    let count = std::env::var("LOCK_SCHEDULES").map_or(1000, |count| count.parse().expect("a number"));
    let taken = all(SHELL, 0..count, 2, 150).unwrap_or_else(|why| panic!("{why}"));
    assert!(taken >= 1, "{taken} times the lock was taken");
}

#[test]
fn twenty_that_contend_never_work_at_once_and_get_through() {
    let taken = all(SHELL, 0..40, 20, 600).unwrap_or_else(|why| panic!("{why}"));
    assert!(taken >= 1, "{taken} times the lock was taken");
}

/// A weaker protocol: the seed that shows it, and what it shows.
fn shown(thought: &str, instead: &str) -> String {
    assert_eq!(SHELL.matches(thought).count(), 1, "the shell has {thought:?} once");
    let weaker = SHELL.replace(thought, instead);
    let why = all(&weaker, 0..1000, 2, 150).expect_err("the schedules show what is wrong with it");
    if std::env::var("DBG").is_ok() {
        eprintln!("{why}");
    }
    why.lines().next().expect("a line").to_owned()
}

#[test]
fn the_schedules_show_what_is_wrong_with_the_status_alone() {
    let why = shown("InProgress) has_left || return ;;", "InProgress) return 1 ;;");
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
    let why = shown("no_rollback && no_task || return", "true");
    assert!(why.contains("work"), "{why}");
}

#[test]
fn the_schedules_show_what_is_wrong_without_the_five_minutes() {
    let why = shown("[ \"$rests\" = no ] || has_rested", "true");
    assert!(why.contains("work"), "{why}");
}
