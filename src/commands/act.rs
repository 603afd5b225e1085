//! What the commands that act on pipelines have in common: which pipeline is meant and whose it is, what is shown, who agrees, and
//! what is told at the end.

use std::future::Future;

use clap::Args;
use serde::Serialize;

use super::aws::{Credentials, failed, network};
use super::{Exit, status};
use crate::branch_map::Entry;
use crate::document::cloudformation::common::APP_TAG;
use crate::edge::aws::states::all;
use crate::edge::aws::{Aws, Clients, Failure, owner};
use crate::edge::terminal::Terminal;
use crate::edge::{ask, clock};
use crate::operate::acting::{Sheet, meant};
use crate::operate::board::Board;
use crate::operate::which::{Which, which};
use crate::operate::words::{Canvas, drawn};
use crate::operate::{Moment, Seen, plain};
use crate::pipeline::Plan;

/// How it is done, and told.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Manner {
    /// Do it without asking
    ///
    /// Where there is no terminal it has to be said; without it what would be done is shown, and nothing is done.
    #[arg(long)]
    yes: bool,
    /// Print what was done as JSON, for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

/// What was done, for scripts. The same shape for all that act; what does not apply is null.
#[derive(Debug, Serialize)]
pub(super) struct Deed<'d> {
    /// The command.
    pub did: &'static str,
    /// `done`; `already`, where it was so before; `refused`, where AWS did not take it.
    pub outcome: &'static str,
    /// The pipeline.
    pub pipeline: &'d str,
    /// Its account.
    pub account: &'d str,
    /// Its region.
    pub region: &'d str,
    /// The stage.
    pub stage: Option<&'d str>,
    /// The environment.
    pub environment: Option<&'d str>,
    /// The execution: that which was acted on, or that has begun.
    pub execution: Option<&'d str>,
    /// The commit that it releases.
    pub commit: Option<&'d str>,
    /// The execution that a rollback brings back.
    pub target: Option<&'d str>,
    /// What was to be heeded.
    pub warnings: &'d [String],
    /// Why AWS did not take it.
    pub reason: Option<String>,
}

/// Where an action is prepared: the plan, and the way to the account of the pipelines.
pub(super) struct Desk<'p> {
    pub plan: &'p Plan<'p>,
    pub here: Clients,
    aws: Aws,
    manner: Manner,
}

impl<'p> Desk<'p> {
    /// Fails where the account cannot be asked with these credentials.
    pub(super) fn open(
        plan: &'p Plan<'p>,
        credentials: &Credentials,
        manner: Manner,
        terminal: &mut Terminal,
    ) -> Result<Self, Exit> {
        let mut session = credentials.session(plan.config, terminal)?;
        let aws = network(terminal)?;
        let here = aws.wait(session.at(&plan.home)).map_err(|failure| failed(&failure, terminal))?;
        Ok(Desk { plan, here, aws, manner })
    }

    /// Asks AWS; a failure is told.
    pub(super) fn wait<T>(
        &self,
        asked: impl Future<Output = Result<T, Failure>>,
        terminal: &mut Terminal,
    ) -> Result<T, Exit> {
        self.aws.wait(asked).map_err(|failure| failed(&failure, terminal))
    }

