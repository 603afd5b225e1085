//! `branchline logs`: what an action wrote.

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::aws::{Credentials, failed, network};
use super::holding;
use super::{Exit, load};
use crate::cli::Location;
use crate::edge::aws::logs::{self, Build, From};
use crate::edge::aws::{Aws, Clients, Failure};
use crate::edge::terminal::Terminal;
use crate::operate::logs::{Executed, Line, Wanted};
use crate::operate::{Status, plain, short};
use crate::pipeline::Plan;
use crate::pipeline::text::Place;

/// How long a log that is followed is left alone.
const PAUSE: Duration = Duration::from_secs(2);

/// Looks without anything new behind the end of a build, before its log is taken to be whole: its last lines arrive late.
const QUIET: usize = 2;

/// Show the log of what failed or runs
///
/// Of the newest action of a pipeline that failed or runs; without one, of the newest that has a log. The log is printed as it is, without
/// colours and control characters; docs/logs.md says which actions have one.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The pipeline: its name, its rule's pattern, or a branch
    what: String,
    /// Of an action in a stage of this environment
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// Of an action in this stage
    #[arg(long, value_name = "NAME")]
    stage: Option<String>,
    /// Of the action of this name, however it ended
    #[arg(long, value_name = "NAME")]
    action: Option<String>,
    /// Of this execution: its id, or how that begins
    #[arg(long, value_name = "ID")]
    execution: Option<String>,
    /// Go on until the action has ended; ends with 6 when it failed
    #[arg(long, conflicts_with = "json")]
    follow: bool,
    /// So many lines from the end, or `all`
    #[arg(long, value_name = "N", default_value = "200", value_parser = count)]
    lines: Count,
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    credentials: Credentials,
    /// Print action and lines as JSON, for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

/// How many lines.
#[derive(Clone, Copy, Debug)]
enum Count {
    Last(usize),
    All,
}

