//! CloudFormation's functions, which a template may write as tags.

use saphyr_parser::Tag;

use super::{Entry, Node, Value};

/// The short forms and what stands for each in JSON (CloudFormation user guide, "Intrinsic function reference").
const FUNCTIONS: [(&str, &str); 19] = [
    ("Ref", "Ref"),
    ("Condition", "Condition"),
    ("And", "Fn::And"),
    ("Base64", "Fn::Base64"),
    ("Cidr", "Fn::Cidr"),
    ("Equals", "Fn::Equals"),
    ("FindInMap", "Fn::FindInMap"),
    ("GetAtt", "Fn::GetAtt"),
    ("GetAZs", "Fn::GetAZs"),
    ("If", "Fn::If"),
    ("ImportValue", "Fn::ImportValue"),
    ("Join", "Fn::Join"),
    ("Length", "Fn::Length"),
    ("Not", "Fn::Not"),
    ("Or", "Fn::Or"),
    ("Select", "Fn::Select"),
    ("Split", "Fn::Split"),
    ("Sub", "Fn::Sub"),
    ("ToJsonString", "Fn::ToJsonString"),
];

/// The key that a tag stands for; `None` for a tag that is no function.
pub(super) fn key_of(tag: &Tag) -> Option<&'static str> {
    if tag.handle != "!" {
        return None;
    }
    FUNCTIONS.iter().find(|(short, _)| *short == tag.suffix).map(|(_, long)| *long)
}

/// The mapping of one key that a short form stands for.
pub(super) fn long_form(key: &str, node: Node) -> Node {
    let span = node.span;
    Node { span, value: Value::Mapping(vec![Entry { key: key.to_owned(), key_span: span, node }]) }
}

#[cfg(test)]
mod tests {
    use crate::config::tree::{Node, Value, read_of_others, read_template};

    /// The tree without places, as text.
    fn told(node: &Node) -> String {
        match &node.value {
            Value::Mapping(all) => {
                let all: Vec<String> =
                    all.iter().map(|one| format!("{}: {}", one.key, told(&one.node))).collect();
                format!("{{{}}}", all.join(", "))
            }
            Value::List(all) => format!("[{}]", all.iter().map(told).collect::<Vec<_>>().join(", ")),
            Value::Text(text) => format!("'{text}'"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_short_form_stands_as_the_long_one() {
        let short = "a: !Ref Name\nb: !Sub '${A}-b'\nc: !Join ['-', [!GetAtt A.B, c]]\nd: !If\n  - Is\n  - {e: 1}\n  - !Ref AWS::NoValue\n";
        let long = "a: {Ref: Name}\nb: {'Fn::Sub': '${A}-b'}\nc: {'Fn::Join': ['-', [{'Fn::GetAtt': A.B}, c]]}\nd:\n  Fn::If:\n  - Is\n  - {e: 1}\n  - Ref: AWS::NoValue\n";
        let (read, findings) = read_template(short);
        assert_eq!(findings, []);
        assert_eq!(read.as_ref().map(told), read_template(long).0.as_ref().map(told));
    }

    #[test]
    fn a_tag_that_is_no_function_is_refused_and_functions_only_stand_in_templates() {
        let codes = |findings: Vec<crate::diagnostic::Finding>| findings.len();
        assert_eq!(codes(read_template("a: !!python/object:os.system [id]\n").1), 1);
        assert_eq!(codes(read_template("a: !Unknown b\n").1), 1);
        assert_eq!(codes(read_of_others("a: !Ref b\n").1), 1);
        assert_eq!(codes(read_template("111122223333: a\n").1), 0);
    }

    #[test]
    fn functions_inside_of_functions_count_for_the_depth() {
        let deep = format!("a: {}b{}\n", "!Sub [".repeat(30), "]".repeat(30));
        assert!(read_template(&deep).0.is_none());
        let aliases = format!(
            "x: &x {}b{}\ny: {}*x{}\n",
            "[".repeat(15),
            "]".repeat(15),
            "[".repeat(15),
            "]".repeat(15)
        );
        assert!(read_template(&aliases).0.is_none());
    }
}
