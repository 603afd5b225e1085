"""Holds a value against a shape of the service model: types, required and unknown members, enums, patterns, lengths.

The texts are those of AWS's own framework, so that what a client shows of them looks as it will.
"""

import functools
import re
from datetime import datetime


# What AWS answers though its model does not list it: a stack's own events carry the stack's status.
CLEANUP = ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
ALSO = {"ResourceStatus": ("REVIEW_IN_PROGRESS", *CLEANUP)}


def faults(shape, value, answer=False):
    """All that is wrong with the value, in the order of its members. AWS answers empty lists where its model has a
    least length: those are for what is asked."""
    found = []
    _walk(shape, value, "", found, answer)
    return found


def message(found):
    count = len(found)
    return f"{count} validation error{'s' if count > 1 else ''} detected: {'; '.join(found)}"


def _walk(shape, value, path, found, answer):
    kind = shape.type_name
    if kind == "structure":
        _structure(shape, value, path, found, answer)
    elif kind == "list":
        if not isinstance(value, (list, tuple)):
            return _wrong_type(value, path, "list", found)
        if value or not answer:
            _sized(shape, len(value), value, path, found)
        for index, item in enumerate(value):
            _walk(shape.member, item, f"{path}.{index + 1}.member", found, answer)
    elif kind == "map":
        if not isinstance(value, dict):
            return _wrong_type(value, path, "map", found)
        _sized(shape, len(value), value, path, found)
        for key, item in value.items():
            _walk(shape.key, key, f"{path}.key", found, answer)
            _walk(shape.value, item, f"{path}.{key}.member", found, answer)
    else:
        _scalar(shape, kind, value, path, found)


def _structure(shape, value, path, found, answer):
    if not isinstance(value, dict):
        return _wrong_type(value, path, "structure", found)
    for name in shape.required_members:
        if value.get(name) is None:
            found.append(f"Value null at '{_join(path, name)}' failed to satisfy constraint: Member must not be null")
    for name, item in value.items():
        member = shape.members.get(name)
        if member is None:
            found.append(f"Value at '{_join(path, name)}' is unknown: {shape.name} has no such member")
        elif item is not None:
            _walk(member, item, _join(path, name), found, answer)
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        found.append(f"Value at '{path}' must have exactly one of {sorted(shape.members)}")


def _scalar(shape, kind, value, path, found):
    if kind in ("string", "character"):
        if not isinstance(value, str):
            return _wrong_type(value, path, "string", found)
        _sized(shape, len(value), value, path, found)
        pattern = shape.metadata.get("pattern")
        if pattern and not _matches(pattern, value):
            found.append(_unmet(value, path, f"Member must satisfy regular expression pattern: {pattern}"))
        allowed = getattr(shape, "enum", None)
        if allowed and value not in allowed and value not in ALSO.get(shape.name, ()):
            found.append(_unmet(value, path, f"Member must satisfy enum value set: [{', '.join(allowed)}]"))
    elif kind in ("integer", "long"):
        if not isinstance(value, int) or isinstance(value, bool):
            return _wrong_type(value, path, kind, found)
        _ranged(shape, value, path, found)
    elif kind in ("float", "double"):
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return _wrong_type(value, path, kind, found)
        _ranged(shape, value, path, found)
    elif kind == "boolean" and not isinstance(value, bool):
        _wrong_type(value, path, kind, found)
    elif kind == "timestamp" and not isinstance(value, (datetime, int, float)):
        _wrong_type(value, path, kind, found)
    elif kind == "blob" and not isinstance(value, (bytes, bytearray, str)) and not hasattr(value, "read"):
        _wrong_type(value, path, kind, found)


@functools.lru_cache(maxsize=None)
def _compiled(pattern):
    try:
        return re.compile(pattern)
    except re.error:  # a dialect that Python does not read: not judged
        return None


def _matches(pattern, value):
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(value) is not None


def _sized(shape, size, value, path, found):
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        found.append(_unmet(value, path, f"Member must have length greater than or equal to {low}"))
    if high is not None and size > high:
        found.append(_unmet(value, path, f"Member must have length less than or equal to {high}"))


def _ranged(shape, value, path, found):
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and value < low:
        found.append(_unmet(value, path, f"Member must have value greater than or equal to {low}"))
    if high is not None and value > high:
        found.append(_unmet(value, path, f"Member must have value less than or equal to {high}"))


def _wrong_type(value, path, kind, found):
    found.append(f"Value at '{path}' must be a {kind}, and is a {type(value).__name__}")


def _unmet(value, path, constraint):
    shown = str(value)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    return f"Value '{shown}' at '{path}' failed to satisfy constraint: {constraint}"


def _join(path, name):
    return f"{path}.{name}" if path else name
