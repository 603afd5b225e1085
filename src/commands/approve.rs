//! `branchline approve`: lets a release into an environment. What it shares with `reject` stands here, too.

use clap::Args;

use super::act::{self, Desk, Manner};
use super::aws::Credentials;
use super::{Exit, load};
use crate::branch_map::Entry;
use crate::cli::Location;
use crate::edge::aws::{approvals, executions};
use crate::edge::terminal::Terminal;
use crate::operate::acting::approval::{self, End, LONGEST, Pending, Since, Verdict};
use crate::operate::acting::{Taken, run as run_of};
use crate::operate::{Seen, short};
use crate::pipeline::Plan;

/// Approve a release that waits before an environment
///
/// Shows what waits: the commit, what the approval asks, what is deployed there now and what waits behind it; asks, and approves that very
/// request. One that was answered or replaced meanwhile is never approved in its place. docs/operate.md says more.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) answer: Answer,
}

/// What an answer to an approval needs.
#[derive(Debug, Args)]
pub(crate) struct Answer {
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    credentials: Credentials,
    /// A pipeline's name, its rule's pattern, or a branch
    what: String,
    /// Why, in at most 512 characters: it stands in the pipeline's history
    #[arg(long, value_name = "TEXT")]
    comment: String,
    /// The environment before which it waits, where several approvals wait
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    #[command(flatten)]
    pub(crate) manner: Manner,
}

impl Arguments {
    pub(crate) fn is_json(&self) -> bool {
        self.answer.manner.json
    }
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    answer(&arguments.answer, Verdict::Approve, terminal)
}

/// Answers an approval that waits.
pub(super) fn answer(given: &Answer, verdict: Verdict, terminal: &mut Terminal) -> Result<Exit, Exit> {
    act::fits("--comment", &given.comment, LONGEST, terminal)?;
    let (_, load::Sound { config, map, specs }) = load::load_sound(&given.location, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let desk = Desk::open(&plan, &given.credentials, given.manner, terminal)?;
    let entry = desk.entry(&given.what, terminal)?;
    Desk::environment(entry, given.environment.as_deref(), terminal)?;
    let seen = desk.seen(entry, terminal)?;
    let one = the_one(&desk, entry, &seen, given.environment.as_deref(), terminal)?;
    let trail = executions::trail(&desk.here.codepipeline, &entry.pipeline, &one.execution);
    let trail = desk.wait(trail, terminal)?;
    let asked = approvals::asked(&trail, &one);
    act::is_of_branch(entry, &given.what, asked.branch.as_deref(), terminal)?;
    let sheet = approval::sheet(entry, &seen, &one, &asked, verdict, act::now());
    let sheet = desk.agree(sheet, question(verdict), terminal)?;
    let put = approvals::answer(&desk.here.codepipeline, &entry.pipeline, &one, verdict, &given.comment);
    let taken = desk.wait(put, terminal)?;
    let mut deed = desk.deed(verdict.verb(), entry);
    deed.stage = Some(&one.stage);
    deed.environment = one.environment.as_deref();
    deed.execution = Some(&one.execution);
    deed.commit = run_of(&seen, &one.execution).and_then(|run| run.commit.as_deref());
    deed.warnings = sheet.warnings();
    let Taken::No(_) = taken else { return desk.tell(&deed, &said(verdict, &one), terminal) };
    match become_of(&desk, entry, &one, verdict, &given.comment, terminal)? {
        Since::Ours => desk.tell(&deed, &said(verdict, &one), terminal),
        Since::Answered(by) => {
            let what = format!("it was answered meanwhile: {by}");
            Ok(desk.refused(deed, &what, "nothing was done; see `branchline status`", terminal))
        }
        Since::Over => {
            let what = "it waits no more: it was stopped, replaced by a newer one, or ran out of time";
            Ok(desk.refused(deed, what, "nothing was done; see `branchline status`", terminal))
        }
        Since::Another(other) => {
            let what = format!(
                "another request waits in {} now, that of execution {}, which was not shown",
                other.stage,
                short(&other.execution)
            );
            let help =
                format!("nothing was done; look at it and say so anew: `branchline {} …`", verdict.verb());
            Ok(desk.refused(deed, &what, &help, terminal))
        }
    }
}

fn question(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approve => "Approve it?",
        Verdict::Reject => "Reject it?",
    }
}

fn said(verdict: Verdict, one: &Pending) -> String {
    let where_to = one.environment.as_deref().unwrap_or(&one.stage);
    match verdict {
        Verdict::Approve => format!(
            "approved: execution {} goes on to {where_to}; `branchline status` shows how it fares",
            short(&one.execution)
        ),
        Verdict::Reject => format!(
            "rejected: execution {} ends in {}; `branchline retry` asks anew",
            short(&one.execution),
            one.stage
        ),
    }
}

/// The approval that is meant: the only one that waits, or the one before the named environment.
fn the_one(
    desk: &Desk,
    entry: &Entry,
    seen: &Seen,
    environment: Option<&str>,
    terminal: &mut Terminal,
) -> Result<Pending, Exit> {
    let all = approval::pending(entry, seen);
    let is_meant =
        |one: &&Pending| environment.is_none_or(|wanted| one.environment.as_deref() == Some(wanted));
    let found: Vec<&Pending> = all.iter().filter(is_meant).collect();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => {
            let before = environment.map(|name| format!(" before {name}")).unwrap_or_default();
            terminal.error(
                format_args!("nothing of {} waits for an approval{before}; it stands so:", entry.pipeline),
                "",
            );
            desk.instead(entry, seen, terminal);
            Err(Exit::Failed)
        }
        _ => {
            let names: Vec<&str> = found.iter().filter_map(|one| one.environment.as_deref()).collect();
            terminal.error(
                format_args!("several approvals of {} wait; it stands so:", entry.pipeline),
                &format!("name one of them with `--environment`: {}", names.join(", ")),
            );
            desk.instead(entry, seen, terminal);
            Err(Exit::Usage)
        }
    }
}

/// Reads anew what became of a request that AWS takes no answer for.
fn become_of(
    desk: &Desk,
    entry: &Entry,
    one: &Pending,
    verdict: Verdict,
    comment: &str,
    terminal: &mut Terminal,
) -> Result<Since, Exit> {
    let trail = executions::trail(&desk.here.codepipeline, &entry.pipeline, &one.execution);
    let trail = desk.wait(trail, terminal)?;
    let past = trail.newest(&one.stage, &one.action);
    let end =
        past.map(|past| End { status: past.status.clone(), said: past.said.clone(), by: past.by.clone() });
    let seen = desk.look(entry, terminal)?;
    let now = seen.map(|seen| approval::pending(entry, &seen)).unwrap_or_default();
    Ok(approval::since(one, verdict, comment, end.as_ref(), &now))
}
