//! What a pattern cannot say about a text, and what the person probably meant.

use super::formats::Format;

/// Why a text is refused, and what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    /// The finding's code.
    pub(super) code: &'static str,
    /// Stands beside the caret.
    pub(super) reason: &'static str,
    /// What to write instead.
    pub(super) help: &'static str,
}

/// No rule beyond the pattern.
pub(super) fn anything(_: &str) -> Option<Complaint> {
    None
}

/// S3 takes no bucket whose name begins so, and the artifact bucket's begins with the app's name (Amazon S3, "General
/// purpose bucket naming rules"). The third, `xn--`, has two hyphens, which no app's name has.
pub(super) fn reserved_bucket(name: &str) -> Option<Complaint> {
    let bucket = format!("{name}-");
    ["sthree-", "amzn-s3-demo-"].iter().any(|prefix| bucket.starts_with(prefix)).then_some(Complaint {
        code: "BL017",
        reason: "the artifact bucket begins with it, and S3 reserves names that begin with `sthree-` or `amzn-s3-demo-`",
        help: "choose a name that begins otherwise",
    })
}

/// The same of a prefix, which ends in a hyphen.
pub(super) fn reserved_prefix(prefix: &str) -> Option<Complaint> {
    reserved_bucket(prefix.trim_end_matches('-'))
}

/// Tags that are AWS's or branchline's own (AWS, "Tagging your AWS resources": the prefix `aws:`, in any case).
pub(super) fn reserved_tag(key: &str) -> Option<Complaint> {
    let reason = match key.split_once(':').map(|(prefix, _)| prefix.to_lowercase()).as_deref() {
        Some("aws") => "tags that begin with `aws:` are AWS's own",
        Some("branchline") => "branchline finds what it has made by tags that begin so",
        _ => return no_tag_letter(key),
    };
    Some(Complaint { code: "BL086", reason, help: "choose a key that begins otherwise" })
}

/// Letters, digits and spaces of any script are taken, and nothing else beyond ASCII (IAM's `tagKeyType`).
pub(super) fn no_tag_letter(text: &str) -> Option<Complaint> {
    let is_taken = |letter: char| letter.is_ascii() || letter.is_alphanumeric() || letter.is_whitespace();
    (!text.chars().all(is_taken)).then_some(Complaint {
        code: "BL017",
        reason: "AWS takes letters, digits, spaces and `_.:/=+-@` in tags",
        help: "write it without the other signs",
    })
}

/// The names that branchline gives its own steps. `AWS_` and `CODEBUILD_` are AWS's: CodeBuild reserves the one, and
/// the other would replace the role's credentials; `IMAGE_` and `REUSED_` carry what was built. The lowercase ones, and
/// those that begin with `migration_`, are
/// the steps' own: a variable of that name would be changed under whoever reads it.
const RESERVED: &[&str] = &[
    "BUILDX_NO_DEFAULT_ATTESTATIONS",
    "CACHE_FOLDER",
    "CLUSTER",
    "COMMAND",
    "COMMIT_ID",
    "CONTAINER",
    "DOCKER_BUILDKIT",
    "ENVIRONMENT",
    "EXECUTION_ID",
    "FAMILY",
    "IMAGE",
    "IMAGES_OF",
    "LOG_GROUP",
    "MIGRATION",
    "OVERRIDES",
    "PIPELINE",
    "PIPELINE_REGION",
    "REGISTRY",
    "SERVICE",
    "SHARED_TAG",
    "STAGE",
    "TINI_KILL_PROCESS_GROUP",
    "TIMEOUT_SECONDS",
    "answer",
    "commands",
    "digest",
    "image",
    "repository",
    "service",
    "tag",
];

/// Names by which the machine's shell, its loader or Docker behave otherwise: with one of them a failing test could end
/// well, or the images be built elsewhere.
const OF_THE_MACHINE: &[&str] = &[
    "BASHOPTS",
    "BASH_ENV",
    "BUILDX_BUILDER",
    "BUILDX_CONFIG",
    "DOCKER_CERT_PATH",
    "DOCKER_CONFIG",
    "DOCKER_CONTEXT",
    "DOCKER_HOST",
    "DOCKER_TLS_VERIFY",
    "ENV",
    "EUID",
    "HOME",
    "IFS",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "PATH",
    "POSIXLY_CORRECT",
    "PPID",
    "PS4",
    "SECONDS",
    "SHELLOPTS",
    "UID",
];

