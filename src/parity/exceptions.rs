//! Keys that may be missing, as `branchline.yml` says it under `parity.exceptions`; and those of which it is no longer true.

use std::collections::BTreeSet;

use super::{Found, Page, Place, Subject};
use crate::config::ParityException;
use crate::diagnostic::Severity;

/// The exceptions, and which of them were needed.
#[derive(Debug, Default)]
pub struct Exceptions<'c> {
    all: Vec<One<'c>>,
}

#[derive(Debug)]
struct One<'c> {
    written: &'c ParityException,
    place: Place,
    /// The environments in which it was needed.
    used: BTreeSet<String>,
}

impl<'c> Exceptions<'c> {
    /// The exceptions of a configuration, which is the page's.
    pub fn new(written: &'c [ParityException], page: &Page) -> Self {
        let all = written.iter().map(|written| One {
            written,
            place: page.place(written.place),
            used: BTreeSet::new(),
        });
        Exceptions { all: all.collect() }
    }

    /// The reason why a key of a subject need not be as it is elsewhere in an environment, where there is one.
    pub(super) fn reason(&mut self, key: &str, subject: &Subject, environment: &str) -> Option<String> {
        let is_among = |names: &[String], name: &str| names.is_empty() || names.iter().any(|one| one == name);
        let mut reason = None;
        for one in &mut self.all {
            let written = one.written;
            if written.key == key
                && is_among(&written.services, &subject.service)
                && is_among(&written.environments, environment)
            {
                one.used.insert(environment.to_owned());
                reason.get_or_insert_with(|| written.reason.clone());
            }
        }
        reason
    }

    /// The exceptions that nothing needed (code `BL705`). One for services of which none was looked at may be needed another time,
    /// and is passed over.
    pub(super) fn unused(&self, services: &BTreeSet<&str>) -> Vec<Found> {
        let is_asked = |one: &&One| {
            let named = &one.written.services;
            named.is_empty() || named.iter().any(|name| services.contains(name.as_str()))
        };
        let found = self.all.iter().filter(is_asked).filter_map(|one| {
            let key = &one.written.key;
            let named = one.written.environments.iter().filter(|name| !one.used.contains(*name));
            let left: Vec<String> = named.map(|name| format!("`{name}`")).collect();
            let message = if one.used.is_empty() {
                format!("nothing needs this exception of `{key}` any more")
            } else if left.is_empty() {
                return None;
            } else {
                format!("this exception of `{key}` is needed no more in {}", left.join(", "))
            };
            let help = "take it out, so that the key is missed where it is missing again";
            let mut found = Found::new("BL705", Severity::Error, Some(one.place.clone()), message, help);
            found.key = Some(key.clone());
            Some(found)
        });
        found.collect()
    }
}
