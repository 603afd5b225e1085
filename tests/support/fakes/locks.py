"""S3 as far as locks go, with its conditional writes, and the role under which they are written.

What a scenario may say: "locks", a list by bucket and key, each with its body as text and its ETag.
"""

import hashlib
import json
import os

import world as shared
from errors import AwsError

TOKEN = "under "


def caller():
    """The ARN of the role that the caller has assumed; None where it is the build's own."""
    token = os.environ.get("AWS_SESSION_TOKEN", "")
    return token[len(TOKEN):] if token.startswith(TOKEN) else None


def assume_role(world, params):
    return {"Credentials": {"AccessKeyId": "ASIAFAKE", "SecretAccessKey": "fake/secret",
                            "SessionToken": TOKEN + params["roleArn"], "Expiration": "2030-01-01T00:00:00Z"}}


def under_role():
    if caller() is None:
        raise AwsError("AccessDenied", "Access Denied")


def path(params):
    return params["bucket"] + "/" + params["key"]


def get_object(world, params):
    # The record of what is deployed is read by the build's own role.
    if not params["key"].startswith("records/"):
        under_role()
    found = world.get("locks", {}).get(path(params))
    if found is None:
        raise AwsError("NoSuchKey", "The specified key does not exist.")
    with open(params["outfile"], "w", encoding="utf-8") as file:
        file.write(found["body"])
    return {"ETag": found["etag"], "ContentLength": len(found["body"])}


def put_object(world, params):
    under_role()
    found = world.get("locks", {}).get(path(params))
    if "ifNoneMatch" not in params and "ifMatch" not in params:
        raise AwsError("AccessDenied", "Access Denied")
    if "ifNoneMatch" in params and found is not None:
        raise AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
    if "ifMatch" in params and found is None:
        raise AwsError("NoSuchKey", "The specified key does not exist.")
    if "ifMatch" in params and found["etag"] != params["ifMatch"]:
        raise AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
    with open(params["body"], encoding="utf-8") as file:
        body = file.read()
    json.loads(body)
    etag = '"' + hashlib.md5(body.encode()).hexdigest() + '"'
    world.setdefault("locks", {})[path(params)] = {"body": body, "etag": etag}
    shared.save(world)
    return {"ETag": etag}
