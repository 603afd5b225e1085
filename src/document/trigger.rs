//! A pipeline's trigger, in the names of CloudFormation and in those of CodePipeline's API.

use serde::Serialize;

use crate::branch_map::Trigger;
use crate::branch_map::pattern::Pattern;
use crate::config::Event;

/// The provider that a trigger belongs to.
const PROVIDER: &str = "CodeStarSourceConnection";

/// The action that a trigger starts.
const SOURCE_ACTION: &str = "Source";

/// What of a pull request starts a pipeline: that it is opened, and that it gets new commits.
const EVENTS: [&str; 2] = ["OPEN", "UPDATED"];

/// The shape of a trigger, which is the same in both but for how names are written.
macro_rules! shape {
    ($name:ident, $case:literal) => {
        pub(super) mod $name {
            use super::{EVENTS, Event, PROVIDER, Pattern, SOURCE_ACTION, Serialize, Trigger};

            /// A trigger of one pipeline.
            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            pub(in crate::document) struct Declared {
                provider_type: &'static str,
                git_configuration: GitConfiguration,
            }

            /// Exactly one of `push` and `pull_request` is there; pull requests with one filter.
            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            struct GitConfiguration {
                source_action_name: &'static str,
                #[serde(skip_serializing_if = "Option::is_none")]
                push: Option<Vec<Filter>>,
                #[serde(skip_serializing_if = "Option::is_none")]
                pull_request: Option<[Filter; 1]>,
            }

            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            struct Filter {
                #[serde(skip_serializing_if = "Option::is_none")]
                events: Option<[&'static str; 2]>,
                #[serde(skip_serializing_if = "Option::is_none")]
                branches: Option<Lists>,
                #[serde(skip_serializing_if = "Option::is_none")]
                file_paths: Option<Lists>,
                #[serde(skip_serializing_if = "Option::is_none")]
                tags: Option<Lists>,
            }

            /// AWS refuses an empty list.
            #[derive(Debug, Serialize)]
            #[serde(rename_all = $case)]
            struct Lists {
                includes: Vec<String>,
                #[serde(skip_serializing_if = "Vec::is_empty")]
                excludes: Vec<String>,
            }

            fn filter(trigger: &Trigger) -> Filter {
                let texts = |list: &[Pattern]| list.iter().map(|pattern| pattern.text().to_owned()).collect();
                let names = Lists { includes: texts(&trigger.includes), excludes: texts(&trigger.excludes) };
                let paths =
                    Lists { includes: trigger.paths.clone(), excludes: trigger.paths_excluded.clone() };
                let file_paths = (!paths.includes.is_empty()).then_some(paths);
                match trigger.event {
                    Event::Tag => {
                        Filter { events: None, branches: None, file_paths: None, tags: Some(names) }
                    }
                    Event::Push => Filter { events: None, branches: Some(names), file_paths, tags: None },
                    Event::PullRequest => {
                        Filter { events: Some(EVENTS), branches: Some(names), file_paths, tags: None }
                    }
                }
            }

            /// A trigger as it is declared; `further` are pushes beside a push.
            pub(in crate::document) fn declared(trigger: &Trigger, further: &[Trigger]) -> Declared {
                let first = filter(trigger);
                let is_request = trigger.event == Event::PullRequest;
                let (push, pull_request) = if is_request {
                    (None, Some([first]))
                } else {
                    (Some(std::iter::once(first).chain(further.iter().map(filter)).collect()), None)
                };
                Declared {
                    provider_type: PROVIDER,
                    git_configuration: GitConfiguration {
                        source_action_name: SOURCE_ACTION,
                        push,
                        pull_request,
                    },
                }
            }
        }
    };
}

shape!(cloudformation, "PascalCase");
shape!(api, "camelCase");
