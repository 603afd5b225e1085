//! Clients for each account and region, with the credentials that are meant for it.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::access::Access;
use super::failure::Failure;
use super::light::Light;
use crate::pipeline::text::Place;

/// Tries of one call, the first among them.
const TRIES: u32 = 6;
/// Until a connection stands.
const CONNECT: Duration = Duration::from_secs(10);
/// Until one try is answered. The longest answers are lists of stacks; seconds, not minutes.
const ANSWER: Duration = Duration::from_secs(30);

/// The services of one place.
#[derive(Clone, Debug)]
pub struct Clients {
    /// Stacks.
    pub cloudformation: aws_sdk_cloudformation::Client,
    /// Pipelines and their executions.
    pub codepipeline: aws_sdk_codepipeline::Client,
    /// Projects.
    pub codebuild: aws_sdk_codebuild::Client,
    /// Connections to hosts of repositories.
    pub codeconnections: aws_sdk_codeconnections::Client,
    /// Objects: templates that are too large for a request.
    pub s3: aws_sdk_s3::Client,
    /// Services of which little is asked.
    pub light: Light,
}

/// Everything that was opened for one run of a command.
pub struct Session {
    access: Access,
    http: SharedHttpClient,
    /// By account: what its credentials come from, found to be of that account.
    accounts: BTreeMap<String, SdkConfig>,
}

impl Session {
    /// A session in which nothing was asked yet.
    pub fn new(access: Access) -> Self {
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        Session { access, http, accounts: BTreeMap::new() }
    }

    /// The clients of a place. Whose credentials they are is asked once for each account: with those of another, every name
    /// would be the same, and the wrong things would be changed.
    pub async fn at(&mut self, place: &Place) -> Result<Clients, Failure> {
        let known = if let Some(known) = self.accounts.get(place.account()) {
            known.clone()
        } else {
            let found = self.config(place).await;
            check(&found, place.account()).await?;
            self.accounts.insert(place.account().to_owned(), found.clone());
            found
        };
        let here = known.into_builder().region(Region::new(place.region().to_owned())).build();
        Ok(Clients {
            cloudformation: aws_sdk_cloudformation::Client::new(&here),
            codepipeline: aws_sdk_codepipeline::Client::new(&here),
            codebuild: aws_sdk_codebuild::Client::new(&here),
            codeconnections: aws_sdk_codeconnections::Client::new(&here),
            s3: aws_sdk_s3::Client::new(&here),
            light: Light::new(&here),
        })
    }

    #[expect(clippy::disallowed_methods, reason = "settings of AWS's own programs")]
    async fn config(&self, place: &Place) -> SdkConfig {
        let way = self.access.to(place.account());
        let timeouts =
            TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(ANSWER).build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(self.http.clone())
            .region(Region::new(place.region().to_owned()))
            .timeout_config(timeouts);
        // A person's own settings come first, as for every program of AWS's.
        if ["AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE"].iter().all(|name| std::env::var_os(name).is_none()) {
            loader = loader.retry_config(RetryConfig::adaptive().with_max_attempts(TRIES));
        }
        if let Ok(name) = AppName::new(concat!("branchline-", env!("CARGO_PKG_VERSION"))) {
            loader = loader.app_name(name);
        }
        if let Some(profile) = &way.profile {
            loader = loader.profile_name(profile);
        }
        let own = loader.load().await;
        let Some(role) = way.role else { return own };
        let assumed =
            AssumeRoleProvider::builder(role).session_name("branchline").configure(&own).build().await;
        own.into_builder()
            .credentials_provider(aws_sdk_sts::config::SharedCredentialsProvider::new(assumed))
            .build()
    }
}

async fn check(config: &SdkConfig, account: &str) -> Result<(), Failure> {
    const CALL: &str = "sts:GetCallerIdentity";
    let asked = aws_sdk_sts::Client::new(config).get_caller_identity().send().await;
    let who = asked.map_err(|error| Failure::of(CALL, error))?;
    match (who.account(), who.arn()) {
        (Some(found), _) if found == account => Ok(()),
        (_, Some(arn)) => Err(Failure::other_account(account, arn)),
        _ => Err(Failure::strange(CALL, "the answer names no account")),
    }
}