/// Names that something else sets.
pub(super) fn reserved_variable(name: &str) -> Option<Complaint> {
    let by_aws = ["AWS_", "CODEBUILD_"].iter().any(|prefix| name.starts_with(prefix));
    let by_us = ["IMAGE_", "REUSED_", "migration_"].iter().any(|prefix| name.starts_with(prefix))
        || RESERVED.contains(&name);
    let reason = match (by_aws, by_us) {
        _ if OF_THE_MACHINE.contains(&name) => {
            "the shell, the loader or Docker on the build machine goes by it"
        }
        (true, _) => "names that begin with `AWS_` or `CODEBUILD_` are AWS's own",
        (_, true) => "branchline sets this name itself, for its own steps",
        _ => return None,
    };
    Some(Complaint { code: "BL019", reason, help: "choose another name, such as `APP_…`" })
}

/// Names that steer the programs of a migration's step on a build machine, which has the migration's variables in its own
/// environment: bash, `mktemp`, and with `docker` also Docker and the AWS CLI, by which the image comes.
pub(super) fn steers_a_step(name: &str, docker: bool) -> Option<Complaint> {
    let upper = name.to_ascii_uppercase();
    let of_shell = ["TMPDIR", "GLOBIGNORE", "CDPATH"].contains(&name) || name.starts_with("BASH_");
    let of_docker =
        ["DOCKER_", "BUILDKIT_", "SSL_CERT_", "PYTHON"].iter().any(|prefix| name.starts_with(prefix))
            || upper.ends_with("_PROXY")
            || ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "XDG_CONFIG_HOME"].contains(&name);
    let reason = if of_shell {
        "the shell of the step that starts the migration goes by it"
    } else if docker && of_docker {
        "Docker or the AWS CLI, by which the step gets the image, goes by it"
    } else {
        return None;
    };
    Some(Complaint {
        code: "BL019",
        reason,
        help: "give it another name, such as `APP_…`, and set this one in the image or in the command",
    })
}

const OTHER_PARTITION: Complaint = Complaint {
    code: "BL011",
    reason: "of the separate partitions China and GovCloud are supported, and no other yet",
    help: "use a region of the partitions `aws`, `aws-cn` or `aws-us-gov`",
};

/// Parameter Store keeps `aws` and `ssm` at a name's beginning for itself.
pub(super) fn reserved_parameter(name: &str) -> Option<Complaint> {
    let first = name.trim_start_matches('/').to_ascii_lowercase();
    (first.starts_with("aws") || first.starts_with("ssm")).then_some(Complaint {
        code: "BL017",
        reason: "no parameter's name begins with `aws` or `ssm`: Parameter Store reserves them",
        help: "write the name of a parameter of your own, such as `/shop/npm-token`",
    })
}

/// ECR wants two characters.
pub(super) fn too_short_repository(name: &str) -> Option<Complaint> {
    (name.len() < 2).then_some(Complaint {
        code: "BL017",
        reason: "an image repository's name has at least 2 characters",
        help: "write a longer name, such as `shop/api`",
    })
}

/// A repository by the name that its host does not give it.
pub(super) fn no_repository(name: &str) -> Option<Complaint> {
    let (reason, help) = if name.rsplit_once('.').is_some_and(|(_, end)| end == "git") {
        ("`.git` is the end of the repository's address, not of its name", "write it without `.git`")
    } else if name.split('/').any(|part| part == "." || part == "..") {
        ("`.` and `..` name no owner and no repository", "write the owner's name and the repository's")
    } else {
        return None;
    };
    Some(Complaint { code: "BL017", reason, help })
}

/// A kept path with `..` in it, which is not where it seems to be.
pub(super) fn path_up(path: &str) -> Option<Complaint> {
    path.split('/').any(|part| part == "..").then_some(Complaint {
        code: "BL017",
        reason: "`..` hides where the path leads",
        help: "write the path from the checkout's root, or from `/`",
    })
}

