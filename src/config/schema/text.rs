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

/// The names that branchline gives its own steps. `AWS_` and `CODEBUILD_` are AWS's: CodeBuild reserves the one, and
/// the other would replace the role's credentials; `IMAGE_` and `REUSED_` carry what was built. The lowercase ones are
/// the steps' own: a variable of that name would be changed under whoever reads it.
const RESERVED: &[&str] = &[
    "BUILDX_NO_DEFAULT_ATTESTATIONS",
    "CACHE_TAG",
    "CLUSTER",
    "COMMIT_ID",
    "CONTAINER",
    "DOCKER_BUILDKIT",
    "ENVIRONMENT",
    "EXECUTION_ID",
    "FAMILY",
    "IMAGE",
    "LOG_GROUP",
    "OVERRIDES",
    "PIPELINE",
    "REGISTRY",
    "SERVICE",
    "STAGE",
    "TIMEOUT_SECONDS",
    "answer",
    "commands",
    "digest",
    "image",
    "repository",
    "service",
    "tag",
];

/// Names that something else sets.
pub(super) fn reserved_variable(name: &str) -> Option<Complaint> {
    let by_aws = ["AWS_", "CODEBUILD_"].iter().any(|prefix| name.starts_with(prefix));
    let by_us =
        ["IMAGE_", "REUSED_"].iter().any(|prefix| name.starts_with(prefix)) || RESERVED.contains(&name);
    let reason = match (by_aws, by_us) {
        (true, _) => "names that begin with `AWS_` or `CODEBUILD_` are AWS's own",
        (_, true) => "branchline sets this name itself, for its own steps",
        _ => return None,
    };
    Some(Complaint { code: "BL019", reason, help: "choose another name, such as `APP_…`" })
}

const OTHER_PARTITION: Complaint = Complaint {
    code: "BL011",
    reason: "China, GovCloud and the other separate partitions are not supported yet",
    help: "use a region of the partition `aws`",
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

/// A path that leaves the repository.
pub(super) fn path_that_leaves(path: &str) -> Option<Complaint> {
    path.split('/').any(|part| part == "..").then_some(Complaint {
        code: "BL017",
        reason: "`..` leaves the repository, or hides where the path leads",
        help: "write the path from the repository's root",
    })
}

/// The complaint about an ARN or a region of another partition, whatever its form.
pub(super) fn other_partition(format: &Format, text: &str) -> Option<Complaint> {
    let is_arn = format.name.ends_with("-arn") && text.starts_with("arn:aws-");
    let is_region = format.name == "region"
        && ["us-gov-", "us-iso", "eu-iso", "eusc-", "cn-"].iter().any(|prefix| text.starts_with(prefix));
    (is_arn || is_region).then_some(OTHER_PARTITION)
}

/// The text the person probably meant, when it is plain from what is there.
pub(super) fn meant(format: &Format, text: &str) -> Option<String> {
    let guess = match format.name {
        "app-name" | "environment-name" | "service-name" | "pipeline-name" => slug(text),
        "account-id" => text.chars().filter(char::is_ascii_digit).collect(),
        "repository-name" => repository(text)?.to_owned(),
        "role-name" => {
            text.split_once(":role/").map_or(text, |(_, name)| name).trim_start_matches('/').to_owned()
        }
        "ecs-name" if text.starts_with("arn:") => text.rsplit('/').next()?.to_owned(),
        "ecr-repository" => match text.split_once(".amazonaws.com/") {
            Some((_, name)) => name.split(':').next()?.to_owned(),
            None => text.to_lowercase(),
        },
        "parameter-name" => text.split_once(":parameter")?.1.to_owned(),
        "duration" => duration(text)?,
        "region" => text.to_ascii_lowercase().replace('_', "-"),
        "relative-path" => text.replace('\\', "/").trim_start_matches('/').to_owned(),
        "variable-name" => text.replace(['-', '.', ' '], "_"),
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
        "d" | "day" | "days" => Some(format!("{}h", number.checked_mul(24)?)),
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
        for name in ["AWS_REGION", "CODEBUILD_BUILD_ID", "IMAGE_API", "IMAGE", "OVERRIDES"] {
            assert!(reserved_variable(name).is_some(), "{name}");
        }
        assert!(reserved_variable("IMAGES").is_none() && reserved_variable("RAILS_ENV").is_none());
    }
}
