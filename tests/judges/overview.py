"""The page that says what to deploy: commands that parse, name files that are there, in an order that works."""

import re
import shlex
from functools import cache
from pathlib import PurePosixPath

from awscli.clidriver import create_clidriver

from .buildspecs import check_scripts

SHELL_BLOCK = re.compile(r"^```(?:sh|bash|shell|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
NAMED_FILE = re.compile(r"""(?:--template-file[ =]|file://)["']?([^\s"']+)""")
AWS_COMMAND = re.compile(r"(?:^|\$\(|[|;&]\s*)\s*aws\s+([^|;&)]*)", re.MULTILINE)


def overview(trees, verdict):
    """Shell that parses, files that exist, every template deployed: base, then environments, then pipelines."""
    for tree in trees:
        scripts = []
        for path in tree.overviews:
            verdict.saw(tree, path)
            blocks = SHELL_BLOCK.findall(tree.text(path))
            scripts += [(tree, path, "a command", "bash", block) for block in blocks]
            for what in _wrong_files(tree, [name for block in blocks for name in NAMED_FILE.findall(block)]):
                verdict.finds(tree, path, what)
        check_scripts(scripts, "warning", verdict)
        if not tree.overviews:
            verdict.finds(tree, "README.md", "there is no page that says what to deploy")


def _wrong_files(tree, named):
    deployed = []
    for name in named:
        known = [path for path in tree.files if PurePosixPath(name).match(path)]
        deployed += [path for path in known if path in tree.templates and path not in deployed]
        if not known:
            yield f"a command names {name}, which is not there"
    for template in tree.templates:
        if template not in deployed:
            yield f"no command deploys {template}"
    if deployed != sorted(deployed, key=_rank):
        yield f"each needs what is deployed before it, so not in this order: {', '.join(deployed)}"


def _rank(template):
    return 0 if template == "base.yml" else 1 if template.startswith("environments/") else 2


def aws_commands(trees, verdict):
    """The AWS CLI knows every command and every option that the page tells people to type."""
    for tree in trees:
        for path in tree.overviews:
            verdict.saw(tree, path)
            for block in SHELL_BLOCK.findall(tree.text(path)):
                for command in AWS_COMMAND.findall(block.replace("\\\n", " ")):
                    for what in _unknown(shlex.split(command)):
                        verdict.finds(tree, path, f"aws {command.strip()}: {what}")


def _unknown(words):
    service, operation = (words + ["", ""])[:2]
    known = _options(service, operation)
    if known is None:
        yield "the AWS CLI knows no such command"
        return
    for word in words[2:]:
        option = word.split("=")[0]
        if option.startswith("--") and option.removeprefix("--") not in known:
            yield f"the AWS CLI knows no {option} there"


@cache
def _options(service, operation):
    """The options that a command takes, or None where there is no such command."""
    driver = create_clidriver()
    services = driver._get_command_table()
    if service not in services:
        return None
    help_of = services[service].create_help_command()
    if operation not in help_of.command_table:
        return None
    own = help_of.command_table[operation].create_help_command().arg_table
    return own.keys() | driver._get_argument_table().keys()
