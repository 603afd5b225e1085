//! `explain` tells of the stages that the pipeline has, no other and in their order.

// What is unwrapped here is the test's own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use branchline::commands::stages;
use branchline::pipeline::{Buildspecs, Plan};
use branchline::{branch_map, config};

#[test]
fn explain_names_the_stages_of_the_pipeline() {
    for example in [
        "examples/rails-ecs",
        "examples/single-account",
        "tests/judges/configurations/rules",
        "tests/judges/configurations/gates",
    ] {
        let path = format!("{}/{example}/branchline.yml", env!("CARGO_MANIFEST_DIR"));
        let config = config::read(&std::fs::read_to_string(path).unwrap()).config.unwrap();
        let (map, _) = branch_map::resolve(&config);
        let plan = Plan::new(&config, &map, Buildspecs::default());
        for entry in &map.entries {
            let told: Vec<String> = stages::of(&config, entry).into_iter().map(|stage| stage.name).collect();
            let made: Vec<String> = plan.pipeline(entry).stages.into_iter().map(|stage| stage.name).collect();
            assert_eq!(told, made, "{} of {example}", entry.pattern);
        }
    }
}
