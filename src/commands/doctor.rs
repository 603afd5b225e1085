//! `branchline doctor`: what the pipelines will meet in AWS.

use clap::Args;

use super::aws::{Credentials, failed, network};
use super::{Exit, branches, load};
use crate::cli::Location;
use crate::diagnostic::terminal::Style;
use crate::diagnostic::{self, has_errors};
use crate::doctor;
use crate::doctor::facts::Facts;
use crate::doctor::questions::Questions;
use crate::edge::aws::doctor as asked;
use crate::edge::terminal::Terminal;
use crate::pipeline::Plan;

/// Look at what the pipelines will meet in AWS, and say what is missing there
///
/// Everything that branchline.yml names and branchline does not make is looked for, with what helps where it is not there. Nothing is
/// written, and no value of a secret or a parameter is read. What may not be looked at is told, and the rest is looked at all the same.
/// Ends with 4 when something is an error. docs/doctor.md lists the findings and the rights they need.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    credentials: Credentials,
    /// Print the findings as a JSON list, for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let loaded = load::load(&arguments.location, terminal)?;
    loaded.tell(terminal);
    let load::Sound { config, map, specs } = loaded.sound.as_ref().ok_or(Exit::Configuration)?;
    let plan = Plan::new(config, map, specs.texts.clone());
    let questions = Questions::of(&plan);
    let mut session = arguments.credentials.session(config, terminal)?;
    let aws = network(terminal)?;
    let facts =
        aws.wait(asked::facts(&mut session, &questions)).map_err(|failure| failed(&failure, terminal))?;
    let facts = Facts { branches: Some(branches::there(&arguments.location, config, &loaded.root)), ..facts };
    let findings = doctor::findings(&loaded.text, &plan, &questions, &facts);
    if arguments.json {
        terminal.result(diagnostic::json::render(&findings, &loaded.text, &loaded.shown));
    } else if findings.is_empty() {
        terminal.columns(&said(&questions));
    } else {
        let look = terminal.results_look();
        let style = Style { colour: look.colour, width: look.width, wrap: look.wrap };
        terminal.result(diagnostic::terminal::render(&findings, &loaded.text, &loaded.shown, style));
    }
    Ok(if has_errors(&findings) { Exit::Found } else { Exit::Done })
}

/// What was looked at, where nothing is wrong with it.
fn said(questions: &Questions) -> String {
    let places = questions.places.iter().map(|(place, what)| format!("  {place}: {what}\n"));
    format!("Nothing is wrong with what was looked at:\n{}", places.collect::<String>())
}
