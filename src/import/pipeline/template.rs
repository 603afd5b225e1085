//! A CloudFormation template: its pipelines and projects in the API's names, with what it refers to filled in.
//!
//! Only what the file itself says is filled in: a parameter's default, the name that a resource is given, the account and the region
//! that a person has named. All else becomes [`UNKNOWN`], and is told where it matters.

use std::collections::BTreeSet;

use super::model::Home;
use crate::config::tree::{Entry, Node, Value};
use crate::import::reader::{Raises, text};
use crate::import::remark::Weight;
use crate::import::text::UNKNOWN;

/// What a template may refer to by a name that it gives itself: the type, and the property with the name.
const NAMED: [(&str, &str); 6] = [
    ("AWS::CodeBuild::Project", "Name"),
    ("AWS::ECS::Cluster", "ClusterName"),
    ("AWS::ECS::Service", "ServiceName"),
    ("AWS::Lambda::Function", "FunctionName"),
    ("AWS::S3::Bucket", "BucketName"),
    ("AWS::CodePipeline::Pipeline", "Name"),
];

/// Properties of which nothing is carried over, so that nothing is said of what they refer to.
const QUIET: [&str; 6] =
    ["RoleArn", "ArtifactStore", "ArtifactStores", "Tags", "EncryptionKey", "RestartExecutionOnUpdate"];

/// What a stage has that is there only by a condition.
pub(super) const CONDITIONAL: &str = "isConditional";

/// A template that is read.
pub(super) struct Template<'t> {
    root: &'t Node,
    raises: &'t Raises,
    home: Home,
}

impl<'t> Template<'t> {
    pub(super) fn new(root: &'t Node, raises: &'t Raises, home: Home) -> Self {
        Template { root, raises, home }
    }

    /// The pipelines: logical id, and properties in the API's names. `Name` is [`UNKNOWN`]-free or not there.
    pub(super) fn pipelines(&self) -> Vec<(&'t str, Node)> {
        self.of_type("AWS::CodePipeline::Pipeline", false)
    }

    /// The projects, by the name with which an action refers to them.
    pub(super) fn projects(&self) -> Vec<(String, Node)> {
        let all = self.of_type("AWS::CodeBuild::Project", true).into_iter();
        all.filter_map(|(id, node)| Some((self.name_of(id, false)?, node))).collect()
    }

    fn of_type(&self, wanted: &str, is_quiet: bool) -> Vec<(&'t str, Node)> {
        let Some(Value::Mapping(all)) = self.root.get("Resources").map(|node| &node.value) else {
            return Vec::new();
        };
        let found = all.iter().filter(|one| kind(&one.node) == Some(wanted));
        found
            .filter_map(|one| {
                if let Some(condition) = one.node.get("Condition").filter(|_| !is_quiet) {
                    let what = format!("`{}` is there only by a condition of the template", one.key);
                    let help = "it is taken as if it were always there: take its rules out where it is not";
                    self.raises.raise(Weight::Lost, condition.span, what, help);
                }
                Some((one.key.as_str(), self.filled(one.node.get("Properties")?, is_quiet, false)))
            })
            .collect()
    }

    /// A value with what it refers to filled in, its keys in the API's names; those of an action's settings stay as they are.
    fn filled(&self, node: &Node, is_quiet: bool, are_settings: bool) -> Node {
        let value = match &node.value {
            Value::Mapping(_) if is_choice(node) => match self.chosen(node, is_quiet) {
                kept if kept.is_empty() => Value::Null,
                kept => Value::List(kept),
            },
            Value::Mapping(_) if function(node).is_some() => match self.text(node, is_quiet) {
                Some(text) => Value::Text(text),
                None => Value::Null,
            },
            Value::Mapping(entries) => Value::Mapping(
                entries
                    .iter()
                    .map(|entry| Entry {
                        key: if are_settings { entry.key.clone() } else { lowered(&entry.key) },
                        key_span: entry.key_span,
                        node: self.filled(
                            &entry.node,
                            is_quiet || QUIET.contains(&entry.key.as_str()),
                            entry.key == "Configuration",
                        ),
                    })
                    .collect(),
            ),
            Value::List(items) => {
                let filled = items.iter().flat_map(|item| {
                    if is_choice(item) {
                        self.chosen(item, is_quiet)
                    } else {
                        vec![self.filled(item, is_quiet, false)]
                    }
                });
                Value::List(filled.filter(|item| item.value != Value::Null).collect())
            }
            other => other.clone(),
        };
        Node { span: node.span, value }
    }

