"""A stack's work, resource after resource, by the clock.

`stack["work"]` says what is going on: its phase, the steps that are left, the one that is being done, what was done (so
that it can be undone), and what is cleaned up behind an update. Each step takes the world's pace for resources.
"""

import copy

from stub import scripts
from stub.agenda import doer, plan
from stub.refusal import Refusal
from stub.services.cloudformation import ground as names
from stub.services.cloudformation import kinds, template
from stub.services.cloudformation.kinds import Failed, Ground
from stub.services.cloudformation.stack import add_event, exports, importers, set_status

KEPT = ("template", "parameters", "tags", "capabilities", "outputs", "imports", "resources")
DONE = {"create": "CREATE_COMPLETE", "cleanup": "UPDATE_COMPLETE", "undo_create": "ROLLBACK_COMPLETE"}
DONE |= {"undo_cleanup": "UPDATE_ROLLBACK_COMPLETE", "delete": "DELETE_COMPLETE"}


def begin(world, stack, phase, when, token=None, **changes):
    """Begins to create or update: takes over what is new, and goes through the resources of the new template."""
    before = {key: copy.deepcopy(stack[key]) for key in KEPT}
    stack.update(changes)
    steps = [{"do": "make", "name": name} for name in template.order(template.parse(stack["template"]))]
    stack["work"] = {"phase": phase, "steps": steps, "doing": None, "done": [], "before": before, "token": token}
    stack["imports"] = []
    if phase == "update":
        stack["updated"] = when
    set_status(world, stack, f"{phase.upper()}_IN_PROGRESS", when, "User Initiated")
    _later(world, stack, when)


def remove(world, stack, when, retain=(), token=None):
    """Begins to delete: what was made last goes first."""
    steps = [{"do": "remove", "name": name, "retain": name in retain} for name in reversed(stack["resources"])]
    stack["work"] = {"phase": "delete", "steps": steps, "doing": None, "done": [], "before": None, "token": token}
    stack["deleted_at"] = when
    set_status(world, stack, "DELETE_IN_PROGRESS", when, "User Initiated")
    _later(world, stack, when)


def go_on(world, stack, when, skip, token=None):
    """ContinueUpdateRollback: what could not be restored is tried again, or left as it is."""
    work = stack["work"] = stack.pop("stuck")
    work["token"] = token
    for step in [step for step in work["steps"] if step["name"] in skip]:
        work["steps"].remove(step)
        stack["resources"][step["name"]]["status"] = "UPDATE_COMPLETE"
    set_status(world, stack, "UPDATE_ROLLBACK_IN_PROGRESS", when, "User Initiated")
    _later(world, stack, when)


def _later(world, stack, when):
    plan(world, when + world.pace("resource"), "stack", stack["account"], stack["region"], stack["id"])


@doer("stack")
def tick(world, when, account, region, identity):
    """One step ends, and the next begins, or the phase is over."""
    stack = world.place(account, region)["stacks"][identity]
    ground = Ground(world, account, region, stack, when)
    work = stack["work"]
    if work is None:
        return
    try:
        if work["doing"]:
            _finish(ground, stack, work)
        while work["steps"]:
            if _start(ground, stack, work):
                return _later(world, stack, when)
        _phase_over(ground, stack, work)
    except Failed as error:
        _failed(ground, stack, work, str(error))
    if stack["work"] is not None:
        _later(world, stack, when)


def _start(ground, stack, work):
    """Begins the next step; False where there is nothing to do for it."""
    step = work["steps"].pop(0)
    work["doing"] = step
    begun = {"make": _start_make, "remove": _start_remove, "restore": _start_restore}[step["do"]](ground, stack, work, step)
    if not begun:
        work["doing"] = None
    return begun


def _start_make(ground, stack, work, step):
    name = step["name"]
    tree = template.parse(stack["template"])
    scope = names.standing(ground, stack, tree, stack["parameters"])
    if not names.present(scope, name):
        return False
    resource = tree["Resources"][name]
    record = stack["resources"].get(name)
    try:
        properties = names.properties(scope, stack, name)
    except (Refusal, KeyError) as error:
        step["mode"] = "create" if record is None else "update"
        _note(ground, stack, name, record or _record(resource["Type"]), f"{step['mode'].upper()}_FAILED", str(error))
        raise Failed(str(error)) from error
    fresh = _record(resource["Type"]) | {"properties": properties, "attributes": names.attributes(resource)}
    if record is None:
        step.update(mode="create", fresh=fresh)
        _note(ground, stack, name, fresh, "CREATE_IN_PROGRESS")
        stack["resources"][name] = fresh
        return True
    if record["properties"] == properties and record["type"] == resource["Type"]:
        record["attributes"] = fresh["attributes"]
        return False
    replaced = record["type"] != resource["Type"] or names.replacing(record["type"], record["properties"], properties)
    step.update(mode="replace" if replaced else "update", fresh=fresh)
    why = "Requested update requires the creation of a new physical resource; hence creating one." if replaced else None
    _note(ground, stack, name, record, "UPDATE_IN_PROGRESS", why)
    return True


