"""CodeBuild: projects, and the builds that actions of pipelines start."""

from stub.clock import instant
from stub.operations import arn, operation, page
from stub.refusal import Refusal

DEFAULTS = {"timeoutInMinutes": 60, "queuedTimeoutInMinutes": 480, "projectVisibility": "PRIVATE"}
NO_S3_LOGS = {"status": "DISABLED", "encryptionDisabled": False}
ENVIRONMENT = {"environmentVariables": [], "privilegedMode": False}


def make_project(place, project, account, region, now):
    """Stores a project and gives it what CodeBuild adds of its own."""
    made = DEFAULTS | {"cache": {"type": "NO_CACHE"}, "tags": []} | project
    made["encryptionKey"] = project.get("encryptionKey") or arn("kms", region, account, "alias/aws/s3")
    made["badge"] = {"badgeEnabled": bool(made.pop("badgeEnabled", False))}
    _fill(made)
    made.update(arn=arn("codebuild", region, account, f"project/{project['name']}"), created=now, lastModified=now)
    place["projects"][project["name"]] = made
    return made


def _fill(project):
    """What CodeBuild says of members that were left out of a structure."""
    if "environment" in project:
        project["environment"] = ENVIRONMENT | project["environment"]
    if "logsConfig" in project:
        project["logsConfig"] = {"s3Logs": dict(NO_S3_LOGS)} | project["logsConfig"]


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
        wanted = call.arn("codebuild", f"project/{_name(call.params['name'])}")
        raise Refusal("ResourceNotFoundException", f"Project cannot be found: {wanted}")
    changed = dict(call.params)
    if "badgeEnabled" in changed:
        changed["badge"] = {"badgeEnabled": changed.pop("badgeEnabled")}
    _fill(changed)
    before.update(changed, lastModified=call.now)
    # What is not named stays. "To remove this limit, set this value to -1" (API reference, UpdateProject); a VPC and a batch
    # configuration go by an empty one.
    for name, gone in (("concurrentBuildLimit", -1), ("vpcConfig", {}), ("buildBatchConfig", {}), ("sourceVersion", "")):
        if before.get(name) == gone:
            del before[name]
    return {"project": shown(before)}


@operation("codebuild")
def DeleteProject(call):
    call.place["projects"].pop(_name(call.params["name"]), None)
    return {}


def begin_build(world, account, region, project, identity, when):
    """A build that an action of a pipeline starts, in the account of the action's role."""
    place = world.place(account, region)
    logs = place["projects"].get(project, {}).get("logsConfig", {}).get("cloudWatchLogs", {})
    group, stream = logs.get("groupName", f"/aws/codebuild/{project}"), identity.split(":")[1]
    link = f"https://console.aws.amazon.com/cloudwatch/home?region={region}#logEvent:group={group};stream={stream}"
    place["builds"][identity] = {
        "id": identity,
        "arn": arn("codebuild", region, account, f"build/{identity}"),
        "buildNumber": 1 + sum(build["projectName"] == project for build in place["builds"].values()),
        "startTime": when,
        "currentPhase": "BUILD",
        "buildStatus": "IN_PROGRESS",
        "projectName": project,
        "initiator": "codepipeline",
        "buildComplete": False,
        "phases": [{"phaseType": "BUILD", "startTime": when}],
        "logs": {"groupName": group, "streamName": stream, "deepLink": link},
    }


def end_build(world, account, region, identity, when, failure, lines):
    """How it ended, and what it wrote; `failure` is the context of the phase that failed."""
    place = world.place(account, region)
    build = place["builds"].get(identity)
    if build is None:
        return
    status = "FAILED" if failure else "SUCCEEDED"
    build.update(endTime=when, currentPhase="COMPLETED", buildStatus=status, buildComplete=True)
    phase = build["phases"][0] | {"endTime": when, "phaseStatus": status, "durationInSeconds": int(when - build["startTime"])}
    if failure:
        phase["contexts"] = [{"statusCode": "COMMAND_EXECUTION_ERROR", "message": failure}]
    build["phases"] = [phase]
    where = {"logGroupName": build["logs"]["groupName"], "logStreamName": build["logs"]["streamName"]}
    events = [where | {"timestamp": int(when * 1000), "ingestionTime": int(when * 1000), "message": f"{line}\n"} for line in lines]
    place["facts"].setdefault("log events", []).extend(events)


@operation("codebuild")
def BatchGetBuilds(call):
    builds = call.place["builds"]
    ids = [identity.rsplit("/", 1)[-1] for identity in call.params["ids"]]
    found = [_build(builds[i]) for i in ids if i in builds]
    return {"builds": found, "buildsNotFound": [i for i in ids if i not in builds]}


def _build(build):
    return _timed(build) | {"phases": [_timed(phase) for phase in build.get("phases", [])]}


def _timed(entry):
    return entry | {name: instant(entry[name]) for name in ("startTime", "endTime") if name in entry}
