//! From a question to the bytes of a request, and from those of an answer to what it says.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;
use form_urlencoded::Serializer;
use serde_json::Value;

use super::refusal::Refusal;
use super::service::{Protocol, Service};
use super::xml;

/// A request before it is signed: what is put into the one operation that carries them all.
#[derive(Clone, Debug)]
pub(super) struct Request {
    content: &'static str,
    target: Option<String>,
    body: String,
}

/// Why an answer says nothing.
#[derive(Debug)]
pub(super) enum Unread {
    /// It is a no.
    Refused(Refusal),
    /// It is nothing that this service answers.
    Strange(BoxError),
}

/// The request for one thing.
pub(super) fn request(service: Service, operation: &str, input: &Value) -> Request {
    let form = |version: &str, member: &str| {
        let mut fields =
            vec![("Action".to_owned(), operation.to_owned()), ("Version".to_owned(), version.to_owned())];
        flatten("", input, member, &mut fields);
        Request {
            content: "application/x-www-form-urlencoded",
            target: None,
            body: Serializer::new(String::new()).extend_pairs(fields).finish(),
        }
    };
    match service.protocol() {
        Protocol::Json(target) => Request {
            content: "application/x-amz-json-1.1",
            target: Some(format!("{target}.{operation}")),
            body: input.to_string(),
        },
        Protocol::Query(version) => form(version, ".member"),
        Protocol::Ec2(version) => form(version, ""),
    }
}

/// The fields of a form: members of members behind a point, items of a list by their number from 1.
fn flatten(name: &str, value: &Value, member: &str, fields: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (key, value) in members {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                flatten(&name, value, member, fields);
            }
        }
        Value::Array(items) => {
            for (number, item) in (1..).zip(items) {
                flatten(&format!("{name}{member}.{number}"), item, member, fields);
            }
        }
        Value::String(text) => fields.push((name.to_owned(), text.clone())),
        Value::Bool(_) | Value::Number(_) => fields.push((name.to_owned(), value.to_string())),
    }
}

impl TryFrom<Request> for HttpRequest {
    type Error = BoxError;

    fn try_from(request: Request) -> Result<Self, BoxError> {
        let mut http = HttpRequest::new(SdkBody::from(request.body));
        http.set_method("POST")?;
        http.set_uri("/")?;
        http.headers_mut().try_insert("content-type", request.content)?;
        if let Some(target) = request.target {
            http.headers_mut().try_insert("x-amz-target", target)?;
        }
        Ok(http)
    }
}

/// What a service answered.
pub(super) fn answer(service: Service, operation: &str, response: &HttpResponse) -> Result<Value, Unread> {
    let body = response.body().bytes().unwrap_or_default();
    let is_json = matches!(service.protocol(), Protocol::Json(_));
    if !response.status().is_success() {
        let kind = response.headers().get("x-amzn-errortype");
        let metadata = if is_json { said(body, kind) } else { xml::refusal(body) };
        return Err(Unread::Refused(Refusal(metadata)));
    }
    let answer = match (is_json, body) {
        (true, b"") => Ok(Value::Null),
        (true, _) => serde_json::from_slice(body).map_err(BoxError::from),
        (false, _) => xml::read(body, &format!("{operation}Result")),
    };
    answer.map_err(Unread::Strange)
}

/// Code and message of a no in JSON. The code may have a namespace before a `#` and an address behind a `:` (Smithy, "AWS JSON 1.1
/// protocol", "Operation error serialization").
fn said(body: &[u8], header: Option<&str>) -> ErrorMetadata {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |keys: &[&str]| keys.iter().find_map(|key| body[*key].as_str()).map(str::to_owned);
    let kind = header.map(str::to_owned).or_else(|| text(&["__type", "code"]));
    let code = kind.as_deref().map(|kind| {
        let kind = kind.split(':').next().unwrap_or_default();
        kind.rsplit('#').next().unwrap_or_default().to_owned()
    });
    let mut metadata = ErrorMetadata::builder();
    if let Some(code) = code.filter(|code| !code.is_empty()) {
        metadata = metadata.code(code);
    }
    if let Some(message) = text(&["message", "Message", "errorMessage"]) {
        metadata = metadata.message(message);
    }
    metadata.build()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_are_numbered_as_each_form_has_them() {
        let input = json!({ "Filter": [{ "Name": "vpc-id", "Value": ["a b", "c"] }], "Dry": true });
        let form = |service| request(service, "Ask", &input).body;
        assert_eq!(
            form(Service::Ec2),
            "Action=Ask&Version=2016-11-15&Filter.1.Name=vpc-id&Filter.1.Value.1=a+b&Filter.1.Value.2=c&Dry=true"
        );
        assert!(form(Service::Iam).contains("&Filter.member.1.Value.member.2=c&"), "{}", form(Service::Iam));
    }

    #[test]
    fn a_code_is_told_without_its_namespace() {
        let told = |body: &str, header| said(body.as_bytes(), header).code().map(str::to_owned);
        assert_eq!(
            told(r#"{"__type":"com.amazon.ecs#ClientException"}"#, None).as_deref(),
            Some("ClientException")
        );
        assert_eq!(told("{}", Some("Denied:http://x/")).as_deref(), Some("Denied"));
        assert_eq!(told("<html>", None), None);
    }
}
