//! The time that this thread has had a processor: what a machine with other work to do cannot lengthen.

use std::time::{Duration, Instant};

/// A moment in this thread's own time.
pub(super) struct Clock {
    wall: Instant,
    ran: Option<Duration>,
}

impl Clock {
    pub(super) fn start() -> Self {
        Clock { wall: Instant::now(), ran: ran() }
    }

    /// How long the thread has run since; how long it is ago where the system does not tell the one.
    pub(super) fn elapsed(&self) -> Duration {
        match (self.ran, ran()) {
            (Some(start), Some(now)) => now.saturating_sub(start),
            _ => self.wall.elapsed(),
        }
    }
}

/// Linux keeps the nanoseconds in the first field of this file.
fn ran() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

#[test]
fn waiting_takes_no_time_of_the_thread_and_working_does() {
    let clock = Clock::start();
    std::thread::sleep(Duration::from_millis(200));
    let waited = clock.elapsed();
    let until = Instant::now() + Duration::from_millis(200);
    let mut turns = 0_u64;
    while Instant::now() < until {
        turns += 1;
    }
    assert!(turns > 0 && clock.elapsed() > waited);
    assert!(ran().is_none() || waited < Duration::from_millis(100), "{waited:?}");
}
