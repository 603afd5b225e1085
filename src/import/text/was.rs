//! What is said of names, of a migration and of tests, by what the rules were before.

use super::super::draft::{Migrate, Test, Was};
use super::{MARK, seen};

/// What names in AWS are that nobody has looked up.
pub(super) fn unknown(was: Was) -> &'static str {
    match was {
        Was::Pipeline => {
            "CloudFormation made up the ends of these names, in each environment another one: `aws cloudformation \
             describe-stack-resources` of Copilot's stacks has them. What differs stands under `environments.<name>.services`."
        }
        Was::Buildspec => {
            "no buildspec says the names that begin with CHECK: `aws ecs describe-services` and `describe-task-definition` have \
             them. What differs stands under `environments.<name>.services`."
        }
    }
}

/// Where a migration was found.
pub(super) fn migration(was: Was, migrate: &Migrate) -> String {
    match was {
        Was::Pipeline => format!(
            "{MARK} found in {}, {}. Here it runs once for each environment, before its deploy. Take it out there.",
            seen(&migrate.place),
            if migrate.place.file.contains("buildspec") {
                "where a build ran it"
            } else {
                "where every task of every deploy ran it"
            }
        ),
        Was::Buildspec => format!(
            "{MARK} found in {}, on the build's machine. Here it runs once for each environment, in the new image, before its deploy.",
            seen(&migrate.place)
        ),
    }
}

/// Where tests were found, if what they were made of has no notes of its own on that.
pub(super) fn test(was: Was, test: &Test) -> Option<String> {
    match was {
        Was::Pipeline => Some(format!(
            "{MARK} found in {}, among the commands of Copilot's build. They run in the checkout after the images are built: what they \
             make there is in no image.",
            seen(&test.place)
        )),
        Was::Buildspec => None,
    }
}
