//! A request whose body is written here, and not by the SDK.
//!
//! Projects and pipelines are declared by templates, which overrides may patch with settings that the SDK of this day does not know; and what is
//! compared has to be what is sent. So the JSON that was compared is put in place of the SDK's: its types have no serde, and a
//! hundred builders would be a second description of a pipeline, which drops what it does not know without a word. Everything else
//! is the SDK's: address, signature, retries, errors.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::Value;

/// The media type of the protocol in which CodePipeline and CodeBuild take JSON (Smithy, "AWS JSON 1.1 protocol").
const JSON: &str = "application/x-amz-json-1.1";

/// Puts a body into each try of one request, before it is signed.
#[derive(Clone, Debug)]
pub(super) struct Asked(String);

impl Asked {
    /// With this body.
    pub(super) fn with(body: &Value) -> Self {
        Asked(body.to_string())
    }
}

#[dyn_dispatch_hint]
impl Intercept for Asked {
    fn name(&self) -> &'static str {
        "Asked"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        // Another SDK may speak another protocol with the same service; JSON would be misread there.
        if request.headers().get("content-type") != Some(JSON) {
            return Err("the SDK does not speak JSON with this service any more".into());
        }
        request.headers_mut().insert("content-length", self.0.len().to_string());
        *request.body_mut() = SdkBody::from(self.0.as_str());
        Ok(())
    }
}
