"""The world that the fake programs share: a JSON file, a clock, and the record of what was called.

The folder is FAKES, set by the launcher that the runner writes:
    world.json    what exists (see tests/support/world.rs), changed by the calls
    clock         seconds since the epoch; moved by the fake sleep, and by calls that take their time
    calls.jsonl   one line a call
"""

import json
import os
import sys

FOLDER = None
# The process id of the fake program whose call is answered.
CALLER = None


def path(name):
    return os.path.join(FOLDER, name)


def load():
    with open(path("world.json"), encoding="utf-8") as file:
        return json.load(file)


def save(world):
    with open(path("world.json.new"), "w", encoding="utf-8") as file:
        json.dump(world, file)
    os.replace(path("world.json.new"), path("world.json"))


def now():
    # Whoever follows a log looks at it while it is being set.
    while True:
        with open(path("clock"), encoding="utf-8") as file:
            text = file.read()
        if text.endswith("\n") or text.isdigit() and len(text) >= 10:
            return int(text)


def pass_time(seconds):
    if seconds:
        later = now() + seconds
        with open(path("clock"), "w", encoding="utf-8") as file:
            file.write(str(later))


def record(call):
    """One line, in one write, so that two programs of a pipe do not mix theirs."""
    line = json.dumps({**call, "cwd": os.getcwd(), "at": now()}) + "\n"
    with open(path("calls.jsonl"), "a", encoding="utf-8") as file:
        file.write(line)


def fault(world, tool, argv):
    """The fault that the scenario has for this call now, if it has one: its status and what it says."""
    line = " ".join([tool, *argv])
    since = now() - world["epoch"]
    for entry in world.get("faults", []):
        if entry["match"] in line and entry.get("from", 0) <= since < entry.get("until", 10**9):
            return entry
    return None


def refuse(message):
    """A call that the fake does not know is a mistake of the test or of the step: never an empty answer."""
    sys.stderr.write("FAKE REFUSES: " + message + "\n")
    sys.exit(70)
