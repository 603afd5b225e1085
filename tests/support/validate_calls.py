"""Puts recorded calls before the real AWS CLI's parser: options, shapes, enums, without a network.

Reads JSON on standard input, a list of argument lists; prints one line for each that the CLI refuses.
"""

import contextlib
import io
import json
import os
import sys

os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_EC2_METADATA_DISABLED="true")
os.environ.update(AWS_CONFIG_FILE="/nonexistent", AWS_SHARED_CREDENTIALS_FILE="/nonexistent")

from awscli.clidriver import create_clidriver  # noqa: E402  (reads the environment when it is loaded)


def refusal(argv):
    out = io.StringIO()
    # A command of the CLI's own has no skeleton; its help is only found when the options before it are known.
    check = ["help"] if argv[:2] == ["ecr", "get-login-password"] else ["--generate-cli-skeleton", "output"]
    if check == ["help"]:
        return None if set(argv[2:]) <= {"--region", argv[3]} else "unknown option"
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            status = create_clidriver().main([*argv, *check])
        except SystemExit as stopped:
            status = stopped.code
    return None if status == 0 else out.getvalue().strip()


calls = json.load(sys.stdin)
for call in calls:
    reason = refusal(call)
    if reason:
        print(json.dumps({"call": call, "reason": reason}))
print(f"{len(calls)} calls", file=sys.stderr)
