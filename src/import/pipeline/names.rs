//! Names that are made of other names: of environments and services, out of stages, clusters and stacks.

use super::model::Home;
use crate::config::account::is_account;
use crate::import::text::UNKNOWN;

/// The most characters of such a name (`config/schema/formats/table.rs`).
const LONGEST: usize = 30;

/// Words that people call environments by.
const ENVIRONMENTS: [&str; 26] = [
    "production",
    "prod",
    "prd",
    "live",
    "staging",
    "stage",
    "stg",
    "preprod",
    "preproduction",
    "uat",
    "qa",
    "test",
    "testing",
    "dev",
    "develop",
    "development",
    "sandbox",
    "demo",
    "integration",
    "int",
    "acceptance",
    "beta",
    "gamma",
    "alpha",
    "canary",
    "preview",
];

/// Words of a stage that say what is done there, and not where.
const DOING: [&str; 14] = [
    "deploy",
    "deploys",
    "deployment",
    "release",
    "rollout",
    "to",
    "the",
    "in",
    "env",
    "environment",
    "approve",
    "approval",
    "and",
    "action",
];

/// Words of a stage that say what is deployed, and not where.
const THINGS: [&str; 15] = [
    "ecs",
    "fargate",
    "app",
    "application",
    "service",
    "services",
    "stack",
    "stacks",
    "cdk",
    "cfn",
    "cloudformation",
    "s3",
    "lambda",
    "all",
    "image",
];

