//! One stack, brought to what it is to be; and several of them side by side.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_cloudformation::Client;
use aws_sdk_s3::primitives::ByteStream;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use super::changes::{self, Source, Worked};
use super::failure::{Failure, Kind};
use super::follow::{self, Came, News};
use super::pause::Pause;
use super::session::Clients;
use super::transitions::Turn;
use super::{closing, pipelines, stacks};
use crate::change::stack::events::{Event, cause};
use crate::change::stack::steps::Mend;
use crate::change::stack::submission::Submission;
use crate::change::stack::{Standing, view};

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
    /// How it stood when it was read; `None` where nothing stood.
    pub before: Option<Standing>,
    /// The bucket for its template, if it is long.
    pub bucket: Option<Bucket>,
    /// The pipeline that may not be running when it is changed.
    pub still: Option<String>,
    /// Whether its end is waited for.
    pub waits: bool,
    /// Whether what carries data may be made anew or deleted.
    pub replaces: bool,
    /// Ways that are closed as soon as the stack is made.
    pub closes: Vec<Turn>,
}

/// What became of a stack.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was made or changed.
    Done,
    /// It was deleted, or was gone already.
    Deleted,
    /// CloudFormation found nothing to change.
    Unchanged,
    /// CloudFormation could not work out what would change: its words.
    Unworkable(String),
    /// It failed: its state now, and what failed first.
    Failed(String, Option<Event>),
    /// Executions of its pipeline began meanwhile, so nothing was changed.
    Began(Vec<String>),
    /// CloudFormation would make anew or delete these, which carry data; nobody agreed to it, so nothing was changed.
    Losing(Vec<String>),
    /// Somebody else did something else to it since it was read, so nothing was changed: its state now.
    Overtaken(String),
    /// AWS gave no answer to work with.
    Unanswered(Arc<Failure>),
    /// It was made, and the ways that were to be closed in it are not all closed.
    Open(Arc<Failure>),
    /// It was made, and before these stages were closed a release had gone into them.
    Entered(Vec<String>),
    /// It was not begun, since another one failed.
    Left,
}

impl Outcome {
    /// Whether all is well.
    pub fn is_good(&self) -> bool {
        matches!(self, Outcome::Done | Outcome::Deleted | Outcome::Unchanged)
    }

    /// What a stack came to: `well`, if its state is one of these.
    pub(super) fn of(came: &Came, good: &[&str], well: Outcome) -> Self {
        if good.contains(&came.status.as_str()) {
            return well;
        }
        Outcome::Failed(came.status.clone(), cause(&came.events).cloned())
    }
}

/// Carries out all jobs, [`STACKS`] at a time; each event is told as it comes. What became of each, in the order of the jobs. Where
/// one goes wrong, those that are under way are seen to their end and no other is begun.
pub async fn all(jobs: Vec<Job>, tell: impl FnMut(News)) -> Vec<Outcome> {
    let jobs = jobs.into_iter().map(|job| (job.submission.stack.clone(), job)).collect();
    side_by_side(jobs, |job: Job, news| async move { closing::made(job, &news).await }, tell).await
}

