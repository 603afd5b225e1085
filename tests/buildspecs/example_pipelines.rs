//! Every pipeline of every example, and its actions in the order in which they have to run: written down by hand, so that a
//! stage that is missing, or in another place, is seen.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::jobs;

/// The pipelines of an example, each with its actions in the order in which they have to run.
pub type Pipelines = &'static [(&'static str, &'static [&'static str])];

/// All examples.
pub const EXAMPLES: &[(&str, Pipelines)] = &[
    ("cross-region", CROSS_REGION),
    ("hotfix", HOTFIX),
    ("jobs", JOBS),
    ("monorepo", MONOREPO),
    ("per-branch", PER_BRANCH),
    ("rails-ecs", RAILS_ECS),
    ("single-account", SINGLE_ACCOUNT),
    ("three-accounts", THREE_ACCOUNTS),
    ("trunk", TRUNK),
];

const CROSS_REGION: Pipelines = &[
    (
        "atlas-develop",
        &[
            "Source/Source",
            "Build/Build",
            "Test/Test",
            "Migrate-dev/Lock",
            "Migrate-dev/Guard",
            "Migrate-dev/Migrate",
            "Deploy-dev/Lock",
            "Deploy-dev/Guard",
            "Deploy-dev/Keep",
            "Deploy-dev/maps",
            "Deploy-dev/Record",
        ],
    ),
    (
        "atlas-release",
        &[
            "Source/Source",
            "Build/Build",
            "Test/Test",
            "Approve-production-eu/Compare",
            "Approve-production-eu/Approve",
            "Migrate-production-eu/Lock",
            "Migrate-production-eu/Guard",
            "Migrate-production-eu/Migrate",
            "Deploy-production-eu/Lock",
            "Deploy-production-eu/Guard",
            "Deploy-production-eu/Keep",
            "Deploy-production-eu/maps",
            "Deploy-production-eu/Record",
            "Approve-production-us/Compare",
            "Approve-production-us/Approve",
            "Migrate-production-us/Lock",
            "Migrate-production-us/Guard",
            "Migrate-production-us/Migrate",
            "Deploy-production-us/Lock",
            "Deploy-production-us/Guard",
            "Deploy-production-us/Keep",
            "Deploy-production-us/maps",
            "Deploy-production-us/Record",
        ],
    ),
];

const HOTFIX: Pipelines = &[
    (
        "clinic-develop",
        &[
            "Source/Source",
            "Build/Build",
            "Test/Test",
            "Migrate-dev/Lock",
            "Migrate-dev/Guard",
            "Migrate-dev/Migrate",
            "Deploy-dev/Lock",
            "Deploy-dev/Guard",
            "Deploy-dev/Keep",
            "Deploy-dev/desk",
            "Deploy-dev/Record",
        ],
    ),
    (
        "clinic-release",
        &[
            "Source/Source",
            "Build/Build",
            "Test/Test",
            "Migrate-staging/Lock",
            "Migrate-staging/Guard",
            "Migrate-staging/Migrate",
            "Deploy-staging/Lock",
            "Deploy-staging/Guard",
            "Deploy-staging/Keep",
            "Deploy-staging/desk",
            "Deploy-staging/Record",
            "Approve-production/Compare",
            "Approve-production/Approve",
            "Migrate-production/Lock",
            "Migrate-production/Guard",
            "Migrate-production/Migrate",
            "Deploy-production/Lock",
            "Deploy-production/Guard",
            "Deploy-production/Keep",
            "Deploy-production/desk",
            "Deploy-production/Record",
        ],
    ),
    (
        "clinic-hotfix",
        &[
            "Source/Source",
            "Build/Build",
            "Test/Test",
            "Approve-production/Compare",
            "Approve-production/Approve",
            "Migrate-production/Lock",
            "Migrate-production/Guard",
            "Migrate-production/Migrate",
            "Deploy-production/Lock",
            "Deploy-production/Guard",
            "Deploy-production/Keep",
            "Deploy-production/desk",
            "Deploy-production/Record",
        ],
    ),
];

