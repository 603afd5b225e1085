//! What makes a request one of AWS's: its signature, what is said of who asks, and after which answers it is asked again.

use std::borrow::Cow;

use aws_config::SdkConfig;
use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::invocation_id::InvocationIdInterceptor;
use aws_runtime::request_info::RequestInfoInterceptor;
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_runtime::service_clock_skew::{ServiceClockSkewClassifier, ServiceClockSkewInterceptor};
use aws_runtime::user_agent::{ApiMetadata, UserAgentInterceptor};
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::identity::SharedIdentityResolver;
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;
use aws_smithy_runtime_api::client::retries::classifiers::SharedRetryClassifier;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::config_bag::Layer;
use aws_types::SigningName;
use aws_types::region::{Region, SigningRegion};

use super::refusal::Refusal;
use super::service::Service;

/// What all requests to a service have in common; `None` where there is nothing that gives credentials.
pub(super) fn signed(config: &SdkConfig, service: Service, region: &str) -> Option<StaticRuntimePlugin> {
    let credentials = config.credentials_provider()?;
    let mut layer = Layer::new("light");
    layer.store_put(SigningName::from_static(service.signing()));
    let region = service.signing_region(region).to_owned();
    layer.store_put(SigningRegion::from(Region::new(Cow::Owned(region))));
    layer.store_put(SigV4OperationSigningConfig::default());
    layer.store_put(AuthSchemeOptionResolverParams::new(()));
    layer.store_put(ApiMetadata::new(service.prefix(), env!("CARGO_PKG_VERSION")));
    if let Some(name) = config.app_name() {
        layer.store_put(name.clone());
    }
    let resolver = SharedAuthSchemeOptionResolver::new(StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]));
    let mut parts = RuntimeComponentsBuilder::new("light")
        .with_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()))
        .with_auth_scheme_option_resolver(Some(resolver))
        .with_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(credentials))
        .with_retry_classifier(SharedRetryClassifier::new(HttpStatusCodeClassifier::default()))
        .with_retry_classifier(SharedRetryClassifier::new(TransientErrorClassifier::<Refusal>::new()))
        .with_retry_classifier(SharedRetryClassifier::new(AwsErrorCodeClassifier::<Refusal>::new()))
        .with_retry_classifier(SharedRetryClassifier::new(ServiceClockSkewClassifier::<Refusal>::new()))
        .with_interceptor(SharedInterceptor::new(ServiceClockSkewInterceptor::new()))
        .with_interceptor(SharedInterceptor::new(RequestInfoInterceptor::new()))
        .with_interceptor(SharedInterceptor::new(UserAgentInterceptor::new()))
        .with_interceptor(SharedInterceptor::new(InvocationIdInterceptor::new()));
    parts.set_identity_cache(config.identity_cache());
    Some(StaticRuntimePlugin::new().with_config(layer.freeze()).with_runtime_components(parts))
}
