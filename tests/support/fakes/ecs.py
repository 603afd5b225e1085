"""ECS: services, task definitions, and the one task that a scenario is about, which lives by the fake clock."""

import world as shared
from errors import AwsError


def arn(world, rest):
    region = world["region"]
    partition = "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
    return f"arn:{partition}:ecs:{region}:{world['account']}:{rest}"


def describe_services(world, params):
    cluster = world["clusters"].get(params["cluster"])
    if cluster is None:
        raise AwsError("ClusterNotFoundException", "Cluster not found.")
    (name,) = params["services"]
    service = cluster["services"].get(name)
    if service is None:
        missing = arn(world, f"service/{params['cluster']}/{name}")
        return {"services": [], "failures": [{"arn": missing, "reason": "MISSING"}]}
    return {"services": [service], "failures": []}


def describe_task_definition(world, params):
    name = params["taskDefinition"]
    if not name.startswith("arn:") and ":" not in name:
        name = newest(world, name)
    definition = world["task_definitions"].get(name)
    if definition is None:
        raise AwsError("ClientException", "Unable to describe task definition.")
    shown = {key: value for key, value in definition.items() if key != "tags"}
    return {"taskDefinition": shown, "tags": definition.get("tags", []) if "TAGS" in params.get("include", []) else []}


def revisions(world, family):
    prefix = arn(world, f"task-definition/{family}:")
    return [int(known[len(prefix):]) for known in world["task_definitions"] if known.startswith(prefix)]


def newest(world, family):
    return arn(world, f"task-definition/{family}:{max(revisions(world, family), default=0)}")


def check_definition(params):
    containers = params["containerDefinitions"]
    names = [container["name"] for container in containers]
    if not any(container.get("essential", True) for container in containers):
        raise AwsError("ClientException", "No container is essential.")
    check_logs(params)
    check_launch(params)
    if params.get("proxyConfiguration", {}).get("containerName", names[0]) not in names:
        raise AwsError("ClientException", "The proxy's container is not there.")
    for container in containers:
        named = [entry["name"] for kind in ("environment", "secrets") for entry in container.get(kind) or []]
        if len(named) != len(set(named)):
            raise AwsError("ClientException", "The secret name must be unique and not shared with any variable.")
        wanted = [entry["containerName"] for entry in container.get("dependsOn") or []]
        wanted += [link.split(":")[0] for link in container.get("links") or []]
        wanted += [entry["sourceContainer"] for entry in container.get("volumesFrom") or []]
        if not set(wanted) <= set(names):
            raise AwsError("ClientException", f"A container that is not there is referred to: {wanted}")
        volumes = [volume["name"] for volume in params.get("volumes") or []]
        if not {mount["sourceVolume"] for mount in container.get("mountPoints") or []} <= set(volumes):
            raise AwsError("ClientException", "A volume that is not there is mounted.")


def check_logs(params):
    """A log router and containers that log through it: neither without the other."""
    containers = params["containerDefinitions"]
    routers = [container for container in containers if "firelensConfiguration" in container]
    drivers = [container.get("logConfiguration", {}).get("logDriver") for container in containers]
    if len(routers) > 1:
        raise AwsError("ClientException", "Only one container may have a firelensConfiguration.")
    if routers and "awsfirelens" not in drivers:
        raise AwsError("ClientException", "When a firelensConfiguration object is specified, at least one container has"
                       " to be configured with the awsfirelens log driver.")
    if "awsfirelens" in drivers and not routers:
        raise AwsError("ClientException", "When awsfirelens log driver is specified in log configuration, a firelens"
                       " configuration object must be configured in one of the containers")


def check_launch(params):
    """What Fargate and a network mode want."""
    mode, containers = params.get("networkMode"), params["containerDefinitions"]
    if mode == "awsvpc" and any(container.get("links") for container in containers):
        raise AwsError("ClientException", "Links are not supported when networkMode=awsvpc.")
    if "FARGATE" in params.get("requiresCompatibilities", []):
        if mode != "awsvpc" or not (params.get("cpu") and params.get("memory")):
            raise AwsError("ClientException", "Fargate wants the network mode awsvpc, and cpu and memory for the task.")
        if "executionRoleArn" not in params:
            raise AwsError("ClientException", "Fargate requires task definition to have execution role ARN to support"
                           " log driver awslogs.")
    for container in containers:
        if not (params.get("memory") or container.get("memory") or container.get("memoryReservation")):
            raise AwsError("ClientException", f"Invalid setting for container '{container['name']}'. At least one of"
                           " 'memory' or 'memoryReservation' must be specified.")


