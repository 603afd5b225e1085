"""Puts recorded calls before the real AWS CLI: its options, shapes and enums, all but the network.

Reads JSON on standard input, a list of argument lists; prints one line for each that the CLI refuses. The request
is answered just before it would be sent, so that everything up to there is the CLI's own.
"""

import contextlib
import io
import json
import os
import sys

os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_EC2_METADATA_DISABLED="true")
os.environ.update(AWS_CONFIG_FILE="/nonexistent", AWS_SHARED_CREDENTIALS_FILE="/nonexistent")

from awscli.clidriver import create_clidriver  # noqa: E402  (reads the environment when it is loaded)
from botocore.awsrequest import AWSResponse  # noqa: E402

# What the CLI's own `ecr get-login-password` reads; every other command prints what it gets.
TOKEN = {"authorizationData": [{"authorizationToken": "QVdTOng=", "expiresAt": 0, "proxyEndpoint": "https://x"}]}


class Body:
    """S3, STS, RDS and CloudFormation answer in XML, S3 with nothing where there is nothing to say; the others in JSON."""

    def __init__(self, service, request):
        self.text = answer_of(service, request)

    def stream(self):
        yield self.text.encode()

    def read(self, *_):
        return b""


def answer_of(service, request):
    """What is read of an answer. That of RDS and of CloudFormation has the operation's name."""
    if service == "s3api":
        return ""
    if service == "sts":
        return "<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>"
    if service not in ("rds", "cloudformation"):
        return json.dumps(TOKEN)
    sent = request.body if isinstance(request.body, str) else (request.body or b"").decode()
    operation = dict(pair.split("=", 1) for pair in sent.split("&"))["Action"]
    return f"<{operation}Response><{operation}Result/></{operation}Response>"


def refusal(argv):
    sent = []

    def answer(request, **_):
        sent.append(request)
        return AWSResponse(request.url, 200, {}, Body(argv[0], request))

    driver = create_clidriver()
    driver.session.register("before-send.*.*", answer)
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            status = driver.main(argv)
        except SystemExit as stopped:
            status = stopped.code
    if status == 0 and len(sent) == 1:
        return None
    return f"status {status}, {len(sent)} requests: {out.getvalue().strip()}"


calls = json.load(sys.stdin)
for call in calls:
    reason = refusal(call)
    if reason:
        print(json.dumps({"call": call, "reason": reason}))
print(f"{len(calls)} calls", file=sys.stderr)
