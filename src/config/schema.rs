//! The tree against the shape: unknown keys, types, missing keys, formats, all at once.

use super::tree::Node;
use crate::diagnostic::Finding;

/// Everything about the tree that is not as [`super::raw::Raw`] has it.
pub fn judge(tree: &Node) -> Vec<Finding> {
    let _ = tree;
    Vec::new()
}

/// Minutes of `30m`, `2h`. `None` when it is no duration.
pub fn duration_minutes(text: &str) -> Option<u32> {
    let _ = text;
    None
}
