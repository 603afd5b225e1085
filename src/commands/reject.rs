//! `branchline reject`: keeps a release out of an environment.

use clap::Args;

use super::Exit;
use super::approve::{Answer, answer};
use crate::edge::terminal::Terminal;
use crate::operate::acting::approval::Verdict;

/// Reject a release that waits before an environment
///
/// Shows what `approve` shows, asks, and rejects that very request: the execution fails in its Approve stage, and nothing of the
/// environment is touched. `branchline retry` asks for the approval anew.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    answer: Answer,
}

impl Arguments {
    pub(crate) fn is_json(&self) -> bool {
        self.answer.manner.json
    }
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Exit> {
    answer(&arguments.answer, Verdict::Reject, terminal)
}
