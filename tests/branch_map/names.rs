//! The names of pipelines, and what stays as it is when the map grows.

use branchline::branch_map::{Entry, resolve};
use branchline::config::Config;
use proptest::prelude::*;

use crate::sample::config;

fn codes(config: &Config) -> Vec<&'static str> {
    resolve(config).1.iter().map(|finding| finding.code).collect()
}

#[test]
fn a_name_in_the_file_replaces_the_one_made_from_the_pattern() {
    let mut config = config(&[("release/**", &["a"][..])]);
    config.rules[0].name = Some("rel".into());
    let (map, _) = resolve(&config);
    assert_eq!((map.entries[0].slug.as_str(), map.entries[0].pipeline.as_str()), ("rel", "shop-rel"));
}

#[test]
fn two_rules_with_one_name_are_refused_with_the_way_out() {
    let config = config(&[("release", &["a"][..]), ("release/*", &["b"])]);
    let (_, findings) = resolve(&config);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0].code, "BL109");
    assert_eq!(findings[0].message, "`release` and `release/*` would both have the pipeline `shop-release`");
    assert!(findings[0].help.contains("`release/*: { environments: [b], name: … }`"), "{}", findings[0].help);
    assert_eq!(findings[0].related.len(), 1);
}

#[test]
fn names_that_differ_in_capitals_alone_are_one_folder_on_some_disks() {
    let mut config = config(&[("a", &["a"][..]), ("b", &["b"])]);
    config.rules[0].name = Some("Release".into());
    config.rules[1].name = Some("release".into());
    assert_eq!(codes(&config), ["BL109"]);
}

#[test]
fn a_role_name_that_iam_would_refuse_is_told_before() {
    let mut config = config(&[("a-branch-with-a-name-that-is-far-too-long", &["a"][..])]);
    config.stem = "a".repeat(22);
    assert_eq!(codes(&config), [""; 0]);
    config.stem = "a".repeat(23);
    let (_, findings) = resolve(&config);
    assert_eq!(findings[0].code, "BL110");
    assert!(findings[0].message.ends_with("would have a name of 65 characters"), "{}", findings[0].message);
    assert_eq!(findings[0].help, "give the rule a `name` of at most 31 characters, or shorten `app` by 1");
}

proptest! {
    #[test]
    fn a_rule_that_is_added_changes_no_other_but_for_what_it_takes(
        patterns in proptest::collection::vec("[abA./*-]{1,8}", 1..8),
        added in "[abA./*-]{1,8}",
        at in 0..8usize,
    ) {
        let rules: Vec<(String, &[&str])> = patterns.into_iter().map(|pattern| (pattern, &["dev"][..])).collect();
        let before = resolve(&config(&rules)).0.entries;
        let mut more = rules;
        more.insert(at.min(more.len()), (added, &["new"]));
        let mut after = resolve(&config(&more)).0.entries;
        after.retain(|entry| entry.environments != ["new"]);
        // It may take branches from a broader rule, and changes nothing else.
        let own = |entries: Vec<Entry>| -> Vec<Entry> {
            let own = entries.into_iter().map(|mut entry| {
                entry.trigger.excludes.clear();
                entry.narrower.clear();
                entry
            });
            own.collect()
        };
        prop_assert_eq!(own(after), own(before));
    }
}

/// One rule and one environment for each number.
fn many(rules: usize, name: impl Fn(usize) -> String) -> Config {
    let environments: Vec<String> = (0..rules).map(|n| format!("env-{n}")).collect();
    let environments: Vec<[&str; 1]> = environments.iter().map(|name| [name.as_str()]).collect();
    let rules: Vec<(String, &[&str])> =
        environments.iter().enumerate().map(|(n, environments)| (name(n), &environments[..])).collect();
    config(&rules)
}

/// How long a large map takes is counted in steps beside the rules' comparison, and in instructions by
/// benches/instructions.py.
#[test]
fn two_thousand_rules_resolve_without_a_finding() {
    let config =
        many(2_000, |n| if n % 2 == 0 { format!("team-{n}/release/*") } else { format!("team-{n}-develop") });
    assert_eq!(codes(&config), [""; 0]);
}

#[test]
fn patterns_made_to_be_hard_are_refused() {
    // None share a branch, and no fixed part at a known place tells them apart.
    let found = codes(&many(1_500, |n| format!("*/*/*/*/*a*a*a*a/{n}/*")));
    assert!(found.contains(&"BL111"), "{found:?}");
}