fn count(text: &str) -> Result<Count, String> {
    match text.parse() {
        _ if text == "all" => Ok(Count::All),
        Ok(number) if number > 0 => Ok(Count::Last(number)),
        _ => Err("is to be a number from 1 on, or `all`".to_owned()),
    }
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let (_, load::Sound { config, map, specs }) = load::load_sound(&arguments.location, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    if let Some(name) = &arguments.environment {
        holding::environment(&plan, name, terminal)?;
    }
    let entry = holding::pipeline(&plan, &arguments.what, terminal)?;
    let wanted = Wanted {
        environment: arguments.environment.clone(),
        stage: arguments.stage.clone(),
        action: arguments.action.clone(),
        execution: arguments.execution.clone(),
    };
    let mut session = arguments.credentials.session(&config, terminal)?;
    let aws = network(terminal)?;
    let all = aws.wait(async {
        let here = session.at(&plan.home).await?;
        // AWS filters by whole ids alone.
        let whole = wanted.execution.as_deref().filter(|id| id.len() == 36);
        logs::actions(&here, &entry.pipeline, whole, |all| wanted.urgent(all).is_some()).await
    });
    let all = match all {
        Ok(all) => all,
        Err(failure) if failure.is_missing() => {
            terminal.error(
                format_args!("AWS has nothing like that of `{}`: {}", entry.pipeline, failure.message),
                "`branchline status` shows the pipelines and their executions",
            );
            return Err(Exit::Failed);
        }
        Err(failure) => return Err(failed(&failure, terminal)),
    };
    let Some(one) = wanted.choose(&all) else {
        terminal.error(
            format_args!("no action of `{}` that is meant has run and has a log", entry.pipeline),
            "say another --environment, --stage, --action or --execution, or none; `branchline status` shows what ran",
        );
        return Err(Exit::Failed);
    };
    if !arguments.json {
        terminal.message(heading(&entry.pipeline, one, holding::canvas(terminal).now));
    }
    let place = one.place(&plan.home);
    let Some(id) = one.build() else {
        elsewhere(&entry.pipeline, one, &place, arguments.json, terminal);
        // Nothing is followed where there is no log, and what is not known to be well is not told as such.
        let is_well = !arguments.follow || one.status == Status::Succeeded;
        return Ok(match one.status {
            _ if is_well => Exit::Done,
            Status::Failed => Exit::Broken,
            _ => {
                terminal.error(
                    "the action has no log that could be followed, and has not ended well by now",
                    "`branchline status` shows how it fares",
                );
                Exit::Failed
            }
        });
    };
    let there = aws.wait(session.at(&place)).map_err(|failure| failed(&failure, terminal))?;
    let mut reading = Reading { aws: &aws, there: &there, id, arguments };
    let read = reading.log(&entry.pipeline, one, terminal);
    read.map_err(|failure| failed(&failure, terminal))
}

/// Which action it is, on stderr: the log alone goes to stdout.
fn heading(pipeline: &str, one: &Executed, now: crate::operate::Moment) -> String {
    let how = match one.status {
        Status::InProgress | Status::Stopping => "runs",
        Status::Succeeded => "succeeded",
        Status::Failed => "failed",
        _ => "ended",
    };
    let since = if one.status.is_live() { one.started } else { one.updated };
    let ago = since
        .map(|since| format!(" {}", if one.status.is_live() { since.lasting(now) } else { since.ago(now) }));
    let why = one.message.as_ref().filter(|_| one.status == Status::Failed).map(|text| format!(": {text}"));
    let execution = short(&one.execution);
    let (ago, why) = (ago.unwrap_or_default(), why.unwrap_or_default());
    format!("{pipeline}  {}, {}  execution {execution}  {how}{ago}{why}\n", one.stage, one.action)
}

/// An action without a log of CodeBuild: where to look instead.
fn elsewhere(pipeline: &str, one: &Executed, place: &Place, json: bool, terminal: &mut Terminal) {
    if json {
        print(&answer(pipeline, one, None, Vec::new()), terminal);
        return;
    }
    if one.provider == "ECS"
        && let Some((cluster, service)) = &one.service
    {
        let (region, console) = (place.region(), place.partition().console(place.region()));
        terminal.result(format_args!(
            "ECS writes no log of a deploy. Why tasks do not start or do not stay is in the events of the service `{service}`:\n  \
             https://{console}/ecs/v2/clusters/{cluster}/services/{service}/events?region={region}\n  \
             aws ecs describe-services --region {region} --cluster '{cluster}' --services '{service}' --query 'services[0].events[:20]'\n\
             What the containers wrote is in the log group of their task definition.\n"
        ));
    } else if let Some(link) = &one.link {
        terminal.result(format_args!("{} keeps no log that is read here; look at\n  {link}\n", one.provider));
    } else {
        terminal.result(format_args!("{} keeps no log: what is said above is all there is\n", one.provider));
    }
}

/// The log of a build, being read.
struct Reading<'r> {
    aws: &'r Aws,
    there: &'r Clients,
    id: &'r str,
    arguments: &'r Arguments,
}

