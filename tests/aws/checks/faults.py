"""What goes wrong on the way: each fault as a client sees it, and what it leaves behind."""

import json
import socket
import subprocess
import sys
import threading
import time

from botocore.exceptions import ClientError, HTTPClientError, ReadTimeoutError
from checks.asking import ACCOUNT, REGION, refused

BUCKET = {"buckets": {"b": {"account": ACCOUNT, "region": REGION, "objects": {}}}}
SERVICES = {
    "cloudformation": lambda c: c.list_stacks(),
    "codebuild": lambda c: c.list_projects(),
    "codeconnections": lambda c: c.list_connections(),
    "codepipeline": lambda c: c.list_pipelines(),
    "ec2": lambda c: c.describe_subnets(),
    "s3": lambda c: c.list_objects_v2(Bucket="b"),
    "sts": lambda c: c.get_caller_identity(),
}
THROTTLED = {"s3": "SlowDown", "cloudformation": "Throttling", "sts": "Throttling", "ec2": "RequestLimitExceeded"}


def every_service_throttles_in_its_own_words(ask):
    ask.door("state", BUCKET)
    for service, asked in SERVICES.items():
        ask.door("faults", [{"what": "throttle", "service": service}])
        refused(THROTTLED.get(service, "ThrottlingException"), asked, ask.client(service))
        ask.door("faults", [])
        asked(ask.client(service))


def every_service_denies_in_awss_text(ask):
    for service, asked in SERVICES.items():
        ask.door("faults", [{"what": "denied", "service": service}])
        try:
            asked(ask.client(service))
        except ClientError as error:
            found = error.response["Error"]
            # EC2 has words of its own.
            assert found["Code"] == "UnauthorizedOperation" if service == "ec2" else found["Code"].startswith("AccessDenied"), error
            assert f"User: arn:aws:iam::{ACCOUNT}:user/tester is not authorized to perform: {service}:" in found["Message"]
        else:
            raise AssertionError(service)


def every_service_breaks_down(ask):
    for service, asked in SERVICES.items():
        for what in ("500", "503"):
            ask.door("faults", [{"what": what, "service": service}])
            try:
                asked(ask.client(service))
            except ClientError as error:
                assert error.response["ResponseMetadata"]["HTTPStatusCode"] == int(what), error
            else:
                raise AssertionError(service)


def the_nth_request_alone_is_hit(ask):
    ask.door("faults", [{"what": "throttle", "service": "codepipeline", "operation": "ListPipelines", "nth": 2}])
    client = ask.client("codepipeline")
    client.list_pipelines()
    ask.client("sts").get_caller_identity()
    refused("ThrottlingException", client.list_pipelines)
    client.list_pipelines()
    assert [c["answer"] for c in ask.door("calls")] == ["ok", "ok", "ThrottlingException", "ok"]


def a_cut_before_does_nothing_and_a_cut_after_has_done_it(ask):
    ask.door("state", BUCKET)
    client = ask.client("s3")
    for after, kept in ((False, []), (True, ["x"])):
        ask.door("faults", [{"what": "cut", "operation": "PutObject", "after": after}])
        try:
            client.put_object(Bucket="b", Key="x", Body=b"x")
        except (HTTPClientError, ClientError):
            pass
        assert sorted(ask.door("dump")["buckets"]["b"]["objects"]) == kept, after
    ask.door("faults", [{"what": "cut", "operation": "ListPipelines", "after": True}])
    head, _, body = _raw(ask, "codepipeline", "{}", "X-Amz-Target: CodePipeline_20150709.ListPipelines").partition("\r\n\r\n")
    promised = int(head.lower().partition("content-length: ")[2].split()[0])
    assert 0 < len(body) < promised, (head, body)


def what_hangs_is_never_answered(ask):
    ask.door("faults", [{"what": "hang", "operation": "ListPipelines", "nth": 1}])
    patient = ask.client("codepipeline", timeout=1)
    try:
        patient.list_pipelines()
    except ReadTimeoutError:
        patient.list_pipelines()
        return
    raise AssertionError("it was answered")


