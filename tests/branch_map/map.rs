//! `branchline map`.

use std::path::PathBuf;

use branchline::branch_map::remote::RemoteFault;
use branchline::branch_map::{Facts, resolve};
use branchline::commands::explain;
use branchline::commands::map::{json, report};
use branchline::config::{Approval, Lock, PerBranch};
use branchline::document::overview::{Overviews, Told};
use branchline::pipeline::{Buildspecs, Plan};
use snapbox::{IntoData, assert_data_eq, str};

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
    let config = config(&[("release/**", &["staging", "production"][..])]);
    let map = resolve(&config).0;
    assert_data_eq!(
        serde_json::to_string_pretty(&json(&map, &config)).unwrap(),
        str![[r#"
[
  {
    "name": "shop-release-4e7490",
    "rule": "release/**",
    "branch": "release/**",
    "per_branch": false,
    "environments": [
      "staging",
      "production"
    ],
    "locks": [],
    "gates": [
      {
        "environment": "staging",
        "window": null,
        "approval": false,
        "comparison": false,
        "lock": false,
        "guard": false,
        "snapshot": false,
        "migrations": 0,
        "alarms": false,
        "rollback": false,
        "verify": false,
        "record": false
      },
      {
        "environment": "production",
        "window": null,
        "approval": false,
        "comparison": false,
        "lock": false,
        "guard": false,
        "snapshot": false,
        "migrations": 0,
        "alarms": false,
        "rollback": false,
        "verify": false,
        "record": false
      }
    ],
    "reuse": [],
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

#[test]
fn a_rule_with_a_pipeline_for_each_branch_has_a_line_for_each_and_says_how_many_there_may_be() {
    let mut config =
        config(&[("main", &["live"][..]), ("feature/*", &["preview"]), ("feature/x*", &["spikes"])]);
    config.rules[1].per_branch = Some(PerBranch { limit: 2, place: config.rules[1].place });
    config.branches =
        ["main", "feature/b", "feature/{a}", "feature/xx", "feature/#{no}"].map(str::to_owned).into();
    let (map, findings) = resolve(&config);
    assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["BL121"]);
    let git = facts(&["main", "feature/b", "feature/{a}", "feature/xx", "feature/#{no}", "else"]);
    assert_data_eq!(
        report(&map, &config, Some(&git), 100),
        str![[r#"
 Branch          Pipeline                    Environments, in order
────────────────────────────────────────────────────────────────────
 main            shop-main                   live
 feature/b       shop-fb21a40b56-feature-b   preview
 feature/\{a\}   shop-370880b442-feature-a   preview
 feature/x*      shop-feature-x-907044       spikes

`feature/*` has a pipeline for each branch: 2 of at most 2.

Local branches:
  main         main
  feature/*    feature/b, feature/{a}
  feature/x*   feature/xx
  no pipeline  feature/#{no}
  no rule      else

"#]]
        .raw()
    );
    let told = json(&map, &config);
    assert_eq!((&told[2]["branch"], &told[2]["per_branch"]), (&"feature/{a}".into(), &true.into()));
    assert_eq!(told[2]["triggers"]["branches"]["includes"], serde_json::json!(["feature/\\{a\\}"]));
}

/// A hotfix goes to production beside the releases, and takes the images of a preview.
fn meeting() -> branchline::config::Config {
    let mut config = config(&[
        ("release/*", &["staging", "production"][..]),
        ("hotfix/*", &["production"]),
        ("feature/*", &["preview"]),
    ]);
    for name in ["staging", "production"] {
        config.environments[name].lock = Some(Lock { wait: 60 });
    }
    config.rules[1].reuse = vec!["release/*".into(), "feature/*".into()];
    config
}

#[test]
fn the_map_tells_who_waits_for_whom_and_who_takes_whose_images() {
    let config = meeting();
    let text = report(&resolve(&config).0, &config, None, 100);
    let (_, below) = text.split_once("\n\n").unwrap();
    assert_data_eq!(
        below,
        str![[r#"
`hotfix/*` takes images of `release/*` and `feature/*` where the same files were built there.

With a lock, which lets in one release of these rules at a time:
  staging     release/*
  production  release/*, hotfix/*
Each deploy there is written down, and a commit older than it is stopped.

"#]]
    );
    let told = json(&resolve(&config).0, &config);
    assert_eq!(told[0]["locks"], serde_json::json!(["staging", "production"]));
    assert_eq!(told[1]["locks"], serde_json::json!(["production"]));
    assert_eq!(told[2]["locks"], serde_json::json!([]));
    assert_eq!(told[1]["reuse"], serde_json::json!(["release/*", "feature/*"]));
    assert_eq!(told[0]["reuse"], serde_json::json!([]));
}

#[test]
fn explain_tells_for_whom_a_release_waits_and_whose_images_it_takes() {
    let config = meeting();
    let map = resolve(&config).0;
    let text = explain::report(&map, &config, "hotfix/1");
    assert!(
        text.contains(
            "for every environment, or take what `release/*` or `feature/*` built of the same files\n"
        ),
        "{text}"
    );
    assert!(
        text.contains(
            "\n\nWith a lock, which lets in one release of these rules at a time:\n  production  release/*, hotfix/*\n\n"
        ),
        "{text}"
    );
    assert!(!explain::report(&map, &config, "feature/1").contains("One release"), "it goes through no lock");
    let told = explain::json(&map, &config, "release/1");
    assert_eq!(
        told["pipelines"][0]["locks"],
        serde_json::json!([
            { "environment": "staging", "others": [] },
            { "environment": "production", "others": ["shop-hotfix"] },
        ])
    );
    assert_eq!(
        explain::json(&map, &config, "hotfix/1")["pipelines"][0]["reuse"],
        serde_json::json!(["release/*", "feature/*"])
    );
}

#[test]
fn the_map_and_the_generated_page_name_all_that_stands_at_an_environment() {
    let text = r#"
version: 1
app: shop
branches:
  main: [production]
  web: { services: [web], environments: [production] }
environments:
  production:
    approval: {}
    window: { cron: "* * 9-16 ? * MON-THU *" }
    snapshot: { instance: shop }
    alarms: [shop-errors]
    rollback: on_failure
    verify: { http: { url: "https://shop.example/" } }
pipelines: { account: "111122223333", region: eu-west-1 }
source: { repository: acme/shop }
services:
  api: { deploy: { ecs: { cluster: "shop-{environment}", roles: [task] } } }
  web: { build: { context: web }, deploy: { ecs: { cluster: "shop-{environment}", roles: [task] } } }
migrate: { service: api, command: bin/migrate }
"#;
    let config = branchline::config::read(text).config.expect("a sound configuration");
    let (map, _) = resolve(&config);
    let plan = Plan::new(&config, &map, Buildspecs::default());
    let page = Overviews::get().expect("templates").render(&plan, &Told::new()).expect("a page");
    for way in [
        "production (Mon-Thu 9:00-16:59 UTC, approval, snapshot, migration, alarms, rollback, verified)",
        // Nothing of this one's is migrated, so no snapshot is made before it.
        "production (Mon-Thu 9:00-16:59 UTC, approval, alarms, rollback, verified)",
    ] {
        assert!(report(&map, &config, None, 300).contains(way), "{}", report(&map, &config, None, 300));
        assert!(page.contains(way), "{page}");
    }
    let told = json(&map, &config);
    let common = |snapshot: bool, migrations: usize| {
        serde_json::json!({
            "environment": "production", "window": "Mon-Thu 9:00-16:59 UTC", "approval": true, "comparison": true,
            "lock": true, "guard": true, "snapshot": snapshot, "migrations": migrations, "alarms": true,
            "rollback": true, "verify": true, "record": true,
        })
    };
    assert_eq!((&told[0]["gates"][0], &told[1]["gates"][0]), (&common(true, 1), &common(false, 0)));
}

/// Releases go through three environments with locks, one of which lets older commits in, and two of which ask a person.
fn guarding(names: [&'static str; 3]) -> branchline::config::Config {
    let mut config = config(&[("release/*", &names[..])]);
    for place in config.environments.values_mut() {
        place.lock = Some(Lock { wait: 60 });
    }
    config
}

fn below_locks(config: &branchline::config::Config) -> String {
    let text = report(&resolve(config).0, config, None, 80);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let lines = text.lines().skip_while(|line| !line.starts_with("With a lock"));
    lines.skip(1).filter(|line| !line.starts_with(' ')).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_map_says_where_an_older_commit_is_stopped_and_what_approvals_are_told() {
    const NAMES: [&str; 3] = ["dev", "staging", "production"];
    let mut config = guarding(NAMES);
    let ask = || Some(Approval { notify: None, timeout: Approval::TIMEOUT });
    config.environments["dev"].allows_downgrade = true;
    config.environments["production"].approval = ask();
    assert_data_eq!(
        below_locks(&config),
        str![[r#"
Each deploy there is written down, and a commit older than it is stopped,
but let in by dev.
The approval of production says what the release brings.
"#]]
    );
    config.environments["staging"].approval = ask();
    for name in NAMES {
        config.environments[name].allows_downgrade = true;
    }
    assert_data_eq!(
        below_locks(&config),
        str![[r#"
Each deploy there is written down, and a commit older than it is let in.
The approvals of staging, production say what the release brings.
"#]]
    );
    for name in NAMES {
        config.environments[name].lock = None;
    }
    let text = report(&resolve(&config).0, &config, None, 80);
    assert!(!text.contains("written down") && !text.contains("brings"), "nothing is, without a lock: {text}");
}

#[test]
fn scripts_are_told_what_stands_at_each_environment_of_a_pipeline() {
    let mut config = guarding(["dev", "staging", "production"]);
    config.environments["dev"].lock = None;
    config.environments["dev"].approval = Some(Approval { notify: None, timeout: 60 });
    config.environments["staging"].allows_downgrade = true;
    config.environments["production"].approval = Some(Approval { notify: None, timeout: 60 });
    config.environments["production"].rolls_back = true;
    let told = json(&resolve(&config).0, &config);
    let of = |at: usize, keys: [&str; 6]| keys.map(|key| told[0]["gates"][at][key].as_bool().unwrap());
    let keys = ["approval", "comparison", "lock", "guard", "record", "rollback"];
    assert_eq!(of(0, keys), [true, false, false, false, false, false]);
    assert_eq!(of(1, keys), [false, false, true, false, true, false]);
    assert_eq!(of(2, keys), [true; 6]);
    assert_eq!(told[0]["gates"][2]["environment"], "production");
}
