//! Rules that take the images of other rules: whether there is anything to take, and from whom.

use super::Judge;
use crate::config::tree::Step;
use crate::config::{Config, Event, Rule};
use crate::diagnostic::{Finding, shown};

impl Judge<'_> {
    /// A `reuse` by which nothing may be taken (code `BL084`), or for a service nothing is (code `BL250`).
    pub(super) fn reuse(&mut self, config: &Config) {
        for rule in &config.rules {
            for (index, key) in rule.reuse.iter().enumerate() {
                let Some(other) = config.rules.iter().find(|other| other.key == *key) else { continue };
                self.reuse_of(config, rule, other, index);
            }
        }
    }

    fn reuse_of(&mut self, config: &Config, rule: &Rule, other: &Rule, index: usize) {
        let path: Vec<Step> =
            ["branches", &rule.key, "reuse"].into_iter().map(Step::Key).chain([Step::Item(index)]).collect();
        let place = self.place(&path);
        let common: Vec<_> = config
            .services
            .values()
            .filter(|service| service.builds())
            .filter(|service| rule.services.contains(&service.name) && other.services.contains(&service.name))
            .collect();
        let own = common.iter().filter(|service| !service.repository_exists).count();
        let name = shown(&other.key);
        let (reason, help) = if rule.key == other.key {
            (
                "a rule builds its own images anew each time, so that they have what their base images have got since",
                "name another rule, or take it out",
            )
        } else if rule.event == Event::PullRequest {
            (
                "a pull request runs code that nobody has accepted yet, so it reads no other pipeline's images",
                "take `reuse` out: its images are built from its own files",
            )
        } else if other.event == Event::PullRequest {
            (
                "what it builds is code that nobody has accepted yet, and it deploys nothing",
                "name a rule that deploys",
            )
        } else if common.is_empty() {
            ("the two rules build no service in common", "name a rule that builds the same services")
        } else if own == 0 {
            (
                "the services that both build have a repository that exists, where anybody's image can stand under any tag",
                "take `reuse` out, or let branchline make the repository",
            )
        } else {
            for service in common.iter().filter(|service| service.repository_exists) {
                self.report(
                    Finding::warning(
                        "BL250",
                        place,
                        format!("no image of `{}` is taken from the rule {name}", service.name),
                    )
                    .because("its repository exists, and anybody's image can stand there under any tag")
                    .help("let branchline make the repository, or know that this service is built each time")
                    .related(service.place, "the service"),
                );
            }
            return;
        };
        let message = format!("nothing can be taken from the rule {name}");
        self.report(
            Finding::error("BL084", place, message)
                .because(reason)
                .help(help)
                .related(other.place, "the rule"),
        );
    }
}
