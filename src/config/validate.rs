//! What was decoded → a [`Config`] and what is wrong with it; defaults are applied last.

use super::{Config, tree::Node};
use crate::diagnostic::Finding;

pub(super) fn validate(tree: &Node) -> (Option<Config>, Vec<Finding>) {
    let _ = tree;
    (None, Vec::new())
}
