//! CodeBuild takes inline buildspecs up to a length.

use branchline::config;
use branchline::document::specs::{LONGEST, Specs, specs, too_long};

use crate::jobs;

fn with_test(test: &str) -> Specs {
    let config = config::read(&jobs::text_with_test(test)).config.expect("a sound configuration");
    specs(&config).expect("the buildspecs")
}

/// The buildspecs of a configuration whose test has one command of this many characters.
fn with_command(length: usize) -> Specs {
    with_test(&format!("test: {{ commands: [\"{}\"] }}\n", "x".repeat(length)))
}

#[test]
fn a_buildspec_that_codebuild_would_refuse_is_named_with_its_length() {
    let beside = with_command(1).texts.test.expect("a test").len() - 1;
    assert_eq!(too_long(&with_command(LONGEST - beside)), []);
    assert_eq!(too_long(&with_command(LONGEST - beside + 1)), [("test", LONGEST + 1)]);
}

#[test]
fn no_length_of_what_is_always_generated_comes_near() {
    let texts = with_test(jobs::TEST_IN_IMAGE).texts;
    for (name, text) in [
        ("build", texts.builds.into_values().next().expect("a build")),
        ("migrate", texts.migrate),
        ("keep", texts.keep),
    ] {
        assert!(text.len() < LONGEST * 3 / 4, "{name} has {} of {LONGEST} bytes", text.len());
    }
}
