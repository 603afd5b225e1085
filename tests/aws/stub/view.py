"""What stands at the end, so that two ways to the same end can be compared: without times, ids and histories."""

TIMES = ("created", "lastModified", "arn")


def end(world):
    """The state as it would be compared, in a fixed order."""
    places = {}
    for account, of_account in sorted(world.data["accounts"].items()):
        for region, place in sorted(of_account["regions"].items()):
            places[f"{account} {region}"] = _place(place)
    buckets = {
        name: {"account": bucket["account"], "objects": sorted(bucket["objects"])}
        for name, bucket in sorted(world.data["buckets"].items())
    }
    return {"places": places, "buckets": buckets}


def _place(place):
    stacks = {s["name"]: _stack(s) for s in place["stacks"].values() if s["status"] != "DELETE_COMPLETE"}
    pipelines = {name: p["declaration"] for name, p in place["pipelines"].items()}
    return {
        "stacks": dict(sorted(stacks.items())),
        "pipelines": dict(sorted(pipelines.items())),
        "projects": {name: _without(place["projects"][name], TIMES) for name in sorted(place["projects"])},
        "resources": sorted(place["resources"]),
    }


def _stack(stack):
    kept = ("status", "template", "parameters", "tags", "outputs", "protected", "capabilities")
    shown = {key: stack[key] for key in kept if key in stack}
    shown["resources"] = {name: resource["status"] for name, resource in sorted(stack["resources"].items())}
    return shown


def _without(value, names):
    return {key: item for key, item in value.items() if key not in names}
