//! What every import has in common: whose pipelines they will be, and how the proposal is told, judged and written.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::super::Exit;
use super::super::proposal::{failed, root, sound};
use crate::edge::configuration::{self, NAME};
use crate::edge::create;
use crate::edge::terminal::Terminal;
use crate::import::report::{Report, escaped};
use crate::import::text::{Given, MARK, text};

/// Arguments of every import.
#[derive(Debug, Args)]
pub(crate) struct Shared {
    /// A folder of the repository; the file is written at the repository's root
    #[arg(short = 'C', value_name = "DIR", default_value = ".", hide_default_value = true, value_hint = ValueHint::DirPath)]
    pub(super) directory: PathBuf,
    /// The app's name [that of what is imported, where it has one]
    #[arg(long, value_name = "NAME")]
    pub(super) app: Option<String>,
    /// The AWS account of the pipelines, twelve digits [that of what is imported, where it says one]
    #[arg(long, value_name = "ID")]
    pub(super) account: Option<String>,
    /// Their region, such as eu-west-1 [that of what is imported, where it says one]
    #[arg(long, value_name = "REGION")]
    pub(super) region: Option<String>,
    /// The ARN of the connection to the repository's host, where it is to be kept
    #[arg(long, value_name = "ARN")]
    pub(super) connection: Option<String>,
    /// Write branchline.yml; without it nothing is written
    #[arg(long)]
    pub(super) write: bool,
    /// Print the report as Markdown, for a pull request
    #[arg(long, conflicts_with = "json")]
    pub(super) markdown: bool,
    /// Print the report as JSON, for scripts; the proposed file is in it
    #[arg(long)]
    pub(super) json: bool,
}

/// What the origin itself says; what a person says goes before it.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The command as people write it: `branchline import copilot`.
    pub(super) command: &'static str,
    /// The app's name.
    pub(super) app: Option<String>,
    /// The account of the pipelines, twelve digits.
    pub(super) account: Option<String>,
    /// Their region.
    pub(super) region: Option<String>,
}

/// What is said where there is nothing that could be a map.
#[derive(Debug)]
pub(super) struct Nothing {
    /// What was not found, and where.
    pub(super) what: String,
    /// What to do.
    pub(super) help: &'static str,
}

/// Where the proposal goes.
#[derive(Debug)]
pub(super) struct Target {
    /// The root of the repository.
    pub(super) root: PathBuf,
    path: PathBuf,
}

impl Target {
    /// Finds it, and sees before anything else that with `--write` no file stands there.
    pub(super) fn find(shared: &Shared, terminal: &mut Terminal) -> Result<Self, Exit> {
        let root = root(&shared.directory, terminal)?;
        let path = root.join(NAME);
        if shared.write {
            create::is_free(&path).map_err(|error| failed(terminal, &error, error.help()))?;
        }
        Ok(Target { root, path })
    }

    /// Tells the report with the proposed file, judges the file as `check` does, and writes it with `--write`: whether it did.
    pub(super) fn propose(
        &self,
        report: &Report,
        from: Said,
        nothing: Nothing,
        shared: &Shared,
        terminal: &mut Terminal,
    ) -> Result<bool, Exit> {
        let draft = &report.draft;
        let proposed = if draft.rules.is_empty() || draft.services.is_empty() {
            None
        } else {
            let given = given(from, shared, terminal)?;
            let text = text(draft, &given);
            Some(text.map_err(|error| {
                failed(terminal, &error, "this is a fault of branchline: please report it")
            })?)
        };
        tell(report, proposed.as_deref(), shared, terminal);
        let Some(text) = proposed else { return Err(failed(terminal, nothing.what, nothing.help)) };
        let shown = configuration::shown(&self.path);
        sound(
            &self.root,
            &shown,
            &text,
            "what stands above says what it is: correct what is imported, or write it by hand from the report",
            terminal,
        )?;
        if shared.write {
            create::create(&self.path, &text).map_err(|error| failed(terminal, &error, error.help()))?;
            terminal.message(format_args!(
                "{shown} was written. Look at each {MARK} in it, then: branchline check\n"
            ));
        } else if !shared.json {
            terminal.message("Nothing was written: --write writes branchline.yml.\n");
        }
        Ok(shared.write)
    }
}

/// What the file needs besides the draft; an error where nobody says it.
fn given(from: Said, shared: &Shared, terminal: &mut Terminal) -> Result<Given, Exit> {
    let said = |option: &Option<String>, found: Option<String>| option.clone().or(found);
    let mut need = |value: Option<String>, what: &str, option: &str| {
        value.ok_or_else(|| {
            terminal.error(
                format_args!("what is imported does not say {what}"),
                &format!("say it with `{option}`"),
            );
            Exit::Usage
        })
    };
    Ok(Given {
        command: from.command,
        app: need(said(&shared.app, from.app), "the app's name", "--app NAME")?,
        account: need(said(&shared.account, from.account), "the account of the pipelines", "--account ID")?,
        region: need(said(&shared.region, from.region), "the region of the pipelines", "--region REGION")?,
        connection: shared.connection.clone(),
    })
}

/// Prints the report as it was asked for, and the proposed file where there is one.
pub(super) fn tell(report: &Report, proposed: Option<&str>, shared: &Shared, terminal: &mut Terminal) {
    if shared.json {
        let mut answer = report.json();
        answer["branchline_yml"] = proposed.into();
        terminal.result(format_args!("{}\n", escaped(&format!("{answer:#}"))));
    } else if shared.markdown {
        terminal.result(report.markdown());
    } else {
        let width = terminal.results_look().width;
        terminal.result(report.text(width));
        if let (Some(text), false) = (proposed, shared.write) {
            terminal.result(format_args!("\nThe proposed branchline.yml:\n\n{text}"));
        }
    }
}
