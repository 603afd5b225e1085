//! CodeBuild takes inline buildspecs up to a length.

use branchline::config::{self, Config};
use branchline::document::specs::{LONGEST, Specs, Whose, specs, too_long};

use crate::jobs;

fn of(text: &str) -> (Config, Specs) {
    let config = config::read(text).config.expect("a sound configuration");
    let specs = specs(&config).expect("the buildspecs");
    (config, specs)
}

/// A configuration whose test has one command of this many characters.
fn text_with_command(length: usize) -> String {
    jobs::text_with_test(&format!("test: {{ commands: [\"{}\"] }}\n", "x".repeat(length)))
}

fn with_command(length: usize) -> (Config, Specs) {
    of(&text_with_command(length))
}

#[test]
fn a_buildspec_that_codebuild_would_refuse_is_named_with_its_length() {
    let beside = with_command(1).1.texts.tests[0].len() - 1;
    let (config, specs) = with_command(LONGEST - beside);
    assert!(too_long(&config, &specs).is_empty());
    let (config, specs) = with_command(LONGEST - beside + 1);
    let long = too_long(&config, &specs);
    assert!(
        matches!(long.as_slice(), [(Whose::Test(test), bytes)] if test.service.is_none() && *bytes == LONGEST + 1),
        "{long:?}"
    );
}

#[test]
fn no_length_of_what_is_always_generated_comes_near() {
    let text = [jobs::text_with_test(jobs::TEST_IN_IMAGE).as_str(), ""].concat();
    let config = config::read(&text).config.expect("a sound configuration");
    let texts = specs(&config).expect("the buildspecs").texts;
    let builds = texts.builds.values().map(|text| ("build", text));
    let migrations = texts.migrations.values().map(|text| ("migrate", text));
    for (name, text) in builds.chain([("keep", &texts.keep)]).chain(migrations) {
        assert!(text.len() < LONGEST * 3 / 4, "{name} has {} of {LONGEST} bytes", text.len());
    }
}

#[test]
fn the_steps_that_no_configuration_makes_longer_have_room_to_spare() {
    let config =
        config::read(&jobs::text_with_test(jobs::TEST_IN_IMAGE)).config.expect("a sound configuration");
    let texts = specs(&config).expect("the buildspecs").texts;
    for (name, text) in [("lock", &texts.lock), ("guard", &texts.guard), ("record", &texts.record)] {
        assert!(text.len() < LONGEST - 500, "{name} has {} of {LONGEST} bytes", text.len());
    }
}

#[test]
fn a_buildspec_in_the_repository_may_be_longer() {
    let text = text_with_command(LONGEST + 1);
    let (config, specs) = of(&text);
    assert_eq!(too_long(&config, &specs).len(), 1);
    let (config, specs) = of(&format!("{text}buildspecs: repository\n"));
    assert!(too_long(&config, &specs).is_empty());
}
