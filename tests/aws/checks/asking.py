"""Clients of the stub, its door, and what every check needs."""

import json
import urllib.request
from pathlib import Path

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

REPOSITORY = Path(__file__).resolve().parents[3]
NAMED = ["CAPABILITY_NAMED_IAM"]
ACCOUNT, REGION = "444444444444", "eu-central-1"


class Asking:
    def __init__(self, url):
        self.url = url
        self.made = {}
        session = botocore.session.Session()
        session.set_config_variable("metadata_service_num_attempts", 1)
        self.session = boto3.Session(botocore_session=session)

    def client(self, service, account=ACCOUNT, region=REGION, keys=None, timeout=20):
        """One attempt a call: what goes wrong is to be seen."""
        known = (service, account, region, str(keys), timeout)
        if known not in self.made:
            key = keys or {"aws_access_key_id": f"AKIA{account}TEST", "aws_secret_access_key": "none"}
            once = Config(retries={"total_max_attempts": 1}, read_timeout=timeout)
            self.made[known] = self.session.client(service, endpoint_url=self.url, region_name=region, config=once, **key)
        return self.made[known]

    def door(self, name, body=None):
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/_stub/{name}", data=data)) as answer:
            return json.load(answer)

    def later(self, seconds):
        self.door("clock", {"advance": seconds})

    def unflagged(self):
        flags = self.door("flags")
        assert flags == [], flags

    def stack(self, name, **where):
        return self.client("cloudformation", **where).describe_stacks(StackName=name)["Stacks"][0]

    def events(self, name, **where):
        pages = self.client("cloudformation", **where).get_paginator("describe_stack_events").paginate(StackName=name)
        return [event for page in pages for event in page["StackEvents"]]

    def changes(self, stack, name, body, kind="UPDATE", where=None, **more):
        """Creates a change set, lets time pass, and describes it."""
        client = self.client("cloudformation", **(where or {}))
        given = {"Capabilities": NAMED} | more
        given |= {"TemplateURL": body} if body.startswith("https://") else {"TemplateBody": body}
        client.create_change_set(StackName=stack, ChangeSetName=name, ChangeSetType=kind, **given)
        self.later(5)
        return client.describe_change_set(StackName=stack, ChangeSetName=name)


def refused(code, function, *arguments, says="", **named):
    """The call is refused with this code and a text that has these words; gives the error."""
    try:
        answer = function(*arguments, **named)
    except ClientError as error:
        found = error.response["Error"]
        assert found["Code"] == code and says in found["Message"], error
        return error
    raise AssertionError(f"{code} expected, but it was carried out: {answer}")


def example(name, path):
    return (REPOSITORY / "examples" / name / "pipelines" / path).read_text()


def template(resources, **sections):
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", **sections, "Resources": resources})


def topic(name, **properties):
    return {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name, **properties}}
