//! The rules of the branch map, and whether every environment is reached.

use std::collections::BTreeSet;

use super::{Judge, sections};
use crate::config::raw::{
    RawMode, RawPatterns, RawPullRequests, RawRule, RawRuleMapping, RawTest, RawTestIn,
};
use crate::config::tree::Step;
use crate::config::{Event, Filter, Rule, Written};
use crate::diagnostic::{Finding, shown};

/// Characters of a rule's key: those of a pattern, as a trigger takes it.
const LONGEST_KEY: usize = 255;

impl Judge<'_> {
    pub(super) fn rules(&mut self) -> Vec<Rule> {
        let raw = self.raw;
        let mut reached = BTreeSet::new();
        let mut rules = Vec::with_capacity(raw.branches.len());
        for (key, written) in &raw.branches {
            let rule = match written {
                RawRule::List(environments) => self.short_rule(key, environments),
                RawRule::Mapping(rule) => self.long_rule(key, rule),
            };
            rules.push(rule);
            let environments = match written {
                RawRule::List(list) => Some(list),
                RawRule::Mapping(rule) => rule.environments.as_ref(),
            };
            reached.extend(environments.into_iter().flatten().map(String::as_str));
        }
        for environment in raw.environments.keys().filter(|name| !reached.contains(name.as_str())) {
            let place = self.key(&["environments", environment]);
            let finding = Finding::warning(
                "BL031",
                place,
                format!("no branch deploys to the environment `{environment}`"),
            )
            .because("it stands in no list under `branches`")
            .help("add it to the list of a branch, or take it out");
            self.report(finding);
        }
        rules
    }

    fn short_rule(&self, key: &str, environments: &[String]) -> Rule {
        let place = self.key(&["branches", key]);
        Rule {
            key: key.to_owned(),
            event: Event::Push,
            names: Filter { includes: vec![Written { text: key.to_owned(), place }], excludes: Vec::new() },
            paths: None,
            environments: environments.to_vec(),
            services: self.raw.services.keys().cloned().collect(),
            mode: RawMode::Queued,
            reuse: Vec::new(),
            name: None,
            per_branch: None,
            place,
        }
    }

    fn long_rule(&mut self, key: &str, written: &RawRuleMapping) -> Rule {
        self.rule_name(key);
        self.branches_at_odds(key, written);
        let rule = self.short_rule(key, written.environments.as_deref().unwrap_or_default());
        self.at_odds(key, written);
        let own = match &written.branch {
            Some(branch) => {
                let place = self.place(&["branches", key, "branch"]);
                Filter { includes: vec![Written { text: branch.clone(), place }], excludes: Vec::new() }
            }
            None => rule.names.clone(),
        };
        let (event, names) = match (&written.tags, &written.pull_requests) {
            (Some(tags), _) => (Event::Tag, self.filter(tags, &["branches", key, "tags"])),
            (None, Some(RawPullRequests::Own(true))) => (Event::PullRequest, own),
            (None, Some(RawPullRequests::To(list))) => {
                let includes = self.texts(Some(list), &["branches", key, "pull_requests"]);
                (Event::PullRequest, Filter { includes, excludes: Vec::new() })
            }
            (None, None | Some(RawPullRequests::Own(false))) => (Event::Push, own),
        };
        let paths = written.paths.as_ref().map(|paths| self.filter(paths, &["branches", key, "paths"]));
        let is_named =
            |service: &String| written.services.as_ref().is_none_or(|named| named.contains(service));
        Rule {
            event,
            names,
            paths,
            services: rule.services.iter().filter(|service| is_named(service)).cloned().collect(),
            mode: written.mode.unwrap_or(RawMode::Queued),
            reuse: written.reuse.clone().unwrap_or_default(),
            name: written.name.clone(),
            per_branch: self.per_branch(key, written),
            ..rule
        }
    }

    /// A key that is a name, and not a pattern, stands in descriptions all the same.
    fn rule_name(&mut self, key: &str) {
        let length = key.chars().count();
        let reason = if length > LONGEST_KEY {
            format!("it has {length} characters, and a rule's key has at most {LONGEST_KEY}")
        } else if key.chars().any(char::is_control) {
            "there is a control character in it".to_owned()
        } else {
            return;
        };
        let place = self.key(&["branches", key]);
        let message = format!("{} cannot be a rule's name", shown(key));
        self.report(
            Finding::error("BL019", place, message)
                .because(reason)
                .help("write a short name, such as `release`"),
        );
    }

    /// Keys of a rule that do not go with one another (code `BL053`), and environments that are missing.
    fn at_odds(&mut self, key: &str, written: &RawRuleMapping) {
        let requests = match &written.pull_requests {
            Some(RawPullRequests::To(_)) => Some("pull_requests: […]"),
            Some(RawPullRequests::Own(true)) => Some("pull_requests: true"),
            Some(RawPullRequests::Own(false)) | None => None,
        };
        let names_targets = matches!(written.pull_requests, Some(RawPullRequests::To(_)));
        let tags = written.tags.is_some();
        for (other, is_odd, with, reason, help) in [
            (
                "branch",
                tags && written.branch.is_some(),
                "tags",
                "CodePipeline takes tags or branches, and not both: a tag belongs to no branch",
                "take one of the two out, or write two rules",
            ),
            (
                "paths",
                tags && written.paths.is_some(),
                "tags",
                "CodePipeline takes paths with branches only: a tag changes no file",
                "take one of the two out",
            ),
            (
                "pull_requests",
                tags && requests.is_some(),
                "tags",
                "a pull request leads to a branch, and not to a tag",
                "write two rules, one for tags and one for pull requests",
            ),
            (
                "branch",
                names_targets && written.branch.is_some(),
                "pull_requests: […]",
                "both say to which branches the pull requests lead",
                "write `pull_requests: true`, or take `branch` out",
            ),
            (
                "environments",
                requests.is_some() && written.environments.is_some(),
                "pull_requests",
                "a pull request runs code that nobody has accepted yet, so it is built and tested and never deployed",
                "take `environments` out, and write another rule for pushes to the branch",
            ),
        ] {
            if is_odd {
                let place = self.key(&["branches", key, other]);
                self.report(
                    Finding::error("BL053", place, format!("`{other}` does not go with `{with}`"))
                        .because(reason)
                        .help(help),
                );
            }
        }
        if requests.is_none() && written.environments.is_none() {
            let place = self.key(&["branches", key]);
            self.report(
                Finding::error("BL012", place, "`environments` is missing in a rule")
                    .because("the environments in promotion order")
                    .help("add it, such as `environments: [staging, production]`"),
            );
        }
        if requests.is_some() {
            self.tests_of_requests(key, written);
        }
    }

    /// The pipeline of a pull request says something only by its tests (code `BL054`).
    fn tests_of_requests(&mut self, key: &str, written: &RawRuleMapping) {
        let place = self.key(&["branches", key, "pull_requests"]);
        let tests = sections::tests(self.raw);
        if tests.is_empty() {
            self.report(
                Finding::error("BL054", place, "pull requests are tested, and there are no tests")
                    .because("the pipeline of a pull request ends at its tests")
                    .help("add `test: { commands: […] }`, or take `pull_requests` out"),
            );
            return;
        }
        // Without services of its own a rule has them all.
        let Some(own) = &written.services else { return };
        let whose = |test: &sections::Section<'_, RawTest>| -> Option<String> {
            let of_image = (test.raw.place == Some(RawTestIn::Image)).then_some(test.raw.service.as_deref());
            test.owner.or(of_image.flatten()).map(str::to_owned)
        };
        let runs = |service: &Option<String>| service.as_ref().is_none_or(|service| own.contains(service));
        let services: Vec<Option<String>> = tests.iter().map(whose).collect();
        if services.iter().any(runs) {
            return;
        }
        if let Some(Some(service)) = services.into_iter().next() {
            self.report(
                Finding::error("BL054", place, "pull requests are tested, and this rule has no tests")
                    .because(format!("the tests are those of `{service}`, which it does not build"))
                    .help(format!("add `{service}` to its `services`, or test in the checkout")),
            );
        }
    }

    fn filter(&self, written: &RawPatterns, path: &[&str]) -> Filter {
        match written {
            RawPatterns::List(list) => {
                Filter { includes: self.texts(Some(list), path), excludes: Vec::new() }
            }
            RawPatterns::Filter(filter) => Filter {
                includes: self.texts(Some(&filter.includes), &[path, &["includes"]].concat()),
                excludes: self.texts(filter.excludes.as_deref(), &[path, &["excludes"]].concat()),
            },
        }
    }

    /// The texts of a list, each with its place.
    pub(super) fn texts(&self, list: Option<&[String]>, path: &[&str]) -> Vec<Written> {
        let place = |index| self.tree.at(&[super::steps(path), vec![Step::Item(index)]].concat()).span;
        let texts = list.unwrap_or_default().iter().enumerate();
        texts.map(|(index, text)| Written { text: text.clone(), place: place(index) }).collect()
    }
}
