"""Runs a program below valgrind's callgrind."""
import os
import re
import subprocess
import sys


def run(command, home, out):
    """Runs the command with its counts written to `out`; the number of instructions of all its threads."""
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"]
    # One thread for the parts, and nothing of the person's own: no git configuration, no colours.
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "RAYON_NUM_THREADS": "1"}
    done = subprocess.run(
        [*valgrind, *command], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, check=False,
    )
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr}")
    return int(found.group(1))


def count(command, home):
    """The number of instructions of a command."""
    return run(command, home, os.devnull)


def inclusive(out):
    """Each function of a run, by its name, and its instructions with those of what it calls."""
    text = subprocess.run(
        ["callgrind_annotate", "--inclusive=yes", "--threshold=100", "--auto=no", out],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
    ).stdout
    functions = {}
    for line in text.splitlines():
        found = re.match(r"\s*([\d,]+) \([ \d.]+%\)\s+\S*?:(.+?)(?: \[[^]]*\])?$", line)
        if found:
            # A function that was inlined here and there has a line for each file: the largest is the whole.
            name = found.group(2)
            functions[name] = max(functions.get(name, 0), int(found.group(1).replace(",", "")))
    return functions
