"""Containers of the fake docker that run in the background: `run --detach`, `inspect`, `logs`, `stop`.

The command really runs when the container is started, with what it would get, and what it printed is its log. How long
it takes on the fake clock, and what else becomes of it, the scenario says in world["container"]:

    stops           seconds after its start at which it ends of itself
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
    }
    print("0123456789abcdef")


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
    sys.stdout.write(world["containers"][name]["log"])


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
    shared.pass_time(int(seconds) // 2)
    world["containers"][name].update(stops=shared.now(), code=143)


def parent(process):
    with open(f"/proc/{process}/stat", encoding="utf-8") as file:
        return int(file.read().rpartition(")")[2].split()[1])


def fail(message):
    sys.stderr.write("Error response from daemon: " + message + "\n")
    sys.exit(125)
