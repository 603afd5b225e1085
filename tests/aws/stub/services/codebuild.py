"""CodeBuild: projects, and builds that a state has."""

from stub.clock import instant
from stub.operations import operation, page
from stub.refusal import Refusal

DEFAULTS = {"timeoutInMinutes": 60, "queuedTimeoutInMinutes": 480, "badge": {"badgeEnabled": False}, "projectVisibility": "PRIVATE"}


def make_project(call_or_place, project, account, region, now):
    """Stores a project and gives it what CodeBuild adds of its own."""
    from stub.operations import arn

    made = DEFAULTS | {"cache": {"type": "NO_CACHE"}, "tags": []} | project
    made["encryptionKey"] = project.get("encryptionKey") or arn("kms", region, account, "alias/aws/s3")
    made["badge"] = {"badgeEnabled": bool(made.pop("badgeEnabled", False))}
    made["environment"] = {"environmentVariables": [], "privilegedMode": False} | made["environment"]
    made.update(arn=arn("codebuild", region, account, f"project/{project['name']}"), created=now, lastModified=now)
    call_or_place["projects"][project["name"]] = made
    return made


def shown(project):
    return project | {"created": instant(project["created"]), "lastModified": instant(project["lastModified"])}


def _name(given):
    return given.rsplit("/", 1)[-1] if given.startswith("arn:") else given


@operation("codebuild")
def BatchGetProjects(call):
    projects = call.place["projects"]
    names = call.params["names"]
    found = [shown(projects[_name(n)]) for n in names if _name(n) in projects]
    return {"projects": found, "projectsNotFound": [n for n in names if _name(n) not in projects]}


@operation("codebuild")
def ListProjects(call):
    names = sorted(call.place["projects"], reverse=call.get("sortOrder") == "DESCENDING")
    some, token = page(names, call.get("nextToken"), 100)
    return {"projects": some} | ({"nextToken": token} if token else {})


@operation("codebuild")
def CreateProject(call):
    if call.params["name"] in call.place["projects"]:
        arn = call.arn("codebuild", f"project/{call.params['name']}")
        raise Refusal("ResourceAlreadyExistsException", f"Project already exists: {arn}")
    return {"project": shown(make_project(call.place, dict(call.params), call.account, call.region, call.now))}


@operation("codebuild")
def UpdateProject(call):
    before = call.place["projects"].get(_name(call.params["name"]))
    if before is None:
        raise Refusal("ResourceNotFoundException", f"Project cannot be found: {call.arn('codebuild', 'project/' + call.params['name'])}")
    changed = dict(call.params)
    if "badgeEnabled" in changed:
        changed["badge"] = {"badgeEnabled": changed.pop("badgeEnabled")}
    before.update(changed, lastModified=call.now)
    return {"project": shown(before)}


@operation("codebuild")
def DeleteProject(call):
    call.place["projects"].pop(_name(call.params["name"]), None)
    return {}


@operation("codebuild")
def BatchGetBuilds(call):
    builds = call.place["builds"]
    ids = call.params["ids"]
    found = [_build(builds[i]) for i in ids if i in builds]
    return {"builds": found, "buildsNotFound": [i for i in ids if i not in builds]}


def _build(build):
    times = {name: instant(build[name]) for name in ("startTime", "endTime") if name in build}
    return build | times
