"""Runs a command in a terminal of its own and answers its questions: answering.py ANSWERS COMMAND...

ANSWERS is a JSON list of pairs: the words that are waited for, and the keys that are then typed. Without an answer left,
what is shown until the end is printed. Keys "HANG UP" close the terminal.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

answers, command = json.loads(sys.argv[1]), sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
    os.execvpe(command[0], command, os.environ)
shown, seen, end = b"", 0, time.monotonic() + 60
while True:
    if time.monotonic() > end:
        print(f"waited too long for {answers[:1]}; shown: {shown.decode()}")
        sys.exit(99)
    if answers:
        at = shown.find(answers[0][0].encode(), seen)
        if at >= 0:
            seen = at + len(answers[0][0])
            keys = answers.pop(0)[1]
            if keys == "HANG UP":
                os.close(terminal)
                break
            os.write(terminal, keys.encode())
            continue
    if not select.select([terminal], [], [], 1)[0]:
        continue
    try:
        more = os.read(terminal, 65536)
    except OSError:  # Linux says so when the other side is closed.
        break
    if not more:
        break
    shown += more
sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
while time.monotonic() < end:
    done, status = os.waitpid(child, os.WNOHANG)
    if done:
        sys.exit(os.waitstatus_to_exitcode(status) % 256)
    time.sleep(0.05)
sys.exit(98)
