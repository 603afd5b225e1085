//! What CloudFormation is handed for a stack.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::Template;
use super::steps::CHANGE_SET;

/// Bytes of a template that a request takes; a longer one is read from S3 (AWS CloudFormation user guide, "Understand
/// CloudFormation quotas").
pub const BODY: usize = 51_200;

/// What a stack is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The stack's name.
    pub stack: String,
    /// The template's text.
    pub template: String,
    /// The values of its parameters.
    pub parameters: BTreeMap<String, String>,
    /// The stack's tags.
    pub tags: BTreeMap<String, String>,
    /// Whether it makes something in IAM, which CloudFormation wants to hear said.
    pub names_iam: bool,
    /// The ARN of the role that CloudFormation works with; `None` is that of the stack before, or else whoever asks.
    pub role: Option<String>,
}

impl Submission {
    /// A submission; whether it makes something in IAM is seen from its template.
    pub fn new(
        stack: &str,
        (template, read): (&str, &Template),
        parameters: BTreeMap<String, String>,
        tags: BTreeMap<String, String>,
    ) -> Self {
        let names_iam = read.resources().values().any(|resource| resource.kind().starts_with("AWS::IAM::"));
        let (stack, template) = (stack.to_owned(), template.to_owned());
        Submission { stack, template, parameters, tags, names_iam, role: None }
    }

    /// The name of its change set: with a digest of all that it says, so that one of the same name says the same, whoever made it
    /// before and was interrupted.
    pub fn change_set(&self) -> String {
        let mut digest = Sha256::new();
        let mut add = |text: &str| {
            // Lengths, so that nothing can move from one text to its neighbour.
            digest.update(text.len().to_le_bytes());
            digest.update(text.as_bytes());
        };
        add(&self.template);
        for pairs in [&self.parameters, &self.tags] {
            add(&pairs.len().to_string());
            for (key, value) in pairs {
                add(key);
                add(value);
            }
        }
        if let Some(role) = &self.role {
            add(role);
        }
        format!("{CHANGE_SET}{}", hex(&digest.finalize()[..16]))
    }

    /// Where its template lies in a bucket, when it is too long for a request: under its digest, so that what lies there never
    /// changes.
    pub fn key(&self) -> String {
        format!("templates/{}.yml", hex(&Sha256::digest(self.template.as_bytes())))
    }

    /// Whether the template is too long for a request.
    pub fn is_long(&self) -> bool {
        self.template.len() > BODY
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(2 * bytes.len());
    digits.extend(bytes.iter().map(|byte| format!("{byte:02x}")));
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn submission(parameters: &[(&str, &str)], tags: &[(&str, &str)]) -> Submission {
        let text = "Resources:\n  Role:\n    Type: AWS::IAM::Role\n";
        let pairs = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect()
        };
        let template = Template::read(text).expect("a template");
        Submission::new("shop-base", (text, &template), pairs(parameters), pairs(tags))
    }

    #[test]
    fn a_change_set_is_named_after_all_that_it_says() {
        let plain = submission(&[], &[("branchline:app", "shop")]);
        assert_eq!(plain.change_set(), plain.clone().change_set());
        let others = [
            submission(&[("Key", "k")], &[("branchline:app", "shop")]),
            submission(&[], &[("branchline:app", "shops")]),
            submission(&[("branchline:app", "shop")], &[]),
            Submission { template: "Resources: {}".to_owned(), ..plain.clone() },
        ];
        assert!(others.iter().all(|other| other.change_set() != plain.change_set()));
        let name = plain.change_set();
        assert!(
            name.len() <= 128 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'),
            "{name}"
        );
    }

    #[test]
    fn what_makes_roles_says_so() {
        assert!(submission(&[], &[]).names_iam);
        let text = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n";
        let template = Template::read(text).expect("a template");
        let plain = Submission::new("s", (text, &template), BTreeMap::new(), BTreeMap::new());
        assert!(!plain.names_iam && !plain.is_long());
    }
}
