"""A template's names in a stack: as they are when work is done, or as far as they can be foreseen before."""

from stub.services.cloudformation import kinds, schemas
from stub.services.cloudformation.intrinsics import LATER, Scope
from stub.services.cloudformation.stack import exports
from stub.services.cloudformation.template import invalid


def standing(ground, stack, tree, parameters):
    """Resolves by what has been made; notes each import."""

    def record(name):
        return stack["resources"][name]

    def imported(name):
        value = _imported(ground, name)
        if name not in stack["imports"]:
            stack["imports"].append(name)
        return value

    return Scope(
        stack,
        tree,
        parameters,
        lambda name: record(name)["physical"],
        lambda name, attribute: kinds.attribute(ground, record(name), attribute),
        imported,
    )


def foreseen(ground, stack, tree, parameters, unmade):
    """Resolves by what stands; of what is to be made (`unmade`, which grows meanwhile) nothing is known."""

    def record(name):
        return None if name in unmade else stack["resources"].get(name)

    def reference(name):
        return record(name)["physical"] if record(name) else LATER

    def attribute(name, wanted):
        return kinds.attribute(ground, record(name), wanted) if record(name) else LATER

    return Scope(stack, tree, parameters, reference, attribute, lambda name: _imported(ground, name))


def _imported(ground, name):
    if name == LATER:
        return LATER
    known = exports(ground.place)
    if name not in known:
        raise invalid(f"No export named {name} found.")
    return known[name][1]


def present(scope, name):
    """Whether the resource's own condition holds."""
    condition = scope.tree["Resources"][name].get("Condition")
    return condition is None or scope.condition(condition)


def properties(scope, stack, name):
    """A resource's properties, with the stack's tags on what takes tags."""
    resource = scope.tree["Resources"][name]
    made = scope.resolve(resource.get("Properties") or {})
    if schemas.taggable(resource["Type"]):
        own = made.get("Tags", [])
        if isinstance(own, list):
            names = {tag["Key"] for tag in own}
            made = made | {"Tags": own + [t for t in _tags(stack, name) if t["Key"] not in names]}
    return made


def _tags(stack, logical):
    """"All stack-level tags, including automatically created tags, are propagated to resources" (user guide)."""
    tags = dict(stack["tags"])
    tags["aws:cloudformation:stack-name"] = stack["name"]
    tags["aws:cloudformation:stack-id"] = stack["id"]
    tags["aws:cloudformation:logical-id"] = logical
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def outputs(scope):
    """The outputs that apply, resolved."""
    made = {}
    for name, output in (scope.tree.get("Outputs") or {}).items():
        if "Condition" in output and not scope.condition(output["Condition"]):
            continue
        export = output.get("Export", {}).get("Name")
        made[name] = {
            "value": str(scope.resolve(output["Value"])),
            "export": None if export is None else scope.resolve(export),
            "description": output.get("Description"),
        }
    return made


def attributes(resource):
    """What is not a property, and changes nothing but the stack's own knowledge."""
    names = ("DeletionPolicy", "UpdateReplacePolicy", "Metadata", "DependsOn")
    return {name: resource[name] for name in names if name in resource}


def replacing(kind, before, after):
    """The properties whose difference makes a new resource."""
    found = []
    for path in schemas.create_only(kind):
        if _at(before, path) != _at(after, path):
            found.append(path.split("/")[0])
    return found


def _at(value, path):
    for part in path.split("/"):
        value = value.get(part) if isinstance(value, dict) else None
    return value
