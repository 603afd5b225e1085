//! What may go when nobody wants to go back any more, and what has to stay.

use super::super::super::draft::Draft;
use super::super::super::errand::Errand;
use super::left::Left;
use super::{Before, COPILOTS, Old};
use crate::document::steps::quote;

/// The last steps.
pub(super) fn steps(before: &Before, draft: &Draft, old: &[Old], left: &Left) -> Vec<Errand> {
    let app = &before.app;
    let mut steps: Vec<Errand> = old.iter().map(|one| pipeline(app, one)).collect();
    steps.extend(old.iter().filter_map(|one| one.token.as_deref()).map(token));
    steps.push(files(old));
    steps.push(left.told().map_or_else(|| parameters(before, draft), |left| needed(app, &left)));
    steps.push(stays(app));
    steps
}

fn pipeline(app: &str, old: &Old) -> Errand {
    let mut commands = Vec::new();
    if let Some(stack) = &old.stack {
        commands.push(stack.clone());
        commands.push(
            "aws cloudformation describe-stack-resources --stack-name \"${STACK:?no such stack of this app}\" --query \
             \"StackResources[?ResourceType=='AWS::CodeStarConnections::Connection'].PhysicalResourceId\" --output text"
                .to_owned(),
        );
    }
    commands.push(format!("copilot pipeline delete --app {} --name {}", quote(app), quote(&old.name)));
    let other = if old.stack.is_some() {
        " (without Copilot: `aws cloudformation delete-stack --stack-name \"$STACK\"`, which needs the lines before it)"
    } else {
        ""
    };
    Errand {
        what: format!("after some weeks: delete Copilot's pipeline {}", old.name),
        account: COPILOTS.to_owned(),
        commands,
        why: format!(
            "the command for the stack shows the connection that goes with the stack: where it is the one of branchline.yml, do not delete, but make \
             a connection of its own first. The last one asks, and deletes the stack with the pipeline, its build projects and its roles{other}. Where it asks about \
             a secret, too, answer No: it would be deleted at once, and for good"
        ),
    }
}

fn token(secret: &str) -> Errand {
    Errand {
        what: "delete the token that Copilot's pipeline came to GitHub with".to_owned(),
        account: COPILOTS.to_owned(),
        commands: vec![format!(
            "aws secretsmanager delete-secret --secret-id {} --recovery-window-in-days 30",
            quote(secret)
        )],
        why: "if nothing else uses it. It can be restored for 30 days; revoke the token itself in GitHub's settings".to_owned(),
    }
}

/// The folder of a manifest that has one of its own, or the file.
fn files(old: &[Old]) -> Errand {
    let paths = old.iter().flat_map(|one| &one.files).map(|path| {
        let own = path.strip_suffix("/manifest.yml").filter(|folder| folder.contains("pipelines/"));
        quote(own.unwrap_or(path))
    });
    let paths: std::collections::BTreeSet<String> = paths.collect();
    let paths: Vec<String> = paths.into_iter().collect();
    Errand {
        what: "remove the files of Copilot's pipelines, on every branch that has them".to_owned(),
        account: String::new(),
        commands: vec![
            format!("git rm -r --ignore-unmatch -- {}", paths.join(" ")),
            "git commit -m 'Remove the pipelines of Copilot'".to_owned(),
        ],
        why: "the manifests of services and environments stay as long as anybody runs `copilot` for them; a buildspec that only these \
              pipelines used can go, too"
            .to_owned(),
    }
}

/// In place of what deletes the list: something still needs it.
fn needed(app: &str, left: &str) -> Errand {
    Errand {
        what: "leave Copilot's list of the app as it is".to_owned(),
        account: String::new(),
        commands: Vec::new(),
        why: format!(
            "what stays with Copilot needs it ({left}): delete nothing below /copilot/applications/{app}, nor below /copilot/{app}/, where the \
             secrets are that the tasks read"
        ),
    }
}

fn parameters(before: &Before, draft: &Draft) -> Errand {
    let app = &before.app;
    let root = format!("/copilot/applications/{app}");
    let services = draft.services.iter().filter(|one| before.workloads.contains(&one.name));
    let services = services.map(|one| format!("{root}/components/{}", one.name));
    let environments = draft.environments.iter().map(|one| format!("{root}/environments/{}", one.name));
    let names = services.chain(environments).chain([root.clone()]);
    let list = format!(
        "aws ssm get-parameters-by-path --path {} --recursive --query 'Parameters[].Name' --output text",
        quote(&root)
    );
    let delete = names.map(|name| format!("aws ssm delete-parameter --name {}", quote(&name)));
    Errand {
        what: "only when nobody runs `copilot` for this app any more: delete its list of the app".to_owned(),
        account: COPILOTS.to_owned(),
        commands: std::iter::once(list).chain(delete).collect(),
        why: format!(
            "no entry is of a pipeline, so none has to go. By these `copilot` knows the app, its environments and its services: without \
             them `copilot svc logs`, `exec` and `deploy` find nothing, and what runs goes on. The app itself comes last; what the list shows \
             besides belongs to environments and services that no rule deploys. Never delete below /copilot/{app}/: there are the secrets that \
             the tasks read"
        ),
    }
}

fn stays(app: &str) -> Errand {
    Errand {
        what: "what stays".to_owned(),
        account: String::new(),
        commands: Vec::new(),
        why: format!(
            "the stacks of environments ({app}-ENVIRONMENT) and services ({app}-ENVIRONMENT-SERVICE) have the clusters, services, load \
             balancers and roles that branchline deploys to; the stack {app}-infrastructure-roles and the stack set {app}-infrastructure have the \
             roles, the artifact bucket and the image repositories, from which tasks start as long as a task definition names their \
             images. `copilot app delete`, `copilot env delete`, `copilot svc delete` and `copilot job delete` delete what runs"
        ),
    }
}
