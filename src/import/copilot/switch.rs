//! The order of a switch-over from Copilot's pipelines: new ones made closed, old ones stopped, environments opened one by one, and at last
//! what may go.
//!
//! Names as Copilot's sources have them, version 1.33: a pipeline's stack is `pipeline-<app>-<name>`, and of a pipeline that is older
//! than those names `<name>` (`internal/pkg/deploy/cloudformation/stack/name.go`). The pipeline in it is the resource `Pipeline`, whose
//! name CloudFormation makes up; its stages are `Source`, `Build` and `DeployTo-<environment>`
//! (`internal/pkg/template/templates/cicd/pipeline_cfn.yml`). So it is asked for by its stack.

mod after;
mod left;
mod old;
mod order;

use std::collections::BTreeSet;

use self::left::Left;
use self::old::Old;
use super::super::draft::Draft;
use super::super::errand::Errand;
use super::pick::Picked;
use crate::document::steps::quote;

/// Whose credentials Copilot's pipelines are looked at with.
const COPILOTS: &str = "the account and region where `copilot app init` ran";

/// Whose credentials branchline's commands work with.
const OURS: &str = "the account of the new pipelines";

/// The first stage behind the source, in every pipeline of Copilot's.
const FIRST: &str = "Build";

/// What the steps are made of, besides the map.
#[derive(Clone, Debug, Default)]
pub struct Before {
    /// Copilot's name of the app.
    pub app: String,
    /// Its pipelines.
    pub pipelines: Vec<Picked>,
    /// The workloads that any branch has.
    pub workloads: BTreeSet<String>,
    /// The files of attributes with lines that keep files of pipelines apart, from the root of the repository.
    pub guarded: BTreeSet<String>,
}

/// The steps, by what is known of AWS in the draft. None where nothing became a rule.
pub fn steps(before: &Before, draft: &Draft) -> Vec<Errand> {
    if draft.rules.is_empty() {
        return Vec::new();
    }
    let app = &before.app;
    let taken = |picked: &&Picked| draft.takes_over(&picked.manifest.name.value);
    let old = old::all(app, draft, before.pipelines.iter().filter(taken));
    let left = Left::of(before, draft);
    let order = order::order(draft);
    let mut steps = vec![judge(&before.guarded), make(), see()];
    steps.extend(old.iter().map(|one| stop(app, one)));
    steps.push(others(app, &old, &left));
    steps.extend(left.steps());
    steps.push(newest(draft));
    steps.extend(order.iter().map(|name| open(draft, &order, name)));
    steps.push(close(draft, &order));
    steps.push(back(draft, &old));
    steps.extend(after::steps(before, draft, &old, &left));
    steps
}

fn judge(guarded: &BTreeSet<String>) -> Errand {
    let mut commands: Vec<String> =
        ["branchline check", "branchline doctor", "branchline plan"].map(str::to_owned).to_vec();
    let files: Vec<String> =
        std::iter::once("branchline.yml".to_owned()).chain(guarded.iter().map(|file| quote(file))).collect();
    commands.push(format!("git add -- {}", files.join(" ")));
    commands.push("git commit -m 'One branch map for all pipelines'".to_owned());
    let mut why = "look at each CHECK in branchline.yml first. doctor finds names in AWS that are not right yet; plan shows what will be \
                   made. Nothing is changed in AWS by these"
        .to_owned();
    if !guarded.is_empty() {
        why.push_str(
            ". The lines with `merge=ours` are to go on every branch that has them: merge this commit there",
        );
    }
    Errand { what: "judge and commit the map".to_owned(), account: OURS.to_owned(), commands, why }
}

fn make() -> Errand {
    Errand {
        what: "make the new pipelines, closed before every environment".to_owned(),
        account: OURS.to_owned(),
        commands: vec!["branchline apply --closed 'switch-over from Copilot'".to_owned()],
        why: "they build and test, and deploy nothing. Where apply ends since a new connection waits for a person, complete it in the \
              console (Developer Tools, Settings, Connections) and give the same command again"
            .to_owned(),
    }
}

fn see() -> Errand {
    Errand {
        what: "see one build go well in each new pipeline".to_owned(),
        account: OURS.to_owned(),
        commands: vec!["branchline status".to_owned()],
        why: "each has built, and waits before its first environment, which is frozen. Until here the old pipelines deploy as ever"
            .to_owned(),
    }
}

fn stop(app: &str, old: &Old) -> Errand {
    let mut step = Errand {
        what: format!("stop Copilot's pipeline {}, and wait for what it is at", old.name),
        account: COPILOTS.to_owned(),
        commands: Vec::new(),
        why: String::new(),
    };
    let Some(found) = old.found() else {
        step.commands = vec![format!("copilot pipeline ls --app {}", quote(app))];
        step.why = format!(
            "CHECK: no stack can have this name, so it is called otherwise in AWS. Find it, and close the transition into its stage {FIRST}"
        );
        return step;
    };
    step.commands = found;
    step.commands.extend([
        format!(
            "aws codepipeline disable-stage-transition --pipeline-name \"$OLD\" --stage-name {FIRST} --transition-type Inbound --reason \
             'moved to branchline'"
        ),
        "aws codepipeline list-pipeline-executions --pipeline-name \"$OLD\" --query \
         \"pipelineExecutionSummaries[?status=='InProgress' || status=='Stopping'].[pipelineExecutionId, startTime]\" --output text"
            .to_owned(),
    ]);
    step.why = format!(
        "what is in it already goes on, an approval that waits there too: answer it, and ask again until the list is empty but for what \
         waits before {FIRST}. The stack is called pipeline-{app}-{name}, or, of an older \
         Copilot, {name}; it is only taken if its tags are those of this app, so AWS says of one of the two names that there is none",
        name = old.name
    );
    step
}

