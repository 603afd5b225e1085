"""CodeConnections: connections, PENDING until a person finishes them; a state says who did."""

from stub.operations import arn, operation, page
from stub.refusal import Refusal


def make_connection(world, place, account, region, name, provider="GitHub"):
    def called(identity):
        return arn("codeconnections", region, account, f"connection/{identity}")

    made = called(world.lasting_id(account, region, name, taken=lambda i: called(i) in place["connections"]))
    place["connections"][made] = {"name": name, "provider": provider, "status": "PENDING", "account": account}
    return made


def _shown(arn, connection):
    shown = {
        "ConnectionName": connection["name"],
        "ConnectionArn": arn,
        "ProviderType": connection.get("provider", "GitHub"),
        "OwnerAccountId": connection.get("account", arn.split(":")[4]),
        "ConnectionStatus": connection["status"],
    }
    return shown | ({"HostArn": connection["host"]} if connection.get("host") else {})


@operation("codeconnections")
def GetConnection(call):
    arn = call.params["ConnectionArn"]
    # A connection of CodeStar Connections is the same resource under its older name.
    other = arn.replace(":codestar-connections:", ":codeconnections:")
    for name in (arn, other):
        if name in call.place["connections"]:
            return {"Connection": _shown(name, call.place["connections"][name])}
    raise Refusal("ResourceNotFoundException", f"Connection {arn} not found")


@operation("codeconnections")
def ListConnections(call):
    wanted = call.get("ProviderTypeFilter")
    found = [_shown(*item) for item in call.place["connections"].items()]
    found = [c for c in found if wanted in (None, c["ProviderType"])]
    shown, token = page(found, call.get("NextToken"), call.get("MaxResults", 50) or 50)
    return {"Connections": shown} | ({"NextToken": token} if token else {})
