"""Executions of pipelines: what moves them, and what is refused."""

import json

from checks.asking import refused

NAME = "line"
COMMIT = "a" * 40


def _action(name, category="Build", provider="CodeBuild", order=1, **more):
    kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    more.setdefault("configuration", {"ProjectName": "p"} if provider == "CodeBuild" else {})
    return {"name": name, "actionTypeId": kind, "runOrder": order} | more


def _declaration(mode="QUEUED", branch="main", **deploy):
    source = _action("Source", "Source", "CodeStarSourceConnection", outputArtifacts=[{"name": "Source"}], namespace="Source")
    source["configuration"] = {"ConnectionArn": "c", "FullRepositoryId": "acme/shop", "BranchName": branch}
    stages = [
        {"name": "Source", "actions": [source]},
        {"name": "Build", "actions": [_action("Lock"), _action("Build", order=2)]},
        {"name": "Approve", "actions": [_action("Approve", "Approval", "Manual")]},
        {"name": "Deploy", "actions": [_action("Deploy")]} | deploy,
    ]
    store = {"type": "S3", "location": "artifacts"}
    made = {"name": NAME, "roleArn": "arn:aws:iam::444444444444:role/p", "stages": stages, "artifactStore": store}
    variables = [{"name": "DOWNGRADE", "defaultValue": "refuse"}]
    return made | {"executionMode": mode, "pipelineType": "V2", "variables": variables}


def _made(ask, *arguments, **named):
    client = ask.client("codepipeline")
    client.create_pipeline(pipeline=_declaration(*arguments, **named))
    ask.later(60)
    return client


def _stages(ask):
    states = ask.client("codepipeline").get_pipeline_state(name=NAME)["stageStates"]
    return {s["stageName"]: s for s in states}


def _statuses(ask):
    return [s.get("latestExecution", {}).get("status") for s in _stages(ask).values()]


def _token(ask):
    return _stages(ask)["Approve"]["actionStates"][0]["latestExecution"]["token"]


def _answer(ask, status="Approved", token=None):
    result = {"status": status, "summary": "read"}
    where = {"pipelineName": NAME, "stageName": "Approve", "actionName": "Approve"}
    return ask.client("codepipeline").put_approval_result(**where, result=result, token=token or _token(ask))


def _start(ask, **more):
    revision = {"actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": COMMIT}
    return ask.client("codepipeline").start_pipeline_execution(name=NAME, sourceRevisions=[revision], **more)["pipelineExecutionId"]


def _run(ask, identity):
    return ask.client("codepipeline").get_pipeline_execution(pipelineName=NAME, pipelineExecutionId=identity)["pipelineExecution"]


def _newest(ask):
    return ask.client("codepipeline").list_pipeline_executions(pipelineName=NAME)["pipelineExecutionSummaries"][0]


def a_new_pipeline_runs_to_its_approval_and_on(ask):
    _made(ask)
    assert _newest(ask)["trigger"]["triggerType"] == "CreatePipeline"
    assert _statuses(ask) == ["Succeeded", "Succeeded", "InProgress", None]
    _answer(ask)
    ask.later(60)
    assert _statuses(ask) == ["Succeeded"] * 4 and _newest(ask)["status"] == "Succeeded"
    actions = ask.client("codepipeline").list_action_executions(pipelineName=NAME)["actionExecutionDetails"]
    assert [a["actionName"] for a in actions] == ["Deploy", "Approve", "Build", "Lock", "Source"], actions
    assert actions[1]["output"]["executionResult"]["externalExecutionSummary"] == "read"
    assert actions[-1]["output"]["outputVariables"]["CommitId"]


