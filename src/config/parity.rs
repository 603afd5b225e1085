//! What `check parity` goes by.

use crate::diagnostic::Span;

/// A key that may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParityException {
    /// The key.
    pub key: String,
    /// The environments in which it may be; none stands for all.
    pub environments: Vec<String>,
    /// The services and jobs that may lack it; none stands for all.
    pub services: Vec<String>,
    /// Why.
    pub reason: String,
    /// Where it stands in the file.
    pub place: Span,
}
