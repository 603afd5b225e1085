//! The command line: the list of commands and the arguments they share.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};

#[cfg(feature = "aws")]
use crate::commands::{
    apply, approve, destroy, doctor, freeze, logs, override_window, plan, reject, retry, rollback, start,
    status, stop, unfreeze,
};
use crate::commands::{
    bootstrap, check, completions, explain, generate, import, init, man, map, schema, templates,
};
use crate::edge::remote::USUAL;

/// One branch-to-environment map in, a separate AWS pipeline per source branch out
#[derive(Debug, Parser)]
#[command(name = "branchline", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Exit codes: 0 done · 1 failed, or refused for safety · 2 there are differences (generate --check, \
plan --exit-code) · 3 the configuration is wrong · 4 a check found something (check parity, doctor) · 5 AWS refused or could not be reached · \
6 something in AWS has failed (status) · 64 wrong usage")]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do. Each one's help stands with its arguments.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)]
pub enum Command {
    Init(Box<init::Arguments>),
    Import(import::Arguments),
    Generate(generate::Arguments),
    Check(check::Arguments),
    Map(map::Arguments),
    Explain(explain::Arguments),
    #[cfg(feature = "aws")]
    Plan(plan::Arguments),
    #[cfg(feature = "aws")]
    Apply(Box<apply::Arguments>),
    Bootstrap(Box<bootstrap::Arguments>),
    #[cfg(feature = "aws")]
    Destroy(Box<destroy::Arguments>),
    #[cfg(feature = "aws")]
    Doctor(doctor::Arguments),
    #[cfg(feature = "aws")]
    Status(status::Arguments),
    #[cfg(feature = "aws")]
    Logs(Box<logs::Arguments>),
    #[cfg(feature = "aws")]
    Start(start::Arguments),
    #[cfg(feature = "aws")]
    Stop(stop::Arguments),
    #[cfg(feature = "aws")]
    Approve(approve::Arguments),
    #[cfg(feature = "aws")]
    Reject(reject::Arguments),
    #[cfg(feature = "aws")]
    Retry(retry::Arguments),
    #[cfg(feature = "aws")]
    Rollback(rollback::Arguments),
    #[cfg(feature = "aws")]
    Override(override_window::Arguments),
    #[cfg(feature = "aws")]
    Freeze(freeze::Arguments),
    #[cfg(feature = "aws")]
    Unfreeze(unfreeze::Arguments),
    Templates(templates::Arguments),
    Schema(schema::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

impl Command {
    /// Whether a script asked: `--json`.
    pub(crate) fn is_json(&self) -> bool {
        match self {
            Command::Import(arguments) => arguments.json(),
            Command::Generate(arguments) => arguments.flags.json,
            Command::Check(arguments) => arguments.is_json(),
            Command::Map(arguments) => arguments.json,
            Command::Explain(arguments) => arguments.json,
            #[cfg(feature = "aws")]
            Command::Plan(arguments) => arguments.json,
            #[cfg(feature = "aws")]
            Command::Apply(arguments) => arguments.json,
            Command::Bootstrap(arguments) => arguments.json,
            #[cfg(feature = "aws")]
            Command::Destroy(arguments) => arguments.json,
            #[cfg(feature = "aws")]
            Command::Doctor(arguments) => arguments.json,
            #[cfg(feature = "aws")]
            Command::Status(arguments) => arguments.json,
            #[cfg(feature = "aws")]
            Command::Logs(arguments) => arguments.json,
            #[cfg(feature = "aws")]
            Command::Start(arguments) => arguments.manner.json,
            #[cfg(feature = "aws")]
            Command::Stop(arguments) => arguments.manner.json,
            #[cfg(feature = "aws")]
            Command::Approve(arguments) => arguments.is_json(),
            #[cfg(feature = "aws")]
            Command::Reject(arguments) => arguments.is_json(),
            #[cfg(feature = "aws")]
            Command::Retry(arguments) => arguments.manner.json,
            #[cfg(feature = "aws")]
            Command::Rollback(arguments) => arguments.manner.json,
            #[cfg(feature = "aws")]
            Command::Override(arguments) => arguments.json,
            #[cfg(feature = "aws")]
            Command::Freeze(arguments) => arguments.json,
            #[cfg(feature = "aws")]
            Command::Unfreeze(arguments) => arguments.json,
            Command::Init(_)
            | Command::Templates(_)
            | Command::Schema(_)
            | Command::Completions(_)
            | Command::Man(_) => false,
        }
    }
}

/// Where the configuration is.
#[derive(Debug, Clone, Args)]
pub struct Location {
    /// The folder to start from: the nearest branchline.yml there or above it is used
    #[arg(short = 'C', value_name = "DIR", default_value = ".", hide_default_value = true, value_hint = ValueHint::DirPath)]
    pub directory: PathBuf,
    /// Read branchline.yml as it stands in this revision: a branch, a tag, a commit, HEAD~1
    ///
    /// Nothing is checked out. The nearest branchline.yml is looked for from the folder upward within the revision,
    /// and findings name it as git does, `REV:path`.
    #[arg(long, value_name = "REV")]
    pub rev: Option<String>,
    /// Take the branches that exist from this file, one a line, or from standard input: -
    ///
    /// For rules with `per_branch: true`, which have a pipeline for each branch. What `git ls-remote --heads origin` prints
    /// is such a list. Without it git is asked: local branches, and those of origin as they were last fetched.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub branches: Option<PathBuf>,
    /// Take the branches that a git remote has now: origin, or the one of this name
    ///
    /// Your own git asks it, with the credentials, keys and proxies that it has, and asks you nothing. What fails, takes more than
    /// a minute or has no branch is an error, and nothing is generated from it. Only remotes that are configured are asked.
    #[arg(
        long,
        value_name = "NAME",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = USUAL,
        conflicts_with = "branches"
    )]
    pub remote: Option<String>,
}
