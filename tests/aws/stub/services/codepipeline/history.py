"""What ran: executions, the executions of their actions and rules, newest first."""

import re

from stub.clock import instant
from stub.operations import operation, page
from stub.refusal import Refusal
from stub.services.codepipeline.pipelines import SERVICE, must_find


def must_find_run(pipeline, identity):
    run = pipeline["runs"].get(identity)
    if run is None:
        name = pipeline["declaration"]["name"]
        text = f"Pipeline execution id {identity} does not exist for pipeline {name}"
        raise Refusal("PipelineExecutionNotFoundException", text)
    return run


@operation(SERVICE)
def GetPipelineExecution(call):
    pipeline = must_find(call)
    run = must_find_run(pipeline, call.params["pipelineExecutionId"])
    answer = {
        "pipelineName": pipeline["declaration"]["name"],
        "pipelineVersion": run["version"],
        "pipelineExecutionId": run["id"],
        "status": run["status"],
        "artifactRevisions": [_artifact(revision) for revision in run["revisions"]],
        "variables": run["variables"],
        "trigger": run["trigger"],
        "executionMode": run["mode"],
        "executionType": run["type"],
    }
    if run["summary"]:
        answer["statusSummary"] = run["summary"]
    if run["target"]:
        answer["rollbackMetadata"] = {"rollbackTargetPipelineExecutionId": run["target"]}
    return {"pipelineExecution": answer}


def _artifact(revision):
    shown = {"name": revision["actionName"], "revisionId": revision["revisionId"]}
    shown["revisionSummary"] = revision.get("revisionSummary", "")
    return shown | ({"revisionUrl": revision["revisionUrl"]} if "revisionUrl" in revision else {})


@operation(SERVICE)
def ListPipelineExecutions(call):
    pipeline = must_find(call)
    runs = list(reversed(pipeline["runs"].values()))
    wanted = call.get("filter", {}).get("succeededInStage", {}).get("stageName")
    if wanted:
        # "Where the stage was successful in the current pipeline version": the service model.
        version = pipeline["declaration"]["version"]
        good = [run for run in runs if run["stages"].get(wanted, {}).get("status") == "Succeeded"]
        runs = [run for run in good if run["version"] == version]
    some, token = page([_summary(run) for run in runs], call.get("nextToken"), call.get("maxResults", 100))
    return {"pipelineExecutionSummaries": some} | ({"nextToken": token} if token else {})


def _summary(run):
    summary = {
        "pipelineExecutionId": run["id"],
        "status": run["status"],
        "startTime": instant(run["started"]),
        "lastUpdateTime": instant(run["updated"]),
        "sourceRevisions": run["revisions"],
        "trigger": run["trigger"],
        "executionMode": run["mode"],
        "executionType": run["type"],
    }
    if run["summary"]:
        summary["statusSummary"] = run["summary"]
    if run["status"] in ("Stopping", "Stopped"):
        summary["stopTrigger"] = {"reason": run.get("stopped_because", "")}
    if run["target"]:
        summary["rollbackMetadata"] = {"rollbackTargetPipelineExecutionId": run["target"]}
    return summary


def _runs(call, pipeline):
    """The runs that a filter names, newest first."""
    wanted = call.get("filter", {})
    only = wanted.get("pipelineExecutionId") or wanted.get("latestInPipelineExecution", {}).get("pipelineExecutionId")
    if only:
        return [must_find_run(pipeline, only)]
    return list(reversed(pipeline["runs"].values()))


@operation(SERVICE)
def ListActionExecutions(call):
    pipeline = must_find(call)
    details = [_action(run, held) for run in _runs(call, pipeline) for held in reversed(run["log"])]
    some, token = page(details, call.get("nextToken"), call.get("maxResults", 100))
    return {"actionExecutionDetails": some} | ({"nextToken": token} if token else {})


def _action(run, held):
    detail = {
        "pipelineExecutionId": run["id"],
        "actionExecutionId": held["id"],
        "pipelineVersion": run["version"],
        "stageName": held["stage"],
        "actionName": held["name"],
        "startTime": instant(held["started"]),
        "lastUpdateTime": instant(held["changed"]),
        "status": held["status"],
        "input": {
            "actionTypeId": held["type"],
            "configuration": held["configuration"],
            "resolvedConfiguration": {key: resolved(run, text) for key, text in held["configuration"].items()},
            "region": held["region"],
            "inputArtifacts": [{"name": name} for name in held["inputs"]],
        },
        "output": {
            "outputArtifacts": [{"name": name} for name in held["outputs"]],
            "executionResult": _result(held),
            "outputVariables": held["variables"],
        },
    }
    if held["role"]:
        detail["input"]["roleArn"] = held["role"]
    if held["namespace"]:
        detail["input"]["namespace"] = held["namespace"]
    if held["by"]:
        detail["updatedBy"] = held["by"]
    return detail


def resolved(run, text):
    """A text of a configuration with what CodePipeline knows of `#{namespace.NAME}`; what it does not know stays."""
    known = {"codepipeline.PipelineExecutionId": run["id"]}
    known.update({f"variables.{variable['name']}": variable["resolvedValue"] for variable in run["variables"]})
    for held in run["log"]:
        if held["namespace"]:
            known.update({f"{held['namespace']}.{name}": value for name, value in held["variables"].items()})
    return re.sub(r"#\{([^}]+)\}", lambda found: known.get(found[1], found[0]), text)


def _result(held):
    result = {
        "externalExecutionId": held["external"],
        "externalExecutionSummary": held["summary"],
        "externalExecutionUrl": held["url"],
        "errorDetails": held["error"],
    }
    return {key: value for key, value in result.items() if value is not None}


@operation(SERVICE)
def ListRuleExecutions(call):
    pipeline = must_find(call)
    details = [_rule(run, rule) for run in _runs(call, pipeline) for rule in reversed(run["rules"])]
    some, token = page(details, call.get("nextToken"), call.get("maxResults", 100))
    return {"ruleExecutionDetails": some} | ({"nextToken": token} if token else {})


def _rule(run, rule):
    return {
        "pipelineExecutionId": run["id"],
        "ruleExecutionId": rule["id"],
        "pipelineVersion": run["version"],
        "stageName": rule["stage"],
        "ruleName": rule["name"],
        "startTime": instant(rule["started"]),
        "lastUpdateTime": instant(rule["changed"]),
        "status": rule["status"],
        "input": {"ruleTypeId": rule["type"], "configuration": rule["configuration"]},
    }
