"""Runs a command in a terminal of its own and prints what it shows: in_terminal.py COLUMNS COMMAND..."""

import fcntl
import os
import pty
import struct
import sys
import termios

columns, command = int(sys.argv[1]), sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    os.execvpe(command[0], command, os.environ)
while True:
    try:
        shown = os.read(terminal, 65536)
    except OSError:  # Linux says so when the other side is closed.
        break
    if not shown:
        break
    sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
