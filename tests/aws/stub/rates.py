"""The published rates of the APIs, by the stub's clock. Off until the door turns them on.

A rule: `{"service": …, "operation": …, "per_second": 20}`; requests of one account and region beyond it, within one
second, are throttled. `{"published": true}` sets those of TABLE.
"""

from stub.faults import throttled

TABLE = []


class Rates:
    def __init__(self):
        self.rules = []
        self.seen = {}

    def set(self, wish):
        self.rules = list(TABLE) if wish.get("published") else []
        self.rules += wish.get("rules", [])
        self.seen = {}

    def take(self, entry):
        for rule in self.rules:
            if rule["service"] != entry["service"] or rule.get("operation", entry["operation"]) != entry["operation"]:
                continue
            key = (entry["account"], entry["region"], rule["service"], rule.get("operation"))
            recent = [at for at in self.seen.get(key, []) if entry["at"] - at < 1]
            self.seen[key] = recent
            if len(recent) >= rule["per_second"]:
                raise throttled(entry["service"])
            recent.append(entry["at"])
