//! Whose turn it is in the output folder: whether another run is writing there, whose staged files are not to be touched.

use std::fs::{self, File, TryLockError};
use std::path::Path;

/// A lock of the system on the output folder itself, so that no file of ours lies there, and a run that is killed holds none. All
/// runs that write share it while they do. Dropped, it is given back.
#[derive(Debug, Default)]
pub struct Turn {
    lock: Option<File>,
}

/// Who else writes into the output folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// Nobody, so what is staged there is left over. So it is for as long as the [`Turn`] is not shared.
    Nobody,
    /// Another run.
    Somebody,
    /// The system does not tell: no folder can be locked on Windows and on some network drives.
    Unknown,
}

impl Turn {
    /// Looks who else is there. Where nobody is, nobody begins before this turn is shared or dropped.
    pub fn look(output: &Path) -> (Self, Others) {
        let Some(folder) = open(output) else { return (Turn::default(), Others::Unknown) };
        match folder.try_lock() {
            Ok(()) => (Turn { lock: Some(folder) }, Others::Nobody),
            Err(TryLockError::WouldBlock) => (Turn::default(), Others::Somebody),
            Err(TryLockError::Error(_)) => (Turn::default(), Others::Unknown),
        }
    }

    /// From here on others may begin, and see that this run is not over. Nothing may be staged before.
    pub fn share(&mut self, output: &Path) {
        if self.lock.is_none() {
            self.lock = open(output);
        }
        // Where folders cannot be locked, the age of what is staged decides for the others.
        self.lock = self.lock.take().filter(|folder| folder.lock_shared().is_ok());
    }

    /// Whether it is shared, so that it need not be again.
    pub fn is_taken(&self) -> bool {
        self.lock.is_some()
    }
}

/// The folder, where it is one: a pipe that stands there would be waited for.
fn open(output: &Path) -> Option<File> {
    let is_folder = fs::symlink_metadata(output).is_ok_and(|found| found.is_dir());
    is_folder.then(|| File::open(output).ok()).flatten()
}
