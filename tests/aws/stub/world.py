"""All state, as plain JSON: what `dump` shows, what a copy for stale reads is made of.

    accounts: {account: {roles: {arn: {…}}, regions: {region: {stacks, pipelines, projects, connections, …}}}}
    buckets:  {name: {account, region, objects: {key: {body, etag, at}}}}
    sessions: {access key: {account, principal, token, expires}}
    scripts:  what is to go wrong in AWS itself (`scripts.py`); pace: the seconds that things take
"""

import copy
import uuid

# What a region has. Each service names its own; kept here so that a state that is merged in can be judged.
REGION = {
    "stacks": dict,  # by stack id
    "change_sets": dict,  # by change set id
    "pipelines": dict,  # by name
    "projects": dict,  # by name
    "builds": dict,  # by id
    "connections": dict,  # by ARN
    "resources": dict,  # by type and physical id, of all other types
    "facts": dict,  # what doctor asks: service → operation's list → entries
}

PACE = {"resource": 1.0, "action": 5.0, "change_set": 1.0}


class World:
    def __init__(self, data=None):
        self.data = data or {
            "accounts": {},
            "buckets": {},
            "sessions": {},
            "scripts": {},
            "pace": dict(PACE),
            "agenda": [],
            "planned": 0,
            "ids": 0,
        }

    def copy(self):
        return World(copy.deepcopy(self.data))

    def account(self, number):
        return self.data["accounts"].setdefault(number, {"roles": {}, "regions": {}})

    def place(self, account, region):
        regions = self.account(account)["regions"]
        if region not in regions:
            regions[region] = {name: kind() for name, kind in REGION.items()}
        return regions[region]

    def new_id(self):
        """A UUID that is the same in each run of the same requests."""
        self.data["ids"] += 1
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"branchline stub {self.data['ids']}"))

    def pace(self, what):
        return float(self.data["pace"][what])
