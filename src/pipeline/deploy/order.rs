//! The order of the deploys of one stage: what a service waits for comes before it, and all else side by side.

use std::collections::BTreeMap;

use crate::branch_map::Entry;
use crate::config::Config;

/// For each service of a pipeline how many deploys have to be over before its own may begin, one after the other: 0 for
/// one that waits for nothing. A service that the pipeline does not deploy is not waited for.
pub(super) fn steps<'a>(config: &'a Config, entry: &'a Entry) -> BTreeMap<&'a str, u32> {
    let mut steps: BTreeMap<&str, u32> = entry.services.iter().map(|name| (name.as_str(), 0)).collect();
    // Circles were refused, so the longest chain has as many steps as there are services, and so has this loop at most.
    for _ in 0..entry.services.len() {
        let mut is_settled = true;
        for name in &entry.services {
            let before = config.services.get(name).into_iter().flat_map(|service| &service.depends_on);
            let last = before.filter_map(|other| steps.get(other.as_str())).max();
            let own = last.map_or(0, |last| last + 1);
            if steps.get(name.as_str()).is_some_and(|step| *step < own) {
                steps.insert(name, own);
                is_settled = false;
            }
        }
        if is_settled {
            break;
        }
    }
    steps
}
