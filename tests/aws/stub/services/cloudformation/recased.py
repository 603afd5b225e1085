"""Properties of CloudFormation in the spelling of the services' own APIs.

Names differ in their first letters and here and there inside (`BuildSpec`, `buildspec`), so members are found by the
service model without regard to case. What CloudFormation has and the API has not is left out, as CloudFormation does.
"""

from moto.core.utils import get_service_model

from stub import shapes
from stub.services.cloudformation.intrinsics import NOTHING


class Unfit(Exception):
    """The service would refuse it; the text is the service's."""


def pipeline(properties):
    """`AWS::CodePipeline::Pipeline` as a PipelineDeclaration that CodePipeline takes."""
    declared = _member("codepipeline", "CreatePipeline", "pipeline")
    given = dict(properties)
    stores = given.pop("ArtifactStores", None)
    made = _structure(declared, given)
    if stores is not None:
        store = declared.members["artifactStores"].value
        made["artifactStores"] = {s["Region"]: _structure(store, s["ArtifactStore"]) for s in stores}
    return _fit(declared, made)


def project(properties):
    """`AWS::CodeBuild::Project` as an input of CreateProject that CodeBuild takes."""
    shape = get_service_model("codebuild").operation_model("CreateProject").input_shape
    return _fit(shape, _structure(shape, properties))


def _fit(shape, made):
    found = shapes.faults(shape, made)
    if found:
        raise Unfit(shapes.message(found))
    return made


def tags(properties):
    return [{"key": tag["Key"], "value": tag["Value"]} for tag in properties.get("Tags", [])]


def _member(service, operation, member):
    return get_service_model(service).operation_model(operation).input_shape.members[member]


def _convert(shape, value):
    match shape.type_name:
        case "structure":
            return _structure(shape, value)
        case "list":
            return [_convert(shape.member, item) for item in value]
        case "map":
            return {key: _convert(shape.value, item) for key, item in value.items()}
        case "integer" | "long":
            return int(value)
        case "boolean":
            return value if isinstance(value, bool) else str(value).lower() == "true"
        case "string":
            return str(value).lower() if isinstance(value, bool) else str(value)
    return value


def _structure(shape, value):
    names = {name.lower(): name for name in shape.members}
    made = {}
    for key, item in value.items():
        name = names.get(key.lower())
        if name is not None and item is not NOTHING:
            made[name] = _convert(shape.members[name], item)
    return made
