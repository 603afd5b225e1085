"""What is asked of stacks without changing them."""

from stub.clock import instant
from stub.operations import operation, page
from stub.services.cloudformation import template
from stub.services.cloudformation.stack import exports, must_find, shown

SERVICE = "cloudformation"
PAGE = 100


def _paged(key, items, call, size=PAGE):
    some, token = page(items, call.get("NextToken"), size)
    return {key: some} | ({"NextToken": token} if token else {})


@operation(SERVICE)
def DescribeStacks(call):
    if "StackName" in call.params:
        return {"Stacks": [shown(must_find(call.place, call.params["StackName"]))]}
    standing = [shown(s) for s in _newest(call) if s["status"] != "DELETE_COMPLETE"]
    return _paged("Stacks", standing, call)


@operation(SERVICE)
def ListStacks(call):
    wanted = call.get("StackStatusFilter")
    listed = [_summary(s) for s in _newest(call) if not wanted or s["status"] in wanted]
    return _paged("StackSummaries", listed, call)


def _newest(call):
    return sorted(call.place["stacks"].values(), key=lambda s: -s["created"])


def _summary(stack):
    full = shown(stack)
    times = ("CreationTime", "LastUpdatedTime", "DeletionTime")
    names = ("StackId", "StackName", *times, "StackStatus", "StackStatusReason", "DriftInformation")
    summary = {name: full[name] for name in names if name in full}
    description = (template.parse(stack["template"]) if stack["template"] else {}).get("Description")
    return summary | ({"TemplateDescription": description} if description else {})


@operation(SERVICE)
def DescribeStackEvents(call):
    name = call.params["StackName"]
    stack = must_find(call.place, name, "Stack [{}] does not exist")
    events = [_event(stack, event) for event in reversed(stack["events"])]
    return _paged("StackEvents", events, call)


def _event(stack, event):
    answer = {
        "StackId": stack["id"],
        "EventId": event["id"],
        "StackName": stack["name"],
        "LogicalResourceId": event["logical"],
        "PhysicalResourceId": event["physical"] or "",
        "ResourceType": event["type"],
        "Timestamp": instant(event["at"]),
        "ResourceStatus": event["status"],
    }
    optional = {"ResourceStatusReason": event["reason"], "ClientRequestToken": event["token"]}
    return answer | {key: value for key, value in optional.items() if value}


def _resource(logical, record, when_key):
    answer = {
        "LogicalResourceId": logical,
        "ResourceType": record["type"],
        when_key: instant(record["at"]),
        "ResourceStatus": record["status"],
        "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
    }
    optional = {"PhysicalResourceId": record["physical"], "ResourceStatusReason": record.get("reason")}
    return answer | {key: value for key, value in optional.items() if value}


@operation(SERVICE)
def DescribeStackResources(call):
    stack = must_find(call.place, call.params["StackName"])
    names = [n for n in stack["resources"] if call.get("LogicalResourceId") in (None, n)]
    own = {"StackId": stack["id"], "StackName": stack["name"]}
    # More than a hundred are not shown: the API has no pages.
    return {"StackResources": [own | _resource(n, stack["resources"][n], "Timestamp") for n in names[:PAGE]]}


@operation(SERVICE)
def DescribeStackResource(call):
    stack = must_find(call.place, call.params["StackName"], "Stack '{}' does not exist")
    logical = call.params["LogicalResourceId"]
    if logical not in stack["resources"]:
        raise template.invalid(f"Resource {logical} does not exist for stack {stack['name']}")
    detail = _resource(logical, stack["resources"][logical], "LastUpdatedTimestamp")
    return {"StackResourceDetail": detail | {"StackId": stack["id"], "StackName": stack["name"]}}


@operation(SERVICE)
def ListStackResources(call):
    stack = must_find(call.place, call.params["StackName"])
    listed = [_resource(n, r, "LastUpdatedTimestamp") for n, r in stack["resources"].items()]
    return _paged("StackResourceSummaries", listed, call)


@operation(SERVICE)
def GetTemplate(call):
    if "ChangeSetName" in call.params:
        from stub.services.cloudformation.change_sets import must_find as must_find_change

        return {"TemplateBody": must_find_change(call)["template"], "StagesAvailable": ["Original", "Processed"]}
    stack = must_find(call.place, call.params["StackName"])
    if not stack["template"]:  # in review: nothing was created yet
        raise template.invalid(f"Stack {stack['id']} has no template in state {stack['status']}")
    return {"TemplateBody": stack["template"], "StagesAvailable": ["Original", "Processed"]}


@operation(SERVICE)
def ListExports(call):
    listed = [{"ExportingStackId": s["id"], "Name": n, "Value": v} for n, (s, v) in sorted(exports(call.place).items())]
    return _paged("Exports", listed, call)


@operation(SERVICE)
def ListImports(call):
    name = call.params["ExportName"]
    users = [s["name"] for s in call.place["stacks"].values() if name in s["imports"] and s["status"] != "DELETE_COMPLETE"]
    if not users:
        raise template.invalid(f"Export '{name}' is not imported by any stack.")
    return _paged("Imports", users, call)


@operation(SERVICE)
def ValidateTemplate(call):
    tree = template.parse(template.given(call))
    answer = {"Parameters": [_declared(*item, "TemplateParameter") for item in (tree.get("Parameters") or {}).items()]}
    return answer | _about(tree)


@operation(SERVICE)
def GetTemplateSummary(call):
    if "StackName" in call.params:
        text = must_find(call.place, call.params["StackName"])["template"]
    else:
        text = template.given(call)
    tree = template.parse(text)
    kinds = sorted({resource["Type"] for resource in tree["Resources"].values()})
    answer = {"Parameters": [_declared(*item, "ParameterDeclaration") for item in (tree.get("Parameters") or {}).items()]}
    answer.update(ResourceTypes=kinds, Version=str(tree.get("AWSTemplateFormatVersion", "2010-09-09")))
    return answer | _about(tree)


def _about(tree):
    wanted, who = template.capabilities(tree)
    answer = {"Description": tree["Description"]} if tree.get("Description") else {}
    if wanted:
        answer["Capabilities"] = wanted
        answer["CapabilitiesReason"] = f"The following resource(s) require capabilities: [{', '.join(who)}]"
    return answer


def _declared(name, parameter, shape):
    answer = {"ParameterKey": name, "NoEcho": bool(parameter.get("NoEcho", False))}
    if "Default" in parameter:
        answer["DefaultValue"] = str(parameter["Default"])
    if "Description" in parameter:
        answer["Description"] = parameter["Description"]
    if shape == "ParameterDeclaration":
        answer["ParameterType"] = parameter["Type"]
    return answer


