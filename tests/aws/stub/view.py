"""What stands at the end, so that two ways to the same end can be compared: without times, versions and histories.

Physical ids are those of the state: what a stack makes under the same names has the same ones (`World.lasting_id`).
"""

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
    pipelines = {name: _without_version(p["declaration"]) for name, p in place["pipelines"].items()}
    return {
        "stacks": dict(sorted(stacks.items())),
        "pipelines": dict(sorted(pipelines.items())),
        "projects": {name: _project(place["projects"][name]) for name in sorted(place["projects"])},
        "change sets": sorted(c["name"] for c in place["change_sets"].values() if c["execution"] != "EXECUTE_COMPLETE"),
        "connections": {arn: c["status"] for arn, c in sorted(place["connections"].items())},
        "resources": sorted(place["resources"]),
    }


def _without_version(declaration):
    return {key: item for key, item in declaration.items() if key != "version"}


def _stack(stack):
    kept = ("status", "template", "parameters", "tags", "outputs", "protected", "capabilities")
    shown = {key: stack[key] for key in kept if key in stack}
    # Whether the last step was a creation or an update is history.
    if shown["status"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        shown["status"] = "COMPLETE"
    shown["resources"] = {name: resource["physical"] for name, resource in sorted(stack["resources"].items())}
    return shown


def _project(project):
    shown = {key: item for key, item in project.items() if key not in TIMES}
    # What CloudFormation adds has the stack's id, which is another each time.
    shown["tags"] = [tag for tag in project["tags"] if not tag["key"].startswith("aws:")]
    return shown
