//! `branchline map`.

use std::path::PathBuf;

use branchline::branch_map::remote::RemoteFault;
use branchline::branch_map::{Facts, resolve};
use branchline::commands::map::{json, report};
use snapbox::{assert_data_eq, str};

use crate::sample::{config, git_flow};

fn facts(branches: &[&str]) -> Facts {
    let branches = branches.iter().map(|branch| (*branch).to_owned()).collect();
    Facts {
        root: PathBuf::new(),
        branch: None,
        branches,
        remote_branches: vec![],
        origin: Err(RemoteFault::Absent),
    }
}

#[test]
fn the_map_is_a_table_of_rules_with_marks_for_approval_and_migration() {
    let config = git_flow();
    assert_data_eq!(
        report(&resolve(&config).0, &config, None, 100),
        str![[r#"
 Branch      Pipeline       Environments, in order
───────────────────────────────────────────────────────────────────────────────────
 develop     shop-develop   dev (migration)
 release/*   shop-release   staging (migration) → production (approval, migration)

"#]]
    );
}

#[test]
fn a_narrow_terminal_wraps_and_loses_nothing() {
    let config = git_flow();
    let text = report(&resolve(&config).0, &config, None, 50);
    assert!(text.lines().all(|line| line.chars().count() <= 50), "{text}");
    assert_data_eq!(
        text,
        str![[r#"
 Branch      Pipeline       Environments, in
                            order
──────────────────────────────────────────────────
 develop     shop-develop   dev (migration)
 release/*   shop-release   staging (migration) →
                            production (approval,
                            migration)

"#]]
    );
}

#[test]
fn local_branches_stand_below_by_rule_and_those_without_one() {
    let config = git_flow();
    let git = facts(&[
        "develop",
        "feature/x",
        "main",
        "release/1",
        "release/2",
        "release/3",
        "release/4",
        "release/5",
        "release/6",
    ]);
    let text = report(&resolve(&config).0, &config, Some(&git), 100);
    let (_, below) = text.split_once("\n\n").unwrap();
    assert_data_eq!(
        below,
        str![[r#"
Local branches:
  develop    develop
  release/*  release/1, release/2, release/3, release/4, release/5 and 1 more
  no rule    feature/x, main

"#]]
    );
}

#[test]
fn a_repository_without_branches_adds_nothing() {
    let config = git_flow();
    let map = resolve(&config).0;
    assert_eq!(report(&map, &config, Some(&facts(&[])), 100), report(&map, &config, None, 100));
}

#[test]
fn the_json_is_a_list_of_pipelines_with_every_kind_of_trigger() {
    let map = resolve(&config(&[("release/**", &["staging", "production"][..])])).0;
    assert_data_eq!(
        serde_json::to_string_pretty(&json(&map)).unwrap(),
        str![[r#"
[
  {
    "name": "shop-release-4e7490",
    "rule": "release/**",
    "branch": "release/**",
    "environments": [
      "staging",
      "production"
    ],
    "triggers": {
      "branches": {
        "includes": [
          "release/**"
        ],
        "excludes": []
      },
      "paths": {
        "includes": [],
        "excludes": []
      },
      "tags": {
        "includes": [],
        "excludes": []
      },
      "pull_requests": {
        "includes": [],
        "excludes": []
      }
    }
  }
]
"#]]
    );
}
