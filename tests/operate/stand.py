"""Makes the pipelines of an example in the stub, as its files declare them: stand.py URL EXAMPLE."""

import json
import re
import sys
from pathlib import Path

import boto3

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def main(url, example):
    account, region = "444444444444", "ap-northeast-1"
    keys = {"aws_access_key_id": f"AKIA{account}TEST", "aws_secret_access_key": "none"}
    client = boto3.client("codepipeline", endpoint_url=url, region_name=region, **keys)
    app = re.search(r"^app: *(\S+)", (EXAMPLES / example / "branchline.yml").read_text(), re.MULTILINE)[1]
    tags = [{"key": "branchline:app", "value": app}]
    for path in sorted((EXAMPLES / example / "pipelines").glob("*/pipeline.json")):
        text = path.read_text().replace("BRANCHLINE_ARTIFACT_KEY_ARN", f"arn:aws:kms:{region}:{account}:key/k")
        client.create_pipeline(pipeline=json.loads(text)["pipeline"], tags=tags)


main(*sys.argv[1:])
