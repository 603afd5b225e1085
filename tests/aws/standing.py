"""`python tests/aws/standing.py FOLDER URL`: brings the stacks of a generated folder into the stub, as a person would who follows its
README, and prints their names. The account and the region of each stand in its own Rules."""

import re
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent)

from checks.asking import Asking  # noqa: E402  (the package is found by the line above)

LONGEST_BODY = 51_200


def places(folder, app):
    """Name, text and place of each stack, in the order of making."""
    files = [(f"{app}-base", path) for path in sorted(folder.glob("base*.yml"), key=lambda path: len(path.name))]
    files += [(f"{app}-environment-{path.stem}", path) for path in sorted(folder.glob("environments/*.yml"))]
    readme = (folder / "README.md").read_text()
    for path in sorted(folder.glob("*/pipeline.yml")):
        file = f"{path.parent.name}/pipeline.yml"
        name = re.search(r"--stack-name (\S+) (?:\\\s+)?--template-file " + re.escape(file), readme)
        files.append((name[1], path))
    for name, path in files:
        text = path.read_text()
        where = {of: re.search(rf"belongs in the {of} ([a-z0-9-]+)", text)[1] for of in ("account", "region")}
        yield name, text, where


def main(folder, url):
    folder, ask, keys = Path(folder), Asking(url), {}
    app = re.search(r"^app: (\S+)", (folder.parent / "branchline.yml").read_text(), re.M)[1]
    for name, text, where in places(folder, app):
        body = text
        if len(text.encode()) > LONGEST_BODY:
            bucket = f"templates-{where['account']}-{where['region']}"
            ask.door("state", {"buckets": {bucket: {**where, "objects": {}}}})
            ask.client("s3", **where).put_object(Bucket=bucket, Key=f"{name}.yml", Body=text.encode())
            body = f"https://s3.{where['region']}.amazonaws.com/{bucket}/{name}.yml"
        takes = "\n  ArtifactKeyArn:\n    Type" in text
        given = [{"ParameterKey": "ArtifactKeyArn", "ParameterValue": keys[where["region"]]}] if takes else []
        tags = [{"Key": "branchline:app", "Value": app}]
        ask.changes(name, "first", body, "CREATE", where, Parameters=given, Tags=tags)
        ask.client("cloudformation", **where).execute_change_set(StackName=name, ChangeSetName="first")
        ask.later(300)
        made = ask.stack(name, **where)
        assert made["StackStatus"] == "CREATE_COMPLETE", [e for e in ask.events(name, **where) if "FAILED" in e["ResourceStatus"]]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in made.get("Outputs", [])}
        if "ArtifactKeyArn" in outputs:
            keys[where["region"]] = outputs["ArtifactKeyArn"]
        print(name)
    ask.unflagged()


if __name__ == "__main__":
    main(*sys.argv[1:])
