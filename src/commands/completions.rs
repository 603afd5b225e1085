//! `branchline completions`: what a shell needs to complete the commands.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Exit;
use crate::cli::Cli;
use crate::edge::terminal::Terminal;

/// Print what your shell needs to complete branchline's commands
///
/// bash: put it into ~/.local/share/bash-completion/completions/branchline. zsh: into a folder of your fpath, as
/// _branchline. fish: into ~/.config/fish/completions/branchline.fish. PowerShell: add it to your $PROFILE.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// The shell
    shell: Shell,
}

#[allow(clippy::unnecessary_wraps, reason = "one shape for all commands")]
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    terminal.result(script(arguments.shell));
    Ok(Exit::Done)
}

/// The script that a shell reads.
pub fn script(shell: Shell) -> String {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