const JOBS: Pipelines = &[(
    "mill-main",
    &[
        "Source/Source",
        "Build/Build",
        "Test/Test",
        "Migrate-staging/Lock",
        "Migrate-staging/Guard",
        "Migrate-staging/Migrate",
        "Deploy-staging/Lock",
        "Deploy-staging/Guard",
        "Deploy-staging/Keep",
        "Deploy-staging/api",
        "Deploy-staging/nightly",
        "Deploy-staging/site",
        "Deploy-staging/Record",
        "Approve-production/Compare",
        "Approve-production/Approve",
        "Migrate-production/Lock",
        "Migrate-production/Guard",
        "Migrate-production/Migrate",
        "Deploy-production/Lock",
        "Deploy-production/Guard",
        "Deploy-production/Keep",
        "Deploy-production/api",
        "Deploy-production/nightly",
        "Deploy-production/site",
        "Deploy-production/Record",
    ],
)];

const MONOREPO: Pipelines = &[
    (
        "market-web",
        &[
            "Source/Source",
            "Build/Build",
            "Test/Test-web",
            "Deploy-staging/Lock",
            "Deploy-staging/Guard",
            "Deploy-staging/Keep",
            "Deploy-staging/web",
            "Deploy-staging/Record",
            "Approve-production/Compare",
            "Approve-production/Approve",
            "Deploy-production/Lock",
            "Deploy-production/Guard",
            "Deploy-production/Keep",
            "Deploy-production/web",
            "Deploy-production/Record",
        ],
    ),
    (
        "market-api",
        &[
            "Source/Source",
            "Build/Build",
            "Test/Test-api",
            "Migrate-staging/Lock",
            "Migrate-staging/Guard",
            "Migrate-staging/Migrate-api",
            "Deploy-staging/Lock",
            "Deploy-staging/Guard",
            "Deploy-staging/Keep",
            "Deploy-staging/api",
            "Deploy-staging/Record",
            "Approve-production/Compare",
            "Approve-production/Approve",
            "Migrate-production/Lock",
            "Migrate-production/Guard",
            "Migrate-production/Migrate-api",
            "Deploy-production/Lock",
            "Deploy-production/Guard",
            "Deploy-production/Keep",
            "Deploy-production/api",
            "Deploy-production/Record",
        ],
    ),
    (
        "market-reports",
        &[
            "Source/Source",
            "Build/Build",
            "Migrate-staging/Lock",
            "Migrate-staging/Guard",
            "Migrate-staging/Migrate-reports",
            "Deploy-staging/Lock",
            "Deploy-staging/Guard",
            "Deploy-staging/Keep",
            "Deploy-staging/reports",
            "Deploy-staging/Record",
            "Approve-production/Compare",
            "Approve-production/Approve",
            "Migrate-production/Lock",
            "Migrate-production/Guard",
            "Migrate-production/Migrate-reports",
            "Deploy-production/Lock",
            "Deploy-production/Guard",
            "Deploy-production/Keep",
            "Deploy-production/reports",
            "Deploy-production/Record",
        ],
    ),
];

const FEATURE: &[&str] =
    &["Source/Source", "Build/Build", "Test/Test", "Deploy-preview/Keep", "Deploy-preview/web"];

const PER_BRANCH: Pipelines = &[
    (
        "board-main",
        &[
            "Source/Source",
            "Build/Build",
            "Test/Test",
            "Approve-live/Approve",
            "Deploy-live/Keep",
            "Deploy-live/web",
        ],
    ),
    ("board-1bd81856a2-feature-whoami", FEATURE),
    ("board-86b0ef477b-feature-draft-search", FEATURE),
    ("board-9d921fe420-feature-dark-mode", FEATURE),
];

