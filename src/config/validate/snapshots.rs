//! Snapshots of databases before they are migrated.

use std::collections::BTreeMap;

use super::projects::PROJECT_TIMEOUT;
use super::{Judge, below};
use crate::config::placeholder::Names;
use crate::config::raw::RawEnvironment;
use crate::config::tree::Step;
use crate::config::{Config, Database, Environment, Migrate, Snapshot};
use crate::diagnostic::{Finding, shown};

/// How many are kept when nothing is said.
const KEEP: u32 = 7;

/// Minutes until it is given up when nothing is said: the first snapshot of a large database is a whole copy.
const TIMEOUT: u32 = 60;

/// Characters of an identifier in RDS.
const IDENTIFIER: std::ops::RangeInclusive<usize> = 1..=63;

impl Judge<'_> {
    /// The snapshot before an environment's migrations, where its file says so (codes `BL239`, `BL240`).
    pub(super) fn snapshot(
        &mut self,
        name: &str,
        environment: &RawEnvironment,
        migrations: &[Migrate],
    ) -> Option<Snapshot> {
        let written = environment.snapshot.as_ref()?;
        let path = [Step::Key("environments"), Step::Key(name), Step::Key("snapshot")];
        let place = self.key(&path);
        let names = Names { app: &self.raw.app, environment: Some(name), service: None };
        let database = match (&written.instance, &written.cluster) {
            (Some(instance), None) => Database::Instance(names.fill(instance)),
            (None, Some(cluster)) => Database::Cluster(names.fill(cluster)),
            (both, _) => {
                let what =
                    if both.is_some() { "names an instance and a cluster" } else { "names no database" };
                self.report(
                    Finding::error("BL239", place, format!("this `snapshot` {what}"))
                        .because("a snapshot is made of one instance, or of one cluster")
                        .help(
                            "write `instance: …` for an RDS instance of its own, or `cluster: …` for Aurora and \
                             Multi-AZ clusters",
                        ),
                );
                return None;
            }
        };
        if !IDENTIFIER.contains(&database.name().len()) {
            let place = self.place(&below(&path, &[database.kind()]));
            self.wrong_length(place, database.name(), "an identifier in RDS", &IDENTIFIER);
        }
        if migrations.is_empty() {
            self.report(
                Finding::error(
                    "BL240",
                    place,
                    format!("nothing is migrated in `{name}`, so no snapshot would be made"),
                )
                .because("it is made before a migration, and none runs in this environment")
                .help("take `snapshot` out, or give the environment a migration"),
            );
        }
        let timeout = self.minutes(
            written.timeout.as_deref(),
            &below(&path, &["timeout"]),
            TIMEOUT,
            1..=PROJECT_TIMEOUT.end() - 60,
        );
        Some(Snapshot { database, keep: written.keep.unwrap_or(KEEP), timeout, place })
    }

    /// Two environments whose snapshots are of one database (code `BL241`, a warning).
    pub(super) fn one_database_for_two(&mut self, config: &Config) {
        let mut databases: BTreeMap<_, &Environment> = BTreeMap::new();
        for place in config.environments.values() {
            if let Some(snapshot) = &place.snapshot {
                let database = (&place.account, &place.region, &snapshot.database);
                match databases.get(&database) {
                    None => _ = databases.insert(database, place),
                    Some(first) => self.report(
                        Finding::warning(
                            "BL241",
                            snapshot.place,
                            format!(
                                "the snapshots of {} and {} are of one database",
                                shown(&first.name),
                                shown(&place.name)
                            ),
                        )
                        .because(format!(
                            "one of the two migrates another database than {}, without a snapshot of it",
                            shown(snapshot.database.name())
                        ))
                        .help("name each environment's own database, such as `instance: \"shop-{environment}\"`")
                        .related(first.place, "the first of them"),
                    ),
                }
            }
        }
    }
}
