//! Statements of IAM policies in words, so that a person can move them.

use crate::config::tree::{Node, Value};

use super::super::reader::text;

/// Each statement below a value, wherever it stands: a policy's document, a policy, or a statement itself. One that names neither actions
/// nor resources is none.
pub(super) fn rights(node: &Node) -> Vec<String> {
    let mut found = Vec::new();
    collect(node, &mut found);
    found
}

fn collect(node: &Node, found: &mut Vec<String>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Mapping(entries) => match statement(node) {
            Some(words) => found.push(words),
            None => entries.iter().for_each(|entry| collect(&entry.node, found)),
        },
        _ => {}
    }
}

fn statement(node: &Node) -> Option<String> {
    let actions = ["Action", "NotAction"].into_iter().find_map(|key| Some((key, node.get(key)?)))?;
    let (key, actions) = (actions.0, texts(actions.1));
    let actions = if key == "Action" { actions } else { format!("everything but {actions}") };
    let resources = match (node.get("Resource"), node.get("NotResource")) {
        (Some(resources), _) => texts(resources),
        (None, Some(others)) => format!("everything but {}", texts(others)),
        (None, None) => "nothing that it names".to_owned(),
    };
    let denies = node.get("Effect").and_then(text).is_some_and(|effect| effect.value == "Deny");
    let condition = if node.get("Condition").is_some() { ", under a `Condition`" } else { "" };
    let begin = if denies { "not " } else { "" };
    Some(format!("{begin}{actions} on {resources}{condition}"))
}

/// A text, or a list of them. What CloudFormation makes is named as that.
fn texts(node: &Node) -> String {
    let one = |node: &Node| {
        text(node).map_or_else(|| "what CloudFormation makes".to_owned(), |text| format!("`{}`", text.value))
    };
    match &node.value {
        Value::List(items) => items.iter().map(one).collect::<Vec<_>>().join(", "),
        _ => one(node),
    }
}

#[cfg(test)]
mod tests {
    use super::rights;

    #[test]
    fn every_statement_is_named_with_its_actions_and_resources() {
        let text = "Version: '2012-10-17'\nStatement:\n  - { Effect: Allow, Action: ['ecr:GetAuthorizationToken'], Resource: '*' }\n\
                    \x20 - { Effect: Deny, Action: 's3:*', Resource: [arn:aws:s3:::a, { Ref: B }], Condition: {} }\n";
        let node = crate::config::tree::read_of_others(text).0.expect("it is YAML");
        assert_eq!(
            rights(&node),
            [
                "`ecr:GetAuthorizationToken` on `*`",
                "not `s3:*` on `arn:aws:s3:::a`, what CloudFormation makes, under a `Condition`"
            ]
        );
    }
}
