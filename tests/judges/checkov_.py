"""checkov: its CloudFormation checks over every template, its search for secrets over every file."""

import os

# checkov would fetch guidelines from its maker's site: nothing here may need a network.
os.environ |= {"BC_SKIP_MAPPING": "TRUE", "CHECKOV_RENDER_MAX_LEN": "0", "LOG_LEVEL": "ERROR"}

from checkov.cloudformation.runner import Runner as Templates  # noqa: E402
from checkov.runner_filter import RunnerFilter  # noqa: E402
from checkov.secrets.runner import Runner as Secrets  # noqa: E402


def _files(trees, paths):
    return {str(tree.root / path): (tree, path) for tree in trees for path in paths(tree)}


def checkov(trees, verdict):
    """Every CloudFormation check, but for the resources that carry a skip."""
    files = _files(trees, lambda tree: tree.templates)
    runner = Templates()
    runner.context = runner.definitions = runner.breadcrumbs = None
    report = runner.run(root_folder=None, files=list(files), runner_filter=RunnerFilter(show_progress_bar=False))
    for read in runner.definitions:
        verdict.saw(*files[read])
    for unread in report.parsing_errors:
        verdict.finds(*files[unread], "checkov cannot read it")
    for failed in report.failed_checks:
        verdict.finds(*files[failed.file_abs_path], f"{failed.check_id}: {failed.resource}: {failed.check_name}")


def checkov_secrets(trees, verdict):
    """Known shapes of keys and tokens, and text too random to be anything else."""
    files = _files(trees, lambda tree: tree.files)
    report = Secrets().run(root_folder=None, files=list(files), runner_filter=RunnerFilter(show_progress_bar=False))
    for tree, path in files.values():
        verdict.saw(tree, path)
    for failed in report.failed_checks:
        line = failed.file_line_range[0]
        verdict.finds(*files[failed.file_abs_path], f"{failed.check_id} line {line}: {failed.check_name}")
