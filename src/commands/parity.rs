//! `branchline check parity`: which keys of variables and secrets are missing somewhere.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{Exit, load};
use crate::config::{self, Config, tree};
use crate::diagnostic::{self, has_errors};
use crate::edge::configuration::{self, ConfigurationError, Found as Configuration};
use crate::edge::parity as files;
use crate::edge::terminal::Terminal;
use crate::parity::compare::compare;
use crate::parity::exceptions::Exceptions;
use crate::parity::pattern::Named;
use crate::parity::words::{Canvas, drawn};
use crate::parity::{
    Found, Page, Place, Sets, configuration as written, copilot, dotenv, json, task_definition,
};

/// Find keys of variables and secrets that one environment has and another lacks
///
/// And those that a service has and a job lacks that runs its image. Compared is what there is of branchline.yml, Copilot's
/// manifests in `copilot/`, and the files that are named; values are never printed. Exceptions stand with their reasons under
/// `parity.exceptions` in branchline.yml. Needs no AWS account and writes nothing. Ends with 4 when a key is missing, or an
/// exception is needed no more; with 1 when something cannot be read.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The folder to start from: the nearest branchline.yml and the nearest `copilot` folder there or above it are used
    #[arg(short = 'C', value_name = "DIR", default_value = ".", hide_default_value = true, value_hint = ValueHint::DirPath)]
    directory: PathBuf,
    /// Compare a task definition: production=FILE, production/api=FILE, or a pattern such as `ecs/{environment}/{service}.json`
    ///
    /// A file as `aws ecs describe-task-definition` writes it or `register-task-definition` takes it, in JSON or YAML. Without a
    /// service it is that of the task definition's family, without the environment's name. May be given several times.
    #[arg(long, value_name = "ENV=FILE", value_hint = ValueHint::FilePath)]
    task_definition: Vec<String>,
    /// Compare a dotenv file: production=FILE, production/api=FILE, or a pattern such as `.env.{environment}`
    ///
    /// With a service it is compared with what else there is of it, such as a task definition or a manifest of Copilot. May be
    /// given several times.
    #[arg(long, value_name = "ENV=FILE", value_hint = ValueHint::FilePath)]
    dotenv: Vec<String>,
    /// Show every key, and not only those that something is wrong with
    #[arg(long)]
    all: bool,
    /// Print it as JSON, for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let found = match configuration::find(&arguments.directory) {
        Ok(found) => Some(found),
        Err(ConfigurationError::Missing { .. }) => None,
        Err(error) => return Err(load::no_configuration(&error, terminal)),
    };
    let config = match &found {
        Some(found) => Some(sound(found, terminal)?),
        None => None,
    };
    let mut all = Sets::default();
    let mut order: Vec<String> = Vec::new();
    let page = found.as_ref().map(|found| Page::new(&found.shown, &found.text));
    if let (Some(config), Some(page)) = (&config, &page)
        && let (Some(tree), _) = tree::read(page.text)
    {
        order.extend(config.environments.keys().cloned());
        all.sets.extend(written::sets(config, page, &tree));
    }
    let root = found.as_ref().map(|found| found.root.clone()).or_else(|| files::above(&arguments.directory));
    if let Some(root) = root {
        let folder = copilot::read(&files::copilot(&root), |path| configuration::shown(&root.join(path)));
        let variables = folder.files_of_variables();
        let variables = files::read(&root, variables.iter().map(String::as_str));
        order.extend(folder.environments().iter().cloned());
        all.add(folder.sets(&variables));
    }
    all.add(of_files(arguments, &mut order, terminal)?);
    if all.sets.is_empty() && all.found.is_empty() {
        terminal.error(
            "there is nothing to compare: no branchline.yml with variables or secrets, no `copilot` folder, no file",
            "say where your repository is with -C DIR, or name files with `--task-definition` or `--dotenv`",
        );
        return Err(Exit::Failed);
    }
    if let Some(config) = &config {
        written::roles(config, &mut all.sets);
    }
    let none = Page::new("", "");
    let exceptions = config.as_ref().map_or(&[][..], |config| &config.parity);
    let mut exceptions = Exceptions::new(exceptions, page.as_ref().unwrap_or(&none));
    let report = compare(all, &order, &mut exceptions);
    if arguments.json {
        let answer = serde_json::to_string_pretty(&json::answer(&report)).map_err(|error| {
            terminal.error(&error, "this is a fault of branchline: please report it");
            Exit::Failed
        })?;
        terminal.result(format_args!("{answer}\n"));
    } else {
        let look = terminal.results_look();
        terminal
            .result(drawn(&report, Canvas { colour: look.colour, width: look.width, all: arguments.all }));
    }
    Ok(match (report.has_failed(), report.has_found()) {
        (true, _) => Exit::Failed,
        (_, true) => Exit::Found,
        _ => Exit::Done,
    })
}

