//! Tags, permission boundaries, and the operations of overrides, as far as the file alone can judge them.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::Judge;
use crate::config::custom::{Buildspecs, Operation, OperationKind, Override};
use crate::config::raw::{RawBuildspecs, RawOperation, RawOperator};
use crate::config::tree::{Node, Step, Value};
use crate::diagnostic::{Finding, Span, shown};

/// Tags of a person's own: AWS takes 50 on a resource, and branchline keeps ten for itself.
const TAGS: usize = 40;

/// Overrides at most: each is judged on the whole document that it names.
const OVERRIDES: usize = 200;

impl Judge<'_> {
    pub(super) fn tags(&mut self) -> IndexMap<String, String> {
        let raw = self.raw;
        let Some(tags) = &raw.tags else { return IndexMap::new() };
        if tags.len() > TAGS {
            let place = self.key(&["tags"]);
            self.report(
                Finding::error("BL088", place, format!("there are {} tags", tags.len()))
                    .because("AWS takes 50 on a resource, and ten of them are kept for branchline")
                    .help(format!("keep the {TAGS} that matter most")),
            );
        }
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for key in tags.keys() {
            if let Some(first) = seen.insert(key.to_lowercase(), key) {
                let (place, before) = (self.key(&["tags", key]), self.key(&["tags", first]));
                self.report(
                    Finding::error(
                        "BL087",
                        place,
                        format!("{} and {} are one tag", shown(first), shown(key)),
                    )
                    .because("IAM does not tell capitals from small letters in a tag's key")
                    .help("keep one of the two")
                    .related(before, "the other"),
                );
            }
        }
        tags.iter().map(|(key, value)| (key.clone(), value.0.clone())).collect()
    }

    /// A permission boundary of roles in an account: IAM takes a policy of that account, or one of AWS's own.
    pub(super) fn boundary(&mut self, policy: Option<&String>, account: &str, path: &[&str]) {
        let owner = policy.and_then(|policy| policy.strip_prefix("arn:")?.split(':').nth(3));
        if let Some(owner) = owner.filter(|owner| *owner != account && *owner != "aws") {
            let place = self.place(path);
            self.report(
                Finding::error("BL089", place, format!("the policy belongs to the account `{owner}`"))
                    .because(format!(
                        "it would bound roles in `{account}`, where IAM knows only that account's policies"
                    ))
                    .help("write the policy's name alone: it is then looked for in each role's own account"),
            );
        }
    }

    /// The top level's boundary in environments of other accounts that have none of their own; told for the first of them.
    pub(super) fn inherited_boundary(&mut self) {
        let raw = self.raw;
        let policy = raw.permission_boundary.as_ref();
        let owner = policy.and_then(|policy| policy.strip_prefix("arn:")?.split(':').nth(3));
        let home = raw.pipelines.account.as_str();
        // Where the pipelines' own roles could not have it, that is told already.
        let Some(owner) = owner.filter(|owner| *owner == home) else { return };
        let mut heirs = raw.environments.iter().filter(|(_, environment)| {
            environment.permission_boundary.is_none()
                && environment.account.as_ref().is_some_and(|account| account != owner)
        });
        let Some((name, environment)) = heirs.next() else { return };
        let account = environment.account.as_deref().unwrap_or(home);
        let place = self.place(&["permission_boundary"]);
        let heir = self.key(&["environments", name]);
        let others = match heirs.count() {
            0 => String::new(),
            1 => ", and of another environment".to_owned(),
            more => format!(", and of {more} more environments"),
        };
        self.report(
            Finding::error("BL089", place, format!("the policy belongs to the account `{owner}`, and `{name}` is in `{account}`"))
                .because(format!(
                    "it would bound the roles of `{name}` too{others}, and IAM knows only policies of the role's own account"
                ))
                .help(format!(
                    "write the policy's name alone: it is then looked for in each role's own account; or give `{name}` a \
                     `permission_boundary` of its own"
                ))
                .related(heir, format!("in the account `{account}`")),
        );
    }

    pub(super) fn buildspecs(&self) -> Buildspecs {
        match self.raw.buildspecs {
            None | Some(RawBuildspecs::Inline) => Buildspecs::Inline,
            Some(RawBuildspecs::Repository) => {
                Buildspecs::Repository { folder: Buildspecs::FOLDER.to_owned() }
            }
        }
    }

    pub(super) fn overrides(&mut self) -> Vec<Override> {
        let raw = self.raw;
        let count = raw.overrides.as_ref().map_or(0, Vec::len);
        if count > OVERRIDES {
            let place = self.key(&["overrides"]);
            self.report(
                Finding::error("BL008", place, format!("there are {count} overrides"))
                    .because(format!("at most {OVERRIDES} are taken"))
                    .help("write all operations of a document into one `patch`"),
            );
            return Vec::new();
        }
        let mut overrides = Vec::new();
        for (index, written) in raw.overrides.iter().flatten().enumerate() {
            let above = [Step::Key("overrides"), Step::Item(index)];
            let at = |steps: &[Step<'static>]| [&above[..], steps].concat();
            let mut operations = Vec::new();
            for (number, operation) in written.patch.iter().enumerate() {
                let node = self.tree.at(&at(&[Step::Key("patch"), Step::Item(number)]));
                operations.extend(self.operation(operation, node));
            }
            let place = self.tree.at(&at(&[Step::Key("document")])).span;
            overrides.push(Override { document: written.document.clone(), place, operations });
        }
        overrides
    }

    fn operation(&mut self, written: &RawOperation, node: &Node) -> Option<Operation> {
        let place = |key: &str| node.get(key).map(|value| value.span);
        let path_place = place("path").unwrap_or(node.span);
        if let Some(value) = node.get("value") {
            self.holds(value);
        }
        let value = written.value.as_ref().map(|value| &value.0);
        let Some(kind) = OperationKind::of(written.op, written.from.as_deref(), value) else {
            self.unfit(written, node);
            return None;
        };
        let argument_place = place("value").or(place("from")).unwrap_or(path_place);
        Some(Operation { kind, path: written.path.clone(), path_place, argument_place })
    }

    /// An operation with less than it needs, or with more.
    fn unfit(&mut self, written: &RawOperation, node: &Node) {
        let (word, needs) = match written.op {
            RawOperator::Add => ("add", "value"),
            RawOperator::Replace => ("replace", "value"),
            RawOperator::Test => ("test", "value"),
            RawOperator::Move => ("move", "from"),
            RawOperator::Copy => ("copy", "from"),
            RawOperator::Remove => ("remove", ""),
        };
        if !needs.is_empty() && node.get(needs).is_none() {
            let place = node.get("op").map_or(node.span, |op| op.span);
            let example = if needs == "value" { "value: 30" } else { "from: /Resources/BuildRole" };
            self.report(
                Finding::error("BL090", place, format!("`{word}` has no `{needs}`"))
                    .because(format!("it does nothing without a `{needs}`"))
                    .help(format!("add it beside `path`, such as `{example}`")),
            );
        }
        for extra in ["value", "from"].into_iter().filter(|key| *key != needs && node.get(key).is_some()) {
            let place = node.key_at(&[Step::Key(extra)]);
            let help = match (word, extra) {
                ("remove", "value") => "delete it; to make sure of what is removed, put a `test` before it",
                _ => "delete it, or write the operation that was meant",
            };
            self.report(
                Finding::error("BL090", place, format!("`{word}` takes no `{extra}`"))
                    .because("it would be ignored")
                    .help(help),
            );
        }
    }

    /// Whatever stands in a value reaches the document as it was meant, or not at all.
    fn holds(&mut self, value: &Node) {
        let mut nodes = vec![value];
        while let Some(node) = nodes.pop() {
            match &node.value {
                Value::List(items) => nodes.extend(items),
                Value::Mapping(entries) => nodes.extend(entries.iter().map(|entry| &entry.node)),
                Value::Null => self.cannot_hold(
                    node.span,
                    "there is no value here",
                    "CloudFormation takes no null in a template",
                    "write a value; to take something out, use `remove`".to_owned(),
                ),
                Value::Integer(text) if !is_plain_integer(text) => self.cannot_hold(
                    node.span,
                    "this number would not stay as it is written",
                    "zeros at its beginning, a base or a sign are lost, and readers of YAML differ about it",
                    format!("write it in quotes, `\"{text}\"`, or as a plain decimal number"),
                ),
                Value::Float(text) if !is_plain_decimal(text) => self.cannot_hold(
                    node.span,
                    "this number would not stay as it is written",
                    "readers of YAML differ about its form",
                    format!("write it in quotes, `\"{text}\"`, or with all its digits"),
                ),
                Value::Text(_) | Value::Bool(_) | Value::Integer(_) | Value::Float(_) => {}
            }
        }
    }

    fn cannot_hold(&mut self, place: Span, message: &str, reason: &str, help: String) {
        self.report(Finding::error("BL085", place, message).because(reason).help(help));
    }
}

