"""The tests' door, `/_stub/…`: JSON in, JSON out. What it does is no request of AWS and stands in no journal.

    POST reset                        everything forgotten
    POST state   {…}                  merged into the state (world.py says how that looks); mappings merge, the rest replaces
    POST clock   {set, advance, auto, speed}   answers what it is now
    POST faults  [rule, …]            replaces the rules (faults.py)
    POST rates   {assumed, rules}     replaces the rates (rates.py)
    POST release                      answers go that a `hold` has kept
    GET  dump[?view=end]              the state; `end`: what stands at the end, without times and histories (view.py)
    GET  calls                        the journal
    GET  flags                        what was flagged in it; a test that finds any has failed
    GET  operations                   every operation that the stub has, as `service:Operation`
    GET  held                         how many answers are held back by `kill_after` and `hold`
"""

import json
from urllib.parse import parse_qs

from stub import operations, view


def open_door(stub, method, path, body):
    """Status and JSON text."""
    name, _, query = path.removeprefix("/_stub/").partition("?")
    try:
        with stub.lock:
            given = json.loads(body) if body else {}
            return 200, json.dumps(_answer(stub, method, name, parse_qs(query), given))
    except (KeyError, TypeError, ValueError) as error:
        return 400, json.dumps({"error": f"{type(error).__name__}: {error}"})


def _answer(stub, method, name, query, given):
    match method, name:
        case "POST", "reset":
            stub.reset()
        case "POST", "state":
            stub.settle()
            merge(stub.world.data, given)
        case "POST", "clock":
            stub.clock.change(given)
            stub.settle()
            return stub.clock.settings()
        case "POST", "faults":
            stub.faults.set(given)
        case "POST", "rates":
            stub.rates.set(given)
        case "POST", "release":
            stub.release()
        case "GET", "dump":
            stub.settle()
            return view.end(stub.world) if query.get("view") == ["end"] else stub.world.data
        case "GET", "calls":
            return stub.journal.entries
        case "GET", "flags":
            return stub.journal.flags()
        case "GET", "operations":
            return operations.names()
        case "GET", "held":
            return stub.held
        case _:
            raise ValueError(f"the door knows no {method} {name}")
    return {}


def merge(into, given):
    for key, value in given.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value
