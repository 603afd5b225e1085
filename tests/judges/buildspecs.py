"""Every buildspec: its structure, its shell, and that the file for reading is what the stack runs."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema
import yaml

from .intrinsics import Stack, Unresolved
from .suppressions import flags
from .tree import read_yaml

SCHEMA = json.loads(Path(__file__).with_name("buildspec.schema.json").read_text())
SHELLCHECK = Path(sys.executable).with_name("shellcheck")


def every_buildspec(tree):
    """All buildspecs of a tree: the file, the place in it, the text."""
    for path in tree.buildspecs:
        yield path, path, tree.text(path)
    for path in tree.templates:
        for name, text in tree.inline_buildspecs(path):
            yield path, name, text if isinstance(text, str) else ""


def _parsed(text):
    try:
        return read_yaml(text)
    except yaml.YAMLError:
        return None


def structure(trees, verdict):
    """The shape of buildspec version 0.2: a command that YAML made a mapping is found here."""
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for tree in trees:
        for path, place, text in every_buildspec(tree):
            verdict.saw(tree, path)
            for error in validator.iter_errors(_parsed(text)):
                verdict.finds(tree, path, f"{place}: {error.json_path}: {error.message}")


def shellcheck(trees, verdict):
    """Each command alone must parse; a phase's commands, which share one shell, are judged together.

    The dialect is the one that CodeBuild will use: `env.shell`, or sh where nothing is said.
    """
    alone, together = [], []
    for tree in trees:
        for path, place, text in every_buildspec(tree):
            verdict.saw(tree, path)
            document = _parsed(text)
            document = document if isinstance(document, dict) else {}
            shell = (document.get("env") or {}).get("shell", "sh")
            for name, phase in (document.get("phases") or {}).items():
                for block in ("commands", "finally"):
                    commands = [str(c) for c in (phase or {}).get(block) or []]
                    where = (tree, path, f"{place} {name}.{block}")
                    # The only command of a block is all of it, and is judged as such, more strictly.
                    alone += [(*where, shell, command) for command in commands if len(commands) > 1]
                    together += [(*where, shell, "\n".join(commands))] if commands else []
    check_scripts(alone, "error", verdict)
    check_scripts(together, "style", verdict)


def check_scripts(scripts, severity, verdict):
    """One run of shellcheck over scripts: tree, path, place, shell, text. Findings of this severity and worse.

    Most stacks carry the same steps: each text is checked once, and what is found is told of every place that has it.
    """
    if not scripts:
        return
    places = {}
    for tree, path, place, shell, text in scripts:
        places.setdefault((Path(shell).name, text), []).append((tree, path, place))
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for number, (shell, text) in enumerate(places):
            file = Path(folder) / f"{number}.sh"
            # The colon keeps a directive at the script's head from counting for the whole script.
            file.write_text(f"#!/usr/bin/env {shell}\n:\n{text}\n", encoding="utf-8")
            files[str(file)] = (shell, text)
        options = ["--norc", "--format=json1", f"--severity={severity}", f"--exclude={','.join(flags('shellcheck'))}"]
        done = subprocess.run([SHELLCHECK, *options, *files], capture_output=True, text=True)
        if done.returncode > 1:
            raise RuntimeError(f"shellcheck could not check: {done.stderr}{done.stdout[:500]}")
        for found in json.loads(done.stdout)["comments"]:
            shell, text = files[found["file"]]
            line = text.splitlines()[found["line"] - 3 : found["line"] - 2]
            for tree, path, place in places[shell, text]:
                what = f"SC{found['code']}: {found['message']} {' '.join(line).strip()!r}"
                verdict.finds(tree, path, f"{place}: {what}")


def beside(trees, verdict):
    """A pipeline's `buildspec-<kind>.yml` is what the project named `…-<kind>` runs; each project has its file."""
    for tree in trees:
        folders = {str(Path(path).parent) for path in tree.buildspecs + tree.declarations}
        for folder in sorted(folders):
            here = [path for path in tree.buildspecs if str(Path(path).parent) == folder]
            files = {Path(path).stem.removeprefix("buildspec-"): path for path in here}
            stack = f"{folder}/pipeline.yml"
            inline = dict(_by_name(tree, stack, verdict))
            for path in files.values():
                verdict.saw(tree, path)
            for kind, path in files.items():
                owners = [name for name in inline if name.endswith(f"-{kind}")]
                if len(owners) != 1:
                    verdict.finds(tree, path, f"{len(owners)} projects of {stack} run it: their names end in -{kind}")
                elif _body(inline.pop(owners[0])) != _body(tree.text(path)):
                    verdict.finds(tree, path, f"it differs from what {owners[0]} in {stack} runs")
            for name in inline:
                verdict.finds(tree, stack, f"there is no buildspec file for {name}")


def _by_name(tree, path, verdict):
    stack = Stack(tree, path)
    for logical, text in tree.inline_buildspecs(path):
        try:
            properties = tree.template(path)["Resources"][logical]["Properties"]
            yield stack.resolve(properties.get("Name", logical)), text
        except Unresolved as unresolved:
            verdict.finds(tree, path, f"{logical}: {unresolved}")


def _body(text):
    """The text without the comment lines that it begins with."""
    lines = text.splitlines()
    while lines and (lines[0].startswith("#") or not lines[0].strip()):
        lines.pop(0)
    return lines
