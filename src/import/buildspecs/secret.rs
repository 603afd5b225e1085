//! What is never shown: values whose key speaks of a secret, and texts that look like a key or a token.
//!
//! A buildspec is read through this, and keeps no value that was taken out: whatever is made of it later cannot print one.

use std::sync::LazyLock;

use regex_lite::{Captures, Regex};
use sha2::{Digest, Sha256};

/// What stands in place of what is not shown.
pub const HIDDEN: &str = "***";

/// A text without what looks secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Safe {
    /// The text, with [`HIDDEN`] in the places of what was taken out.
    pub text: String,
    /// What was taken out, by what it was known: the key, the option, the kind of token. In the order of the text.
    pub hidden: Vec<String>,
    /// The digest of the whole text, where something was taken out: two that differ there are not the same.
    digest: Option<[u8; 32]>,
}

impl Safe {
    /// The text under a key, or without one.
    pub fn of(key: Option<&str>, text: &str) -> Self {
        if let Some(key) = key.filter(|key| is_secret_key(key) && is_value(text)) {
            return Safe {
                text: HIDDEN.to_owned(),
                hidden: vec![key.to_owned()],
                digest: Some(digest(text)),
            };
        }
        let mut hidden = Vec::new();
        let mut safe = text.to_owned();
        for (pattern, name) in PATTERNS.iter() {
            safe = pattern
                .replace_all(&safe, |found: &Captures| replaced(found, name, &mut hidden))
                .into_owned();
        }
        let digest = (!hidden.is_empty()).then(|| digest(text));
        Safe { text: safe, hidden, digest }
    }

