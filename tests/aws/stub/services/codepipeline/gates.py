"""What people hold and let go: approvals, transitions, conditions."""

from stub.clock import instant
from stub.operations import operation
from stub.refusal import Refusal
from stub.services.codepipeline import conditions, line
from stub.services.codepipeline.actions import fail
from stub.services.codepipeline.history import must_find_run
from stub.services.codepipeline.pipelines import SERVICE, must_find, stage_of


@operation(SERVICE)
def PutApprovalResult(call):
    pipeline = must_find(call)
    _, stage = stage_of(pipeline, call.params["stageName"])
    name = call.params["actionName"]
    if name not in [a["name"] for a in stage["actions"]]:
        raise Refusal("ActionNotFoundException", f"Action '{name}' does not exist in stage '{stage['name']}'")
    held = pipeline["stages"].get(stage["name"], {"actions": {}})["actions"].get(name)
    token = call.params["token"]
    if held is None or held["type"]["category"] != "Approval" or token not in (held["token"], held.get("answered")):
        raise Refusal("InvalidApprovalTokenException", "The approval request already received a response or has expired.")
    if held["token"] is None:
        raise Refusal("ApprovalAlreadyCompletedException", "The approval action has already been approved or rejected.")
    result = call.params["result"]
    held.update(answered=held["token"], token=None, by=call.principal, changed=call.now, summary=result["summary"])
    if result["status"] == "Approved":
        held["status"] = "Succeeded"
    else:
        fail(held, result["summary"], "JobFailed")
        held["error"] = {"code": "ApprovalRejected", "message": result["summary"]}
    run = pipeline["runs"][pipeline["stages"][stage["name"]]["run"]]
    line.work(call.world, pipeline, run, call.now)
    return {"approvedAt": instant(call.now)}


@operation(SERVICE)
def DisableStageTransition(call):
    pipeline = must_find(call)
    _, stage = stage_of(pipeline, call.params["stageName"])
    if call.params["transitionType"] == "Inbound":
        disabled = {"reason": call.params["reason"], "by": call.principal, "at": call.now}
        pipeline["transitions"][stage["name"]] = disabled
    return {}


@operation(SERVICE)
def EnableStageTransition(call):
    pipeline = must_find(call)
    _, stage = stage_of(pipeline, call.params["stageName"])
    if call.params["transitionType"] == "Inbound":
        pipeline["transitions"].pop(stage["name"], None)
        line.move(call.world, pipeline, call.now)
    return {}


@operation(SERVICE)
def OverrideStageCondition(call):
    pipeline = must_find(call)
    _, stage = stage_of(pipeline, call.params["stageName"])
    run = must_find_run(pipeline, call.params["pipelineExecutionId"])
    if pipeline["stages"].get(stage["name"], {}).get("run") != run["id"]:
        text = f"Execution {run['id']} is not the latest in stage {stage['name']}"
        raise Refusal("NotLatestPipelineExecutionException", text)
    if call.params["conditionType"] != "BEFORE_ENTRY" or not conditions.waits(run, stage["name"]):
        text = f"Unable to override because there is no condition of type {call.params['conditionType']} to be overridden"
        raise Refusal("ConditionNotOverridableException", text)
    run["overridden"].append(stage["name"])
    if conditions.before_entry(call.world, pipeline, run, call.now):
        line.work(call.world, pipeline, run, call.now)
    return {}
