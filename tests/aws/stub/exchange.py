"""The story of one request: who asks what, what goes wrong on the way, what is answered.

All requests are carried out one after another, under one lock: AWS's own races are played by rules, never by threads.
"""

import threading
import traceback
from dataclasses import dataclass, field

from stub import agenda, operations, rates, wire
from stub.callers import caller
from stub.clock import Clock
from stub.faults import Faults, refusal
from stub.journal import Journal, without_secrets
from stub.refusal import NotImplementedHere, OwnFault, Refusal
from stub.world import World


@dataclass
class Answer:
    """What goes back, and how: `whole`, `hang` (never), `cut` (half of it), `nothing` (closed at once), `held`, `paused`."""

    status: int = 200
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    way: str = "whole"


class Stub:
    def __init__(self):
        self.lock = threading.RLock()
        self.held = 0
        self.released = threading.Event()
        self.reset()

    def reset(self):
        self.world, self.clock = World(), Clock()
        self.journal, self.faults, self.rates = Journal(), Faults(), rates.Rates()
        self.release()
        self.before = None  # the world before the last write, and when that was: kept while a rule wants stale reads

    def release(self):
        """Lets every answer go that is paused; the next one waits for the next release."""
        self.released.set()
        self.released = threading.Event()

    def settle(self):
        agenda.settle(self.world, self.clock.now())

    def exchange(self, method, path, headers, body):
        with self.lock:
            self.clock.tick()
            self.settle()
            return self._exchange(method, path, headers, body)

    def _exchange(self, method, path, headers, body):
        scope = wire.scope(headers)
        if scope is None:
            entry = self.journal.begin(service=None, operation=None, account=None, region=None, at=self.clock.now())
            return self._plain(entry, 403, "the stub takes signed requests only")
        entry = self.journal.begin(service=scope.service, operation=None, account=None, region=scope.region, at=self.clock.now())
        try:
            model, protocol = wire.operation(scope, method, path, headers, body)
        except Exception as error:
            return self._plain(entry, 404, f"not understood: {error}")
        asked = wire.Asked(scope, model, protocol, {})
        entry.update(operation=model.name, protocol=protocol, is_write=operations.is_write(model.name))
        request_id = f"00000000-0000-4000-8000-{entry['number']:012d}"
        try:
            answer = self._judged(asked, entry, headers, method, path, body, request_id)
        except Refusal as error:
            answer = self._refused(asked, entry, error, request_id)
        except NotImplementedHere as error:
            return self._plain(entry, 501, str(error))
        except OwnFault as error:
            return self._plain(entry, 500, f"a fault of the stub: {error}")
        except Exception:
            return self._plain(entry, 500, f"a fault of the stub: {traceback.format_exc()}")
        answer.headers.setdefault("x-amzn-RequestId", request_id)
        return answer

    def _judged(self, asked, entry, headers, method, path, body, request_id):
        scope = asked.scope
        token = headers.get("X-Amz-Security-Token")
        account, principal = caller(self.world, scope.key, token, self.clock.now(), scope.service)
        entry["account"] = account
        rules = self.faults.take(entry)
        for rule in rules:
            if rule["what"] in ("hang", "cut") and not rule.get("after"):
                entry["answer"] = rule["what"]
                return Answer(way="hang" if rule["what"] == "hang" else "nothing")
            if (error := refusal(rule, scope.service, principal, asked.operation)) is not None:
                raise error
        self.rates.take(entry)
        asked.params = wire.read(scope, asked.model, asked.protocol, method, path, headers, body)
        entry["params"] = without_secrets(asked.params)
        do = operations.find(scope.service, asked.operation)
        if do is None:
            raise NotImplementedHere(f"the stub has no {scope.service} {asked.operation}")
        for rule in rules:
            if rule["what"] == "meanwhile":
                self._others(rule, scope, asked, account)
        world = self._seen_by(entry, rules)
        call = operations.Call(world, asked.params, scope.service, account, scope.region, principal, self.clock.now())
        try:
            answer = Answer(*wire.write(asked, do(call) or {}, request_id))
        except Refusal as error:
            answer = self._refused(asked, entry, error, request_id)
        else:
            entry.update(answer="ok", status=answer.status)
        for rule in rules:
            if way := {"hang": "hang", "cut": "cut", "kill_after": "held", "hold": "paused"}.get(rule["what"]):
                answer.way = way
                entry["answer"] = f"{entry['answer']}, then {rule['what']}"
        return answer

    def _others(self, rule, scope, asked, account):
        """What somebody else does between what a client has read and what it writes."""
        principal = f"arn:aws:iam::{account}:user/somebody-else"
        for deed in rule["do"]:
            if "operation" in deed:
                own = asked.params if deed["operation"] == asked.operation else {}
                params = own | deed.get("params", {})
                other = operations.find(scope.service, deed["operation"])
                other(operations.Call(self.world, params, scope.service, account, scope.region, principal, self.clock.now()))
            if deed.get("advance"):
                self.clock.change({"advance": deed["advance"]})
                self.settle()

    def _seen_by(self, entry, rules):
        """The world that a request meets: for a stale read, the one before the last write."""
        now = self.clock.now()
        if entry["is_write"] and self.faults.has("stale"):
            self.before = (self.world.copy(), now)
        for rule in rules:
            if rule["what"] == "stale" and self.before and now - self.before[1] < rule.get("seconds", 0):
                return self.before[0]
        return self.world

    def _refused(self, asked, entry, error, request_id):
        answer = Answer(*wire.write_refusal(asked, error, request_id))
        entry.update(answer=error.code, status=answer.status)
        if "is unknown:" in error.message:
            entry["flags"].append(error.message)
        return answer

    def _plain(self, entry, status, text):
        entry.update(answer="fault", status=status)
        entry["flags"].append(text)
        return Answer(status, {"Content-Type": "text/plain; charset=utf-8"}, text.encode())
