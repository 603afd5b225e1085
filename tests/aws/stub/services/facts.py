"""What `doctor` asks of other services: lists that a state has, read only.

`place["facts"]` holds for each of KINDS a list of entries as the service would answer them, for instance
`{"ecs services": [{"serviceName": "api", "clusterArn": …, …}]}`. What is asked for by name is found by name.
"""

import datetime

from stub.operations import operation, page
from stub.refusal import Refusal

KINDS = (
    "ecs clusters",
    "ecs services",
    "ecs task definitions",
    "ssm parameters",
    "secrets",
    "log groups",
    "log events",
    "route tables",
    "subnets",
    "security groups",
    "vpc endpoints",
    "image repositories",
    "roles",
    "topics",
    "quotas",
    "account limits",
)


def _all(call, kind):
    return call.place["facts"].get(kind, [])


def _paged(call, key, items, token="nextToken", size="maxResults", most=50):
    some, following = page(items, call.get(token), call.get(size, most))
    return {key: some} | ({token: following} if following else {})


def _last(name):
    return name.rsplit("/", 1)[-1]


def _missing(call, names, have, kind):
    arns = [name if name.startswith("arn:") else call.arn("ecs", f"{kind}/{name}") for name in names if _last(name) not in have]
    return [{"arn": arn, "reason": "MISSING"} for arn in arns]


@operation("ecs")
def DescribeClusters(call):
    names = call.get("clusters", ["default"])
    found = [c for c in _all(call, "ecs clusters") if c["clusterName"] in map(_last, names)]
    return {"clusters": found, "failures": _missing(call, names, [c["clusterName"] for c in found], "cluster")}


@operation("ecs")
def DescribeServices(call):
    cluster = _last(call.get("cluster", "default"))
    if cluster not in [c["clusterName"] for c in _all(call, "ecs clusters")]:
        raise Refusal("ClusterNotFoundException", "Cluster not found.")
    names = call.params["services"]
    here = [s for s in _all(call, "ecs services") if _last(s["clusterArn"]) == cluster]
    found = [s for s in here if s["serviceName"] in map(_last, names)]
    return {"services": found, "failures": _missing(call, names, [s["serviceName"] for s in found], f"service/{cluster}")}


@operation("ecs")
def DescribeTaskDefinition(call):
    wanted = _last(call.params["taskDefinition"])
    for task in _all(call, "ecs task definitions"):
        if wanted in (task["family"], f"{task['family']}:{task['revision']}"):
            return {"taskDefinition": task, "tags": []}
    raise Refusal("ClientException", "Unable to describe task definition.")


@operation("ssm")
def DescribeParameters(call):
    found = _all(call, "ssm parameters")
    for rule in call.get("ParameterFilters", []):
        if rule["Key"] != "Name":
            raise Refusal("InvalidFilterKey", f"the stub filters by Name, not by {rule['Key']}")
        begins = rule.get("Option") == "BeginsWith"
        found = [p for p in found if any(p["Name"].startswith(v) if begins else p["Name"] == v for v in rule["Values"])]
    return _paged(call, "Parameters", [_metadata(p) for p in found], "NextToken", "MaxResults")


def _metadata(parameter):
    return {key: value for key, value in parameter.items() if key not in ("Value", "ARN")}


@operation("ssm")
def GetParameter(call):
    for parameter in _all(call, "ssm parameters"):
        if parameter["Name"] == call.params["Name"]:
            return {"Parameter": parameter}
    raise Refusal("ParameterNotFound", "")


@operation("ssm")
def GetParametersByPath(call):
    path = call.params["Path"].rstrip("/") + "/"
    found = [p for p in _all(call, "ssm parameters") if p["Name"].startswith(path)]
    if not call.get("Recursive"):
        found = [p for p in found if "/" not in p["Name"][len(path) :]]
    return _paged(call, "Parameters", found, "NextToken", "MaxResults", 10)


@operation("secretsmanager")
def ListSecrets(call):
    found = _all(call, "secrets")
    for rule in call.get("Filters", []):
        if rule["Key"] == "name":
            found = [s for s in found if any(s["Name"].startswith(value) for value in rule["Values"])]
    return _paged(call, "SecretList", found, "NextToken", "MaxResults", 100)


@operation("secretsmanager")
def DescribeSecret(call):
    wanted = call.params["SecretId"]
    for secret in _all(call, "secrets"):
        if wanted in (secret["Name"], secret["ARN"]):
            return secret
    raise Refusal("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")


@operation("logs")
def DescribeLogGroups(call):
    prefix = call.get("logGroupNamePrefix", "")
    found = [g for g in _all(call, "log groups") if g["logGroupName"].startswith(prefix)]
    return _paged(call, "logGroups", found, size="limit")


