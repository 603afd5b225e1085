//! Projects and pipelines, read and written one by one, without stacks.

mod carry;
mod read;
mod write;

pub use carry::{Became, Job, News, Outcome, all};
pub use read::{found, is_bucket_there};
