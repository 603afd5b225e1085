//! The forms of text: one table, from which both the judge and the JSON Schema take what is allowed.

use std::sync::OnceLock;

use regex_lite::Regex;

use super::text;

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

/// Sources: the patterns and lengths of botocore's service models, narrowed where branchline makes longer names of
/// them (an app's name is a part of role names, which have at most 64 characters).
pub(super) static FORMATS: [Format; 42] = [
    format(
        "app-name",
        "an app's name",
        ("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", 20),
        "lowercase letters, digits and single hyphens, beginning with a letter, at most 20 characters",
        "shop",
        text::reserved_bucket,
    ),
    format(
        "environment-name",
        "an environment's name",
        ("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", 30),
        "lowercase letters, digits and single hyphens, beginning with a letter, at most 30 characters",
        "production",
        text::anything,
    ),
    format(
        "service-name",
        "a service's name",
        ("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", 30),
        "lowercase letters, digits and single hyphens, beginning with a letter, at most 30 characters",
        "api",
        text::anything,
    ),
    format(
        "migration-name",
        "a migration's name",
        ("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", 30),
        "lowercase letters, digits and single hyphens, beginning with a letter, at most 30 characters",
        "orders",
        text::anything,
    ),
    format(
        "pipeline-name",
        "a pipeline's name",
        ("^[a-z0-9]+(-[a-z0-9]+)*$", 32),
        "lowercase letters, digits and single hyphens, at most 32 characters; the app's name is put before it",
        "release",
        text::anything,
    ),
    format(
        "variable-name",
        "a variable's name",
        ("^[A-Za-z_][A-Za-z0-9_]*$", 255),
        "letters, digits and `_`, not beginning with a digit",
        "RAILS_ENV",
        text::reserved_variable,
    ),
    format(
        "container-variable-name",
        "a variable's name",
        ("^[A-Za-z_][A-Za-z0-9_]*$", 255),
        "letters, digits and `_`, not beginning with a digit",
        "RAILS_ENV",
        text::anything,
    ),
    format(
        "account-id",
        "an account id",
        ("^[0-9]{12}$", 12),
        "twelve digits",
        "111122223333",
        text::anything,
    ),
    format(
        "region",
        "a region",
        ("^[a-z]{2}(-gov)?-[a-z]+-[0-9]{1,2}$", 30),
        "a region's code, not its name",
        "ap-northeast-1",
        text::anything,
    ),
    format(
        "duration",
        "a length of time",
        ("^([1-9][0-9]{0,2}d)?([1-9][0-9]{0,3}h)?([1-9][0-9]{0,3}m)?$", 14),
        "days, hours and whole minutes",
        "30m",
        text::anything,
    ),
    format(
        "sns-topic-arn",
        "an SNS topic's ARN",
        ("^arn:aws(-cn|-us-gov)?:sns:[a-z]{2}(-gov)?-[a-z]+-[0-9]{1,2}:[0-9]{12}:[A-Za-z0-9_-]+$", 320),
        "the ARN of a standard topic",
        "arn:aws:sns:ap-northeast-1:111122223333:releases",
        text::anything,
    ),
    // CloudWatch's service model: `AlarmName` has 1 to 255 characters. CodePipeline reads `#{` as a variable of its own.
    format(
        "alarm-name",
        "an alarm's name",
        ("^([^#{}\\x00-\\x1f\\x7f]|%)+$", 255),
        "at most 255 characters, without `#`, `{` and `}`",
        "shop-production-errors",
        text::anything,
    ),
    format(
        "connection-arn",
        "a connection's ARN",
        (
            "^arn:aws(-cn|-us-gov)?:(codeconnections|codestar-connections):[a-z]{2}(-gov)?-[a-z]+-[0-9]{1,2}:[0-9]{12}:connection/[A-Za-z0-9-]+$",
            256,
        ),
        "the ARN of a CodeConnections connection",
        "arn:aws:codeconnections:ap-northeast-1:111122223333:connection/0a1b2c3d-0000-4000-8000-000000000000",
        text::anything,
    ),
    format(
        "secret-arn",
        "a secret's ARN",
        (
            "^arn:aws(-cn|-us-gov)?:secretsmanager:[a-z]{2}(-gov)?-[a-z]+-[0-9]{1,2}:[0-9]{12}:secret:[A-Za-z0-9/_+=.@!-]+-[A-Za-z0-9]{6}(:[A-Za-z0-9/_+=.@-]+)?$",
            1000,
        ),
        "the whole ARN of a secret in Secrets Manager, with `:key` behind it for one key of its JSON",
        "arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:shop/db-AbCdEf:password",
        text::anything,
    ),
    format(
        "parameter-name",
        "a parameter's name",
        ("^[A-Za-z0-9_.-]+$|^(/[A-Za-z0-9_.-]+)+$", 1000),
        "the name of a parameter: letters, digits and `_.-`, and with levels a `/` before each of them, the first too",
        "/shop/npm-token",
        text::reserved_parameter,
    ),
    format(
        "repository-name",
        "a repository's name",
        ("^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$", 255),
        "owner and name, with `/` between them",
        "acme/shop",
        text::no_repository,
    ),
    format(
        "host-name",
        "a host's name",
        ("^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[0-9]{1,5})?$", 255),
        "small letters, digits, `-` and `.`, with `:` and the port behind it where a browser needs one",
        "git.example.com",
        text::anything,
    ),
    format(
        "ecr-repository",
        "an image repository's name",
        ("^([a-z0-9]|%)+([._-]([a-z0-9]|%)+)*(/([a-z0-9]|%)+([._-]([a-z0-9]|%)+)*)*$", 256),
        "lowercase letters and digits, with single `.`, `_`, `-` or `/` between them",
        "shop/api",
        text::too_short_repository,
    ),
    format(
        "ecs-name",
        "a name in ECS",
        ("^([A-Za-z0-9_-]|%)+$", 255),
        "letters, digits, `-` and `_`",
        "shop-production",
        text::anything,
    ),
    format(
        "event-rule",
        "the name of a rule of EventBridge",
        ("^([A-Za-z0-9_.-]|%)+$", 64),
        "at most 64 letters, digits and `_.-`",
        "shop-nightly",
        text::anything,
    ),
    format(
        "schedule",
        "the name of a schedule",
        ("^(([A-Za-z0-9_.-]|%)+/)?([A-Za-z0-9_.-]|%)+$", 129),
        "at most 64 letters, digits and `_.-`, with its group and a `/` before it if it has one",
        "shop/nightly",
        text::anything,
    ),
    format(
        "state-machine",
        "the name of a state machine",
        ("^([A-Za-z0-9_-]|%)+$", 80),
        "at most 80 letters, digits, `-` and `_`",
        "shop-nightly",
        text::anything,
    ),
    format(
        "policy-action",
        "an action of IAM",
        ("^([*]|[a-z0-9-]+:[A-Za-z0-9*?]+)$", 128),
        "a service's prefix and one of its actions, with `:` between them",
        "s3:PutObject",
        text::anything,
    ),
    format(
        "policy-resource",
        "a resource of IAM",
        (
            "^([*]|arn:aws(-cn|-us-gov)?:[a-z0-9-]+:[a-z0-9*-]*:([0-9]{12}|aws|[*])?:([A-Za-z0-9_+=,.@:/*?!~-]|%)+)$",
            1024,
        ),
        "an ARN, or `*` for an action that knows no resource",
        "arn:aws:s3:::shop-site/*",
        text::anything,
    ),
    format(
        "role-name",
        "a role's name",
        ("^(([A-Za-z0-9_+=,.@-]|%)+/)*([A-Za-z0-9_+=,.@-]|%){1,64}$", 512),
        "at most 64 letters, digits and `_+=,.@-`, with its path before it if it has one",
        "shop-production-task",
        text::anything,
    ),
    format(
        "relative-path",
        "a path",
        ("^[^/~:\\\\\\x00-\\x1f\\x7f-][^:\\\\\\x00-\\x1f\\x7f]*$", 512),
        "a path from the repository's root, without `/`, `~` or `-` at its beginning, and without `:`",
        "docker/api/Dockerfile",
        text::path_that_leaves,
    ),
    format(
        "build-target",
        "a stage of a Dockerfile",
        ("^[A-Za-z0-9][A-Za-z0-9_.-]*$", 128),
        "letters, digits and `_.-`, beginning with a letter or digit",
        "production",
        text::anything,
    ),
    format(
        "build-image",
        "a build image",
        ("^[A-Za-z0-9][A-Za-z0-9._/:@-]*$", 512),
        "an image of CodeBuild or a registry, with its tag or digest",
        "aws/codebuild/amazonlinux-x86_64-standard:5.0",
        text::anything,
    ),
    format(
        "vpc-id",
        "a VPC's id",
        ("^vpc-([0-9a-f]{8}|[0-9a-f]{17})$", 21),
        "`vpc-` and 8 or 17 hexadecimal digits",
        "vpc-0a1b2c3d4e5f60718",
        text::anything,
    ),
    format(
        "subnet-id",
        "a subnet's id",
        ("^subnet-([0-9a-f]{8}|[0-9a-f]{17})$", 24),
        "`subnet-` and 8 or 17 hexadecimal digits",
        "subnet-0a1b2c3d4e5f60718",
        text::anything,
    ),
    format(
        "security-group-id",
        "a security group's id",
        ("^sg-([0-9a-f]{8}|[0-9a-f]{17})$", 20),
        "`sg-` and 8 or 17 hexadecimal digits",
        "sg-0a1b2c3d4e5f60718",
        text::anything,
    ),
    format(
        "cache-path",
        "a path that is kept",
        ("^[A-Za-z0-9_./*@+-][A-Za-z0-9_./*@+ -]*$", 512),
        "a path of letters, digits and `_./*@+-`, from the checkout's root or from `/`",
        "node_modules/**/*",
        text::path_up,
    ),
    // The narrowest of the services that are tagged: CodeBuild's lengths, and the letters that IAM takes.
    format(
        "tag-key",
        "a tag's key",
        (TAG, 127),
        "at most 127 letters, digits, spaces and `_.:/=+-@`",
        "team",
        text::reserved_tag,
    ),
    format(
        "tag-value",
        "a tag's value",
        (TAG, 255),
        "at most 255 letters, digits, spaces and `_.:/=+-@`",
        "checkout",
        text::no_tag_letter,
    ),
    format(
        "managed-policy",
        "a managed policy",
        (
            "^([A-Za-z0-9_+=,.@-]{1,128}|arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/([!-.0-~]+/)*[A-Za-z0-9_+=,.@-]{1,128})$",
            640,
        ),
        "the name of a policy without a path, or a policy's whole ARN",
        "developer-boundary",
        text::anything,
    ),
    format(
        "role-path",
        "a role's path",
        ("^/([A-Za-z0-9_+=,.@-]+/)*$", 512),
        "names of letters, digits and `_+=,.@-` between slashes, one at its beginning and one at its end",
        "/ci/",
        text::anything,
    ),
    format(
        "name-prefix",
        "a prefix of names",
        ("^[a-z][a-z0-9]*(-[a-z0-9]+)*-$", 19),
        "lowercase letters, digits and single hyphens, beginning with a letter and ending with a hyphen",
        "acme-",
        text::reserved_prefix,
    ),
    format(
        "bucket-name",
        "a bucket's name",
        ("^[a-z0-9]([a-z0-9-]|[.]?[a-z0-9]){1,61}[a-z0-9]$", 63),
        "3 to 63 lowercase letters, digits, `-` and single `.`, with a letter or digit at both ends",
        "acme-artifacts",
        text::anything,
    ),
    format(
        "key-arn",
        "a key's ARN",
        (
            "^arn:aws(-cn|-us-gov)?:kms:[a-z]{2}(-gov)?-[a-z]+-[0-9]{1,2}:[0-9]{12}:key/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$",
            128,
        ),
        "the ARN of a key in KMS, and not that of an alias",
        "arn:aws:kms:ap-northeast-1:111122223333:key/0a1b2c3d-0000-4000-8000-00000000000e",
        text::anything,
    ),
    format(
        "role-arn",
        "a role's ARN",
        ("^arn:aws(-cn|-us-gov)?:iam::[0-9]{12}:role/([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64}$", 640),
        "the ARN of a role, with its path",
        "arn:aws:iam::111122223333:role/ci/shop-deploy",
        text::anything,
    ),
    format(
        "existing-repository",
        "an image repository that exists",
        (
            "^(arn:aws(-cn|-us-gov)?:ecr:[a-z]{2}(-gov)?-[a-z]+-[0-9]{1,2}:[0-9]{12}:repository/)?[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*$",
            340,
        ),
        "a repository's name, or its ARN",
        "shop/api",
        text::too_short_repository,
    ),
    format(
        "json-pointer",
        "a JSON Pointer",
        ("^(/([^~/\\x00-\\x1f\\x7f]|~[01])*)+$", 1024),
        "keys and positions, each after a `/`, with `~1` for a `/` and `~0` for a `~` in a key",
        "/Resources/BuildProject/Properties/QueuedTimeoutInMinutes",
        text::anything,
    ),
];

/// Letters beyond ASCII pass here and are judged by [`text::no_tag_letter`]: JSON Schema's patterns and Rust's do not
/// name them alike.
const TAG: &str = "^([A-Za-z0-9 _.:/=+@-]|[^\\x00-\\x7f])+$";

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
            ("repository-name", "shop acme/ https://github.com/acme/shop git@github.com:acme/shop"),
            ("host-name", "https://git.example.com git.example.com/ -a a- Git.example.com a..b user@a"),
            ("ecr-repository", "Shop a//b /a a/ a..b -a"),
            ("ecs-name", "a/b a.b arn:aws:ecs:eu-west-1:111122223333:cluster/x"),
            (
                "role-name",
                "/a a//b arn:aws:iam::111122223333:role/x r23456789a123456789b123456789c123456789d123456789e123456789f12345",
            ),
            ("relative-path", "/etc ~/x -f a\\b https://example.com/x.git ssh://x git@github.com:a/b a:b"),
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
