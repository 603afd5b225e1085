//! `branchline destroy`: deletes stacks of the app, those that are named.

use std::collections::BTreeMap;

use clap::Args;

use super::aws::{Credentials, failed, network};
use super::leaving::{Leaving, View, telling};
use super::{Exit, load};
use crate::change::stack::leaving::{Bases, Consent, Fate, Key, Refusal, Wish, json, others, stays};
use crate::cli::Location;
use crate::edge::aws::{Aws, Session};
use crate::edge::terminal::Terminal;
use crate::operate::which::{Which, which};
use crate::pipeline::Plan;

/// Delete stacks of the app from AWS: pipelines, environments, the base
///
/// Only what is named is deleted, and only with `--yes`; without it, it is shown. Pipelines go first, then environments, then base
/// stacks, and of these only what carries the app's tag. Buckets, images, keys and connections stay, and the commands that delete
/// them are told. What was deployed is not touched. docs/destroy.md tells more.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option")]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    credentials: Credentials,
    /// The stacks of these pipelines: by their names, the patterns of their rules, or branches
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pipeline: Vec<String>,
    /// The stacks of all pipelines of the app, of those that the map has no more, too
    #[arg(long, conflicts_with = "pipeline")]
    pipelines: bool,
    /// The stacks of these environments: their roles, projects and logs; not what is deployed there
    #[arg(long, value_name = "NAME", num_args = 1..)]
    environment: Vec<String>,
    /// The base stacks, or that of one region
    #[arg(long, value_name = "REGION", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    base: Option<String>,
    /// Do it; without this it is shown, and nothing is deleted
    #[arg(long)]
    yes: bool,
    /// Wait until executions, what is under way in stacks, and who holds a lock, are over
    #[arg(long, conflicts_with = "interrupt")]
    wait: bool,
    /// Delete pipelines that are running; builds and migrations that have begun go on
    #[arg(long)]
    interrupt: bool,
    /// Print what is deleted, what stays and what became of it as JSON, for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let is_named = arguments.is_named();
    if arguments.yes && !is_named {
        terminal.error(
            "`--yes` says that something is to be deleted, and nothing is named",
            "name it with `--pipeline NAME`, `--pipelines`, `--environment NAME` or `--base`; without `--yes` all that stands is shown",
        );
        return Err(Exit::Usage);
    }
    let (_, load::Sound { config, map, specs }) = load::load_sound(&arguments.location, terminal)?;
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let wish = arguments.wish(&plan, terminal)?;
    let mut session = arguments.credentials.session(&config, terminal)?;
    let aws = network(terminal)?;
    let consent = Consent { wait: arguments.wait && arguments.yes, interrupt: arguments.interrupt };
    let mut leaving = Leaving::new(&plan, wish, consent);
    leaving.read(&aws, &mut session, is_named).map_err(|failure| failed(&failure, terminal))?;
    if !known(&leaving.first, terminal) {
        return Err(Exit::Failed);
    }
    if !arguments.json {
        show(&leaving.first, is_named, terminal);
    }
    // All that there is would have to be named first, so nothing of it is judged.
    let mut refusals = if is_named { leaving.hindered(&aws, &mut session, terminal)? } else { Vec::new() };
    if arguments.wait && !arguments.yes {
        for passing in refusals.extract_if(.., |refusal| refusal.passes()) {
            terminal.message(format_args!("would be waited for: {passing}\n"));
        }
    }
    telling::refused(&refusals, terminal);
    if !refusals.is_empty() || !arguments.yes || leaving.first.sight.chosen.is_empty() {
        answer(arguments, &leaving, &refusals, terminal);
        return Ok(if refusals.is_empty() { Exit::Done } else { Exit::Failed });
    }
    carry_out(arguments, &mut leaving, (&aws, &mut session), terminal)
}

impl Arguments {
    fn is_named(&self) -> bool {
        !self.pipeline.is_empty() || self.pipelines || !self.environment.is_empty() || self.base.is_some()
    }

    /// What was named, pipelines of the map by their names in AWS.
    fn wish(&self, plan: &Plan, terminal: &mut Terminal) -> Result<Wish, Exit> {
        let mut pipelines = Vec::with_capacity(self.pipeline.len());
        for name in &self.pipeline {
            match which(plan.map, name) {
                Which::One(entry) => pipelines.push(entry.pipeline.clone()),
                Which::Several(entries) => {
                    let all: Vec<&str> = entries.iter().map(|entry| entry.pipeline.as_str()).collect();
                    terminal.error(
                        format_args!("`{name}` is several pipelines: {}", all.join(", ")),
                        "name those that are meant",
                    );
                    return Err(Exit::Usage);
                }
                // It may stand all the same, where the map asks for it no more.
                Which::Family(_) | Which::Nothing => pipelines.push(name.clone()),
            }
        }
        Ok(Wish {
            everything: !self.is_named(),
            pipelines,
            all_pipelines: self.pipelines,
            left_pipelines: false,
            environments: self.environment.clone(),
            bases: match self.base.as_deref() {
                None => Bases::None,
                Some("") => Bases::All,
                Some(region) => Bases::In(region.to_owned()),
            },
        })
    }

