"""Every YAML file, and every buildspec inside one, must mean the same to two readers.

PyYAML reads YAML 1.1, as CloudFormation and CodeBuild do; the other reading comes with the manifest, made by a
YAML 1.2 reader in Rust. `on`, `012345678901`, `12:30` or `2012-10-17` left unquoted would differ.
"""

import yaml

from .tree import read_yaml


def two_readers(trees, verdict):
    """Equal values of equal types at every place, and no key twice."""
    for tree in trees:
        for path in tree.templates + tree.buildspecs:
            verdict.saw(tree, path)
            _compare(tree, path, tree.text(path), path, verdict)
        for path in tree.templates:
            for name, text in tree.inline_buildspecs(path):
                if isinstance(text, str):
                    _compare(tree, path, text, f"{path}#{name}", verdict)
                else:
                    verdict.finds(tree, path, f"{name}: the buildspec is no text but {type(text).__name__}")


def _compare(tree, path, text, key, verdict):
    try:
        mine = read_yaml(text)
    except yaml.YAMLError as error:
        verdict.finds(tree, path, f"{key}: a YAML 1.1 reader refuses it: {error}")
        return
    other = tree.readings.get(key)
    if other is None:
        verdict.finds(tree, path, f"{key}: there is no second reading of it")
    elif "refused" in other:
        verdict.finds(tree, path, f"{key}: the other reader refuses it: {other['refused']}")
    else:
        for place in differences(mine, other["document"]):
            verdict.finds(tree, path, f"{key}: two YAML readers disagree: {place}")


def differences(one, other, place="$"):
    """The places where two documents differ, in type or in value, with what stands there."""
    if type(one) is not type(other):
        yield f"{place}: {one!r} and {other!r}"
    elif isinstance(one, dict):
        for key in sorted(one.keys() | other.keys(), key=str):
            if key not in one or key not in other:
                yield f"{place}.{key}: only one has it"
            else:
                yield from differences(one[key], other[key], f"{place}.{key}")
    elif isinstance(one, list):
        if len(one) != len(other):
            yield f"{place}: {len(one)} items and {len(other)}"
        for index, (a, b) in enumerate(zip(one, other)):
            yield from differences(a, b, f"{place}[{index}]")
    elif one != other:
        yield f"{place}: {one!r} and {other!r}"
