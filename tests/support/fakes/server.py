"""One process that answers every fake call of a test program: nothing is imported twice. A call that reads from a pipe is
answered by a fork, since who writes there may be another call, and so is docker, whose containers take their time.

The programs on the path are three lines of bash that say who they are (see tests/support/fakes.rs). All else is read
from /proc: the caller's arguments, environment, folder and open files are taken over before the call is made.
"""

import gc
import os
import select
import signal
import socket
import sys
import time
import traceback

import aws
import docker
import jq_shim
import world

# What the standard streams are while nobody is answered.
NOTHING = os.open(os.devnull, os.O_RDWR)
TOOLS = {"aws": aws, "docker": docker, "jq": jq_shim}


def texts(path):
    with open(path, "rb") as file:
        return [os.fsdecode(text) for text in file.read().split(b"\0")[:-1]]


def become(caller):
    """This process reads, writes and sees what the caller does."""
    proc = f"/proc/{caller}"
    os.environ.clear()
    os.environ.update(pair.split("=", 1) for pair in texts(f"{proc}/environ") if "=" in pair)
    # bash, the program, and what it was called with.
    sys.argv = texts(f"{proc}/cmdline")[1:]
    os.chdir(f"{proc}/cwd")
    # While bash sends its line, its output is the connection.
    while os.readlink(f"{proc}/fd/1").startswith("socket:"):
        time.sleep(0.0005)
    for number, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY | os.O_APPEND), (2, os.O_WRONLY | os.O_APPEND)):
        opened = os.open(f"{proc}/fd/{number}", mode)
        os.dup2(opened, number)
        os.close(opened)


def leave():
    """Nothing of the caller's is held any more: who reads its output would wait for its end."""
    os.chdir("/")
    for number in (0, 1, 2):
        os.dup2(NOTHING, number)


def answer(connection, tool, caller, folder):
    """The call; its status goes back over the connection."""
    status = 70
    try:
        become(caller)
        world.FOLDER = folder
        world.CALLER = int(caller)
        TOOLS[tool].main()
        status = 0
    except SystemExit as stopped:
        status = stopped.code or 0
    except BaseException:
        sys.stderr.write("FAKE REFUSES: " + traceback.format_exc())
    sys.stdout.flush()
    sys.stderr.flush()
    leave()
    connection.sendall(f"{status}\n".encode())


def waits_for_others(tool, caller):
    return tool == "docker" or os.readlink(f"/proc/{caller}/fd/0").startswith("pipe:")


def main():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    door = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(door.getsockname()[1], flush=True)
    end = os.dup(0)
    # A call is short. Looking for garbage would touch every page that a fork shares, and so copy it.
    gc.disable()
    gc.freeze()
    while True:
        # This input ends with the test program.
        ready = select.select([door, end], [], [])[0]
        if end in ready:
            return
        connection, _ = door.accept()
        tool, caller, folder = connection.makefile("r").readline().rstrip("\n").split(" ", 2)
        if not waits_for_others(tool, caller):
            answer(connection, tool, caller, folder)
        elif os.fork() == 0:
            door.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            answer(connection, tool, caller, folder)
            os._exit(0)
        connection.close()


main()
