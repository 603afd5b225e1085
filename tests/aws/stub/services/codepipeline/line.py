"""Executions on their way through the stages.

A run is *waiting* before a stage (`at` its index, `inside` false) or *inside* of it. A stage holds one run; runs wait
before it in order, and in mode SUPERSEDED a later one takes the place of an earlier. Inside, the conditions of entry
come first, then the actions, one run order after another (`actions.py` says how each ends).
"""

from stub.agenda import doer, plan
from stub.services.codepipeline import actions, conditions

LIVE = ("InProgress", "Stopping")


def start(world, pipeline, when, trigger, detail="", revisions=(), variables=(), target=None):
    """A new run, before the first stage; or, with a target, a rollback before its one stage."""
    declared = {v["name"]: v.get("defaultValue") for v in pipeline["declaration"].get("variables", [])}
    declared.update({v["name"]: v["value"] for v in variables})
    run = {
        "id": world.new_id(),
        "version": pipeline["declaration"]["version"],
        "status": "InProgress",
        "summary": None,
        "started": when,
        "updated": when,
        "trigger": {"triggerType": trigger, "triggerDetail": detail},
        "mode": pipeline["declaration"]["executionMode"],
        "type": "ROLLBACK" if target else "STANDARD",
        "target": target and target["id"],
        "revisions": target["revisions"] if target else [],
        "overrides": {r["actionName"]: r for r in revisions if "actionName" in r},
        "variables": [{"name": k, "resolvedValue": v} for k, v in declared.items() if v is not None],
        "at": target["stage"] if target else 0,
        "inside": False,
        "stages": {},
        "log": [],
        "rules": [],
        "overridden": [],
    }
    pipeline["runs"][run["id"]] = run
    move(world, pipeline, when)
    return run


def stages(pipeline):
    return pipeline["declaration"]["stages"]


def live(pipeline):
    return [run for run in pipeline["runs"].values() if run["status"] in LIVE]


def inside(pipeline, index):
    return [run for run in live(pipeline) if run["inside"] and run["at"] == index]


def waiting(pipeline, index):
    return [run for run in live(pipeline) if not run["inside"] and run["at"] == index]


def move(world, pipeline, when):
    """Lets everybody in who may go in, from the last stage to the first, so that room is made in front."""
    parallel = pipeline["declaration"]["executionMode"] == "PARALLEL"
    for index in range(len(stages(pipeline)) - 1, -1, -1):
        queue = waiting(pipeline, index)
        if pipeline["declaration"]["executionMode"] == "SUPERSEDED":
            for run in queue[:-1]:
                if run["type"] == "STANDARD":
                    finish(pipeline, run, "Superseded", when)
            queue = waiting(pipeline, index)
        name = stages(pipeline)[index]["name"]
        while queue and name not in pipeline["transitions"] and (parallel or not inside(pipeline, index)):
            _enter(world, pipeline, queue.pop(0), index, when)


def _enter(world, pipeline, run, index, when):
    name = stages(pipeline)[index]["name"]
    run.update(inside=True, updated=when)
    run["stages"][name] = {"status": "InProgress", "actions": {}, "conditions": {}, "entered": when, "retries": 0}
    pipeline["stages"].setdefault(name, {"actions": {}})["run"] = run["id"]
    if conditions.before_entry(world, pipeline, run, when):
        work(world, pipeline, run, when)


def work(world, pipeline, run, when):
    """Starts the actions whose turn it is, or ends the stage."""
    stage = stages(pipeline)[run["at"]]
    held = run["stages"][stage["name"]]
    done = held["actions"]
    if any(a["status"] == "Failed" for a in done.values()):
        if not _running(done):
            _stage_failed(world, pipeline, run, when)
        return
    if run["status"] == "Stopping":
        if not _running(done):
            held["status"] = "Stopped"
            finish(pipeline, run, "Stopped", when)
            move(world, pipeline, when)
        return
    for order in sorted({a["runOrder"] for a in stage["actions"]}):
        group = [a for a in stage["actions"] if a["runOrder"] == order]
        if all(done.get(a["name"], {}).get("status") == "Succeeded" for a in group):
            continue
        for action in group:
            if action["name"] not in done:
                actions.begin(world, pipeline, run, stage, action, when)
        return
    held["status"] = "Succeeded"
    run.update(inside=False, at=run["at"] + 1, updated=when)
    if run["type"] == "ROLLBACK" or run["at"] == len(stages(pipeline)):
        finish(pipeline, run, "Succeeded", when)
    move(world, pipeline, when)


