"""Which findings are not judged, and who says so: flags of the judges themselves, and skips in the generated files.

docs/suppressions.md has a row for each, with its reason; `tests/judges.rs` compares the two, both ways.
"""

import re

FLAGS = {
    "cloudformation-validate": ["E3050", "W9002"],
    "cfn-lint": ["I4010"],
    "parliament": ["logs:DescribeLogGroups"],
    "shellcheck": ["SC2329"],
}
"""What the judges are told to leave out everywhere: tool and check ids."""

ROLES = {"parliament": {"CloudFormationRole": "RESOURCE_POLICY_PRIVILEGE_ESCALATION"}}
"""What a tool is told to leave out of one role's policies."""

COMMENTS = {
    "checkov": re.compile(r"checkov:skip=([A-Z0-9_]+)"),
    "checkov secrets": re.compile(r"pragma:\s*allowlist\s+(secret)"),
    "shellcheck": re.compile(r"shellcheck\s+disable=([A-Z0-9,]+)"),
}


def flags(tool):
    """The check ids that a tool is told to leave out."""
    return FLAGS.get(tool, [])


def in_force(trees):
    """Every suppression that counts over these trees, as mappings of tool, id and where; none twice."""
    found = {(tool, check, "everywhere") for tool, checks in FLAGS.items() for check in checks}
    found |= {(tool, issue, role) for tool, roles in ROLES.items() for role, issue in roles.items()}
    for tree in trees:
        for path in tree.files:
            found |= set(_comments(path, tree.text(path)))
        for path in tree.templates:
            template = tree.template(path)
            found |= set(_metadata(template.get("Metadata"), path))
            for name, resource in (template.get("Resources") or {}).items():
                found |= set(_metadata(resource.get("Metadata"), name))
    return [{"tool": tool, "id": check, "where": where} for tool, check, where in sorted(found)]


def _comments(path, text):
    for tool, pattern in COMMENTS.items():
        for checks in pattern.findall(text):
            yield from ((tool, check, path) for check in checks.split(","))


def _metadata(metadata, where):
    metadata = metadata if isinstance(metadata, dict) else {}
    for skip in (metadata.get("checkov") or {}).get("skip") or []:
        yield "checkov", skip.get("id"), where
    for check in ((metadata.get("cfn-lint") or {}).get("config") or {}).get("ignore_checks") or []:
        yield "cfn-lint", check, where
