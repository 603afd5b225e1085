//! Projects and pipelines without stacks: what the templates say of them × what AWS says of them.
//!
//! For who may not use CloudFormation, and whose roles, buckets and keys are made by something else. What is to be is taken from the
//! same templates as stacks are made of ([`wanted`]), and compared in the same form ([`super::stack::drift`]), so the two ways cannot
//! come to differ. docs/engine-api.md says what has to be there before.

mod needs;
mod planned;
mod refusal;
mod request;
mod tell;
mod wanted;

pub use needs::{Need, WITHOUT};
pub use planned::{Found, Key, Planned, Planning, Verdict, is_of_app, kept, planning};
pub use refusal::{Refusal, Why, refusals};
pub use request::{creation, not_taken, tagging, update};
pub use tell::{json, told};
pub use wanted::{Kind, Thing, Unknown, Wanted, wanted};