def a_branch_that_does_not_exist_fails_at_its_source(ask):
    _made(ask, branch="release/*")
    assert _statuses(ask)[0] == "Failed"
    summary = _stages(ask)["Source"]["actionStates"][0]["latestExecution"]["errorDetails"]["message"]
    assert "No Branch [release/*] found" in summary
    identity = _start(ask, variables=[{"name": "DOWNGRADE", "value": "allow"}])
    ask.later(60)
    run = _run(ask, identity)
    assert run["artifactRevisions"][0]["revisionId"] == COMMIT
    assert run["variables"] == [{"name": "DOWNGRADE", "resolvedValue": "allow"}]


def a_connection_that_nobody_finished_fails_at_its_source(ask):
    place = {"connections": {"c": {"name": "c", "status": "PENDING", "account": "444444444444"}}}
    ask.client("codepipeline").list_pipelines()
    ask.door("state", {"accounts": {"444444444444": {"roles": {}, "regions": {}}}})
    ask.client("codepipeline").create_pipeline(pipeline=_declaration())
    ask.door("state", {"accounts": {"444444444444": {"regions": {"eu-central-1": place}}}})
    ask.later(60)
    assert _statuses(ask)[0] == "Failed"


def an_approval_is_answered_once_and_by_its_own_token(ask):
    _made(ask)
    old = _token(ask)
    client = ask.client("codepipeline")
    refused("InvalidApprovalTokenException", _answer, ask, token="00000000-0000-0000-0000-000000000000")
    given = {"pipelineName": NAME, "token": old, "result": {"status": "Approved", "summary": ""}}
    refused("ActionNotFoundException", client.put_approval_result, **given, stageName="Approve", actionName="No")
    refused("StageNotFoundException", client.put_approval_result, **given, stageName="No", actionName="Approve")
    _answer(ask, "Rejected")
    assert _statuses(ask)[2] == "Failed"
    refused("ApprovalAlreadyCompletedException", _answer, ask, token=old)
    _start(ask)
    ask.later(60)
    assert _token(ask) != old
    refused("InvalidApprovalTokenException", _answer, ask, token=old)
    ask.later(8 * 24 * 3600)
    assert _statuses(ask)[2] == "Failed", "an approval does not wait for ever"


def a_frozen_stage_is_waited_for(ask):
    client = _made(ask)
    where = {"pipelineName": NAME, "stageName": "Deploy", "transitionType": "Inbound"}
    client.disable_stage_transition(**where, reason="frozen for the audit")
    _answer(ask)
    ask.later(60)
    deploy = _stages(ask)["Deploy"]
    assert deploy["inboundTransitionState"]["disabledReason"] == "frozen for the audit"
    assert deploy["inboundExecutions"][0]["pipelineExecutionId"] == _newest(ask)["pipelineExecutionId"]
    client.enable_stage_transition(**where)
    ask.later(60)
    assert _statuses(ask)[3] == "Succeeded"


def what_waits_keeps_its_order_or_is_superseded(ask):
    for mode, expected in (("QUEUED", ["InProgress", "InProgress"]), ("SUPERSEDED", ["InProgress", "Superseded"])):
        ask.door("reset", {})
        _made(ask, mode)
        _start(ask)
        ask.later(60)
        _start(ask)
        ask.later(60)
        listed = ask.client("codepipeline").list_pipeline_executions(pipelineName=NAME)["pipelineExecutionSummaries"]
        assert [run["status"] for run in listed[:2]] == expected, (mode, listed)


def an_action_fails_with_its_reason_and_its_stage_is_retried(ask):
    script = {"stage": "Build", "action": "Build", "summary": "Build terminated with state: FAILED", "url": "https://example.com/log"}
    ask.door("state", {"scripts": {"actions": [script]}})
    client = _made(ask)
    run = _newest(ask)["pipelineExecutionId"]
    latest = _stages(ask)["Build"]["actionStates"][1]["latestExecution"]
    assert latest["errorDetails"]["message"] == script["summary"] and latest["externalExecutionUrl"] == script["url"]
    where = {"pipelineName": NAME, "pipelineExecutionId": run}
    refused("NotLatestPipelineExecutionException", client.retry_stage_execution, **where, stageName="Deploy", retryMode="ALL_ACTIONS")
    refused("StageNotRetryableException", client.retry_stage_execution, **where, stageName="Source", retryMode="ALL_ACTIONS")
    client.retry_stage_execution(**where, stageName="Build", retryMode="ALL_ACTIONS")
    refused("StageNotRetryableException", client.retry_stage_execution, **where, stageName="Build", retryMode="ALL_ACTIONS")
    ask.later(60)
    actions = client.list_action_executions(pipelineName=NAME)["actionExecutionDetails"]
    assert [a["actionName"] for a in actions].count("Lock") == 2, "all actions run again"
    assert _statuses(ask)[1] == "Succeeded"