/// The configuration, where nothing is wrong with the file by itself: what it comes to in branches and in AWS is not asked here.
fn sound(found: &Configuration, terminal: &mut Terminal) -> Result<Config, Exit> {
    let reading = config::read(&found.text);
    if let Some(config) = reading.config.filter(|_| !has_errors(&reading.findings)) {
        return Ok(config);
    }
    if terminal.answers_in_json() {
        terminal.result(diagnostic::json::render(&reading.findings, &found.text, &found.shown));
    } else {
        let style = load::style(terminal.messages_look());
        terminal.message(diagnostic::terminal::render(&reading.findings, &found.text, &found.shown, style));
    }
    Err(Exit::Configuration)
}

/// What the files give that were named.
fn of_files(arguments: &Arguments, order: &mut Vec<String>, terminal: &mut Terminal) -> Result<Sets, Exit> {
    let mut all = Sets::default();
    let mut definitions = Vec::new();
    for (flag, named) in [("--task-definition", &arguments.task_definition), ("--dotenv", &arguments.dotenv)]
    {
        for text in named {
            for (environment, service, path) in paths(flag, text, terminal)? {
                order.push(environment.clone());
                match files::text(path.as_ref()) {
                    Ok(text) if flag == "--dotenv" => {
                        all.add(dotenv::set(&path, &text, &environment, service.as_deref()));
                    }
                    Ok(text) => {
                        definitions.push(task_definition::File { path, text, environment, service });
                    }
                    Err(why) => {
                        let place = Place { file: path.as_str().into(), line: 1, column: 1 };
                        all.found.push(Found::unreadable(place, why, "name a file that can be read"));
                    }
                }
            }
        }
    }
    all.add(task_definition::sets(&definitions));
    Ok(all)
}

/// Whose file it is: environment, service, path.
type Whose = (String, Option<String>, String);

/// The files that one text names.
fn paths(flag: &str, text: &str, terminal: &mut Terminal) -> Result<Vec<Whose>, Exit> {
    let mut refuse = |what: String, help: &str| {
        terminal.error(format_args!("`{flag} {}`: {what}", diagnostic::shown(text).trim_matches('`')), help);
        Exit::Usage
    };
    match Named::parse(text) {
        Ok(Named::File { environment, service, path }) => Ok(vec![(environment, service, path)]),
        Ok(Named::Pattern(pattern)) => {
            let fitting = files::fitting(&pattern).into_iter();
            let whose: Vec<Whose> = fitting
                .filter_map(|path| {
                    let (environment, service) = pattern.whose(&path)?;
                    Some((environment, service, path))
                })
                .collect();
            if whose.is_empty() {
                let help = "`{environment}` and `{service}` stand for letters, digits, `-` and `_`, and paths are those of the current \
                            folder";
                return Err(refuse("no file fits this pattern".to_owned(), help));
            }
            Ok(whose)
        }
        Err(why) => Err(refuse("it names no files".to_owned(), why)),
    }
}
