"""Starts the stub: `python tests/aws/stub [--port 0]`.

Its first line on stdout is its address, `http://127.0.0.1:PORT`. It ends when its standard input ends, so that no
process is left behind by a test that was killed.

What is where:

- `server.py` takes requests from sockets, one at a time; `exchange.py` is the story of one request;
- `wire.py`, `cbor.py` and `shapes.py` read, judge and write what is on the wire, by botocore's service models;
- `world.py` holds all state as plain JSON, `agenda.py` what happens later, `clock.py` the time;
- `services/` has the operations, one folder or file a service; `operations.py` is their table;
- `faults.py`, `rates.py` and `scripts.py` say what goes wrong, `journal.py` what was asked, `door.py` takes both.
"""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from stub.server import main  # noqa: E402  (the package is found by the line above)

if __name__ == "__main__":
    main(sys.argv[1:])
