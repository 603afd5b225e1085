"""Templates: read, refused, and what they refer to."""

import functools
import json
import re
from urllib.parse import unquote, urlparse

import yaml

from stub.refusal import Refusal
from stub.services import s3

BODY_LIMIT = 51_200  # bytes of TemplateBody: quotas of the CloudFormation user guide
OBJECT_LIMIT = 1_048_576
RESOURCE_LIMIT = 500
KIND = re.compile(r"[A-Za-z0-9]+::[A-Za-z0-9]+::[A-Za-z0-9]+|Custom::.+")
SUB = re.compile(r"\$\{(?!!)([^}]+)\}")


def invalid(text):
    return Refusal("ValidationError", text)


def named(name, member):
    """The model of the service knows no pattern for names; its documentation does."""
    if not name.startswith("arn:") and (not re.fullmatch(r"[a-zA-Z][-a-zA-Z0-9]*", name) or len(name) > 128):
        rule = "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"
        raise invalid(f"1 validation error detected: Value '{name}' at '{member}' failed to satisfy constraint: {rule}")


def given(call, previous=None):
    """The text of the template that a request brings, or the previous one where it says so."""
    body, url = call.get("TemplateBody"), call.get("TemplateURL")
    if call.get("UsePreviousTemplate"):
        if previous is None:
            raise invalid("There is no template to use as the previous one")
        return previous
    if (body is None) == (url is None):
        raise invalid("Either Template URL or Template Body must be specified.")
    if body is not None:
        if len(body.encode()) > BODY_LIMIT:
            shape = "Member must have length less than or equal to 51200"
            raise invalid(f"1 validation error detected: Value at 'templateBody' failed to satisfy constraint: {shape}")
        return body
    return _object(call.world, url)


def _object(world, url):
    """Path style and both virtual-hosted styles, as the SDKs and people write them."""
    parsed = urlparse(url)
    host, path = parsed.hostname or "", unquote(parsed.path).lstrip("/")
    virtual = re.fullmatch(r"(.+)\.s3[.-][a-z0-9.-]*amazonaws\.com(\.cn)?", host)
    bucket, key = (virtual[1], path) if virtual else path.partition("/")[::2]
    found = s3.read(world, bucket, key)
    if found is None:
        more = "For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
        raise invalid(f"S3 error: The specified key does not exist.\n{more}")
    if len(found) > OBJECT_LIMIT:
        raise invalid(f"Template may not exceed {OBJECT_LIMIT} bytes in size.")
    return found.decode()


@functools.lru_cache(maxsize=4096)
def parse(text):
    """The template as a tree, which nobody changes; a ValidationError where it is none."""
    try:
        tree = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, yaml.CSafeLoader)
    except (ValueError, yaml.YAMLError) as error:
        raise invalid(f"Template format error: YAML not well-formed. ({error})") from error
    if not isinstance(tree, dict):
        raise invalid("Template format error: unsupported structure.")
    resources = tree.get("Resources")
    if not resources:
        raise invalid("Template format error: At least one Resources member must be defined.")
    if len(resources) > RESOURCE_LIMIT:
        many = f"Number of resources, {len(resources)}, is greater than maximum allowed, {RESOURCE_LIMIT}"
        raise invalid(f"Template format error: {many}")
    for name, resource in resources.items():
        if not re.fullmatch(r"[A-Za-z0-9]+", name):
            raise invalid(f"Template format error: Resource name {name} is non alphanumeric.")
        if not isinstance(resource, dict) or not KIND.fullmatch(str(resource.get("Type"))):
            text = f"[/Resources/{name}] Every Resources object must contain a Type member."
            raise invalid(f"Template format error: {text}")
    _refer(tree, resources)
    return tree


def _refer(tree, resources):
    """Nothing refers to what there is not, and nothing in a circle."""
    known = set(resources) | set(tree.get("Parameters") or {})
    missing = sorted((references(tree.get("Resources")) | references(tree.get("Outputs"))) - known)
    if missing:
        text = f"Unresolved resource dependencies [{', '.join(missing)}] in the Resources block of the template"
        raise invalid(f"Template format error: {text}")
    order(tree)


