//! What is wrong with a map, where, and in which words.

use branchline::branch_map::pattern::Pattern;
use branchline::branch_map::{Entry, resolve};
use branchline::config::Config;
use branchline::diagnostic::{Finding, Severity, Span};

use crate::sample::{self, config};

fn only_finding(config: &Config) -> Finding {
    let (_, findings) = resolve(config);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings.into_iter().next().expect("one finding")
}

fn codes(config: &Config) -> Vec<&'static str> {
    resolve(config).1.iter().map(|finding| finding.code).collect()
}

#[test]
fn the_git_flow_story_has_nothing_wrong_with_it() {
    let (map, findings) = resolve(&sample::git_flow());
    assert_eq!(findings, []);
    let entries: Vec<_> = map.entries.iter().map(|entry| (entry.pipeline.as_str(), starts(entry))).collect();
    assert_eq!(entries, [("shop-develop", vec!["develop"]), ("shop-release", vec!["release/*"])]);
}

/// The branches that start a pipeline.
fn starts(entry: &Entry) -> Vec<&str> {
    entry.trigger.includes.iter().map(Pattern::text).collect()
}

#[test]
fn rules_that_share_a_branch_are_refused_with_both_places_and_the_branch() {
    let finding = only_finding(&config(&[("release/*", &["staging"]), ("*/hotfix", &["production"])]));
    assert_eq!((finding.code, finding.severity), ("BL106", Severity::Error));
    assert_eq!(finding.message, "`release/*` and `*/hotfix` share branches, such as `release/hotfix`");
    assert_eq!(
        finding.reason,
        "a push to `release/hotfix` would start both pipelines, and neither rule is the narrower one"
    );
    assert_eq!(finding.place, Some(Span { start: 10, end: 18 }));
    assert_eq!(finding.related[0].span, Span { start: 0, end: 9 });
}

#[test]
fn a_pattern_of_everything_is_told_in_one_finding() {
    let mut rules: Vec<(String, &[&str])> = (0..200).map(|n| (format!("team-{n}"), &["dev"][..])).collect();
    rules.push(("**".into(), &["dev"]));
    let found = codes(&config(&rules)).into_iter().filter(|code| *code != "BL108").collect::<Vec<_>>();
    assert_eq!(found, ["BL112"]);
}

#[test]
fn overlaps_are_told_fifty_at_a_time_at_most() {
    let mut rules: Vec<(String, &[&str])> = (0..200).map(|n| (format!("team-{n}/*"), &["dev"][..])).collect();
    rules.push(("*/a".into(), &["dev"]));
    let overlaps = codes(&config(&rules)).into_iter().filter(|code| *code == "BL106").count();
    assert_eq!(overlaps, 50);
}

#[test]
fn two_pipelines_that_could_migrate_one_database_are_refused() {
    let mut config = config(&[("release/*", &["staging", "production"]), ("hotfix/*", &["production"])]);
    config.environments["production"].migrations = vec![sample::migrate()];
    let finding = only_finding(&config);
    assert_eq!((finding.code, finding.severity), ("BL107", Severity::Error));
    assert_eq!(finding.message, "`release/*` and `hotfix/*` lead to the same migration in `production`");
    assert_eq!(finding.reason, "two pipelines could migrate its database at the same time");
    assert!(finding.help.starts_with("take `lock: false` out of `production`"), "{}", finding.help);
    assert_eq!(finding.place, Some(Span { start: 10, end: 18 }));
    assert_eq!(finding.related[0].span, Span { start: 0, end: 9 });
}

#[test]
fn two_pipelines_may_migrate_one_database_where_a_lock_lets_one_through_at_a_time() {
    let mut config = config(&[("release/*", &["staging", "production"]), ("hotfix/*", &["production"])]);
    config.environments["production"].migrations = vec![sample::migrate()];
    config.environments["production"].lock = Some(branchline::config::Lock { wait: 60 });
    let finding = only_finding(&config);
    assert_eq!((finding.code, finding.severity), ("BL108", Severity::Warning));
    assert_eq!(
        finding.reason,
        "one release waits for the other; a commit that is older than what is deployed is refused, one beside it is not"
    );
}

