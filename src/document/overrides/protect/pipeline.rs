//! What protects in a pipeline, in its stack and in `pipeline.json`: every stage and action stays, in its order, and does
//! what it did. Stages and actions of one's own may stand between them.

use serde_json::Value;

use super::{Touched, either};
use crate::diagnostic::shown;
use crate::pipeline::names::StageKind;

/// What of a pipeline stays, in both spellings, and why.
const OF_PIPELINE: &[(&str, &str, &str)] = &[
    ("Name", "name", "policies and other stacks find it by its name"),
    ("RoleArn", "roleArn", "its role may do what its stages need, and no more"),
    (
        "PipelineType",
        "pipelineType",
        "only the type V2 has triggers: the other starts at every push to one branch",
    ),
    ("ArtifactStore", "artifactStore", "nobody else may write what is built, migrated and deployed"),
    ("ArtifactStores", "artifactStores", "nobody else may write what is built, migrated and deployed"),
];

/// What of an action stays, in both spellings, whatever it does.
const OF_ACTION: &[(&str, &str)] = &[
    ("Name", "name"),
    ("ActionTypeId", "actionTypeId"),
    ("RunOrder", "runOrder"),
    ("RoleArn", "roleArn"),
    ("Region", "region"),
    ("Namespace", "namespace"),
    ("InputArtifacts", "inputArtifacts"),
    ("OutputArtifacts", "outputArtifacts"),
];

/// Modes in which executions follow each other. In `PARALLEL` two of them migrate one database, and stages lock nothing
/// (CodePipeline, "Set or change the pipeline execution mode").
const IN_TURN: &[&str] = &["SUPERSEDED", "QUEUED"];

/// The settings of an action that stay.
#[derive(Clone, Copy)]
enum Settings {
    /// These, and those that are added are free.
    Some(&'static [&'static str]),
    /// All but these.
    AllBut(&'static [&'static str]),
}

/// The pipeline of a stack or of `pipeline.json`.
pub(in crate::document::overrides) fn of(value: &Value) -> Option<&Value> {
    value.pointer("/Resources/Pipeline/Properties").or_else(|| value.get("pipeline"))
}

pub(super) fn judge(before: &Value, after: &Value) -> Option<Touched> {
    // Where it is gone, the resources say so, and `pipeline.json` has nothing else.
    let was = of(before)?;
    let Some(is) = of(after) else { return Some(order("that there is a pipeline".to_owned())) };
    itself(was, is).or_else(|| variables(was, is)).or_else(|| stages(was, is))
}

/// Variables of ours stay, and what each is where a start says nothing: the guard of older commits goes by one, and every
/// trigger is a start that says nothing.
fn variables(was: &Value, is: &Value) -> Option<Touched> {
    let list =
        |pipeline| either(pipeline, "Variables", "variables").as_array().map_or(&[][..], Vec::as_slice);
    let name = |one| either(one, "Name", "name");
    let default = |one| either(one, "DefaultValue", "defaultValue");
    let changed = list(was).iter().find(|own| {
        let mut of_name = list(is).iter().filter(|one| name(one) == name(own));
        of_name.next().map(default) != Some(default(own)) || of_name.next().is_some()
    })?;
    Some(Touched {
        what: format!("the default of the variable {}", shown(name(changed).as_str().unwrap_or_default())),
        reason: "every trigger starts with it: each older commit would pass, and nobody would have said so",
        help: "give the variable when you start the pipeline, or write `downgrade` in the environment",
    })
}

fn itself(was: &Value, is: &Value) -> Option<Touched> {
    if let Some((upper, lower, reason)) =
        OF_PIPELINE.iter().find(|(upper, lower, _)| either(was, upper, lower) != either(is, upper, lower))
    {
        return Some(Touched {
            what: format!("`{}` of the pipeline", if was.get(lower).is_some() { lower } else { upper }),
            reason,
            help: "names, roles and buckets follow from `app`, the rule's `name` and `pipelines`",
        });
    }
    let (mode, now) =
        (either(was, "ExecutionMode", "executionMode"), either(is, "ExecutionMode", "executionMode"));
    let in_turn = now.is_null() || now.as_str().is_some_and(|mode| IN_TURN.contains(&mode));
    (mode != now && !in_turn).then(|| Touched {
        what: "the pipeline to a mode in which its executions do not wait for each other".to_owned(),
        reason: "two executions would migrate and deploy at once, the older one perhaps last",
        help: "write `SUPERSEDED` or `QUEUED`",
    })
}

