"""STS: who one is, and another role for an hour."""

from stub.clock import instant
from stub.operations import operation
from stub.refusal import Refusal


@operation("sts")
def GetCallerIdentity(call):
    return {"Account": call.account, "Arn": call.principal, "UserId": f"AIDA{call.account}TEST"}


@operation("sts")
def AssumeRole(call):
    role = call.params["RoleArn"]
    account = role.split(":")[4]
    listed = call.world.account(account)["roles"].get(role)
    if listed is None or not listed.get("assumable", True):
        text = f"User: {call.principal} is not authorized to perform: sts:AssumeRole on resource: {role}"
        raise Refusal("AccessDenied", text, 403)
    sessions = call.world.data["sessions"]
    name = call.params["RoleSessionName"]
    key, token = f"ASIA{len(sessions):012d}TEST", f"session token {call.world.new_id()}"
    principal = f"arn:aws:sts::{account}:assumed-role/{role.rsplit('/', 1)[1]}/{name}"
    expires = call.now + call.get("DurationSeconds", 3600)
    sessions[key] = {"account": account, "principal": principal, "token": token, "expires": expires}
    keys = {"AccessKeyId": key, "SecretAccessKey": "secret", "SessionToken": token, "Expiration": instant(expires)}
    return {"Credentials": keys, "AssumedRoleUser": {"AssumedRoleId": f"AROA{account}TEST:{name}", "Arn": principal}}
