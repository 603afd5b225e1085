//! What commands of one environment may do to another one.

use std::collections::BTreeSet;

use super::{Judge, steps};
use crate::config::Config;
use crate::config::raw::{Raw, RawStatement};
use crate::config::tree::Step;
use crate::diagnostic::{Finding, shown};

impl Judge<'_> {
    /// Statements that are given to the commands of an environment and name another one literally: a warning (code `BL270`),
    /// told once for each resource, unless the statement has a reason. Only environments count to which a rule deploys the
    /// service.
    pub(super) fn reaches(&mut self, config: &Config) {
        let raw = self.raw;
        for (service, written) in &raw.services {
            let Some(commands) = &written.deploy.commands else {
                continue;
            };
            let coming = config.rules.iter().filter(|rule| rule.services.contains(service));
            let entered: BTreeSet<&String> = coming.flat_map(|rule| &rule.environments).collect();
            let mut heirs = Vec::new();
            for name in raw.environments.keys().filter(|name| entered.contains(name)) {
                match own_statements(raw, name, service) {
                    Some(own) => {
                        let path =
                            ["environments", name, "services", service, "deploy", "commands", "statements"];
                        self.named_elsewhere(own, &steps(&path), &[name]);
                    }
                    None => heirs.push(name.as_str()),
                }
            }
            if let Some(shared) = &commands.statements {
                let path = ["services", service, "deploy", "commands", "statements"];
                self.named_elsewhere(shared, &steps(&path), &heirs);
            }
        }
    }

    /// `given` are the environments whose commands have these statements.
    fn named_elsewhere(&mut self, statements: &[RawStatement], path: &[Step], given: &[&str]) {
        for (index, statement) in statements.iter().enumerate() {
            if statement.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty()) {
                continue;
            }
            for (number, resource) in statement.resources.iter().enumerate() {
                let all = self.raw.environments.keys().map(String::as_str);
                let named: Vec<&str> = all.filter(|name| names(&resource.0, name)).collect();
                let (Some(other), Some(one)) =
                    (named.first(), given.iter().find(|name| !named.contains(name)))
                else {
                    continue;
                };
                let at = [Step::Item(index), Step::Key("resources"), Step::Item(number)];
                let place = self.place(&[path, &at].concat());
                let filled = of_each(&resource.0, other);
                let finding = Finding::warning(
                    "BL270",
                    place,
                    format!("{} names `{other}`, and `{one}` is given it", shown(&resource.0)),
                )
                .because(format!(
                    "whatever is deployed to `{one}` may do this to what is `{other}`'s, without what guards `{other}`"
                ))
                .help(format!(
                    "write {}, or give `{other}` statements of its own under `environments`; where it is meant, add a `reason` to \
                     the statement",
                    shown(&filled)
                ));
                self.report(finding);
            }
        }
    }
}

/// The statements that an environment has in place of the service's.
fn own_statements<'r>(raw: &'r Raw, environment: &str, service: &str) -> Option<&'r [RawStatement]> {
    let written = raw.environments.get(environment)?.services.as_ref()?.get(service)?;
    written.deploy.as_ref()?.commands.as_ref()?.statements.as_deref()
}

/// Where an ARN names an environment as a word of its own, behind the account. One with `{environment}` in it is each
/// environment's own.
fn named_at(resource: &str, environment: &str) -> Vec<usize> {
    let before = resource.splitn(6, ':').take(5).map(|part| part.len() + 1).sum::<usize>();
    let name = resource.get(before..).unwrap_or_default();
    if name.contains("{environment}") {
        return Vec::new();
    }
    let is_border = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_ascii_alphanumeric());
    let words = name.match_indices(environment).filter(|(at, word)| {
        is_border(name[..*at].chars().next_back()) && is_border(name[at + word.len()..].chars().next())
    });
    words.map(|(at, _)| before + at).collect()
}

fn names(resource: &str, environment: &str) -> bool {
    !named_at(resource, environment).is_empty()
}

/// The ARN with `{environment}` in the place of the environment that it names.
fn of_each(resource: &str, environment: &str) -> String {
    let mut each = resource.to_owned();
    for at in named_at(resource, environment).into_iter().rev() {
        each.replace_range(at..at + environment.len(), "{environment}");
    }
    each
}

#[cfg(test)]
mod tests {
    use super::{names, of_each};

    #[test]
    fn an_environment_is_named_by_a_word_of_its_own() {
        let bucket = |name: &str| format!("arn:aws:s3:::{name}");
        for named in ["live", "shop-live/*", "live.shop.example", "shop/live"] {
            assert!(names(&bucket(named), "live"), "{named}");
        }
        for other in ["shop-delivery/*", "olive", "shop-{environment}-live", "shop"] {
            assert!(!names(&bucket(other), "live"), "{other}");
        }
        assert!(names(&bucket("shop-eu-live/*"), "eu-live"));
        assert_eq!(
            of_each(&bucket("delivery-live/live/*"), "live"),
            bucket("delivery-{environment}/{environment}/*")
        );
        // What stands before the name is a service, a region, an account.
        assert!(!names("arn:aws:lambda:eu-west-1:111122223333:function:shop", "eu"));
    }
}
