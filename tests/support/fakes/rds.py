"""RDS: manual snapshots of instances and clusters, which become available after a while.

world["rds"]: "snapshots", each with name, kind, database, asked (seconds), takes, tags; "takes" is that of new ones.
"fails": new ones end as failed. "unlisted": seconds until a new one is listed.
"""

import datetime

import world as shared
from errors import AwsError

WORDS = {
    "instance": ("DBInstanceIdentifier", "DBSnapshotIdentifier", "DBSnapshots", "DBSnapshot"),
    "cluster": (
        "DBClusterIdentifier", "DBClusterSnapshotIdentifier", "DBClusterSnapshots", "DBClusterSnapshot"),
}


def kept(world):
    return world.setdefault("rds", {}).setdefault("snapshots", [])


def status(snapshot):
    if shared.now() < snapshot["asked"] + snapshot["takes"]:
        return "creating"
    return "failed" if snapshot.get("fails") else "available"


def shown(kind, snapshot):
    database, name, _, _ = WORDS[kind]
    answer = {
        database: snapshot["database"], name: snapshot["name"], "Status": status(snapshot), "SnapshotType": "manual",
        "TagList": [{"Key": key, "Value": value} for key, value in snapshot["tags"].items()]}
    if answer["Status"] == "available":
        made = datetime.datetime.fromtimestamp(snapshot["asked"] + snapshot["takes"], datetime.timezone.utc)
        answer["SnapshotCreateTime"] = made.isoformat()
    return answer


def describe(kind):
    def run(world, params):
        database, _, listed, _ = WORDS[kind]
        if params["SnapshotType"] != "manual":
            shared.refuse("only manual snapshots are asked for")
        own = [
            snapshot for snapshot in kept(world)
            if (snapshot["kind"], snapshot["database"]) == (kind, params[database])
            and shared.now() >= snapshot["asked"] + snapshot.get("unlisted", 0)]
        return {listed: [shown(kind, snapshot) for snapshot in own]}

    return run


def create(kind):
    def run(world, params):
        database, name, _, single = WORDS[kind]
        snapshots = kept(world)
        if any((it["kind"], it["name"]) == (kind, params[name]) for it in snapshots):
            raise AwsError("DBSnapshotAlreadyExists", f"Cannot create the snapshot because one with the identifier {params[name]} already exists.")
        rds = world["rds"]
        snapshot = {
            "name": params[name], "kind": kind, "database": params[database], "asked": shared.now(),
            "takes": rds.get("takes", 60), "fails": rds.get("fails", False), "unlisted": rds.get("unlisted", 0),
            "tags": {tag["Key"]: tag["Value"] for tag in params["Tags"]}}
        snapshots.append(snapshot)
        shared.save(world)
        return {single: shown(kind, snapshot)}

    return run


def delete(kind):
    def run(world, params):
        _, name, _, single = WORDS[kind]
        snapshots = kept(world)
        snapshot = next((it for it in snapshots if (it["kind"], it["name"]) == (kind, params[name])), None)
        if snapshot is None:
            raise AwsError("DBSnapshotNotFound", "It is not there")
        snapshots.remove(snapshot)
        shared.save(world)
        return {single: {**shown(kind, snapshot), "Status": "deleted"}}

    return run


def tags_of(world, params):
    """The tags of what is named, by which the right to delete it is decided."""
    names = [params.get(words[1]) for words in WORDS.values()]
    return next((snapshot["tags"] for snapshot in kept(world) if snapshot["name"] in names), {})


def operations():
    """The CLI's names of the operations and of their options, with the API's."""
    all_of_them = {}
    for kind, word in (("instance", "db"), ("cluster", "db-cluster")):
        database, name, _, _ = WORDS[kind]
        of, called = f"db-{kind}-identifier", f"{word}-snapshot-identifier"
        all_of_them |= {
            ("rds", f"describe-{word}-snapshots"): (describe(kind), {of: str, "snapshot-type": str}),
            ("rds", f"create-{word}-snapshot"): (create(kind), {of: str, called: str, "tags": str}),
            ("rds", f"delete-{word}-snapshot"): (delete(kind), {called: str})}
        NAMES.update({of: database, called: name})
    return all_of_them


NAMES = {"snapshot-type": "SnapshotType", "tags": "Tags"}
