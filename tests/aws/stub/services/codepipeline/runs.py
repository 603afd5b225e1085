"""Starting, stopping, retrying and rolling back."""

from stub.operations import operation
from stub.refusal import Refusal
from stub.services.codepipeline import line
from stub.services.codepipeline.history import must_find_run
from stub.services.codepipeline.pipelines import SERVICE, must_find, stage_of

# The texts are those of the service model's documentation of each error.
NOT_RETRYABLE = (
    "Unable to retry. The specified stage can't be retried because the pipeline structure or stage state changed after the "
    "stage was not completed; the stage contains no failed actions; one or more actions are still in progress; or another "
    "retry attempt is already in progress."
)


@operation(SERVICE)
def StartPipelineExecution(call):
    pipeline = must_find(call)
    asked = call.get("clientRequestToken")
    if asked in pipeline["requests"]:
        return {"pipelineExecutionId": pipeline["requests"][asked]}
    declaration = pipeline["declaration"]
    sources = [action["name"] for action in declaration["stages"][0]["actions"]]
    revisions = call.get("sourceRevisions", [])
    for revision in revisions:
        if revision["actionName"] not in sources:
            text = f"Source action {revision['actionName']} does not exist in pipeline {declaration['name']}"
            raise Refusal("ActionNotFoundException", text)
    declared = [variable["name"] for variable in declaration.get("variables", [])]
    variables = call.get("variables", [])
    for variable in variables:
        if variable["name"] not in declared:
            text = f"Variable {variable['name']} is not declared in pipeline {declaration['name']}"
            raise Refusal("ValidationException", text)
    given = {variable["name"] for variable in variables}
    for variable in declaration.get("variables", []):
        if "defaultValue" not in variable and variable["name"] not in given:
            raise Refusal("ValidationException", f"Variable {variable['name']} has no default value and must be given one")
    run = line.start(call.world, pipeline, call.now, "StartPipelineExecution", call.principal, revisions, variables)
    if asked:
        pipeline["requests"][asked] = run["id"]
    return {"pipelineExecutionId": run["id"]}


@operation(SERVICE)
def StopPipelineExecution(call):
    pipeline = must_find(call)
    run = must_find_run(pipeline, call.params["pipelineExecutionId"])
    abandon = call.get("abandon", False)
    if run["status"] == "Stopping" and not abandon:
        raise Refusal("DuplicatedStopRequestException", f"Pipeline execution {run['id']} is already stopping")
    if run["status"] not in line.LIVE:
        text = f"Pipeline execution {run['id']} is in status {run['status']} and cannot be stopped"
        raise Refusal("PipelineExecutionNotStoppableException", text)
    run.update(status="Stopping", stopped_because=call.get("reason", ""), updated=call.now)
    if not run["inside"]:
        line.finish(pipeline, run, "Stopped", call.now)
    else:
        _stop_inside(pipeline, run, abandon, call.now)
    line.move(call.world, pipeline, call.now)
    return {"pipelineExecutionId": run["id"]}


def _stop_inside(pipeline, run, abandon, now):
    """The actions that run are left to end, or abandoned; what only waits is over at once."""
    held = run["stages"][line.stages(pipeline)[run["at"]]["name"]]
    for action in held["actions"].values():
        if action["status"] == "InProgress" and (abandon or action["token"]):
            action.update(status="Abandoned", changed=now, token=None)
    if not any(action["status"] == "InProgress" for action in held["actions"].values()):
        held["status"] = "Stopped"
        line.finish(pipeline, run, "Stopped", now)
    else:
        held["status"] = "Stopping"


@operation(SERVICE)
def RetryStageExecution(call):
    pipeline = must_find(call)
    _, stage = stage_of(pipeline, call.params["stageName"])
    run = must_find_run(pipeline, call.params["pipelineExecutionId"])
    latest = pipeline["stages"].get(stage["name"], {}).get("run")
    if latest != run["id"]:
        text = f"Execution {run['id']} is not the latest in stage {stage['name']}: {latest}"
        raise Refusal("NotLatestPipelineExecutionException", text)
    held = run["stages"][stage["name"]]
    changed = run["version"] != pipeline["declaration"]["version"]
    if changed or run["status"] in line.LIVE or held["status"] not in ("Failed", "Stopped"):
        raise Refusal("StageNotRetryableException", NOT_RETRYABLE)
    line.again(call.world, pipeline, run, stage["name"], call.params["retryMode"], call.now)
    return {"pipelineExecutionId": run["id"]}


@operation(SERVICE)
def RollbackStage(call):
    pipeline = must_find(call)
    index, stage = stage_of(pipeline, call.params["stageName"])
    target = must_find_run(pipeline, call.params["targetPipelineExecutionId"])
    if target["version"] != pipeline["declaration"]["version"]:
        text = "The specified pipeline execution is outdated and cannot be used as a target pipeline execution for rollback."
        raise Refusal("PipelineExecutionOutdatedException", text)
    why = None
    if index == 0:
        why = "The source stage cannot be rolled back."
    elif pipeline["declaration"]["executionMode"] == "PARALLEL":
        why = "Stages of a pipeline in PARALLEL mode cannot be rolled back."
    elif target["type"] == "ROLLBACK":
        why = "The target pipeline execution is a rollback itself."
    elif target["stages"].get(stage["name"], {}).get("status") != "Succeeded":
        why = "The target pipeline execution did not succeed in this stage."
    elif line.inside(pipeline, index):
        why = "The stage is in progress."
    if why:
        raise Refusal("UnableToRollbackStageException", f"Unable to roll back the stage. {why}")
    run = line.roll_back(call.world, pipeline, stage["name"], target, call.now, "ManualRollback", call.principal)
    return {"pipelineExecutionId": run["id"]}
