"""Sizes that AWS refuses only when a stack is made, which no linter counts."""

import json

from .intrinsics import Stack, Unresolved
from .policies import identity_policies

REQUEST_BODY = 51_200
"""Bytes of a template that `aws cloudformation deploy` can send without a bucket to put it in."""

THROUGH_A_BUCKET = 1_000_000
"""Bytes of a template that CloudFormation takes from a bucket."""

INLINE_POLICIES = 10_240
"""Characters of all inline policies of a role together, white space not counted."""


def limits(trees, verdict):
    """Each template fits into a request or goes through a bucket, the inline policies of each role fit into the role."""
    for tree in trees:
        for path in tree.templates:
            verdict.saw(tree, path)
            size = len(tree.text(path).encode())
            if size > THROUGH_A_BUCKET:
                verdict.finds(tree, path, f"{size} bytes, more than the {THROUGH_A_BUCKET} that CloudFormation takes")
            elif size > REQUEST_BODY and not _goes_through_a_bucket(tree, path):
                verdict.finds(tree, path, f"{size} bytes, more than the {REQUEST_BODY} that a request may carry")
            try:
                for role, characters in _roles(Stack(tree, path), path).items():
                    if characters > INLINE_POLICIES:
                        verdict.finds(tree, path, f"{role}: {characters} characters of policies")
            except Unresolved as unresolved:
                verdict.finds(tree, path, f"a policy cannot be read: {unresolved}")


def _goes_through_a_bucket(tree, path):
    """Whether the page's command that deploys the template puts it into a bucket first."""
    commands = "\n".join(tree.text(page).replace("\\\n", " ") for page in tree.overviews)
    lines = [line for line in commands.splitlines() if f"{path} " in line]
    return bool(lines) and all("--s3-bucket" in line for line in lines)


def _roles(stack, path):
    sizes = {}
    for name, document in identity_policies(stack, path):
        role = name.split(",")[0]
        sizes[role] = sizes.get(role, 0) + len(json.dumps(document, separators=(",", ":")))
    return sizes
