"""Stacks, created, updated and deleted directly."""

from stub.operations import operation
from stub.refusal import Refusal
from stub.services.cloudformation import engine, stack, template
from stub.services.cloudformation.differences import foresee, judge
from stub.services.cloudformation.stack import find, must_find

SERVICE = "cloudformation"
UPDATABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE")


def tags(call, default=None):
    if "Tags" not in call.params:
        return dict(default or {})
    return {tag["Key"]: tag["Value"] for tag in call.params["Tags"]}


def wanted(call, standing=None):
    """What a request wants a stack to be, judged: text, parameters, tags, capabilities, role, notifications."""
    text = template.given(call, standing and standing["template"])
    tree = template.parse(text)
    previous = standing["parameters"] if standing else None
    had = call.get("Capabilities", [])
    asked = {
        "template": text,
        "parameters": template.parameters(tree, call.get("Parameters", []), previous),
        "tags": tags(call, standing and standing["tags"]),
        "capabilities": had,
        "role": call.get("RoleARN", standing and standing["role"]),
        "notifications": call.get("NotificationARNs", []),
    }
    return asked, tree


@operation(SERVICE)
def CreateStack(call):
    name = call.params["StackName"]
    template.named(name, "stackName")
    standing = find(call.place, name)
    if standing:
        raise Refusal("AlreadyExistsException", f"Stack [{name}] already exists")
    asked, tree = wanted(call)
    template.acknowledged(tree, asked["capabilities"])
    made = stack.new(call, name, "CREATE_IN_PROGRESS")
    try:
        judge(call.world, made, tree, asked["parameters"], call.now)
    except Refusal:
        del call.place["stacks"][made["id"]]
        raise
    made["protected"] = call.get("EnableTerminationProtection", False)
    made["disable_rollback"] = call.get("DisableRollback", False)
    made["on_failure"] = call.get("OnFailure", "ROLLBACK")
    engine.begin(call.world, made, "create", call.now, call.get("ClientRequestToken"), **asked)
    return {"StackId": made["id"]}


@operation(SERVICE)
def UpdateStack(call):
    standing = must_find(call.place, call.params["StackName"], "Stack [{}] does not exist")
    refuse_update(standing)
    asked, tree = wanted(call, standing)
    template.acknowledged(tree, asked["capabilities"])
    _, differs = foresee(call.world, standing, asked["template"], asked["parameters"], asked["tags"], call.now)
    if not differs:
        raise template.invalid("No updates are to be performed.")
    standing["disable_rollback"] = call.get("DisableRollback", False)
    engine.begin(call.world, standing, "update", call.now, call.get("ClientRequestToken"), **asked)
    return {"StackId": standing["id"]}


def refuse_update(standing):
    if standing["status"] not in UPDATABLE:
        raise template.invalid(f"Stack:{standing['id']} is in {standing['status']} state and can not be updated.")


@operation(SERVICE)
def DeleteStack(call):
    standing = find(call.place, call.params["StackName"])
    if standing is None or standing["status"] == "DELETE_COMPLETE":
        return {}
    if standing["protected"]:
        text = "Stack [{}] cannot be deleted while TerminationProtection is enabled"
        raise template.invalid(text.format(standing["name"]))
    retain = call.get("RetainResources", [])
    if retain and standing["status"] != "DELETE_FAILED":
        text = "Invalid operation on stack [{}]. RetainResources can only be specified for stacks in the DELETE_FAILED state."
        raise template.invalid(text.format(standing["id"]))
    if standing["status"] == "DELETE_IN_PROGRESS":
        return {}
    if standing["status"].endswith(stack.BUSY) and standing["status"] not in ("REVIEW_IN_PROGRESS", "CREATE_IN_PROGRESS"):
        raise template.invalid(f"Stack [{standing['id']}] cannot be deleted while in status {standing['status']}")
    for output in standing["outputs"].values():
        users = stack.importers(call.place, output["export"]) if output.get("export") else []
        if users:
            raise template.invalid(f"Export {output['export']} cannot be deleted as it is in use by {' and '.join(users)}")
    for change_set in [c for c in call.place["change_sets"].values() if c["stack"] == standing["id"]]:
        del call.place["change_sets"][change_set["id"]]
    engine.remove(call.world, standing, call.now, retain, call.get("ClientRequestToken"))
    return {}


@operation(SERVICE)
def ContinueUpdateRollback(call):
    standing = must_find(call.place, call.params["StackName"])
    if standing["status"] != "UPDATE_ROLLBACK_FAILED":
        text = f"Stack:{standing['id']} is in {standing['status']} state and can not continue update rollback."
        raise template.invalid(text)
    skip = call.get("ResourcesToSkip", [])
    failed = [n for n, r in standing["resources"].items() if r["status"] == "UPDATE_FAILED"]
    wrong = [name for name in skip if name not in failed]
    if wrong:
        raise template.invalid(f"Resources [{', '.join(wrong)}] to skip are not in the UPDATE_FAILED state")
    engine.go_on(call.world, standing, call.now, skip, call.get("ClientRequestToken"))
    return {}


@operation(SERVICE)
def UpdateTerminationProtection(call):
    standing = must_find(call.place, call.params["StackName"])
    standing["protected"] = call.params["EnableTerminationProtection"]
    return {"StackId": standing["id"]}
