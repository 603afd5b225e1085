//! What one template asks for, written in its order; and several of them side by side.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use super::write::write;
use crate::change::direct::{Key, Planned, Verdict};
use crate::change::stack::Difference;
use crate::edge::aws::carry::STACKS;
use crate::edge::aws::failure::Failure;
use crate::edge::aws::pipelines;
use crate::edge::aws::session::Clients;

/// The work of one template.
#[derive(Clone, Debug)]
pub struct Job {
    /// The services of its place.
    pub clients: Clients,
    /// What is to be written, in order, each with what AWS says of it now and its tags.
    pub work: Vec<(Planned, Value, BTreeMap<String, String>)>,
    /// Whether what runs in its pipeline may be stopped.
    pub interrupts: bool,
    /// Whether its end is waited for.
    pub waits: bool,
}

/// What became of a thing.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was made.
    Made,
    /// It was changed.
    Changed,
    /// It was written, and AWS still says otherwise of what it was told.
    NotTaken(Vec<Difference>),
    /// Executions of its pipeline are under way, so nothing was changed.
    Began(Vec<String>),
    /// AWS gave no answer to work with.
    Unanswered(Arc<Failure>),
    /// It was not begun, since another one failed.
    Left,
}

impl Outcome {
    /// Whether all is well.
    pub fn is_good(&self) -> bool {
        matches!(self, Outcome::Made | Outcome::Changed)
    }
}

/// What became of which thing.
pub type Became = (Key, Outcome);

/// What is told while it goes on.
#[derive(Clone, Debug)]
pub enum News {
    /// Something became of a thing.
    Became(Became),
    /// These executions of the pipeline are waited for.
    Waiting(String, Vec<String>),
}

/// Carries out all jobs, [`STACKS`] at a time, and tells what becomes of each thing as it does. Where one goes wrong, those that are under
/// way are seen to the end of the call that they are at, and no other is begun.
pub async fn all(jobs: Vec<Job>, mut tell: impl FnMut(&News)) -> Vec<Became> {
    let left = |job: &Job| -> Vec<Became> {
        job.work.iter().map(|(planned, ..)| (planned.thing.key(), Outcome::Left)).collect()
    };
    let mut became: BTreeMap<Key, Outcome> = jobs.iter().flat_map(left).collect();
    let (places, is_over) = (Arc::new(Semaphore::new(STACKS)), Arc::new(AtomicBool::new(false)));
    let (news, mut heard) = unbounded_channel();
    let mut running = JoinSet::new();
    for job in jobs {
        let (places, is_over, news) = (Arc::clone(&places), Arc::clone(&is_over), news.clone());
        running.spawn(async move {
            // Never closed, so there is always a place in the end.
            let _place = places.acquire().await;
            one(&job, &is_over, &news).await;
        });
    }
    // The jobs' own are the only ones left: the last that ends closes it.
    drop(news);
    while let Some(event) = heard.recv().await {
        tell(&event);
        if let News::Became((key, outcome)) = event {
            became.insert(key, outcome);
        }
    }
    while running.join_next().await.is_some() {}
    became.into_iter().collect()
}

async fn one(job: &Job, is_over: &AtomicBool, tell: &UnboundedSender<News>) {
    for (number, (planned, actual, has)) in job.work.iter().enumerate() {
        if is_over.load(Ordering::Relaxed) {
            return;
        }
        let outcome = written(job, number, planned, actual, has, tell).await;
        let outcome = outcome.unwrap_or_else(|failure| Outcome::Unanswered(Arc::new(failure)));
        let is_good = outcome.is_good();
        if !is_good {
            is_over.store(true, Ordering::Relaxed);
        }
        // Where nobody listens any more, it is done all the same.
        let _ = tell.send(News::Became((planned.thing.key(), outcome)));
        if !is_good {
            return;
        }
    }
}

async fn written(
    job: &Job,
    number: usize,
    planned: &Planned,
    actual: &Value,
    has: &BTreeMap<String, String>,
    tell: &UnboundedSender<News>,
) -> Result<Outcome, Failure> {
    // A pipeline whose declaration changes is not to run while its projects do, and not when its turn comes.
    let anew = job.work.iter().map(|(planned, ..)| planned).find(|one| one.is_declared_anew());
    if let Some(pipeline) = anew
        && !job.interrupts
        && (number == 0 || planned.is_declared_anew())
    {
        let name = &pipeline.thing.declared.name;
        let waiting = |running: &[String]| {
            let _ = tell.send(News::Waiting(name.clone(), running.to_vec()));
        };
        let running = pipelines::at_rest(&job.clients.codepipeline, name, job.waits, waiting).await?;
        if !running.is_empty() {
            return Ok(Outcome::Began(running));
        }
    }
    let left = write(&job.clients, planned, actual, has).await?;
    Ok(match planned.verdict {
        _ if !left.is_empty() => Outcome::NotTaken(left),
        Verdict::Create => Outcome::Made,
        _ => Outcome::Changed,
    })
}