def a_failed_build_is_found_with_its_log(ask):
    script = {"stage": "Build", "action": "Build", "summary": "exit status 1", "log": ["running", "no such table"]}
    ask.door("state", {"scripts": {"actions": [script]}})
    _made(ask)
    identity = _stages(ask)["Build"]["actionStates"][1]["latestExecution"]["externalExecutionId"]
    build = ask.client("codebuild").batch_get_builds(ids=[identity])["builds"][0]
    assert build["buildStatus"] == "FAILED" and build["phases"][0]["contexts"][0]["message"] == "exit status 1"
    where = {"logGroupName": build["logs"]["groupName"], "logStreamName": build["logs"]["streamName"]}
    logs = ask.client("logs")
    page = logs.get_log_events(**where, startFromHead=True)
    assert [event["message"] for event in page["events"]] == ["running\n", "no such table\n"]
    rest = logs.get_log_events(**where, startFromHead=True, nextToken=page["nextForwardToken"])
    assert rest["events"] == [] and rest["nextForwardToken"] == page["nextForwardToken"]


def a_retry_of_the_failed_actions_leaves_the_others(ask):
    ask.door("state", {"scripts": {"actions": [{"stage": "Build", "action": "Build"}]}})
    client = _made(ask)
    run = _newest(ask)["pipelineExecutionId"]
    client.retry_stage_execution(pipelineName=NAME, pipelineExecutionId=run, stageName="Build", retryMode="FAILED_ACTIONS")
    ask.later(60)
    actions = client.list_action_executions(pipelineName=NAME)["actionExecutionDetails"]
    assert [a["actionName"] for a in actions].count("Lock") == 1 and _statuses(ask)[1] == "Succeeded"


def a_stage_goes_back_to_what_was_good_under_this_structure(ask):
    client = _made(ask)
    _answer(ask)
    ask.later(60)
    good = _newest(ask)["pipelineExecutionId"]
    where = {"pipelineName": NAME, "targetPipelineExecutionId": good}
    refused("UnableToRollbackStageException", client.rollback_stage, **where, stageName="Source")
    back = client.rollback_stage(**where, stageName="Deploy")["pipelineExecutionId"]
    ask.later(60)
    run = _run(ask, back)
    assert run["executionType"] == "ROLLBACK" and run["status"] == "Succeeded"
    assert run["rollbackMetadata"]["rollbackTargetPipelineExecutionId"] == good
    again = {"pipelineName": NAME, "targetPipelineExecutionId": back}
    refused("UnableToRollbackStageException", client.rollback_stage, **again, stageName="Deploy", says="rollback")
    succeeded = client.list_pipeline_executions(pipelineName=NAME, filter={"succeededInStage": {"stageName": "Deploy"}})
    assert good in [s["pipelineExecutionId"] for s in succeeded["pipelineExecutionSummaries"]]
    client.update_pipeline(pipeline=_declaration())
    refused("PipelineExecutionOutdatedException", client.rollback_stage, **where, stageName="Deploy")
    # "Where the stage was successful in the current pipeline version."
    succeeded = client.list_pipeline_executions(pipelineName=NAME, filter={"succeededInStage": {"stageName": "Deploy"}})
    assert succeeded["pipelineExecutionSummaries"] == []


