//! `branchline explain`.

use std::path::PathBuf;

use branchline::branch_map::git_name::Breach;
use branchline::branch_map::remote::RemoteFault;
use branchline::branch_map::{BranchMap, Facts, resolve};
use branchline::commands::explain::{NoBranch, asked, branch_of_revision, json, report};
use branchline::config::PerBranch;
use snapbox::{assert_data_eq, str};

use crate::sample::{config, git_flow};

fn facts(branch: Option<&str>) -> Facts {
    let branch = branch.map(str::to_owned);
    Facts {
        root: PathBuf::new(),
        branch,
        branches: vec![],
        remote_branches: vec![],
        origin: Err(RemoteFault::Absent),
    }
}

fn map() -> BranchMap {
    resolve(&git_flow()).0
}

#[test]
fn a_branch_that_matches_is_told_what_happens_in_order() {
    assert_data_eq!(
        report(&map(), &git_flow(), "release/1.4"),
        str![[r#"
A push to `release/1.4` starts the pipeline `shop-release`.

Rule: release/*
Why:  `release/` stands in both, `*` stands for `1.4`

What happens, in order:
   1  Source              fetch the commit that was pushed
   2  Build               build the image of api once, for every environment
   3  Test                run the tests in the checkout
   4  Migrate-staging     run `bundle exec rails db:migrate` once, in the new image of api; if it fails, nothing is deployed
   5  Deploy-staging      deploy api to the ECS service api in shop-staging
   6  Approve-production  wait until a person says yes; arn:aws:sns:eu-west-1:444444444444:releases is told
   7  Migrate-production  run `bundle exec rails db:migrate` once, in the new image of api; if it fails, nothing is deployed
   8  Deploy-production   deploy api to the ECS service api in shop-production

The other rules do not match:
  develop  is another name

"#]]
    );
}

#[test]
fn a_branch_that_no_rule_matches_is_told_the_nearest_rules() {
    assert_data_eq!(
        report(&map(), &git_flow(), "release/1/4"),
        str![[r#"
No rule matches `release/1/4`: a push to it starts nothing.

The nearest rules, and why they do not match:
  release/*  has a `*`, which stops at `/`; `release/**` would match
  develop    is another name

"#]]
    );
}

#[test]
fn a_remotes_branch_is_led_to_the_branch() {
    assert_data_eq!(
        report(&map(), &git_flow(), "origin/develop"),
        str![[r#"
No rule matches `origin/develop`: a push to it starts nothing.
If the branch `develop` of the remote is meant: that one matches `develop`.

The nearest rules, and why they do not match:
  release/*  wants `release/` at the beginning
  develop    is another name

"#]]
    );
}

#[test]
fn of_many_rules_the_nearest_are_named_and_the_rest_counted() {
    let rules: Vec<(String, &[&str])> = (0..9).map(|n| (format!("team-{n}"), &["dev"][..])).collect();
    let config = config(&rules);
    let text = report(&resolve(&config).0, &config, "team-7x");
    assert!(text.contains("why they do not match:\n  team-7  is another name\n"), "{text}");
    assert!(text.ends_with("  and 4 more: `branchline map` lists them all\n"), "{text}");
}

#[test]
fn the_json_is_null_where_no_rule_matches() {
    let matched = json(&map(), &git_flow(), "release/1");
    let own = serde_json::json!({
        "branch": "release/1",
        "rule": "release/*",
        "pipeline": "shop-release",
        "environments": ["staging", "production"],
        "pipelines": [{
            "rule": "release/*",
            "pipeline": "shop-release",
            "environments": ["staging", "production"],
            "services": ["api"],
            "per_branch": false,
            "locks": [],
            "reuse": [],
            "paths": { "includes": [], "excludes": [] },
        }],
        "lost": [],
        "pull_requests": [],
        "without_pipeline": null,
        "tags": [],
    });
    assert_eq!(matched, own);
    let unmatched = json(&map(), &git_flow(), "main");
    let nothing = serde_json::json!({
        "branch": "main", "rule": null, "pipeline": null, "environments": [], "pipelines": [], "lost": [],
        "pull_requests": [], "without_pipeline": null, "tags": [],
    });
    assert_eq!(unmatched, nothing);
}

#[test]
fn without_a_name_the_branch_that_is_checked_out_is_meant() {
    assert_eq!(asked(None, Some(&facts(Some("develop")))), Ok("develop".to_owned()));
    assert_eq!(asked(Some("main"), Some(&facts(Some("develop")))), Ok("main".to_owned()));
    assert_eq!(asked(None, Some(&facts(None))), Err(NoBranch::NoneCheckedOut));
    assert_eq!(asked(None, None), Err(NoBranch::NoneCheckedOut));
}

#[test]
fn what_cannot_be_a_branch_is_refused_in_words() {
    let error = asked(Some("my\tbranch"), None).unwrap_err();
    assert_eq!(error, NoBranch::Illegal { name: "my\tbranch".into(), breach: Breach::Character('\t') });
    assert_eq!(
        error.to_string(),
        r"`my\tbranch` cannot be a branch: git allows no control character (U+0009) in a branch's name"
    );
    assert_eq!(
        asked(Some("refs/heads/develop"), None).unwrap_err().to_string(),
        "`refs/heads/develop` is a ref; its branch is called `develop`: `branchline explain develop`"
    );
}

#[test]
fn a_tags_ref_is_led_to_the_tag() {
    assert_eq!(
        asked(Some("refs/tags/v1"), None).unwrap_err().to_string(),
        "`refs/tags/v1` is a ref; its tag is called `v1`: `branchline explain --tag v1`"
    );
}

#[test]
fn a_revision_is_a_branch_where_git_knows_one_of_its_name() {
    let known = Facts {
        branches: vec!["develop".into()],
        remote_branches: vec!["release/1".into()],
        ..facts(Some("main"))
    };
    for (revision, branch) in [
        ("develop", Some("develop")),
        ("refs/heads/develop", Some("develop")),
        ("origin/release/1", Some("release/1")),
        ("refs/remotes/origin/release/1", Some("release/1")),
        ("release/1", None),
        ("HEAD~1", None),
        ("v1", None),
    ] {
        assert_eq!(branch_of_revision(revision, &known), branch, "{revision}");
    }
}

#[test]
fn a_pipeline_for_each_branch_is_explained_by_its_rule_and_leaves_to_narrower_ones_what_is_theirs() {
    let rules = [("team/**", &["preview"][..]), ("team/x/*", &["staging"]), ("**", &["dev"])];
    let mut config = crate::sample::config(&rules);
    config.rules[0].per_branch = Some(PerBranch { limit: 9, place: config.rules[0].place });
    config.branches = ["team/a", "team/b", "team/x/1"].map(str::to_owned).into();
    let (map, findings) = resolve(&config);
    assert_eq!(findings, []);
    let told = |branch: &str| report(&map, &config, branch);
    let own = told("team/a");
    assert!(
        own.contains(
            "Rule: team/** (team/a)\nWhy:  `team/` stands in both, `**` stands for `a`; each branch"
        ),
        "{own}"
    );
    assert!(
        own.contains("  **  `**` stands for `team/a`; `team/** (team/a)` is narrower, and wins\n"),
        "{own}"
    );
    assert!(!own.contains("team/b"), "the others of its rule say nothing of it: {own}");
    let narrower = told("team/x/1");
    assert!(narrower.starts_with("A push to `team/x/1` starts the pipeline `shop-team-x-"), "{narrower}");
    assert!(
        narrower.contains("  team/**  `team/` stands in both, `**` stands for `x/1`; `team/x/*` is narrower"),
        "{narrower}"
    );
    let new = told("team/new");
    assert!(
        new.starts_with("The rule `team/**` has a pipeline for each branch, and none for `team/new`"),
        "{new}"
    );
    assert!(map.entry_for("team/new").is_none(), "the broader rule leaves it alone");
    assert_eq!(json(&map, &config, "team/new")["without_pipeline"], "team/**");
    assert_eq!(map.entry_for("other").unwrap().rule, "**");
}
