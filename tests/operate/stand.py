"""Makes the pipelines of a folder in the stub, as its files declare them: stand.py URL FOLDER ACCOUNT REGION APP."""

import json
import sys
from pathlib import Path

import boto3


def main(url, folder, account, region, app):
    keys = {"aws_access_key_id": f"AKIA{account}TEST", "aws_secret_access_key": "none"}
    client = boto3.client("codepipeline", endpoint_url=url, region_name=region, **keys)
    for path in sorted((Path(folder) / "pipelines").glob("*/pipeline.json")):
        text = path.read_text().replace("BRANCHLINE_ARTIFACT_KEY_ARN", f"arn:aws:kms:{region}:{account}:key/k")
        declaration = json.loads(text)["pipeline"]
        client.create_pipeline(pipeline=declaration, tags=[{"key": "branchline:app", "value": app}])


main(*sys.argv[1:])
