"""The same in CBOR, which the Rust SDK speaks with CodeConnections: botocore made to prefer it."""

import botocore.model

from checks import executions, operations
from checks.asking import ACCOUNT, REGION, Asking, refused

ARN = f"arn:aws:codeconnections:{REGION}:{ACCOUNT}:connection/{operations.ID}"


def _speaking(ask):
    known = botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS
    botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS = ("smithy-rpc-v2-cbor", *known)
    return Asking(ask.url)


def _spoken(ask, service):
    calls = [c for c in ask.door("calls") if c["service"] == service]
    assert calls and all(c["protocol"] == "cbor" for c in calls), calls


def connections_answer_and_refuse(ask):
    ask = _speaking(ask)
    client = ask.client("codeconnections")
    refused("ResourceNotFoundException", client.get_connection, ConnectionArn=ARN, says="not found")
    place = {"connections": {ARN: {"name": "c", "status": "AVAILABLE"}}}
    ask.door("state", {"accounts": {ACCOUNT: {"regions": {REGION: place}}}})
    assert client.get_connection(ConnectionArn=ARN)["Connection"]["ConnectionStatus"] == "AVAILABLE"
    assert len(client.list_connections()["Connections"]) == 1
    refused("ValidationException", client.get_connection, ConnectionArn="x", says="pattern")
    ask.door("faults", [{"what": "throttle"}])
    refused("ThrottlingException", client.list_connections)
    _spoken(ask, "codeconnections")


def projects_are_made_and_read(ask):
    ask = _speaking(ask)
    operations._all_of_projects(ask)
    _spoken(ask, "codebuild")


def executions_run(ask):
    ask = _speaking(ask)
    executions.a_new_pipeline_runs_to_its_approval_and_on(ask)
    _spoken(ask, "codepipeline")