    /// How the command is written that does what was shown.
    fn again(&self) -> String {
        let mut words = vec!["branchline destroy".to_owned()];
        if !self.pipeline.is_empty() {
            words.push(format!("--pipeline {}", self.pipeline.join(" ")));
        }
        if self.pipelines {
            words.push("--pipelines".to_owned());
        }
        if !self.environment.is_empty() {
            words.push(format!("--environment {}", self.environment.join(" ")));
        }
        match self.base.as_deref() {
            None => {}
            Some("") => words.push("--base".to_owned()),
            Some(region) => words.push(format!("--base={region}")),
        }
        if self.interrupt {
            words.push("--interrupt".to_owned());
        }
        if self.wait {
            words.push("--wait".to_owned());
        }
        words.push("--yes".to_owned());
        words.join(" ")
    }
}

/// Whether all that was named is known; tells what is not.
fn known(view: &View, terminal: &mut Terminal) -> bool {
    let unknown = &view.choice.unknown;
    for (what, name) in unknown {
        terminal.error(
            format_args!("there is no {what} `{name}`: the map has none, and no stack of the app is called so"),
            "`branchline destroy` alone lists what stands; a branch that is not known here is looked for with `--remote`",
        );
    }
    unknown.is_empty()
}

/// What would be deleted, and what is left alone.
fn show(view: &View, is_named: bool, terminal: &mut Terminal) {
    telling::show(&view.sight, terminal);
    if is_named && !view.choice.gone.is_empty() {
        terminal
            .columns(&format!("Not there, so nothing is to be done:  {}\n\n", view.choice.gone.join(", ")));
    }
    if !is_named {
        let beside = others(&view.sight.roll);
        if !beside.is_empty() {
            terminal.columns(&format!("{beside}\n"));
        }
    }
}

/// What is told where nothing was deleted.
fn answer(arguments: &Arguments, leaving: &Leaving, refusals: &[Refusal], terminal: &mut Terminal) {
    let View { sight, choice } = &leaving.first;
    if arguments.json {
        let said = json(sight, choice, refusals, !arguments.yes, |_| None);
        return terminal.result(format_args!("{said:#}\n"));
    }
    if sight.chosen.is_empty() {
        return terminal.result("Nothing was deleted: nothing of it stands.\n");
    }
    if !refusals.is_empty() {
        return terminal.result("Nothing was deleted, and nothing would be.\n");
    }
    let what_stays = stays(sight);
    if !what_stays.is_empty() {
        terminal.result(format_args!("{what_stays}\n"));
    }
    if arguments.is_named() {
        terminal.result(format_args!("Nothing was deleted. This does it:\n  {}\n", arguments.again()));
    } else {
        terminal.result(
            "Nothing was deleted. Name what is to go, and it is shown with what speaks\nagainst it; `--yes` deletes it:\n  \
             --pipeline NAME…     --pipelines     --environment NAME…     --base\n",
        );
    }
}

fn carry_out(
    arguments: &Arguments,
    leaving: &mut Leaving,
    (aws, session): (&Aws, &mut Session),
    terminal: &mut Terminal,
) -> Result<Exit, Exit> {
    let ended = leaving.carry_out(aws, session, terminal);
    let is_good = matches!(ended, Ok(true));
    let sight = &leaving.first.sight;
    if arguments.json {
        let fates: BTreeMap<Key, Fate> =
            leaving.outcomes.iter().map(|(key, outcome)| (key.clone(), telling::fate(outcome))).collect();
        let said = json(sight, &leaving.first.choice, &[], false, |ours| fates.get(&ours.key()));
        terminal.result(format_args!("{said:#}\n"));
    } else {
        for ours in &sight.chosen {
            let outcome = leaving.outcomes.get(&ours.key());
            terminal.result(format_args!("{}  {}\n", ours.name, telling::words(outcome)));
        }
        if is_good {
            telling::show_what_stays(sight, terminal);
        }
    }
    for ((_, name), outcome) in &leaving.outcomes {
        telling::wrong(name, outcome, terminal);
    }
    ended?;
    let end = telling::end(&leaving.outcomes);
    // What came up between two steps was told there.
    Ok(if end == Exit::Done && !is_good { Exit::Failed } else { end })
}
