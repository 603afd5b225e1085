"""One process that answers every fake call of a test program, a fork each: nothing is imported twice.

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


def answer(connection):
    """The call; its status goes back over the connection."""
    tool, caller, folder = connection.makefile("r").readline().rstrip("\n").split(" ", 2)
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
    connection.sendall(f"{status}\n".encode())


def main():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    door = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(door.getsockname()[1], flush=True)
    # A call is short. Looking for garbage would touch every page that a fork shares, and so copy it.
    gc.disable()
    gc.freeze()
    while True:
        # Standard input ends with the test program.
        ready = select.select([door, sys.stdin], [], [])[0]
        if sys.stdin in ready:
            return
        connection, _ = door.accept()
        if os.fork() == 0:
            door.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            answer(connection)
            os._exit(0)
        connection.close()


main()
