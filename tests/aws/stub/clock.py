"""The stub's time, in seconds since 1970. It begins at the machine's time and then goes its own way.

- `set` and `advance` move it; the world catches up before the next request is answered;
- `auto`: each request moves it by so many seconds, so that whoever polls gets on;
- `speed`: it also runs with the machine's clock, so many times as fast. 0, the default, stands still.
"""

import time
from datetime import UTC, datetime


class Clock:
    def __init__(self):
        self.base = float(int(time.time()))
        self.started = time.monotonic()
        self.auto = 0.0
        self.speed = 0.0

    def now(self):
        return self.base + (time.monotonic() - self.started) * self.speed

    def tick(self):
        self.base += self.auto

    def change(self, wish):
        """Takes `{"set": seconds, "advance": seconds, "auto": seconds, "speed": times}`, each optional."""
        self.base, self.started = self.now(), time.monotonic()
        self.base = float(wish.get("set", self.base)) + float(wish.get("advance", 0))
        self.auto = float(wish.get("auto", self.auto))
        self.speed = float(wish.get("speed", self.speed))

    def settings(self):
        return {"now": self.now(), "auto": self.auto, "speed": self.speed}


def instant(seconds):
    """A time of the state as the serialisers take it."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def iso(seconds):
    return instant(seconds).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
