//! Staged files that a killed process left behind.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::STAGED;
use crate::document::digest;

/// Letters behind [`STAGED`] in a name, which are the `tempfile` library's.
const LETTERS: usize = 6;

/// The age at which a staged file is left over where no lock tells: a run takes seconds.
const AGE: Duration = Duration::from_hours(1);

/// Whether a file of this name may be one that was staged.
pub(super) fn has_its_name(name: &str) -> bool {
    let letters = name.strip_prefix(STAGED);
    letters.is_some_and(|letters| {
        letters.len() == LETTERS && letters.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Whether the file begins as a generated one does, as far as it was written.
pub(super) fn begins_as_ours(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(digest::NOTICED).read_to_end(&mut start));
    read.is_ok() && digest::may_begin_a_file(&start)
}

/// Whether it is older than any run.
pub(super) fn is_old(path: &Path) -> bool {
    let changed = path.symlink_metadata().and_then(|found| found.modified());
    changed.is_ok_and(|changed| SystemTime::now().duration_since(changed).is_ok_and(|age| age > AGE))
}