def _finish(ground, stack, work):
    step, work["doing"] = work["doing"], None
    {"make": _finish_make, "remove": _finish_remove, "restore": _finish_restore}[step["do"]](ground, stack, work, step)


def _finish_make(ground, stack, work, step):
    name, mode, fresh = step["name"], step["mode"], step["fresh"]
    before = copy.deepcopy(stack["resources"][name])
    verb = "CREATE" if mode == "create" else "UPDATE"
    try:
        scripts.resource_fails(ground.world, stack, name, fresh["type"], verb.lower())
        if mode == "update":
            fresh["physical"] = before["physical"]
            kinds.update(ground, before, fresh["properties"])
        else:
            fresh["physical"] = kinds.create(ground, name, fresh["type"], fresh["properties"])
    except kinds.FAILURES as error:
        stack["resources"][name] = before
        _note(ground, stack, name, before, f"{verb}_FAILED", str(error))
        work["done"].append({"name": name, "mode": "failed", "before": before})
        raise Failed(str(error)) from error
    stack["resources"][name] = fresh
    work["done"].append({"name": name, "mode": mode, "before": before})
    _note(ground, stack, name, fresh, f"{verb}_COMPLETE")


def _start_remove(ground, stack, work, step):
    record = step.get("record") or stack["resources"][step["name"]]
    policy = record.get("attributes", {}).get(step.get("policy", "DeletionPolicy"), "Delete")
    kept = step.get("retain") or policy == "Retain"
    kept = kept or policy == "RetainExceptOnCreate" and work["phase"] not in ("undo_create", "undo_cleanup")
    if not record["physical"] or kept:
        _note(ground, stack, step["name"], record, "DELETE_SKIPPED" if record["physical"] else "DELETE_COMPLETE")
        _forget(stack, step)
        return False
    _note(ground, stack, step["name"], record, "DELETE_IN_PROGRESS")
    return True


def _finish_remove(ground, stack, work, step):
    record = step.get("record") or stack["resources"][step["name"]]
    try:
        scripts.resource_fails(ground.world, stack, step["name"], record["type"], "delete")
        kinds.delete(ground, record)
    except Failed as error:
        _note(ground, stack, step["name"], record, "DELETE_FAILED", str(error))
        # The rest is removed all the same; behind an update, what could not be removed is let go.
        if work["phase"] in ("delete", "undo_create"):
            work.setdefault("left", []).append(step["name"])
        return
    _note(ground, stack, step["name"], record, "DELETE_COMPLETE")
    _forget(stack, step)


def _forget(stack, step):
    if "record" not in step:
        stack["resources"].pop(step["name"], None)


def _start_restore(ground, stack, work, step):
    record = stack["resources"][step["name"]]
    _note(ground, stack, step["name"], record, "UPDATE_IN_PROGRESS")
    return True


def _finish_restore(ground, stack, work, step):
    name, before = step["name"], step["before"]
    now = stack["resources"][name]
    try:
        scripts.resource_fails(ground.world, stack, name, now["type"], "rollback")
        if step["mode"] != "replace":
            kinds.update(ground, before, before["properties"])
    except kinds.FAILURES as error:
        _note(ground, stack, name, now, "UPDATE_FAILED", str(error))
        work["steps"].insert(0, step)
        raise Failed(str(error)) from error
    stack["resources"][name] = before
    _note(ground, stack, name, before, "UPDATE_COMPLETE")


