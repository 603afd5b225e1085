"""Conditions of entry. A DeploymentWindow waits until a script says that it is open, or somebody overrides it; other
rules hold. A stage without conditions is entered at once."""

from stub.agenda import plan

AGAIN = 60.0  # a closed window is looked at once a minute


def _closed(world, pipeline, stage):
    name = pipeline["declaration"]["name"]
    for script in world.data["scripts"].get("windows", []):
        if script.get("pipeline", name) == name and script.get("stage", stage) == stage:
            return not script.get("open", False)
    return False


def waits(run, stage):
    return run["stages"].get(stage, {}).get("conditions", {}).get("beforeEntry") == "InProgress"


def before_entry(world, pipeline, run, when):
    """Whether the actions may begin."""
    stage = pipeline["declaration"]["stages"][run["at"]]
    held = run["stages"][stage["name"]]
    rules = [rule for condition in stage.get("beforeEntry", {}).get("conditions", []) for rule in condition.get("rules", [])]
    if not rules:
        return True
    windowed = any(rule["ruleTypeId"]["provider"] == "DeploymentWindow" for rule in rules)
    overridden = stage["name"] in run["overridden"]
    if windowed and not overridden and _closed(world, pipeline, stage["name"]):
        if held["conditions"].get("beforeEntry") != "InProgress":
            held["conditions"]["beforeEntry"] = "InProgress"
            run["rules"] += [_execution(world, stage, rule, when) for rule in rules]
        where = (pipeline["account"], pipeline["region"], pipeline["declaration"]["name"], run["id"], stage["name"])
        plan(world, when + AGAIN, "condition", *where)
        return False
    if "beforeEntry" not in held["conditions"]:
        run["rules"] += [_execution(world, stage, rule, when) for rule in rules]
    for rule in run["rules"]:
        if rule["stage"] == stage["name"] and rule["status"] == "InProgress":
            rule.update(status="Abandoned" if overridden else "Succeeded", changed=when)
    held["conditions"]["beforeEntry"] = "Overridden" if overridden else "Succeeded"
    return True


def _execution(world, stage, rule, when):
    return {
        "id": world.new_id(),
        "stage": stage["name"],
        "name": rule["name"],
        "type": rule["ruleTypeId"],
        "status": "InProgress",
        "started": when,
        "changed": when,
        "configuration": rule.get("configuration", {}),
    }
