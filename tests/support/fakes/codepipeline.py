"""What CodePipeline says of executions. One that a scenario does not speak of is on its way, and its pipeline is there.

What a scenario may say: "executions", by their ids, each with its status, its type, what
triggered it, and the target of a rollback; a status of None is of one that is
not found.
"""

from errors import AwsError
from locks import under_role


def get_pipeline_execution(world, params):
    under_role()
    told = world.get("executions", {}).get(params["pipelineExecutionId"], {})
    status = told.get("status", "InProgress")
    if status is None:
        raise AwsError("PipelineExecutionNotFoundException", "It does not exist.")
    execution = {"pipelineName": params["pipelineName"], "status": status,
                 "pipelineExecutionId": params["pipelineExecutionId"],
                 "executionType": told.get("type", "STANDARD")}
    if "trigger" in told:
        execution["trigger"] = {"triggerType": told["trigger"]}
    if "target" in told:
        execution["rollbackMetadata"] = {"rollbackTargetPipelineExecutionId": told["target"]}
    return {"pipelineExecution": execution}


def get_pipeline_state(world, params):
    under_role()
    return {"pipelineName": params["name"], "stageStates": []}


def list_pipeline_executions(world, params):
    under_role()
    return {"pipelineExecutionSummaries": []}