    /// The pipeline that is meant: by its name, its rule's pattern, or a branch.
    pub(super) fn entry(&self, name: &str, terminal: &mut Terminal) -> Result<&'p Entry, Exit> {
        let (what, help) = match which(self.plan.map, name) {
            Which::One(entry) => return Ok(entry),
            Which::Several(all) => {
                let all: Vec<&str> = all.iter().map(|entry| entry.pipeline.as_str()).collect();
                (
                    format!("`{}` is of several pipelines", name.escape_debug()),
                    format!("name one of them: {}", all.join(", ")),
                )
            }
            Which::Family(rule) => (
                format!("the rule `{rule}` has a pipeline for each branch, and none for `{}`", name.escape_debug()),
                "if the branch is new, `git fetch` or `--remote` shows it, and `branchline apply` makes its pipeline"
                    .to_owned(),
            ),
            Which::Nothing => {
                (format!("no pipeline is called `{}`", name.escape_debug()), meant::instead(self.plan.map, name))
            }
        };
        terminal.error(what, &help);
        Err(Exit::Usage)
    }

    /// Sees that a pipeline has an environment, where one was named.
    pub(super) fn environment(
        entry: &Entry,
        named: Option<&str>,
        terminal: &mut Terminal,
    ) -> Result<(), Exit> {
        let Some(named) = named.filter(|named| !entry.environments.iter().any(|one| one == named)) else {
            return Ok(());
        };
        let help = match entry.environments.as_slice() {
            [] => "it has none".to_owned(),
            all => format!("it goes to {}", all.join(", ")),
        };
        terminal.error(
            format_args!("{} does not come to an environment `{}`", entry.pipeline, named.escape_debug()),
            &help,
        );
        Err(Exit::Usage)
    }

    /// How a pipeline stands, once it is known to be there and to be this app's.
    pub(super) fn seen(&self, entry: &Entry, terminal: &mut Terminal) -> Result<Seen, Exit> {
        self.own(entry, terminal)?;
        match self.look(entry, terminal)? {
            Some(seen) => Ok(seen),
            None => Err(absent(entry, terminal)),
        }
    }

    /// How it stands now; `None` where it is gone.
    pub(super) fn look(&self, entry: &Entry, terminal: &mut Terminal) -> Result<Option<Seen>, Exit> {
        let seen = self.wait(all(&self.here, vec![status::question(self.plan, entry)]), terminal)?;
        Ok(seen.into_iter().next().flatten())
    }

    /// Nothing is done to a pipeline that does not carry this app's tag: another could have its name.
    fn own(&self, entry: &Entry, terminal: &mut Terminal) -> Result<(), Exit> {
        let home = &self.plan.home;
        let arn = owner::arn(home, &entry.pipeline);
        let app = &self.plan.config.app;
        let tag = match self.aws.wait(owner::tag(&self.here.codepipeline, &arn, APP_TAG)) {
            Ok(tag) => tag,
            Err(failure) if failure.is_missing() => return Err(absent(entry, terminal)),
            Err(failure) => return Err(failed(&failure, terminal)),
        };
        match tag {
            Some(tag) if tag == *app => return Ok(()),
            Some(tag) => terminal.error(
                format_args!("the pipeline {} is of the app `{}`, by its tag `{APP_TAG}`", entry.pipeline, plain(&tag)),
                "nothing was done to it; see whether two apps have one name in this account",
            ),
            None => terminal.error(
                format_args!("the pipeline {} does not carry the tag `{APP_TAG}`, so it may not be branchline's", entry.pipeline),
                &format!("nothing was done to it; if it is, `aws codepipeline tag-resource --resource-arn {arn} --tags key={APP_TAG},value={app}`"),
            ),
        }
        Err(Exit::Failed)
    }

    /// Where it is all told: how it stands, in place of what was looked for.
    pub(super) fn instead(&self, entry: &Entry, seen: &Seen, terminal: &mut Terminal) {
        let look = terminal.messages_look();
        let canvas = Canvas { colour: look.colour, width: look.width, now: now() };
        terminal.message(drawn(&Board::of_one(&self.plan.config.app, entry, seen), canvas));
    }

    /// Shows what is about to be done, and to what; then asks, where that was not answered beforehand. Ends where nobody agrees.
    pub(super) fn agree(&self, sheet: Sheet, question: &str, terminal: &mut Terminal) -> Result<Sheet, Exit> {
        let home = &self.plan.home;
        let sheet = sheet.fact("in AWS", format!("account {}, region {}", home.account(), home.region()));
        let look = if self.manner.json { terminal.messages_look() } else { terminal.results_look() };
        let text = sheet.drawn(Canvas { colour: look.colour, width: look.width, now: now() });
        if self.manner.json {
            terminal.message(text);
        } else {
            terminal.result(text);
        }
        if self.manner.yes {
            return Ok(sheet);
        }
        if !ask::is_possible() {
            terminal
                .error("nothing was done: here is nobody who could be asked", "say `--yes` if this is meant");
            return Err(Exit::Usage);
        }
        // What was shown comes before the question.
        terminal.message("");
        let judge = |answer: &str| {
            (!matches!(answer, "yes" | "no")).then(|| "is to be `yes` or `no`, in full".to_owned())
        };
        let colour = terminal.messages_look().colour;
        match ask::ask(&format!("{question} (yes/no)"), None, colour, &judge) {
            Ok(answer) if answer == "yes" => Ok(sheet),
            Ok(_) => {
                terminal.message("nothing was done\n");
                Err(Exit::Failed)
            }
            Err(error) => {
                terminal.error(&error, "");
                Err(Exit::Failed)
            }
        }
    }

    /// A deed of which only the pipeline is known.
    pub(super) fn deed<'d>(&'d self, did: &'static str, entry: &'d Entry) -> Deed<'d> {
        Deed {
            did,
            outcome: "done",
            pipeline: &entry.pipeline,
            account: self.plan.home.account(),
            region: self.plan.home.region(),
            stage: None,
            environment: None,
            execution: None,
            commit: None,
            target: None,
            warnings: &[],
            reason: None,
        }
    }

    /// Tells what was done: a person by a sentence, a script by the deed.
    pub(super) fn tell(&self, deed: &Deed, said: &str, terminal: &mut Terminal) -> Result<Exit, Exit> {
        if self.manner.json {
            let answer = serde_json::to_string_pretty(deed).map_err(|error| {
                terminal.error(&error, "this is a fault of branchline: please report it");
                Exit::Failed
            })?;
            terminal.result(format_args!("{answer}\n"));
        } else {
            terminal.columns(&format!("{said}\n"));
        }
        Ok(Exit::Done)
    }

    /// Tells why AWS did not take it, and what to do.
    pub(super) fn refused(&self, mut deed: Deed, what: &str, help: &str, terminal: &mut Terminal) -> Exit {
        if self.manner.json {
            (deed.outcome, deed.reason) = ("refused", Some(what.to_owned()));
            if let Err(exit) = self.tell(&deed, "", terminal) {
                return exit;
            }
        }
        terminal.error(what, help);
        Exit::Failed
    }
}

