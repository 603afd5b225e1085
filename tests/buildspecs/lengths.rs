//! CodeBuild takes inline buildspecs up to a length.

use branchline::config::{self, Config};
use branchline::document::specs::{LONGEST, Specs, specs};

use crate::jobs;

fn sound(text: &str) -> Config {
    config::read(text).config.expect("a sound configuration")
}

fn with_test(test: &str) -> Specs {
    specs(&sound(&jobs::text_with_test(test))).expect("the buildspecs")
}

/// A test of one command of this many characters.
fn with_command(length: usize) -> String {
    jobs::text_with_test(&format!("test: {{ commands: [\"{}\"] }}\n", "x".repeat(length)))
}

fn too_long(text: &str) -> Vec<(&'static str, usize)> {
    let config = sound(text);
    branchline::document::specs::too_long(&config, &specs(&config).expect("the buildspecs"))
}

#[test]
fn a_buildspec_that_codebuild_would_refuse_is_named_with_its_length() {
    let shortest = specs(&sound(&with_command(1))).expect("the buildspecs");
    let beside = shortest.texts.test.expect("a test").len() - 1;
    assert_eq!(too_long(&with_command(LONGEST - beside)), []);
    assert_eq!(too_long(&with_command(LONGEST - beside + 1)), [("test", LONGEST + 1)]);
}

#[test]
fn no_length_of_what_is_always_generated_comes_near() {
    let texts = with_test(jobs::TEST_IN_IMAGE).texts;
    for (name, text) in [("build", texts.build), ("migrate", texts.migrate), ("keep", texts.keep)] {
        assert!(text.len() < LONGEST * 3 / 4, "{name} has {} of {LONGEST} bytes", text.len());
    }
}

#[test]
fn a_buildspec_in_the_repository_may_be_longer() {
    let text = with_command(LONGEST + 1);
    assert_eq!(too_long(&text).len(), 1);
    assert_eq!(too_long(&format!("{text}buildspecs: repository\n")), []);
}
