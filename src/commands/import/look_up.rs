//! `--look-up`: the names that CloudFormation made up, asked of AWS.

use std::collections::BTreeSet;

use clap::Args;

use super::super::Exit;
use super::super::aws::{Credentials, failed, network};
use super::shared::Shared;
use crate::config::account::is_account;
use crate::config::regions::is_region;
use crate::edge::aws::copilot;
use crate::edge::terminal::Terminal;
use crate::import::copilot::gather::Gathered;
use crate::import::copilot::looked_up::{Answers, App, fill, is_name, parameters, wanted};
use crate::pipeline::text::Place;

/// Whether AWS is asked, and with whose credentials.
#[derive(Debug, Args)]
pub(super) struct LookUp {
    /// Ask AWS for the names, accounts and regions of what is deployed today; nothing is written there
    #[arg(long)]
    look_up: bool,
    #[command(flatten)]
    credentials: Credentials,
}

impl LookUp {
    /// Fills in what AWS knows, and says of the rest what it is.
    pub(super) fn filled(
        &self,
        mut gathered: Gathered,
        shared: &Shared,
        terminal: &mut Terminal,
    ) -> Result<Gathered, Exit> {
        if !self.look_up && self.credentials.are_said() {
            terminal.error("`--profile` and `--role` say how AWS is asked, and it is not", "add `--look-up`");
            return Err(Exit::Usage);
        }
        let is_nothing = gathered.draft.rules.is_empty() || gathered.draft.services.is_empty();
        if !self.look_up || is_nothing {
            return Ok(gathered);
        }
        let app = app(&gathered, shared, terminal)?;
        let answers = self.ask(&gathered, &app, terminal)?;
        let remarks = fill(&mut gathered.draft, &app, &answers);
        gathered.remarks.extend(remarks);
        Ok(gathered)
    }

    fn ask(&self, gathered: &Gathered, app: &App, terminal: &mut Terminal) -> Result<Answers, Exit> {
        let draft = &gathered.draft;
        let known = |name: &str| draft.environments.iter().any(|one| one.name == name);
        let mut first = self.credentials.first_session(known, terminal)?;
        let aws = network(terminal)?;
        let environments = aws
            .wait(copilot::environments(&mut first, app, parameters(&app.name, draft)))
            .map_err(|failure| failed(&failure, terminal))?;
        let account_of = |name: &str| {
            let place = environments.get(name).unwrap_or(&app.home);
            known(name).then(|| place.account().to_owned())
        };
        let mut session = self.credentials.session_by(account_of, terminal)?;
        let asked = aws.wait(async {
            let places: BTreeSet<Place> = environments.values().chain([&app.home]).cloned().collect();
            let mut answers = Answers { environments, ..Answers::default() };
            answers.stacks = copilot::stacks(&mut session, places).await?;
            let wanted = wanted(draft, app, &answers);
            answers.resources = copilot::resources(&mut session, wanted).await?;
            if draft.source.as_ref().is_some_and(|source| source.connection.is_some()) {
                answers.connections = Some(copilot::connections(&mut session, &app.home).await?);
            }
            Ok(answers)
        });
        asked.map_err(|failure| failed(&failure, terminal))
    }
}

/// Whose things they are: all of it has to be said before AWS is asked.
fn app(gathered: &Gathered, shared: &Shared, terminal: &mut Terminal) -> Result<App, Exit> {
    let mut usage = |what: String, help: &str| {
        terminal.error(what, help);
        Exit::Usage
    };
    let name = gathered.application.clone().unwrap_or_default();
    if !is_name(&name) {
        let what = if name.is_empty() {
            "no branch says Copilot's name of the app, by which its things are known in AWS".to_owned()
        } else {
            format!("`{}` is no name that Copilot gives an app", name.escape_default())
        };
        return Err(usage(what, "say it with `--app NAME`: `copilot app ls` lists them"));
    }
    // A repository in CodeCommit says the region of its pipelines.
    let of_source = || gathered.draft.source.as_ref()?.region.as_ref().map(|(region, _)| region);
    match (&shared.account, shared.region.as_ref().or_else(of_source)) {
        (Some(account), Some(region)) if is_account(account) && is_region(region) => {
            Ok(App { name, home: Place::new(account, region) })
        }
        _ => Err(usage(
            "what is looked up stands in the account and the region of Copilot's app".to_owned(),
            "say them with `--account ID`, twelve digits, and `--region REGION`, such as eu-west-1",
        )),
    }
}