/// Copilot knows more than the branches that were read.
fn others(app: &str, old: &[Old], left: &Left) -> Errand {
    let names: Vec<&str> = old.iter().map(|one| one.name.as_str()).collect();
    let mut why = format!("it has to list no pipeline but those that were stopped ({})", names.join(", "));
    if !left.pipelines.is_empty() {
        why = format!("{why} and those that are left alone ({})", left.pipelines.join(", "));
    }
    why.push_str(
        ". Any other has no manifest on a branch that was read, and goes on deploying at every push: see what it deploys, and close the \
         transition into its stage Build, too, before you open what it deploys to",
    );
    Errand {
        what: "see that no other pipeline of Copilot's deploys".to_owned(),
        account: COPILOTS.to_owned(),
        commands: vec![format!("copilot pipeline ls --app {}", quote(app))],
        why,
    }
}

/// What has gathered before a closed environment goes in when it is opened.
fn newest(draft: &Draft) -> Errand {
    let mut commands = vec!["branchline status".to_owned()];
    let branches: BTreeSet<&str> = draft.rules.iter().map(|rule| rule.start.branch.as_str()).collect();
    commands.extend(branches.into_iter().map(|branch| {
        format!("branchline stop {} --execution ID --reason 'a newer one waits'", quote(branch))
    }));
    Errand {
        what: "of what waits, stop all but the newest".to_owned(),
        account: OURS.to_owned(),
        commands,
        why: "whatever waits in a new pipeline goes in when its environment is opened, the oldest first: a commit that is older than the \
              one that Copilot deployed would take its place. status shows what waits; give the stop once for each older execution, with \
              its id in place of ID, and compare the newest with the last commit that Copilot deployed. Copilot's pipelines let a newer commit take the place of one that waits, the new ones \
              queue: `mode: superseded` in a rule makes them do as Copilot's did"
            .to_owned(),
    }
}

fn open(draft: &Draft, order: &[String], environment: &str) -> Errand {
    let word = quote(environment);
    let mut commands = vec![format!("branchline unfreeze {word}")];
    let ways: Vec<&str> =
        draft.ways().get(environment).into_iter().flatten().map(|rule| rule.start.branch.as_str()).collect();
    commands.push("branchline status --watch".to_owned());
    let asks = draft.environments.iter().any(|one| one.name == environment && one.approval);
    let mut why = "the release that waits goes in at once; see that it is deployed and that the app answers before you go on".to_owned();
    if asks {
        why.push_str(". A person is asked first: `branchline approve`");
    }
    if let Some(branch) = ways.first() {
        why = format!("{why}. Where none waits: `branchline start {}`", quote(branch));
    }
    let behind = order::open_behind(draft, order, environment);
    if !behind.is_empty() {
        why = format!(
            "{why}. CHECK: what goes in here goes on at once to {}, which is open",
            behind.join(", ")
        );
    }
    Errand { what: format!("open {environment}"), account: OURS.to_owned(), commands, why }
}

fn close(draft: &Draft, order: &[String]) -> Errand {
    let freeze = |name: &String| format!("branchline freeze {} --reason 'back to Copilot'", quote(name));
    let mut commands: Vec<String> = order.iter().rev().map(freeze).collect();
    commands.push("branchline status".to_owned());
    let branches: BTreeSet<&str> = draft.rules.iter().map(|rule| rule.start.branch.as_str()).collect();
    let stops = branches
        .into_iter()
        .map(|branch| format!("`branchline stop {} --reason 'back to Copilot'`", quote(branch)))
        .collect::<Vec<_>>();
    Errand {
        what:
            "the way back, at any point until here: close the new pipelines, and wait until nothing is inside"
                .to_owned(),
        account: OURS.to_owned(),
        commands,
        why: format!(
            "freeze stops nothing that is inside already: it would deploy beside Copilot's pipeline. Let it end, or stop it ({}), and ask \
             status again until no release is inside an environment; only then go on with the next step",
            stops.join(", ")
        ),
    }
}

fn back(draft: &Draft, old: &[Old]) -> Errand {
    let mut commands = Vec::new();
    for one in old {
        if let Some(found) = one.found() {
            commands.extend(found);
            commands.push(format!(
                "aws codepipeline enable-stage-transition --pipeline-name \"$OLD\" --stage-name {FIRST} --transition-type Inbound"
            ));
        }
    }
    let mut why = "before the old pipelines were stopped nothing is to be undone: leave the new ones closed. After that this opens the \
                   old ones, once nothing is inside the new ones any more: their newest waiting commit runs at once. Services keep the task definition that was \
                   deployed last; the next release of the old pipeline replaces it, since each of its builds has an image tag of its own. \
                   `copilot svc deploy` by hand changes nothing where the tag is the last one: give it another with `--tag`. Copilot's \
                   stacks, roles and images all stand until the last steps"
        .to_owned();
    if draft.migrate.is_some() {
        why.push_str(
            ". What a migration has changed in a database stays changed: see that the older code can work with it before it is released",
        );
    }
    Errand {
        what: "the way back: open Copilot's pipelines again".to_owned(),
        account: COPILOTS.to_owned(),
        commands,
        why,
    }
}

#[cfg(test)]
mod tests;
