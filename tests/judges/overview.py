"""The page that says what to deploy: its commands parse, and the files they name are there."""

import re
from pathlib import PurePosixPath

from .buildspecs import check_scripts

SHELL_BLOCK = re.compile(r"^```(?:sh|bash|shell|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
NAMED_FILE = re.compile(r"""(?:--template-file[ =]|file://)["']?([^\s"']+)""")


def overview(trees, verdict):
    """Every template is deployed by a command, every file that a command names exists, every command parses."""
    for tree in trees:
        scripts = []
        for path in tree.overviews:
            verdict.saw(tree, path)
            blocks = SHELL_BLOCK.findall(tree.text(path))
            scripts += [(tree, path, "a command", "bash", block) for block in blocks]
            named = {match for block in blocks for match in NAMED_FILE.findall(block)}
            for file in sorted(named):
                if not any(PurePosixPath(file).match(known) for known in tree.files):
                    verdict.finds(tree, path, f"a command names {file}, which is not there")
            for template in tree.templates:
                if not any(PurePosixPath(file).match(template) for file in named):
                    verdict.finds(tree, path, f"no command deploys {template}")
        check_scripts(scripts, "warning", verdict)
        if not tree.overviews:
            verdict.finds(tree, "README.md", "there is no page that says what to deploy")
