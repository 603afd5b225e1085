"""What stacks make that other services answer: projects, pipelines, connections, buckets, roles."""

from checks.asking import NAMED, example, refused, template, topic
from checks.executions import _declaration

ROLE = "arn:aws:iam::444444444444:role/p"
CONNECTION = {"Type": "AWS::CodeConnections::Connection", "Properties": {"ConnectionName": "c", "ProviderType": "GitHub"}}


def _project(minutes):
    properties = {
        "Name": "build",
        "ServiceRole": ROLE,
        "Artifacts": {"Type": "CODEPIPELINE"},
        "Source": {"Type": "CODEPIPELINE", "BuildSpec": "version: 0.2"},
        "Environment": {"Type": "LINUX_CONTAINER", "ComputeType": "BUILD_GENERAL1_SMALL", "Image": "i"},
        "TimeoutInMinutes": minutes,
    }
    return {"Type": "AWS::CodeBuild::Project", "Properties": properties}


def _pascal(value):
    """A declaration in CloudFormation's spelling; what is under `configuration` has names of its own."""
    if isinstance(value, list):
        return [_pascal(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {k[0].upper() + k[1:]: v if k == "configuration" else _pascal(v) for k, v in value.items()}


def _pipeline(**changes):
    properties = _pascal(_declaration())
    properties.update(changes)
    return {"Type": "AWS::CodePipeline::Pipeline", "Properties": properties}


def _make(ask, resources, name="s"):
    ask.client("cloudformation").create_stack(StackName=name, TemplateBody=template(resources), Capabilities=NAMED)
    ask.later(60)
    assert ask.stack(name)["StackStatus"] == "CREATE_COMPLETE", ask.events(name)


def _minutes(ask):
    return ask.client("codebuild").batch_get_projects(names=["build"])["projects"][0]["timeoutInMinutes"]


def a_project_is_as_it_was_when_an_update_went_back(ask):
    _make(ask, {"P": _project(10), "T": topic("t", DisplayName={"Ref": "P"})})
    ask.door("state", {"scripts": {"resources": [{"logical": "T", "at": "update"}]}})
    changed = {"P": _project(20), "T": topic("t", DisplayName={"Fn::Sub": "${P}!"})}
    ask.client("cloudformation").update_stack(StackName="s", TemplateBody=template(changed))
    ask.later(1)
    ask.later(1)
    assert _minutes(ask) == 20
    ask.later(60)
    assert ask.stack("s")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE" and _minutes(ask) == 10


def a_pipeline_of_two_regions_has_a_store_for_each(ask):
    stores = [{"Region": r, "ArtifactStore": {"Type": "S3", "Location": f"b-{r}"}} for r in ("eu-central-1", "us-east-1")]
    resource = _pipeline(ArtifactStores=stores)
    del resource["Properties"]["ArtifactStore"]
    _make(ask, {"Line": resource})
    found = ask.client("codepipeline").get_pipeline(name="line")["pipeline"]
    expected = {store["Region"]: {"type": "S3", "location": store["ArtifactStore"]["Location"]} for store in stores}
    assert found["artifactStores"] == expected and "artifactStore" not in found


def an_update_of_a_stack_ends_what_its_pipeline_runs(ask):
    _make(ask, {"Line": _pipeline()})
    client = ask.client("codepipeline")
    run = client.list_pipeline_executions(pipelineName="line")["pipelineExecutionSummaries"][0]
    assert run["status"] == "InProgress"
    changed = {"Line": _pipeline(ExecutionMode="SUPERSEDED")}
    ask.client("cloudformation").update_stack(StackName="s", TemplateBody=template(changed))
    ask.later(30)
    again = client.list_pipeline_executions(pipelineName="line")["pipelineExecutionSummaries"][0]
    assert again["pipelineExecutionId"] == run["pipelineExecutionId"] and again["status"] == "Cancelled"
    tags = client.list_tags_for_resource(resourceArn=client.get_pipeline(name="line")["metadata"]["pipelineArn"])["tags"]
    assert {"key": "aws:cloudformation:stack-name", "value": "s"} in tags


def a_connection_of_a_stack_waits_for_a_person(ask):
    _make(ask, {"C": CONNECTION})
    connection = ask.client("codeconnections").list_connections()["Connections"][0]
    assert connection["ConnectionStatus"] == "PENDING" and connection["ConnectionName"] == "c"
    ask.client("cloudformation").delete_stack(StackName="s")
    ask.later(30)
    arn = connection["ConnectionArn"]
    refused("ResourceNotFoundException", ask.client("codeconnections").get_connection, ConnectionArn=arn)


def a_bucket_that_is_not_empty_is_not_deleted(ask):
    _make(ask, {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b"}}})
    ask.client("s3").put_object(Bucket="b", Key="x", Body=b"x")
    ask.client("cloudformation").delete_stack(StackName="s")
    ask.later(30)
    stack = ask.stack("s")
    assert stack["StackStatus"] == "DELETE_FAILED" and "[B]" in stack["StackStatusReason"]
    ask.client("s3").delete_object(Bucket="b", Key="x")
    ask.client("cloudformation").delete_stack(StackName="s")
    ask.later(30)
    refused("404", ask.client("s3").head_bucket, Bucket="b")


def a_pipeline_that_was_removed_by_hand_fails_its_stacks_update(ask):
    _make(ask, {"Line": _pipeline()})
    ask.client("codepipeline").delete_pipeline(name="line")
    changed = template({"Line": _pipeline(ExecutionMode="SUPERSEDED")})
    ask.client("cloudformation").update_stack(StackName="s", TemplateBody=changed)
    ask.later(60)
    assert ask.stack("s")["StackStatus"] == "UPDATE_ROLLBACK_FAILED"


def a_base_stack_that_fails_at_any_resource_leaves_nothing(ask):
    where = {"account": "444444444444", "region": "eu-central-1"}
    text = example("three-accounts", "base.yml")
    client = ask.client("cloudformation", **where)
    given = {"TemplateBody": text, "Capabilities": NAMED}
    found = ask.changes("look", "c", text, "CREATE", where)
    logical = [c["ResourceChange"]["LogicalResourceId"] for c in found["Changes"]]
    assert len(logical) > 5, logical
    for number, name in enumerate(logical):
        ask.door("state", {"scripts": {"resources": [{"logical": name, "at": "create"}]}})
        client.create_stack(StackName=f"s{number}", **given)
        ask.later(100)
        assert ask.stack(f"s{number}")["StackStatus"] == "ROLLBACK_COMPLETE", name
        place = ask.door("dump?view=end")
        assert place["buckets"] == {} and place["places"]["444444444444 eu-central-1"]["resources"] == [], name


def two_ways_to_one_end_end_alike(ask):
    where = {"account": "444444444444", "region": "eu-central-1"}
    client = ask.client("cloudformation", **where)
    given = {"StackName": "base", "TemplateBody": example("three-accounts", "base.yml"), "Capabilities": NAMED}
    ends = []
    for stony in (False, True):
        ask.door("reset", {})
        if stony:
            ask.door("state", {"scripts": {"resources": [{"logical": "ArtifactBucket", "at": "create"}]}})
            client.create_stack(**given)
            ask.later(100)
            assert ask.stack("base")["StackStatus"] == "ROLLBACK_COMPLETE"
            client.delete_stack(StackName="base")
            ask.later(100)
        client.create_stack(**given)
        ask.later(100)
        ends.append(ask.door("dump?view=end"))
    assert ends[0] == ends[1] and ends[0]["places"]["444444444444 eu-central-1"]["stacks"]["base"]["status"] == "COMPLETE"


def what_a_service_refuses_its_stack_cannot_make(ask):
    wrong = _project(10)
    wrong["Properties"]["TimeoutInMinutes"] = 4
    one = _pipeline()
    one["Properties"]["Stages"] = one["Properties"]["Stages"][:1]
    for name, resource, why in (("a", wrong, "greater than or equal to 5"), ("b", one, "minimum of 2 stages")):
        client = ask.client("cloudformation")
        client.create_stack(StackName=name, TemplateBody=template({"R": resource}))
        ask.later(30)
        assert ask.stack(name)["StackStatus"] == "ROLLBACK_COMPLETE"
        reasons = [e.get("ResourceStatusReason", "") for e in ask.events(name)]
        assert any(why in reason for reason in reasons), reasons


def an_update_of_a_project_leaves_what_it_does_not_name(ask):
    client = ask.client("codebuild")
    bare = {
        "name": "build",
        "serviceRole": ROLE,
        "artifacts": {"type": "CODEPIPELINE"},
        "source": {"type": "CODEPIPELINE", "buildspec": "version: 0.2"},
        "environment": {"type": "LINUX_CONTAINER", "computeType": "BUILD_GENERAL1_SMALL", "image": "i"},
    }
    vpc = {"vpcId": "vpc-1", "subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    variables = {"environmentVariables": [{"name": "A", "value": "b", "type": "PLAINTEXT"}]}
    client.create_project(**bare | {"environment": bare["environment"] | variables}, vpcConfig=vpc, concurrentBuildLimit=1)
    said = client.update_project(**bare)["project"]
    assert said["vpcConfig"] == vpc and said["concurrentBuildLimit"] == 1
    assert said["environment"]["environmentVariables"] == [], "a structure that is named is replaced"
    said = client.update_project(name="build", vpcConfig={}, concurrentBuildLimit=-1)["project"]
    assert "vpcConfig" not in said and "concurrentBuildLimit" not in said
    assert said == client.batch_get_projects(names=["build"])["projects"][0]
