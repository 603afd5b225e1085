"""A stack as the state has it, its events, and how it is found and shown."""

from stub.clock import instant
from stub.operations import arn
from stub.services.cloudformation.template import invalid

BUSY = "_IN_PROGRESS"


def new(call, name, status):
    """A stack that has nothing yet."""
    identity = arn("cloudformation", call.region, call.account, f"stack/{name}/{call.world.new_id()}")
    stack = {
        "id": identity,
        "name": name,
        "account": call.account,
        "region": call.region,
        "status": status,
        "reason": None,
        "created": call.now,
        "updated": None,
        "deleted_at": None,
        "template": "",
        "parameters": {},
        "tags": {},
        "capabilities": [],
        "role": None,
        "notifications": [],
        "protected": False,
        "disable_rollback": False,
        "on_failure": "ROLLBACK",
        "outputs": {},
        "imports": [],
        "resources": {},
        "events": [],
        "change_set": None,
        "work": None,
    }
    call.place["stacks"][identity] = stack
    return stack


def find(place, name):
    """A stack by its id, or by its name while it stands; else None."""
    if name.startswith("arn:"):
        return place["stacks"].get(name)
    return next((s for s in place["stacks"].values() if s["name"] == name and s["status"] != "DELETE_COMPLETE"), None)


def must_find(place, name, text="Stack with id {} does not exist"):
    stack = find(place, name)
    if stack is None:
        raise invalid(text.format(name))
    return stack


def refuse_busy(stack, action):
    """Nothing is begun on a stack that something happens to."""
    if stack["status"].endswith(BUSY):
        raise invalid(f"Stack:{stack['id']} is in {stack['status']} state and can not {action}.")


def set_status(world, stack, status, when, reason=None):
    stack.update(status=status, reason=reason)
    add_event(world, stack, when, stack["name"], stack["id"], "AWS::CloudFormation::Stack", status, reason)


def add_event(world, stack, when, logical, physical, kind, status, reason=None, token=None):
    event = {"id": f"{logical}-{status}-{world.new_id()}", "at": when, "logical": logical, "physical": physical}
    event.update(type=kind, status=status, reason=reason, token=(stack["work"] or {}).get("token"))
    stack["events"].append(event)


def shown(stack):
    """A stack as DescribeStacks has it."""
    answer = {
        "StackId": stack["id"],
        "StackName": stack["name"],
        "CreationTime": instant(stack["created"]),
        "StackStatus": stack["status"],
        "DisableRollback": stack["disable_rollback"],
        "NotificationARNs": stack["notifications"],
        "Capabilities": stack["capabilities"],
        "Tags": [{"Key": key, "Value": value} for key, value in stack["tags"].items()],
        "EnableTerminationProtection": stack["protected"],
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
    }
    if stack["parameters"]:
        answer["Parameters"] = [{"ParameterKey": k, "ParameterValue": v} for k, v in stack["parameters"].items()]
    if stack["outputs"]:
        answer["Outputs"] = [_output(*item) for item in stack["outputs"].items()]
    optional = {
        "StackStatusReason": stack["reason"],
        "RoleARN": stack["role"],
        "ChangeSetId": stack["change_set"],
        "LastUpdatedTime": instant(stack["updated"]),
        "DeletionTime": instant(stack["deleted_at"]),
    }
    return answer | {key: value for key, value in optional.items() if value is not None}


def _output(name, output):
    shown = {"OutputKey": name, "OutputValue": output["value"]}
    if output.get("description"):
        shown["Description"] = output["description"]
    if output.get("export"):
        shown["ExportName"] = output["export"]
    return shown


def exports(place):
    """Every export of a region: name → its stack and value."""
    return {
        output["export"]: (stack, output["value"])
        for stack in place["stacks"].values()
        if stack["status"] != "DELETE_COMPLETE"
        for output in stack["outputs"].values()
        if output.get("export")
    }


def importers(place, export):
    return [s["name"] for s in place["stacks"].values() if export in s["imports"] and s["status"] != "DELETE_COMPLETE"]
