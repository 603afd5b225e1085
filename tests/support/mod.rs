//! Runs buildspecs as CodeBuild does, with stand-ins for the programs that reach outside.
//!
//! - [`runner`] takes the text of a buildspec and runs its phases in bash;
//! - [`fakes`] puts fake `aws`, `docker`, `jq`, `date` and `sleep` on the path, and reads back what was called;
//! - [`world`] says what exists in AWS when the build begins, and what goes wrong;
//! - [`iam`] says which permissions the recorded calls need;
//! - [`python`] finds the Python environment that `make test` installs.

pub mod fakes;
pub mod iam;
pub mod python;
pub mod runner;
pub mod world;