    /// Whether nothing was taken out, so that the text may be used.
    pub fn is_whole(&self) -> bool {
        self.hidden.is_empty()
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// Whether a key speaks of a secret. `DATABASE_SECRET_ARN` names one, and is none.
pub fn is_secret_key(key: &str) -> bool {
    let key = key.to_ascii_uppercase().replace('-', "_");
    let names_one =
        ["_ARN", "_NAME", "_PATH", "_FILE", "_URL", "_PARAMETER"].iter().any(|end| key.ends_with(end));
    let speaks = [
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "SECRET",
        "TOKEN",
        "API_KEY",
        "APIKEY",
        "PRIVATE_KEY",
        "ACCESS_KEY",
        "CREDENTIAL",
        "MASTER_KEY",
        "ENCRYPTION_KEY",
    ];
    let speaks =
        speaks.iter().any(|word| key.contains(word)) || key.ends_with("_PASS") || key.ends_with("_PWD");
    speaks && !names_one
}

/// Whether this is a value, and no name of another variable or of a place where one is kept.
fn is_value(text: &str) -> bool {
    let text = text.trim().trim_matches(['"', '\'']);
    let is_elsewhere = text.starts_with('$') || text.starts_with('/') || text.starts_with("arn:");
    !text.is_empty() && !is_elsewhere && !["true", "false"].contains(&text)
}

const VALUE: &str = r#"("[^"]*"|'[^']*'|[^\s"';&|)]+)"#;

/// Each has what stays as its first group and what goes as its second, or is a token as a whole. Sources of the tokens' forms:
/// AWS's "IAM identifiers" (prefixes of ids), and the hosts' pages on the forms of their tokens.
static PATTERNS: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let key = r"(?i)([A-Z0-9_-]*(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|MASTER_KEY)[A-Z0-9_]*)";
    let patterns = [
        (format!(r#"{key}(["']?\s*=\s*|["']\s*:\s*|:\s+){VALUE}"#), ""),
        (format!(r"(?i)(--(?:[a-z-]+-)?(?:password|passwd|token|secret|api-key))(\s+){VALUE}"), ""),
        (format!(r"(docker\s+login\b[^;&|]*?\s)(-p\s*){VALUE}"), "the password of docker login"),
        (format!(r"(\bmysql(?:dump)?\b[^;&|]*?\s)(-p){VALUE}"), "the password of mysql"),
        (r"(\bcurl\b[^;&|]*?\s(?:-u|--user)[ =]?)([^\s:$]+:)([^\s$]+)".to_owned(), "the password of curl"),
        (r"([a-z][a-z0-9+.-]*://)([^/\s:@]*:)([^/\s@$]+)@".to_owned(), "a password in an address"),
        (
            r"(?i)(authorization:\s*|)((?:bearer|basic)\s+)([A-Za-z0-9._~+/=-]{12,})".to_owned(),
            "an authorization",
        ),
        (r"(?:AKIA|ASIA)[A-Z0-9]{16}".to_owned(), "an access key of AWS"),
        (r"(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{20,}".to_owned(), "a token of GitHub"),
        (r"glpat-[A-Za-z0-9_-]{16,}".to_owned(), "a token of GitLab"),
        (r"xox[abeoprs]-[A-Za-z0-9-]{10,}".to_owned(), "a token of Slack"),
        (r"hooks\.slack\.com/services/[A-Za-z0-9/]+".to_owned(), "a webhook of Slack"),
        (r"[sr]k_live_[A-Za-z0-9]{16,}".to_owned(), "a key of Stripe"),
        (r"npm_[A-Za-z0-9]{30,}".to_owned(), "a token of npm"),
        (r"AIza[A-Za-z0-9_-]{30,}".to_owned(), "a key of Google"),
        (r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*".to_owned(), "a token (JWT)"),
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^\x00]*".to_owned(), "a private key"),
        (r"\b[A-Za-z0-9+/]{40}={0,2}".to_owned(), "what looks like a key"),
    ];
    let made = patterns.into_iter().filter_map(|(pattern, name)| Some((Regex::new(&pattern).ok()?, name)));
    made.collect()
});

fn replaced(found: &Captures, name: &str, hidden: &mut Vec<String>) -> String {
    let whole = found.get(0).map_or("", |all| all.as_str());
    let part = |at| found.get(at).map(|part| part.as_str());
    let (Some(key), Some(between), Some(value)) = (part(1), part(2), part(3)) else {
        // A digest of git's or Docker's is in small letters alone; a key of 40 letters is in both, with digits.
        let is_mixed = [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit]
            .iter()
            .all(|is_one| whole.bytes().any(|byte| is_one(&byte)));
        if name == "what looks like a key" && (!is_mixed || whole.matches('/').count() > 2) {
            return whole.to_owned();
        }
        hidden.push(name.to_owned());
        return HIDDEN.to_owned();
    };
    let is_known = name.is_empty() && !key.starts_with('-') && !is_secret_key(key);
    if is_known || !is_value(value) || value.contains(HIDDEN) {
        return whole.to_owned();
    }
    hidden.push(if name.is_empty() { key.to_owned() } else { name.to_owned() });
    let end = if whole.ends_with('@') { "@" } else { "" };
    format!("{key}{between}{HIDDEN}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_looks_secret_stays_in_a_text() {
        let key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY";
        for (text, gone, by) in [
            ("docker login -u bot -p hunter2 ghcr.io", "hunter2", "the password of docker login"),
            ("docker login --username bot --password hunter2", "hunter2", "--password"),
            ("echo x | docker login --password='hunter2'", "hunter2", "--password"),
            ("export DB_PASSWORD=\"hunter2 and more\"", "hunter2 and more", "DB_PASSWORD"),
            ("curl -u bot:hunter2 https://x", "hunter2", "the password of curl"),
            ("git clone https://bot:hunter2@github.com/a/b", "hunter2", "a password in an address"),
            ("curl -H 'Authorization: Bearer abcdef0123456789'", "abcdef0123456789", "an authorization"),
            ("aws configure set x AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE", "an access key of AWS"),
            ("echo '{\"apiKey\":\"abc\"}'", "abc", "apiKey"),
            ("mysql -uroot -phunter2 shop", "hunter2", "the password of mysql"),
            (&format!("x {key}"), key, "what looks like a key"),
        ] {
            let safe = Safe::of(None, text);
            assert!(!safe.text.contains(gone), "{text}: {}", safe.text);
            assert_eq!(safe.hidden, [by], "{text}");
            assert_ne!(safe, Safe::of(None, &text.replace(gone, "otherwise0AbcdefOtherwise")), "{text}");
        }
        assert_eq!(Safe::of(Some("API_TOKEN"), "abc").text, HIDDEN);
    }

    #[test]
    fn what_only_names_a_secret_is_shown() {
        for text in [
            "aws ecr get-login-password --region eu-west-1 | docker login --username AWS --password-stdin $REGISTRY",
            "docker login -u $USER -p $DOCKER_PASSWORD",
            "export TOKEN=$(cat token)",
            "docker pull app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "git checkout 0123456789abcdef0123456789abcdef01234567",
            "bundle exec rails secrets:check",
            "curl -u $USER:$PASSWORD https://x",
            "mkdir -p build",
        ] {
            assert_eq!(
                Safe::of(None, text),
                Safe { text: text.to_owned(), hidden: Vec::new(), digest: None }
            );
        }
        for (key, value) in [("DB_SECRET_ARN", "x"), ("DB_PASSWORD", "/shop/db"), ("CLUSTER", "shop")] {
            assert!(Safe::of(Some(key), value).is_whole(), "{key}");
        }
    }
}
