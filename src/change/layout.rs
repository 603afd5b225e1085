//! Where generated files stand below the output folder.

use crate::config::account::is_account;

/// Whether a generated file can stand at this path (with `/`): `README.md`, `base.yml`, `base-<region>.yml`,
/// `environments/<name>.yml`, `roles/<purpose>.json`, `<pipeline>/pipeline.yml`, `<pipeline>/pipeline.json`, `<pipeline>/buildspec-<project>.yml`.
///
/// Files that are no longer generated are looked for here and nowhere else, so that an output folder that holds other
/// things too (another generated tree among them) keeps them.
pub fn is_generated_path(path: &str) -> bool {
    match path.split_once('/') {
        None => {
            let region = path.strip_prefix("base-").and_then(|rest| rest.strip_suffix(".yml"));
            matches!(path, "README.md" | "base.yml") || region.is_some_and(is_name) || is_of_bootstrap(path)
        }
        Some(("roles", file)) => file.strip_suffix(".json").is_some_and(is_name),
        Some(("environments", file)) => file.strip_suffix(".yml").is_some_and(is_name),
        Some((pipeline, file)) => {
            let buildspec = file.strip_prefix("buildspec-").and_then(|rest| rest.strip_suffix(".yml"));
            is_name(pipeline)
                && (matches!(file, "pipeline.yml" | "pipeline.json") || buildspec.is_some_and(is_name))
        }
    }
}

/// Whether it is the place of a file that `bootstrap` makes and `generate` does not: `bootstrap.md`, `bootstrap.yml`,
/// `bootstrap-access.yml`, `bootstrap-access-<account>.yml`. Neither command takes the other's for left over.
pub fn is_of_bootstrap(path: &str) -> bool {
    let account = path.strip_prefix("bootstrap-access-").and_then(|rest| rest.strip_suffix(".yml"));
    matches!(path, "bootstrap.md" | "bootstrap.yml" | "bootstrap-access.yml")
        || account.is_some_and(is_account)
}

/// What AWS allows in the name of a pipeline, a stage or a project; never `.`, `..` or a hidden file.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('.')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".@-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_a_generated_file_is_known() {
        for path in [
            "README.md",
            "base.yml",
            "base-us-east-1.yml",
            "bootstrap.md",
            "bootstrap.yml",
            "bootstrap-access.yml",
            "bootstrap-access-222222222222.yml",
            "environments/production.yml",
            "roles/production-deploy.json",
            "shop-develop/pipeline.yml",
            "shop-develop/pipeline.json",
            "shop-release-1.x@a_b/buildspec-migrate-production.yml",
        ] {
            assert!(is_generated_path(path), "{path}");
        }
    }

    #[test]
    fn no_other_file_is_taken_for_a_generated_one() {
        for path in [
            "",
            "LICENSE.md",
            "pipeline.yml",
            "base-.yml",
            "bootstrap-access-.yml",
            "bootstrap-access-22222222222a.yml",
            "bootstrap/bootstrap.yml",
            "bases.yml",
            "buildspec-build.yml",
            "roles/a/b.json",
            "roles/a.yml",
            "environments/a/b.yml",
            "environments/.yml",
            "environments/pipeline.json",
            "pipelines/README.md",
            "pipelines/base.yml",
            "pipelines/shop-develop/pipeline.yml",
            "../pipeline.yml",
            ".git/pipeline.yml",
            "/pipeline.yml",
            "a b/pipeline.yml",
            "a\u{1b}/pipeline.yml",
            "shop/buildspec-.yml",
            "shop/buildspec.yml",
        ] {
            assert!(!is_generated_path(path), "{path}");
        }
    }
}
