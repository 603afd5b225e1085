//! Migrations that are written and do not run, or run on another environment's database: what is legal, and hardly meant.
//! All of it are warnings.

use std::collections::BTreeMap;

use super::shell_line::{self, Hidden};
use super::ways::Ways;
use super::{Judge, below};
use crate::config::raw::RawCommand;
use crate::config::tree::Step;
use crate::config::{Config, Environment, Migrate, Run, Secret, TestPlace};
use crate::diagnostic::{Finding, shown};

/// What would be filled in elsewhere.
const PLACEHOLDER: &str = "{environment}";

impl Judge<'_> {
    /// A command whose failure can be hidden (code `BL098`), or that says a placeholder (code `BL099`).
    pub(super) fn slips_of_command(&mut self, command: &RawCommand, path: &[Step]) {
        let words = match command {
            RawCommand::Shell(text) => std::slice::from_ref(text),
            RawCommand::Words(words) => words.as_slice(),
        };
        self.unfilled(words, path);
        let RawCommand::Shell(text) = command else { return };
        let Some(hidden) = shell_line::hidden(text) else { return };
        let (message, reason, help) = match hidden {
            Hidden::Pipe => (
                "the status of this pipe is that of its last command",
                "what stands before the `|` may fail, and the deploy would follow",
                "write `[bash, -o, pipefail, -ec, \"…\"]`, or put it into a script that begins with `set -o pipefail`",
            ),
            Hidden::Background => (
                "nobody waits for what is started with `&`",
                "it may fail, or still run, when the deploy follows",
                "take the `&` out, or put it into a script that waits for each and looks at its status",
            ),
            Hidden::Excused => (
                "what stands behind the last `||` says that all went well",
                "the migration may fail, and the deploy would follow",
                "take it out, or end it so that it fails: `|| { echo \"…\"; exit 1; }`",
            ),
            Hidden::List => (
                "a failure before `&&` does not end this line",
                "the shell goes on behind the `;`, and the last command's status counts",
                "write `&&` in place of `;` too",
            ),
            Hidden::GoesOn => (
                "`set +e` lets the line go on after a failure",
                "the migration may fail, and the deploy would follow",
                "take `set +e` out",
            ),
        };
        let place = self.place(path);
        self.report(Finding::warning("BL098", place, message).because(reason).help(help));
    }

    /// A value of a migration with a placeholder in it, which is filled in elsewhere and not there (code `BL099`).
    pub(super) fn unfilled<'t>(&mut self, texts: impl IntoIterator<Item = &'t String>, path: &[Step]) {
        // `${environment}` is a variable of the shell's.
        let says = |text: &&String| text.match_indices(PLACEHOLDER).any(|(at, _)| !text[..at].ends_with('$'));
        if texts.into_iter().any(|text| says(&text)) {
            let place = self.place(path);
            let finding = Finding::warning("BL099", place, "`{environment}` is not filled in here")
                .because("the migration would be given these very letters")
                .help("give the migration a variable under `variables` of each environment");
            if !self.findings.contains(&finding) {
                self.report(finding);
            }
        }
    }

    /// What no pipeline runs (codes `BL230`, `BL231`), or what two environments share (code `BL232`).
    pub(super) fn slips(&mut self, config: &Config) {
        let ways = Ways::of(config);
        self.built_by_none(config);
        self.left_out(config, &ways);
        self.shared_secrets(config, &ways);
    }

    /// A migration or tests of a service that no rule builds (code `BL230`).
    fn built_by_none(&mut self, config: &Config) {
        let is_built = |name: &String| config.rules.iter().any(|rule| rule.services.contains(name));
        // Where an environment changes what runs, the migration's place is the environment's.
        let mut migrations: BTreeMap<&Option<String>, &Migrate> = BTreeMap::new();
        for place in config.environments.values() {
            for migrate in &place.migrations {
                let first = migrations.entry(&migrate.name).or_insert(migrate);
                if migrate.place != place.place {
                    *first = migrate;
                }
            }
        }
        let migrations = migrations.into_values().map(|migrate| {
            let called = migrate.name.as_ref().map(|name| format!(" {}", shown(name))).unwrap_or_default();
            (migrate.place, &migrate.service, format!("the migration{called}"))
        });
        let tests = config.tests.iter().filter_map(|test| {
            let service = match (&test.service, &test.place) {
                (Some(service), _) | (None, TestPlace::Image { service, .. }) => service,
                (None, TestPlace::Checkout) => return None,
            };
            Some((test.section, service, "these tests".to_owned()))
        });
        let never = migrations.chain(tests).filter(|(_, service, _)| !is_built(service));
        for (place, service, what) in never {
            self.report(
                Finding::warning("BL230", place, format!("no pipeline runs {what}"))
                    .because(format!("no rule builds {}", shown(service)))
                    .help("add it to the `services` of a rule, or take this out"),
            );
        }
    }

    /// A migration that runs elsewhere, and not in an environment that is deployed to (code `BL231`).
    fn left_out(&mut self, config: &Config, ways: &Ways) {
        for place in config.environments.values().filter(|place| !ways.to(place).is_empty()) {
            for migrate in place.migrations.iter().filter(|migrate| !ways.run(place, migrate)) {
                if !config.rules.iter().any(|rule| rule.services.contains(&migrate.service)) {
                    continue;
                }
                let called =
                    migrate.name.as_ref().map(|name| format!(" {}", shown(name))).unwrap_or_default();
                self.report(
                    Finding::warning(
                        "BL231",
                        place.place,
                        format!("{} is deployed to without the migration{called}", shown(&place.name)),
                    )
                    .because(format!("no rule that deploys there builds {}", shown(&migrate.service)))
                    .help("add the service to the `services` of such a rule, or switch the migration off there: `run: none`"),
                );
            }
        }
    }

    /// One secret that the migrations of two environments read (code `BL232`).
    fn shared_secrets(&mut self, config: &Config, ways: &Ways) {
        let mut readers: BTreeMap<String, Vec<(&Environment, &Migrate)>> = BTreeMap::new();
        for place in config.environments.values() {
            for migrate in place.migrations.iter().filter(|migrate| ways.run(place, migrate)) {
                for secret in migrate.secrets.values() {
                    let of_secret = readers.entry(identity(place, secret)).or_default();
                    if of_secret.iter().all(|(other, _)| other.name != place.name) {
                        of_secret.push((place, migrate));
                    }
                }
            }
        }
        for (secret, of_secret) in readers {
            let [(first, _), .., (last, migrate)] = of_secret.as_slice() else { continue };
            let name = secret.rsplit_once(' ').map_or(secret.as_str(), |(_, name)| name);
            let finding = Finding::warning(
                "BL232",
                migrate.place,
                format!("the migrations of {} and {} read one secret", shown(&first.name), shown(&last.name)),
            )
            .because(format!("where {} says which database it is, one migrates the other's", shown(name)))
            .help("give each environment a secret of its own under its `secrets`")
            .related(first.place, "the first of them");
            self.report(finding);
        }
    }

    /// The names under which a migration's values stand, and what they say.
    pub(super) fn unfilled_variables<'t>(
        &mut self,
        variables: impl IntoIterator<Item = (&'t String, &'t String)>,
        path: &[Step],
    ) {
        for (name, value) in variables {
            self.unfilled([value], &below(path, &[name.as_str()]));
        }
    }
}

/// What a secret is, wherever it is read: a parameter's name means another one in another account or region.
fn identity(place: &Environment, secret: &Secret) -> String {
    match secret {
        Secret::SecretsManager { arn, key } => {
            format!("{arn}{}", key.as_ref().map(|key| format!(":{key}")).unwrap_or_default())
        }
        Secret::ParameterStore(name) => format!("{} {} {name}", place.account, place.region),
    }
}

/// Whether one of them runs on a build machine.
pub(super) fn on_machine<'c>(mut migrations: impl Iterator<Item = &'c Migrate>) -> bool {
    migrations.any(|migrate| migrate.run != Run::EcsTask)
}
