//! One stack, brought to what it is to be; and several of them side by side.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_s3::primitives::ByteStream;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use super::changes::{self, Source, Worked};
use super::failure::Failure;
use super::follow::{self, Came, News};
use super::session::Clients;
use super::{pipelines, stacks};
use crate::change::stack::events::{Event, cause};
use crate::change::stack::steps::Mend;
use crate::change::stack::submission::Submission;

/// Stacks that are worked on together: CloudFormation works on each by itself, and a person can still read along.
pub const STACKS: usize = 4;

/// A bucket for templates that are too long for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// The account that owns it, where that is known: S3 then refuses a bucket of anybody else.
    pub owner: Option<String>,
    /// Where it is reached: `s3.eu-west-1.amazonaws.com`.
    pub host: String,
}

/// One stack's work.
#[derive(Clone, Debug)]
pub struct Job {
    /// The services of its place.
    pub clients: Clients,
    /// What it is to be.
    pub submission: Submission,
    /// Whether nothing stands yet.
    pub is_new: bool,
    /// The bucket for its template, if it is long.
    pub bucket: Option<Bucket>,
    /// The pipeline that may not be running when it is changed.
    pub still: Option<String>,
    /// Whether its end is waited for.
    pub waits: bool,
}

/// What became of a stack.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was made or changed.
    Done,
    /// CloudFormation found nothing to change.
    Unchanged,
    /// CloudFormation could not work out what would change: its words.
    Unworkable(String),
    /// It failed: its state now, and what failed first.
    Failed(String, Option<Event>),
    /// Executions of its pipeline began meanwhile, so nothing was changed.
    Began(Vec<String>),
    /// AWS gave no answer to work with.
    Unanswered(Arc<Failure>),
    /// It was not begun, since another one failed.
    Left,
}

impl Outcome {
    /// Whether all is well.
    pub fn is_good(&self) -> bool {
        matches!(self, Outcome::Done | Outcome::Unchanged)
    }

    fn of(came: &Came, good: &[&str]) -> Self {
        if good.contains(&came.status.as_str()) {
            return Outcome::Done;
        }
        Outcome::Failed(came.status.clone(), cause(&came.events).cloned())
    }
}

/// Carries out all jobs, [`STACKS`] at a time; each event is told as it comes. What became of each, in the order of the jobs. Where
/// one goes wrong, those that are under way are seen to their end and no other is begun.
pub async fn all(jobs: Vec<Job>, mut tell: impl FnMut(News)) -> Vec<Outcome> {
    let (news, mut heard) = unbounded_channel();
    let (places, is_over) = (Arc::new(Semaphore::new(STACKS)), Arc::new(AtomicBool::new(false)));
    let broken_off = || Outcome::Unanswered(Arc::new(Failure::interrupted()));
    let mut outcomes: Vec<Outcome> = jobs.iter().map(|_| broken_off()).collect();
    let mut running = JoinSet::new();
    for (number, job) in jobs.into_iter().enumerate() {
        let (places, is_over, news) = (Arc::clone(&places), Arc::clone(&is_over), news.clone());
        running.spawn(async move {
            // Never closed, so there is always a place in the end.
            let _place = places.acquire().await;
            if is_over.load(Ordering::Relaxed) {
                return (number, Outcome::Left);
            }
            let outcome = one(&job, &news).await;
            let outcome = outcome.unwrap_or_else(|failure| Outcome::Unanswered(Arc::new(failure)));
            if !outcome.is_good() {
                is_over.store(true, Ordering::Relaxed);
            }
            (number, outcome)
        });
    }
    // The jobs' own are the only ones left: the last that ends closes it.
    drop(news);
    while let Some(event) = heard.recv().await {
        tell(event);
    }
    while let Some(ended) = running.join_next().await {
        if let Ok((number, outcome)) = ended
            && let Some(place) = outcomes.get_mut(number)
        {
            *place = outcome;
        }
    }
    outcomes
}

async fn one(job: &Job, tell: &UnboundedSender<News>) -> Result<Outcome, Failure> {
    let Job { clients, submission, .. } = job;
    let (client, stack, name) = (&clients.cloudformation, &submission.stack, submission.change_set());
    let source = source(job).await?;
    match changes::make(client, submission, &source, job.is_new).await? {
        Worked::Out => {}
        Worked::Empty => {
            changes::delete(client, stack, &name).await?;
            return Ok(Outcome::Unchanged);
        }
        Worked::Failed(reason) => {
            changes::delete(client, stack, &name).await?;
            return Ok(Outcome::Unworkable(reason));
        }
    }
    let before = follow::before(client, stack).await?;
    let running = still_running(job, tell).await?;
    if !running.is_empty() {
        changes::delete(client, stack, &name).await?;
        return Ok(Outcome::Began(running));
    }
    changes::execute(client, stack, &name).await?;
    let came = follow::follow(client, stack, &before, tell).await?;
    Ok(Outcome::of(&came, &["CREATE_COMPLETE", "UPDATE_COMPLETE"]))
}

/// The executions that an update of the stack would stop, after they were waited for if that is wanted.
async fn still_running(job: &Job, tell: &UnboundedSender<News>) -> Result<Vec<String>, Failure> {
    let Some(pipeline) = &job.still else { return Ok(Vec::new()) };
    let waiting = |running: &[String]| {
        // Where nobody listens any more, it is waited all the same.
        let _ = tell.send(News::Waiting(job.submission.stack.clone(), running.to_vec()));
    };
    pipelines::at_rest(&job.clients.codepipeline, pipeline, job.waits, waiting).await
}

/// Puts a long template into its bucket. It lies under its digest there, so that it does not matter whether it did before.
async fn source(job: &Job) -> Result<Source, Failure> {
    let (Some(bucket), true) = (&job.bucket, job.submission.is_long()) else { return Ok(Source::Request) };
    let key = job.submission.key();
    let text = ByteStream::from(job.submission.template.clone().into_bytes());
    let call = job.clients.s3.put_object().bucket(&bucket.name).key(&key).body(text);
    let call = call.content_type("application/yaml").set_expected_bucket_owner(bucket.owner.clone());
    call.send().await.map_err(|error| Failure::of("s3:PutObject", error))?;
    Ok(Source::Bucket(format!("https://{}/{}/{key}", bucket.host, bucket.name)))
}

/// Mends a stack that is stuck, and follows it.
pub async fn mend(
    clients: &Clients,
    stack: &str,
    how: Mend,
    mut tell: impl FnMut(News),
) -> Result<Outcome, Failure> {
    let client = &clients.cloudformation;
    let before = follow::before(client, stack).await?;
    let good = match how {
        Mend::Delete => {
            stacks::delete(client, stack).await?;
            ["DELETE_COMPLETE"]
        }
        Mend::GoBack => {
            let asked = client.continue_update_rollback().stack_name(stack).send().await;
            asked.map_err(|error| Failure::of("cloudformation:ContinueUpdateRollback", error))?;
            ["UPDATE_ROLLBACK_COMPLETE"]
        }
    };
    let (news, mut heard) = unbounded_channel();
    let came = follow::follow(client, stack, &before, &news).await?;
    drop(news);
    while let Some(event) = heard.recv().await {
        tell(event);
    }
    Ok(Outcome::of(&came, &good))
}
