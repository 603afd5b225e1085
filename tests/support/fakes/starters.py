"""What starts tasks: EventBridge's rules, Scheduler's schedules, state machines of Step Functions."""

import datetime
import json

import world as shared
from errors import AwsError


def list_targets_by_rule(world, params):
    if params["Rule"] not in world["rules"]:
        raise AwsError("ResourceNotFoundException", f"Rule {params['Rule']} does not exist on EventBus default.")
    return {"Targets": world["rules"][params["Rule"]]}


def put_targets(world, params):
    """A target replaces the one of its id as a whole."""
    if world.get("refused_targets"):
        failed = [{"TargetId": target["Id"], "ErrorCode": "X", "ErrorMessage": world["refused_targets"]}
                  for target in params["Targets"]]
        return {"FailedEntryCount": len(failed), "FailedEntries": failed}
    targets = world["rules"][params["Rule"]]
    ids = [target["Id"] for target in targets]
    for target in params["Targets"]:
        targets[ids.index(target["Id"])] = target
    shared.save(world)
    return {"FailedEntryCount": 0, "FailedEntries": []}


def get_schedule(world, params):
    name = f"{params['GroupName']}/{params['Name']}"
    if name not in world["schedules"]:
        raise AwsError("ResourceNotFoundException", f"Schedule {params['Name']} does not exist.")
    return world["schedules"][name]


def update_schedule(world, params):
    """All that is not said falls back to its default."""
    start = params.get("StartDate")
    if start and datetime.datetime.fromisoformat(start).timestamp() < shared.now() - 300:
        raise AwsError("ValidationException", "The StartDate you specify cannot be earlier than 5 minutes ago.")
    for key in ("ScheduleExpression", "Target", "FlexibleTimeWindow"):
        if key not in params:
            raise AwsError("ValidationException", f"{key} is missing.")
    world["schedules"][f"{params['GroupName']}/{params['Name']}"] = params
    shared.save(world)
    return {"ScheduleArn": "arn"}


def describe_state_machine(world, params):
    if params["stateMachineArn"] not in world["state_machines"]:
        raise AwsError("StateMachineDoesNotExist", "State Machine Does Not Exist: " + params["stateMachineArn"])
    machine = world["state_machines"][params["stateMachineArn"]]
    # What is shown may be older than what is there.
    if shared.now() < machine.get("changed", 0) + world.get("stale_seconds", 0):
        return {**machine, "definition": machine["before"]}
    shown = dict(machine)
    # Somebody changes it behind the first look.
    if "definition_at_next_look" in world:
        machine["definition"] = world.pop("definition_at_next_look")
        shared.save(world)
    return shown


def update_state_machine(world, params):
    json.loads(params["definition"])
    # Somebody who has read it before writes behind us.
    if world.get("lost_updates", 0) > 0:
        world["lost_updates"] -= 1
        shared.save(world)
        return {"updateDate": "2026-11-01T00:00:00+00:00"}
    machine = world["state_machines"][params["stateMachineArn"]]
    if "stale_seconds" in world:
        machine.update(before=machine["definition"], changed=shared.now())
    machine["definition"] = params["definition"]
    shared.save(world)
    return {"updateDate": "2026-11-01T00:00:00+00:00"}
