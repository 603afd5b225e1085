//! AWS, through its own SDK: with whose credentials it is asked, and what it answered.
//!
//! Commands are plain functions; what they ask of AWS runs on one thread here, many requests at a time but never more than
//! [`AT_ONCE`]. Retries, their pauses and the pace after a throttled call are the SDK's ("adaptive" mode: AWS SDKs and Tools
//! Reference Guide, "Retry behavior"). Nothing here decides: what was read is handed to the pure modules.

mod access;
mod answer;
pub mod approvals;
mod asked;
pub mod carry;
pub mod changes;
mod closing;
pub mod conditions;
pub mod connections;
pub mod copilot;
pub mod direct;
pub mod doctor;
pub mod executions;
mod failure;
pub mod follow;
pub mod leaving;
pub mod light;
pub mod logs;
pub mod owner;
pub mod pause;
pub mod pipelines;
pub mod projects;
pub mod reading;
pub mod remove;
mod session;
pub mod stacks;
pub mod states;
pub mod transitions;
pub mod views;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

pub use access::{Access, AccessError, Given};
pub use failure::{Failure, Kind};
pub use session::{Clients, Session};

/// Requests that are under way together. AWS publishes few of its rates; what it refuses, the SDK asks again more slowly.
pub const AT_ONCE: usize = 8;

/// The thread's way to AWS.
pub struct Aws {
    runtime: Runtime,
}

impl Aws {
    /// Fails where the system gives no event queue.
    pub fn open() -> std::io::Result<Self> {
        Ok(Aws { runtime: Builder::new_current_thread().enable_all().build()? })
    }

    /// Waits for what is asked.
    pub fn wait<T>(&self, asked: impl Future<Output = T>) -> T {
        self.runtime.block_on(asked)
    }

    /// The same; each second the number of those that have passed is told.
    pub fn wait_telling<T>(&self, asked: impl Future<Output = T>, mut tell: impl FnMut(u64)) -> T {
        self.runtime.block_on(async {
            let mut asked = pin!(asked);
            for seconds in 1.. {
                match tokio::time::timeout(Duration::from_secs(1), asked.as_mut()).await {
                    Ok(answer) => return answer,
                    Err(_) => tell(seconds),
                }
            }
            // Reached by nobody who has less time than the universe.
            asked.await
        })
    }
}

/// Asks one thing of each, [`AT_ONCE`] at a time; the answers in the order of the questions. The first failure ends it, and
/// what is under way is let go: only for what reads.
pub async fn each<Q, A, F>(
    questions: impl IntoIterator<Item = Q>,
    ask: impl Fn(Q) -> F,
) -> Result<Vec<A>, Failure>
where
    A: Send + 'static,
    F: Future<Output = Result<A, Failure>> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut asked = JoinSet::new();
    for (number, question) in questions.into_iter().enumerate() {
        let (places, answer) = (Arc::clone(&places), ask(question));
        asked.spawn(async move {
            // Never closed, so there is always a place in the end.
            let _place = places.acquire().await;
            answer.await.map(|answer| (number, answer))
        });
    }
    let mut answers = Vec::with_capacity(asked.len());
    while let Some(ended) = asked.join_next().await {
        answers.push(ended.map_err(|_| Failure::interrupted())??);
    }
    answers.sort_unstable_by_key(|(number, _)| *number);
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}
