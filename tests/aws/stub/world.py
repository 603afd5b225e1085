"""All state, as plain JSON: what `dump` shows, what a copy for stale reads is made of.

    accounts: {account: {roles: {arn: {…}}, regions: {region: {stacks, pipelines, projects, connections, …}}}}
    buckets:  {name: {account, region, objects: {key: {body, etag, at}}}}
    sessions: {access key: {account, principal, token, expires}}
    scripts:  what is to go wrong in AWS itself (`scripts.py`); pace: the seconds that things take
    branches: {repository: [branch, …]}: what a source finds; all that is no pattern, where nothing is said
    commits:  {commit: message}
    roles_checked: whether a pipeline is refused whose roles no stack and no state has
"""

import copy
import itertools
import uuid

# What a region has, each by name: stacks and change sets by id, connections by ARN, resources of all other types by type
# and physical id; facts are what doctor asks (`services/facts.py`).
REGION = ("stacks", "change_sets", "pipelines", "projects", "builds", "connections", "resources", "facts")

# Seconds: for each resource of a stack, for each action of a pipeline, until a change set is worked out.
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
        account = self.data["accounts"].setdefault(number, {})
        for name in ("roles", "regions"):
            account.setdefault(name, {})
        return account

    def place(self, account, region):
        place = self.account(account)["regions"].setdefault(region, {})
        for name in REGION:  # a test may have merged in a part of it
            place.setdefault(name, {})
        return place

    def new_id(self):
        """A UUID that is the same in each run of the same requests."""
        self.data["ids"] += 1
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"branchline stub {self.data['ids']}"))

    def lasting_id(self, *names, taken=lambda identity: False):
        """A UUID of what has these names: the same on every way to the same end, so that ends can be compared. The next
        one where it is taken, by what was retained."""
        attempts = (str(uuid.uuid5(uuid.NAMESPACE_OID, f"{' '.join(names)} {n}")) for n in itertools.count())
        return next(identity for identity in attempts if not taken(identity))

    def pace(self, what):
        return float(self.data["pace"][what])
