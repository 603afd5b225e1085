"""Each operation once, and each error by the model of its service."""

import re

from botocore.exceptions import ClientError
from checks.asking import ACCOUNT, REGION, REPOSITORY, template, topic
from checks.executions import _declaration
from moto.core.utils import get_service_model

ID = "00000000-0000-0000-0000-000000000000"
SERVICE = {"clusterArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/shop", "serviceName": "api", "desiredCount": 2}
ROUTES = {
    "RouteTableId": "rtb-1",
    "VpcId": "vpc-1",
    "Associations": [{"SubnetId": "subnet-1", "Main": False}],
    "Routes": [{"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"}],
}
FACTS = {
    "ecs clusters": [{"clusterName": "shop", "status": "ACTIVE"}],
    "ecs services": [SERVICE],
    "ecs task definitions": [{"family": "api", "revision": 3, "containerDefinitions": [{"name": "app", "image": "i"}]}],
    "ssm parameters": [{"Name": "/copilot/applications/shop", "Type": "String", "Value": "{}"}],
    "secrets": [{"Name": "db", "ARN": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-AbCdEf"}],
    "log groups": [{"logGroupName": "/aws/codebuild/x", "retentionInDays": 90}],
    "route tables": [ROUTES],
    "subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1"}],
    "security groups": [{"GroupId": "sg-1", "GroupName": "g", "VpcId": "vpc-1"}],
    "vpc endpoints": [{"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "ServiceName": f"com.amazonaws.{REGION}.s3"}],
    "image repositories": [{"repositoryName": "shop/api"}],
    "roles": [{"Arn": f"arn:aws:iam::{ACCOUNT}:role/ci/deploy"}],
    "topics": [{"TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:releases"}],
    "quotas": [{"ServiceCode": "codepipeline", "QuotaCode": "L-1", "QuotaName": "Pipelines", "Value": 1000.0}],
}


def _all_of_doctor(ask):
    ecs = ask.client("ecs")
    assert ecs.describe_clusters(clusters=["shop", "no"])["failures"][0]["reason"] == "MISSING"
    assert ecs.describe_services(cluster="shop", services=["api"])["services"][0]["desiredCount"] == 2
    assert ecs.describe_task_definition(taskDefinition="api:3")["taskDefinition"]["family"] == "api"
    ssm = ask.client("ssm")
    wanted = [{"Key": "Name", "Option": "BeginsWith", "Values": ["/copilot/"]}]
    assert "Value" not in ssm.describe_parameters(ParameterFilters=wanted)["Parameters"][0]
    assert ssm.get_parameters_by_path(Path="/copilot", Recursive=True)["Parameters"]
    assert ssm.get_parameter(Name="/copilot/applications/shop")["Parameter"]["Value"] == "{}"
    _refused(ssm.get_parameter, Name="/copilot/applications/none")
    secrets = ask.client("secretsmanager")
    assert secrets.list_secrets()["SecretList"] and secrets.describe_secret(SecretId="db")["Name"] == "db"
    assert ask.client("logs").describe_log_groups(logGroupNamePrefix="/aws/")["logGroups"]
    _refused(ask.client("logs").get_log_events, logGroupName="g", logStreamName="s")
    ec2 = ask.client("ec2")
    assert ec2.describe_subnets(SubnetIds=["subnet-1"])["Subnets"][0]["VpcId"] == "vpc-1"
    rule = [{"Name": "association.subnet-id", "Values": ["subnet-1"]}]
    assert ec2.describe_route_tables(Filters=rule)["RouteTables"][0]["Routes"][0]["NatGatewayId"] == "nat-1"
    assert ec2.describe_security_groups(Filters=[{"Name": "group-id", "Values": ["sg-1", "sg-2"]}])["SecurityGroups"][0]["GroupId"] == "sg-1"
    endpoints = ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-id", "Values": ["vpc-1"]}])["VpcEndpoints"]
    assert endpoints[0]["ServiceName"].endswith(".s3")
    ecr = ask.client("ecr")
    assert ecr.describe_repositories(repositoryNames=["shop/api"])["repositories"]
    _refused(ecr.describe_repositories, repositoryNames=["shop/none"])
    iam = ask.client("iam")
    assert iam.get_role(RoleName="deploy")["Role"]["Path"] == "/ci/"
    _refused(iam.get_role, RoleName="none")
    assert iam.get_account_summary()["SummaryMap"] == {"Roles": 1, "RolesQuota": 1000}
    sns = ask.client("sns")
    assert sns.get_topic_attributes(TopicArn=FACTS["topics"][0]["TopicArn"])["Attributes"]
    _refused(sns.get_topic_attributes, TopicArn=FACTS["topics"][0]["TopicArn"] + "x")
    assert ask.client("cloudformation").describe_account_limits()["AccountLimits"][0]["Value"] == 2000
    quotas = ask.client("service-quotas")
    assert quotas.list_service_quotas(ServiceCode="codepipeline")["Quotas"]
    assert quotas.get_service_quota(ServiceCode="codepipeline", QuotaCode="L-1")["Quota"]["Value"] == 1000.0


def _all_of_stacks(ask):
    client = ask.client("cloudformation")
    body = template({"A": topic("a")}, Outputs={"O": {"Value": "v", "Export": {"Name": "e"}}})
    client.create_stack(StackName="s", TemplateBody=body)
    ask.later(30)
    user = template({"B": topic("b", DisplayName={"Fn::ImportValue": "e"})})
    client.create_stack(StackName="t", TemplateBody=user)
    ask.later(30)
    for number in range(2):
        client.create_change_set(StackName="t", ChangeSetName=f"c{number}", TemplateBody=template({"C": topic("c")}))
    ask.later(5)
    client.describe_change_set(StackName="t", ChangeSetName="c0")
    client.list_change_sets(StackName="t")
    client.delete_change_set(StackName="t", ChangeSetName="c1")
    for operation in ("describe_stack_events", "describe_stack_resources", "get_template", "list_stack_resources", "get_template_summary"):
        getattr(client, operation)(StackName="t")
    client.describe_stack_resource(StackName="t", LogicalResourceId="B")
    client.list_exports()
    client.list_imports(ExportName="e")
    client.list_stacks(StackStatusFilter=["CREATE_COMPLETE"])
    client.describe_stacks()
    client.validate_template(TemplateBody=body)
    client.execute_change_set(StackName="t", ChangeSetName="c0")
    ask.later(30)
    client.update_termination_protection(StackName="t", EnableTerminationProtection=False)
    client.update_stack(StackName="t", TemplateBody=template({"C": topic("c", DisplayName="n")}))
    client.delete_stack(StackName="s")
    _refused(client.continue_update_rollback, StackName="t")


def _all_of_objects(ask):
    client = ask.client("s3")
    ask.door("state", {"buckets": {"b": {"account": ACCOUNT, "region": REGION, "objects": {}}}})
    client.put_object(Bucket="b", Key="folder/key with spaces", Body=b"\x00\xff")
    assert client.get_object(Bucket="b", Key="folder/key with spaces")["Body"].read() == b"\x00\xff"
    assert client.head_object(Bucket="b", Key="folder/key with spaces")["ContentLength"] == 2
    assert client.list_objects_v2(Bucket="b", Prefix="folder/")["Contents"][0]["Size"] == 2
    assert client.head_bucket(Bucket="b")["BucketRegion"] == REGION
    assert client.get_bucket_location(Bucket="b")["LocationConstraint"] == REGION
    client.delete_object(Bucket="b", Key="folder/key with spaces")
    _refused(client.head_object, Bucket="b", Key="x")
    _refused(client.head_bucket, Bucket="nobody")


def _all_of_projects(ask):
    client = ask.client("codebuild")
    machine = {"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"}
    project = {"source": {"type": "CODEPIPELINE"}, "artifacts": {"type": "CODEPIPELINE"}, "environment": machine}
    client.create_project(name="one", serviceRole=f"arn:aws:iam::{ACCOUNT}:role/r", **project)
    _refused(client.create_project, name="one", serviceRole=f"arn:aws:iam::{ACCOUNT}:role/r", **project)
    assert client.update_project(name="one", timeoutInMinutes=9)["project"]["timeoutInMinutes"] == 9
    _refused(client.update_project, name="none")
    assert client.batch_get_projects(names=["one", "none"])["projectsNotFound"] == ["none"]
    assert client.batch_get_builds(ids=["one:1"])["buildsNotFound"] == ["one:1"]
    client.list_projects()
    client.delete_project(name="one")


def _all_of_pipelines(ask):
    client = ask.client("codepipeline")
    made = client.create_pipeline(pipeline=_declaration())["pipeline"]
    arn = client.get_pipeline(name="line")["metadata"]["pipelineArn"]
    client.tag_resource(resourceArn=arn, tags=[{"key": "k", "value": "v"}])
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "k", "value": "v"}]
    client.untag_resource(resourceArn=arn, tagKeys=["k"])
    made.pop("version")
    client.update_pipeline(pipeline=made)
    assert client.list_pipelines()["pipelines"][0]["version"] == 2
    run = client.start_pipeline_execution(name="line")["pipelineExecutionId"]
    where = {"pipelineName": "line", "stageName": "Build"}
    for read in ("list_pipeline_executions", "list_action_executions", "list_rule_executions"):
        getattr(client, read)(pipelineName="line")
    client.get_pipeline_state(name="line")
    client.get_pipeline_execution(pipelineName="line", pipelineExecutionId=run)
    client.disable_stage_transition(**where, transitionType="Inbound", reason="r")
    client.enable_stage_transition(**where, transitionType="Inbound")
    _refused(client.retry_stage_execution, **where, pipelineExecutionId=run, retryMode="ALL_ACTIONS")
    _refused(client.rollback_stage, **where, targetPipelineExecutionId=run)
    _refused(client.override_stage_condition, **where, pipelineExecutionId=run, conditionType="BEFORE_ENTRY")
    _refused(client.put_approval_result, **where, actionName="Lock", token=ID, result={"summary": "", "status": "Approved"})
    client.stop_pipeline_execution(pipelineName="line", pipelineExecutionId=run)
    client.delete_pipeline(name="line")