/// The words of a name, in lower case: parts between other signs, and `DeployToProd` in three.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let letters: Vec<char> = name.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        if !letter.is_ascii_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = at.checked_sub(1).map(|at| letters[at]);
        let is_followed_by_small = letters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        let begins = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase() || (before.is_ascii_uppercase() && is_followed_by_small)
            });
        if begins {
            words.push(String::new());
        }
        if let Some(last) = words.last_mut() {
            last.push(letter.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A name of lowercase letters, digits and hyphens, beginning with a letter; `None` where nothing is left.
pub(super) fn joined<'w>(words: impl IntoIterator<Item = &'w str>) -> Option<String> {
    let mut name = String::new();
    for word in words {
        // The first begins with a letter.
        if name.is_empty() && !word.starts_with(|letter: char| letter.is_ascii_lowercase()) {
            continue;
        }
        if name.len() + 1 + word.len() > LONGEST && !name.is_empty() {
            break;
        }
        if !name.is_empty() {
            name.push('-');
        }
        name.push_str(&word[..word.len().min(LONGEST)]);
    }
    (!name.is_empty()).then_some(name)
}

/// The environment that a stage's name speaks of: `prod` of `DeployToProd`; `None` where it only says what is done.
pub(super) fn of_stage(name: &str) -> Option<String> {
    let words = words(name);
    let mut left: Vec<&str> = words.iter().map(String::as_str).filter(|word| !DOING.contains(word)).collect();
    // `ProdStage` is `prod`, and `Stage` an environment.
    if left.len() > 1 && left.last() == Some(&"stage") {
        left.pop();
    }
    if left.iter().all(|word| THINGS.contains(word)) {
        return None;
    }
    joined(left)
}

/// The word of a name by which people call an environment.
pub(super) fn environment_in(name: &str) -> Option<String> {
    words(name).into_iter().find(|word| ENVIRONMENTS.contains(&word.as_str()))
}

/// Whether a stage's name says that something is deployed in it.
pub(super) fn is_deploy(stage: &str) -> bool {
    words(stage)
        .iter()
        .any(|word| ["deploy", "deploys", "deployment", "release", "rollout"].contains(&word.as_str()))
}

/// A service's name out of one in AWS: without what says the environment or what is done; `None` where nothing is left.
pub(super) fn of_service(name: &str, environment: &str) -> Option<String> {
    let environment: Vec<&str> = environment.split('-').collect();
    let words = words(name);
    let left = words.iter().map(String::as_str).filter(|word| {
        !environment.contains(word)
            && !ENVIRONMENTS.contains(word)
            && !DOING.contains(word)
            && *word != "check"
            && !["service", "stack", "prepare", "execute"].contains(word)
    });
    joined(left)
}

/// A name in AWS with the environment's in it as a placeholder, where it stands there as a word of its own.
pub(super) fn templated(name: &str, environment: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find(environment) {
        let (before, behind) = (&rest[..at], &rest[at + environment.len()..]);
        let is_end = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_ascii_alphanumeric());
        out.push_str(before);
        let last = if before.is_empty() { out.chars().last() } else { before.chars().last() };
        let is_word = is_end(last) && is_end(behind.chars().next());
        out.push_str(if is_word { "{environment}" } else { environment });
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// A name that ECS takes, out of a name or an ARN; [`UNKNOWN`] for anything else.
pub(super) fn of_ecs(text: &str) -> String {
    let name = if text.starts_with("arn:") { text.rsplit('/').next().unwrap_or_default() } else { text };
    let is_name = (1..=255).contains(&name.len())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'));
    if is_name { name.to_owned() } else { UNKNOWN.to_owned() }
}

/// Account and region of an ARN, as far as it has them.
pub(super) fn home_of_arn(arn: &str) -> Home {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, _, region, account, _] = parts.as_slice() else { return Home::default() };
    Home { account: account_of(account), region: region_of(region) }
}

/// An account's number.
pub(super) fn account_of(text: &str) -> Option<String> {
    is_account(text).then(|| text.to_owned())
}

/// A region's code.
pub(super) fn region_of(text: &str) -> Option<String> {
    let is_code = text.split('-').count() >= 3
        && text.ends_with(|end: char| end.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    is_code.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_gives_the_environment_that_it_speaks_of() {
        for (stage, name) in [
            ("DeployToProd", Some("prod")),
            ("Deploy-staging", Some("staging")),
            ("Deploy_Production-EU", Some("production-eu")),
            ("DeployToEUProd", Some("eu-prod")),
            ("ProdStage", Some("prod")),
            ("Stage", Some("stage")),
            ("QA", Some("qa")),
            ("Deploy", None),
            ("DeployECS", None),
            ("2-Prod", Some("prod")),
            ("$(reboot)", Some("reboot")),
            ("\u{202e}", None),
        ] {
            assert_eq!(of_stage(stage).as_deref(), name, "{stage}");
        }
    }

    #[test]
    fn a_name_is_templated_where_the_environment_is_a_word_of_it() {
        assert_eq!(templated("shop-dev-api", "dev"), "shop-{environment}-api");
        assert_eq!(templated("dev", "dev"), "{environment}");
        assert_eq!(templated("devices-dev", "dev"), "devices-{environment}");
        assert_eq!(templated("shop-develop", "dev"), "shop-develop");
        assert_eq!(templated("shop", "dev"), "shop");
    }

    #[test]
    fn a_service_is_called_without_its_environment() {
        assert_eq!(of_service("shop-staging-api", "staging").as_deref(), Some("shop-api"));
        assert_eq!(of_service("DeployApi", "prod").as_deref(), Some("api"));
        assert_eq!(of_service("prod", "prod"), None);
        assert_eq!(of_service(&"long".repeat(20), "dev").map(|name| name.len()), Some(30));
    }

    #[test]
    fn only_accounts_and_regions_are_taken_for_such() {
        let home = home_of_arn("arn:aws:codepipeline:eu-west-1:111122223333:shop");
        assert_eq!(
            (home.account.as_deref(), home.region.as_deref()),
            (Some("111122223333"), Some("eu-west-1"))
        );
        assert_eq!(home_of_arn("arn:aws:iam::CHECK:role/x"), Home::default());
        assert_eq!(of_ecs("arn:aws:ecs:eu-west-1:111122223333:cluster/shop"), "shop");
        assert_eq!(of_ecs("{app}"), UNKNOWN);
    }
}
