//! What all commands that talk to AWS have in common.

use clap::Args;

use super::Exit;
use crate::config::Config;
use crate::edge::aws::{Access, AccessError, Aws, Failure, Given, Session};
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
        self.session_by(|name| config.environments.get(name).map(|place| place.account.clone()), terminal)
    }

    /// The same, where the accounts of environments are known otherwise than by a configuration.
    pub(super) fn session_by(
        &self,
        account_of: impl Fn(&str) -> Option<String>,
        terminal: &mut Terminal,
    ) -> Result<Session, Exit> {
        let access = Access::new(&self.profile, &self.role, account_of).map_err(|error| {
            terminal.error(&error, error.help());
            Exit::Usage
        })?;
        Ok(Session::new(access))
    }

    /// A session for what is asked before it is known where the environments are: with what is said of none of them. `is_there` knows
    /// whether there is an environment, so that a wrong one is told before anything is asked.
    pub(super) fn first_session(
        &self,
        is_there: impl Fn(&str) -> bool,
        terminal: &mut Terminal,
    ) -> Result<Session, Exit> {
        let given = self.profile.iter().chain(&self.role);
        let unknown = given.filter_map(|one| one.environment.as_ref()).find(|name| !is_there(name));
        let general: Vec<Given> =
            self.profile.iter().filter(|one| one.environment.is_none()).cloned().collect();
        let access = match unknown {
            Some(name) => Err(AccessError::NoEnvironment(name.clone())),
            None => Access::new(&general, &[], |_| None),
        };
        access.map(Session::new).map_err(|error| {
            terminal.error(&error, error.help());
            Exit::Usage
        })
    }

    /// Whether anything is said.
    pub(super) fn are_said(&self) -> bool {
        !(self.profile.is_empty() && self.role.is_empty())
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
