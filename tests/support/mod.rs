//! Runs buildspecs as CodeBuild does, with stand-ins for the programs that reach outside.
//!
//! - [`runner`] takes the text of a buildspec and runs its phases in bash;
//! - [`fakes`] puts fake `aws`, `docker`, `jq`, `date` and `sleep` on the path, and reads back what was called;
//! - [`world`] says what exists in AWS when the build begins, and what goes wrong;
//! - [`stacks`] generates from a configuration, and reads the stacks as AWS would ([`intrinsics`]);
//! - [`existing`] reads what was asked of roles, buckets, keys and repositories that no stack makes;
//! - [`job`] takes a project of the stacks with exactly the variables that it and its action set;
//! - [`release`] runs a whole pipeline;
//! - [`iam`] says which permissions the recorded calls need, [`policy`] whether a role has them, and [`authority`] whether
//!   AWS would let it, with the policies of what it calls;
//! - [`python`] finds the Python environment that `make test` installs.

pub mod authority;
pub mod existing;
pub mod fakes;
pub mod iam;
pub mod intrinsics;
pub mod job;
pub mod policy;
pub mod python;
pub mod release;
pub mod runner;
pub mod stacks;
pub mod starters;
pub mod world;
