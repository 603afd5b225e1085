"""Docker, as far as the steps call it: images by name, and pushes that reach the fake ECR."""

import json
import os
import subprocess
import sys
import tempfile

import containers
import ecr
import world as shared
from errors import AwsError

# Options that take a value.
BUILD = {"--file", "--platform", "--target", "--build-arg", "--secret", "--cache-from", "--tag"}


def options(words, known, switches=()):
    """Pairs of option and value, and what follows them."""
    found = []
    while words and words[0].startswith("--"):
        word = words.pop(0)
        if word in switches:
            found.append((word, None))
        elif word in known:
            found.append((word, words.pop(0)))
        else:
            shared.refuse("unknown option of docker " + word)
    return found, words


def login(world, words):
    found, rest = options(words, {"--username"}, {"--password-stdin"})
    if ("--password-stdin", None) not in found:
        shared.refuse("docker login with a password on its command line")
    if sys.stdin.read().strip() != "a-password":
        fail("login attempt failed with status: 400 Bad Request")
    if rest != [world["registry"]]:
        shared.refuse("docker login to " + " ".join(rest))
    world["signed_in"] = True


def build(world, words):
    found, rest = options(words, BUILD)
    if len(rest) != 1:
        shared.refuse("docker build takes one context, not " + json.dumps(rest))
    arguments = {}
    for option, value in found:
        if option == "--secret":
            name = value.rpartition("env=")[2]
            if name not in os.environ:
                shared.refuse("docker build --secret of a variable that is not set: " + name)
        if option == "--build-arg":
            # Without a value it is the environment's; docker is silent where there is none, the fake is not. The last wins.
            name, given, value = value.partition("=")
            if not given and name not in os.environ:
                shared.refuse("docker build --build-arg of a variable that is not set: " + name)
            arguments[name] = value if given else os.environ[name]
        if option == "--tag":
            world.setdefault("local", {})[value] = json.dumps({"made by": sys.argv[1:]}) + "\n"
    world.setdefault("build_args", []).append(arguments)


def tag(world, words):
    source, target = words
    if source not in world.get("local", {}):
        fail("No such image: " + source)
    world["local"][target] = world["local"][source]


def push(world, words):
    if not world.get("signed_in"):
        fail("no basic auth credentials")
    (image,) = words
    registry, _, rest = image.partition("/")
    name, _, label = rest.rpartition(":")
    if registry != world["registry"] or image not in world.get("local", {}):
        fail("An image does not exist locally with the tag: " + image)
    try:
        ecr.add(world, name, world["local"][image], label)
    except AwsError as error:
        if error.code != "ImageAlreadyExistsException":
            fail(error.message)


def buildx(world, words):
    """imagetools create, of one image by its digest: a copy within the registry, byte for byte."""
    if words[:2] != ["imagetools", "create"]:
        shared.refuse("docker buildx " + " ".join(words[:2]))
    if not world.get("signed_in"):
        fail("no basic auth credentials")
    found, (source,) = options(words[2:], {"--tag"}, {"--prefer-index=false"})
    # Without it, the copy would be a list that holds the image, with another digest.
    if ("--prefer-index=false", None) not in found:
        shared.refuse("a copy that would be a list of images")
    name, _, digest = source.removeprefix(world["registry"] + "/").partition("@")
    image = ecr.find(world, {"repositoryName": name, "imageIds": [{"imageDigest": digest}]})
    if image is None:
        fail(source + ": not found")
    for option, target in found:
        if option == "--tag":
            repository, _, label = target.removeprefix(world["registry"] + "/").rpartition(":")
            manifest = world.get("copied_as", image["manifest"])
            try:
                ecr.add(world, repository, manifest, label)
            except AwsError as error:
                fail(error.message)


def known(world, image):
    name, _, digest = image.removeprefix(world["registry"] + "/").partition("@")
    if not digest:
        return False
    return ecr.find(world, {"repositoryName": name, "imageIds": [{"imageDigest": digest}]}) is not None


def pull(world, words):
    _, (image,) = options(words, set(), {"--quiet"})
    if not known(world, image):
        fail("manifest unknown: " + image)
    world.setdefault("pulled", []).append(image)


def run(world, words):
    found, (image, *arguments) = options(words, containers.RUN, {"--rm", "--detach", "--init"})
    if ("--detach", None) in found:
        check_local(world, image)
        containers.run(world, found, image, arguments, lambda *call: execute(world, *call, subprocess.PIPE))
        return
    names = [value for option, value in found if option == "--env"]
    if any("=" in name for name in names):
        shared.refuse("docker run with a value on its command line")
    sys.exit(execute(world, names, dict(found)["--entrypoint"], arguments, None).returncode)


def check_local(world, image):
    # Docker pulls what is not there, and fails with a code of its own where it cannot.
    if image not in world.get("pulled", []) and not known(world, image):
        sys.stderr.write("Unable to find image '" + image + "' locally\n")
        sys.exit(125)


def execute(world, names, entrypoint, arguments, output):
    # The commands really run, with what the container would get, so that a test sees what arrives.
    environment = {name: os.environ[name] for name in names if name in os.environ}
    # Programs of the image's that the scenario names do nothing, well.
    with tempfile.TemporaryDirectory() as programs:
        for name in world.get("commands", []):
            path = os.path.join(programs, name)
            with open(path, "w", encoding="utf-8") as program:
                program.write("#!/bin/sh\n")
            os.chmod(path, 0o755)
        path = programs + ":" + os.environ["PATH"]
        program = os.path.join(programs, entrypoint)
        return subprocess.run(
            [program if os.path.exists(program) else "/bin/" + entrypoint, *arguments],
            # The image's own folder, where the scenario says which part of the checkout was copied into it.
            cwd=world.get("workdir") or None,
            env={"PATH": path, **environment},
            check=False,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            text=True,
        )


def fail(message):
    sys.stderr.write("Error response from daemon: " + message + "\n")
    sys.exit(1)


COMMANDS = {
    "login": login,
    "build": build,
    "buildx": buildx,
    "tag": tag,
    "push": push,
    "pull": pull,
    "run": run,
    "inspect": containers.inspect,
    "logs": containers.logs,
    "stop": containers.stop,
    "rm": containers.remove,
}


def main():
    argv = sys.argv[1:]
    world = shared.load()
    planned = shared.fault(world, "docker", argv)
    shared.record({"tool": "docker", "argv": argv, "status": planned["status"] if planned else 0})
    if planned:
        if "--password-stdin" in argv:
            # Whoever writes the password is not to fail for that.
            sys.stdin.read()
        sys.stderr.write(planned["stderr"] + "\n")
        sys.exit(planned["status"])
    if argv[0] not in COMMANDS:
        shared.refuse("unknown command: docker " + argv[0])
    COMMANDS[argv[0]](world, list(argv[1:]))
    # What only looks may run beside something that changes the world.
    if argv[0] not in ("inspect", "logs"):
        shared.save(world)
