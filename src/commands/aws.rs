//! What all commands that talk to AWS have in common.

use clap::Args;

use super::Exit;
use crate::config::Config;
use crate::edge::aws::{Access, Aws, Failure, Given, Session};
use crate::edge::terminal::Terminal;

/// Whose credentials are used.
#[derive(Debug, Clone, Args)]
pub(crate) struct Credentials {
    /// The profile whose credentials are used: for all accounts, or for that of one environment
    ///
    /// Without it the AWS SDK's own order decides: environment variables, the default profile, the role of the machine.
    #[arg(long, value_name = "[ENVIRONMENT=]NAME")]
    profile: Vec<Given>,
    /// A role to assume for the account of an environment
    #[arg(long, value_name = "ENVIRONMENT=ARN")]
    role: Vec<Given>,
}

impl Credentials {
    /// A session with them. What fits no environment is wrong usage.
    pub(super) fn session(&self, config: &Config, terminal: &mut Terminal) -> Result<Session, Exit> {
        let account_of = |name: &str| config.environments.get(name).map(|place| place.account.clone());
        let access = Access::new(&self.profile, &self.role, account_of).map_err(|error| {
            terminal.error(&error, error.help());
            Exit::Usage
        })?;
        Ok(Session::new(access))
    }
}

/// The way to AWS.
pub(super) fn network(terminal: &mut Terminal) -> Result<Aws, Exit> {
    Aws::open().map_err(|error| {
        terminal.error(
            format_args!("no network can be used: {error}"),
            "too many files may be open: see `ulimit -n`",
        );
        Exit::Failed
    })
}

/// Tells why AWS gave no answer to work with.
pub(super) fn failed(failure: &Failure, terminal: &mut Terminal) -> Exit {
    terminal.error(failure, failure.help());
    Exit::Aws
}
