//! Services of which a few questions are asked, without an SDK for each: an SDK of EC2 alone would take longer to build than all
//! the rest.
//!
//! A question is JSON, and so is its answer, in AWS's own names; what is in it is for the caller to look up. All else is what the SDKs
//! are made of: their orchestrator signs, retries and times out, with the same credentials and settings, so a [`Failure`] says the
//! same in the same words. The two forms in which such services are asked stand in `wire.rs`: JSON with the operation's name in
//! a header (Smithy, "AWS JSON 1.1 protocol"), and forms that are answered in XML (Smithy, "AWS query protocol", "AWS EC2 query
//! protocol").

mod plugin;
mod refusal;
mod service;
mod wire;
mod xml;

use aws_config::SdkConfig;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use serde_json::Value;

use super::failure::{Failure, Kind};
use refusal::Refusal;
pub use service::Service;
use wire::Request;

/// The way to these services in one account and region.
#[derive(Clone, Debug)]
pub struct Light {
    config: SdkConfig,
}

impl Light {
    /// With the credentials, the region and the settings of a configuration.
    pub(super) fn new(config: &SdkConfig) -> Self {
        Light { config: config.clone() }
    }

    /// Asks a service one thing. `input` has the members of the operation's input, as the service model names them; the answer has
    /// those of its output. Of an answer in XML each value is text, and a list of nothing may be an empty text.
    pub async fn ask(
        &self,
        service: Service,
        operation: &'static str,
        input: &Value,
    ) -> Result<Value, Failure> {
        let call = format!("{}:{operation}", service.prefix());
        let Some(region) = self.config.region() else {
            return Err(Failure::strange(&call, "there is no region to ask in"));
        };
        let endpoint = service.endpoint(&self.config, region.as_ref());
        let request = wire::request(service, operation, input);
        self.operation(service, operation, region.as_ref(), &endpoint)?.invoke(request).await.map_err(
            |error| {
                let broke = error.raw_response().is_some_and(|answer| answer.status().is_server_error());
                let failure = Failure::of(&call, error);
                // What stands between may answer without any code of AWS's.
                if broke { Failure { kind: Kind::Unreachable, ..failure } } else { failure }
            },
        )
    }

    fn operation(
        &self,
        service: Service,
        operation: &'static str,
        region: &str,
        endpoint: &str,
    ) -> Result<Operation<Request, Value, Refusal>, Failure> {
        let lacking = |what| Failure::strange("", format!("no {what} is known to ask AWS with"));
        let retries = self.config.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
        let timeouts = self.config.timeout_config().cloned().unwrap_or_else(TimeoutConfig::disabled);
        let http = self.config.http_client().ok_or_else(|| lacking("HTTP client"))?;
        let mut builder = Operation::builder()
            .service_name(service.id())
            .operation_name(operation)
            .http_client(http)
            .endpoint_url(endpoint)
            .standard_retry(&retries)
            .timeout_config(timeouts)
            .with_connection_poisoning();
        if let Some(sleep) = self.config.sleep_impl() {
            builder = builder.sleep_impl(sleep);
        }
        if let Some(time) = self.config.time_source() {
            builder = builder.time_source(time);
        }
        let signed = plugin::signed(&self.config, service, region).ok_or_else(|| lacking("credentials"))?;
        Ok(builder
            .runtime_plugin(signed)
            .serializer(|request: Request| HttpRequest::try_from(request))
            .deserializer(move |response: &HttpResponse| {
                wire::answer(service, operation, response).map_err(|refused| match refused {
                    wire::Unread::Refused(refusal) => OrchestratorError::operation(refusal),
                    wire::Unread::Strange(reason) => OrchestratorError::other(reason),
                })
            })
            .build())
    }
}
