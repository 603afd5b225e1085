//! How a command ends.

use std::process::ExitCode;

/// The end of a command, as the shell sees it. The numbers are documented and do not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: failed, or refused for safety.
    Failed,
    /// 2: there are differences (`generate --check`, `plan --exit-code`).
    Differences,
    /// 3: the configuration is wrong.
    Configuration,
    /// 4: a check found something (`check parity`, `doctor`).
    Found,
    /// 5: AWS refused, or could not be reached.
    Aws,
    /// 6: something in AWS has failed (`status`).
    Broken,
    /// 64: wrong usage.
    Usage,
}

impl Exit {
    /// Its number.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Differences => 2,
            Exit::Configuration => 3,
            Exit::Found => 4,
            Exit::Aws => 5,
            Exit::Broken => 6,
            Exit::Usage => 64,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}
