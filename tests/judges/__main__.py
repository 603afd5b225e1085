"""Runs the judges of one environment over the trees of a manifest and writes their report to stdout as JSON.

Manifest: `{"trees": [{"name", "root", "readings": {key: {"document"} or {"refused"}}, "only": [judge, …]}]}`.
Report: `{"judges": {name: {"seen": [[tree, path]], "findings": [{"tree", "path", "what"}]}}, "suppressions":
[{"tool", "id", "where"}]}`. A validator that is not installed ends it with an ImportError and status 1.
"""

import json
import os
import sys
import traceback
from pathlib import Path

from .tree import Tree
from .verdict import Verdict


def judges(environment):
    """The judges of an environment by name. Imported here, because no environment has every tool."""
    if environment == "checkov":
        from . import checkov_

        return {"checkov": checkov_.checkov, "checkov secrets": checkov_.checkov_secrets}
    from . import buildspecs, declarations, limits, notifications, overview, plain_secrets, policies, readers, templates

    return {
        "cfn-lint": templates.cfn_lint,
        "cloudformation-validate": templates.cloudformation_validate,
        "parliament": policies.parliament_,
        "least privilege": policies.least_privilege,
        "limits": limits.limits,
        "two YAML readers": readers.two_readers,
        "buildspec structure": buildspecs.structure,
        "shellcheck": buildspecs.shellcheck,
        "buildspec beside": buildspecs.beside,
        "botocore's model": declarations.service_model,
        "same pipeline": declarations.same_pipeline,
        "moto": declarations.stand_in,
        "notifications": notifications.notifications,
        "overview": overview.overview,
        "AWS CLI": overview.aws_commands,
        "plain secrets": plain_secrets.plain_secrets,
    }


def main(environment, manifest):
    # The report alone goes to stdout, whatever the tools would like to say there.
    report_to = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    trees = [
        Tree(t["name"], Path(t["root"]).resolve(), t.get("readings", {}), tuple(t.get("only", [])))
        for t in json.loads(Path(manifest).read_text(encoding="utf-8"))["trees"]
    ]
    report = {"judges": {}}
    for name, judge in judges(environment).items():
        verdict = Verdict()
        theirs = [tree for tree in trees if not tree.only or name in tree.only]
        try:
            if theirs:
                judge(theirs, verdict)
        except Exception:  # a judge that falls over has not said that all is well
            verdict.findings.append({"tree": theirs[0].name, "path": "", "what": traceback.format_exc()})
        report["judges"][name] = verdict.report()
    if environment != "checkov":
        from .suppressions import in_force

        report["suppressions"] = in_force([tree for tree in trees if not tree.only])
    json.dump(report, report_to)
    report_to.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