    /// What is kept of a choice: every stage that it may give, marked as such, and every approval. An action of another kind is not
    /// kept: whether it runs is not known.
    fn chosen(&self, node: &Node, is_quiet: bool) -> Vec<Node> {
        let mut all = Vec::new();
        branches(node, &mut all);
        let kept: Vec<&Node> = all.iter().copied().filter(|one| is_stage(one) || is_approval(one)).collect();
        if kept.len() < all.len() || all.is_empty() {
            self.unknown(node, "Fn::If", is_quiet);
        }
        if !kept.is_empty() && !is_quiet {
            let what = "a stage or an approval is there only by a condition (`Fn::If`)";
            let help = "it is taken as if it were always there, as is what stands in its place otherwise: see which is meant";
            self.raises.raise(Weight::Lost, node.span, what, help);
        }
        let filled = kept.into_iter().map(|one| {
            let mut filled = self.filled(one, is_quiet, false);
            if let Value::Mapping(entries) = &mut filled.value
                && is_stage(one)
            {
                let yes = Node { span: one.span, value: Value::Text("true".to_owned()) };
                entries.push(Entry { key: CONDITIONAL.to_owned(), key_span: one.span, node: yes });
            }
            filled
        });
        filled.collect()
    }

    /// The text that a scalar or a function stands for; `None` for nothing (`AWS::NoValue`).
    fn text(&self, node: &Node, is_quiet: bool) -> Option<String> {
        let Some((name, argument)) = function(node) else {
            return Some(text(node).map_or_else(|| UNKNOWN.to_owned(), |found| found.value));
        };
        match name {
            "Ref" => self.reference(node, &text(argument)?.value, is_quiet),
            "Fn::GetAtt" => Some(self.attribute(node, argument, is_quiet)),
            "Fn::Sub" => Some(self.substituted(node, argument, is_quiet)),
            "Fn::Join" => {
                let Value::List(parts) = &argument.value else {
                    return Some(self.unknown(node, name, is_quiet));
                };
                let [between, Node { value: Value::List(items), .. }] = parts.as_slice() else {
                    return Some(self.unknown(node, name, is_quiet));
                };
                let between = text(between).map(|found| found.value).unwrap_or_default();
                let items: Vec<String> = items.iter().filter_map(|item| self.text(item, is_quiet)).collect();
                Some(items.join(&between))
            }
            other => Some(self.unknown(node, other, is_quiet)),
        }
    }

    fn reference(&self, at: &Node, name: &str, is_quiet: bool) -> Option<String> {
        let home = |known: &Option<String>| known.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        match name {
            "AWS::NoValue" => return None,
            "AWS::AccountId" => return Some(home(&self.home.account)),
            "AWS::Region" => return Some(home(&self.home.region)),
            "AWS::Partition" => return Some(self.partition().to_owned()),
            _ => {}
        }
        if let Some(parameter) = self.root.get("Parameters").and_then(|all| all.get(name)) {
            return Some(self.parameter(at, name, parameter, is_quiet));
        }
        // What `Ref` gives of a service is its ARN, which nobody knows.
        let is_service = self.resource(name).and_then(kind) == Some("AWS::ECS::Service");
        let found = if is_service { None } else { self.name_of(name, is_quiet) };
        Some(found.unwrap_or_else(|| self.unknown(at, &format!("Ref: {name}"), is_quiet)))
    }

    /// The partition that a region is in (IAM user guide, "ARN format").
    fn partition(&self) -> &'static str {
        match self.home.region.as_deref() {
            Some(region) if region.starts_with("cn-") => "aws-cn",
            Some(region) if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// A parameter's default. That of one whose value is not to be seen stays where it is.
    fn parameter(&self, at: &Node, name: &str, parameter: &Node, is_quiet: bool) -> String {
        let is_hidden = parameter.get("NoEcho").and_then(text).is_some_and(|found| found.value == "true");
        let default = parameter.get("Default").and_then(text).filter(|found| !found.value.is_empty());
        match default {
            Some(default) if !is_hidden && !default.value.contains("{{resolve:") => {
                if !is_quiet {
                    self.raises.raise(
                        Weight::Changed,
                        at.span,
                        format!("the template's parameter `{name}` is taken at its default"),
                        "a stack may have been given another value: `aws cloudformation describe-stacks` tells",
                    );
                }
                default.value
            }
            _ => self.unknown(at, &format!("Ref: {name}"), is_quiet),
        }
    }

    fn attribute(&self, at: &Node, argument: &Node, is_quiet: bool) -> String {
        let parts: Vec<String> = match &argument.value {
            Value::List(items) => items.iter().filter_map(text).map(|found| found.value).collect(),
            _ => text(argument)
                .and_then(|found| {
                    found.value.split_once('.').map(|(id, name)| vec![id.to_owned(), name.to_owned()])
                })
                .unwrap_or_default(),
        };
        let [id, attribute] = parts.as_slice() else { return self.unknown(at, "Fn::GetAtt", is_quiet) };
        let found = if attribute == "Name" { self.name_of(id, is_quiet) } else { None };
        found.unwrap_or_else(|| self.unknown(at, &format!("Fn::GetAtt: {id}.{attribute}"), is_quiet))
    }

    fn substituted(&self, at: &Node, argument: &Node, is_quiet: bool) -> String {
        let (pattern, own) = match &argument.value {
            Value::List(parts) => (parts.first().and_then(text), parts.get(1)),
            _ => (text(argument), None),
        };
        let Some(pattern) = pattern.map(|found| found.value) else {
            return self.unknown(at, "Fn::Sub", is_quiet);
        };
        let mut out = String::with_capacity(pattern.len());
        let mut rest = pattern.as_str();
        while let Some((before, behind)) = rest.split_once("${") {
            out.push_str(before);
            let Some((name, after)) = behind.split_once('}') else {
                out.push_str("${");
                rest = behind;
                continue;
            };
            rest = after;
            // `${!Literal}` stands for `${Literal}`.
            if let Some(literal) = name.strip_prefix('!') {
                out.push_str("${");
                out.push_str(literal);
                out.push('}');
                continue;
            }
            let given = own.and_then(|own| own.get(name)).and_then(|node| self.text(node, is_quiet));
            out.push_str(&match (given, name.split_once('.')) {
                (Some(given), _) => given,
                (None, Some((id, "Name"))) => {
                    self.name_of(id, is_quiet).unwrap_or_else(|| self.unknown(at, name, is_quiet))
                }
                (None, Some(_)) => self.unknown(at, name, is_quiet),
                (None, None) => self.reference(at, name, is_quiet).unwrap_or_default(),
            });
        }
        out.push_str(rest);
        out
    }

    fn resource(&self, id: &str) -> Option<&'t Node> {
        self.root.get("Resources")?.get(id)
    }

