//! `branchline generate`: the files of every pipeline, from `branchline.yml`.

mod carry_out;
mod flags;

pub use carry_out::carry_out;
pub use flags::Flags;
