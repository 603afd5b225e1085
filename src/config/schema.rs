//! The tree against the shape: unknown keys, types, missing keys, formats, all at once.
//!
//! The shape is read from the JSON Schema of [`super::raw::Raw`], so that what is judged, what is decoded and what
//! editors are told cannot differ. `shape.rs` turns the schema into types, `judge.rs` walks tree and shape together,
//! `keys.rs` judges which keys stand in a mapping and `kinds.rs` a value's type; `formats.rs`, `text.rs` and
//! `placeholders.rs` judge text. `later.rs` and `synonyms.rs` are tables of keys that are not there yet, or not here.

mod duration;
mod formats;
mod judge;
mod keys;
mod kinds;
mod later;
mod placeholders;
mod publish;
mod shape;
mod synonyms;
mod text;
mod words;

use super::tree::Node;
use crate::diagnostic::Finding;

pub use duration::{duration_minutes, duration_seconds};
pub use publish::schema_json;

/// Why a migration's step on a build machine cannot be given a variable of this name, and what to do; `None` where it can.
/// With `docker` the step fetches an image.
pub(super) fn steers_a_step(name: &str, docker: bool) -> Option<(&'static str, &'static str)> {
    text::steers_a_step(name, docker).map(|complaint| (complaint.reason, complaint.help))
}

/// Why no step can be given a variable of this name, and what to do; `None` where it can.
pub(crate) fn reserved_variable(name: &str) -> Option<(&'static str, &'static str)> {
    text::reserved_variable(name).map(|complaint| (complaint.reason, complaint.help))
}

/// Everything about the tree that is not as [`super::raw::Raw`] has it, in the order of the file.
///
/// Codes `BL01x` and `BL02x`. When there is no error among the findings, decoding the tree into `Raw` cannot fail.
pub fn judge(tree: &Node) -> Vec<Finding> {
    judge::judge(tree)
}

/// Whether ECR takes this name for a repository, in its letters and their number (ECR's service model, `RepositoryName`).
pub fn is_repository(name: &str) -> bool {
    formats::find("ecr-repository").is_some_and(|format| format.matches(name))
}

/// Why a text has not the form of this name of `raw.rs`'s, as the end of a sentence about it; `None` where it has. What
/// stands in braces is taken for a placeholder.
pub fn misfit(form: &str, text: &str) -> Option<String> {
    let format = formats::find(form)?;
    let mut filled = text.to_owned();
    for placeholder in ["{app}", "{environment}", "{service}"] {
        filled = filled.replace(placeholder, "x");
    }
    if !format.matches(&filled) {
        return Some(format!("has to be {}, such as `{}`", format.words, format.example));
    }
    (format.beyond)(&filled).map(|complaint| complaint.reason.to_owned())
}