def register_task_definition(world, params):
    check_definition(params)
    prefix = arn(world, f"task-definition/{params['family']}:")
    for tag in params.get("tags", []):
        if tag["key"].lower().startswith("aws:"):
            raise AwsError("InvalidParameterException", "aws: prefixed tag key names are not allowed for external use.")
    revision = 1 + max(revisions(world, params["family"]), default=0)
    definition = {**params, "taskDefinitionArn": f"{prefix}{revision}", "revision": revision, "status": "ACTIVE"}
    world["task_definitions"][definition["taskDefinitionArn"]] = definition
    shared.save(world)
    return {"taskDefinition": definition}


def check_run(world, params):
    definition = world["task_definitions"].get(params["taskDefinition"])
    if definition is None:
        raise AwsError("ClientException", "TaskDefinition not found.")
    providers = [entry["capacityProvider"] for entry in params.get("capacityProviderStrategy", [])]
    if providers and "launchType" in params:
        raise AwsError("InvalidParameterException", "Specify a launch type or a capacity provider strategy, not both.")
    fargate = params.get("launchType") == "FARGATE" or any(name.startswith("FARGATE") for name in providers)
    if "platformVersion" in params and not fargate:
        raise AwsError("InvalidParameterException", "The platform version must be null for this launch type.")
    if definition.get("networkMode") == "awsvpc" and "networkConfiguration" not in params:
        raise AwsError("InvalidParameterException", "Network Configuration must be provided.")
    if definition.get("networkMode") != "awsvpc" and "networkConfiguration" in params:
        raise AwsError("InvalidParameterException", "Network Configuration is not valid for this network mode.")
    if not 1 <= len(params["clientToken"]) <= 64:
        raise AwsError("InvalidParameterException", "The client token is too long.")


def run_task(world, params):
    check_run(world, params)
    if world["task"].get("failures"):
        return {"tasks": [], "failures": world["task"]["failures"]}
    world["task"]["arn"] = arn(world, f"task/{params['cluster']}/" + "0123456789abcdef" * 2)
    world["task"]["began"] = shared.now()
    shared.save(world)
    return {"tasks": [describe(world)], "failures": []}


def describe(world):
    task = world["task"]
    age = shared.now() - task["began"]
    stops = task["stops"]
    ordered = task.get("ordered_to_stop")
    if ordered is not None:
        stops = min(stops, ordered - task["began"] + task.get("stop_takes", 30))
    started = age >= task["starts"]
    shown = {"taskArn": task["arn"], "lastStatus": "RUNNING" if started else "PENDING"}
    if started:
        shown["startedAt"] = task["began"] + task["starts"]
    main = {"name": task["container"], "lastStatus": shown["lastStatus"]}
    if age >= stops:
        shown["lastStatus"] = main["lastStatus"] = "STOPPED"
        if ordered is not None:
            shown["stopCode"], shown["stoppedReason"] = "UserInitiated", task["stop_reason"]
            main["exitCode"] = 137
        else:
            shown["stopCode"], shown["stoppedReason"] = task["stop_code"], task["stopped_reason"]
            if task.get("exit_code") is not None:
                main["exitCode"] = task["exit_code"]
            if task.get("container_reason"):
                main["reason"] = task["container_reason"]
    # GuardDuty puts a container of its own into a task on Fargate. That it ends well must not be taken for the migration.
    agent = {"name": "aws-guardduty-agent-x1y2z3", "lastStatus": main["lastStatus"], "exitCode": 0}
    return {**shown, "containers": [agent, main]}


def list_tasks(world, params):
    """What ECS wants of the tasks, not what they do: one that is being stopped is no longer RUNNING here."""
    if "startedBy" in params:
        # ECS takes no other filter beside it.
        return {"taskArns": [other["arn"] for other in world.get("other_tasks", [])
                             if other.get("started_by") == params["startedBy"] and other["desired"] == "RUNNING"]}
    wanted = (params["family"], params.get("desiredStatus", "RUNNING"))
    return {"taskArns": [other["arn"] for other in world.get("other_tasks", [])
                         if (other["family"], other["desired"]) == wanted]}


def describe_tasks(world, params):
    if not 1 <= len(params["tasks"]) <= 100:
        raise AwsError("InvalidParameterException", "Tasks must have between 1 and 100 members.")
    known = {other["arn"]: {"taskArn": other["arn"], "lastStatus": other["last"]}
             for other in world.get("other_tasks", []) if other["last"] != "MISSING"}
    if "arn" in world.get("task", {}):
        known[world["task"]["arn"]] = describe(world)
    return {"tasks": [known[task] for task in params["tasks"] if task in known],
            "failures": [{"arn": task, "reason": "MISSING"} for task in params["tasks"] if task not in known]}


def stop_task(world, params):
    world["task"]["ordered_to_stop"] = shared.now()
    world["task"]["stop_reason"] = params["reason"]
    shared.save(world)
    return {"task": describe(world)}
