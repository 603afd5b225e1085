//! CodeBuild projects, as `BatchGetProjects` or a template in the API's names has them.

use super::model::{Project, Vpc};
use super::names::words;
use crate::config::tree::{Node, Value};
use crate::import::reader::text;
use crate::import::text::UNKNOWN;

/// Reads a project. What it lacks, or has in another form than AWS would take, is not there.
pub(super) fn read(node: &Node) -> Project {
    let machine = node.get("environment");
    let of_machine = |key| machine.and_then(|machine| said(machine, key));
    let source = node.get("source");
    // The API's `buildspec` is CloudFormation's `BuildSpec`.
    let buildspec = source.and_then(|source| said(source, "buildspec").or_else(|| said(source, "buildSpec")));
    let vpc = node.get("vpcConfig").and_then(|vpc| {
        let subnets = texts(vpc, "subnets");
        let security_groups = texts(vpc, "securityGroupIds");
        Some(Vpc { id: said(vpc, "vpcId")?, subnets, security_groups })
    });
    let variables = machine.and_then(|machine| machine.get("environmentVariables")).map(variables);
    Project {
        image: of_machine("image"),
        compute: of_machine("computeType"),
        is_arm: of_machine("type").is_some_and(|kind| kind.starts_with("ARM_")),
        vpc,
        buildspec,
        variables: variables.unwrap_or_default(),
    }
}

/// Names of variables, each with whether its value is plain text; no value is kept.
pub(super) fn variables(node: &Node) -> Vec<(String, bool)> {
    let Value::List(items) = &node.value else { return Vec::new() };
    let pair = |item: &Node| {
        let is_plain = said(item, "type").is_none_or(|kind| kind == "PLAINTEXT");
        let value = said(item, "value").unwrap_or_default();
        // One that the pipeline fills in while it runs is not a person's.
        if value.starts_with("#{") {
            return None;
        }
        let is_filled = !value.is_empty() && !value.contains(UNKNOWN) && !value.contains("{{resolve:");
        Some((said(item, "name")?, is_plain && is_filled))
    };
    items.iter().filter_map(pair).collect()
}

/// Words of a variable's name that say that its value is a secret.
const SECRETS: [&str; 12] = [
    "password",
    "passwd",
    "pwd",
    "secret",
    "secrets",
    "token",
    "apikey",
    "credential",
    "credentials",
    "passphrase",
    "private",
    "pat",
];

/// Whether a variable's name says that its value is a secret: by its words, or `api_key`, `access_key`, `database_url`.
pub(super) fn is_secret(name: &str) -> bool {
    let words = words(name);
    let pair = |one: &str, other: &str| words.windows(2).any(|two| two[0] == one && two[1] == other);
    words.iter().any(|word| SECRETS.contains(&word.as_str()))
        || ["api", "access", "license", "encryption", "master", "auth", "secret", "deploy"]
            .iter()
            .any(|one| pair(one, "key"))
        || pair("database", "url")
}

fn said(node: &Node, key: &str) -> Option<String> {
    Some(text(node.get(key)?)?.value)
}

fn texts(node: &Node, key: &str) -> Vec<String> {
    match node.get(key).map(|node| &node.value) {
        Some(Value::List(items)) => items.iter().filter_map(text).map(|found| found.value).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_the_words_of_its_name() {
        for name in
            ["DB_PASSWORD", "NpmToken", "AWS_SECRET_ACCESS_KEY", "API_KEY", "DATABASE_URL", "GITHUB_PAT"]
        {
            assert!(is_secret(name), "{name}");
        }
        for name in ["KEYBOARD", "STAGE", "REPOSITORY_URI", "TOKENIZER", "PATH", "CACHE_KEY"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