@operation("logs")
def GetLogEvents(call):
    """A page from the end, or with `startFromHead` from the head. The token is the place in the stream, and stays the same at its
    end, as AWS's does. A page has as many events as `log page` in the facts says, where a test wants small ones."""
    group, stream = call.params["logGroupName"], call.params["logStreamName"]
    found = [e for e in _all(call, "log events") if (e["logGroupName"], e["logStreamName"]) == (group, stream)]
    if not found:
        raise Refusal("ResourceNotFoundException", "The specified log stream does not exist.")
    size = min(call.get("limit", 10_000), call.place["facts"].get("log page", 10_000))
    way, _, place = call.get("nextToken", "").partition("/")
    if way == "f" and not call.get("startFromHead"):
        raise Refusal("InvalidParameterException", "A forward token needs startFromHead.")
    if way == "b" or not way and not call.get("startFromHead"):
        begin = max(0, (int(place) if way else len(found)) - size)
        some = found[begin : int(place) if way else len(found)]
    else:
        begin = int(place or 0)
        some = found[begin : begin + size]
    events = [{key: event[key] for key in ("timestamp", "message", "ingestionTime") if key in event} for event in some]
    return {"events": events, "nextForwardToken": f"f/{begin + len(some)}", "nextBackwardToken": f"b/{begin}"}


@operation("ec2")
def DescribeSubnets(call):
    return {"Subnets": _filtered(call, "subnets", "SubnetIds", "SubnetId")}


@operation("ec2")
def DescribeRouteTables(call):
    return {"RouteTables": _filtered(call, "route tables", "RouteTableIds", "RouteTableId")}


@operation("ec2")
def DescribeSecurityGroups(call):
    return {"SecurityGroups": _filtered(call, "security groups", "GroupIds", "GroupId")}


@operation("ec2")
def DescribeVpcEndpoints(call):
    return {"VpcEndpoints": _filtered(call, "vpc endpoints", "VpcEndpointIds", "VpcEndpointId")}


def _filtered(call, kind, ids, name):
    found = _all(call, kind)
    if call.get(ids):
        missing = [i for i in call.params[ids] if i not in [f[name] for f in found]]
        if missing:
            raise Refusal(f"Invalid{name[:-2]}ID.NotFound", f"The ID '{missing[0]}' does not exist")
        found = [f for f in found if f[name] in call.params[ids]]
    for rule in call.get("Filters", []):
        found = [f for f in found if _has(f, rule["Name"], rule["Values"])]
    return found


def _has(entry, name, values):
    match name:
        case "vpc-id":
            return entry["VpcId"] in values
        case "group-id":
            return entry["GroupId"] in values
        case "subnet-id":
            return entry["SubnetId"] in values
        case "association.subnet-id":
            return any(a.get("SubnetId") in values for a in entry.get("Associations", []))
        case "association.main":
            return any(str(a.get("Main", False)).lower() in values for a in entry.get("Associations", []))
    raise Refusal("InvalidParameterValue", f"The filter '{name}' is invalid")


@operation("ecr")
def DescribeRepositories(call):
    have = {repository["repositoryName"]: repository for repository in _all(call, "image repositories")}
    missing = [name for name in call.get("repositoryNames", []) if name not in have]
    if missing:
        raise Refusal("RepositoryNotFoundException", f"The repository with name '{missing[0]}' does not exist in the registry")
    return {"repositories": [have[name] for name in call.get("repositoryNames", have)]}


def _roles(call):
    """IAM is one for all regions of an account: so are its facts, wherever they were put."""
    regions = call.world.data["accounts"][call.account]["regions"].values()
    return [role for region in regions for role in region["facts"].get("roles", [])]


@operation("iam")
def GetRole(call):
    for arn in (role["Arn"] for role in _roles(call)):
        path, _, name = arn.partition(":role")[2].rpartition("/")
        if name == call.params["RoleName"]:
            made = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
            return {"Role": {"Arn": arn, "Path": f"{path}/", "RoleName": name, "RoleId": "AROATESTTESTTESTTEST", "CreateDate": made}}
    raise Refusal("NoSuchEntity", f"The role with name {call.params['RoleName']} cannot be found.")


@operation("iam")
def GetAccountSummary(call):
    """As many roles as there are; the quota is IAM's default, unless a fact says otherwise."""
    quota = next((limit["RolesQuota"] for limit in _all(call, "account limits") if "RolesQuota" in limit), 1000)
    return {"SummaryMap": {"Roles": len(_roles(call)), "RolesQuota": quota}}


@operation("sns")
def GetTopicAttributes(call):
    for topic in _all(call, "topics"):
        if topic["TopicArn"] == call.params["TopicArn"]:
            return {"Attributes": topic}
    raise Refusal("NotFound", "Topic does not exist", 404)


@operation("cloudformation")
def DescribeAccountLimits(call):
    quota = next((limit["StackLimit"] for limit in _all(call, "account limits") if "StackLimit" in limit), 2000)
    return {"AccountLimits": [{"Name": "StackLimit", "Value": quota}]}


@operation("service-quotas")
def ListServiceQuotas(call):
    found = [q for q in _all(call, "quotas") if q["ServiceCode"] == call.params["ServiceCode"]]
    return _paged(call, "Quotas", found, "NextToken", "MaxResults", 100)


@operation("service-quotas")
def GetServiceQuota(call):
    for quota in _all(call, "quotas"):
        if (quota["ServiceCode"], quota["QuotaCode"]) == (call.params["ServiceCode"], call.params["QuotaCode"]):
            return {"Quota": quota}
    raise Refusal("NoSuchResourceException", "The request failed because the specified quota does not exist.")