    /// The name that a resource is given; a project without one goes by its logical id, which is only looked up here.
    fn name_of(&self, id: &str, is_quiet: bool) -> Option<String> {
        let resource = self.resource(id)?;
        let (kind, property) = NAMED.iter().find(|(wanted, _)| kind(resource) == Some(wanted))?;
        let name = resource.get("Properties").and_then(|all| all.get(property));
        // A name that refers to a name that refers back would never end: only what refers to no resource is followed.
        let name = name.filter(|name| !refers(name, self)).and_then(|name| self.text(name, is_quiet));
        name.or_else(|| (*kind == "AWS::CodeBuild::Project").then(|| id.to_owned()))
    }

    fn unknown(&self, at: &Node, what: &str, is_quiet: bool) -> String {
        if !is_quiet {
            self.raises.raise(
                Weight::Lost,
                at.span,
                format!("`{what}` is not known from the template alone"),
                "where the proposed file has CHECK in its place, look it up in AWS; a `get-pipeline` answer, or `--name`, has it",
            );
        }
        UNKNOWN.to_owned()
    }
}

/// Whether a value names a resource of the template.
fn refers(node: &Node, template: &Template) -> bool {
    let resources: BTreeSet<&str> = match template.root.get("Resources").map(|node| &node.value) {
        Some(Value::Mapping(all)) => all.iter().map(|one| one.key.as_str()).collect(),
        _ => return false,
    };
    function(node).is_some() && any(node, &resources)
}

/// Whether any of these names stands somewhere in a value, where a function would name it.
fn any(node: &Node, resources: &BTreeSet<&str>) -> bool {
    match &node.value {
        Value::Mapping(entries) => entries.iter().any(|entry| any(&entry.node, resources)),
        Value::List(items) => items.iter().any(|item| any(item, resources)),
        Value::Text(text) => {
            let named = |part: &str| resources.contains(part.split(['.', '}']).next().unwrap_or_default());
            named(text) || text.split("${").skip(1).any(named)
        }
        _ => false,
    }
}

fn kind(resource: &Node) -> Option<&str> {
    match &resource.get("Type")?.value {
        Value::Text(kind) => Some(kind),
        _ => None,
    }
}

/// Whether it is a choice between structures, such as two stages: there is no text that could stand for it.
fn is_choice(node: &Node) -> bool {
    let Some(("Fn::If", argument)) = function(node) else { return false };
    let Value::List(parts) = &argument.value else { return false };
    parts.iter().any(|part| match part.value {
        Value::List(_) => true,
        Value::Mapping(_) => function(part).is_none(),
        _ => false,
    })
}

/// The structures that a choice may give, those of choices in it included.
fn branches<'n>(choice: &'n Node, all: &mut Vec<&'n Node>) {
    let Some(("Fn::If", Node { value: Value::List(parts), .. })) = function(choice) else { return };
    for part in parts.iter().skip(1) {
        let items = match &part.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(part),
        };
        for item in items {
            match (&item.value, function(item)) {
                (Value::Mapping(_), None) => all.push(item),
                _ => branches(item, all),
            }
        }
    }
}

fn is_stage(node: &Node) -> bool {
    node.get("Actions").is_some()
}

fn is_approval(node: &Node) -> bool {
    let category = node.get("ActionTypeId").and_then(|kind| kind.get("Category")).and_then(text);
    category.is_some_and(|category| category.value == "Approval")
}

/// The function that a mapping is: its name and its argument.
fn function(node: &Node) -> Option<(&str, &Node)> {
    let Value::Mapping(entries) = &node.value else { return None };
    let [entry] = entries.as_slice() else { return None };
    (entry.key == "Ref" || entry.key.starts_with("Fn::")).then_some((entry.key.as_str(), &entry.node))
}

/// `ActionTypeId` as the API has it: `actionTypeId`.
fn lowered(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
