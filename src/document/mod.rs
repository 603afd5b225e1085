//! The files that are generated, as typed values written out and read back.

pub mod buildspec;
pub mod steps;

/// A file that should be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path below the output folder, with `/`: `shop-develop/pipeline.yml`.
    pub path: String,
    /// Its whole text, ending in a newline, with its digest in it.
    pub text: String,
}

pub mod cloudformation;
pub mod codepipeline;
pub mod overview;
