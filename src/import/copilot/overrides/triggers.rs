//! Triggers that a patch gave a pipeline: `CodePipeline`'s filters of branches, tags, files and pull requests (CodePipeline API,
//! `GitConfiguration`).

use crate::config::tree::{Node, Value};

use super::super::super::draft::Filter;
use super::super::super::reader::text;

/// What starts the pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Triggers {
    /// The pattern of branches.
    pub(super) branches: Option<String>,
    /// Files.
    pub(super) paths: Filter,
    /// Tags, in place of branches.
    pub(super) tags: Filter,
    /// The branches to which pull requests lead, and the files; `None` where pull requests start nothing.
    pub(super) pull_requests: Option<(Vec<String>, Filter)>,
    /// Whether a filter of pushes can be said in the map.
    pub(super) is_push_taken: bool,
    /// What of it cannot be said in the map.
    pub(super) left: Vec<String>,
}

/// Reads them. `node` is one trigger or a list of them.
pub(super) fn read(node: &Node) -> Triggers {
    let mut found = Triggers::default();
    let triggers = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let filters = |trigger: &'_ Node, key: &str| -> Vec<Node> {
        let list = trigger.get("GitConfiguration").and_then(|git| git.get(key));
        match list.map(|list| &list.value) {
            Some(Value::List(items)) => items.clone(),
            _ => Vec::new(),
        }
    };
    let pushes: Vec<Node> = triggers.iter().flat_map(|trigger| filters(trigger, "Push")).collect();
    let requests: Vec<Node> = triggers.iter().flat_map(|trigger| filters(trigger, "PullRequest")).collect();
    if pushes.is_empty() && requests.is_empty() {
        found.left.push("they name neither pushes nor pull requests that can be read".to_owned());
    }
    match pushes.as_slice() {
        [] => {}
        [push] => found.push(push),
        several => found.left.push(format!(
            "they have {} filters of pushes, of which a rule takes one: write a rule for each, with `branch`, `tags` and `paths`",
            several.len()
        )),
    }
    match requests.as_slice() {
        [] => {}
        [request] => found.request(request),
        _ => found.left.push(
            "they have several filters of pull requests: write a rule with `pull_requests` for each"
                .to_owned(),
        ),
    }
    found
}

impl Triggers {
    fn push(&mut self, push: &Node) {
        let Some(paths) = self.filter(push, "FilePaths") else { return };
        if push.get("Tags").is_some() {
            let Some(tags) = self.filter(push, "Tags") else { return };
            if !paths.includes.is_empty() || push.get("Branches").is_some() {
                self.left.push("tags start it together with branches or files; a rule has either".to_owned());
                return;
            }
            self.is_push_taken = !tags.includes.is_empty();
            self.tags = tags;
            return;
        }
        self.paths = paths;
        let Some(branches) = self.filter(push, "Branches") else { return };
        if !branches.excludes.is_empty() {
            self.left.push(format!(
                "they leave out the branches {}: write a pattern that does not match them, or rules of their own for them",
                branches.excludes.join(", ")
            ));
            return;
        }
        self.branches = match branches.includes.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            several if several.iter().any(|one| one.contains([',', '{', '}'])) => {
                self.left.push("their branches are written with braces: write a rule for each".to_owned());
                None
            }
            several => Some(format!("{{{}}}", several.join(","))),
        };
        self.is_push_taken =
            self.branches.is_some() || (branches.includes.is_empty() && !self.paths.includes.is_empty());
    }

    fn request(&mut self, request: &Node) {
        if let Some(Value::List(events)) = request.get("Events").map(|events| &events.value)
            && events.iter().filter_map(text).any(|event| event.value == "CLOSED")
        {
            self.left.push("a closed pull request starts nothing here".to_owned());
        }
        let (Some(branches), Some(paths)) =
            (self.filter(request, "Branches"), self.filter(request, "FilePaths"))
        else {
            return;
        };
        if branches.excludes.is_empty() {
            self.pull_requests = Some((branches.includes, paths));
        } else {
            self.left.push("they leave out branches that pull requests lead to: `pull_requests` names those that they may".to_owned());
        }
    }

    /// A filter under a key; `None`, and why, where it cannot be read.
    fn filter(&mut self, node: &Node, key: &str) -> Option<Filter> {
        let Some(filter) = node.get(key) else { return Some(Filter::default()) };
        let list = |name: &str| match filter.get(name).map(|list| &list.value) {
            None => Some(Vec::new()),
            Some(Value::List(items)) if (1..=8).contains(&items.len()) => {
                items.iter().map(|item| text(item).map(|text| text.value)).collect()
            }
            Some(_) => None,
        };
        match (list("Includes"), list("Excludes")) {
            (Some(includes), Some(excludes)) if !includes.is_empty() => Some(Filter { includes, excludes }),
            (Some(_), Some(excludes)) if excludes.is_empty() => Some(Filter::default()),
            // What is left out needs something to be left out of.
            (Some(_), Some(excludes)) => Some(Filter { includes: vec!["**".to_owned()], excludes }),
            _ => {
                self.left.push(format!("`{key}` is no list of 1 to 8 patterns"));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Triggers {
        read(&crate::config::tree::read_of_others(text).0.expect("it is YAML"))
    }

    #[test]
    fn one_filter_of_each_kind_is_taken() {
        let found = of(
            "[{ GitConfiguration: { Push: [{ Branches: { Includes: [main, 'release/*'] }, FilePaths: { Includes: ['api/**'], Excludes: ['**.md'] } }], \
             PullRequest: [{ Events: [OPEN], Branches: { Includes: [main] } }] } }]",
        );
        assert_eq!(found.branches.as_deref(), Some("{main,release/*}"));
        assert_eq!(
            (found.paths.includes.join(" "), found.paths.excludes.join(" ")),
            ("api/**".into(), "**.md".into())
        );
        assert_eq!(found.pull_requests, Some((vec!["main".to_owned()], Filter::default())));
        assert_eq!(found.left, Vec::<String>::new());
        let tags = of("{ GitConfiguration: { Push: [{ Tags: { Includes: ['v*'] } }] } }");
        assert_eq!((tags.tags.includes.as_slice(), tags.branches), (&["v*".to_owned()][..], None));
    }

    #[test]
    fn what_a_rule_cannot_say_is_left_and_opens_no_branch() {
        for text in [
            "[{ GitConfiguration: { Push: [{ Branches: { Includes: ['**'], Excludes: [main] } }] } }]",
            "[{ GitConfiguration: { Push: [{ Branches: { Includes: [a] } }, { Branches: { Includes: [b] } }] } }]",
            "[{ GitConfiguration: { Push: [{ Branches: { Includes: ['{a}', b] } }] } }]",
            "[{ GitConfiguration: { Push: [{ Branches: { Includes: { Ref: X } } }] } }]",
            "[{ GitConfiguration: {} }]",
            "x",
        ] {
            let found = of(text);
            assert!(
                found.branches.is_none() && !found.is_push_taken && found.left.len() == 1,
                "{text}: {found:?}"
            );
        }
    }
}
