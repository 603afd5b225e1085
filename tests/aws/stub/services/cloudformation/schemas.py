"""What AWS's resource schemas say of a type: which properties replace it, whether it takes tags. cfn-lint brings them."""

import functools
import json
from importlib.util import find_spec
from pathlib import Path

# Found, not imported: cfn-lint takes a second to load, and only its data is wanted.
DATA = Path(find_spec("cfnlint").submodule_search_locations[0]) / "data/schemas"


@functools.lru_cache(maxsize=1)
def _types():
    return json.loads((DATA / "providers/us-east-1.json").read_text())


@functools.lru_cache(maxsize=None)
def _schema(kind):
    name = _types().get(kind)
    return {} if name is None else json.loads((DATA / f"resources/{name}.json").read_text())


def known(kind):
    return kind in _types()


@functools.lru_cache(maxsize=None)
def create_only(kind):
    """Paths of properties that cannot be changed, without `/properties/`: `BucketName`, `A/B`."""
    schema = _schema(kind)
    always = schema.get("createOnlyProperties", []) + schema.get("conditionalCreateOnlyProperties", [])
    return tuple(path.removeprefix("/properties/") for path in always)


@functools.lru_cache(maxsize=None)
def properties(kind):
    return tuple(_schema(kind).get("properties", {}))


@functools.lru_cache(maxsize=None)
def required(kind):
    return tuple(_schema(kind).get("required", []))


@functools.lru_cache(maxsize=None)
def taggable(kind):
    return "Tags" in properties(kind)
