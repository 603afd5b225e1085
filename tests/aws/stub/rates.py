"""Rates of the APIs, by the stub's clock. Off until the door turns them on.

A rule: `{"service": …, "operation": …, "per_second": 20}`; requests of one account and region beyond it, within one
second, are throttled. `{"assumed": true}` sets those of ASSUMED. With a clock that stands still nothing is ever a
second apart: give it `"speed": 1`, or `auto`.
"""

from stub.faults import throttled

# The pages on quotas of CodePipeline, CloudFormation and CodeBuild name no rates of requests, and AWS's support calls
# them internal. These are assumptions to be careful by, for each operation.
ASSUMED = [
    {"service": "cloudformation", "per_second": 10},
    {"service": "codebuild", "per_second": 10},
    {"service": "codeconnections", "per_second": 5},
    {"service": "codepipeline", "per_second": 20},
]


class Rates:
    def __init__(self):
        self.rules = []
        self.seen = {}

    def set(self, wish):
        self.rules = list(ASSUMED) if wish.get("assumed") else []
        self.rules += wish.get("rules", [])
        self.seen = {}

    def take(self, entry):
        for rule in self.rules:
            if rule["service"] != entry["service"] or rule.get("operation", entry["operation"]) != entry["operation"]:
                continue
            key = (entry["account"], entry["region"], entry["service"], entry["operation"])
            recent = [at for at in self.seen.get(key, []) if entry["at"] - at < 1]
            self.seen[key] = recent
            if len(recent) >= rule["per_second"]:
                raise throttled(entry["service"])
            recent.append(entry["at"])
