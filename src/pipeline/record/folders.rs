//! In which folder the records of a pipeline are. Everything that names them asks here: guard, record, comparison, and the
//! policies.

use std::collections::BTreeMap;

use super::super::names;
use crate::branch_map::{self, Entry, Group};
use crate::config::{Config, Environment as Place};

/// The folders of records, by environment and service, where an environment has several. Where all its rules belong together it
/// has one.
///
/// Rules that share a service, directly or through others, share a folder, so that none of them deploys what another's guard,
/// rollback, verification or approval does not see. Rules without a service in common have each their own: else the deploy of
/// one service would be compared with that of another.
#[derive(Debug)]
pub(in super::super) struct Folders<'a>(BTreeMap<&'a str, BTreeMap<&'a str, String>>);

impl<'a> Folders<'a> {
    pub(in super::super) fn of(config: &'a Config) -> Self {
        let several = branch_map::groups(config).into_iter().filter(|(_, groups)| groups.len() > 1);
        Folders(several.map(|(environment, groups)| (environment, by_service(environment, groups))).collect())
    }

    /// The folder of what a pipeline deploys to an environment that it enters.
    pub(in super::super) fn folder(&self, entry: &Entry, place: &Place) -> String {
        let several = self.0.get(place.name.as_str());
        // All of a rule's services are of one group.
        let service = entry.services.first().map_or("", String::as_str);
        let own = several.and_then(|folders| folders.get(service));
        own.cloned().unwrap_or_else(|| names::records(&place.name, &[]))
    }

    /// What a policy calls objects of an environment, by the names that `object` gives them in one folder. One pattern where
    /// there are several folders: with a name for each of many it would be longer than a policy may be.
    pub(in super::super) fn objects(&self, place: &Place, object: &[fn(&str) -> String]) -> Vec<String> {
        if self.0.contains_key(place.name.as_str()) {
            return vec![names::all_records(&place.name)];
        }
        let folder = names::records(&place.name, &[]);
        object.iter().map(|name| name(&folder)).collect()
    }
}

fn by_service<'a>(environment: &str, groups: Vec<Group<'a>>) -> BTreeMap<&'a str, String> {
    let mut folders = BTreeMap::new();
    for group in groups {
        let services: Vec<&str> = group.services.into_iter().collect();
        let folder = names::records(environment, &services);
        folders.extend(services.into_iter().map(|service| (service, folder.clone())));
    }
    folders
}
