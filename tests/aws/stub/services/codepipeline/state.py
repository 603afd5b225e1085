"""GetPipelineState: each stage with who is in it, who waits before it, and how its actions ended last."""

from stub.clock import instant
from stub.operations import operation
from stub.services.codepipeline import line
from stub.services.codepipeline.pipelines import SERVICE, must_find

SHOWN = {"Cancelled": "Cancelled", "Stopped": "Stopped", "Stopping": "Stopping"}


@operation(SERVICE)
def GetPipelineState(call):
    pipeline = must_find(call)
    declaration = pipeline["declaration"]
    stages = [_stage(pipeline, index, stage) for index, stage in enumerate(declaration["stages"])]
    return {
        "pipelineName": declaration["name"],
        "pipelineVersion": declaration["version"],
        "stageStates": stages,
        "created": instant(pipeline["created"]),
        "updated": instant(pipeline["updated"]),
    }


def _stage(pipeline, index, stage):
    name = stage["name"]
    held = pipeline["stages"].get(name, {"actions": {}})
    state = {
        "stageName": name,
        "inboundTransitionState": _transition(pipeline["transitions"].get(name)),
        "actionStates": [_action(action, held["actions"].get(action["name"])) for action in stage["actions"]],
    }
    inbound = [_inbound(run) for run in line.waiting(pipeline, index)]
    if inbound and index > 0:
        state.update(inboundExecution=inbound[-1], inboundExecutions=inbound)
    run = pipeline["runs"].get(held.get("run"))
    if run and name in run["stages"]:
        of_run = run["stages"][name]
        state["latestExecution"] = {"pipelineExecutionId": run["id"], "status": of_run["status"], "type": run["type"]}
        if "retry" in of_run:
            retry = of_run["retry"]
            metadata = {"autoStageRetryAttempt": of_run["retries"], "latestRetryTrigger": retry["trigger"]}
            state["retryStageMetadata"] = metadata
        if "beforeEntry" in of_run["conditions"]:
            state["beforeEntryConditionState"] = _condition(run, name, of_run["conditions"]["beforeEntry"])
    return state


def _transition(disabled):
    if disabled is None:
        return {"enabled": True}
    answer = {"enabled": False, "lastChangedBy": disabled["by"], "lastChangedAt": instant(disabled["at"])}
    return answer | {"disabledReason": disabled["reason"]}


def _inbound(run):
    return {"pipelineExecutionId": run["id"], "status": "InProgress", "type": run["type"]}


def _action(action, held):
    state = {"actionName": action["name"]}
    if action["actionTypeId"]["provider"] == "CodeBuild":
        state["entityUrl"] = f"https://console.aws.amazon.com/codebuild/home?#/projects/{action['configuration']['ProjectName']}/view"
    if held is None:
        return state
    latest = {
        "actionExecutionId": held["id"],
        "status": held["status"],
        "summary": held["summary"],
        "lastStatusChange": instant(held["changed"]),
        "token": held["token"],
        "lastUpdatedBy": held["by"],
        "externalExecutionId": held["external"],
        "externalExecutionUrl": held["url"],
        "errorDetails": held["error"],
    }
    state["latestExecution"] = {key: value for key, value in latest.items() if value is not None}
    if held["type"]["category"] == "Source" and held["external"]:
        state["currentRevision"] = {
            "revisionId": held["external"],
            "revisionChangeId": held["id"],
            "created": instant(held["changed"]),
        }
    return state


def _condition(run, stage, status):
    rules = [rule for rule in run["rules"] if rule["stage"] == stage]
    return {
        "latestExecution": {"status": status},
        "conditionStates": [{"latestExecution": {"status": status}, "ruleStates": [_rule(rule) for rule in rules]}],
    }


def _rule(rule):
    latest = {"ruleExecutionId": rule["id"], "status": rule["status"], "lastStatusChange": instant(rule["changed"])}
    return {"ruleName": rule["name"], "latestExecution": latest}
