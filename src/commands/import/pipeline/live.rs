//! Pipelines as AWS has them now. It is asked, and nothing is changed.

use clap::Args;

use super::super::super::Exit;
use super::super::super::aws::{failed, network};
use super::super::super::proposal;
use crate::edge::aws::{Access, Failure, Given as Credential, Session, pipelines, projects};
use crate::edge::terminal::Terminal;
use crate::import::pipeline::gather::{Known, projects_of};
use crate::import::pipeline::reading::Given;
use crate::pipeline::text::Place;

/// Whose credentials are used for --name.
#[derive(Debug, Args)]
pub(super) struct Credentials {
    /// The profile whose credentials are used for --name
    ///
    /// Without it the AWS SDK's own order decides: environment variables, the default profile, the role of the machine.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// A role to assume for --name, in the account of the pipelines
    #[arg(long, value_name = "ARN")]
    role: Option<String>,
}

impl Credentials {
    fn session(&self, account: &str, terminal: &mut Terminal) -> Result<Session, Exit> {
        // Ways are said by environment; here is one, that of the pipelines.
        let given = |environment: Option<&str>, value: &Option<String>| -> Vec<Credential> {
            let one = value.iter().map(|value| Credential {
                environment: environment.map(str::to_owned),
                value: value.clone(),
            });
            one.collect()
        };
        let access = Access::new(&given(None, &self.profile), &given(Some("--name"), &self.role), |_| {
            Some(account.to_owned())
        });
        access.map(Session::new).map_err(|_| {
            terminal.error(
                format_args!("the role of `--role` is no role of account {account}"),
                "name a role of the account in which the pipelines are",
            );
            Exit::Usage
        })
    }
}

/// Reads the pipelines of `--name`, and the projects that they run.
pub(super) fn read(
    arguments: &super::Arguments,
    texts: &mut Vec<Given>,
    known: &mut Known,
    terminal: &mut Terminal,
) -> Result<(), Exit> {
    let names = &arguments.origins.name;
    if names.is_empty() {
        return Ok(());
    }
    let (Some(account), Some(region)) = (&known.account, &known.region) else {
        terminal.error(
            "`--name` needs the account and the region in which the pipelines are",
            "say them with `--account ID --region REGION`: credentials of another account are refused",
        );
        return Err(Exit::Usage);
    };
    let place = Place::new(account, region);
    let mut session = arguments.credentials.session(account, terminal)?;
    let aws = network(terminal)?;
    let asked = aws.wait(ask(&mut session, &place, names));
    let (found, projects) = asked.map_err(|failure| failed(&failure, terminal))?;
    for (name, text) in found {
        let Some(text) = text else {
            let what = format!(
                "there is no pipeline `{}` in account {account}, region {region}",
                name.escape_debug()
            );
            let help = "`aws codepipeline list-pipelines` has the names of all";
            return Err(proposal::failed(terminal, what, help));
        };
        texts.push(Given { shown: shown(&name), text, is_file: false });
    }
    known.projects = projects;
    Ok(())
}

/// How a pipeline in AWS is called where a file would be named.
fn shown(name: &str) -> String {
    format!("{name} in AWS")
}

/// A name, and the declaration as text.
type Found = Vec<(String, Option<String>)>;

/// One call for whose credentials they are, one for each pipeline, one for each hundred projects.
async fn ask(
    session: &mut Session,
    place: &Place,
    names: &[String],
) -> Result<(Found, Vec<(String, String)>), Failure> {
    let here = session.at(place).await?;
    let mut found = Vec::new();
    for name in names {
        let declaration = pipelines::declaration(&here.codepipeline, name).await?;
        found.push((name.clone(), declaration.map(|declaration| declaration.to_string())));
    }
    let texts: Vec<Given> = found
        .iter()
        .filter_map(|(name, text)| Some(Given { shown: shown(name), text: text.clone()?, is_file: false }))
        .collect();
    let wanted: Vec<String> = projects_of(&texts).into_iter().collect();
    let declared = projects::all(&here.codebuild, &wanted).await?;
    Ok((found, declared.into_iter().map(|(name, project)| (name, project.to_string())).collect()))
}
