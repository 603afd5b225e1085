"""Who is told: topics, rules of EventBridge and channels of chats, by botocore's models and made by moto."""

import json
import os

import boto3
from moto import mock_aws

from .intrinsics import Stack, Unresolved
from .service_model import ServiceModel

PATTERN = 2_048
"""Characters of an event pattern (Amazon EventBridge quotas); the model allows more."""

CHATS = {
    "AWS::Chatbot::SlackChannelConfiguration": (
        "CreateSlackChannelConfigurationRequest",
        {"SlackWorkspaceId": "SlackTeamId", "GuardrailPolicies": "GuardrailPolicyArns"},
    ),
    "AWS::Chatbot::MicrosoftTeamsChannelConfiguration": (
        "CreateTeamsChannelConfigurationRequest",
        {"TeamsTenantId": "TenantId", "TeamsChannelId": "ChannelId", "GuardrailPolicies": "GuardrailPolicyArns"},
    ),
}
"""The API's request for each kind of channel, and what it calls a property."""

KINDS = ("AWS::Events::Rule", "AWS::SNS::Topic", "AWS::SNS::TopicPolicy", *CHATS)


def notifications(trees, verdict):
    """Rules and channels fit the models of their services; moto makes topics and rules and gives them back equal."""
    models = {name: ServiceModel(name) for name in ("events", "chatbot")}
    for tree in trees:
        for path in tree.templates:
            stack = Stack(tree, path)
            try:
                told = {kind: dict(_resolved(tree, path, stack, kind)) for kind in KINDS}
            except Unresolved as unresolved:
                verdict.finds(tree, path, f"it cannot be read: {unresolved}")
                continue
            if not any(told.values()):
                continue
            verdict.saw(tree, path)
            for fault in _faults(models, told):
                verdict.finds(tree, path, fault)
            try:
                for difference in _made(stack, told):
                    verdict.finds(tree, path, difference)
            except Exception as refused:  # whatever the stand-in has against it
                verdict.finds(tree, path, f"the stand-in refuses it: {refused}")


def _resolved(tree, path, stack, kind):
    for name, resource in tree.resources(path, kind):
        yield name, stack.resolve(resource["Properties"])


def _faults(models, told):
    for name, rule in told["AWS::Events::Rule"].items():
        request = {k: rule[k] for k in ("Name", "Description", "State", "ScheduleExpression") if k in rule}
        if "EventPattern" in rule:
            pattern = _compact(rule["EventPattern"])
            if len(pattern) > PATTERN:
                yield f"{name}: a pattern of {len(pattern)} characters"
            request["EventPattern"] = pattern
        yield from (f"{name}: {fault}" for fault in models["events"].faults("PutRuleRequest", request))
        request = {"Rule": rule["Name"], "Targets": rule["Targets"]}
        yield from (f"{name}: {fault}" for fault in models["events"].faults("PutTargetsRequest", request))
    for kind, (shape, names) in CHATS.items():
        for name, channel in told[kind].items():
            request = {names.get(key, key): value for key, value in channel.items() if key != "Tags"}
            yield from (f"{name}: {fault}" for fault in models["chatbot"].faults(shape, request))


def _made(stack, told):
    os.environ |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_EC2_METADATA_DISABLED": "true"}
    os.environ["MOTO_ACCOUNT_ID"] = stack.account
    with mock_aws():
        sns, events = (boto3.client(service, region_name=stack.region) for service in ("sns", "events"))
        for name, topic in told["AWS::SNS::Topic"].items():
            attributes = {key: topic[key] for key in ("DisplayName", "KmsMasterKeyId") if key in topic}
            arn = sns.create_topic(Name=topic["TopicName"], Attributes=attributes)["TopicArn"]
            for one in topic.get("Subscription", []):
                sns.subscribe(TopicArn=arn, Protocol=one["Protocol"], Endpoint=one["Endpoint"])
            if not any(arn in policy["Topics"] for policy in told["AWS::SNS::TopicPolicy"].values()):
                yield f"{name}: no policy lets anybody publish"
        for policy in told["AWS::SNS::TopicPolicy"].values():
            for arn in policy["Topics"]:
                document = _compact(policy["PolicyDocument"])
                sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=document)
        for name, rule in told["AWS::Events::Rule"].items():
            when = {"EventPattern": _compact(rule["EventPattern"])} if "EventPattern" in rule else {}
            when |= {k: rule[k] for k in ("ScheduleExpression",) if k in rule}
            events.put_rule(Name=rule["Name"], State=rule["State"], **when)
            failed = events.put_targets(Rule=rule["Name"], Targets=rule["Targets"])["FailedEntries"]
            back = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
            if failed or back != rule["Targets"]:
                yield f"{name}: what was made and what is read back differ: {failed or back}"
            told_back = events.describe_rule(Name=rule["Name"])
            pattern = json.loads(told_back.get("EventPattern") or "null")
            if (pattern, told_back.get("ScheduleExpression")) != (rule.get("EventPattern"), rule.get("ScheduleExpression")):
                yield f"{name}: another pattern or another time is read back"
            known = {topic["TopicArn"] for topic in sns.list_topics()["Topics"]}
            for target in rule["Targets"]:
                arn = target["Arn"]
                if arn not in known and f":{stack.region}:{stack.account}:" not in arn:
                    yield f"{name}: {arn} is no topic of this account and region"


def _compact(document):
    return json.dumps(document, separators=(",", ":"))