/// A path that no commit has: git knows no `.` and no empty part between two slashes.
pub(super) fn path_of_commits(path: &str) -> Option<Complaint> {
    let mut parts = path.strip_suffix('/').unwrap_or(path).split('/');
    let reason = parts.find_map(|part| match part {
        ".." => Some("`..` leaves the repository, or hides where the path leads"),
        "." | "" => Some("no commit has such a path: git writes them without `.` and with single slashes"),
        _ => None,
    })?;
    Some(Complaint {
        code: "BL017",
        reason,
        help: "write the path from the repository's root, such as `db/migrate`",
    })
}

/// A path that leaves the repository. Docker takes a context that begins with a host or a user of git for the address
/// of another repository, and builds that.
pub(super) fn path_that_leaves(path: &str) -> Option<Complaint> {
    let reason = if path.split('/').any(|part| part == "..") {
        "`..` leaves the repository, or hides where the path leads"
    } else if ["github.com/", "git@"].iter().any(|prefix| path.starts_with(prefix)) {
        "Docker would take this for the address of another repository, and build that one"
    } else {
        return None;
    };
    Some(Complaint { code: "BL017", reason, help: "write the path from the repository's root" })
}

/// What is wrong with a text that has not the form, where more can be said of it than what the form is.
pub(super) fn known_fault(format: &Format, text: &str) -> Option<Complaint> {
    other_partition(format, text).or_else(|| without_suffix(format, text))
}

/// A secret's ARN that ends with the name which a person gave it.
fn without_suffix(format: &Format, text: &str) -> Option<Complaint> {
    let name = format.name == "secret-arn" && !format.matches(text);
    let mut parts: Vec<&str> = text.split(':').collect();
    let whole = format!("{}-AbCdEf", parts.get(6).filter(|_| name)?);
    parts[6] = &whole;
    format.matches(&parts.join(":")).then_some(Complaint {
        code: "BL017",
        reason: "the six characters that Secrets Manager puts behind a secret's name are missing",
        help: "write the whole ARN, as `aws secretsmanager describe-secret --secret-id NAME` shows it: the role's policy names exactly that",
    })
}

/// The complaint about an ARN or a region of another partition, whatever its form.
fn other_partition(format: &Format, text: &str) -> Option<Complaint> {
    let partition = text.strip_prefix("arn:").and_then(|rest| rest.split(':').next());
    let is_arn = format.name.ends_with("-arn")
        && partition.is_some_and(|id| id.starts_with("aws-") && !["aws-cn", "aws-us-gov"].contains(&id));
    let is_region = format.name == "region"
        && ["us-iso", "eu-iso", "eusc-"].iter().any(|prefix| text.starts_with(prefix));
    (is_arn || is_region).then_some(OTHER_PARTITION)
}

/// The text the person probably meant, when it is plain from what is there.
pub(super) fn meant(format: &Format, text: &str) -> Option<String> {
    let guess = match format.name {
        "app-name" | "environment-name" | "service-name" | "pipeline-name" => slug(text),
        "account-id" => text.chars().filter(char::is_ascii_digit).collect(),
        "repository-name" => repository(text)?.to_owned(),
        "host-name" => {
            let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
            rest.split('/').next()?.to_ascii_lowercase()
        }
        "role-name" => {
            text.split_once(":role/").map_or(text, |(_, name)| name).trim_start_matches('/').to_owned()
        }
        "ecs-name" if text.starts_with("arn:") => text.rsplit('/').next()?.to_owned(),
        "ecr-repository" => match text.split_once(".amazonaws.com/") {
            Some((_, name)) => name.split(':').next()?.to_owned(),
            None => text.to_lowercase(),
        },
        "parameter-name" => match text.split_once(":parameter") {
            Some((_, name)) => name.to_owned(),
            None => format!("/{}", text.trim_matches('/')),
        },
        "duration" => duration(text)?,
        "region" => text.to_ascii_lowercase().replace('_', "-"),
        "relative-path" | "committed-path" => text.replace('\\', "/").trim_start_matches('/').to_owned(),
        "variable-name" | "container-variable-name" => text.replace(['-', '.', ' '], "_"),
        _ => return None,
    };
    (guess != text && format.matches(&guess) && (format.beyond)(&guess).is_none()).then_some(guess)
}

fn slug(text: &str) -> String {
    let words = text.to_lowercase();
    let words: Vec<&str> = words
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-")
}

