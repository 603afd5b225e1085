"""Containers of the fake docker that run in the background: `run --detach`, `inspect`, `logs`, `stop`, `rm`.

The command really runs when the container is started, with what it would get, and what it printed is its log. How long
it takes on the fake clock, and what else becomes of it, the scenario says in world["container"]:

    stops           seconds after its start at which it ends of itself
    farewell        what the migration prints when it hears TERM: see `hears`
    unstoppable     true: `docker stop` is taken, and it runs on
    oom             true: it was killed for want of memory, and its exit code is 137
    refused         docker's words for not starting it, and its exit status 125
    unmade          with refused: not even made
    interrupted     seconds after its start at which the shell that runs the step gets TERM
"""

import json
import os
import signal
import subprocess
import sys
import time

import world as shared

# Options that take a value.
RUN = {"--env", "--entrypoint", "--name"}


def run(world, found, image, arguments, execute):
    scenario = world.setdefault("container", {})
    name = dict(found)["--name"]
    if name in world.setdefault("containers", {}):
        fail("Conflict. The container name is already in use: " + name)
    names = [value for option, value in found if option == "--env"]
    if any("=" in name for name in names):
        shared.refuse("docker run with a value on its command line")
    missing = [name for name in names if name not in os.environ]
    if missing:
        shared.refuse("docker run --env of a variable that is not set: " + " ".join(missing))
    if "refused" in scenario:
        if not scenario.get("unmade"):
            world["containers"][name] = {"started": None, "stops": None, "code": 127, "log": ""}
            shared.save(world)
        sys.stderr.write("docker: Error response from daemon: " + scenario["refused"] + "\n")
        sys.exit(125)
    try:
        done = execute(names, dict(found)["--entrypoint"], arguments)
    except OSError as error:
        world["containers"][name] = {"started": None, "stops": None, "code": 127, "log": ""}
        shared.save(world)
        sys.stderr.write("docker: Error response from daemon: exec: " + str(error) + "\n")
        sys.exit(127)
    now = shared.now()
    world["containers"][name] = {
        "image": image,
        "started": now,
        "stops": now + scenario.get("stops", 30),
        "code": 137 if scenario.get("oom") else done.returncode,
        "log": done.stdout,
        "hears": hears(found, names),
    }
    print("0123456789abcdef")


def hears(found, names):
    """Whether TERM reaches the migration: `all`, the first process `alone`, or `nobody`.

    A shell that is a container's first process has no handler, and Linux gives such a process no signal without one.
    Docker's init hands it on to its child, or with TINI_KILL_PROCESS_GROUP to all that the child has started.
    """
    if ("--init", None) not in found:
        return "nobody" if dict(found)["--entrypoint"] == "sh" else "all"
    grouped = "TINI_KILL_PROCESS_GROUP" in names and os.environ["TINI_KILL_PROCESS_GROUP"] == "1"
    return "all" if grouped or dict(found)["--entrypoint"] != "sh" else "alone"


def inspect(world, words):
    (name,) = words
    container = world.get("containers", {}).get(name)
    if container is None:
        sys.stderr.write("Error: No such object: " + name + "\n")
        sys.exit(1)
    scenario = world.get("container", {})
    started, now = container["started"], shared.now()
    if started is not None and now - started >= scenario.get("interrupted", 10**9):
        world["container"].pop("interrupted")
        shared.save(world)
        # The program's caller is the step's subshell, and its caller the shell that CodeBuild knows.
        os.kill(parent(parent(shared.CALLER)), signal.SIGTERM)
    state = {
        "Running": started is not None and (container["stops"] is None or now < container["stops"]),
        "ExitCode": container["code"],
        "OOMKilled": bool(scenario.get("oom")),
        "StartedAt": "0001-01-01T00:00:00Z" if started is None else "2030-01-01T00:00:00Z",
    }
    print(json.dumps([{"Name": "/" + name, "State": state}]))


def logs(world, words):
    words.remove("--follow")
    (name,) = words
    # It follows until the container ends; no longer than a test may take.
    for _ in range(2_000):
        container = shared.load()["containers"].get(name)
        if container is None:
            fail("No such container: " + name)
        if container["stops"] is not None and shared.now() >= container["stops"]:
            # A last line that is waited for comes later than what is said without waiting.
            time.sleep(1 if "farewell" in world.get("container", {}) else 0)
            sys.stdout.write(container["log"])
            return
        time.sleep(0.01)


def stop(world, words):
    if words[:1] != ["--time"]:
        shared.refuse("docker stop without a time")
    _, seconds, name = words
    if name not in world.get("containers", {}):
        sys.stderr.write("Error response from daemon: No such container: " + name + "\n")
        sys.exit(1)
    if world.get("container", {}).get("unstoppable"):
        world["containers"][name]["stops"] = None
        return
    container = world["containers"][name]
    hears = container.get("hears")
    shared.pass_time(int(seconds) if hears == "nobody" else int(seconds) // 2)
    if hears == "all":
        container["log"] += world.get("container", {}).get("farewell", "")
    container.update(stops=shared.now(), code=137 if hears == "nobody" else 143)


def remove(world, words):
    (name,) = words
    container = world.get("containers", {}).get(name)
    if container is None:
        fail("No such container: " + name)
    if container["started"] is not None and (container["stops"] is None or shared.now() < container["stops"]):
        fail("You cannot remove a running container")
    del world["containers"][name]


def parent(process):
    with open(f"/proc/{process}/stat", encoding="utf-8") as file:
        return int(file.read().rpartition(")")[2].split()[1])


def fail(message):
    sys.stderr.write("Error response from daemon: " + message + "\n")
    sys.exit(125)
