//! What is wrong with two rules that meet, in words.

use super::Rival;
use crate::branch_map::entry::MOST_PATTERNS;
use crate::config::Event;
use crate::diagnostic::Finding;

/// `branches`, `tags`, or what pull requests lead to.
fn kind(rule: &Rival) -> &'static str {
    if rule.rule.event == Event::Tag { "tags" } else { "branches" }
}

/// What would start two pipelines.
fn change(rule: &Rival, name: &str) -> String {
    match rule.rule.event {
        Event::Push => format!("a push to `{name}`"),
        Event::Tag => format!("the tag `{name}`"),
        Event::PullRequest => format!("a pull request to `{name}`"),
    }
}

pub(super) fn crossing(one: &Rival, other: &Rival, name: &str) -> Finding {
    let (first, second) = in_order(one, other);
    let message = format!("`{}` and `{}` share {}, such as `{name}`", first.text(), second.text(), kind(one));
    Finding::error("BL106", second.place(), message)
        .because(format!("{} would start both pipelines, and neither rule is the narrower one", change(one, name)))
        .help("change one of the two so that they share no name, or so that one of them lies wholly within the other; the one within then wins")
        .related(first.place(), "the other rule")
}

pub(super) fn same(one: &Rival, other: &Rival) -> Finding {
    let (first, second) = in_order(one, other);
    let message = if first.text() == second.text() {
        format!("two rules are for the {} `{}`", kind(one), first.text())
    } else {
        format!("`{}` and `{}` match the same {}", first.text(), second.text(), kind(one))
    };
    Finding::error("BL113", second.place(), message)
        .because("every change would start both pipelines, which build the same services")
        .help("make one rule of them, or give them `services` that have nothing in common")
        .related(first.place(), "the other rule")
}

/// Two rules that share names and only some of their services: `name` is such a name, where one was found in time.
pub(super) fn some_services(one: &Rival, other: &Rival, name: Option<&str>) -> Finding {
    let (first, second) = in_order(one, other);
    let such = name.map(|name| format!(", such as `{name}`")).unwrap_or_default();
    let message = format!(
        "`{}` and `{}` share {}{such}, and only some of their services",
        first.text(),
        second.text(),
        kind(one)
    );
    let not_in = |rule: &Rival, other: &Rival| -> Vec<String> {
        let own = rule.rule.services.iter();
        own.filter(|service| !other.rule.services.contains(service)).cloned().collect()
    };
    let shared: Vec<String> = first
        .rule
        .services
        .iter()
        .filter(|service| second.rule.services.contains(service))
        .cloned()
        .collect();
    let rest: Vec<String> = [not_in(first, second), not_in(second, first)].concat();
    Finding::error("BL117", second.place(), message)
        .because(format!(
            "this one has {}; a rule leaves branches to another with all of its services, so {} could be built by nobody",
            listed(&second.rule.services, "and"),
            listed(&rest, "or")
        ))
        .help(format!(
            "name the same `services` in both rules, or write a rule of its own for each set: one with {}, one with {}",
            listed(&shared, "and"),
            listed(&rest, "and")
        ))
        .related(first.place(), format!("the other rule has {}", listed(&first.rule.services, "and")))
}

/// The most services that a message names.
const SERVICES_NAMED: usize = 4;

/// `` `a`, `b` and `c` ``, or the first few and how many more there are.
fn listed(services: &[String], conjunction: &str) -> String {
    let (named, more) = services.split_at(services.len().min(SERVICES_NAMED));
    let mut words: Vec<String> = named.iter().map(|service| format!("`{service}`")).collect();
    if !more.is_empty() {
        words.push(format!("{} more", more.len()));
    }
    match words.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} {conjunction} {last}", rest.join(", ")),
        few => few.concat(),
    }
}

pub(super) fn gap(rule: &Rival, narrower: &Rival, name: &str) -> Finding {
    let message = format!("`{name}` would start neither `{}` nor `{}`", rule.text(), narrower.text());
    Finding::error("BL114", narrower.place(), message)
        .because(
            "this rule excludes it, and the broader one leaves all that matches this rule's includes to it",
        )
        .help(format!(
            "write a rule of its own for what is excluded, or exclude it in `{}` too",
            rule.rule.key
        ))
        .related(rule.place(), "the broader rule")
}

pub(super) fn too_many_excludes<'a>(
    rule: &Rival,
    count: usize,
    narrower: impl Iterator<Item = &'a Rival<'a>>,
) -> Finding {
    let message = format!("`{}` would have to leave out {count} patterns of narrower rules", rule.text());
    let finding = Finding::error("BL112", rule.place(), message)
        .because(format!("a trigger's filter takes at most {MOST_PATTERNS}"))
        .help("narrow this rule, or let one rule with a pattern stand for several of the narrower ones, such as `team/a*` or `[t]eam/{a,b,c}`");
    narrower.take(3).fold(finding, |finding, one| finding.related(one.place(), "one of the narrower rules"))
}

pub(super) fn beyond_comparison(one: &Rival, other: &Rival) -> Finding {
    let (first, second) = in_order(one, other);
    let message = format!(
        "there are too many patterns like `{}` and `{}` to compare them all",
        first.text(),
        second.text()
    );
    Finding::error("BL111", second.place(), message)
        .because("it is not certain that no branch starts two pipelines")
        .help("let each pattern begin with a text of its own, such as `team-1/*`")
        .related(first.place(), "one of the others")
}

/// Two rules as they follow each other in the file.
fn in_order<'a, 'b>(one: &'a Rival<'b>, other: &'a Rival<'b>) -> (&'a Rival<'b>, &'a Rival<'b>) {
    if one.rule.place <= other.rule.place { (one, other) } else { (other, one) }
}
