//! Events as CodePipeline raises them (its user guide, "Monitoring CodePipeline events"), and branchline's own.

use serde_json::{Value, json};

pub(crate) const ACCOUNT: &str = "444444444444";

/// CodePipeline's event of an action; `result` is what the action gave, where it gave something.
pub(crate) fn action(
    pipeline: &str,
    stage: &str,
    action: &str,
    category: &str,
    comes_to: &str,
    result: Option<Value>,
) -> Value {
    let mut detail = json!({
        "pipeline": pipeline,
        "execution-id": "01234567-0123-0123-0123-012345678901",
        "start-time": "2026-01-02T03:04:05.000Z",
        "stage": stage,
        "action": action,
        "state": comes_to,
        "region": "eu-west-1",
        "type": { "owner": "AWS", "provider": "CodeBuild", "category": category, "version": "1" },
        "version": 3.0,
        "pipeline-execution-attempt": 1.0,
    });
    if let Some(result) = result {
        detail["execution-result"] = result;
    }
    event("aws.codepipeline", "CodePipeline Action Execution State Change", &detail)
}

/// CodePipeline's event of a stage.
pub(crate) fn stage(pipeline: &str, stage: &str, comes_to: &str) -> Value {
    let detail = json!({
        "pipeline": pipeline,
        "execution-id": "01234567-0123-0123-0123-012345678901",
        "stage": stage,
        "state": comes_to,
        "version": 3.0,
    });
    event("aws.codepipeline", "CodePipeline Stage Execution State Change", &detail)
}

/// CodePipeline's event of a whole execution.
pub(crate) fn pipeline(pipeline: &str, comes_to: &str) -> Value {
    let detail = json!({
        "pipeline": pipeline,
        "execution-id": "01234567-0123-0123-0123-012345678901",
        "state": comes_to,
        "version": 3.0,
    });
    event("aws.codepipeline", "CodePipeline Pipeline Execution State Change", &detail)
}

/// branchline's own event: what was deployed where.
pub(crate) fn deployed(app: &str, pipeline: &str, environment: &str) -> Value {
    let detail = json!({
        "app": app,
        "environment": environment,
        "pipeline": pipeline,
        "execution": "01234567-0123-0123-0123-012345678901",
        "branch": "release/\"1\"",
        "commit": "0a1b2c3d",
        "previous": "9f8e7d6c",
        "rollback": "no",
        "summary": "2 commits by Ada, no migration",
        "link": "https://github.com/acme/shop/compare/9f8e7d6c...0a1b2c3d",
    });
    event(&format!("branchline.{app}"), "Deployed", &detail)
}

/// What a failed build gives.
pub(crate) fn failed_build() -> Value {
    json!({
        "external-execution-url": "https://console.aws.amazon.com/codebuild/home?region=eu-west-1#/builds/shop-develop-build:1/view/new",
        "external-execution-summary": "Build terminated with state: FAILED",
        "external-execution-id": "shop-develop-build:1",
        "error-code": "JobFailed",
    })
}

fn event(source: &str, detail_type: &str, detail: &Value) -> Value {
    json!({
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": detail_type,
        "source": source,
        "account": ACCOUNT,
        "time": "2026-01-02T03:04:05Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": detail,
    })
}
