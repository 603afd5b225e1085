"""What goes wrong inside of AWS: scripts in the state, `world.data["scripts"]`.

- `resources`: `[{"stack", "logical", "type", "at": create|update|delete|rollback, "reason", "times": 1}]`: a resource of
  a stack cannot be made, changed, removed, or restored;
- `actions`: `[{"pipeline", "stage", "action", "status": "Failed", "summary", "url", "code", "log": [line],
  "variables": {name: value}, "times": 1}]`: how an action of a pipeline ends, what its build wrote, and which variables it
  put out; `"status": "InProgress"` never ends;
- `windows`: `[{"pipeline", "stage", "open": false}]`: what a DeploymentWindow says.

What a script does not name it holds for; `times` is how often (0: always).
"""


def resource_fails(world, stack, logical, kind, verb):
    """Raises where a script says so."""
    from stub.services.cloudformation.kinds import Failed

    facts = {"stack": stack["name"], "logical": logical, "type": kind, "at": verb}
    script = take(world, "resources", facts)
    if script:
        raise Failed(script.get("reason", f"the test lets {logical} fail"))


def take(world, group, facts):
    """The first script that holds for these facts and has times left."""
    for script in world.data["scripts"].get(group, []):
        if any(key in script and script[key] != value for key, value in facts.items()):
            continue
        times, used = script.get("times", 1), script.get("used", 0)
        if times == 0 or used < times:
            script["used"] = used + 1
            return script
    return None
