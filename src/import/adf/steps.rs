//! What ADF's builds, deploys and parameters ask for, in words: none of it is a deploy of branchline's by itself.

use super::super::buildspecs::secret::Safe;
use super::pipeline::Step;

/// What to do about a deploy by a provider.
pub(super) fn deploy_help(provider: &str) -> &'static str {
    match provider {
        "cloudformation" => {
            "call `aws cloudformation deploy` with `--stack-name`, `--template-file` and `--capabilities` under the service's \
             `deploy.commands`, with the `statements` it needs. Where nothing else was said, ADF's stack is `adf-` and the pipeline's name, \
             its template `template.yml`, and the parameters are those that `adf-build/generate_params.py` wrote in the build"
        }
        "codedeploy" => {
            "call `aws deploy create-deployment` and `aws deploy wait deployment-successful` under the service's `deploy.commands`, with the \
             `statements` they need"
        }
        "lambda" => {
            "call `aws lambda invoke` under the service's `deploy.commands`, and look at the function's answer: the call succeeds where the \
             function fails. It needs `lambda:InvokeFunction` in its `statements`"
        }
        "s3" => {
            "call `aws s3 cp` under the service's `deploy.commands`, with `s3:PutObject` in its `statements`; what is copied has to be made \
             there, too"
        }
        "service_catalog" => {
            "call `aws servicecatalog create-provisioning-artifact` under the service's `deploy.commands`, with the `statements` it needs"
        }
        "codebuild" => {
            "write the commands of its buildspec under the service's `deploy.commands`, with the `statements` they need. ADF ran them in the \
             deployment account, with the role `adf-codebuild-role` where none is named"
        }
        _ => "call what deploys it under the service's `deploy.commands`, with the `statements` it needs",
    }
}

/// A provider as its own people call it.
pub(super) fn called(provider: &str) -> &str {
    match provider {
        "cloudformation" => "CloudFormation",
        "codedeploy" => "CodeDeploy",
        "lambda" => "a Lambda function",
        "s3" => "a copy to S3",
        "service_catalog" => "Service Catalog",
        "codebuild" => "CodeBuild",
        "jenkins" => "Jenkins",
        _ => "a provider that ADF does not have",
    }
}

/// What a build did, and what to do about it.
pub(super) fn build(step: &Step) -> (String, &'static str) {
    let settings = Safe::of(None, &step.settings()).text;
    let settings = if settings.is_empty() { String::new() } else { format!(", with {settings}") };
    if !step.is_enabled {
        return (
            "had no build".to_owned(),
            "a release of branchline's builds an image in any case: see which Dockerfile that is",
        );
    }
    match step.provider.as_str() {
        "codebuild" => (
            format!(
                "built by CodeBuild, with the repository's `buildspec.yml` unless it says otherwise{settings}"
            ),
            "branchline builds images, and what a buildspec packs for CloudFormation is no image. Write what it does under \
             `deploy.commands`, or under `test.commands` where it tests; `build.compute` (small, medium, large), `build.timeout` and \
             `build.variables` are those of the image's build, and secrets belong under `secrets`, never under `variables`",
        ),
        other => (
            format!("built by {}{settings}", called(other)),
            "branchline builds with CodeBuild: write what it does under `deploy.commands`",
        ),
    }
}

/// What one of the other keys asked for, and what to do about it.
pub(super) fn extra(key: &str, value: &str) -> (String, &'static str) {
    // A webhook is a secret: who has its address may write there.
    let value = Safe::of(Some(key), value).text;
    match key {
        "notification_endpoint" => (
            format!("told `{value}` of its executions (`notification_endpoint`)"),
            "write it under `notifications`: an address under `to.email`, a channel of Slack under `to.slack`",
        ),
        "schedule" => (
            format!("ran by a schedule, too (`{value}`)"),
            "branchline's pipelines run by pushes: a rule of EventBridge that starts the pipeline stays outside of them",
        ),
        "restart_execution_on_update" => (
            format!("has `restart_execution_on_update: {value}`"),
            "`branchline apply` does not start pipelines; `branchline start` does",
        ),
        "completion_trigger" => (
            format!("started other pipelines when it was done ({value})"),
            "write what follows as further environments of the rule, or start the other pipeline under a service's `deploy.commands`",
        ),
        "triggered_by" => (
            format!("was started by something else than pushes, too ({value})"),
            "a rule of EventBridge that starts the pipeline stays outside of it",
        ),
        "tags" => (
            format!("has tags of its own ({value})"),
            "write them under `tags`: they are of everything that is made",
        ),
        _ => (format!("has a description (`{value}`)"), "write it as a comment, if it is to be kept"),
    }
}