def what_an_action_is_told_is_filled_in(ask):
    variables = {"SUMMARY": "two commits"}
    ask.door("state", {"scripts": {"actions": [{"action": "Build", "status": "Succeeded", "variables": variables, "times": 0}]}})
    declaration = _declaration()
    declaration["stages"][1]["actions"][1]["namespace"] = "Compare"
    text = "#{Compare.SUMMARY} of #{Source.BranchName}, #{variables.DOWNGRADE}, #{Compare.NOTHING}"
    declaration["stages"][2]["actions"][0]["configuration"] = {"CustomData": text}
    client = ask.client("codepipeline")
    client.create_pipeline(pipeline=declaration)
    ask.later(60)
    actions = client.list_action_executions(pipelineName=NAME)["actionExecutionDetails"]
    approval = next(a["input"] for a in actions if a["actionName"] == "Approve")
    told = approval["resolvedConfiguration"]["CustomData"]
    assert told == "two commits of main, refuse, #{Compare.NOTHING}", told
    assert approval["configuration"]["CustomData"] == text


def a_failed_deploy_goes_back_by_itself(ask):
    client = _made(ask, onFailure={"result": "ROLLBACK"})
    _answer(ask)
    ask.later(60)
    good = _newest(ask)["pipelineExecutionId"]
    ask.door("state", {"scripts": {"actions": [{"stage": "Deploy"}]}})
    _start(ask)
    ask.later(60)
    _answer(ask)
    ask.later(60)
    newest = _newest(ask)
    assert newest["executionType"] == "ROLLBACK" and newest["trigger"]["triggerType"] == "AutomatedRollback"
    assert newest["rollbackMetadata"]["rollbackTargetPipelineExecutionId"] == good
    assert newest["status"] == "Succeeded", client


def an_update_ends_what_runs(ask):
    client = _made(ask)
    run = _newest(ask)["pipelineExecutionId"]
    token = _token(ask)
    client.update_pipeline(pipeline=_declaration())
    assert _run(ask, run)["status"] == "Cancelled"
    assert client.get_pipeline(name=NAME)["pipeline"]["version"] == 2
    refused("InvalidApprovalTokenException", _answer, ask, token=token)
    where = {"pipelineName": NAME, "pipelineExecutionId": run, "stageName": "Approve"}
    refused("StageNotRetryableException", client.retry_stage_execution, **where, retryMode="ALL_ACTIONS")


def a_run_is_stopped_or_abandoned(ask):
    client = _made(ask)
    run = _newest(ask)["pipelineExecutionId"]
    client.stop_pipeline_execution(pipelineName=NAME, pipelineExecutionId=run, reason="wrong")
    assert _run(ask, run)["status"] == "Stopped"
    refused("PipelineExecutionNotStoppableException", client.stop_pipeline_execution, pipelineName=NAME, pipelineExecutionId=run)
    ask.door("state", {"scripts": {"actions": [{"stage": "Build", "status": "InProgress", "times": 0}]}})
    second = _start(ask)
    ask.later(60)
    client.stop_pipeline_execution(pipelineName=NAME, pipelineExecutionId=second)
    refused("DuplicatedStopRequestException", client.stop_pipeline_execution, pipelineName=NAME, pipelineExecutionId=second)
    assert _run(ask, second)["status"] == "Stopping"
    client.stop_pipeline_execution(pipelineName=NAME, pipelineExecutionId=second, abandon=True)
    assert _run(ask, second)["status"] == "Stopped"