/// Whether a whole number is written as it is written again.
fn is_plain_integer(text: &str) -> bool {
    text.parse::<i64>().is_ok_and(|number| number.to_string() == text)
}

/// Whether a number with a point is read alike everywhere, and written again without an exponent.
fn is_plain_decimal(text: &str) -> bool {
    text.contains('.')
        && !text.contains(['e', 'E'])
        && text.parse::<f64>().is_ok_and(|number| number.is_finite() && !format!("{number:?}").contains('e'))
}

#[cfg(test)]
mod tests {
    use super::{is_plain_decimal, is_plain_integer};

    #[test]
    fn numbers_that_would_change_are_told_from_those_that_stay() {
        for (text, stays) in [("0", true), ("30", true), ("-5", true), ("111122223333", true)] {
            assert_eq!(is_plain_integer(text), stays, "{text}");
        }
        for text in ["012345678901", "+5", "0x1F", "0o17", "-0", "9223372036854775808"] {
            assert!(!is_plain_integer(text), "{text}");
        }
        assert!(is_plain_decimal("0.5") && is_plain_decimal("-12.25"));
        for text in ["1e3", ".inf", ".nan", "1.5E-3", "100000000000000000000.0"] {
            assert!(!is_plain_decimal(text), "{text}");
        }
    }
}
