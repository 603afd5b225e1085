"""Every policy: parliament over what roles may do, and what least privilege means here over all of them.

Actions that AWS knows for `*` alone are in a table, and two sources of AWS's own table of actions (cfn-lint's and
parliament's) must agree with each of its rows.
"""

import json
import re
from pathlib import Path

import cfnlint.data.AdditionalSpecs
import parliament

from .intrinsics import UUID, Stack, Unresolved
from .suppressions import ROLES, flags

STAR_ALONE = {
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "ecr:DescribePullThroughCacheRules",
    "ecr:GetAuthorizationToken",
    "ecs:DescribeTaskDefinition",
    "kms:CreateKey",
    "kms:ListAliases",
}
"""The actions for which AWS knows no resource."""

ATTACHED = {
    "AWS::ECR::Repository": "RepositoryPolicyText",
    "AWS::IAM::Role": "AssumeRolePolicyDocument",
    "AWS::KMS::Key": "KeyPolicy",
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
}
"""Where the policies stand that are attached to a resource."""

ITSELF = {"AWS::KMS::Key", "AWS::ECR::Repository"}
"""In these resources' own policies `Resource: "*"` is the resource itself, and AWS knows no other."""


def identity_policies(stack, path):
    """What the roles of a template may do: a name for people and the document, resolved."""
    for name, role in stack.tree.resources(path, "AWS::IAM::Role"):
        for policy in role["Properties"].get("Policies", []):
            yield f"{name}, {policy['PolicyName']}", stack.resolve(policy["PolicyDocument"])
    standalone = ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy")
    for name, policy in stack.tree.resources(path, *standalone):
        yield name, stack.resolve(policy["Properties"]["PolicyDocument"])


def parliament_(trees, verdict):
    """No finding of parliament's on an identity policy."""
    for tree in trees:
        for path in tree.templates:
            try:
                for name, document in identity_policies(Stack(tree, path), path):
                    verdict.saw(tree, path)
                    for finding in parliament.analyze_policy_string(json.dumps(document)).findings:
                        if not _is_outdated(finding) and ROLES["parliament"].get(name.split(",")[0]) != finding.issue:
                            verdict.finds(tree, path, f"{name}: {finding}")
            except Unresolved as unresolved:
                verdict.finds(tree, path, f"a policy cannot be read: {unresolved}")
        for path in tree.roles:
            verdict.saw(tree, path)
            policy = _filled(tree.text(path))["policy"]
            for finding in parliament.analyze_policy_string(json.dumps(policy)).findings:
                verdict.finds(tree, path, str(finding))


def _is_outdated(finding):
    """Whether it wants `*` of an action for which AWS knows resources by now; argued in docs/suppressions.md."""
    if finding.issue != "RESOURCE_MISMATCH" or not isinstance(finding.detail, list):
        return False
    return all(
        one["action"] in flags("parliament") and one["required_format"] == "*" for one in finding.detail
    )


def _filled(text):
    """A role's file with what the base stacks put out in the place of what stands for it."""
    account = re.search(r":iam::([0-9]{12}):", text)[1]
    text = re.sub(r"BRANCHLINE(_[A-Z0-9_]+)?_ARTIFACT_KEY_ARN", f"arn:aws:kms:us-east-1:{account}:key/{UUID}", text)
    return json.loads(text.replace("BRANCHLINE_CONNECTION_ID", UUID))


def least_privilege(trees, verdict):
    """No Allow of a wildcard action, of everything but something, to everyone, or on `*` without need."""
    for row in sorted(STAR_ALONE):
        _check_table(row)
    for tree in trees:
        for path in tree.templates:
            verdict.saw(tree, path)
            try:
                for name, document, star in _every_policy(Stack(tree, path), path):
                    for statement in _list(document.get("Statement")):
                        for what in _too_much(statement, star):
                            verdict.finds(tree, path, f"{name}, {statement.get('Sid', 'no Sid')}: {what}")
            except Unresolved as unresolved:
                verdict.finds(tree, path, f"a policy cannot be read: {unresolved}")
        for path in tree.roles:
            verdict.saw(tree, path)
            document = _filled(tree.text(path))
            for name in ("policy", "trust"):
                for statement in _list(document[name].get("Statement")):
                    for what in _too_much(statement, False):
                        verdict.finds(tree, path, f"{name}, {statement.get('Sid', 'no Sid')}: {what}")


def _every_policy(stack, path):
    for name, document in identity_policies(stack, path):
        yield name, document, False
    for kind, where in ATTACHED.items():
        for name, resource in stack.tree.resources(path, kind):
            if where in resource["Properties"]:
                yield f"{name}'s own policy", stack.resolve(resource["Properties"][where]), kind in ITSELF


def _too_much(statement, star_is_itself):
    if statement.get("Effect") != "Allow":
        return
    for key in ("NotAction", "NotResource", "NotPrincipal"):
        if key in statement:
            yield f"Allow with {key} allows what nobody has listed"
    actions = _list(statement.get("Action"))
    for action in actions:
        if "*" in action or "?" in action:
            yield f"Allow of the wildcard action {action}"
    if "*" in _list(statement.get("Resource")) and not star_is_itself:
        for action in actions:
            if action not in STAR_ALONE:
                yield f"{action} on every resource, though AWS knows narrower ones"
    principal = statement.get("Principal")
    if principal == "*" or isinstance(principal, dict) and "*" in _list(principal.get("AWS")):
        yield "Allow to everyone"


def _check_table(action):
    prefix, name = action.split(":")
    specs = Path(cfnlint.data.AdditionalSpecs.__file__).parent / "Policies.json"
    known = json.loads(specs.read_text())[prefix]["Actions"][name.lower()]
    service = next(s for s in parliament.iam_definition if s["prefix"] == prefix)
    privilege = next(p for p in service["privileges"] if p["privilege"] == name)
    if known.get("Resources") or [r["resource_type"] for r in privilege["resource_types"]] != [""]:
        raise AssertionError(f"AWS knows narrower resources for {action}: take it off STAR_ALONE")


def _list(value):
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
