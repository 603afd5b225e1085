//! `branchline import pipeline`: from pipelines that exist already.

#[cfg(feature = "aws")]
mod live;

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::super::Exit;
use super::super::proposal::failed;
use super::shared::{Nothing, Said, Shared, Target};
use crate::edge::parity;
use crate::edge::terminal::Terminal;
use crate::import::pipeline::gather::{Gathered, Known, buildspecs_of, gather};
use crate::import::pipeline::reading::Given;
use crate::import::report::Report;

/// The command as people write it.
const COMMAND: &str = "branchline import pipeline";

/// Make a branchline.yml from pipelines that exist, with a report of what changes
///
/// Reads what CodePipeline says of them, or the templates that they are made of, whoever made them. The branch that starts a pipeline
/// becomes a rule, a stage that deploys becomes an environment, what it deploys becomes a service, and an approval stands before the
/// environment that comes behind it. The report says what became what, with file and line, what is not carried over and what
/// was wrong before. Nothing is written without --write, and nothing in AWS is changed.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(super) shared: Shared,
    #[command(flatten)]
    origins: Origins,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    credentials: live::Credentials,
}

/// Where pipelines are told.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Origins {
    /// The answer of `aws codepipeline get-pipeline`, or a CloudFormation template, as JSON or YAML; can be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Vec<PathBuf>,
    /// A pipeline in AWS, in the account and region of --account and --region; can be given several times
    #[cfg(feature = "aws")]
    #[arg(long, value_name = "NAME")]
    name: Vec<String>,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let Arguments { shared, origins, .. } = arguments;
    let target = Target::find(shared, terminal)?;
    let mut known =
        Known { account: shared.account.clone(), region: shared.region.clone(), ..Known::default() };
    let mut texts = Vec::new();
    for path in &origins.file {
        let shown = path.display().to_string();
        let text = parity::text(path).map_err(|why| {
            let what = format!("`{}` is not read: {why}", shown.escape_debug());
            failed(terminal, what, "give the answer of `aws codepipeline get-pipeline`, or a template")
        })?;
        texts.push(Given { shown, text, is_file: true });
    }
    #[cfg(feature = "aws")]
    live::read(arguments, &mut texts, &mut known, terminal)?;
    for path in buildspecs_of(&texts, &known) {
        // One that is not there, or is no text, tells nothing: the Dockerfile in the root is taken, and marked.
        if let Ok(text) = parity::text(&target.root.join(&path)) {
            known.buildspecs.insert(path, text);
        }
    }
    let Gathered { app, account, region, draft, remarks } = gather(&texts, &known);
    let report = Report::new("pipelines", draft, remarks, Vec::new(), false);
    let from = Said { command: COMMAND, app, account, region };
    let nothing = Nothing {
        what: "no pipeline that deploys was found in what was given".to_owned(),
        help: "the report says what was seen",
    };
    target.propose(&report, from, nothing, shared, terminal)?;
    Ok(Exit::Done)
}
