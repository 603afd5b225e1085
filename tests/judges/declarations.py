"""Every pipeline: by the service's own model, the same in the stack and in pipeline.json, and taken by a stand-in."""

import json
import os
from pathlib import Path

import boto3
from moto import mock_aws
from moto.iam.models import iam_backends

from .intrinsics import Stack, Unresolved
from .overview import stack_tags
from .readers import differences
from .service_model import ServiceModel, pipeline_as_api
from .tree import PLACEHOLDER

PIPELINE = "AWS::CodePipeline::Pipeline"
FILE_TAGS = ("branchline:digest", "branchline:patched")
"""Tags that speak of the file, and stand in no stack."""


def _declared(tree, path, verdict):
    """A pipeline.json's content, or an empty mapping and a finding."""
    try:
        return json.loads(tree.text(path), object_pairs_hook=_no_key_twice)
    except ValueError as error:
        verdict.finds(tree, path, f"it is no JSON: {error}")
        return {}


def _no_key_twice(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(f"a key is written twice among {[key for key, _ in pairs]}")
    return found


def _stacked(tree, path, verdict):
    """The pipelines of a template, resolved: logical id and properties."""
    stack = Stack(tree, path)
    for name, resource in tree.resources(path, PIPELINE):
        try:
            yield name, stack.resolve(resource["Properties"])
        except Unresolved as unresolved:
            verdict.finds(tree, path, f"{name} cannot be read: {unresolved}")


def service_model(trees, verdict):
    """Required and unknown members, types, lengths, ranges, patterns and enums, in JSON and in the stacks."""
    codepipeline, codebuild = ServiceModel("codepipeline"), ServiceModel("codebuild")
    for tree in trees:
        for path in tree.declarations:
            verdict.saw(tree, path)
            for fault in codepipeline.faults("CreatePipelineInput", _declared(tree, path, verdict)):
                verdict.finds(tree, path, fault)
        for path in tree.templates:
            for name, properties in _stacked(tree, path, verdict):
                verdict.saw(tree, path)
                for fault in codepipeline.faults("PipelineDeclaration", pipeline_as_api(codepipeline, properties)):
                    verdict.finds(tree, path, f"{name}: {fault}")
            for name, project in tree.resources(path, "AWS::CodeBuild::Project"):
                verdict.saw(tree, path)
                for fault in _project_faults(codebuild, Stack(tree, path), project):
                    verdict.finds(tree, path, f"{name}: {fault}")


def _project_faults(codebuild, stack, project):
    try:
        properties = stack.resolve(project["Properties"])
    except Unresolved as unresolved:
        yield f"it cannot be read: {unresolved}"
        return
    yield from codebuild.faults("CreateProjectInput", codebuild.as_api("CreateProjectInput", properties))


def same_pipeline(trees, verdict):
    """pipeline.json and the stack beside it describe one pipeline; what is marked as not known yet may be anything."""
    model = ServiceModel("codepipeline")
    for tree in trees:
        for path in tree.declarations:
            verdict.saw(tree, path)
            stack = f"{Path(path).parent}/pipeline.yml"
            stacked = list(_stacked(tree, stack, verdict)) if stack in tree.files else []
            if len(stacked) != 1:
                verdict.finds(tree, path, f"{len(stacked)} pipelines in {stack}: one is due")
                continue
            declared = _declared(tree, path, verdict)
            mine = _filled(declared.get("pipeline", {}), pipeline_as_api(model, stacked[0][1]))
            for place in differences(*mine):
                verdict.finds(tree, path, f"the file and {stack} differ: {place}")
            tags = {t["key"]: t["value"] for t in declared.get("tags", []) if t["key"] not in FILE_TAGS}
            own = {t["Key"]: t["Value"] for t in stacked[0][1].get("Tags", [])}
            for place in differences(tags, stack_tags(tree, stack) | own, "$.tags"):
                verdict.finds(tree, path, f"the file and {stack} differ: {place}")
            for placeholder in set(PLACEHOLDER.findall(tree.text(path))):
                if not any(placeholder in tree.text(page) for page in tree.overviews):
                    verdict.finds(tree, path, f"no page says how {placeholder} is filled in")


def _filled(declared, stacked):
    """Both, with the API's defaults written out, and placeholders filled in from the stack."""
    if isinstance(declared, dict) and isinstance(stacked, dict):
        declared, stacked = _with_defaults(declared), _with_defaults(stacked)
        both = {k: _filled(declared[k], stacked[k]) for k in declared.keys() & stacked.keys()}
        return (
            declared | {k: pair[0] for k, pair in both.items()},
            stacked | {k: pair[1] for k, pair in both.items()},
        )
    if isinstance(declared, list) and isinstance(stacked, list) and len(declared) == len(stacked):
        pairs = [_filled(a, b) for a, b in zip(declared, stacked)]
        return [a for a, _ in pairs], [b for _, b in pairs]
    if isinstance(declared, str) and isinstance(stacked, str) and PLACEHOLDER.fullmatch(declared):
        return stacked, stacked
    return declared, stacked


def _with_defaults(mapping):
    """An action with what AWS writes into it where nothing is said; anything else as it is."""
    if "actionTypeId" not in mapping:
        return mapping
    return {"runOrder": 1, "inputArtifacts": [], "outputArtifacts": []} | mapping


def stand_in(trees, verdict):
    """moto's CodePipeline makes the pipeline from pipeline.json, with the stack's own role, and gives it back equal."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_EC2_METADATA_DISABLED": "true"}
    for tree in trees:
        for path in tree.declarations:
            verdict.saw(tree, path)
            declared = _declared(tree, path, verdict)
            stack = Stack(tree, f"{Path(path).parent}/pipeline.yml")
            os.environ["MOTO_ACCOUNT_ID"] = stack.account
            try:
                with mock_aws():
                    _make_roles(stack, f"{Path(path).parent}/pipeline.yml")
                    client = boto3.client("codepipeline", region_name=stack.region)
                    client.create_pipeline(**declared)
                    back = client.get_pipeline(name=declared["pipeline"]["name"])["pipeline"]
                back.pop("version", None)
                for place in differences(*_filled(declared["pipeline"], back)):
                    verdict.finds(tree, path, f"what was made and what is read back differ: {place}")
            except Exception as refused:  # whatever the stand-in has against it
                verdict.finds(tree, path, f"the stand-in refuses it: {refused}")


def _make_roles(stack, path):
    # Not by a client: moto takes GovCloud's host of IAM for that of the partition `aws`.
    backend = iam_backends[stack.account][stack.partition]

    def make(name, role_path, trust):
        backend.create_role(name, json.dumps(trust), role_path, None, "", {}, "3600")

    for name, role in stack.tree.resources(path, "AWS::IAM::Role"):
        properties = stack.resolve(role["Properties"])
        make(properties.get("RoleName", name), properties.get("Path", "/"), properties["AssumeRolePolicyDocument"])
    for file in stack.tree.roles:
        # A role that exists, as whoever keeps it was told to make it.
        role = json.loads(stack.tree.text(file))
        where, name = role["role"].split(":role")[1].rsplit("/", 1)
        make(name, f"{where}/", role["trust"])
