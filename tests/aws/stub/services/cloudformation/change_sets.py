"""Change sets: what would change, looked at first and then carried out."""

from stub.agenda import doer, plan
from stub.clock import instant
from stub.operations import arn, operation, page
from stub.refusal import Refusal
from stub.services.cloudformation import engine, stack, template
from stub.services.cloudformation.differences import foresee, judge, without_values
from stub.services.cloudformation.stack import find
from stub.services.cloudformation.stacks import refuse_update, wanted

SERVICE = "cloudformation"
EMPTY = "The submitted information didn't contain changes. Submit different information to create a change set."
PAGE = 100


@operation(SERVICE)
def CreateChangeSet(call):
    name, kind = call.params["StackName"], call.get("ChangeSetType", "UPDATE")
    standing = find(call.place, name)
    template.named(name, "stackName")
    if kind == "CREATE":
        if standing and standing["status"] != "REVIEW_IN_PROGRESS":
            text = "Stack [{}] already exists and cannot be created again with the changeSet [{}]."
            raise template.invalid(text.format(name, call.params["ChangeSetName"]))
    elif kind == "UPDATE":
        if standing is None:
            raise template.invalid(f"Stack [{name}] does not exist")
        refuse_update(standing)
    else:
        raise template.invalid(f"the stub has no change sets of type {kind}")
    if standing and any(c["name"] == call.params["ChangeSetName"] for c in _open(call.place, standing)):
        text = f"ChangeSet {call.params['ChangeSetName']} already exists for stack {standing['id']}"
        raise Refusal("AlreadyExistsException", text)
    previous = standing if kind == "UPDATE" else None
    asked, tree = wanted(call, previous)
    template.acknowledged(tree, asked["capabilities"])
    made = standing is None
    if made:
        standing = stack.new(call, name, "REVIEW_IN_PROGRESS")
        stack.set_status(call.world, standing, "REVIEW_IN_PROGRESS", call.now, "User Initiated")
    try:
        judge(call.world, standing, tree, asked["parameters"], call.now)
    except Refusal:
        if made:
            del call.place["stacks"][standing["id"]]
        raise
    identity = arn("cloudformation", call.region, call.account, f"changeSet/{call.params['ChangeSetName']}/{call.world.new_id()}")
    change_set = {
        "id": identity,
        "name": call.params["ChangeSetName"],
        "stack": standing["id"],
        "type": kind,
        "status": "CREATE_IN_PROGRESS",
        "reason": None,
        "execution": "UNAVAILABLE",
        "created": call.now,
        "description": call.get("Description"),
        "changes": [],
        "on_failure": call.get("OnStackFailure"),
    }
    call.place["change_sets"][identity] = change_set | asked
    plan(call.world, call.now + call.world.pace("change_set"), "change set", call.account, call.region, identity)
    return {"Id": identity, "StackId": standing["id"]}


def _of(change_set, standing):
    return change_set["stack"] == standing["id"]


def _open(place, standing):
    """Those that were not carried out. One that was is still described, and its name is free."""
    return [c for c in place["change_sets"].values() if _of(c, standing) and c["execution"] != "EXECUTE_COMPLETE"]


@doer("change set")
def _worked_out(world, when, account, region, identity):
    place = world.place(account, region)
    change_set = place["change_sets"].get(identity)
    if change_set is None:
        return
    standing = place["stacks"][change_set["stack"]]
    try:
        asked = (change_set["template"], change_set["parameters"], change_set["tags"])
        change_set["changes"], differs = foresee(world, standing, *asked, when)
    except Refusal as error:
        change_set.update(status="FAILED", reason=error.message)
        return
    if differs:
        change_set.update(status="CREATE_COMPLETE", execution="AVAILABLE")
    else:
        change_set.update(status="FAILED", reason=EMPTY)


