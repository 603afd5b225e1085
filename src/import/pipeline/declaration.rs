//! From a tree in the API's names to a [`Declared`].
//!
//! The members are those of CodePipeline's API reference, `PipelineDeclaration`, of 2019-07-09. A key that is not among them is told.

use std::collections::BTreeMap;

use super::model::{Action, Declared, Filter, Home, Patterns, Rule, Stage, Trigger};
use super::names::home_of_arn;
use super::project;
use super::template::CONDITIONAL;
use crate::config::tree::{Node, Value};
use crate::diagnostic::Span;
use crate::import::reader::{Located, Mapping, Raises, text, wrong};
use crate::import::remark::{Place, Weight};

/// Members that say nothing of where anything goes: stores, roles and numbers that branchline makes itself.
const OWN: [&str; 5] = ["roleArn", "artifactStore", "artifactStores", "version", "pipelineType"];

/// Reads a declaration. `place` tells where a span stands.
pub(super) struct Reader<'r> {
    pub(super) raises: &'r Raises,
    pub(super) place: &'r dyn Fn(Span) -> Place,
}

impl Reader<'_> {
    /// The pipeline; `None`, and something raised, where it has no name or no stages. `name` is taken where it has none itself.
    pub(super) fn pipeline(&self, node: &Node, name: Option<&str>) -> Option<Declared> {
        let read = Mapping::of(node, "pipeline", self.raises)?;
        let role = read.text("roleArn");
        let found = read.text("name");
        let Some(name) = found.as_ref().map(|found| found.value.clone()).or(name.map(str::to_owned)) else {
            self.mistake(node.span, "a pipeline has no name", "it is not read");
            return None;
        };
        let mode = read.text("executionMode").map(|mode| mode.value);
        let variables = self.each(read.take("variables"), "variables", |one| {
            Mapping::of(one, "variables", self.raises)?.text("name").map(|name| name.value)
        });
        let triggers = self.each(read.take("triggers"), "triggers", |one| self.trigger(one));
        let stages = self.each(read.take("stages"), "stages", |one| self.stage(one));
        self.closed(read.take("disableInboundStageTransitions"), &name);
        for key in OWN {
            read.take(key);
        }
        self.rest(&read, &format!("the pipeline `{name}`"));
        if stages.is_empty() {
            self.mistake(node.span, format!("the pipeline `{name}` has no stages"), "it is not read");
            return None;
        }
        let span = found.map_or(node.span, |found| found.span);
        let home = Home { region: None, ..role.map(|role| home_of_arn(&role.value)).unwrap_or_default() };
        Some(Declared { name, place: (self.place)(span), home, mode, variables, triggers, stages })
    }

    /// Ways between stages that a template closes.
    fn closed(&self, node: Option<&Node>, whose: &str) {
        let ways = self.each(node, "disableInboundStageTransitions", |one| {
            let to = one.get("stageName").and_then(text)?;
            Some((one.span, to.value))
        });
        for (span, to) in ways {
            let what =
                format!("nothing may enter the stage `{to}` of `{whose}` (`DisableInboundStageTransitions`)");
            let help = "the way is open in the new pipeline: `branchline apply --closed` makes it closed, until a person opens it";
            self.raises.raise(Weight::Lost, span, what, help);
        }
    }

    fn stage(&self, node: &Node) -> Option<Stage> {
        let read = Mapping::of(node, "stages", self.raises)?;
        let name = self.named(&read, node, "a stage")?;
        let mut actions = self.each(read.take("actions"), "actions", |one| self.action(one));
        // Those of one number stay in the order of the file.
        actions.sort_by_key(|action| action.order);
        let before_entry = self.conditions(read.take("beforeEntry"));
        let on_success = self.conditions(read.take("onSuccess"));
        let failure = read.take("onFailure");
        let after_failure = self.conditions(failure);
        let on_failure = failure.and_then(|node| text(node.get("result")?)).map(|result| result.value);
        read.take("blockers");
        let is_conditional = read.take(CONDITIONAL).is_some();
        self.rest(&read, &format!("the stage `{}`", name.value));
        let place = (self.place)(name.span);
        Some(Stage {
            name: name.value,
            place,
            actions,
            is_conditional,
            before_entry,
            on_success,
            on_failure,
            after_failure,
        })
    }

    fn action(&self, node: &Node) -> Option<Action> {
        let read = Mapping::of(node, "actions", self.raises)?;
        let name = self.named(&read, node, "an action")?;
        let kind = read.take("actionTypeId").and_then(|kind| Mapping::of(kind, "actionTypeId", self.raises));
        let Some(kind) = kind else {
            self.mistake(name.span, format!("the action `{}` has no type", name.value), "it is not read");
            return None;
        };
        let said = |key| kind.text(key).map(|found| found.value).unwrap_or_default();
        let (category, owner, provider) = (said("category"), said("owner"), said("provider"));
        let number = |key| read.text(key).and_then(|found| found.value.parse::<u32>().ok());
        let (order, timeout) = (number("runOrder").unwrap_or(1), number("timeoutInMinutes"));
        let role = read.text("roleArn").map(|role| home_of_arn(&role.value)).unwrap_or_default();
        let region = read.text("region").map(|region| region.value);
        let configuration = settings(&read);
        let variables = read.take("environmentVariables").map(project::variables).unwrap_or_default();
        // What a `Commands` action runs is told with the action.
        for key in ["inputArtifacts", "outputArtifacts", "namespace", "commands", "outputVariables"] {
            read.take(key);
        }
        self.rest(&read, &format!("the action `{}`", name.value));
        let place = (self.place)(name.span);
        let home = Home { account: role.account, region };
        Some(Action {
            name: name.value,
            place,
            category,
            owner,
            provider,
            configuration,
            variables,
            order,
            home,
            timeout,
        })
    }

    /// The rules of all conditions of one occasion.
    fn conditions(&self, node: Option<&Node>) -> Vec<Rule> {
        let Some(node) = node else { return Vec::new() };
        let Some(read) = Mapping::of(node, "conditions", self.raises) else { return Vec::new() };
        let rules = self.each(read.take("conditions"), "conditions", |one| {
            let read = Mapping::of(one, "conditions", self.raises)?;
            let result = read.text("result").map(|result| result.value);
            Some(self.each(read.take("rules"), "rules", |rule| self.rule(rule, result.as_deref())))
        });
        rules.into_iter().flatten().collect()
    }

    fn rule(&self, node: &Node, result: Option<&str>) -> Option<Rule> {
        let read = Mapping::of(node, "rules", self.raises)?;
        let kind = Mapping::of(read.take("ruleTypeId")?, "ruleTypeId", self.raises)?;
        Some(Rule {
            provider: kind.text("provider")?.value,
            result: result.map(str::to_owned),
            configuration: settings(&read),
            place: (self.place)(node.span),
        })
    }

    fn trigger(&self, node: &Node) -> Option<Trigger> {
        let read = Mapping::of(node, "triggers", self.raises)?;
        read.take("providerType");
        let git = Mapping::of(read.take("gitConfiguration")?, "gitConfiguration", self.raises)?;
        let source = git.text("sourceActionName").map(|name| name.value);
        let push = self.each(git.take("push"), "push", |one| self.filter(one));
        let pull = self.each(git.take("pullRequest"), "pullRequest", |one| self.filter(one));
        self.rest(&git, "a trigger");
        self.rest(&read, "a trigger");
        Some(Trigger { source, push, pull, place: (self.place)(node.span) })
    }

    fn filter(&self, node: &Node) -> Option<Filter> {
        let read = Mapping::of(node, "push", self.raises)?;
        let patterns = |key| {
            let both = Mapping::of(read.take(key)?, key, self.raises)?;
            let texts = |key| both.texts(key).into_iter().map(|text| text.value).collect();
            Some(Patterns { includes: texts("includes"), excludes: texts("excludes") })
        };
        let (branches, tags, paths) = (patterns("branches"), patterns("tags"), patterns("filePaths"));
        read.take("events");
        self.rest(&read, "a trigger");
        Some(Filter { branches, tags, paths, place: (self.place)(node.span) })
    }

    fn named(&self, read: &Mapping, node: &Node, what: &str) -> Option<Located<String>> {
        let name = read.text("name");
        if name.is_none() {
            self.mistake(node.span, format!("{what} has no name"), "it is not read");
        }
        name
    }

    fn each<'n, T>(&self, node: Option<&'n Node>, way: &str, read: impl Fn(&'n Node) -> Option<T>) -> Vec<T> {
        let Some(node) = node else { return Vec::new() };
        let Value::List(items) = &node.value else {
            wrong(self.raises, node, way, "a list");
            return Vec::new();
        };
        items.iter().filter_map(read).collect()
    }

    fn rest(&self, read: &Mapping, whose: &str) {
        for (key, span, _) in read.rest() {
            let help = "look up what it does, and whether the map has something like it";
            self.raises.raise(Weight::Lost, span, format!("`{key}` of {whose} is not known here"), help);
        }
    }

    fn mistake(&self, span: Span, what: impl Into<String>, help: &str) {
        self.raises.raise(Weight::Mistake, span, what, help);
    }
}

/// What stands under `configuration`, as texts: a structure there is JSON in a text anyway.
fn settings(read: &Mapping) -> BTreeMap<String, String> {
    let all = read.entries("configuration").into_iter();
    all.filter_map(|(key, _, node)| Some((key.to_owned(), text(node)?.value))).collect()
}
