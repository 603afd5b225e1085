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
        "JWT_KEY",
        "SIGNING_KEY",
        "SSH_KEY",
    ];
    // Short words count as whole ones at the end: `GH_PAT`, and not `COMPASS`. `PWD` alone is the shell's.
    let end = key.rsplit('_').next().unwrap_or(&key);
    let ends = ["AUTH", "SALT", "PAT", "PASS"].contains(&end) || key.ends_with("_PWD");
    (ends || speaks.iter().any(|word| key.contains(word))) && !names_one
}

/// Whether this is a value, and no name of another variable or of a place where one is kept. What begins with `$` is a name only if there
/// is nothing else: `${TOKEN:-abc}` has a value in it.
fn is_value(text: &str) -> bool {
    let text = text.trim().trim_matches(['"', '\'']);
    let is_elsewhere = REFERENCES.as_ref().is_some_and(|pattern| pattern.is_match(text))
        || ["/", "~/", "arn:"].iter().any(|begin| text.starts_with(begin));
    !text.is_empty() && !is_elsewhere && !["true", "false"].contains(&text)
}

/// Variables and what commands give, with signs between them and nothing more.
static REFERENCES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:(?:\$[A-Za-z0-9_]+|\$\{[A-Za-z0-9_]+(?::?\?[^}]*|:?[-=](?:\$[A-Za-z0-9_]+)?)?\}|[:/@.,_+-])*|\$\(.*|`.*)$").ok()
});

const VALUE: &str = r#"("[^"]*"|'[^']*'|(?:\$\{[^}]*\}|[^\s"';&|)])+)"#;

/// Each has what stays as its first group and what goes as its second, or is a token as a whole. Sources of the tokens' forms:
/// AWS's "IAM identifiers" (prefixes of ids), and the hosts' pages on the forms of their tokens.
static PATTERNS: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let key = r"(?i)([A-Z0-9_-]*(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|MASTER_KEY)[A-Z0-9_]*)";
    let patterns = [
        (format!(r#"{key}(["']?\s*=\s*|["']\s*:\s*|:\s+){VALUE}"#), ""),
        (
            format!(
                r#"(?i)([A-Z0-9_]*(?:SALT|AUTH|PASS|_PWD|_PAT|(?:JWT|SIGNING|SSH)_KEY))(["']?\s*=\s*|["']\s*:\s*){VALUE}"#
            ),
            "",
        ),
        (
            r"(?i)([A-Z0-9_]*(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_?KEY)[A-Z0-9_]*)(:?[-=])([^}\s]+)\}".to_string(),
            "",
        ),
        (
            format!(
                r"(?i)(--(?:[a-z-]+-)?(?:password|passwd|passphrase|token|secret|secret-string|api-key|access-key))(\s+|=){VALUE}"
            ),
            "",
        ),
        (
            format!(r"(?i)(_authToken|_auth|_password|aws_secret_access_key|aws_session_token)(\s+){VALUE}"),
            "",
        ),
        (
            format!(r"(\bput-parameter\b[^;&|]*?SecureString[^;&|]*?\s)(--value[\s=]+){VALUE}"),
            "the value of a parameter",
        ),
        (
            format!(r"(\bput-parameter\b[^;&|]*?\s)(--value[\s=]+){VALUE}[^;&|]*SecureString"),
            "the value of a parameter",
        ),
        (
            format!(
                r#"(\b(?:echo|printf)\s)(\s*(?:-[a-z]+\s+|["']?%s(?:\\n)?["']?\s+)*){VALUE}\s*\|[^|;&]*--password-stdin"#
            ),
            "the password of a login",
        ),
        (format!(r"(--password-stdin\b[^;&|]*?)(<<<\s*){VALUE}"), "the password of a login"),
        (format!(r"(\bsshpass\s)(\s*-p\s*){VALUE}"), "the password of sshpass"),
        (format!(r"(\bredis-cli\b[^;&|]*?\s)((?:-a|--pass)[\s=]+){VALUE}"), "the password of redis-cli"),
        (
            format!(r"(\bopenssl\b[^;&|]*?\s)((?:-[kK]|-pass(?:in|out)?)\s+){VALUE}"),
            "the password of openssl",
        ),
        (
            r#"(?i)((?:-H|--header)[ =]?\s*["']?[a-z-]*(?:token|key|secret|password|auth))(:\s*)([^\s"']+)"#
                .to_owned(),
            "a secret in a header",
        ),
        (format!(r"(docker\s+login\b[^;&|]*?\s)(-p\s*){VALUE}"), "the password of docker login"),
        (format!(r"(\bmysql(?:dump)?\b[^;&|]*?\s)(-p){VALUE}"), "the password of mysql"),
        (r"(\bcurl\b[^;&|]*?\s(?:-u|--user)[ =]?)([^\s:$]+:)([^\s$]+)".to_owned(), "the password of curl"),
        (r#"((?:git\+)?https?://)()([^/\s:@"']+)(?::[^/\s@"']*)?@"#.to_owned(), USER),
        (r#"([a-z][a-z0-9+.-]*://)([^/\s:@]*:)([^/\s@"']+)@"#.to_owned(), "a password in an address"),
        (
            r"(?i)(authorization:\s*|)((?:bearer|basic)\s+)([A-Za-z0-9._~+/=-]{12,})".to_owned(),
            "an authorization",
        ),
        (
            r#"(?i)((?:-H|--header)[ =]?\s*["']?authorization)(:\s*(?:[a-z]+\s+)?)([^\s"']+)"#.to_owned(),
            "an authorization",
        ),
        (r"(?:AKIA|ASIA)[A-Z0-9]{16}".to_owned(), "an access key of AWS"),
        (r"(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{20,}".to_owned(), "a token of GitHub"),
        (r"glpat-[A-Za-z0-9_-]{16,}".to_owned(), "a token of GitLab"),
        (r"xox[abeoprs]-[A-Za-z0-9-]{10,}".to_owned(), "a token of Slack"),
        (r"hooks\.slack\.com/services/[A-Za-z0-9/]+".to_owned(), "a webhook of Slack"),
        (r"discord(?:app)?\.com/api/webhooks/[A-Za-z0-9/_-]+".to_owned(), "a webhook of Discord"),
        (r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}".to_owned(), "a key of Stripe"),
        (r"\bSG\.[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]+)?".to_owned(), "a key of SendGrid"),
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
    let is_option = key.starts_with('-') && (value.starts_with('-') || value.starts_with("id="));
    let is_user = name == USER && is_plain_user(value, whole);
    if is_known || is_option || is_user || !is_value(value) || value.contains(HIDDEN) {
        return whole.to_owned();
    }
    hidden.push(if name.is_empty() { key.to_owned() } else { name.to_owned() });
    let behind = whole.get(key.len() + between.len() + value.len()..).unwrap_or_default();
    // What stands for a password beside a token goes with it.
    let behind = if name == USER { "@" } else { behind };
    format!("{key}{between}{HIDDEN}{behind}")
}

/// What is taken out where a token stands in place of a user.
const USER: &str = "a token in an address";

/// Whether a user's name in an address is only that. Hosts of code take a token as the user, without a password or with `x-oauth-basic`.
fn is_plain_user(user: &str, address: &str) -> bool {
    let known = ["git", "oauth2", "x-access-token", "x-token-auth", "gitlab-ci-token", "aws"];
    let password = address.rsplit_once(':').map_or("", |(_, end)| end.trim_end_matches('@'));
    let has_password = !["", "x-oauth-basic", "x"].contains(&password) && !password.starts_with("//");
    known.contains(&user.to_ascii_lowercase().as_str()) || (has_password && user.len() < 20)
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
            ("git clone https://hunter2@github.com/a/b", "hunter2", "a token in an address"),
            ("git clone https://hunter2:x-oauth-basic@github.com/a", "hunter2", "a token in an address"),
            ("npm config set //npm.acme.com/:_authToken hunter2", "hunter2", "_authToken"),
            ("aws configure set aws_secret_access_key hunter2", "hunter2", "aws_secret_access_key"),
            ("aws secretsmanager create-secret --secret-string hunter2", "hunter2", "--secret-string"),
            ("ssm put-parameter --value hunter2 --type SecureString", "hunter2", "the value of a parameter"),
            ("ssm put-parameter --type SecureString --value hunter2", "hunter2", "the value of a parameter"),
            ("export DB_PASSWORD=\"${DB_PASSWORD:-hunter2}\"", "hunter2", "DB_PASSWORD"),
            (": ${DB_PASSWORD:=hunter2}", "hunter2", "DB_PASSWORD"),
            ("echo hunter2 | docker login -u a --password-stdin", "hunter2", "the password of a login"),
            ("docker login -u a --password-stdin <<< hunter2", "hunter2", "the password of a login"),
            ("sshpass -p hunter2 ssh a@b", "hunter2", "the password of sshpass"),
            ("redis-cli -h a -a hunter2 ping", "hunter2", "the password of redis-cli"),
            ("openssl enc -d -in a -k hunter2", "hunter2", "the password of openssl"),
            ("gpg --batch --passphrase hunter2 -d a", "hunter2", "--passphrase"),
            ("curl -H PRIVATE-TOKEN:hunter2 https://x", "hunter2", "a secret in a header"),
            ("curl -H 'Authorization: token hunter2' https://x", "hunter2", "an authorization"),
            ("docker build --build-arg GH_PAT=hunter2 .", "hunter2", "GH_PAT"),
            ("curl https://discord.com/api/webhooks/1/hunter2", "hunter2", "a webhook of Discord"),
            ("x rk_test_hunter2hunter2", "hunter2", "a key of Stripe"),
            ("x SG.hunter2hunter2.a", "hunter2", "a key of SendGrid"),
            (&format!("x {key}"), key, "what looks like a key"),
        ] {
            let safe = Safe::of(None, text);
            assert!(!safe.text.contains(gone), "{text}: {}", safe.text);
            assert_eq!(safe.hidden, [by], "{text}");
            assert_ne!(safe, Safe::of(None, &text.replace(gone, "otherwise0AbcdefOtherwise")), "{text}");
        }
        for key in [
            "API_TOKEN",
            "JWT_KEY",
            "SIGNING_KEY",
            "SSH_KEY",
            "SALT",
            "AUTH",
            "BASIC_AUTH",
            "GH_PAT",
            "PASSPHRASE",
        ] {
            assert_eq!(Safe::of(Some(key), "abc").text, HIDDEN, "{key}");
            assert_eq!(Safe::of(None, &format!("export {key}=abc")).hidden, [key]);
            assert_eq!(Safe::of(Some(key), "$A-abc").text, HIDDEN, "{key}");
        }
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
            "docker build --secret id=npm,env=NPM_TOKEN .",
            "git clone https://git@github.com/a/b",
            "git clone https://x-access-token:${GITHUB_TOKEN}@github.com/a/b",
            "export DB_PASSWORD=${DB_PASSWORD:?it is missing}",
            "export COMPASS=north",
            "aws ssm put-parameter --name a --type String --value b --overwrite",
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
