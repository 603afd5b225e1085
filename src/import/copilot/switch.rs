//! The order of a switch-over from Copilot's pipelines: new ones made closed, old ones stopped, environments opened one by one, and at last
//! what may go.
//!
//! Names as Copilot's sources have them, version 1.33: a pipeline's stack is `pipeline-<app>-<name>`, and of a pipeline that is older
//! than those names `<name>` (`internal/pkg/deploy/cloudformation/stack/name.go`). The pipeline in it is the resource `Pipeline`, whose
//! name CloudFormation makes up; its stages are `Source`, `Build` and `DeployTo-<environment>`
//! (`internal/pkg/template/templates/cicd/pipeline_cfn.yml`). So it is asked for by its stack.

mod after;

use super::super::draft::Draft;
use super::super::errand::Errand;
use super::pick::Picked;
use super::pipeline::Provider;
use crate::document::steps::quote;

/// Whose credentials Copilot's pipelines are looked at with.
const COPILOTS: &str = "the account and region where `copilot app init` ran";

/// Whose credentials branchline's commands work with.
const OURS: &str = "the account of the new pipelines";

/// The first stage behind the source, in every pipeline of Copilot's.
const FIRST: &str = "Build";

/// A pipeline of Copilot's that a rule takes over.
struct Old {
    name: String,
    /// Its stack; `None` where no stack can have this name.
    stack: Option<String>,
    /// Its files, from the root of the repository.
    files: Vec<String>,
    /// The secret with its token.
    token: Option<String>,
}

/// The steps. None where nothing became a rule.
pub fn steps(app: &str, draft: &Draft, pipelines: &[Picked], has_guards: bool) -> Vec<Errand> {
    if draft.rules.is_empty() {
        return Vec::new();
    }
    let taken = |picked: &&Picked| draft.rules.iter().any(|rule| rule.pipeline == picked.manifest.name.value);
    let mut old: Vec<Old> = Vec::new();
    for picked in pipelines.iter().filter(taken) {
        let name = &picked.manifest.name.value;
        let at = old.iter().position(|one| one.name == *name);
        let at = at.unwrap_or_else(|| {
            let stack = Some(format!("pipeline-{app}-{name}")).filter(|stack| is_stack(stack));
            old.push(Old { name: name.clone(), stack, files: Vec::new(), token: None });
            old.len() - 1
        });
        let Some(one) = old.get_mut(at) else { continue };
        if !one.files.contains(&picked.copy.path) {
            one.files.push(picked.copy.path.clone());
        }
        if let Provider::GitHubToken(secret) = &picked.manifest.source.provider {
            one.token = Some(secret.clone());
        }
    }
    let left: Vec<&str> = pipelines
        .iter()
        .filter(|picked| !taken(picked))
        .map(|picked| picked.manifest.name.value.as_str())
        .collect();
    let order = order(draft);
    let mut steps = vec![judge(has_guards), make(), see()];
    steps.extend(old.iter().map(|one| stop(app, one)));
    if !left.is_empty() {
        steps.push(Errand {
            what: format!("leave alone what no rule takes over: {}", left.join(", ")),
            account: String::new(),
            commands: Vec::new(),
            why: "the new map does nothing of what these pipelines do".to_owned(),
        });
    }
    steps.extend(order.iter().map(|name| open(draft, name)));
    steps.push(back(draft, &old, &order));
    steps.extend(after::steps(app, draft, &old));
    steps
}

/// Whether CloudFormation takes this as a stack's name (CloudFormation API reference, `CreateStack`).
fn is_stack(name: &str) -> bool {
    name.len() <= 128 && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}

/// The environments, the least important first: those without an approval, and those that stand early in a rule.
fn order(draft: &Draft) -> Vec<String> {
    let depth = |name: &String| {
        let places =
            draft.rules.iter().filter_map(|rule| rule.environments.iter().position(|one| one == name));
        places.max().unwrap_or_default()
    };
    let mut all: Vec<_> =
        draft.environments.iter().map(|one| (one.approval, depth(&one.name), one.name.clone())).collect();
    // Stable: what is left is the order in which the pipelines come to them.
    all.sort_by_key(|(approval, depth, _)| (*approval, *depth));
    all.into_iter().map(|(.., name)| name).collect()
}

fn judge(has_guards: bool) -> Errand {
    let mut commands: Vec<String> =
        ["branchline check", "branchline doctor", "branchline plan"].map(str::to_owned).to_vec();
    commands.push(format!("git add -- branchline.yml{}", if has_guards { " .gitattributes" } else { "" }));
    commands.push("git commit -m 'One branch map for all pipelines'".to_owned());
    let mut why = "look at each CHECK in branchline.yml first. doctor finds names in AWS that are not right yet; plan shows what will be \
                   made. Nothing is changed in AWS by these"
        .to_owned();
    if has_guards {
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

/// The command that finds the pipeline's name in AWS.
fn found(old: &Old) -> Option<String> {
    old.stack.as_ref().map(|stack| {
        format!(
            "OLD=$(aws cloudformation describe-stack-resource --stack-name {stack} --logical-resource-id Pipeline --query \
             StackResourceDetail.PhysicalResourceId --output text)"
        )
    })
}

fn stop(app: &str, old: &Old) -> Errand {
    let mut step = Errand {
        what: format!("stop Copilot's pipeline {}, and wait for what it is at", old.name),
        account: COPILOTS.to_owned(),
        commands: Vec::new(),
        why: String::new(),
    };
    let Some(found) = found(old) else {
        step.commands = vec![format!("copilot pipeline ls --app {}", quote(app))];
        step.why = format!(
            "CHECK: no stack can have this name, so it is called otherwise in AWS. Find it, and close the transition into its stage {FIRST}"
        );
        return step;
    };
    step.commands = vec![
        found,
        format!(
            "aws codepipeline disable-stage-transition --pipeline-name \"$OLD\" --stage-name {FIRST} --transition-type Inbound --reason \
             'moved to branchline'"
        ),
        "aws codepipeline list-pipeline-executions --pipeline-name \"$OLD\" --query \
         \"pipelineExecutionSummaries[?status=='InProgress' || status=='Stopping'].[pipelineExecutionId, startTime]\" --output text"
            .to_owned(),
    ];
    step.why = format!(
        "what is in it already goes on, an approval that waits there too: answer it, and ask again until the list is empty but for what \
         waits before {FIRST}. Where AWS knows no such stack, the pipeline is of an older Copilot, and its stack is called {} alone \
         (`copilot pipeline ls` shows it)",
        old.name
    );
    step
}

fn open(draft: &Draft, environment: &str) -> Errand {
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
    Errand { what: format!("open {environment}"), account: OURS.to_owned(), commands, why }
}

fn back(draft: &Draft, old: &[Old], order: &[String]) -> Errand {
    let mut commands: Vec<String> = order
        .iter()
        .rev()
        .map(|name| format!("branchline freeze {} --reason 'back to Copilot'", quote(name)))
        .collect();
    for one in old {
        if let Some(found) = found(one) {
            commands.push(found);
            commands.push(format!(
                "aws codepipeline enable-stage-transition --pipeline-name \"$OLD\" --stage-name {FIRST} --transition-type Inbound"
            ));
        }
    }
    let mut why = "before the old pipelines were stopped nothing is to be undone: leave the new ones closed. After that this closes the new \
                   ones and opens the old ones, whose newest waiting commit runs at once. Services keep the task definition that was \
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
        what: "the way back, at any point until here".to_owned(),
        account: format!("{OURS}, and for `aws` {COPILOTS}"),
        commands,
        why,
    }
}

#[cfg(test)]
mod tests;