def _refused(function, **named):
    try:
        function(**named)
    except ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] < 500, error
        return
    raise AssertionError(f"{function} was carried out")


def every_operation_is_asked_once(ask):
    place = {"facts": FACTS, "connections": {f"arn:aws:codeconnections:{REGION}:{ACCOUNT}:connection/{ID}": {"name": "c", "status": "PENDING"}}}
    ask.client("codepipeline").list_pipelines()
    role = f"arn:aws:iam::{ACCOUNT}:role/r"
    ask.door("state", {"accounts": {ACCOUNT: {"roles": {role: {}}, "regions": {REGION: place}}}})
    connections = ask.client("codeconnections")
    assert connections.list_connections()["Connections"][0]["ConnectionStatus"] == "PENDING"
    connections.get_connection(ConnectionArn=f"arn:aws:codeconnections:{REGION}:{ACCOUNT}:connection/{ID}")
    ask.client("sts").get_caller_identity()
    ask.client("sts").assume_role(RoleArn=role, RoleSessionName="two")
    for part in (_all_of_doctor, _all_of_stacks, _all_of_objects, _all_of_projects, _all_of_pipelines):
        part(ask)
    asked = {f"{c['service']}:{c['operation']}" for c in ask.door("calls")}
    assert asked == set(ask.door("operations")), asked ^ set(ask.door("operations"))


