"""Runs a command in a terminal of its own, breaks it off after so many pictures, and prints all that it showed:
watched.py COLUMNS ROWS PICTURES COMMAND... Ends as the command did, with 128 and the signal's number where that ended it."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

columns, rows, pictures, command = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execvpe(command[0], command, os.environ)
shown, until, is_broken_off = b"", time.time() + 60, False
while time.time() < until:
    if not select.select([terminal], [], [], 0.2)[0]:
        continue
    try:
        some = os.read(terminal, 65536)
    except OSError:  # Linux says so when the other side is closed.
        break
    if not some:
        break
    shown += some
    # The end of a picture is the erasing of what is below it.
    if shown.count(b"\x1b[J") >= pictures and not is_broken_off:
        is_broken_off = True
        os.write(terminal, b"\x03")
sys.stdout.buffer.write(shown)
_, status = os.waitpid(child, 0)
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
