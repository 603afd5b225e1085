"""Pipelines: their declarations, versions and tags."""

import copy

from stub.clock import instant
from stub.operations import arn, operation, page
from stub.refusal import Refusal
from stub.services.codepipeline import line

SERVICE = "codepipeline"


def normal(declaration):
    """A declaration as GetPipeline gives it back: with what CodePipeline adds where nothing was said."""
    made = copy.deepcopy(declaration)
    made.setdefault("executionMode", "SUPERSEDED")
    made.setdefault("pipelineType", "V1")
    for stage in made["stages"]:
        for action in stage["actions"]:
            action.setdefault("runOrder", 1)
            for name, nothing in (("configuration", {}), ("inputArtifacts", []), ("outputArtifacts", [])):
                action.setdefault(name, nothing)
    return made


def judge(declaration):
    """What CodePipeline itself refuses of a structure; the shapes were judged before."""
    stages = declaration["stages"]
    if len(stages) < 2:
        raise structure("Pipeline has only 1 stage(s). There should be a minimum of 2 stages in a pipeline")
    names = [stage["name"] for stage in stages]
    if len(set(names)) != len(names):
        raise structure("Stage names must be unique within a pipeline")
    made = set()
    for index, stage in enumerate(stages):
        for action in stage["actions"]:
            if (action["actionTypeId"]["category"] == "Source") != (index == 0):
                text = f"Pipeline action {action['name']} in stage {stage['name']}: source actions belong in the first stage only"
                raise Refusal("InvalidStageDeclarationException", text)
    for stage in stages:
        for action in sorted(stage["actions"], key=lambda a: a.get("runOrder", 1)):
            for artifact in action.get("inputArtifacts", []):
                if artifact["name"] not in made:
                    text = "Input Artifact Bundle {} in action {} is not declared as Output Artifact Bundle in any of the preceding actions"
                    raise structure(text.format(artifact["name"], action["name"]))
            made.update(artifact["name"] for artifact in action.get("outputArtifacts", []))
    if ("artifactStore" in declaration) == ("artifactStores" in declaration):
        raise structure("A pipeline has either artifactStore or artifactStores")


def _judge_roles(world, declaration):
    """"CodePipeline is not authorized to perform AssumeRole": it tries each role when a pipeline is made or changed. Only
    where the state has `roles_checked`, since most tests of pipelines have no roles."""
    if not world.data.get("roles_checked"):
        return
    actions = [action for stage in declaration["stages"] for action in stage["actions"]]
    for role in [declaration["roleArn"], *(action["roleArn"] for action in actions if "roleArn" in action)]:
        if role not in world.account(role.split(":")[4])["roles"]:
            raise structure(f"CodePipeline is not authorized to perform AssumeRole on role {role}")


def structure(text):
    return Refusal("InvalidStructureException", text)


def make(world, place, declaration, account, region, when, tags):
    """Stores a new pipeline and starts it, as its creation does."""
    judge(declaration)
    _judge_roles(world, declaration)
    name = declaration["name"]
    place["pipelines"][name] = {
        "arn": arn("codepipeline", region, account, name),
        "account": account,
        "region": region,
        "declaration": normal(declaration) | {"version": 1},
        "tags": tags,
        "created": when,
        "updated": when,
        "transitions": {},
        "runs": {},
        "stages": {},
        "requests": {},
    }
    line.start(world, place["pipelines"][name], when, "CreatePipeline")


def change(world, place, declaration, when, tags=None):
    """A new version. What runs is over: "the pipeline's definition was updated before it could be completed"."""
    judge(declaration)
    _judge_roles(world, declaration)
    pipeline = place["pipelines"][declaration["name"]]
    line.cancel_all(world, pipeline, when)
    version = pipeline["declaration"]["version"] + 1
    pipeline.update(declaration=normal(declaration) | {"version": version}, updated=when)
    if tags is not None:
        pipeline["tags"] = tags


def must_find(call, name=None):
    name = name or call.params.get("pipelineName") or call.params.get("name")
    pipeline = call.place["pipelines"].get(name)
    if pipeline is None:
        text = f"Account '{call.account}' does not have a pipeline with name '{name}'"
        raise Refusal("PipelineNotFoundException", text)
    return pipeline


def stage_of(pipeline, name):
    for index, stage in enumerate(pipeline["declaration"]["stages"]):
        if stage["name"] == name:
            return index, stage
    raise Refusal("StageNotFoundException", f"Stage '{name}' does not exist in pipeline '{pipeline['declaration']['name']}'")


@operation(SERVICE)
def GetPipeline(call):
    pipeline = must_find(call)
    version = call.get("version", pipeline["declaration"]["version"])
    if version != pipeline["declaration"]["version"]:
        text = f"Pipeline {call.params['name']} has no version {version}"
        raise Refusal("PipelineVersionNotFoundException", text)
    metadata = {"pipelineArn": pipeline["arn"], "created": instant(pipeline["created"]), "updated": instant(pipeline["updated"])}
    return {"pipeline": pipeline["declaration"], "metadata": metadata}


@operation(SERVICE)
def ListPipelines(call):
    listed = [_summary(p) for _, p in sorted(call.place["pipelines"].items())]
    some, token = page(listed, call.get("nextToken"), call.get("maxResults", 1000))
    return {"pipelines": some} | ({"nextToken": token} if token else {})


def _summary(pipeline):
    declaration = pipeline["declaration"]
    summary = {key: declaration[key] for key in ("name", "version", "pipelineType", "executionMode")}
    return summary | {"created": instant(pipeline["created"]), "updated": instant(pipeline["updated"])}


@operation(SERVICE)
def CreatePipeline(call):
    declaration, tags = call.params["pipeline"], call.get("tags", [])
    if declaration["name"] in call.place["pipelines"]:
        text = f"A pipeline with the name '{declaration['name']}' already exists in account '{call.account}'"
        raise Refusal("PipelineNameInUseException", text)
    make(call.world, call.place, declaration, call.account, call.region, call.now, tags)
    made = call.place["pipelines"][declaration["name"]]
    return {"pipeline": made["declaration"], "tags": tags}


@operation(SERVICE)
def UpdatePipeline(call):
    declaration = call.params["pipeline"]
    must_find(call, declaration["name"])
    change(call.world, call.place, declaration, call.now)
    return {"pipeline": call.place["pipelines"][declaration["name"]]["declaration"]}


@operation(SERVICE)
def DeletePipeline(call):
    call.place["pipelines"].pop(call.params["name"], None)
    return {}


def _by_arn(call):
    name = call.params["resourceArn"].split(":")[5]
    pipeline = call.place["pipelines"].get(name)
    if pipeline is None or pipeline["arn"] != call.params["resourceArn"]:
        raise Refusal("ResourceNotFoundException", f"The resource {call.params['resourceArn']} was not found")
    return pipeline


@operation(SERVICE)
def ListTagsForResource(call):
    tags = _by_arn(call)["tags"]
    some, token = page(tags, call.get("nextToken"), call.get("maxResults", 100))
    return {"tags": some} | ({"nextToken": token} if token else {})


@operation(SERVICE)
def TagResource(call):
    pipeline = _by_arn(call)
    tags = {tag["key"]: tag["value"] for tag in pipeline["tags"] + call.params["tags"]}
    pipeline["tags"] = [{"key": key, "value": value} for key, value in tags.items()]
    return {}


@operation(SERVICE)
def UntagResource(call):
    pipeline = _by_arn(call)
    pipeline["tags"] = [tag for tag in pipeline["tags"] if tag["key"] not in call.params["tagKeys"]]
    return {}
