"""What a change set says: which resources a new template adds, changes, replaces or removes, and why."""

import json

from stub.services.cloudformation import ground as names
from stub.services.cloudformation import template
from stub.services.cloudformation.intrinsics import LATER, judge_rules
from stub.services.cloudformation.kinds import Ground


def judge(world, stack, tree, parameters, when):
    """The rules alone: what a creation is refused for before it begins."""
    ground = Ground(world, stack["account"], stack["region"], stack, when)
    judge_rules(names.foreseen(ground, stack, tree, parameters, set()))


def foresee(world, stack, text, parameters, tags, when):
    """The changes, and whether anything changes at all: outputs do without a change in the list."""
    after = stack | {"tags": tags}
    ground = Ground(world, stack["account"], stack["region"], stack, when)
    tree = template.parse(text)
    unmade = set()
    scope = names.foreseen(ground, after, tree, parameters, unmade)
    judge_rules(scope)
    changes, wanted = [], []
    for name in template.order(tree):
        if not names.present(scope, name):
            continue
        wanted.append(name)
        change = _change(scope, after, stack["resources"].get(name), name, unmade)
        if change:
            changes.append(change)
    for name in stack["resources"]:
        if name not in wanted:
            changes.append(_removed(name, stack["resources"][name]))
    outputs = names.outputs(scope)
    return changes, bool(changes) or outputs != stack["outputs"]


def _change(scope, after, record, name, unmade):
    resource = scope.tree["Resources"][name]
    if record is None:
        names.properties(scope, after, name)  # an import of nothing is refused here
        unmade.add(name)
        return {"Action": "Add", "LogicalResourceId": name, "ResourceType": resource["Type"], "Scope": [], "Details": []}
    properties = names.properties(scope, after, name)
    details, scopes = [], []
    replacing = names.replacing(record["type"], record["properties"], properties)
    for key in sorted(set(properties) | set(record["properties"])):
        before, now = record["properties"].get(key), properties.get(key)
        if before != now:
            details.append(_detail(scope, resource, key, before, now, replacing))
            scopes.append("Properties")
    for key in _attributes(record, resource):
        target = {"Attribute": key, "RequiresRecreation": "Never"}
        details.append({"Target": target, "Evaluation": "Static", "ChangeSource": "DirectModification"})
        scopes.append(key)
    if not details:
        return None
    replaced = "True" if any(d["Target"]["RequiresRecreation"] == "Always" for d in details) else "False"
    if any(d["Target"]["RequiresRecreation"] == "Conditionally" for d in details) and replaced == "False":
        replaced = "Conditional"
    if replaced == "True":
        unmade.add(name)
    change = {"Action": "Modify", "LogicalResourceId": name, "PhysicalResourceId": record["physical"]}
    change.update(ResourceType=resource["Type"], Replacement=replaced, Scope=sorted(set(scopes)), Details=details)
    if replaced != "False":
        policy = resource.get("UpdateReplacePolicy", "Delete")
        change["PolicyAction"] = "ReplaceAndRetain" if policy.startswith("Retain") else "ReplaceAndDelete"
    return change


def _detail(scope, resource, key, before, now, replacing):
    written = (resource.get("Properties") or {}).get(key)
    dynamic = LATER in str(now)
    recreation = "Never" if key not in replacing else "Conditionally" if dynamic else "Always"
    target = {"Attribute": "Properties", "Name": key, "RequiresRecreation": recreation, "Path": f"/Properties/{key}"}
    target["AttributeChangeType"] = "Add" if before is None else "Remove" if now is None else "Modify"
    for side, value, source in (("Before", before, "PREVIOUS_DEPLOYMENT_STATE"), ("After", now, "TEMPLATE")):
        if value is not None:
            target.update({f"{side}Value": _text(value), f"{side}ValueFrom": source})
    detail = {"Target": target, "Evaluation": "Dynamic" if dynamic else "Static", "ChangeSource": "DirectModification"}
    needs = sorted(template.references(written))
    if dynamic and needs:
        detail.update(ChangeSource="ResourceReference", CausingEntity=needs[0])
    elif any(name in scope.parameters for name in needs):
        detail.update(ChangeSource="ParameterReference", CausingEntity=needs[0])
    return detail


# What a change set tells only where property values are asked for.
VALUES = ("BeforeValue", "AfterValue", "BeforeValueFrom", "AfterValueFrom", "AttributeChangeType", "Path")


def without_values(change):
    """A change as it is described to who did not ask for the values of properties."""
    details = [
        detail | {"Target": {key: value for key, value in detail["Target"].items() if key not in VALUES}}
        for detail in change["Details"]
    ]
    return change | {"Details": details}


def _text(value):
    return value if isinstance(value, str) else json.dumps(value)


def _attributes(record, resource):
    """Attributes that differ, as a change set's scope has them."""
    after = names.attributes(resource)
    before = record["attributes"]
    for key in ("DeletionPolicy", "UpdateReplacePolicy", "Metadata"):
        if before.get(key) != after.get(key):
            yield key


def _removed(name, record):
    policy = record["attributes"].get("DeletionPolicy", "Delete")
    change = {"Action": "Remove", "LogicalResourceId": name, "PhysicalResourceId": record["physical"]}
    change.update(ResourceType=record["type"], Scope=[], Details=[])
    return change | {"PolicyAction": "Retain" if policy.startswith("Retain") else "Delete"}
