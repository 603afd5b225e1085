"""moto with roles and buckets, for pipelines that are made without stacks.

    moto_stand.py serve                   JSON on stdin, `{"account", "region", "roles": [name, …]}`; prints its address, ends with its stdin
    moto_stand.py differ URL REGION KEY FOLDER   prints what of the generated pipeline.json below a folder moto has not
"""

import json
import os
import sys
from pathlib import Path


def serve():
    given = json.loads(sys.stdin.readline())
    os.environ["MOTO_ACCOUNT_ID"] = given["account"]
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    iam = client(boto3, "iam", url, given["region"])
    # moto reads the service of a role's trust as a text, where IAM takes a list as well.
    trust = {"Effect": "Allow", "Principal": {"Service": "codepipeline.amazonaws.com"}, "Action": "sts:AssumeRole"}
    for name in given["roles"]:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    print(url, flush=True)
    sys.stdin.read()


def client(boto3, service, url, region):
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "none"}
    return boto3.client(service, endpoint_url=url, region_name=region, **keys)


def differ(url, region, key, folder):
    import boto3

    codepipeline = client(boto3, "codepipeline", url, region)
    seen = 0
    for path in sorted(Path(folder).glob("*/pipeline.json")):
        wanted = json.loads(path.read_text().replace("BRANCHLINE_ARTIFACT_KEY_ARN", key))["pipeline"]
        found = codepipeline.get_pipeline(name=wanted["name"])["pipeline"]
        if found.pop("version") != 1:
            print(f"{wanted['name']} was written more than once")
        # What moto adds where nothing was said.
        for declared in (wanted, found):
            declared.pop("version", None)
            for stage in declared["stages"]:
                for action in stage["actions"]:
                    for name, nothing in (("configuration", {}), ("inputArtifacts", []), ("outputArtifacts", []), ("runOrder", 1)):
                        action.setdefault(name, nothing)
        for member in sorted(wanted.keys() | found.keys()):
            if wanted.get(member) != found.get(member):
                print(f"{wanted['name']}: {member}")
        seen += 1
    print(f"{seen} pipelines")


serve() if sys.argv[1] == "serve" else differ(*sys.argv[2:])
