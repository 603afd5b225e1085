//! What patches of Copilot's template mean for the map.

use std::collections::BTreeMap;

use crate::config::tree::{Node, Value};

use super::super::super::draft::{Filter, Machine, Start};
use super::super::super::reader::{Raises, text};
use super::super::super::remark::Weight;
use super::super::pipeline::Manifest;
use super::super::rights::rights;
use super::patch::{Operation, Patch, is_made, json};
use super::project::{self, Became};
use super::stages::{self, Stages};
use super::triggers;

/// What they mean.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct Meaning {
    /// The project that builds.
    pub(in super::super) build: Machine,
    /// The projects of `test_commands`, by environment.
    pub(in super::super) verify: BTreeMap<String, Machine>,
    /// What starts it besides its branch.
    pub(in super::super) start: Start,
    /// The branches that start it, in place of its own.
    pub(in super::super) pattern: Option<String>,
    /// Pull requests that start it: the branches that they lead to, and files.
    pub(in super::super) pull_requests: Option<(Vec<String>, Filter)>,
    /// Settings of the generated project, by path and value.
    pub(in super::super) patches: Vec<(String, serde_json::Value)>,
    /// Whether no push of which a rule can tell started it: a rule would open the branch.
    pub(in super::super) is_shut: bool,
    /// The buildspec that is named in place of the manifest's.
    pub(in super::super) buildspec: Option<String>,
}

/// Takes the patches in their order. Each is told.
pub(super) fn of(patches: &[Patch], manifest: &mut Manifest, raises: &Raises) -> Meaning {
    let mut meaning = Meaning::default();
    let mut stages = Stages::of(manifest);
    let mut has_triggers = false;
    for (number, patch) in patches.iter().enumerate() {
        let parts: Vec<&str> = patch.parts.iter().map(String::as_str).collect();
        let written = patch.written.as_ref();
        let is_told = match parts.as_slice() {
            ["Resources", "Pipeline", "Properties", "Stages", path @ ..] => {
                stages.apply(number, patch.operation, path, written)
            }
            ["Resources", "Pipeline"] => {
                let list = written.and_then(|all| all.get("Properties")?.get("Stages"));
                stages.apply(number, patch.operation, &[], list)
            }
            ["Resources", "Pipeline", "Properties"] => {
                stages.apply(number, patch.operation, &[], written.and_then(|all| all.get("Stages")))
            }
            _ => {
                let has_approval = written.is_some_and(|value| stages::has(value, "Approval"));
                if has_approval {
                    stages.unplaced(number);
                }
                has_approval
            }
        };
        if is_told {
            continue;
        }
        let mut reading = Reading { meaning: &mut meaning, manifest, patch, raises };
        match parts.as_slice() {
            ["Resources", "Pipeline", "Properties", "Stages", at, "Actions", "0", "Configuration"]
                if stages.is_source(at) =>
            {
                let branch = written.and_then(|all| all.get("BranchName").or_else(|| all.get("Branch")));
                reading.branch(branch);
                continue;
            }
            [
                "Resources",
                "Pipeline",
                "Properties",
                "Stages",
                at,
                "Actions",
                "0",
                "Configuration",
                "BranchName" | "Branch",
            ] if stages.is_source(at) => {
                reading.branch(written);
                continue;
            }
            ["Resources", "Pipeline", "Properties", "Triggers", rest @ ..] => {
                let is_whole = rest.is_empty() || matches!(rest, [_]) && !has_triggers;
                match &patch.value {
                    _ if patch.operation == Operation::Remove && rest.is_empty() => {
                        reading.meaning.is_shut = false;
                    }
                    Some(value) if is_whole => reading.triggers(value),
                    _ => reading.shut("what starts it is written in a way that cannot be read here"),
                }
                has_triggers = true;
                continue;
            }
            _ => {}
        }
        let mut reading = Reading { meaning: &mut meaning, manifest, patch, raises };
        match (parts.as_slice(), &patch.value) {
            (["Resources", resource, "Properties", rest @ ..], Some(value)) => {
                reading.property(resource, rest, value);
            }
            (["Resources", resource], Some(value)) => reading.resource(resource, value),
            _ => reading.left(patch),
        }
    }
    stages.settle(patches, manifest, raises);
    if meaning.is_shut {
        // What has no stages has no rule.
        manifest.stages.clear();
    }
    for (machine, what) in std::iter::once((&mut meaning.build, "build".to_owned())).chain(
        meaning.verify.iter_mut().map(|(name, machine)| (machine, format!("environments.{name}.verify"))),
    ) {
        if let (true, Some(first)) = (project::is_cut(machine), patches.first()) {
            raises.raise(
                Weight::Lost,
                first.span,
                format!("the network of the build machine is not whole, so `{what}.vpc` is not written"),
                "write `vpc` with `id`, 1 to 16 `subnets` and 1 to 5 `security_groups`, all as ids",
            );
        }
    }
    meaning
}

