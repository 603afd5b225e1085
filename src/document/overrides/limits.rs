//! What AWS would not take of a patched document: the limits that are judged on the model, judged again on the value.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::config::{Operation, OperationKind, Override};
use crate::diagnostic::{Finding, shown};
use crate::document::specs;
use crate::pipeline::limits::{ACTIONS, POLICY, STAGES, VARIABLE};

/// Bytes of a template at most. As JSON, which is a little more than the YAML; and no more than that is ever copied.
pub(super) const BYTES: usize = crate::document::size::BYTES;

/// Resources of a template at most (AWS CloudFormation quotas).
const RESOURCES: usize = crate::document::size::RESOURCES;

/// Characters of a value in an action's configuration (CodePipeline's API model).
const SETTING: usize = 1_000;

/// Characters that are counted for what a stack fills in: an ARN with the longest name that a role has.
const FILLED: usize = 100;

/// Whether an operation copies no more than is left: a few copies of copies would fill the memory.
pub(super) fn affords(value: &Value, operation: &Operation, budget: &mut usize) -> bool {
    let OperationKind::Copy(from) = &operation.kind else { return true };
    let bytes = value.pointer(from).map_or(0, |copied| copied.to_string().len());
    let left = budget.checked_sub(bytes);
    *budget = left.unwrap_or(0);
    left.is_some()
}

/// The finding for copies without end.
pub(super) fn too_much(one: &Override, operation: &Operation) -> Finding {
    Finding::error(
        "BL228",
        operation.path_place,
        format!("the copies in {} are too large", shown(&one.document)),
    )
    .because(format!("together they have more than {BYTES} bytes, more than a template may have"))
    .help("copy less")
}

/// What AWS would not take, told where the document is named.
pub(super) fn judge(value: &Value, one: &Override) -> Vec<Finding> {
    let mut judge = Judge { one, findings: Vec::new() };
    let bytes = value.to_string().len();
    judge.at_most("the document", bytes, BYTES, "bytes");
    match one.document.rsplit_once('.') {
        Some((_, "json")) => judge.stages(&value["pipeline"]["stages"]),
        _ => judge.template(value),
    }
    judge.findings
}

struct Judge<'a> {
    one: &'a Override,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    fn at_most(&mut self, what: &str, found: usize, most: usize, unit: &str) {
        if found > most {
            let message = format!("{what} would have {found} {unit}");
            self.refuse(message, format!("AWS takes at most {most}"), "patch it so that less remains");
        }
    }

    fn refuse(&mut self, message: String, reason: impl Into<String>, help: &str) {
        let finding = Finding::error("BL228", self.one.place, message).because(reason).help(help);
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    fn template(&mut self, value: &Value) {
        let Some(resources) = value["Resources"].as_object().filter(|resources| !resources.is_empty()) else {
            return self.refuse(
                "what remains is no template".to_owned(),
                "it has no resources",
                "leave `/Resources` a mapping with at least one of them",
            );
        };
        self.at_most("the stack", resources.len(), RESOURCES, "resources");
        for (id, resource) in resources {
            let properties = &resource["Properties"];
            match resource["Type"].as_str() {
                None => self.refuse(
                    format!("{} is no resource", shown(id)),
                    "it has no `Type`",
                    "add a mapping with `Type` and `Properties`",
                ),
                Some("AWS::IAM::Role") => self.policies(id, &properties["Policies"]),
                Some("AWS::CodeBuild::Project") => self.project(id, properties),
                Some("AWS::CodePipeline::Pipeline") => {
                    self.stages(&properties["Stages"]);
                    self.transitions(properties);
                }
                Some(_) => {}
            }
        }
        self.references(value);
        self.conditions(value);
    }

    fn policies(&mut self, id: &str, policies: &Value) {
        let letters =
            policies.as_array().into_iter().flatten().map(|one| letters(&one["PolicyDocument"])).sum();
        self.at_most(&format!("the inline policies of {}", shown(id)), letters, POLICY, "characters");
    }

    fn project(&mut self, id: &str, properties: &Value) {
        let spec = properties["Source"]["BuildSpec"].as_str().map_or(0, str::len);
        self.at_most(&format!("the buildspec of {}", shown(id)), spec, specs::LONGEST, "characters");
        for variable in properties["Environment"]["EnvironmentVariables"].as_array().into_iter().flatten() {
            let name = variable["Name"].as_str().unwrap_or_default();
            let letters = variable["Value"].as_str().map_or(0, |text| text.chars().count());
            self.at_most(
                &format!("the variable {} of {}", shown(name), shown(id)),
                letters,
                VARIABLE,
                "characters",
            );
        }
    }

    fn stages(&mut self, stages: &Value) {
        let stages = stages.as_array().map_or(&[][..], Vec::as_slice);
        self.at_most("the pipeline", stages.len(), STAGES, "stages");
        self.no_two("the pipeline", stages, "stages");
        for stage in stages {
            let actions = stage.get("Actions").or(stage.get("actions")).and_then(Value::as_array);
            let actions = actions.map_or(&[][..], Vec::as_slice);
            self.at_most("a stage", actions.len(), ACTIONS, "actions");
            let whole = format!("the stage {}", shown(named(stage).unwrap_or_default()));
            self.no_two(&whole, actions, "actions");
            for action in actions {
                let settings = action.get("Configuration").or(action.get("configuration"));
                for (key, setting) in settings.and_then(Value::as_object).into_iter().flatten() {
                    let letters = setting.as_str().map_or(0, |text| text.chars().count());
                    self.at_most(
                        &format!("the setting {} of an action", shown(key)),
                        letters,
                        SETTING,
                        "characters",
                    );
                }
            }
        }
    }

    /// Stages have names of their own in their pipeline, and actions in their stage.
    fn no_two(&mut self, whole: &str, items: &[Value], what: &str) {
        let mut names = BTreeSet::new();
        for name in items.iter().filter_map(named).filter(|name| !names.insert(*name)) {
            self.refuse(
                format!("{whole} would have two {what} named {}", shown(name)),
                "CodePipeline tells them apart by their names",
                "give yours a `Name` of its own",
            );
        }
    }

    /// What is held back in front of a stage.
    fn transitions(&mut self, pipeline: &Value) {
        let stages = pipeline["Stages"].as_array().map_or(&[][..], Vec::as_slice);
        let stages: BTreeSet<&str> = stages.iter().filter_map(named).collect();
        let held = pipeline["DisableInboundStageTransitions"].as_array();
        for name in held.into_iter().flatten().filter_map(|one| one["StageName"].as_str()) {
            if !stages.contains(name) {
                self.refuse(
                    format!("the pipeline has no stage {} to hold back", shown(name)),
                    "CodePipeline refuses such a pipeline",
                    "write the name of one of its stages",
                );
            }
        }
    }

    /// Every condition that a resource, an output or a function names.
    fn conditions(&mut self, template: &Value) {
        let known = |name: &str| template["Conditions"].get(name).is_some();
        let mut unknown = BTreeSet::new();
        for section in ["Resources", "Outputs"] {
            let entries = template[section].as_object().into_iter().flat_map(|entries| entries.values());
            unknown.extend(entries.filter_map(|entry| entry.get("Condition")?.as_str()));
        }
        let mut values = vec![&template["Resources"], &template["Outputs"], &template["Conditions"]];
        while let Some(value) = values.pop() {
            match value {
                Value::Array(items) => values.extend(items),
                Value::Object(object) => {
                    values.extend(object.values());
                    unknown.extend(object.get("Fn::If").and_then(|words| words.get(0)?.as_str()));
                }
                _ => {}
            }
        }
        for name in unknown.into_iter().filter(|name| !known(name)) {
            self.refuse(
                format!("the stack would ask for the condition {}, which is not in it", shown(name)),
                "CloudFormation refuses such a template",
                "add it under `/Conditions`",
            );
        }
    }

    /// Every name that a `Ref`, an attribute or a substitution says is there.
    fn references(&mut self, template: &Value) {
        let sections = ["Resources", "Parameters"].map(|section| template[section].as_object());
        let known: BTreeSet<&str> =
            sections.into_iter().flatten().flat_map(|map| map.keys().map(String::as_str)).collect();
        let mut unknown = BTreeSet::new();
        let mut values = vec![&template["Resources"], &template["Outputs"]];
        while let Some(value) = values.pop() {
            match value {
                Value::Array(items) => values.extend(items),
                Value::Object(object) => {
                    values.extend(object.values());
                    for name in referred(object) {
                        if !name.starts_with("AWS::") && !known.contains(name.as_str()) {
                            unknown.insert(name);
                        }
                    }
                }
                _ => {}
            }
        }
        for name in unknown {
            self.refuse(
                format!("the stack would refer to {}, which is not in it", shown(&name)),
                "CloudFormation refuses such a template",
                "add the resource, or take out what refers to it too",
            );
        }
    }
}

