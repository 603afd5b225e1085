//! Keys that another tool does not know, in the mappings of a file.

use super::reader::{Mapping, Raises};
use super::remark::Weight;

/// Raises every key that nobody has asked for: one that the tool does not know. `fate` says what the tool makes of such a key, behind
/// "is no key of ADF's, which"; `known` are the keys of which one may have been meant.
pub(super) fn unknown(mapping: &Mapping<'_>, known: &[&str], whose: &str, fate: &str, raises: &Raises) {
    for (key, span, _) in mapping.rest() {
        let near = known
            .iter()
            .map(|name| (strsim::damerau_levenshtein(key, name), name))
            .filter(|(distance, name)| *distance * 3 <= name.len())
            .min();
        let meant = near.map(|(_, name)| format!("; `{name}` was meant, perhaps")).unwrap_or_default();
        raises.raise(
            Weight::Mistake,
            span,
            format!("`{}` is no key of {whose}, which {fate}", mapping.way(key)),
            format!("it is not carried over{meant}"),
        );
    }
}