const RAILS_ECS: Pipelines = &[
    (
        "shop-develop",
        &[
            "Source/Source",
            "Build/Build",
            "Test/Test",
            "Migrate-dev/Lock",
            "Migrate-dev/Guard",
            "Migrate-dev/Migrate",
            "Deploy-dev/Lock",
            "Deploy-dev/Guard",
            "Deploy-dev/Keep",
            "Deploy-dev/api",
            "Deploy-dev/Record",
        ],
    ),
    (
        "shop-release",
        &[
            "Source/Source",
            "Build/Build",
            "Test/Test",
            "Migrate-staging/Lock",
            "Migrate-staging/Guard",
            "Migrate-staging/Migrate",
            "Deploy-staging/Lock",
            "Deploy-staging/Guard",
            "Deploy-staging/Keep",
            "Deploy-staging/api",
            "Deploy-staging/Record",
            "Approve-production/Compare",
            "Approve-production/Approve",
            "Migrate-production/Lock",
            "Migrate-production/Guard",
            "Migrate-production/Migrate",
            "Deploy-production/Lock",
            "Deploy-production/Guard",
            "Deploy-production/Keep",
            "Deploy-production/api",
            "Deploy-production/Record",
        ],
    ),
];

const SINGLE_ACCOUNT: Pipelines =
    &[("hello-main", &["Source/Source", "Build/Build", "Deploy-live/Keep", "Deploy-live/web"])];

const THREE_ACCOUNTS: Pipelines = &[
    (
        "ledger-develop",
        &[
            "Source/Source",
            "Build/Build",
            "Test/Test",
            "Migrate-dev/Lock",
            "Migrate-dev/Guard",
            "Migrate-dev/Migrate",
            "Deploy-dev/Lock",
            "Deploy-dev/Guard",
            "Deploy-dev/Keep",
            "Deploy-dev/api",
            "Deploy-dev/Record",
        ],
    ),
    (
        "ledger-release",
        &[
            "Source/Source",
            "Build/Build",
            "Test/Test",
            "Migrate-staging/Lock",
            "Migrate-staging/Guard",
            "Migrate-staging/Migrate",
            "Deploy-staging/Lock",
            "Deploy-staging/Guard",
            "Deploy-staging/Keep",
            "Deploy-staging/api",
            "Deploy-staging/Record",
            "Approve-production/Compare",
            "Approve-production/Approve",
            "Migrate-production/Lock",
            "Migrate-production/Guard",
            "Migrate-production/Migrate",
            "Deploy-production/Lock",
            "Deploy-production/Guard",
            "Deploy-production/Keep",
            "Deploy-production/api",
            "Deploy-production/Record",
        ],
    ),
];

const TRUNK: Pipelines = &[
    (
        "notes-main",
        &[
            "Source/Source",
            "Build/Build",
            "Test/Test",
            "Migrate-dev/Lock",
            "Migrate-dev/Guard",
            "Migrate-dev/Migrate",
            "Deploy-dev/Lock",
            "Deploy-dev/Guard",
            "Deploy-dev/Keep",
            "Deploy-dev/web",
            "Deploy-dev/Record",
            "Migrate-staging/Lock",
            "Migrate-staging/Guard",
            "Migrate-staging/Migrate",
            "Deploy-staging/Lock",
            "Deploy-staging/Guard",
            "Deploy-staging/Keep",
            "Deploy-staging/web",
            "Deploy-staging/Record",
        ],
    ),
    (
        "notes-production",
        &[
            "Source/Source",
            "Build/Build",
            "Test/Test",
            "Approve-production/Compare",
            "Approve-production/Approve",
            "Migrate-production/Lock",
            "Migrate-production/Guard",
            "Migrate-production/Migrate",
            "Deploy-production/Lock",
            "Deploy-production/Guard",
            "Deploy-production/Keep",
            "Deploy-production/web",
            "Deploy-production/Record",
        ],
    ),
];

#[test]
fn every_pipeline_of_every_example_is_in_the_table() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the examples")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, EXAMPLES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    for (name, pipelines) in EXAMPLES {
        let stacks = jobs::example(name);
        let made: BTreeSet<&str> = stacks.pipelines.keys().map(String::as_str).collect();
        assert_eq!(made, pipelines.iter().map(|(pipeline, _)| *pipeline).collect(), "{name}");
    }
}
