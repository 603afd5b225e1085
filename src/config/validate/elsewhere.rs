//! What the file names by its ARN, and where it has to be: in the account and region of whoever uses it.

use indexmap::IndexMap;

use super::Judge;
use crate::config::raw::{RawEnvironment, RawOrNone, RawProvider, RawSecret};
use crate::diagnostic::{Finding, Span};

impl Judge<'_> {
    /// What stands in other accounts and regions (codes `BL044` to `BL046`), and the repository's name.
    pub(super) fn elsewhere(&mut self) {
        let raw = self.raw;
        self.repository();
        if let Some(connection) = &raw.source.connection {
            self.connection(connection);
        }
        let home = &raw.pipelines;
        let home = Where { account: &home.account, region: &home.region, environment: None };
        let build = raw.build.as_ref().and_then(|build| build.secrets.as_ref());
        self.distant_secrets(build, &["build"], home);
        let test = raw.test.as_ref().and_then(|test| test.secrets.as_ref());
        self.distant_secrets(test, &["test"], home);
        for (name, environment) in &raw.environments {
            if let Some(topic) = environment.approval.as_ref().and_then(|approval| approval.notify.as_ref()) {
                self.topic(topic, &["environments", name, "approval", "notify"]);
            }
            let own = self.place_of(name, environment);
            self.distant_secrets(environment.secrets.as_ref(), &["environments", name], own);
            self.secrets_of_migration(environment, own);
        }
    }

    /// Where an environment is.
    fn place_of<'e>(&self, name: &'e str, environment: &'e RawEnvironment) -> Where<'e>
    where
        Self: 'e,
    {
        let home = &self.raw.pipelines;
        Where {
            account: environment.account.as_ref().unwrap_or(&home.account),
            region: environment.region.as_ref().unwrap_or(&home.region),
            environment: Some(name),
        }
    }

    /// The secrets of the migration that an environment does not replace by its own.
    fn secrets_of_migration(&mut self, environment: &RawEnvironment, own: Where) {
        let secrets = self.raw.migrate.as_ref().and_then(|migrate| migrate.secrets.as_ref());
        if matches!(environment.migrate, Some(RawOrNone::None(_))) {
            return;
        }
        let replaced = |name: &String| {
            environment.secrets.as_ref().is_some_and(|secrets| secrets.contains_key(name))
                || environment.variables.as_ref().is_some_and(|variables| variables.contains_key(name))
        };
        let left: IndexMap<String, RawSecret> = secrets
            .into_iter()
            .flatten()
            .filter(|(name, _)| !replaced(name))
            .map(|(name, secret)| (name.clone(), secret.clone()))
            .collect();
        self.distant_secrets(Some(&left), &["migrate"], own);
    }

    /// Only GitLab has groups within groups.
    fn repository(&mut self) {
        let source = &self.raw.source;
        let Some(repository) = &source.repository else { return };
        let host = match source.provider.unwrap_or(RawProvider::GitHub) {
            RawProvider::GitLab => return,
            RawProvider::GitHub => "GitHub",
            RawProvider::Bitbucket => "Bitbucket",
        };
        if repository.split('/').count() != 2 {
            let place = self.place(&["source", "repository"]);
            self.report(
                Finding::error(
                    "BL017",
                    place,
                    format!("`{repository}` cannot be a repository's name on {host}"),
                )
                .because("it has to be one owner and one name, with `/` between them")
                .help("write `owner/name`, or `provider: gitlab` where the repository stands in groups"),
            );
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
    fn distant_secrets(&mut self, secrets: Option<&IndexMap<String, RawSecret>>, above: &[&str], own: Where) {
        for (name, secret) in secrets.into_iter().flatten() {
            let Some(arn) = &secret.secrets_manager else { continue };
            let (region, account) = region_and_account(arn);
            if (account, region) == (own.account, own.region) {
                continue;
            }
            let place = self.place(&[above, &["secrets", name.as_str(), "secrets_manager"]].concat());
            if self.findings.iter().any(|finding| finding.code == "BL046" && finding.place == Some(place)) {
                continue;
            }
            let finding = if account == own.account {
                distant(place, name, "region", region, own)
                    .because(
                        "it would be read across regions at each start, and fails with either of the two",
                    )
                    .help(format!(
                        "write the ARN of a secret, or of a replica of this one, in `{}`",
                        own.region
                    ))
            } else {
                let why = "the role that reads it may; the other account has to allow that role too, for the secret and its key";
                distant(place, name, "account", account, own)
                    .because(why)
                    .help(format!("see that it does, or keep the secret in `{}`", own.account))
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

/// A secret in another account or region (`what`) than that of its reader.
fn distant(place: Span, name: &str, what: &str, kept: &str, own: Where) -> Finding {
    let reader =
        own.environment.map_or_else(|| "the pipelines".to_owned(), |environment| format!("`{environment}`"));
    let read = if what == "account" { own.account } else { own.region };
    Finding::warning(
        "BL046",
        place,
        format!("the secret `{name}` is kept in the {what} `{kept}`, and read for {reader} in `{read}`"),
    )
}

/// `arn:partition:service:region:account:…`, which the schema has checked to be one.
fn region_and_account(arn: &str) -> (&str, &str) {
    let mut parts = arn.split(':').skip(3);
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}
