//! What `check parity` goes by. Environments and services are not looked up: those of a dotenv file need not be in this file, and
//! an exception that fits nothing is told by the comparison.

use super::Judge;
use crate::config::ParityException;
use crate::config::tree::Step;

impl Judge<'_> {
    /// The exceptions, in the order of the file.
    pub(super) fn parity(&self) -> Vec<ParityException> {
        let written = self.raw.parity.iter().flat_map(|parity| &parity.exceptions);
        let exceptions = written.enumerate().map(|(at, exception)| ParityException {
            key: exception.key.clone(),
            environments: exception.environments.clone().unwrap_or_default(),
            services: exception.services.clone().unwrap_or_default(),
            reason: exception.reason.clone(),
            place: self.place(&[
                Step::Key("parity"),
                Step::Key("exceptions"),
                Step::Item(at),
                Step::Key("key"),
            ]),
        });
        exceptions.collect()
    }
}