def _running(done):
    return any(action["status"] == "InProgress" for action in done.values())


def _stage_failed(world, pipeline, run, when):
    stage = stages(pipeline)[run["at"]]
    held = run["stages"][stage["name"]]
    held["status"] = "Failed"
    wanted = stage.get("onFailure", {}).get("result")
    if wanted == "RETRY" and held["retries"] == 0:
        mode = stage["onFailure"].get("retryConfiguration", {}).get("retryMode", "ALL_ACTIONS")
        return again(world, pipeline, run, stage["name"], mode, when, "AutomatedStageRetry")
    finish(pipeline, run, "Failed", when)
    if wanted == "ROLLBACK" and run["type"] == "STANDARD":
        target = last_good(pipeline, stage["name"], run)
        if target:
            roll_back(world, pipeline, stage["name"], target, when, "AutomatedRollback", run["id"])
    move(world, pipeline, when)


def again(world, pipeline, run, name, mode, when, trigger="ManualStageRetry"):
    """The stage once more: its failed actions, or all."""
    held = run["stages"][name]
    kept = {n: a for n, a in held["actions"].items() if a["status"] == "Succeeded" and mode == "FAILED_ACTIONS"}
    held.update(status="InProgress", actions=kept, retries=held["retries"] + 1, retry={"trigger": trigger, "mode": mode})
    index = next(i for i, s in enumerate(stages(pipeline)) if s["name"] == name)
    run.update(status="InProgress", inside=True, at=index, updated=when)
    work(world, pipeline, run, when)


def last_good(pipeline, name, but):
    """The last execution by which the stage succeeded under the structure of today."""
    good = [
        run
        for run in pipeline["runs"].values()
        if run is not but and run["type"] == "STANDARD" and run["version"] == pipeline["declaration"]["version"]
        and run["stages"].get(name, {}).get("status") == "Succeeded"
    ]
    return good[-1] if good else None


def roll_back(world, pipeline, name, target, when, trigger, detail):
    index = next(i for i, s in enumerate(stages(pipeline)) if s["name"] == name)
    aim = {"id": target["id"], "stage": index, "revisions": target["revisions"]}
    return start(world, pipeline, when, trigger, detail, target=aim)


def finish(pipeline, run, status, when, summary=None):
    run.update(status=status, inside=False, updated=when)
    if summary:
        run["summary"] = summary


def cancel_all(world, pipeline, when):
    """What an update of the pipeline does to what runs."""
    for run in live(pipeline):
        if run["inside"]:
            held = run["stages"][stages(pipeline)[run["at"]]["name"]]
            held["status"] = "Cancelled"
            for action in held["actions"].values():
                if action["status"] == "InProgress":
                    action.update(status="Abandoned", changed=when, token=None)
        finish(pipeline, run, "Cancelled", when)


@doer("action")
def _ends(world, when, account, region, name, run_id, stage, action, attempt):
    """The time of an action is over; unless it was abandoned, begun again, or its pipeline is gone."""
    pipeline = world.place(account, region)["pipelines"].get(name)
    run = pipeline and pipeline["runs"].get(run_id)
    held = run and run["stages"].get(stage, {"actions": {}})["actions"].get(action)
    if not held or held["id"] != attempt or held["status"] != "InProgress":
        return
    if actions.end(world, pipeline, run, held, when):
        work(world, pipeline, run, when)


@doer("condition")
def _asked_again(world, when, account, region, name, run_id, stage):
    pipeline = world.place(account, region)["pipelines"].get(name)
    run = pipeline and pipeline["runs"].get(run_id)
    if run and run["status"] == "InProgress" and run["inside"] and conditions.waits(run, stage):
        if conditions.before_entry(world, pipeline, run, when):
            work(world, pipeline, run, when)


def later(world, pipeline, when, kind, *arguments):
    plan(world, when, kind, pipeline["account"], pipeline["region"], pipeline["declaration"]["name"], *arguments)