#[test]
fn where_older_commits_are_let_through_nothing_else_is_said_of_a_shared_environment() {
    let mut config = config(&[("release/*", &["production"]), ("hotfix/*", &["production"])]);
    config.environments["production"].lock = Some(branchline::config::Lock { wait: 60 });
    config.environments["production"].allows_downgrade = true;
    let finding = only_finding(&config);
    assert_eq!(
        finding.reason,
        "one release waits for the other, and `downgrade: allow` holds here: what is deployed last stays, newer or not"
    );
}

#[test]
fn rules_without_a_service_in_common_are_not_told_of_each_other() {
    let mut config = config(&[("a", &["live"]), ("b", &["live"]), ("c", &["live"]), ("d", &["live"])]);
    for (rule, services) in config.rules.iter_mut().zip([&["api"][..], &["web"], &["web", "jobs"], &["api"]])
    {
        rule.services = services.iter().map(|service| (*service).to_owned()).collect();
    }
    let (_, findings) = resolve(&config);
    let told: Vec<_> = findings.iter().map(|finding| (finding.code, finding.message.as_str())).collect();
    assert_eq!(told, [("BL108", "`a` and `d` deploy to `live`"), ("BL108", "`b` and `c` deploy to `live`")]);
}

#[test]
fn a_shared_environment_without_a_migration_is_a_warning() {
    let finding =
        only_finding(&config(&[("a", &["dev"]), ("b", &["dev"]), ("c", &["dev"]), ("d", &["dev"])]));
    assert_eq!((finding.code, finding.severity), ("BL108", Severity::Warning));
    assert_eq!(finding.message, "`a`, `b`, `c` and 1 more rule deploy to `dev`");
    assert_eq!(finding.related.len(), 3);
}

#[test]
fn a_character_that_means_nothing_certain_is_shown_in_its_place() {
    let finding = only_finding(&config(&[("develop", &["a"][..]), ("release/]0-9[", &["b"])]));
    assert_eq!(finding.code, "BL102");
    assert_eq!(finding.place, Some(Span { start: 16, end: 17 }));
}

#[test]
fn the_place_is_right_inside_quotes_and_the_whole_key_where_it_was_escaped() {
    let mut config = config(&[("v]", &["a"][..])]);
    config.rules[0].names.includes[0].place = Span { start: 10, end: 14 };
    assert_eq!(only_finding(&config).place, Some(Span { start: 12, end: 13 }));
    config.rules[0].names.includes[0].place = Span { start: 10, end: 19 };
    assert_eq!(only_finding(&config).place, Some(Span { start: 10, end: 19 }));
}

#[test]
fn a_name_that_git_forbids_is_refused_in_gits_words() {
    let finding = only_finding(&config(&[("my branch", &["a"][..])]));
    assert_eq!(finding.code, "BL103");
    assert_eq!(finding.message, "no branch can be called `my branch`");
    assert_eq!(finding.reason, "git allows no space in a branch's name");
    assert_eq!(only_finding(&config(&[("*.lock", &["a"][..])])).message, "no branch can match `*.lock`");
}

#[test]
fn a_ref_is_refused_and_a_remotes_branch_is_doubted() {
    for (pattern, code, help) in [
        ("refs/heads/develop", "BL104", "write `develop`"),
        ("refs/remotes/origin/release/*", "BL104", "write `release/*`"),
        ("refs/tags/v*", "BL104", "write a rule with `tags: [\"v*\"]`"),
        (
            "origin/develop",
            "BL105",
            "write `develop`, unless the names of the branches do begin with `origin/`",
        ),
    ] {
        let finding = only_finding(&config(&[(pattern, &["a"][..])]));
        assert_eq!((finding.code, finding.help.as_str()), (code, help));
    }
}

#[test]
fn a_pattern_is_neither_empty_nor_longer_than_a_trigger_takes() {
    assert_eq!(codes(&config(&[("", &["a"][..])])), ["BL101"]);
    assert_eq!(codes(&config(&[("a".repeat(256), &["a"][..])])), ["BL101"]);
}

#[test]
fn every_fault_of_a_map_is_told_at_once() {
    let config = config(&[("v]", &["a"][..]), ("a..b", &["b"]), ("x/*", &["c"]), ("*/y", &["d"])]);
    assert_eq!(codes(&config), ["BL102", "BL103", "BL106"]);
}

#[test]
fn a_name_that_git_refuses_is_shown_as_it_was_written() {
    let finding = only_finding(&config(&[("it's..\"here\"", &["dev"])]));
    assert_eq!(finding.message, "no branch can be called `it's..\"here\"`");
}
