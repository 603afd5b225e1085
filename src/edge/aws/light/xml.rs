//! Answers in XML, as the JSON that other services would give.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_types::error::ErrorMetadata;
use roxmltree::{Document, Node};
use serde_json::{Map, Value};

/// What the items of lists are called, and the pairs of maps.
const ITEMS: [&str; 3] = ["item", "member", "entry"];

/// Reads an answer. Query services wrap it once more (`GetRoleResult`), EC2 does not. Names of members are the elements' own: EC2
/// begins them small and calls lists sets (`subnetSet`).
pub(super) fn read(body: &[u8], wrapper: &str) -> Result<Value, BoxError> {
    let text = std::str::from_utf8(body)?;
    let document = Document::parse(text)?;
    let root = document.root_element();
    let inner = root.children().find(|child| child.tag_name().name() == wrapper).unwrap_or(root);
    Ok(value(inner))
}

fn value(node: Node) -> Value {
    let children: Vec<Node> = node.children().filter(Node::is_element).collect();
    if children.is_empty() {
        return Value::String(node.text().unwrap_or_default().to_owned());
    }
    if children.iter().all(|child| ITEMS.contains(&child.tag_name().name())) {
        return children.into_iter().map(value).collect();
    }
    let members = children.into_iter().map(|child| (child.tag_name().name().to_owned(), value(child)));
    Value::Object(members.collect::<Map<_, _>>())
}

/// Code and message of a no, in either form: `Response/Errors/Error` or `ErrorResponse/Error`.
pub(super) fn refusal(body: &[u8]) -> ErrorMetadata {
    let mut metadata = ErrorMetadata::builder();
    let text = std::str::from_utf8(body).unwrap_or_default();
    let Ok(document) = Document::parse(text) else { return metadata.build() };
    let named = |name: &str| {
        let found = document.descendants().find(|node| node.tag_name().name() == name);
        found.and_then(|node| node.text()).map(str::to_owned)
    };
    if let Some(code) = named("Code") {
        metadata = metadata.code(code);
    }
    if let Some(message) = named("Message") {
        metadata = metadata.message(message);
    }
    metadata.build()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_of_one_is_a_list_and_what_is_wrapped_is_unwrapped() {
        let ec2 = b"<R xmlns='x'><subnetSet><item><subnetId>a&amp;b</subnetId></item></subnetSet><none/></R>";
        assert_eq!(
            read(ec2, "RResult").expect("XML"),
            json!({ "subnetSet": [{ "subnetId": "a&b" }], "none": "" })
        );
        let iam = b"<GetRoleResponse><GetRoleResult><Role><Path>/</Path></Role></GetRoleResult><M/></GetRoleResponse>";
        assert_eq!(read(iam, "GetRoleResult").expect("XML"), json!({ "Role": { "Path": "/" } }));
    }

    #[test]
    fn what_is_no_xml_or_brings_entities_of_its_own_is_refused() {
        assert!(read(b"{}", "").is_err());
        assert!(read(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "").is_err());
    }

    #[test]
    fn a_no_is_read_in_both_forms() {
        for body in [
            "<Response xmlns='x'><Errors><Error><Code>C</Code><Message>M</Message></Error></Errors></Response>",
            "<ErrorResponse><Error><Type>Sender</Type><Code>C</Code><Message>M</Message></Error></ErrorResponse>",
        ] {
            let refusal = refusal(body.as_bytes());
            assert_eq!((refusal.code(), refusal.message()), (Some("C"), Some("M")));
        }
    }
}
