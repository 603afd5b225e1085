"""A service's own description of its API, as botocore carries it, taken at its word.

botocore itself checks only a part before it sends: names, types, minimums. Here lengths, patterns and enums count too.
"""

# Which cfn-lint brings with it; the patterns are Java's, and Python's own `re` knows no `\p{L}`.
import regex
from botocore.loaders import Loader

MADE_UP = {"AWS::CodePipeline::Pipeline": {"RestartExecutionOnUpdate", "DisableInboundStageTransitions", "Tags"}}
"""Properties that CloudFormation has and the API's declaration has not."""


class ServiceModel:
    """The shapes of one service."""

    def __init__(self, service):
        self.shapes = Loader().load_service_model(service, "service-2")["shapes"]

    def faults(self, shape, value, place="$"):
        """What is wrong with a value by a shape's name, each with its place."""
        about = self.shapes[shape]
        yield from getattr(self, f"_{about['type']}")(about, value, place)

    def _structure(self, about, value, place):
        if not isinstance(value, dict):
            yield f"{place}: a mapping is due, not {value!r}"
            return
        for name in about.get("required", []):
            if name not in value:
                yield f"{place}: {name} is missing"
        for name, inner in value.items():
            member = about["members"].get(name)
            if member is None:
                yield f"{place}: {name} is not known to the API"
            else:
                yield from self.faults(member["shape"], inner, f"{place}.{name}")

    def _list(self, about, value, place):
        if not isinstance(value, list):
            yield f"{place}: a list is due, not {value!r}"
            return
        yield from _range(about, len(value), place, "items")
        for index, inner in enumerate(value):
            yield from self.faults(about["member"]["shape"], inner, f"{place}[{index}]")

    def _map(self, about, value, place):
        if not isinstance(value, dict):
            yield f"{place}: a mapping is due, not {value!r}"
            return
        yield from _range(about, len(value), place, "entries")
        for key, inner in value.items():
            yield from self.faults(about["key"]["shape"], key, f"{place}.{key} (the key)")
            yield from self.faults(about["value"]["shape"], inner, f"{place}.{key}")

    def _string(self, about, value, place):
        if not isinstance(value, str):
            yield f"{place}: text is due, not {value!r}"
            return
        yield from _range(about, len(value), place, "characters")
        if "enum" in about and value not in about["enum"]:
            yield f"{place}: {value!r} is none of {', '.join(about['enum'])}"
        if "pattern" in about and not regex.fullmatch(about["pattern"], value, regex.DOTALL):
            yield f"{place}: {value!r} does not fit the pattern {about['pattern']}"

    def _integer(self, about, value, place):
        if isinstance(value, bool) or not isinstance(value, int):
            yield f"{place}: a whole number is due, not {value!r}"
        else:
            yield from _range(about, value, place, "in value")

    def _boolean(self, _about, value, place):
        if not isinstance(value, bool):
            yield f"{place}: true or false is due, not {value!r}"

    def as_api(self, shape, value):
        """CloudFormation's properties as the API has them: names in the API's case, scalars of the API's type.

        What the shape does not know is kept as it is, so that `faults` can say so.
        """
        about = self.shapes[shape]
        match about["type"], value:
            case "structure", dict():
                members = {name.lower(): name for name in about["members"]}
                names = {key: members.get(key.lower(), key) for key in value}
                known = about["members"]
                return {
                    names[key]: self.as_api(known[names[key]]["shape"], inner) if names[key] in known else inner
                    for key, inner in value.items()
                }
            case "list", list():
                return [self.as_api(about["member"]["shape"], inner) for inner in value]
            case "map", dict():
                return {key: self.as_api(about["value"]["shape"], inner) for key, inner in value.items()}
            case "string", bool():
                return str(value).lower()
            case "string", int() | float():
                return str(value)
        return value


def _range(about, number, place, what):
    if number < about.get("min", number):
        yield f"{place}: {number} {what}, at least {about['min']} are due"
    if number > about.get("max", number):
        yield f"{place}: {number} {what}, at most {about['max']} are allowed"


def pipeline_as_api(model, properties):
    """An AWS::CodePipeline::Pipeline's resolved properties as a PipelineDeclaration."""
    kept = {k: v for k, v in properties.items() if k not in MADE_UP["AWS::CodePipeline::Pipeline"]}
    if isinstance(kept.get("ArtifactStores"), list):
        kept["ArtifactStores"] = {each["Region"]: each["ArtifactStore"] for each in kept["ArtifactStores"]}
    return model.as_api("PipelineDeclaration", kept)
