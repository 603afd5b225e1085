"""cfn-lint and AWS's own cloudformation-validate over every template, informational findings of cfn-lint included."""

from itertools import groupby

from cfnlint.api import lint_by_config
from cfnlint.config import ManualArgs
from cloudformation_validate import RegoEngine, Severity

from .intrinsics import Stack
from .suppressions import flags


def cfn_lint(trees, verdict):
    """Every rule but the flags of the suppression table; each template is checked for its own region."""
    given = [(Stack(tree, path).region, str(tree.root / path), tree, path) for tree in trees for path in tree.templates]
    given.sort(key=lambda each: each[:2])
    for region, group in groupby(given, key=lambda each: each[0]):
        where = {file: (tree, path) for _, file, tree, path in group}
        for tree, path in where.values():
            verdict.saw(tree, path)
        arguments = ManualArgs(
            templates=list(where),
            regions=[region],
            include_checks=["I"],
            include_experimental=True,
            ignore_checks=flags("cfn-lint"),
        )
        for match in lint_by_config(arguments):
            verdict.finds(*where[match.filename], f"{match.rule.id} line {match.linenumber}: {match.message}")


def cloudformation_validate(trees, verdict):
    """No error and no warning but the flags of the suppression table; what is only information (a create-only property, say) is not judged."""
    engine = RegoEngine()
    for tree in trees:
        for path in tree.templates:
            verdict.saw(tree, path)
            for found in engine.validate_template(tree.root / path).diagnostics:
                if found.severity.value >= Severity.WARN.value and found.rule_id not in flags("cloudformation-validate"):
                    place = f"line {found.start_line}, {found.property_path}"
                    verdict.finds(tree, path, f"{found.rule_id} {place}: {found.message}")
