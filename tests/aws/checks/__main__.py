"""`python tests/aws/checks MODULE URL`: every check of a module, each in a world of its own, against a stub that runs
there. Prints the name of each that held; ends with 1 and a trace where one did not."""

import importlib
import inspect
import sys
import traceback
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from checks.asking import Asking  # noqa: E402  (the package is found by the line above)


def main(name, url):
    module = importlib.import_module(f"checks.{name}")
    own = [f for f in vars(module).values() if inspect.isfunction(f) and f.__module__ == module.__name__]
    checks = [f for f in own if not f.__name__.startswith("_")]
    ask, broken = Asking(url), 0
    for check in checks:
        ask.door("reset", {})
        try:
            check(ask)
            if not getattr(check, "asks_wrongly", False):
                ask.unflagged()
            print(check.__name__)
        except Exception:
            broken += 1
            print(f"{name}.{check.__name__} does not hold:\n{traceback.format_exc()}", file=sys.stderr)
    return 1 if broken or not checks else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
