//! How long is waited between two looks at something that takes its time.

use std::time::Duration;

/// The first pause: most change sets are worked out within seconds.
const FIRST: Duration = Duration::from_millis(500);
/// The longest: a stack takes minutes.
const LONGEST: Duration = Duration::from_secs(5);

/// Pauses that become longer.
#[derive(Debug)]
pub struct Pause {
    next: Duration,
    longest: Duration,
}

impl Default for Pause {
    fn default() -> Self {
        Pause { next: FIRST, longest: LONGEST }
    }
}

impl Pause {
    /// Pauses for what may take hours: up to a quarter of a minute.
    pub fn long() -> Self {
        Pause { next: FIRST, longest: Duration::from_secs(15) }
    }

    /// Waits, and longer the next time.
    pub async fn wait(&mut self) {
        tokio::time::sleep(self.next).await;
        self.next = (self.next * 2).min(self.longest);
    }

    /// How long the next one is.
    pub fn next(&self) -> Duration {
        self.next
    }
}
