//! What the file says because it was looked up in AWS.

use super::super::draft::Draft;
use super::{Given, Page};
use crate::document::yaml::YamlError;
use crate::pipeline::text::Place;

/// Above a pattern that no environment uses.
pub(super) const OWN_NAMES: &str = "Each environment has names of its own, made up by CloudFormation and looked up in AWS: they stand \
    under `environments.<name>.services`, where a new environment needs its own. No environment uses what stands here.";

/// Where an environment is, if not where the pipelines are.
pub(super) fn elsewhere<'d>(draft: &'d Draft, given: &Given, environment: &str) -> Option<&'d Place> {
    let place = draft.looked_up.as_ref()?.environments.get(environment)?;
    (*place != Place::new(&given.account, &given.region)).then_some(place)
}

/// The keys that differ from the pipelines'.
pub(super) fn place(page: &mut Page, place: &Place, given: &Given) -> Result<(), YamlError> {
    if place.account() != given.account {
        // In quotes: YAML takes an account's digits for a number.
        page.line(&format!("account: \"{}\"", place.account()));
    }
    if place.region() != given.region {
        page.field("region", place.region())?;
    }
    Ok(())
}

/// The connection's ARN.
pub(super) fn connection(draft: &Draft) -> Option<&String> {
    draft.looked_up.as_ref()?.connection.as_ref()
}
