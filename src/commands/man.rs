//! `branchline man`: the manual pages.

use std::path::PathBuf;

use clap::{Args, CommandFactory, ValueHint};
use clap_mangen::Man;

use super::Exit;
use crate::cli::Cli;
use crate::edge::pages;
use crate::edge::terminal::Terminal;

/// Print a manual page, or write all of them into a folder
///
/// `branchline man | man -l -` shows the page of branchline itself, `branchline man generate | man -l -` that of one
/// command. To have them where `man branchline` finds them: `branchline man --output ~/.local/share/man/man1`.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// The command whose page is printed; without it, branchline's own
    #[arg(conflicts_with = "output")]
    command: Option<String>,
    /// Write every page into this folder, one file a command
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output: Option<PathBuf>,
}

/// One manual page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The command, such as `branchline-generate`. The page's file is `<name>.1`.
    pub name: String,
    /// Its text, in roff.
    pub text: String,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    let pages = pages();
    if let Some(folder) = &arguments.output {
        let files = pages.iter().map(|page| (format!("{}.1", page.name), page.text.as_str()));
        let written = pages::write(folder, files).map_err(|error| {
            terminal.error(&error, error.help());
            Exit::Failed
        })?;
        terminal.message(format_args!("{written} pages written into {}\n", folder.display()));
        return Ok(Exit::Done);
    }
    let wanted = arguments
        .command
        .as_ref()
        .map_or_else(|| "branchline".to_owned(), |command| format!("branchline-{command}"));
    if let Some(page) = pages.iter().find(|page| page.name == wanted) {
        terminal.result(&page.text);
        Ok(Exit::Done)
    } else {
        let names: Vec<&str> =
            pages.iter().filter_map(|page| page.name.strip_prefix("branchline-")).collect();
        let asked = arguments.command.as_deref().unwrap_or_default();
        terminal.error(
            format_args!("there is no command {}", crate::diagnostic::shown(asked)),
            &format!("the commands are {}", names.join(", ")),
        );
        Err(Exit::Usage)
    }
}

/// Every page: branchline's own, then one for each command, in the order of the help, each followed by those of its own commands,
/// such as `check-parity`.
pub fn pages() -> Vec<Page> {
    let mut command = Cli::command().disable_help_subcommand(true);
    let exit_codes = command.get_after_help().cloned().unwrap_or_default();
    // Fills in what a command inherits, so that a page is whole by itself.
    command.build();
    let page = |command: &clap::Command| {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
        let mut text = Vec::new();
        // Writing into memory does not fail.
        let _ = Man::new(command.clone().after_help(exit_codes.clone())).render(&mut text);
        // What stands behind the help are the exit codes, for which manual pages have a section of this name.
        let text = String::from_utf8_lossy(&text).replace(".SH EXTRA\n", ".SH EXIT STATUS\n");
        Page { name, text: with_values(command, &text) }
    };
    let with_own = |command| {
        let own = clap::Command::get_subcommands(command).filter(|own| own.get_name() != "help");
        std::iter::once(command).chain(own)
    };
    std::iter::once(&command).chain(command.get_subcommands().flat_map(with_own)).map(page).collect()
}

/// The page with the values of options in its synopsis, such as `--rev <REV>`, which the generator leaves out.
fn with_values(command: &clap::Command, text: &str) -> String {
    let mut text = text.to_owned();
    for option in command.get_opts() {
        let value = option.get_value_names().and_then(<[_]>::first);
        let Some(value) = value.filter(|_| option.get_action().takes_values()) else { continue };
        let long = option.get_long().map(|long| format!("\\-\\-{}", long.replace('-', "\\-")));
        let short = option.get_short().map(|short| format!("\\-{short}"));
        let (written, whole) = match (short, long) {
            (Some(short), Some(long)) => {
                (format!("[\\fB{short}\\fR|\\fB{long}\\fR]"), format!("\\fB{short}\\fR|\\fB{long}\\fR"))
            }
            (Some(short), None) => (format!("[\\fB{short} \\fR]"), format!("\\fB{short}\\fR")),
            (None, Some(long)) => (format!("[\\fB{long}\\fR]"), format!("\\fB{long}\\fR")),
            (None, None) => continue,
        };
        text = text.replacen(&written, &format!("[{whole} \\fI<{value}>\\fR]"), 1);
    }
    text
}