fn absent(entry: &Entry, terminal: &mut Terminal) -> Exit {
    terminal.error(
        format_args!("AWS has no pipeline {} here", entry.pipeline),
        "`branchline apply` makes it; `branchline status` shows which there are",
    );
    Exit::Failed
}

/// The present, for ages.
pub(super) fn now() -> Moment {
    Moment(clock::now())
}

/// Sees that a text that a person gives fits what AWS takes; `option` is where it was given.
pub(super) fn fits(option: &str, text: &str, longest: usize, terminal: &mut Terminal) -> Result<(), Exit> {
    if plain(text).is_empty() {
        terminal
            .error(format_args!("`{option}` is empty"), "say in a few words why: it stands in the history");
        return Err(Exit::Usage);
    }
    let length = text.chars().count();
    if length > longest {
        terminal.error(
            format_args!("`{option}` has {length} characters"),
            &format!("CodePipeline takes {longest}: make it shorter"),
        );
        return Err(Exit::Usage);
    }
    Ok(())
}

/// Sees that an execution is of the branch that was named, where a pipeline takes many: somebody else's release may be there.
pub(super) fn is_of_branch(
    entry: &Entry,
    name: &str,
    known: Option<&str>,
    terminal: &mut Terminal,
) -> Result<(), Exit> {
    let Some(why) = meant::branch(entry, name).and_then(|branch| meant::other_branch(branch, known, entry))
    else {
        return Ok(());
    };
    terminal.error(
        format_args!("an execution of {} is there, and {why}", entry.pipeline),
        &format!(
            "look at `branchline status`; if it is meant all the same, name the pipeline: `{}`",
            entry.pipeline
        ),
    );
    Err(Exit::Failed)
}
