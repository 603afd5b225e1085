"""The stacks of whole examples, made, changed and removed as a person would who follows the overview."""

import json
import re

from checks.asking import example

# example: where its stacks stand (account, region), the environments, the pipelines
EXAMPLES = {
    "three-accounts": {
        "home": "444444444444",
        "region": "eu-central-1",
        "environments": {"dev": "111111111111", "staging": "222222222222", "production": "333333333333"},
        "pipelines": ["ledger-develop", "ledger-release"],
    },
    "rails-ecs": {"environments": ["dev", "staging", "production"], "pipelines": ["shop-develop", "shop-release"]},
}


def three_accounts(ask):
    _whole(ask, "three-accounts")


def rails_ecs(ask):
    _whole(ask, "rails-ecs")


def _places(name):
    """Each stack with its file and where its own rule says that it belongs."""
    files = {"base": "base.yml"}
    files |= {f"env-{e}": f"environments/{e}.yml" for e in EXAMPLES[name]["environments"]}
    files |= {p: f"{p}/pipeline.yml" for p in EXAMPLES[name]["pipelines"]}
    for stack, path in files.items():
        text = example(name, path)
        account = re.search(r"belongs in the account (\d+)", text)[1]
        region = re.search(r"belongs in the region ([a-z0-9-]+)\.", text)[1]
        yield f"{name}-{stack}", path, {"account": account, "region": region}


def _deploy(ask, stack, text, where, kind, parameters):
    body = text
    if len(text.encode()) > 51_200:
        bucket = f"templates-{where['account']}"
        ask.client("s3", **where).put_object(Bucket=bucket, Key=f"{stack}.yml", Body=text.encode())
        body = f"https://s3.{where['region']}.amazonaws.com/{bucket}/{stack}.yml"
    found = ask.changes(stack, "c", body, kind, where, Parameters=parameters, Tags=[{"Key": "app", "Value": "x"}])
    assert found["Status"] == "CREATE_COMPLETE", found
    ask.client("cloudformation", **where).execute_change_set(StackName=stack, ChangeSetName="c")
    ask.later(200)
    return found, ask.stack(stack, **where)


def _whole(ask, name):
    places = list(_places(name))
    home = places[0][2]
    for account in {where["account"] for *_, where in places}:
        ask.door("state", {"buckets": {f"templates-{account}": {"account": account, "region": home["region"], "objects": {}}}})
    ask.door("state", {"roles_checked": True})
    key = None
    for stack, path, where in places:
        text = example(name, path)
        parameters = [{"ParameterKey": "ArtifactKeyArn", "ParameterValue": key}] if "ArtifactKeyArn:\n    Type" in text else []
        found, made = _deploy(ask, stack, text, where, "CREATE", parameters)
        assert made["StackStatus"] == "CREATE_COMPLETE", [e for e in ask.events(stack, **where) if "FAILED" in e["ResourceStatus"]]
        assert {c["ResourceChange"]["Action"] for c in found["Changes"]} == {"Add"}
        key = next((o["OutputValue"] for o in made.get("Outputs", []) if o["OutputKey"] == "ArtifactKeyArn"), key)
        original = ask.client("cloudformation", **where).get_template(StackName=stack)["TemplateBody"]
        assert original == text, "GetTemplate answers the very text"
    _same_pipelines(ask, name, home, key)
    _changed(ask, name, places, key)
    _removed(ask, places)
    ask.unflagged()


def _same_pipelines(ask, name, home, key):
    """GetPipeline of what a stack made is the generated declaration, with the placeholders filled."""
    pipelines = ask.client("codepipeline", **home)
    connections = ask.client("codeconnections", **home).list_connections()["Connections"]
    for pipeline in EXAMPLES[name]["pipelines"]:
        wanted = example(name, f"{pipeline}/pipeline.json").replace("BRANCHLINE_ARTIFACT_KEY_ARN", key)
        for connection in connections:
            wanted = wanted.replace("BRANCHLINE_CONNECTION_ARN", connection["ConnectionArn"])
        found = pipelines.get_pipeline(name=pipeline)["pipeline"]
        assert found.pop("version") == 1
        assert found == json.loads(wanted)["pipeline"]
        actions = [action for stage in found["stages"] for action in stage["actions"]]
        own = [a for a in actions if a["actionTypeId"]["provider"] == "CodeBuild" and not a.get("roleArn")]
        projects = {action["configuration"]["ProjectName"] for action in own}
        known = ask.client("codebuild", **home).batch_get_projects(names=sorted(projects))
        assert known["projectsNotFound"] == [], known["projectsNotFound"]


def _changed(ask, name, places, key):
    """A change of one project is one change of one resource; the same again is none; the pipeline is a version further."""
    stack, path, where = places[-1]
    text = example(name, path).replace("TimeoutInMinutes: 60", "TimeoutInMinutes: 61", 1)
    text = text.replace("Name: DOWNGRADE", "Name: DOWNGRADE2", 1)
    found, made = _deploy(ask, stack, text, where, "UPDATE", [])
    assert made["StackStatus"] == "UPDATE_COMPLETE", made
    changed = {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"]["Replacement"] for c in found["Changes"]}
    assert changed.pop("Pipeline") == "False" and list(changed.values()) == ["False"], found["Changes"]
    pipeline = EXAMPLES[name]["pipelines"][-1]
    assert ask.client("codepipeline", **where).get_pipeline(name=pipeline)["pipeline"]["version"] == 2
    again = ask.changes(stack, "again", text, "UPDATE", where, Tags=[{"Key": "app", "Value": "x"}])
    assert again["Status"] == "FAILED" and "didn't contain changes" in again["StatusReason"], again
    # Another comment in the text, as another digest is, changes nothing either.
    other = ask.changes(stack, "other", f"# read twice\n{text}", "UPDATE", where, Tags=[{"Key": "app", "Value": "x"}])
    assert other["Status"] == "FAILED", other


def _removed(ask, places):
    for stack, _, where in reversed(places):
        ask.client("cloudformation", **where).delete_stack(StackName=stack)
        ask.later(200)
    for account in {where["account"] for *_, where in places}:
        left = ask.client("cloudformation", account=account, region=places[0][2]["region"]).describe_stacks()["Stacks"]
        assert left == [], [(s["StackName"], s["StackStatus"]) for s in left]
    end = ask.door("dump?view=end")
    assert all(not place["pipelines"] and not place["projects"] for place in end["places"].values())
    kept = [name for place in end["places"].values() for name in place["resources"]]
    assert kept and all(name.startswith(("AWS::S3::Bucket ", "AWS::KMS::Key ", "AWS::ECR::Repository ")) for name in kept), kept


