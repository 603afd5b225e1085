//! What the commands that hold releases back, and let them go, have in common.

use super::Exit;
use super::aws::{Credentials, failed, network};
use crate::branch_map::Entry;
use crate::config::Environment;
use crate::document::cloudformation::common::APP_TAG;
use crate::edge::aws::states::{self, Question};
use crate::edge::aws::{Aws, Clients, Failure, each, owner};
use crate::edge::terminal::Terminal;
use crate::edge::{ask, clock};
use crate::operate::which::{Which, which};
use crate::operate::words::Canvas;
use crate::operate::{Moment, Seen, plain};
use crate::pipeline::Plan;

/// AWS, at the place of the pipelines.
pub(super) struct Holding<'p> {
    plan: &'p Plan<'p>,
    pub(super) aws: Aws,
    pub(super) here: Clients,
}

impl<'p> Holding<'p> {
    /// Signed in, with credentials that were found to be of the pipelines' account.
    pub(super) fn open(
        plan: &'p Plan<'p>,
        credentials: &Credentials,
        terminal: &mut Terminal,
    ) -> Result<Self, Exit> {
        let mut session = credentials.session(plan.config, terminal)?;
        let aws = network(terminal)?;
        let here = aws.wait(session.at(&plan.home)).map_err(|failure| failed(&failure, terminal))?;
        Ok(Holding { plan, aws, here })
    }

    /// How pipelines stand, in their order; `None` where AWS has none of the name. What is deployed is not asked for.
    pub(super) fn seen(&self, pipelines: &[&str]) -> Result<Vec<Option<Seen>>, Failure> {
        let question = |name: &&str| Question { pipeline: (*name).to_owned(), environments: Vec::new() };
        self.aws.wait(states::all(&self.here, pipelines.iter().map(question).collect()))
    }

    /// Whether each pipeline carries the tag of this app; one that is not there does not.
    pub(super) fn ours(&self, pipelines: &[&str]) -> Result<Vec<bool>, Failure> {
        let home = &self.plan.home;
        let names = pipelines.iter().map(|name| (*name).to_owned());
        let apps = self.aws.wait(each(names, |name| {
            let (here, arn) = (self.here.clone(), owner::arn(home, &name));
            async move {
                match owner::tag(&here.codepipeline, &arn, APP_TAG).await {
                    Err(failure) if failure.is_missing() => Ok(None),
                    asked => asked,
                }
            }
        }))?;
        Ok(apps.iter().map(|app| app.as_deref() == Some(self.plan.config.app.as_str())).collect())
    }
}

/// The one pipeline that a person means.
pub(super) fn pipeline<'p>(plan: &Plan<'p>, name: &str, terminal: &mut Terminal) -> Result<&'p Entry, Exit> {
    let (what, help) = match which(plan.map, name) {
        Which::One(entry) => return Ok(entry),
        Which::Several(several) => {
            let names: Vec<&str> = several.iter().map(|entry| entry.pipeline.as_str()).collect();
            (
                format!("`{}` starts several pipelines", plain(name)),
                format!("name one of them: {}", names.join(", ")),
            )
        }
        Which::Family(rule) => (
            format!("the rule `{rule}` has no pipeline for `{}` yet", plain(name)),
            "the branches that are known have one: see `branchline map`, and `--remote` or `--branches`"
                .to_owned(),
        ),
        Which::Nothing => (
            format!(
                "no pipeline is called `{}`, and no push to a branch of that name starts one",
                plain(name)
            ),
            "`branchline map` shows all of them".to_owned(),
        ),
    };
    terminal.error(what, &help);
    Err(Exit::Usage)
}

/// Ends a command that writes where nobody can be asked and nobody has said `--yes`.
pub(super) fn can_ask(command: &str, yes: bool, terminal: &mut Terminal) -> Result<(), Exit> {
    if yes || ask::is_possible() {
        return Ok(());
    }
    terminal.error(
        format_args!("{command} asks before it writes, and here is nobody who could answer"),
        "look at `branchline status`, and say `--yes`",
    );
    Err(Exit::Usage)
}

/// The environment of a name.
pub(super) fn environment<'p>(
    plan: &Plan<'p>,
    name: &str,
    terminal: &mut Terminal,
) -> Result<&'p Environment, Exit> {
    plan.config.environments.get(name).ok_or_else(|| {
        let known: Vec<&str> = plan.config.environments.keys().map(String::as_str).collect();
        terminal.error(
            format_args!("there is no environment `{name}`"),
            &format!("the environments of branchline.yml are {}", known.join(", ")),
        );
        Exit::Usage
    })
}

/// Asks; only `yes` in full is one.
pub(super) fn agreed(question: &str, terminal: &mut Terminal) -> Result<bool, Exit> {
    // What is shown comes before what is asked.
    terminal.message("");
    let judge = |answer: &str| {
        (!matches!(answer, "yes" | "no")).then(|| "is to be `yes` or `no`, in full".to_owned())
    };
    match ask::ask(question, None, terminal.messages_look().colour, &judge) {
        Ok(answer) if answer == "yes" => Ok(true),
        Ok(_) => {
            terminal.message("nothing was done\n");
            Ok(false)
        }
        Err(error) => {
            terminal.error(&error, "");
            Err(Exit::Failed)
        }
    }
}

/// How results are drawn.
pub(super) fn canvas(terminal: &Terminal) -> Canvas {
    let look = terminal.results_look();
    Canvas { colour: look.colour, width: look.width, now: Moment(clock::now()) }
}