def a_closed_window_waits_until_it_opens_or_is_overridden(ask):
    rule = {"name": "Window", "ruleTypeId": {"category": "Rule", "owner": "AWS", "provider": "DeploymentWindow", "version": "1"}}
    rule["configuration"] = {"Cron": "* * 9-16 ? * MON-THU *", "TimeZone": "UTC"}
    ask.door("state", {"scripts": {"windows": [{"stage": "Deploy", "open": False}]}})
    client = _made(ask, beforeEntry={"conditions": [{"result": "FAIL", "rules": [rule]}]})
    _answer(ask)
    ask.later(600)
    run = _newest(ask)["pipelineExecutionId"]
    state = _stages(ask)["Deploy"]
    assert state["beforeEntryConditionState"]["latestExecution"]["status"] == "InProgress"
    assert client.list_rule_executions(pipelineName=NAME)["ruleExecutionDetails"][0]["status"] == "InProgress"
    where = {"pipelineName": NAME, "stageName": "Deploy", "pipelineExecutionId": run}
    refused("ConditionNotOverridableException", client.override_stage_condition, **where, conditionType="ON_SUCCESS")
    client.override_stage_condition(**where, conditionType="BEFORE_ENTRY")
    ask.later(60)
    assert _stages(ask)["Deploy"]["beforeEntryConditionState"]["latestExecution"]["status"] == "Overridden"
    assert _statuses(ask)[3] == "Succeeded"
    _start(ask)
    ask.later(60)
    _answer(ask)
    ask.door("state", {"scripts": {"windows": []}})
    ask.later(120)
    assert _newest(ask)["status"] == "Succeeded"


def the_same_request_starts_one_execution(ask):
    client = _made(ask)
    first = _start(ask, clientRequestToken="once")
    assert _start(ask, clientRequestToken="once") == first
    assert len(client.list_pipeline_executions(pipelineName=NAME)["pipelineExecutionSummaries"]) == 2
    pages = client.get_paginator("list_pipeline_executions").paginate(pipelineName=NAME, PaginationConfig={"PageSize": 1})
    assert [len(p["pipelineExecutionSummaries"]) for p in pages] == [1, 1]


def what_is_no_pipeline_is_refused(ask):
    client = ask.client("codepipeline")
    one = _declaration()
    one["stages"] = one["stages"][:1]
    refused("InvalidStructureException", client.create_pipeline, pipeline=one)
    late = _declaration()
    late["stages"][3]["actions"] = [dict(late["stages"][0]["actions"][0], name="Late")]
    refused("InvalidStageDeclarationException", client.create_pipeline, pipeline=late)
    early = json.loads(json.dumps(_declaration()))
    early["stages"][1]["actions"][0]["inputArtifacts"] = [{"name": "Nothing"}]
    refused("InvalidStructureException", client.create_pipeline, pipeline=early, says="Nothing")
    _made(ask)
    refused("PipelineNameInUseException", client.create_pipeline, pipeline=_declaration())
    refused("PipelineVersionNotFoundException", client.get_pipeline, name=NAME, version=9)
    revision = {"actionName": "No", "revisionType": "COMMIT_ID", "revisionValue": COMMIT}
    refused("ActionNotFoundException", client.start_pipeline_execution, name=NAME, sourceRevisions=[revision])
    refused("ValidationException", client.start_pipeline_execution, name=NAME, variables=[{"name": "NO", "value": "x"}])
    nobody = {"pipelineName": NAME, "pipelineExecutionId": "00000000-0000-0000-0000-000000000000"}
    refused("PipelineExecutionNotFoundException", client.get_pipeline_execution, **nobody)
    refused("PipelineNotFoundException", client.get_pipeline_state, name="nobody")
    refused("ResourceNotFoundException", client.list_tags_for_resource, resourceArn="arn:aws:codepipeline:eu-central-1:444444444444:nobody")
    refused("ValidationException", client.get_pipeline, name="../no", says="regular expression pattern")


def a_role_that_is_not_there_is_refused_where_roles_are_checked(ask):
    client = ask.client("codepipeline")
    ask.door("state", {"roles_checked": True})
    refused("InvalidStructureException", client.create_pipeline, pipeline=_declaration(), says="AssumeRole on role")
    account = {"roles": {"arn:aws:iam::444444444444:role/p": {}}}
    ask.door("state", {"accounts": {"444444444444": account}})
    client.create_pipeline(pipeline=_declaration())
