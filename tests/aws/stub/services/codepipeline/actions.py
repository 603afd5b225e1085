"""Actions: how each begins, what it waits for, how it ends."""

import hashlib

from stub import scripts
from stub.agenda import plan
from stub.services import codebuild

# An approval that nobody answers fails: "seven days", the CodePipeline user guide.
APPROVAL_MINUTES = 7 * 24 * 60


def begin(world, pipeline, run, stage, action, when):
    held = {
        "id": world.new_id(),
        "stage": stage["name"],
        "name": action["name"],
        "status": "InProgress",
        "started": when,
        "changed": when,
        "summary": None,
        "by": None,
        "token": None,
        "external": None,
        "url": None,
        "error": None,
        "type": action["actionTypeId"],
        "configuration": action["configuration"],
        "role": action.get("roleArn"),
        "region": action.get("region", pipeline["region"]),
        "namespace": action.get("namespace"),
        "inputs": [artifact["name"] for artifact in action["inputArtifacts"]],
        "outputs": [artifact["name"] for artifact in action["outputArtifacts"]],
        "variables": {},
    }
    run["stages"][stage["name"]]["actions"][action["name"]] = held
    run["log"].append(held)
    pipeline["stages"][stage["name"]]["actions"][action["name"]] = held
    lasts = world.pace("action")
    if action["actionTypeId"]["category"] == "Approval":
        held["token"] = world.new_id()
        lasts = 60 * action.get("timeoutInMinutes", APPROVAL_MINUTES)
    elif action["actionTypeId"]["provider"] == "CodeBuild":
        project = action["configuration"]["ProjectName"]
        held["external"] = f"{project}:{world.new_id()}"
        console = f"https://console.aws.amazon.com/codebuild/home?region={held['region']}"
        held["url"] = f"{console}#/builds/{held['external']}/view/new"
        codebuild.begin_build(world, *_worker(pipeline, held), project, held["external"], when)
    name = pipeline["declaration"]["name"]
    where = (pipeline["account"], pipeline["region"], name, run["id"], stage["name"], action["name"], held["id"])
    plan(world, when + lasts, "action", *where)


def _worker(pipeline, held):
    """The account and region in which an action works: those of its role, else the pipeline's."""
    account = held["role"].split(":")[4] if held["role"] else pipeline["account"]
    return account, held["region"]


def end(world, pipeline, run, held, when):
    """The time of an action is over. False where a script keeps it going."""
    facts = {"pipeline": pipeline["declaration"]["name"], "stage": held["stage"], "action": held["name"]}
    script = scripts.take(world, "actions", facts)
    if script and script.get("status") == "InProgress":
        return False
    held["changed"] = when
    if held["token"]:
        held.update(token=None)
        return fail(held, "Approval timed out", "JobFailed")
    fails = bool(script) and script.get("status", "Failed") == "Failed"
    if held["type"]["provider"] == "CodeBuild":
        failure = script.get("summary", "the test lets this fail") if fails else None
        lines = script.get("log", []) if script else []
        codebuild.end_build(world, *_worker(pipeline, held), held["external"], when, failure, lines)
    if script:
        held.update(url=script.get("url", held["url"]), external=script.get("external", held["external"]))
        if fails:
            return fail(held, script.get("summary", "the test lets this fail"), script.get("code", "JobFailed"))
        held["summary"] = script.get("summary")
        held["variables"].update(script.get("variables", {}))
    if held["type"]["category"] == "Source" and not _checked_out(world, pipeline, run, held):
        return True
    held["status"] = "Succeeded"
    return True


def fail(held, summary, code):
    held.update(status="Failed", summary=summary, error={"code": code, "message": summary})
    return True


def _checked_out(world, pipeline, run, held):
    """The revision of a source: the one that was asked for, or the tip of the branch, where there is one."""
    place = world.place(pipeline["account"], pipeline["region"])
    settings = held["configuration"]
    connection = place["connections"].get(settings.get("ConnectionArn", ""))
    if connection is not None and connection["status"] != "AVAILABLE":
        fail(held, f"Connection {settings['ConnectionArn']} is not available", "ConfigurationError")
        return False
    branch, repository = settings.get("BranchName", ""), settings.get("FullRepositoryId", "")
    wanted = run["overrides"].get(held["name"])
    if wanted is None:
        known = world.data.get("branches", {}).get(repository)
        if any(c in branch for c in "*?[") or known is not None and branch not in known:
            fail(held, f"[GitHub] No Branch [{branch}] found for FullRepositoryName [{repository}]", "ConfigurationError")
            return False
    commit = wanted["revisionValue"] if wanted else hashlib.sha1(f"{repository} {branch}".encode()).hexdigest()
    message = world.data.get("commits", {}).get(commit, f"Change of {branch}")
    revision = {"actionName": held["name"], "revisionId": commit, "revisionSummary": message}
    revision["revisionUrl"] = f"https://github.com/{repository}/commit/{commit}"
    run["revisions"] = [r for r in run["revisions"] if r.get("actionName") != held["name"]] + [revision]
    held.update(summary=message, external=commit)
    own = {"CommitId": commit, "BranchName": branch, "FullRepositoryName": repository, "CommitMessage": message}
    held["variables"] = own | held["variables"]
    return True
