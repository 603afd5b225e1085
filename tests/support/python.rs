//! The Python environment below `target/`, with the packages of `tests/requirements.txt`.

use std::path::{Path, PathBuf};

/// The environment's program of this name.
pub fn program(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv/bin").join(name);
    assert!(path.exists(), "{} is missing: `make test` installs it", path.display());
    path
}