def must_find(call):
    name = call.params["ChangeSetName"]
    if name.startswith("arn:"):
        if name in call.place["change_sets"]:
            return call.place["change_sets"][name]
    elif "StackName" in call.params:
        standing = find(call.place, call.params["StackName"])
        if standing is None:
            raise template.invalid(f"Stack [{call.params['StackName']}] does not exist")
        for change_set in reversed(call.place["change_sets"].values()):
            if _of(change_set, standing) and change_set["name"] == name:
                return change_set
    else:
        raise template.invalid("StackName must be specified if ChangeSetName is not specified as an ARN.")
    raise Refusal("ChangeSetNotFound", f"ChangeSet [{name}] does not exist")


@operation(SERVICE)
def DescribeChangeSet(call):
    change_set = must_find(call)
    standing = call.place["stacks"][change_set["stack"]]
    some, token = page(change_set["changes"], call.get("NextToken"), PAGE)
    some = some if call.get("IncludePropertyValues") else [without_values(change) for change in some]
    answer = _summary(change_set, standing) | {
        "Changes": [{"Type": "Resource", "ResourceChange": change} for change in some],
        "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in change_set["parameters"].items()],
        "Tags": [{"Key": key, "Value": value} for key, value in change_set["tags"].items()],
        "Capabilities": change_set["capabilities"],
        "NotificationARNs": change_set["notifications"],
    }
    return answer | ({"NextToken": token} if token else {})


def _summary(change_set, standing):
    answer = {
        "ChangeSetId": change_set["id"],
        "ChangeSetName": change_set["name"],
        "StackId": standing["id"],
        "StackName": standing["name"],
        "Status": change_set["status"],
        "ExecutionStatus": change_set["execution"],
        "CreationTime": instant(change_set["created"]),
        "IncludeNestedStacks": False,
    }
    optional = {"StatusReason": change_set["reason"], "Description": change_set["description"]}
    return answer | {key: value for key, value in optional.items() if value}


@operation(SERVICE)
def ListChangeSets(call):
    standing = stack.must_find(call.place, call.params["StackName"], "Stack [{}] does not exist")
    listed = [_summary(c, standing) for c in _open(call.place, standing)]
    some, token = page(listed, call.get("NextToken"), PAGE)
    return {"Summaries": some} | ({"NextToken": token} if token else {})


@operation(SERVICE)
def DeleteChangeSet(call):
    try:
        change_set = must_find(call)
    except Refusal as error:
        if error.code == "ChangeSetNotFound":
            return {}
        raise
    if change_set["status"] == "CREATE_IN_PROGRESS":
        text = f"ChangeSet [{change_set['id']}] cannot be deleted in its current status of [CREATE_IN_PROGRESS]"
        raise Refusal("InvalidChangeSetStatus", text)
    del call.place["change_sets"][change_set["id"]]
    return {}


@operation(SERVICE)
def ExecuteChangeSet(call):
    change_set = must_find(call)
    if change_set["execution"] != "AVAILABLE":
        text = f"ChangeSet [{change_set['id']}] cannot be executed in its current status of [{change_set['status']}]"
        raise Refusal("InvalidChangeSetStatus", text)
    standing = call.place["stacks"][change_set["stack"]]
    if change_set["type"] == "UPDATE":
        refuse_update(standing)
    kept = ("template", "parameters", "tags", "capabilities", "role", "notifications")
    asked = {key: change_set[key] for key in kept}
    standing["disable_rollback"] = call.get("DisableRollback", False)
    standing["on_failure"] = change_set["on_failure"] or "ROLLBACK"
    standing["change_set"] = change_set["id"]
    change_set["execution"] = "EXECUTE_COMPLETE"
    # Carrying one out removes all others of the stack, since they were worked out for what it was.
    for other in _open(call.place, standing):
        del call.place["change_sets"][other["id"]]
    phase = "create" if change_set["type"] == "CREATE" else "update"
    engine.begin(call.world, standing, phase, call.now, call.get("ClientRequestToken"), **asked)
    return {}
