"""The page that says what to deploy: commands that parse, name files that are there, in an order that works."""

import itertools
import re
import shlex
import textwrap
from functools import cache
from pathlib import PurePosixPath

from awscli.clidriver import create_clidriver

from .buildspecs import check_scripts

SHELL_BLOCK = re.compile(r"^ *```(?:sh|bash|shell|console)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
NAMED_FILE = re.compile(r"""(?:--template-file[ =]|file://)["']?([^\s"']+)""")
MADE_FILE = re.compile(r"""[^0-9&]>\s*["']?([^\s"'&>]+)""")
AWS_COMMAND = re.compile(r"(?:^|\$\(|[|;&]\s*)\s*aws\s+([^|;&)\n]*)", re.MULTILINE)


def overview(trees, verdict):
    """Shell that parses, files that exist, every template deployed: base, then environments, then pipelines."""
    for tree in trees:
        scripts = []
        for path in tree.overviews:
            verdict.saw(tree, path)
            # One shell for all of them: a variable of an earlier block is there in a later one.
            commands = "\n".join(_blocks(tree, path))
            scripts.append((tree, path, "its commands", "bash", commands))
            for what in _wrong_files(tree, path, commands):
                verdict.finds(tree, path, what)
        check_scripts(scripts, "warning", verdict)
        if not tree.overviews:
            verdict.finds(tree, "README.md", "there is no page that says what to deploy")


def _blocks(tree, path):
    return [textwrap.dedent(block) for block in SHELL_BLOCK.findall(tree.text(path))]


def _wrong_files(tree, page, commands):
    deployed = []
    made = set(MADE_FILE.findall(commands))
    for name in NAMED_FILE.findall(commands):
        known = max((path for path in tree.files if PurePosixPath(name).match(path)), key=len, default=None)
        if known in tree.templates and known not in deployed:
            deployed.append(known)
        if known is None and name not in made:
            yield f"a command names {name}, which is not there"
    for template in tree.templates:
        # What `bootstrap` makes has a page of its own.
        if template not in deployed and template.startswith("bootstrap") == page.startswith("bootstrap"):
            yield f"no command deploys {template}"
    if deployed != sorted(deployed, key=_rank):
        yield f"each needs what is deployed before it, so not in this order: {', '.join(deployed)}"


def _rank(template):
    return 0 if template.startswith("base") else 1 if template.startswith("environments/") else 2


def stack_tags(tree, template):
    """The tags that the page's command gives a template's stack, which CloudFormation hands on to its resources."""
    for path in tree.overviews:
        for words in _commands(tree, path):
            if any(PurePosixPath(word).match(template) for word in words) and "--tags" in words:
                tags = itertools.takewhile(lambda word: not word.startswith("--"), words[words.index("--tags") + 1 :])
                return dict(tag.split("=", 1) for tag in tags)
    return {}


def _commands(tree, path):
    """The words of each command of the AWS CLI, without `aws`."""
    for block in _blocks(tree, path):
        yield from map(shlex.split, AWS_COMMAND.findall(block.replace("\\\n", " ")))


def aws_commands(trees, verdict):
    """The AWS CLI knows every command and every option that the page tells people to type."""
    for tree in trees:
        for path in tree.overviews:
            verdict.saw(tree, path)
            for words in _commands(tree, path):
                for what in _unknown(words):
                    verdict.finds(tree, path, f"aws {shlex.join(words)}: {what}")


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