def keys_expire_by_the_stubs_clock(ask):
    role = "arn:aws:iam::111111111111:role/deployer"
    ask.door("state", {"accounts": {"111111111111": {"roles": {role: {}}, "regions": {}}}})
    sts = ask.client("sts")
    refused("AccessDenied", sts.assume_role, RoleArn=role + "2", RoleSessionName="two", says="sts:AssumeRole on resource")
    found = sts.assume_role(RoleArn=role, RoleSessionName="branchline")["Credentials"]
    keys = {
        "aws_access_key_id": found["AccessKeyId"],
        "aws_secret_access_key": found["SecretAccessKey"],
        "aws_session_token": found["SessionToken"],
    }
    identity = ask.client("sts", keys=keys).get_caller_identity()
    assert identity["Account"] == "111111111111" and identity["Arn"].endswith("assumed-role/deployer/branchline")
    ask.later(3601)
    refused("ExpiredToken", ask.client("sts", keys=keys).get_caller_identity)
    refused("ExpiredTokenException", ask.client("codepipeline", keys=keys).list_pipelines)
    refused("UnrecognizedClientException", ask.client("codepipeline", keys=keys | {"aws_session_token": "other"}).list_pipelines)
    ask.door("faults", [{"what": "expired", "nth": 1}])
    refused("ExpiredTokenException", ask.client("codepipeline").list_pipelines)
    assert "SecretAccessKey" not in json.dumps(ask.door("calls"))


def a_stale_read_shows_what_was_before_the_last_write(ask):
    ask.door("state", BUCKET)
    ask.door("faults", [{"what": "stale", "service": "s3", "seconds": 10}])
    client = ask.client("s3")
    client.put_object(Bucket="b", Key="x", Body=b"x")
    assert client.list_objects_v2(Bucket="b")["KeyCount"] == 0
    ask.later(11)
    assert client.list_objects_v2(Bucket="b")["KeyCount"] == 1


def an_answer_is_held_until_its_client_is_killed(ask):
    ask.door("state", BUCKET)
    ask.door("faults", [{"what": "kill_after", "nth": 1, "writes": True}])
    program = "import sys; from checks.asking import Asking; Asking(sys.argv[1]).client('s3').put_object(Bucket='b', Key='x', Body=b'x')"
    client = subprocess.Popen([sys.executable, "-c", program, ask.url], env={"PYTHONPATH": sys.path[0]}, stderr=subprocess.PIPE)
    _until(lambda: ask.door("held") == 1)
    assert client.poll() is None
    assert list(ask.door("dump")["buckets"]["b"]["objects"]) == ["x"], "it was carried out before it was held"
    client.kill()
    client.communicate()
    _until(lambda: ask.door("held") == 0)


def an_answer_is_kept_until_it_is_released_and_comes_whole(ask):
    ask.door("state", BUCKET)
    ask.door("faults", [{"what": "hold", "nth": 1, "writes": True}])
    answers = []
    client = threading.Thread(target=lambda: answers.append(ask.client("s3").put_object(Bucket="b", Key="x", Body=b"x")))
    client.start()
    _until(lambda: ask.door("held") == 1)
    assert list(ask.door("dump")["buckets"]["b"]["objects"]) == ["x"], "it was carried out before it was kept"
    ask.client("s3").list_objects_v2(Bucket="b")  # others are answered meanwhile
    assert not answers
    ask.door("release", {})
    client.join(20)
    assert answers and answers[0]["ETag"]
    assert ask.door("held") == 0


def _until(holds):
    for _ in range(1000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it never came to be so")


def a_rate_throttles_who_is_faster(ask):
    ask.door("rates", {"rules": [{"service": "codepipeline", "operation": "GetPipelineState", "per_second": 2}]})
    client = ask.client("codepipeline")
    codes = []
    for _ in range(3):
        try:
            client.get_pipeline_state(name="nobody")
        except ClientError as error:
            codes.append(error.response["Error"]["Code"])
    assert codes == ["PipelineNotFoundException"] * 2 + ["ThrottlingException"], codes
    ask.later(1)
    refused("PipelineNotFoundException", client.get_pipeline_state, name="nobody")
    ask.door("rates", {"assumed": True})
    for _ in range(20):
        client.list_pipelines()
    refused("ThrottlingException", client.list_pipelines)


def the_clock_moves_with_requests_where_it_is_told_to(ask):
    ask.door("clock", {"set": 1000, "auto": 2})
    for _ in range(3):
        ask.client("sts").get_caller_identity()
    assert [c["at"] for c in ask.door("calls")] == [1002, 1004, 1006]
    ask.door("clock", {"auto": 0, "speed": 1000})
    begun = ask.door("clock", {})["now"]
    time.sleep(0.02)
    assert ask.door("clock", {})["now"] >= begun + 10


def who_asks_whether_to_send_is_told_at_once(ask):
    ask.door("state", BUCKET)
    host, port = ask.url.removeprefix("http://").split(":")
    scope = f"AKIA{ACCOUNT}TEST/20260101/{REGION}/s3/aws4_request"
    head = "PUT /b/x HTTP/1.1\r\nHost: stub\r\nContent-Length: 1\r\nExpect: 100-continue\r\nConnection: close\r\n"
    head += f"Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(head.encode())
        assert connection.recv(64).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"x")
        assert connection.recv(64).startswith(b"HTTP/1.1 200 ")


