//! The branches that a remote has now. The person's own `git` asks it, so that credential helpers, ssh agents and proxies work
//! as they are set up.

mod run;
mod said;

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use thiserror::Error;

use crate::branch_map::listing::{self, NotHeads};
use crate::diagnostic::shown;
use crate::edge::git::{self, GitError};
use run::{Broken, Ended};

/// The remote that is asked where none is named, which is also the one that is asked where the code comes from.
pub const USUAL: &str = git::REMOTE;

/// Bytes of an answer at most: a hundred thousand branches, and far more than a rule's limit.
const LONGEST: usize = 8 * 1024 * 1024;

/// Variables that tell git of another repository than the one around its folder, which is the one that is meant. Of those that
/// `git rev-parse --local-env-vars` lists, the ones that carry configuration stay: CI hands over credentials in them.
const OTHER_REPOSITORY: [&str; 5] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"];

/// Why the branches of a remote are not known. None of these shows an address, or a password in what git says.
#[derive(Debug, Error)]
pub enum RemoteError {
    /// The repository cannot be read.
    #[error(transparent)]
    Repository(#[from] GitError),
    /// No remote is called so.
    #[error("{what}")]
    NoRemote {
        /// What was given, and that it is no remote's name.
        what: String,
        /// The names that there are, in words.
        instead: String,
    },
    /// There is no git to run.
    #[error("git cannot be run to ask `{remote}` for its branches: {reason}")]
    NoGit {
        /// The remote's name.
        remote: String,
        /// What the system says.
        reason: io::Error,
    },
    /// git failed.
    #[error("git could not list the branches of `{remote}` ({status}){}", behind(said))]
    Failed {
        /// The remote's name.
        remote: String,
        /// `exit status: 128`.
        status: String,
        /// What git said of it, made harmless.
        said: String,
    },
    /// git took too long, and was stopped.
    #[error("git did not list the branches of `{remote}` within {} seconds, and was stopped{}", limit.as_secs(), behind(said))]
    Late {
        /// The remote's name.
        remote: String,
        /// How long it was waited for.
        limit: Duration,
        /// What git had said until then, made harmless.
        said: String,
    },
    /// What git printed is not what it prints of branches, or was cut short.
    #[error("what git printed of the branches of `{remote}` is no list of them: {what}")]
    NotAList {
        /// The remote's name.
        remote: String,
        /// What is wrong with it.
        what: String,
    },
    /// It has none.
    #[error("`{remote}` has no branch at all")]
    Empty {
        /// The remote's name.
        remote: String,
    },
}

fn behind(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(": {said}") }
}

impl RemoteError {
    /// The code of `diagnostic::codes` that explains it.
    pub fn code(&self) -> &'static str {
        match self {
            RemoteError::Repository(error) => error.code(),
            RemoteError::NoRemote { .. }
            | RemoteError::NoGit { .. }
            | RemoteError::Failed { .. }
            | RemoteError::Late { .. } => "BL612",
            RemoteError::NotAList { .. } | RemoteError::Empty { .. } => "BL613",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            RemoteError::Repository(error) => error.hint(),
            RemoteError::NoRemote { instead, .. } => instead.clone(),
            RemoteError::NoGit { .. } => {
                "install git, or list the branches yourself: `--branches FILE`, one a line".to_owned()
            }
            RemoteError::Failed { remote, said, .. } => said::help(said, remote),
            RemoteError::Late { remote, .. } => format!(
                "see what `git ls-remote --heads {remote}` waits for: the network, a proxy, or a credential helper that asks \
                 somebody; or list the branches: `--branches FILE`"
            ),
            RemoteError::NotAList { remote, .. } => format!(
                "see what `git ls-remote --heads {remote}` prints: each line is an id, a tab and `refs/heads/NAME`"
            ),
            RemoteError::Empty { remote } => format!(
                "push the first branch: `git push {remote} main`; if there are branches, see whether `git remote --verbose` shows the \
                 right address. Nothing is generated from an answer without any"
            ),
        }
    }
}

