//! The forms of text: one table, from which both the judge and the JSON Schema take what is allowed.

mod table;

use std::sync::OnceLock;

use regex_lite::Regex;

use super::text;
pub(super) use table::FORMATS;

/// A form that text has to have.
#[derive(Debug)]
pub(super) struct Format {
    /// Its name in `raw.rs`.
    pub(super) name: &'static str,
    /// What such a text is called, with its article.
    pub(super) noun: &'static str,
    /// A regular expression that JSON Schema and Rust read alike. `%` stands for a placeholder, where they are allowed.
    pattern: &'static str,
    /// The most characters.
    pub(super) longest: usize,
    /// The pattern in words, as the end of "has to be …".
    pub(super) words: &'static str,
    /// One that is right.
    pub(super) example: &'static str,
    /// What the pattern cannot say: a finding's reason and help.
    pub(super) beyond: fn(&str) -> Option<text::Complaint>,
    regex: OnceLock<Option<Regex>>,
}

/// A format by its name; `None` for an unknown one.
pub(super) fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

impl Format {
    /// Whether a text without placeholders has this form, but for what [`Format::beyond`] says.
    pub(super) fn matches(&self, text: &str) -> bool {
        let regex = self.regex.get_or_init(|| Regex::new(&self.pattern(&[])).ok());
        text.chars().count() <= self.longest && regex.as_ref().is_some_and(|regex| regex.is_match(text))
    }

    /// The regular expression, with these placeholders allowed.
    pub(super) fn pattern(&self, placeholders: &[&str]) -> String {
        let placeholder = match placeholders {
            [] => String::new(),
            names => format!("|\\{{({})\\}}", names.join("|")),
        };
        self.pattern.replace("|%", &placeholder)
    }
}

const fn format(
    name: &'static str,
    noun: &'static str,
    (pattern, longest): (&'static str, usize),
    words: &'static str,
    example: &'static str,
    beyond: fn(&str) -> Option<text::Complaint>,
) -> Format {
    Format { name, noun, pattern, longest, words, example, beyond, regex: OnceLock::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_readable_and_takes_its_own_example() {
        for format in &FORMATS {
            assert!(Regex::new(&format.pattern(&[])).is_ok(), "{}", format.name);
            assert!(Regex::new(&format.pattern(&["app"])).is_ok(), "{}", format.name);
            assert!(format.matches(format.example), "{}: {}", format.name, format.example);
            assert!((format.beyond)(format.example).is_none(), "{}: {}", format.name, format.example);
        }
    }

    #[test]
    fn a_pattern_takes_placeholders_only_where_they_are_allowed() {
        let format = find("ecs-name").unwrap();
        let with = Regex::new(&format.pattern(&["app", "environment"])).unwrap();
        assert!(with.is_match("{app}-{environment}") && !with.is_match("{app}-{service}"));
        assert!(!format.matches("shop-{environment}"));
    }

    #[test]
    fn secrets_that_aws_manages_and_roles_of_64_characters_are_taken() {
        let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!cluster-0a1b-AbCdEf:password";
        assert!(find("secret-arn").unwrap().matches(secret));
        assert!(find("role-name").unwrap().matches(&format!("team/path/{}", "r".repeat(64))));
        assert!(find("parameter-name").unwrap().matches("token"));
    }

    #[test]
    fn what_aws_refuses_is_refused_here() {
        for (name, bad) in [
            ("app-name", "Shop shop- sh--op 1shop shop_a abcdefghijklmnopqrstu"),
            ("pipeline-name", "a--b -a a- A abcdefghijklmnopqrstuvwxyzabcdefg"),
            ("account-id", "12345678901 1234567890123 1234-5678-9012"),
            ("region", "tokyo ap-northeast-1a ap-northeast AP-NORTHEAST-1 us-gov-gov-west-1"),
            ("role-path", "ci /ci ci/ // /a:b/"),
            ("name-prefix", "acme Acme- -acme- acme-- 1acme- acme_"),
            ("bucket-name", "ab Ab-c -abc abc- a..b s3://abc arn:aws:s3:::abc"),
            (
                "key-arn",
                "alias/shop arn:aws:kms:eu-west-1:111122223333:alias/shop arn:aws:kms:eu-west-1:111122223333:key/x",
            ),
            ("role-arn", "shop arn:aws:iam::1:role/x arn:aws:iam::111122223333:user/x"),
            ("existing-repository", "Shop arn:aws:ecr:eu-west-1:111122223333:shop 1.dkr.ecr/x:latest"),
            (
                "connection-arn",
                "arn:aws:sns:eu-west-1:111122223333:x arn:aws-iso:codeconnections:us-iso-east-1:111122223333:connection/a",
            ),
            (
                "secret-arn",
                "shop/db arn:aws:secretsmanager:eu-west-1:1:secret:x arn:aws:secretsmanager:eu-west-1:111122223333:secret:x-AbCdEf:y:z arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/db arn:aws:secretsmanager:eu-west-1:111122223333:secret:AbCdEf",
            ),
            ("parameter-name", "arn:aws:ssm:eu-west-1:111122223333:parameter/x //a /a/ a/b shop/token"),
            ("repository-name", "acme/ /shop https://github.com/acme/shop git@github.com:acme/shop"),
            ("host-name", "https://git.example.com git.example.com/ -a a- Git.example.com a..b user@a"),
            ("ecr-repository", "Shop a//b /a a/ a..b -a"),
            ("ecs-name", "a/b a.b arn:aws:ecs:eu-west-1:111122223333:cluster/x"),
            (
                "role-name",
                "/a a//b arn:aws:iam::111122223333:role/x r23456789a123456789b123456789c123456789d123456789e123456789f12345",
            ),
            ("relative-path", "/etc ~/x -f a\\b https://example.com/x.git ssh://x git@github.com:a/b a:b"),
            ("committed-path", "/db ~/db -db db/*.sql db/?.sql db/[a].sql db/{a,b} :/db db\\x"),
            ("build-target", "-a a/b a:b"),
            ("variable-name", "1A A-B A.B é"),
            ("tag-key", "a* a? a,b \"a\""),
            ("managed-policy", "team/boundary arn:aws:iam::1:policy/x arn:aws:iam::111122223333:role/x"),
            ("json-pointer", "Resources a/b /a~2 /~"),
        ] {
            for text in bad.split(' ') {
                assert!(!find(name).unwrap().matches(text), "{name}: {text}");
            }
        }
    }
}