/// The same for any work on stacks, each with the stack's name: `one` does it for each.
pub(super) async fn side_by_side<J, F>(
    jobs: Vec<(String, J)>,
    one: impl Fn(J, UnboundedSender<News>) -> F,
    mut tell: impl FnMut(News),
) -> Vec<Outcome>
where
    F: Future<Output = Result<Outcome, Failure>> + Send + 'static,
{
    let (news, mut heard) = unbounded_channel();
    let (places, is_over) = (Arc::new(Semaphore::new(STACKS)), Arc::new(AtomicBool::new(false)));
    let broken_off = || Outcome::Unanswered(Arc::new(Failure::interrupted()));
    let mut outcomes: Vec<Outcome> = jobs.iter().map(|_| broken_off()).collect();
    let mut running = JoinSet::new();
    for (number, (stack, job)) in jobs.into_iter().enumerate() {
        let (places, is_over, told) = (Arc::clone(&places), Arc::clone(&is_over), news.clone());
        let work = one(job, news.clone());
        running.spawn(async move {
            // Never closed, so there is always a place in the end.
            let _place = places.acquire().await;
            if is_over.load(Ordering::Relaxed) {
                return (number, Outcome::Left);
            }
            // Where nobody listens any more, it is done all the same.
            let _ = told.send(News::Begun(stack.clone()));
            let outcome = work.await;
            let _ = told.send(News::Ended(stack));
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

/// States of a stack that was made or changed.
const GOOD: [&str; 2] = ["CREATE_COMPLETE", "UPDATE_COMPLETE"];

/// How often it is begun again where somebody else's change set came between.
const ROUNDS: u32 = 3;

/// One job, but for what is closed behind it.
pub(super) async fn one(job: &Job, tell: &UnboundedSender<News>) -> Result<Outcome, Failure> {
    let source = source(&job.clients, &job.submission, job.bucket.as_ref()).await?;
    let (mut rounds, mut pause) = (ROUNDS, Pause::default());
    loop {
        rounds -= 1;
        let failure = match round(job, &source, tell).await {
            Err(failure) if failure.kind == Kind::Refused => failure,
            ended => return ended,
        };
        // What CloudFormation refuses it may refuse since somebody else is at the same stack.
        match overtaken(job, tell).await? {
            Some(outcome) => return Ok(outcome),
            None if rounds > 0 && failure.has_code(&["ChangeSetNotFound"]) => pause.wait().await,
            None => return Err(failure),
        }
    }
}

async fn round(job: &Job, source: &Source, tell: &UnboundedSender<News>) -> Result<Outcome, Failure> {
    let Job { clients, submission, .. } = job;
    let (client, stack, name) = (&clients.cloudformation, &submission.stack, submission.change_set());
    let made = changes::make(client, submission, &name, source, job.before.is_none()).await?;
    // Carrying out any other change set does away with this one. So if nothing was done to the stack until now, then this one
    // is about what was read, shown and agreed to, or cannot be carried out any more.
    let overtaken = overtaken(job, tell).await?;
    if overtaken.is_some() && made.is_own {
        changes::delete(client, stack, &name).await?;
    }
    if let Some(outcome) = overtaken {
        return Ok(outcome);
    }
    match made.worked {
        Worked::Out => {
            // What was shown is what this program sees. CloudFormation may see more, above all where a template could not be read.
            let foreseen = changes::foreseen(client, stack, &made.id).await?;
            let lost = view::lost(&foreseen);
            if !job.replaces && !lost.is_empty() {
                if made.is_own {
                    changes::delete(client, stack, &name).await?;
                }
                return Ok(Outcome::Losing(lost));
            }
        }
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
    if let Some(pipeline) = &job.still {
        let running = still_running(clients, (stack, pipeline), job.waits, tell).await?;
        if !running.is_empty() {
            // Another apply may be about to carry out one that it has made.
            if made.is_own {
                changes::delete(client, stack, &name).await?;
            }
            return Ok(Outcome::Began(running));
        }
    }
    let done = changes::execute(client, stack, (&made.id, &name)).await?;
    // Where somebody else was done with it before this began to look, no event comes any more.
    if done.is_some_and(|now| GOOD.contains(&now.status.as_str())) {
        return Ok(Outcome::Done);
    }
    let came = follow::follow(client, stack, &before, tell).await?;
    Ok(Outcome::of(&came, &GOOD, Outcome::Done))
}

/// What became of a stack to which somebody did something since it was read; `None` where nobody did. Where it was just what this job
/// is about, by another apply of the same map, then that is followed to its end.
async fn overtaken(job: &Job, tell: &UnboundedSender<News>) -> Result<Option<Outcome>, Failure> {
    let (client, stack) = (&job.clients.cloudformation, &job.submission.stack);
    let now = stands(client, stack).await?;
    let is_still = match (&job.before, &now) {
        (Some(before), Some(now)) => before.is_still(now),
        (before, now) => before.is_none() && now.is_none(),
    };
    if is_still {
        return Ok(None);
    }
    let Some(now) = now else { return Ok(Some(Outcome::Overtaken("DELETE_COMPLETE".to_owned()))) };
    if !now.came_of(&job.submission.change_set()) {
        return Ok(Some(Outcome::Overtaken(now.status)));
    }
    // The events first: if it is busy after them, the last one is still to come.
    let before = follow::before(client, stack).await?;
    let came = match stands(client, stack).await? {
        Some(now) if !now.is_busy() => Came { status: now.status, events: Vec::new() },
        _ => follow::follow(client, stack, &before, tell).await?,
    };
    Ok(Some(Outcome::of(&came, &GOOD, Outcome::Done)))
}

/// A stack, unless there is only a change set of it.
async fn stands(client: &Client, stack: &str) -> Result<Option<Standing>, Failure> {
    Ok(stacks::one(client, stack).await?.map(|(_, now)| now).filter(|now| !now.is_nothing_yet()))
}

/// The executions that an update of a stack's pipeline, or its end, would stop, after they were waited for if that is wanted. It
/// is asked as late as it can be: what begins after this is stopped. A pipeline that is gone has none.
pub(super) async fn still_running(
    clients: &Clients,
    (stack, pipeline): (&str, &str),
    waits: bool,
    tell: &UnboundedSender<News>,
) -> Result<Vec<String>, Failure> {
    let waiting = |running: &[String]| {
        // Where nobody listens any more, it is waited all the same.
        let _ = tell.send(News::Waiting(stack.to_owned(), running.to_vec()));
    };
    match pipelines::at_rest(&clients.codepipeline, pipeline, waits, waiting).await {
        Err(failure) if failure.is_missing() => Ok(Vec::new()),
        asked => asked,
    }
}

/// Puts a long template into its bucket. It lies under its digest there, so that it does not matter whether it did before.
pub(super) async fn source(
    clients: &Clients,
    submission: &Submission,
    bucket: Option<&Bucket>,
) -> Result<Source, Failure> {
    let (Some(bucket), true) = (bucket, submission.is_long()) else { return Ok(Source::Request) };
    let key = submission.key();
    let text = ByteStream::from(submission.template.clone().into_bytes());
    let call = clients.s3.put_object().bucket(&bucket.name).key(&key).body(text);
    let call = call.content_type("application/yaml").set_expected_bucket_owner(bucket.owner.clone());
    call.send().await.map_err(|error| Failure::of("s3:PutObject", error))?;
    Ok(Source::Bucket(format!("https://{}/{}/{key}", bucket.host, bucket.name)))
}

/// Mends a stack that is stuck, and follows it. It is the one that was read: by its ARN, since another apply may have made it anew
/// under the same name.
pub async fn mend(
    clients: &Clients,
    (stack, id): (&str, &str),
    how: Mend,
    mut tell: impl FnMut(News),
) -> Result<Outcome, Failure> {
    let client = &clients.cloudformation;
    let before = follow::before(client, id).await?;
    let good = match how {
        Mend::Delete => {
            stacks::delete(client, id, None).await?;
            ["DELETE_COMPLETE"]
        }
        Mend::GoBack => {
            let asked = client.continue_update_rollback().stack_name(id).send().await;
            asked.map_err(|error| Failure::of("cloudformation:ContinueUpdateRollback", error))?;
            ["UPDATE_ROLLBACK_COMPLETE"]
        }
    };
    // Another apply may have been done with the same before this began to look: then no event comes any more.
    let now = stacks::one(client, id).await?.map_or_else(|| good[0].to_owned(), |(_, now)| now.status);
    if good.contains(&now.as_str()) {
        return Ok(Outcome::Done);
    }
    let (news, mut heard) = unbounded_channel();
    let came = follow::follow(client, stack, &before, &news).await?;
    drop(news);
    while let Some(event) = heard.recv().await {
        tell(event);
    }
    Ok(Outcome::of(&came, &good, Outcome::Done))
}