fn stages(was: &Value, is: &Value) -> Option<Touched> {
    let list = |pipeline| either(pipeline, "Stages", "stages").as_array().map_or(&[][..], Vec::as_slice);
    let mut rest = list(is).iter();
    for stage in list(was) {
        let name = either(stage, "Name", "name");
        let title = name.as_str().unwrap_or_default();
        let Some(now) = rest.find(|other| either(other, "Name", "name") == name) else {
            return Some(order(format!("the stage {}", shown(title))));
        };
        if conditions(stage) != conditions(now) {
            return Some(Touched {
                what: format!("what the stage {} waits for, or does when it fails", shown(title)),
                reason: "a condition skips a stage, an approval too, and a retry migrates a second time",
                help: "say it with `approval`, `migrate` or `test`, or put the condition on a stage of your own",
            });
        }
        if let Some(touched) = actions(title, stage, now) {
            return Some(touched);
        }
    }
    None
}

/// All that a stage says beside its actions: `BeforeEntry`, `OnSuccess`, `OnFailure`, `Blockers`.
fn conditions(stage: &Value) -> Vec<(&String, &Value)> {
    let of_stage = stage.as_object().into_iter().flatten();
    of_stage.filter(|(key, _)| !["Name", "name", "Actions", "actions"].contains(&key.as_str())).collect()
}

fn actions(stage: &str, was: &Value, is: &Value) -> Option<Touched> {
    let list = |stage| either(stage, "Actions", "actions").as_array().map_or(&[][..], Vec::as_slice);
    let mut rest = list(is).iter();
    for action in list(was) {
        let same = |other: &&Value| {
            OF_ACTION.iter().all(|(upper, lower)| either(action, upper, lower) == either(other, upper, lower))
        };
        let title = either(action, "Name", "name").as_str().unwrap_or_default();
        let Some(now) = rest.find(same) else {
            return Some(order(format!("the action {} of {}", shown(title), shown(stage))));
        };
        if let Some(key) = setting(stage, title, action, now) {
            return Some(Touched {
                what: format!("the setting `{key}` of {} of {}", shown(title), shown(stage)),
                reason: "it decides what is fetched, tested, migrated or deployed, and where",
                help: "change the key of branchline.yml from which it is made",
            });
        }
    }
    None
}

/// Whether a stage changes an environment.
fn changes(stage: &str) -> bool {
    match StageKind::of(stage) {
        Some(StageKind::Migrate | StageKind::Deploy) => true,
        Some(StageKind::Approve | StageKind::Verify) | None => false,
    }
}

/// A setting that stays, and was changed.
fn setting<'a>(stage: &str, title: &str, was: &'a Value, is: &'a Value) -> Option<&'a str> {
    let of = |action: &'a Value| either(action, "Configuration", "configuration");
    let (was_set, is_set) = (of(was), of(is));
    let provider = either(either(was, "ActionTypeId", "actionTypeId"), "Provider", "provider");
    let settings = match provider.as_str() {
        // Whom it tells and what it says are free: it waits all the same.
        Some("Manual") => Settings::Some(&[]),
        Some("CodeStarSourceConnection") => {
            Settings::Some(&["ConnectionArn", "FullRepositoryId", "BranchName"])
        }
        Some("CodeCommit") => Settings::Some(&["RepositoryName", "BranchName", "PollForSourceChanges"]),
        // Who takes the lock, and for whom, stays in every stage.
        Some("CodeBuild") if !changes(stage) && !["Lock", "Guard"].contains(&title) => {
            Settings::Some(&["ProjectName"])
        }
        Some("ECS") => Settings::AllBut(&["DeploymentTimeout"]),
        _ => Settings::AllBut(&[]),
    };
    match settings {
        Settings::Some(keys) => keys.iter().copied().find(|key| was_set[*key] != is_set[*key]),
        Settings::AllBut(free) => {
            let keys = [was_set, is_set].into_iter().filter_map(Value::as_object).flat_map(|set| set.keys());
            let mut keys = keys.map(String::as_str).filter(|key| !free.contains(key));
            keys.find(|key| was_set.get(key) != is_set.get(key))
        }
    }
}

fn order(what: String) -> Touched {
    Touched {
        what,
        reason: "it stands between a commit and an environment: name, type, order, role and artifacts stay",
        help: "say it with `approval`, `migrate` or `test`, or put a stage of your own beside it",
    }
}