/// `owner/name` in a URL of a repository, or in what `git clone` takes.
fn repository(text: &str) -> Option<&str> {
    let path = match text.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => text.split_once(':').map_or(text, |(_, path)| path),
    };
    Some(path.trim_end_matches('/').trim_end_matches(".git"))
}

fn duration(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u32 = number.parse().ok()?;
    match unit.trim() {
        "" | "min" | "mins" | "minute" | "minutes" | "M" => Some(format!("{number}m")),
        "hour" | "hours" | "H" => Some(format!("{number}h")),
        "s" | "sec" | "second" | "seconds" => Some(format!("{}m", number.div_ceil(60).max(1))),
        "day" | "days" | "D" => Some(format!("{number}d")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::schema::formats::find;

    #[test]
    fn what_was_meant_is_said_where_it_is_plain() {
        for (format, text, expected) in [
            ("app-name", "My Shop_2", "my-shop-2"),
            ("account-id", "1111-2222-3333", "111122223333"),
            ("repository-name", "https://github.com/acme/shop.git", "acme/shop"),
            ("repository-name", "git@github.com:acme/shop.git", "acme/shop"),
            ("role-name", "arn:aws:iam::111122223333:role/team/task", "team/task"),
            ("ecs-name", "arn:aws:ecs:eu-west-1:111122223333:cluster/shop", "shop"),
            ("ecr-repository", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/api:latest", "shop/api"),
            ("parameter-name", "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/token", "/shop/token"),
            ("parameter-name", "shop/token", "/shop/token"),
            ("duration", "90s", "2m"),
            ("duration", "45 minutes", "45m"),
            ("relative-path", "/docker/Dockerfile", "docker/Dockerfile"),
        ] {
            assert_eq!(meant(find(format).unwrap(), text).as_deref(), Some(expected), "{format}: {text}");
        }
    }

    #[test]
    fn nothing_is_guessed_that_would_be_refused_again() {
        assert_eq!(meant(find("app-name").unwrap(), "123"), None);
        assert_eq!(meant(find("account-id").unwrap(), "123"), None);
        assert_eq!(meant(find("relative-path").unwrap(), "/../x"), None);
    }

    #[test]
    fn names_that_steps_rely_on_cannot_be_taken() {
        for name in [
            "AWS_REGION",
            "CODEBUILD_BUILD_ID",
            "IMAGE_API",
            "IMAGE",
            "OVERRIDES",
            "REUSED_IMAGE_API",
            "tag",
            "image",
        ] {
            assert!(reserved_variable(name).is_some(), "{name}");
        }
        assert!(reserved_variable("IMAGES").is_none() && reserved_variable("RAILS_ENV").is_none());
    }

    #[test]
    fn what_no_pattern_says_is_refused_too() {
        for (format, text) in [
            ("app-name", "sthree"),
            ("app-name", "sthree-shop"),
            ("app-name", "amzn-s3-demo-x"),
            ("repository-name", "acme/shop.git"),
            ("repository-name", "acme/.."),
            ("repository-name", "./shop"),
            ("relative-path", "github.com/acme/other"),
            ("relative-path", "git@example.com/acme/other"),
            ("parameter-name", "/aws/x"),
            ("parameter-name", "ssm-x"),
        ] {
            assert!((find(format).unwrap().beyond)(text).is_some(), "{format}: {text}");
        }
        for (format, text) in [
            ("app-name", "sthreex"),
            ("app-name", "amzn"),
            ("repository-name", "acme/shop.github.io"),
            ("repository-name", "acme/git"),
            ("relative-path", "github.com.d/x"),
            ("container-variable-name", "STAGE"),
        ] {
            assert!((find(format).unwrap().beyond)(text).is_none(), "{format}: {text}");
        }
    }

    #[test]
    fn the_end_that_a_secrets_arn_lacks_is_named() {
        let format = find("secret-arn").unwrap();
        let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/db";
        for lacking in [arn.to_owned(), format!("{arn}:password")] {
            assert!(
                known_fault(format, &lacking).is_some_and(|fault| fault.reason.contains("six characters"))
            );
        }
        for other in [format!("{arn}-AbCdEf"), "shop/db".to_owned(), format!("{arn}:a:b")] {
            assert!(known_fault(format, &other).is_none(), "{other}");
        }
    }
}