def a_log_is_read_from_either_end_a_page_at_a_time(ask):
    where = {"logGroupName": "g", "logStreamName": "s"}
    events = [where | {"timestamp": n, "ingestionTime": n, "message": f"{n}"} for n in range(1, 6)]
    facts = {"log events": events, "log page": 2}
    ask.door("state", {"accounts": {ACCOUNT: {"regions": {REGION: {"facts": facts}}}}})

    def page(**more):
        answer = ask.client("logs").get_log_events(**where, **more)
        return [int(e["message"]) for e in answer["events"]], answer["nextBackwardToken"], answer["nextForwardToken"]

    last, before, behind = page()
    assert last == [4, 5]
    assert page(nextToken=behind, startFromHead=True) == ([], behind.replace("f", "b"), behind), "the same at the end"
    some, before, _ = page(nextToken=before)
    assert some == [2, 3]
    some, before, _ = page(nextToken=before)
    assert some == [1] and page(nextToken=before)[:2] == ([], before), "the same at the head"
    first, _, behind = page(startFromHead=True)
    assert first == [1, 2] and page(nextToken=behind, startFromHead=True)[0] == [3, 4]


def every_refusal_is_one_that_its_service_knows(ask):
    """The codes in the sources against the models: those of all services, of the common errors, or of the text of S3."""
    common = {"ValidationError", "ValidationException", "AccessDenied", "AccessDeniedException", "SerializationException", "UnknownOperationException"}
    s3 = {"NoSuchBucket", "NoSuchKey", "PreconditionFailed", "404", "403", "InvalidArgument"}
    ec2 = {"InvalidParameterValue"}  # EC2's model has no errors at all
    folder = REPOSITORY / "tests/aws/stub/services"
    services = ("cloudformation", "codebuild", "codeconnections", "codepipeline", "ecs", "ssm", "secretsmanager", "logs", "service-quotas", "sts", "ecr", "iam", "sns")
    known = common | s3 | ec2
    for service in services:
        for shape in get_service_model(service).error_shapes:
            known |= {shape.name, shape.error_code}
    used = {code for path in folder.rglob("*.py") for code in re.findall(r'Refusal\(\s*"([A-Za-z0-9]+)"', path.read_text())}
    assert used and used <= known, used - known
    assert ask.door("flags") == []
