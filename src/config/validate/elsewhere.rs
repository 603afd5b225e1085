//! What the file names by its ARN, and where it has to be: the pipelines' own account and region.

use super::{Judge, below, sections};
use crate::config::raw::{RawEnvironment, RawMigrateOverrides, RawSecret};
use crate::config::tree::Step;
use crate::diagnostic::{Finding, Span};

impl Judge<'_> {
    /// What stands in other accounts and regions (codes `BL044` to `BL046`).
    pub(super) fn elsewhere(&mut self) {
        let raw = self.raw;
        if let Some(connection) = &raw.source.connection {
            self.connection(connection);
        }
        let home = &raw.pipelines;
        let home = Where { account: &home.account, region: &home.region, environment: None };
        let build = raw.build.as_ref().and_then(|build| build.secrets.as_ref());
        self.distant_secrets(build.into_iter().flatten(), &["build"], home);
        for test in sections::tests(raw) {
            self.distant_secrets(test.raw.secrets.iter().flatten(), &test.path, home);
        }
        for (name, environment) in &raw.environments {
            if let Some(topic) = environment.approval.as_ref().and_then(|approval| approval.notify.as_ref()) {
                self.topic(topic, &["environments", name, "approval", "notify"]);
            }
            self.secrets_in(name, environment);
        }
    }

    /// The secrets that are read in an environment: its own, and those of each migration that it does not replace.
    fn secrets_in(&mut self, name: &str, environment: &RawEnvironment) {
        let raw = self.raw;
        let home = &raw.pipelines;
        let own = Where {
            account: environment.account.as_ref().unwrap_or(&home.account),
            region: environment.region.as_ref().unwrap_or(&home.region),
            environment: Some(name),
        };
        self.distant_secrets(environment.secrets.iter().flatten(), &["environments", name], own);
        let verify = environment.verify.as_ref().and_then(|verify| verify.secrets.as_ref());
        self.distant_secrets(verify.into_iter().flatten(), &["environments", name, "verify"], own);
        for differs in sections::overrides(name, environment) {
            self.distant_secrets(differs.raw.secrets.iter().flatten(), &differs.path, own);
        }
        for (service, written) in &raw.services {
            let Some(commands) = &written.deploy.commands else { continue };
            let differs = environment.services.as_ref().and_then(|all| all.get(service));
            let differs = differs.and_then(|differs| differs.deploy.as_ref()?.commands.as_ref());
            let here = differs.and_then(|differs| differs.secrets.as_ref());
            let left = commands.secrets.iter().flatten();
            let left = left.filter(|(name, _)| here.is_none_or(|here| !here.contains_key(*name)));
            self.distant_secrets(left, &["services", service, "deploy", "commands"], own);
            let path = ["environments", name, "services", service, "deploy", "commands"];
            self.distant_secrets(here.into_iter().flatten(), &path, own);
        }
        if matches!(environment.migrate, Some(RawMigrateOverrides::None(_))) {
            return;
        }
        let is_replaced = |secret: &String| {
            environment.secrets.as_ref().is_some_and(|secrets| secrets.contains_key(secret))
                || environment.variables.as_ref().is_some_and(|variables| variables.contains_key(secret))
        };
        for migration in sections::migrations(raw) {
            let left = migration.raw.secrets.iter().flatten().filter(|(secret, _)| !is_replaced(secret));
            self.distant_secrets(left, &migration.path, own);
        }
    }

    fn topic(&mut self, topic: &str, path: &[&str]) {
        let own = &self.raw.pipelines.region;
        let (region, _) = region_and_account(topic);
        if region != own {
            let place = self.place(path);
            self.report(
                Finding::error(
                    "BL044",
                    place,
                    format!("the topic is in `{region}`, the pipelines in `{own}`"),
                )
                .because("CodePipeline tells only topics of its own region, and the approval would fail")
                .help(format!("write the ARN of a topic in `{own}`")),
            );
        }
    }

    fn connection(&mut self, connection: &str) {
        let own = &self.raw.pipelines.account;
        let (_, account) = region_and_account(connection);
        if account != own {
            let place = self.place(&["source", "connection"]);
            self.report(
                Finding::warning("BL045", place, format!("the connection belongs to the account `{account}`"))
                    .because(format!("the pipelines are in `{own}`, which has to be allowed to use it"))
                    .help(
                        "see that the other account shares it (AWS RAM shares those of `codeconnections` alone), or take \
                         `connection` out to have one made beside the pipelines",
                    ),
            );
        }
    }

    /// Secrets that are kept elsewhere than where they are read. What is so in several environments is told for the first.
    fn distant_secrets<'p>(
        &mut self,
        secrets: impl Iterator<Item = (&'p String, &'p RawSecret)>,
        above: &[impl Copy + Into<Step<'p>>],
        own: Where,
    ) {
        for (name, secret) in secrets {
            let Some(arn) = &secret.secrets_manager else { continue };
            let (region, account) = region_and_account(arn);
            if (account, region) == (own.account, own.region) {
                continue;
            }
            let place = self.place(&below(above, &["secrets", name, "secrets_manager"]));
            if self.findings.iter().any(|finding| finding.code == "BL046" && finding.place == Some(place)) {
                continue;
            }
            let finding = if account == own.account {
                distant(place, name, region, own)
                    .because(
                        "it would be read across regions at each start, and fails with either of the two",
                    )
                    .help(format!(
                        "write the ARN of a secret, or of a replica of this one, in `{}`",
                        own.region
                    ))
            } else {
                // Its value is under a key of that account, and no key can be named here: the roles may not decrypt it.
                let (kept, read) = if region == own.region {
                    (format!("in the account `{account}`"), format!("`{}`", own.account))
                } else {
                    (
                        format!("in the account `{account}` and the region `{region}`"),
                        format!("the account `{}` and the region `{}`", own.account, own.region),
                    )
                };
                let message =
                    format!("the secret `{name}` is kept {kept}, and read for {} in {read}", own.reader());
                Finding::error("BL046", place, message)
                    .because("the roles that are made here may not use the key of another account, so each start would fail")
                    .help(format!(
                        "keep a secret with this value in `{}` of the account `{}`, and write its ARN",
                        own.region, own.account
                    ))
            };
            self.report(finding);
        }
    }
}

/// Where a secret is read.
#[derive(Clone, Copy)]
struct Where<'a> {
    account: &'a str,
    region: &'a str,
    /// The environment; none where the pipelines' own builds read it.
    environment: Option<&'a str>,
}

impl Where<'_> {
    /// Who reads it, in words.
    fn reader(&self) -> String {
        self.environment.map_or_else(|| "the pipelines".to_owned(), |environment| format!("`{environment}`"))
    }
}

/// A secret in another region than that of its reader, in the same account.
fn distant(place: Span, name: &str, region: &str, own: Where) -> Finding {
    let (reader, read) = (own.reader(), own.region);
    Finding::warning(
        "BL046",
        place,
        format!("the secret `{name}` is kept in the region `{region}`, and read for {reader} in `{read}`"),
    )
}

/// `arn:partition:service:region:account:…`, which the schema has checked to be one.
fn region_and_account(arn: &str) -> (&str, &str) {
    let mut parts = arn.split(':').skip(3);
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}