struct Reading<'r> {
    meaning: &'r mut Meaning,
    manifest: &'r mut Manifest,
    patch: &'r Patch,
    raises: &'r Raises,
}

impl Reading<'_> {
    fn say(&self, weight: Weight, what: String, help: impl Into<String>) {
        self.raises.raise(weight, self.patch.span, what, help);
    }

    fn kept(&self, key: &str) {
        self.say(Weight::Kept, format!("the patch of `{}` is `{key}` now", self.patch.path), "");
    }

    fn lost(&self, help: &str) {
        let what = format!("the patch of `{}` is not carried over", self.patch.path);
        self.say(Weight::Lost, what, help);
    }

    fn property(&mut self, resource: &str, path: &[&str], value: &Node) {
        match (resource, path) {
            ("BuildProject", ["Source", "BuildSpec"]) => self.buildspec(value),
            ("BuildProject", ["QueuedTimeoutInMinutes"]) => {
                let is_number = matches!(&value.value, Value::Integer(_));
                if !is_number {
                    return self
                        .lost("write the number of minutes as an `overrides` of the generated pipeline");
                }
                let path = "/Resources/BuildProject/Properties/QueuedTimeoutInMinutes".to_owned();
                self.meaning.patches.push((path, json(value)));
                self.kept("overrides");
            }
            ("BuildProject", ["Tags", ..]) => self.lost("write the tags under `tags`, which everything gets"),
            ("BuildProject", ["ServiceRole"]) => {
                self.lost("name the role under `roles.build`, if it is to be kept");
            }
            ("BuildProject", path) => {
                let became = project::set(&mut self.meaning.build, path, value);
                self.became(became, "build");
            }
            ("Pipeline", path) => self.pipeline(path, value),
            (resource, path) => {
                let environment = self.manifest.stages.iter().map(|stage| stage.name.value.clone());
                let tests = environment.into_iter().find(|name| {
                    resource.strip_prefix("BuildTestCommands") == Some(name.replace('-', "DASH").as_str())
                });
                let Some(environment) = tests else { return self.role(path, value) };
                let key = format!("environments.{environment}.verify");
                let machine = self.meaning.verify.entry(environment).or_default();
                let became = project::set(machine, path, value);
                self.became(became, &key);
            }
        }
    }

    fn became(&self, all: Vec<Became>, key: &str) {
        for one in all {
            match one {
                Became::Setting(setting) => self.kept(&format!("{key}.{setting}")),
                Became::Granted(why) => {
                    self.say(
                        Weight::Kept,
                        format!("the patch of `{}` has nothing to do", self.patch.path),
                        why,
                    );
                }
                Became::Secret(name) => self.say(
                    Weight::Mistake,
                    format!("a secret stands here in plain text: the variable `{name}` is not carried over"),
                    "everybody who reads the repository has it, and its history keeps it: replace it where it is used, keep the new one in \
                     Parameter Store, and name it under `secrets`",
                ),
                Became::Nothing(why) => self.lost(&why),
            }
        }
    }

    fn buildspec(&mut self, value: &Node) {
        match text(value) {
            Some(path) if !path.value.contains('\n') && !path.value.contains("arn:") => {
                self.meaning.buildspec = Some(path.value);
                self.say(
                    Weight::Kept,
                    format!("the patch of `{}` names another buildspec, which is read", self.patch.path),
                    "",
                );
            }
            _ => self.lost("the buildspec stands in the patch itself: look at its commands, and write its tests under `test.commands`"),
        }
    }

    fn pipeline(&mut self, path: &[&str], value: &Node) {
        let word = text(value).map(|text| text.value);
        match (path, word.as_deref()) {
            (["PipelineType"], _) => self.say(
                Weight::Kept,
                "the patch of the pipeline's type has nothing to do: all are of type V2".to_owned(),
                "V2 is paid by the minute of an action, V1 was by the month",
            ),
            (["ExecutionMode"], Some("SUPERSEDED" | "QUEUED")) => {
                let mode = if word.as_deref() == Some("QUEUED") { "queued" } else { "superseded" };
                self.meaning.start.mode = Some(mode);
                self.kept("mode");
            }
            (["ExecutionMode"], Some("PARALLEL")) => self.say(
                Weight::Changed,
                "executions ran side by side (`PARALLEL`), and follow each other now".to_owned(),
                "two of them could migrate one database at once",
            ),
            (["Stages", "0", "Actions", "0", "Configuration", "DetectChanges"], Some("false")) => self.lost(
                "no push started this pipeline, and every push to its branch starts the rule's: take the rule out, or close the \
                 pipeline's first stage with `branchline freeze`, if that is not meant",
            ),
            (["Name"], _) => {
                self.lost("a pipeline is called like its rule: `name` says another name, and the app's stands before it");
            }
            (["Tags", ..], _) => self.lost("write the tags under `tags`, which everything gets"),
            (["Stages", ..], _) => self.lost(
                "stages and actions are made from the map: tests stand under `test` and an environment's `verify`, migrations under \
                 `migrate`, other steps are services with `deploy.commands`; what none of these says can be an `overrides`",
            ),
            _ => self.lost("see whether it is still needed; `overrides` of the generated pipeline may say it"),
        }
    }

    fn triggers(&mut self, value: &Node) {
        let found = triggers::read(value);
        for why in &found.left {
            self.lost(why);
        }
        if !found.is_push_taken {
            return self.shut("no push that a rule can tell started it");
        }
        let own = &self.manifest.source.branch.value;
        self.meaning.is_shut = false;
        self.meaning.pattern = found.branches.filter(|pattern| pattern != own);
        let Start { paths, tags, .. } = &mut self.meaning.start;
        (*paths, *tags) = (found.paths, found.tags);
        let said = [
            ("branch", self.meaning.pattern.is_some()),
            ("paths", !paths.includes.is_empty()),
            ("tags", !tags.includes.is_empty()),
        ];
        for (key, _) in said.into_iter().filter(|(_, is_said)| *is_said) {
            self.kept(key);
        }
        if found.pull_requests.is_some() {
            self.meaning.pull_requests = found.pull_requests;
            self.say(
                Weight::Changed,
                "pull requests started the pipeline, deploys included".to_owned(),
                "a rule of their own (`pull_requests`) builds and tests, and deploys nothing",
            );
        }
    }

    /// No rule is written: it would deploy at pushes that did not.
    fn shut(&mut self, why: &str) {
        self.meaning.is_shut = true;
        let Manifest { name, source, .. } = &*self.manifest;
        let what = format!(
            "the pipeline `{}` gets no rule, by the patch of `{}`: {why}",
            name.value, self.patch.path
        );
        let help = format!(
            "with one, every push to `{}` would deploy. Write a rule for each way in which it is started, with `branch`, `tags` or `paths`",
            source.branch.value
        );
        self.say(Weight::Lost, what, help);
    }

    /// The source's branch.
    fn branch(&mut self, value: Option<&Node>) {
        let known = value.filter(|value| !is_made(value, &self.patch.tags)).and_then(text);
        let Some(branch) = known.map(|text| text.value) else {
            return self.shut("its branch cannot be read");
        };
        let before = std::mem::replace(&mut self.manifest.source.branch.value, branch.clone());
        let what = format!(
            "a patch has the pipeline wait for pushes to `{branch}`, and the manifest says `{before}`"
        );
        self.say(Weight::Changed, what, "the patch is what counted: the rule is for its branch");
    }

    /// Roles and policies.
    fn role(&self, path: &[&str], value: &Node) {
        match path {
            ["PermissionsBoundary"] => {
                self.lost("`permission_boundary` at the top of branchline.yml says it for every role");
            }
            ["Path"] => self.lost("`role_path` at the top of branchline.yml says it for every role"),
            _ => self.rights(value),
        }
    }

    fn rights(&self, value: &Node) {
        let rights = rights(value);
        if rights.is_empty() {
            return self
                .lost("see whether it is still needed; `overrides` of the generated pipeline may say it");
        }
        self.lost(&format!(
            "it allowed {}. What a deploy needs of that belongs under a `deploy.commands` with its `statements`; a build has no rights but \
             its own",
            rights.join("; ")
        ));
    }

    fn resource(&self, resource: &str, value: &Node) {
        let kind = value.get("Type").and_then(text).map(|text| text.value).unwrap_or_default();
        let service = kind.split("::").nth(1).unwrap_or_default();
        match service {
            "CodeStarNotifications" | "SNS" | "Chatbot" => {
                self.lost(&format!("`{resource}` told somebody of the pipeline: `notifications` does that"));
            }
            "IAM" => self.rights(value),
            "Events" => self.lost(&format!(
                "`{resource}` is a rule of EventBridge: where it tells of the pipeline, `notifications` does that; where it starts \
                 it, make a rule for the new pipeline in a stack of your own"
            )),
            _ => self.lost(&format!(
                "`{resource}` ({}) is a resource of your own: move it to a stack of your own before the pipeline's is deleted",
                if kind.is_empty() { "of no type that can be read" } else { &kind }
            )),
        }
    }

    fn left(&self, patch: &Patch) {
        if patch.operation == Operation::Remove {
            self.lost("it took something out of Copilot's template, which is not made any more: see whether the generated one has it too");
        } else {
            self.lost("its value is made by CloudFormation, or stands where no key is: write what it comes to in AWS");
        }
    }
}