def _phase_over(ground, stack, work):
    phase = work["phase"]
    if phase in ("create", "update"):
        _put_out(ground, stack, work)
    if phase == "update":
        work.update(phase="cleanup", steps=_leftovers(stack, work))
        return set_status(ground.world, stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", ground.when)
    if phase == "undo_update":
        stack.update({key: value for key, value in work["before"].items() if key != "resources"})
        work.update(phase="undo_cleanup", steps=work["made"])
        return set_status(ground.world, stack, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", ground.when)
    if work.get("left"):
        verb = "DELETE_FAILED" if phase == "delete" else "ROLLBACK_FAILED"
        reason = f"The following resource(s) failed to delete: [{', '.join(work['left'])}]. "
        set_status(ground.world, stack, verb, ground.when, reason)
    elif phase == "undo_create" and stack["on_failure"] == "DELETE":
        set_status(ground.world, stack, "DELETE_COMPLETE", ground.when)
    else:
        set_status(ground.world, stack, DONE[phase], ground.when)
    if stack["status"] == "DELETE_COMPLETE":
        stack.update(outputs={}, imports=[], deleted_at=ground.when)
    stack["work"] = None


def _put_out(ground, stack, work):
    """The outputs. No export may go or change that another stack imports, and none be there twice."""
    tree = template.parse(stack["template"])
    try:
        made = names.outputs(names.standing(ground, stack, tree, stack["parameters"]))
    except Refusal as error:
        raise Failed(error.message) from error
    fresh = {o["export"]: o["value"] for o in made.values() if o["export"]}
    for output in stack["outputs"].values():
        name = output.get("export")
        users = importers(ground.place, name) if name and fresh.get(name) != output["value"] else []
        if users:
            verb = "updated" if name in fresh else "deleted"
            raise Failed(f"Export {name} cannot be {verb} as it is in use by {', '.join(users)}")
    for name in fresh:
        owner = exports(ground.place).get(name, (stack, None))[0]
        if owner["id"] != stack["id"]:
            raise Failed(f"Export with name {name} is already exported by stack {owner['name']}. Rollback requested by user.")
    stack["outputs"] = made


def _leftovers(stack, work):
    """What an update leaves behind: what was replaced, and what the template no longer has."""
    tree = template.parse(stack["template"])
    scope = names.Scope(stack, tree, stack["parameters"], str, str, str)
    replaced = [d for d in work["done"] if d["mode"] == "replace"]
    steps = [{"do": "remove", "name": d["name"], "record": d["before"], "policy": "UpdateReplacePolicy"} for d in replaced]
    gone = [n for n in reversed(stack["resources"]) if n not in tree["Resources"] or not names.present(scope, n)]
    return steps + [{"do": "remove", "name": name} for name in gone]


def _failed(ground, stack, work, reason):
    """A step failed: back, as far as the stack is to go back."""
    world, when, phase = ground.world, ground.when, work["phase"]
    work["doing"] = None
    failed = [n for n, r in stack["resources"].items() if r["status"].endswith("_FAILED")]
    listed = f"[{', '.join(failed)}]"
    if phase == "create":
        reason = f"The following resource(s) failed to create: {listed}. " if failed else reason
        if stack["disable_rollback"] or stack["on_failure"] == "DO_NOTHING":
            stack["work"] = None
            return set_status(world, stack, "CREATE_FAILED", when, reason)
        work.update(phase="undo_create", steps=[{"do": "remove", "name": n} for n in reversed(stack["resources"])])
        return set_status(world, stack, "ROLLBACK_IN_PROGRESS", when, f"{reason}Rollback requested by user.")
    if phase == "update":
        if stack["disable_rollback"]:
            stack["work"] = None
            return set_status(world, stack, "UPDATE_FAILED", when, f"The following resource(s) failed to update: {listed}. ")
        _go_back(stack, work)
        reason = f"The following resource(s) failed to update: {listed}. " if failed else reason
        return set_status(world, stack, "UPDATE_ROLLBACK_IN_PROGRESS", when, reason)
    stack["stuck"], stack["work"] = work, None
    set_status(world, stack, "UPDATE_ROLLBACK_FAILED", when, f"The following resource(s) failed to update: {listed}. ")


def _go_back(stack, work):
    """The steps that undo an update: what was changed is restored; what was made is removed at the end."""
    steps, made = [], []
    for done in reversed(work["done"]):
        if done["mode"] == "create":
            made.append({"do": "remove", "name": done["name"]})
        elif done["mode"] == "failed" and not done["before"]["physical"]:
            stack["resources"].pop(done["name"], None)
        else:
            steps.append({"do": "restore", "name": done["name"], "before": done["before"], "mode": done["mode"]})
        if done["mode"] == "replace":
            fresh = copy.deepcopy(stack["resources"][done["name"]])
            made.append({"do": "remove", "name": done["name"], "record": fresh, "policy": "None"})
    for record in [s["before"] for s in steps]:
        record["status"] = "UPDATE_COMPLETE"
    work.update(phase="undo_update", steps=steps, made=made)


def _record(kind):
    return {"type": kind, "physical": "", "status": None, "reason": None, "at": None, "properties": {}, "attributes": {}}


def _note(ground, stack, name, record, status, reason=None):
    record.update(status=status, reason=reason, at=ground.when)
    add_event(ground.world, stack, ground.when, name, record["physical"], record["type"], status, reason)