def regions_and_accounts_know_nothing_of_each_other(ask):
    ask.door("state", BUCKET)
    refused("AccessDenied", ask.client("s3", account="111111111111").put_object, Bucket="b", Key="x", Body=b"")
    store = {"source": {"type": "NO_SOURCE", "buildspec": "version: 0.2"}, "artifacts": {"type": "NO_ARTIFACTS"}}
    machine = {"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"}
    role = f"arn:aws:iam::{ACCOUNT}:role/r"
    ask.client("codebuild").create_project(name="one", **store, environment=machine, serviceRole=role)
    for where in ({"account": "111111111111"}, {"region": "us-east-1"}):
        assert ask.client("codebuild", **where).list_projects()["projects"] == []
    assert ask.client("codebuild").list_projects()["projects"] == ["one"]


def many_clients_at_once_are_answered(ask):
    client, broken = ask.client("codepipeline"), []

    def asks():
        try:
            for _ in range(20):
                client.list_pipelines()
        except Exception as error:
            broken.append(error)

    threads = [threading.Thread(target=asks) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken and [c["number"] for c in ask.door("calls")] == list(range(1, 161))


def somebody_else_acts_right_before_a_request(ask):
    client = ask.client("codepipeline")
    store = {"type": "S3", "location": "artifacts"}
    source = {"category": "Source", "owner": "AWS", "provider": "CodeStarSourceConnection", "version": "1"}
    approval = {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"}
    stages = [
        {"name": "Source", "actions": [{"name": "Source", "actionTypeId": source, "configuration": {"BranchName": "main"}}]},
        {"name": "Approve", "actions": [{"name": "Approve", "actionTypeId": approval}]},
    ]
    pipeline = {"name": "line", "roleArn": "arn:aws:iam::444444444444:role/p", "stages": stages, "artifactStore": store}
    client.create_pipeline(pipeline=pipeline)
    ask.later(60)
    held = client.get_pipeline_state(name="line")["stageStates"][1]["actionStates"][0]["latestExecution"]
    rejected = {"operation": "PutApprovalResult", "params": {"result": {"status": "Rejected", "summary": "no"}}, "advance": 30}
    ask.door("faults", [{"what": "meanwhile", "operation": "PutApprovalResult", "nth": 1, "do": [rejected]}])
    where = {"pipelineName": "line", "stageName": "Approve", "actionName": "Approve", "token": held["token"]}
    result = {"status": "Approved", "summary": "yes"}
    refused("ApprovalAlreadyCompletedException", client.put_approval_result, **where, result=result)
    held = client.get_pipeline_state(name="line")["stageStates"][1]["actionStates"][0]["latestExecution"]
    assert held["summary"] == "no" and held["lastUpdatedBy"].endswith("user/somebody-else"), held


def what_the_stub_does_not_have_is_flagged(ask):
    try:
        ask.client("codepipeline").list_webhooks()
    except ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 501, error
    assert ask.door("flags") == ["request 1: the stub has no codepipeline ListWebhooks"]


def what_no_model_knows_is_flagged(ask):
    form = "Action=ListStacks&Version=2010-05-15&Nonsense=1"
    _raw(ask, "cloudformation", form, "Content-Type: application/x-www-form-urlencoded")
    _raw(ask, "codepipeline", '{"nonsense": 1}', "X-Amz-Target: CodePipeline_20150709.ListPipelines")
    flags = ask.door("flags")
    assert len(flags) == 2 and "Nonsense" in flags[0] and "nonsense" in flags[1], flags


def _raw(ask, service, body, header):
    host, port = ask.url.removeprefix("http://").split(":")
    scope = f"AKIA{ACCOUNT}TEST/20260101/{REGION}/{service}/aws4_request"
    head = f"POST / HTTP/1.1\r\nHost: stub\r\nConnection: close\r\nContent-Length: {len(body)}\r\n{header}\r\n"
    head += f"Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0\r\n\r\n"
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall((head + body).encode())
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode()


what_the_stub_does_not_have_is_flagged.asks_wrongly = True
what_no_model_knows_is_flagged.asks_wrongly = True