/// The name of a stage or of an action, in either spelling.
fn named(item: &Value) -> Option<&str> {
    item.get("Name").or(item.get("name"))?.as_str()
}

/// The names that a mapping refers to, if it is a function or a resource that waits for others.
fn referred(object: &serde_json::Map<String, Value>) -> Vec<String> {
    let texts = |value: &Value| match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let mut names = Vec::new();
    if object.contains_key("Type") {
        names.extend(object.get("DependsOn").map(texts).unwrap_or_default());
    }
    let [(key, value)] = object.iter().collect::<Vec<_>>()[..] else { return names };
    match key.as_str() {
        "Ref" => names.extend(value.as_str().map(str::to_owned)),
        "Fn::GetAtt" => {
            let first = texts(value).into_iter().next();
            names.extend(first.map(|name| name.split('.').next().unwrap_or_default().to_owned()));
        }
        "Fn::Sub" => {
            let (text, own) = match value {
                Value::Array(items) => (items.first(), items.get(1).and_then(Value::as_object)),
                text => (Some(text), None),
            };
            let text = text.and_then(Value::as_str).unwrap_or_default();
            // `${!` is how a `${` is written that is none.
            let names_in = text.split("${").skip(1).filter(|part| !part.starts_with('!'));
            let names_in = names_in.filter_map(|part| part.split_once('}')).map(|(name, _)| name.trim());
            let is_own = |name: &str| own.is_some_and(|own| own.contains_key(name));
            names.extend(
                names_in
                    .filter(|name| !is_own(name))
                    .map(|name| name.split('.').next().unwrap_or_default().to_owned()),
            );
        }
        _ => {}
    }
    names
}

/// The characters of a policy as IAM would count them, with a long ARN for each value that the stack fills in.
fn letters(value: &Value) -> usize {
    match value {
        Value::Object(object) => match object.iter().collect::<Vec<_>>()[..] {
            [(key, Value::String(text))] if key == "Fn::Sub" => text.len() + 2,
            [(key, _)] if key == "Ref" || key.starts_with("Fn::") => FILLED,
            _ => 1 + object.iter().map(|(key, value)| key.len() + 4 + letters(value)).sum::<usize>(),
        },
        Value::Array(items) => 1 + items.iter().map(|item| 1 + letters(item)).sum::<usize>(),
        other => other.to_string().chars().filter(|letter| !letter.is_whitespace()).count(),
    }
}