/// How remotes are asked.
#[derive(Debug, Clone)]
pub struct Git {
    /// The program; a name without a slash is looked for on `PATH`.
    pub program: OsString,
    /// How long an answer is waited for.
    pub limit: Duration,
}

impl Default for Git {
    fn default() -> Self {
        Git { program: "git".into(), limit: Duration::from_mins(1) }
    }
}

impl Git {
    /// The branches that a remote of the repository around a folder has now: sorted, none twice, at least one. A name in
    /// other bytes than UTF-8 has replacement characters in it, as [`git::facts`] has them.
    ///
    /// An answer that fails, is cut short or is empty is an error: with `--prune` it would cost branches their files.
    pub fn branches(&self, folder: &Path, name: &str) -> Result<Vec<String>, RemoteError> {
        self.asked(folder, name, listing::heads)
    }

    /// The same with the id of each branch's commit.
    pub fn tips(&self, folder: &Path, name: &str) -> Result<Vec<(String, String)>, RemoteError> {
        self.asked(folder, name, listing::tips)
    }

    fn asked<T>(
        &self,
        folder: &Path,
        name: &str,
        read: fn(&str) -> Result<Vec<T>, NotHeads>,
    ) -> Result<Vec<T>, RemoteError> {
        let remote = || name.to_owned();
        let configured = git::configured(folder, name)?.map_err(|known| no_remote(name, &known))?;
        let said = |stderr: &[u8]| said::shown(stderr, &configured.address);
        let broken = |broken| match broken {
            Broken::Start(reason) => RemoteError::NoGit { remote: remote(), reason },
            Broken::Pipe(reason) => RemoteError::NotAList { remote: remote(), what: reason.to_string() },
            Broken::Late(stderr) => {
                RemoteError::Late { remote: remote(), limit: self.limit, said: said(&stderr) }
            }
            Broken::Much => {
                RemoteError::NotAList { remote: remote(), what: "it has more than 8 MiB".to_owned() }
            }
        };
        let Ended { status, stdout, stderr } =
            run::run(self.command(&configured.root, name), self.limit, LONGEST).map_err(broken)?;
        if !status.success() {
            return Err(RemoteError::Failed {
                remote: remote(),
                status: status.to_string(),
                said: said(&stderr),
            });
        }
        let branches = read(&String::from_utf8_lossy(&stdout))
            .map_err(|fault| RemoteError::NotAList { remote: remote(), what: fault.to_string() })?;
        if branches.is_empty() { Err(RemoteError::Empty { remote: remote() }) } else { Ok(branches) }
    }

    fn command(&self, root: &Path, name: &str) -> Command {
        let mut command = Command::new(&self.program);
        // `--heads` is the older name of `--branches`, which git before 2.46 does not know.
        command.args(["ls-remote", "--heads", "--", name]).current_dir(root);
        for variable in OTHER_REPOSITORY {
            command.env_remove(variable);
        }
        // git asks nobody, and says why in the words that `said::help` knows; how it spells other things stays as it is.
        command.env("GIT_TERMINAL_PROMPT", "0").env("LANGUAGE", "en");
        command
    }
}

/// That no remote is called so. An address is not repeated: it may hold a password.
fn no_remote(name: &str, known: &[String]) -> RemoteError {
    let is_address = name.contains([':', '@', '/', '\\']);
    let what = if is_address {
        "what `--remote` names is not the name of a remote of this repository, and addresses are not taken"
            .to_owned()
    } else {
        format!("this repository has no remote {}", shown(name))
    };
    let instead = match known {
        [] => "it has no remotes: `git remote add origin ADDRESS` adds one; or list the branches: `--branches FILE`".to_owned(),
        [one] => format!("its remote is {}: write `--remote={one}`", shown(one)),
        all => {
            let all: Vec<String> = all.iter().map(|name| shown(name)).collect();
            format!("name one of its remotes: {}", all.join(", "))
        }
    };
    RemoteError::NoRemote { what, instead }
}
