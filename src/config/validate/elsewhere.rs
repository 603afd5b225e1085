//! What the file names by its ARN, and where it has to be: the pipelines' own account and region.

use indexmap::IndexMap;

use super::{Judge, below, sections};
use crate::config::raw::RawSecret;
use crate::config::tree::Step;
use crate::diagnostic::{Finding, Span};

impl Judge<'_> {
    /// What stands in other accounts and regions (codes `BL044` to `BL046`).
    pub(super) fn elsewhere(&mut self) {
        let raw = self.raw;
        if let Some(connection) = &raw.source.connection {
            self.connection(connection);
        }
        let build = raw.build.as_ref().and_then(|build| build.secrets.as_ref());
        self.distant_secrets(build, &["build"]);
        for test in sections::tests(raw) {
            self.distant_secrets(test.raw.secrets.as_ref(), &test.path);
        }
        for migration in sections::migrations(raw) {
            self.distant_secrets(migration.raw.secrets.as_ref(), &migration.path);
        }
        for (name, environment) in &raw.environments {
            if let Some(topic) = environment.approval.as_ref().and_then(|approval| approval.notify.as_ref()) {
                self.topic(topic, &["environments", name, "approval", "notify"]);
            }
            self.distant_secrets(environment.secrets.as_ref(), &["environments", name]);
            for differs in sections::overrides(name, environment) {
                self.distant_secrets(differs.raw.secrets.as_ref(), &differs.path);
            }
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

    fn distant_secrets<'p>(
        &mut self,
        secrets: Option<&'p IndexMap<String, RawSecret>>,
        above: &[impl Copy + Into<Step<'p>>],
    ) {
        let own = &self.raw.pipelines;
        for (name, secret) in secrets.into_iter().flatten() {
            let Some(arn) = &secret.secrets_manager else { continue };
            let (region, account) = region_and_account(arn);
            let path = below(above, &["secrets", name, "secrets_manager"]);
            if account != own.account {
                let place = self.place(&path);
                self.report(distant(place, name, &format!("the account `{account}`")).because(
                    "the role that reads it may; the other account has to allow that role too, for the secret and its key",
                ).help(format!("see that it does, or keep the secret in `{}`", own.account)));
            } else if region != own.region {
                let place = self.place(&path);
                self.report(
                    distant(place, name, &format!("the region `{region}`"))
                        .because(
                            "it would be read across regions at each start, and fails with either of the two",
                        )
                        .help(format!(
                            "write the ARN of a secret, or of a replica of this one, in `{}`",
                            own.region
                        )),
                );
            }
        }
    }
}

fn distant(place: Span, name: &str, other: &str) -> Finding {
    Finding::warning("BL046", place, format!("the secret `{name}` is kept in {other}"))
}

/// `arn:partition:service:region:account:…`, which the schema has checked to be one.
fn region_and_account(arn: &str) -> (&str, &str) {
    let mut parts = arn.split(':').skip(3);
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}
