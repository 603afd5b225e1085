"""What goes wrong between a client and AWS: rules, each for the n-th request that it matches.

A rule: `{"what": …, "service": …, "operation": …, "account": …, "writes": true, "nth": 1, "times": 1, …}`. Everything
but `what` is optional: without `nth` it holds for each match; `times` is how many from the n-th on (0: all). Requests
are counted by each rule from when it was set.

- `throttle`: as the service says it; `500`, `503`; `denied`; `expired`: nothing is carried out;
- `hang`: never answered, nothing carried out; with `"after": true` carried out first;
- `cut`: the connection is closed, before anything is carried out, or with `"after": true` in the middle of the answer;
- `stale` with `seconds`: reads that match answer what was before the last write, so long after it;
- `kill_after`: carried out, and the answer is held until the client is gone; the door's `held` says when;
- `meanwhile` with `do`: what others do right before the request is carried out, each `{"operation", "params", "advance"}`: an
  operation of the same service by somebody else, `params` over those of the request itself where that is the same operation, and
  how many seconds the clock goes on behind it.
- `hold`: the same, until the door's `release`: so that somebody else can come between two requests.
"""

from stub.callers import denied, expired
from stub.refusal import Refusal

KINDS = ("throttle", "500", "503", "denied", "expired", "hang", "cut", "stale", "kill_after", "hold", "meanwhile")
SLOW_DOWN = {
    "cloudformation": ("Throttling", 400),
    "ec2": ("RequestLimitExceeded", 503),
    "s3": ("SlowDown", 503),
    "sts": ("Throttling", 400),
}


class Faults:
    def __init__(self):
        self.rules = []

    def set(self, rules):
        for rule in rules:
            if rule.get("what") not in KINDS:
                raise ValueError(f"no fault is called {rule.get('what')!r}; there are {', '.join(KINDS)}")
        self.rules = [dict(rule, seen=0) for rule in rules]

    def has(self, what):
        return any(rule["what"] == what for rule in self.rules)

    def take(self, entry):
        """The rules that hold for this request. To be called once a request: it counts."""
        return [rule for rule in self.rules if _matches(rule, entry) and _counted(rule)]


def _matches(rule, entry):
    if rule.get("writes") and not entry["is_write"]:
        return False
    if rule["what"] == "stale" and entry["is_write"]:
        return False
    return all(rule[key] == entry[key] for key in ("service", "operation", "account", "region") if key in rule)


def _counted(rule):
    rule["seen"] += 1
    first = rule.get("nth", 1)
    times = rule.get("times", 1 if "nth" in rule else 0)
    return rule["seen"] >= first and (times == 0 or rule["seen"] < first + times)


def refusal(rule, service, principal, operation):
    """The answer of a fault that is answered at all, else None."""
    match rule["what"]:
        case "throttle":
            return throttled(service)
        case "500":
            code = "InternalError" if service == "s3" else "InternalFailure"
            return Refusal(code, "We encountered an internal error. Please try again.", 500)
        case "503":
            return Refusal("ServiceUnavailable", "Service is unable to handle request.", 503)
        case "denied":
            return denied(service, principal, operation, rule.get("resource", "*"))
        case "expired":
            return expired(service)
    return None


def throttled(service):
    code, status = SLOW_DOWN.get(service, ("ThrottlingException", 400))
    return Refusal(code, "Please reduce your request rate." if service == "s3" else "Rate exceeded", status)
