//! Rules that take the images of other rules: whether there is anything to take, and from whom.

use super::Judge;
use crate::config::tree::Step;
use crate::config::{Cache, Config, Event, Rule, Service};
use crate::diagnostic::{Finding, Span, shown};

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
            for service in common.iter().filter(|service| !service.repository_exists) {
                self.kept_in_context(config, service, place);
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
    /// Files that the build keeps for its next run, in the context of an image that may be taken (code `BL271`): an image is
    /// looked for by all files of its context, and what one pipeline has kept is not what another one has. They cannot be left
    /// out of its name, since the commit may have files there, too.
    fn kept_in_context(&mut self, config: &Config, service: &Service, reuse: Span) {
        let kept = config.build.machine.cache.as_ref().map(Cache::paths).unwrap_or_default();
        for (index, path) in kept.iter().enumerate().filter(|(_, path)| may_lie_in(path, &service.context)) {
            let steps = ["build", "cache", "paths"].into_iter().map(Step::Key).chain([Step::Item(index)]);
            let place = self.place(&steps.collect::<Vec<_>>());
            if self.findings.iter().any(|finding| finding.code == "BL271" && finding.place == Some(place)) {
                continue;
            }
            let message = format!("{} is kept in the context of `{}`", shown(path), service.name);
            self.report(
                Finding::error("BL271", place, message)
                    .because("`reuse` looks for an image by all files of its context, and what is kept differs from pipeline to pipeline: it would be built anew, and not be what was tested")
                    .help("take the path out: `cache: true` under the service's `build` keeps the image's layers; or make the `context` a folder in which nothing is kept")
                    .related(reuse, "images are taken here"),
            );
        }
    }
}

/// Whether files that a path of a cache names may lie in a folder of the checkout. A path from `/` leads out of the checkout,
/// unless it begins with a wildcard or with the folder in which CodeBuild has its checkouts.
fn may_lie_in(path: &str, folder: &str) -> bool {
    fn words(text: &str) -> impl Iterator<Item = &str> {
        text.split('/').filter(|word| !matches!(*word, "" | "."))
    }
    if path.starts_with('/') {
        return words(path).next().is_none_or(|first| first.contains('*') || first == "codebuild");
    }
    // What stands before the first wildcard, against the folder.
    let plain = words(path).take_while(|word| !word.contains('*'));
    plain.zip(words(folder)).all(|(kept, own)| kept == own)
}

#[cfg(test)]
mod tests {
    use super::may_lie_in;

    #[test]
    fn what_is_kept_lies_in_a_folder_or_beside_it() {
        for (path, folder) in [
            ("node_modules/**/*", "."),
            ("node_modules/**/*", "./"),
            ("**/*", "web"),
            ("*/vendor/**/*", "web"),
            ("web/vendor/**/*", "web"),
            ("./web/**/*", "web/"),
            ("web/**/*", "web/app"),
            ("/**/*", "web"),
            ("/codebuild/output/**/*", "web"),
        ] {
            assert!(may_lie_in(path, folder), "{path} in {folder}");
        }
        for (path, folder) in [
            ("api/vendor/**/*", "web"),
            ("website/**/*", "web"),
            ("/root/.npm/**/*", "."),
            ("web/a/**/*", "web/b"),
        ] {
            assert!(!may_lie_in(path, folder), "{path} in {folder}");
        }
    }
}