def references(value):
    """The names that a value refers to, of parameters and resources; pseudo parameters are none."""
    found = set()
    _references(value, found)
    return {name for name in found if not name.startswith("AWS::")}


def _references(value, found):
    if isinstance(value, list):
        for item in value:
            _references(item, found)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if key == "Ref" and isinstance(item, str):
            found.add(item)
        elif key == "Fn::GetAtt":
            found.add(item.split(".")[0] if isinstance(item, str) else item[0])
        elif key == "Fn::Sub":
            text, own = (item, {}) if isinstance(item, str) else item
            found.update(name.split(".")[0] for name in SUB.findall(text) if name not in own)
            _references(own, found)
        else:
            _references(item, found)


def depends_on(tree, name):
    resource = tree["Resources"][name]
    extra = resource.get("DependsOn") or []
    needs = references(resource.get("Properties")) | set([extra] if isinstance(extra, str) else extra)
    return needs & set(tree["Resources"]) - {name}


def order(tree):
    """The resources so that each comes behind what it needs; ties as the template has them."""
    left = {name: depends_on(tree, name) for name in tree["Resources"]}
    done = []
    while left:
        ready = [name for name, needs in left.items() if not needs & set(left)]
        if not ready:
            raise invalid(f"Circular dependency between resources: [{', '.join(left)}]")
        done.append(ready[0])
        del left[ready[0]]
    return done


def capabilities(tree):
    """What must be acknowledged, and for which resources."""
    iam = [(n, r) for n, r in tree["Resources"].items() if r["Type"].startswith("AWS::IAM::")]
    if not iam:
        return [], []
    names = ("RoleName", "PolicyName", "ManagedPolicyName", "UserName", "GroupName", "InstanceProfileName")
    named = any(key in (r.get("Properties") or {}) for _, r in iam for key in names)
    return ["CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM"], [n for n, _ in iam]


def acknowledged(tree, had):
    for wanted in capabilities(tree)[0]:
        if wanted not in had and not (wanted == "CAPABILITY_IAM" and "CAPABILITY_NAMED_IAM" in had):
            raise Refusal("InsufficientCapabilitiesException", f"Requires capabilities : [{wanted}]")


def parameters(tree, wanted, previous=None):
    """The value of each parameter, of what a request gives, what was before, and the defaults."""
    declared = tree.get("Parameters") or {}
    values = {}
    for parameter in wanted:
        name = parameter["ParameterKey"]
        if name not in declared:
            raise invalid(f"Parameters: [{name}] do not exist in the template")
        if parameter.get("UsePreviousValue"):
            if name not in (previous or {}):
                text = "Cannot specify usePreviousValue as true for a parameter key not in the previous template"
                raise invalid(f"Invalid input for parameter key {name}. {text}")
            values[name] = previous[name]
        else:
            values[name] = parameter.get("ParameterValue", "")
    missing = [name for name, p in declared.items() if name not in values and "Default" not in p]
    if missing:
        raise invalid(f"Parameters: [{', '.join(missing)}] must have values")
    for name, parameter in declared.items():
        values.setdefault(name, str(parameter.get("Default")))
        _allowed(name, parameter, values[name])
    return {name: values[name] for name in declared}


def _allowed(name, parameter, value):
    why = parameter.get("ConstraintDescription")
    pattern, allowed = parameter.get("AllowedPattern"), parameter.get("AllowedValues")
    if pattern and not re.fullmatch(pattern, value):
        raise invalid(f"Parameter {name} failed to satisfy constraint: {why or f'must match pattern {pattern}'}")
    if allowed and value not in [str(item) for item in allowed]:
        raise invalid(f"Parameter {name} failed to satisfy constraint: {why or f'must be one of {allowed}'}")
