//! Writes where an environment is.

use super::{Page, YamlError};
use crate::import::draft::Whereabouts;

/// The keys that differ from the pipelines'.
pub(super) fn whereabouts(page: &mut Page, at: &Whereabouts) -> Result<(), YamlError> {
    if let Some(account) = &at.account {
        // In quotes: YAML takes an account's digits for a number.
        page.line(&format!("account: \"{account}\""));
    }
    at.region.as_ref().map_or(Ok(()), |region| page.field("region", region))
}