impl Reading<'_> {
    fn log(&mut self, pipeline: &str, one: &Executed, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let Some(build) = self.build()? else {
            terminal.error(
                format_args!("CodeBuild does not know the build `{}` any more", plain(self.id)),
                "it keeps builds for a year; the log group may have the log still, by the end of the build's id",
            );
            return Ok(Exit::Failed);
        };
        let (lines, behind) = match (&build.log, self.arguments.lines) {
            (None, _) => (Vec::new(), None),
            (Some(log), Count::All) if !self.arguments.json => {
                (Vec::new(), self.forward(log, &From::Beginning, terminal)?)
            }
            (Some(log), wanted) => {
                let count = if let Count::Last(count) = wanted { count } else { usize::MAX };
                let found = self.aws.wait(logs::tail(&self.there.light, log, count))?;
                found.map_or((Vec::new(), None), |(lines, behind)| (lines, Some(From::Behind(behind))))
            }
        };
        if self.arguments.json {
            print(&answer(pipeline, one, Some(&build), lines), terminal);
            return Ok(Exit::Done);
        }
        let is_known = behind.is_some();
        show(&lines, terminal);
        if self.arguments.follow {
            return self.follow(build, behind, terminal);
        }
        if !is_known {
            terminal.message(
                "nothing was written yet, or the log is not in CloudWatch Logs, or was removed there\n",
            );
        }
        Ok(Exit::Done)
    }

    fn build(&self) -> Result<Option<Build>, Failure> {
        self.aws.wait(logs::build(self.there, self.id))
    }

    /// Prints all that is there behind a place, and says where it ended; `None` where there is no such log.
    fn forward(
        &self,
        log: &(String, String),
        from: &From,
        terminal: &mut Terminal,
    ) -> Result<Option<From>, Failure> {
        let mut from = from.clone();
        loop {
            let page = self.aws.wait(logs::page(&self.there.light, log, &from))?;
            let Some(page) = page else { return Ok(None) };
            show(&page.lines, terminal);
            let next = From::Behind(page.behind);
            if next == from || terminal.is_over() {
                return Ok(Some(next));
            }
            from = next;
        }
    }

    /// Prints what comes, until the build has ended and nothing comes any more.
    fn follow(
        &mut self,
        mut build: Build,
        mut behind: Option<From>,
        terminal: &mut Terminal,
    ) -> Result<Exit, Failure> {
        let mut quiet = 0;
        while !terminal.is_over() {
            let before = behind.clone();
            if let Some(log) = &build.log {
                let from = behind.clone().unwrap_or(From::Beginning);
                behind = self.forward(log, &from, terminal)?.or(before.clone());
            }
            // Brings out what was printed.
            terminal.message("");
            quiet = if build.is_complete && behind == before { quiet + 1 } else { 0 };
            if quiet == QUIET {
                break;
            }
            self.aws.wait(async { tokio::time::sleep(PAUSE).await });
            if !build.is_complete {
                build = self.build()?.unwrap_or(build);
            }
        }
        Ok(if build.has_failed { Exit::Broken } else { Exit::Done })
    }
}

fn show(lines: &[Line], terminal: &mut Terminal) {
    for line in lines {
        terminal.result(format_args!("{}\n", line.text));
    }
}

/// An action and its log, for scripts.
#[derive(Serialize)]
struct Answer<'a> {
    pipeline: &'a str,
    stage: &'a str,
    action: &'a str,
    execution: &'a str,
    /// `CodeBuild`, `ECS`, and so on.
    provider: &'a str,
    /// `running`, `succeeded`, `failed`, `stopped`, `ended`.
    status: &'static str,
    /// What AWS says of its end.
    message: Option<&'a str>,
    /// Where to look at it.
    link: Option<&'a str>,
    /// The build's id.
    build: Option<&'a str>,
    /// The group in CloudWatch Logs.
    group: Option<&'a str>,
    /// The stream in it.
    stream: Option<&'a str>,
    lines: Vec<Line>,
}

fn answer<'a>(
    pipeline: &'a str,
    one: &'a Executed,
    build: Option<&'a Build>,
    lines: Vec<Line>,
) -> Answer<'a> {
    let log = build.and_then(|build| build.log.as_ref());
    Answer {
        pipeline,
        stage: &one.stage,
        action: &one.action,
        execution: &one.execution,
        provider: &one.provider,
        status: match one.status {
            Status::InProgress | Status::Stopping => "running",
            Status::Succeeded => "succeeded",
            Status::Failed => "failed",
            Status::Stopped | Status::Cancelled => "stopped",
            Status::Other => "ended",
        },
        message: one.message.as_deref(),
        link: one.link.as_deref(),
        build: one.build(),
        group: log.map(|(group, _)| group.as_str()),
        stream: log.map(|(_, stream)| stream.as_str()),
        lines,
    }
}

fn print(answer: &Answer, terminal: &mut Terminal) {
    // Structs of text are always JSON.
    let json = serde_json::to_value(answer).unwrap_or_default();
    terminal.result(format_args!("{json:#}\n"));
}
