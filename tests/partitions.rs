//! The separate partitions, the role path and the prefix, held against every generated file.

#![allow(clippy::disallowed_methods, reason = "tests read their configurations")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "generated names are lowercase")]

use std::collections::BTreeMap;
use std::path::Path;

use branchline::branch_map;
use branchline::config;
use branchline::document::{specs, tree};
use branchline::pipeline::Plan;

/// Services' names for themselves, which are the same in every partition: IAM in China refuses
/// `codebuild.amazonaws.com.cn`.
const PRINCIPALS: [&str; 3] =
    ["codebuild.amazonaws.com", "codepipeline.amazonaws.com", "ecs-tasks.amazonaws.com"];

fn text_of(name: &str) -> String {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judges/configurations");
    std::fs::read_to_string(here.join(name).join("branchline.yml")).expect("a configuration")
}

/// The generated files of a configuration, by path.
fn files(text: &str) -> BTreeMap<String, String> {
    let reading = config::read(text);
    let config = reading.config.unwrap_or_else(|| panic!("{:#?}", reading.findings));
    let (map, _) = branch_map::resolve(&config);
    let specs = specs::specs(&config).expect("the buildspecs");
    let plan = Plan::new(&config, &map, specs.texts.clone());
    let files = tree::files(&plan, &specs).map(|file| file.expect("a file"));
    files.map(|file| (file.path, file.text)).collect()
}

/// Lines that say something of the partition `aws`.
fn of_aws(files: &BTreeMap<String, String>, suffix: &str) -> Vec<String> {
    let is_of_aws = |line: &str| {
        let line = PRINCIPALS.iter().fold(line.to_owned(), |line, principal| {
            // Only as a whole word, so that a host of that name is still seen.
            line.replace(&format!(" {principal}"), " ").replace(&format!("\"{principal}\""), "")
        });
        line.contains("arn:aws:")
            || line.contains("console.aws.amazon.com")
            || line.match_indices(".amazonaws.com").any(|(at, _)| !line[at..].starts_with(suffix))
    };
    let lines = files.iter().flat_map(|(path, text)| text.lines().map(move |line| (path, line)));
    lines.filter(|(_, line)| is_of_aws(line)).map(|(path, line)| format!("{path}: {line}")).collect()
}

#[test]
fn nothing_of_the_partition_aws_is_left_in_a_file_for_another_partition() {
    for (name, suffix) in [("china", ".amazonaws.com.cn"), ("govcloud", ".amazonaws.com")] {
        let files = files(&text_of(name));
        assert!(files.len() >= 12, "{name}: {:?}", files.keys());
        let found = of_aws(&files, suffix);
        assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
    }
    let elsewhere = of_aws(&files(&text_of("existing")), ".amazonaws.com.cn");
    assert!(elsewhere.len() > 20, "the same search finds what there is: {elsewhere:?}");
}

#[test]
fn a_pipeline_outside_a_stack_names_the_partition_of_its_region() {
    for (name, partition) in [("china", "aws-cn"), ("govcloud", "aws-us-gov"), ("existing", "aws")] {
        let files = files(&text_of(name));
        let pipelines = files.iter().filter(|(path, _)| path.ends_with("/pipeline.json"));
        for (path, text) in pipelines {
            let arns: Vec<&str> = text.match_indices("\"arn:").map(|(at, _)| &text[at + 1..]).collect();
            assert!(!arns.is_empty(), "{name}: {path}");
            let right = format!("arn:{partition}:");
            assert!(arns.iter().all(|arn| arn.starts_with(&right)), "{name}: {path}");
        }
    }
}

/// The values of a key in YAML text.
fn values<'t>(text: &'t str, key: &'t str) -> impl Iterator<Item = &'t str> {
    text.lines().filter_map(move |line| line.trim().strip_prefix(key)?.strip_prefix(": "))
}

#[test]
fn every_name_begins_with_the_prefix_and_every_role_has_the_path() {
    let text = text_of("existing");
    let files = files(&text);
    let mut seen = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".yml")) {
        for key in ["RoleName", "AliasName", "ConnectionName", "LogGroupName", "RepositoryName"] {
            for name in values(text, key) {
                let own = name.trim_start_matches("alias/").trim_start_matches("/aws/codebuild/");
                let own = own.trim_start_matches("/branchline/");
                assert!(own.starts_with("acme-shop"), "{path}: {key} {name}");
                *seen.entry(key).or_insert(0) += 1;
            }
        }
        assert_eq!(
            values(text, "RoleName").count(),
            values(text, "Path").filter(|path| *path == "/ci/branchline/").count(),
            "{path}"
        );
    }
    assert_eq!(seen.len(), 5, "{seen:?}");
    for (path, text) in &files {
        for (at, _) in text.match_indices(":role/") {
            let role = &text[at + ":role/".len()..];
            // Those of the tasks, and those that exist, have none of branchline's names.
            assert!(
                role.starts_with("ci/branchline/") || !role.starts_with("acme-"),
                "{path}: {}",
                &text[at..at + 60]
            );
        }
    }
    let plain =
        self::files(&text.replace("name_prefix: acme-\n", "").replace("role_path: /ci/branchline/\n", ""));
    assert!(
        plain.contains_key("shop-develop/pipeline.yml") && !plain["environments/dev.yml"].contains("Path: ")
    );
}

#[test]
fn what_exists_is_not_made() {
    let files = files(&text_of("existing"));
    for base in ["base.yml", "base-us-east-1.yml"] {
        for kind in ["AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::KMS::Key", "AWS::KMS::Alias"] {
            // The locks have a bucket of their own.
            let own = ["LockBucket", "LockBucketPolicy"].map(|id| format!("  {id}:\n    Type: {kind}\n"));
            let locks = own.iter().filter(|text| files[base].contains(text.as_str())).count();
            let all = files[base].matches(&format!("Type: {kind}\n")).count();
            assert_eq!(all, locks, "{base}: {kind}");
        }
    }
    let repositories =
        |path: &str| values(&files[path], "RepositoryName").map(str::to_owned).collect::<Vec<_>>();
    assert!(repositories("base.yml").is_empty());
    assert_eq!(
        repositories("acme-shop-release/pipeline.yml"),
        ["acme-shop/web/release", "acme-shop-release/api-cache"]
    );
    let roles = |path: &str| values(&files[path], "RoleName").map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        roles("environments/production.yml"),
        [
            "acme-shop-production-migrate",
            "acme-shop-production-lock",
            "acme-shop-production-guard",
            "acme-shop-production-record",
        ]
    );
    assert_eq!(
        roles("environments/staging.yml"),
        [
            "acme-shop-staging-deploy",
            "acme-shop-staging-keep",
            "acme-shop-staging-lock",
            "acme-shop-staging-guard",
            "acme-shop-staging-record",
        ]
    );
    assert_eq!(roles("acme-shop-release/pipeline.yml"), ["acme-shop-release-test"]);
}
